"""Sentences for what is refused about users, their roles, and social secretariats."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "last-owner-stays": _(
        "Your company needs an owner, and this is the last one who can sign in. Make somebody else owner first."
    ),
    "member-through-secretariat": _(
        "%(name)s orders for your company through %(secretariat)s. End the mandate, or ask the secretariat to remove this user."
    ),
    "own-place-stays": _("This is you. Ask a colleague who manages the users, or customer service, to remove you."),
    "own-role-stays": _("This is you. Another owner can change your role or take your access away."),
    "second-person-needed": _(
        "Orders need the approval of a second person, and too few people would be left for that. Invite somebody else "
        "first, or switch the approval off on the company page."
    ),
    "secretariat-closed": _("%(name)s takes no mandates any more. Choose another social secretariat."),
    "secretariat-known": _(
        "There is a social secretariat with this enterprise number already: %(name)s. Open that one."
    ),
    "secretariat-mandate-running": _(
        "%(name)s orders for your company already. End that mandate first to sign a new one."
    ),
}
