"""Sentences for what is refused about invitations and their one-time links."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "already-invited": _(
        "%(email)s was invited already. Send that invitation again, or take it back first to invite with another role."
    ),
    "already-member": _("%(email)s has access already. Change the role instead."),
    "invitation-account-exists": _("This address has an account already. Sign in with it to accept the invitation."),
    "invitation-expired": _("This link is older than %(days_max)s days. Ask for a new one on this page."),
    "invitation-for-another": _(
        "You are signed in with another address than the one that this invitation was sent to. Sign out, then open the "
        "link again."
    ),
    "invitation-replaced": _("A newer link was sent to the same address. Use the link of the last mail."),
    "invitation-revoked": _("This invitation was taken back. Ask whoever invited you."),
    "invitation-unknown": _("This link is not complete, or it doesn't exist. Copy it from the mail once more."),
    "invitation-used": _("This link was used already. Sign in with your address and password."),
    "message-secret-gone": _(
        "This mail had a one-time link, which is not kept. Send a new invitation: it makes a new link."
    ),
    "too-many-invitations": _(
        "%(invitations_max)s invitations wait already. Take back those that are no longer needed first."
    ),
    "too-many-invitations-today": _(
        "Many invitations were sent today already. Send the others tomorrow, or write to us."
    ),
}
