"""Sentences for what is refused about beneficiaries, their numbers and workplaces."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "delivery-place-closed": _(
        "Cards of %(beneficiary)s went to %(site)s, which is closed. Edit the profile first: choose another workplace or "
        "a home address. Then reactivate."
    ),
    "identifier-change-asked": _(
        "Another number was asked for %(beneficiary)s already, and customer service hasn't decided yet. Wait for the answer."
    ),
    "identifier-change-decided": _("A colleague decided about this in between. Look at the list again."),
    "identifier-change-not-needed": {
        "": _("This number can't be replaced here. Contact customer service if it is wrong."),
        "final": _("This person already has a national number. Contact customer service if it is wrong."),
        "same": _("This is the number the person already has. Nothing needs to change."),
        "temporary": _("This is a temporary number. Enter the national number or the BIS number."),
    },
    "identifier-registered-meanwhile": _(
        "Somebody was added with this number a moment ago. Look at the page again and decide once more."
    ),
    "persons-both-in-use": _(
        "The new number belongs to somebody who already has a card or vouchers, and so has this person. Joining the two "
        "moves money, so it isn't done here: check who is who with the client, and let both profiles stand."
    ),
    "persons-employed-together": _(
        "The new number belongs to somebody else on the list of %(client_name)s. Ask that client which of the two "
        "profiles is right and let them deactivate the other."
    ),
    "site-name-taken": _("You already have a workplace called “%(name)s”, perhaps a closed one. Choose another name."),
    "site-still-used": _(
        "Cards of %(people_count)s active people go to %(site)s. Choose the workplace they move to, then close this one."
    ),
}
