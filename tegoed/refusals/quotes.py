"""Sentences for what is refused about quotes."""

from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message

MESSAGES: dict[str, Message] = {
    "amount-not-whole-vouchers": _(
        "%(amount_cents)s is not a whole number of vouchers of %(face_value_cents)s. Enter %(below_cents)s or "
        "%(above_cents)s, or change the value of one voucher."
    ),
    "quote-empty": _("Choose at least one product: then we can count what it costs."),
    "quote-line-twice": _("%(product)s stand in the quote twice in the same form. Put them together in one line."),
    "quote-step-not-allowed": _("This quote can't be used any more. Make a new one: it takes a minute."),
    "quote-without-address": _(
        "No mail address was left with this quote. Copy its link or download the PDF, and send it yourself."
    ),
    "quoted-amount-too-large": _("This amount is too large to be right. Check the number of zeros."),
    "quoted-amount-too-small": _(
        "Enter the total for all people together, for example 2500,00: %(amount_cents)s is less than a cent for each of "
        "%(beneficiary_count)s people."
    ),
    "quoted-people-impossible": _("Enter a whole number of people, from 1 to %(maximum_count)s."),
    "quoted-sites-impossible": _("Enter a whole number of workplaces, from %(minimum_count)s to %(maximum_count)s."),
}
