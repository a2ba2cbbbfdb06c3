"""Which topics fit who asks, and what may answer a question before it is asked.

Its one law: a hint names a place where the answer is, or who can help at once; it never states a rule of law.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.contact.models import Asker as A
from tegoed.contact.models import Topic as T

TOPICS: dict[str, tuple[T, ...]] = {
    A.EMPLOYER: (T.PRICES, T.ORDERS, T.PAYMENTS, T.CARDS, T.ACCESS, T.LAW, T.PRIVACY, T.OTHER),
    A.EMPLOYEE: (T.LOST_CARD, T.BALANCE, T.SPENDING, T.PRIVACY, T.OTHER),
    A.MERCHANT: (T.ACCEPTING, T.LISTING, T.OTHER),
    A.SECRETARIAT: (T.MANDATE, T.ORDERS, T.EXCEL, T.ACCESS, T.PAYMENTS, T.OTHER),
    A.OTHER: (T.PRICES, T.SPENDING, T.PRIVACY, T.OTHER),
}

HINTS: dict[str, str | Promise] = {
    T.PRICES: _("The calculator on this site shows every cost at once; you need not leave your name."),
    T.ORDERS: _("In the portal, each order says what it waits for and what happens next."),
    T.PAYMENTS: _(
        "In the portal, each invoice shows what is paid of it; a payment that we could not place waits there too."
    ),
    T.CARDS: _("In the portal, under Cards, you report a lost or broken card: it is blocked at once."),
    T.ACCESS: _("You forgot your password? The sign-in page sends you a link for a new one."),
    T.LAW: _("The help pages tell what the rules are today, each with its date."),
    T.LOST_CARD: _("Tell your employer at once: in the portal the card is blocked and a new one asked for."),
    T.BALANCE: _("Your employer sees in the portal until when your vouchers are valid."),
    T.SPENDING: _("The list of acceptance points on this site finds shops by postcode or town."),
    T.ACCEPTING: _("Tell us the name and address of your shop and which vouchers you would like to accept."),
    T.LISTING: _("Tell us what stands there now and what it should be: name, address, postcode."),
    T.MANDATE: _("The client gives the mandate in its own portal; from then on you find it among your clients."),
    T.EXCEL: _(
        "Each form has a sheet that explains its columns, and comes back with a remark at each cell that is wrong."
    ),
    T.PRIVACY: _("Please don't type a national number; we find you by your name and employer."),
}
"""What may help at once, by topic; a topic without a hint has none."""
