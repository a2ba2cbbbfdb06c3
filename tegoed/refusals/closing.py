"""Sentences for what is refused about closing a day."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "day-without-statement": _(
        "No bank statement of account %(iban)s ends on %(on)s, so there is nothing to close. Choose a day from the list, or "
        "upload the statement first."
    ),
    "day-not-over": _("%(on)s is not over yet. Close it tomorrow, when nothing can be added to it any more."),
    "day-differs": _(
        "Books and bank differ on %(on)s for account %(iban)s, so the day can't be closed. Look at the differences below and "
        "report them to who runs the installation."
    ),
    "day-figures-changed": _(
        "The figures of %(on)s changed since you opened this page. Nothing was signed. Read them again, then decide."
    ),
    "day-closed-already": _("%(on)s is closed already, and nothing was posted for it since. There is nothing to do."),
}
