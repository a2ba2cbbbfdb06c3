"""Which topics fit who asks, and what may answer a question before it is asked.

Its one law: a hint names a place where the answer is, or who can help at once; it never states a rule of law.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.contact.models import Asker, Topic

TOPICS: dict[str, tuple[Topic, ...]] = {
    Asker.EMPLOYER: (
        Topic.PRICES,
        Topic.ORDERS,
        Topic.PAYMENTS,
        Topic.CARDS,
        Topic.ACCESS,
        Topic.LAW,
        Topic.PRIVACY,
        Topic.OTHER,
    ),
    Asker.EMPLOYEE: (Topic.LOST_CARD, Topic.BALANCE, Topic.SPENDING, Topic.PRIVACY, Topic.OTHER),
    Asker.MERCHANT: (Topic.ACCEPTING, Topic.LISTING, Topic.OTHER),
    Asker.SECRETARIAT: (Topic.MANDATE, Topic.ORDERS, Topic.EXCEL, Topic.ACCESS, Topic.PAYMENTS, Topic.OTHER),
    Asker.OTHER: (Topic.PRICES, Topic.SPENDING, Topic.PRIVACY, Topic.OTHER),
}

HINTS: dict[str, str | Promise] = {
    Topic.PRICES: _("The calculator on this site shows every cost at once; you need not leave your name."),
    Topic.ORDERS: _("In the portal, each order says what it waits for and what happens next."),
    Topic.PAYMENTS: _(
        "In the portal, each invoice shows what is paid of it; a payment that we could not place waits there too."
    ),
    Topic.CARDS: _("In the portal, under Cards, you report a lost or broken card: it is blocked at once."),
    Topic.ACCESS: _("You forgot your password? The sign-in page sends you a link for a new one."),
    Topic.LAW: _("The help pages tell what the rules are today, each with its date."),
    Topic.LOST_CARD: _("Tell your employer at once: in the portal the card is blocked and a new one asked for."),
    Topic.BALANCE: _("Your employer sees in the portal until when your vouchers are valid."),
    Topic.SPENDING: _("The list of acceptance points on this site finds shops by postcode or town."),
    Topic.ACCEPTING: _("Tell us the name and address of your shop and which vouchers you would like to accept."),
    Topic.LISTING: _("Tell us what stands there now and what it should be: name, address, postcode."),
    Topic.MANDATE: _("The client gives the mandate in its own portal; from then on you find it among your clients."),
    Topic.EXCEL: _(
        "Each form has a sheet that explains its columns, and comes back with a remark at each cell that is wrong."
    ),
    Topic.PRIVACY: _("Please don't type a national number; we find you by your name and employer."),
}
"""What may help at once, by topic; a topic without a hint has none."""
