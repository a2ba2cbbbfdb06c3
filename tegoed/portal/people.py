"""Reads for the pages on beneficiaries.

Its one law: a national number finds its person by keyed hash, out of a posted form; it never comes into an address.
"""

from datetime import date

from django.db.models import QuerySet

from tegoed.beneficiaries import identifier_vault
from tegoed.beneficiaries.models import Beneficiary
from tegoed.beneficiaries.queries import beneficiaries_of
from tegoed.cards.models import Card
from tegoed.clients.models import Client
from tegoed.errors import Refusal
from tegoed.orders.models import Order, OrderLine, OrderState
from tegoed.rules.dates import MONTHS_OF_YEAR, add_months
from tegoed.rules.identifiers import read_identifier

LINES_SHOWN_MAX = 200
DRAFTS_SHOWN_MAX = 10


def person_with_identifier(client: Client, text: str) -> Beneficiary | None:
    """The client's beneficiary with this national or BIS number, typed in any way; None when there is none."""
    try:
        identifier = read_identifier(text)
    except Refusal:
        return None
    found_by = identifier_vault.lookup_hash(identifier, client_id=client.pk)
    return beneficiaries_of(client).filter(person__identifiers__lookup_hash=found_by).first()


def looks_like_identifier(text: str) -> bool:
    """Whether so many digits stand in the text that it could be a national number."""
    return sum(letter.isdigit() for letter in text) >= 9  # noqa: PLR2004 - a number without its check digits


def lines_of_last_year(beneficiary: Beneficiary, *, today: date) -> QuerySet[OrderLine]:
    """What was ordered for the person in the last twelve months, newest first, with order and lot; at most 200."""
    return (
        OrderLine.objects.filter(beneficiary=beneficiary, order__client_id=beneficiary.client_id)
        .exclude(order__state__in=[OrderState.DRAFT, OrderState.CANCELLED])
        .filter(order__loading_on__gte=add_months(today, -MONTHS_OF_YEAR))
        .select_related("order", "lot")
        .order_by("-order__loading_on", "-id")[:LINES_SHOWN_MAX]
    )


def newest_card_of(beneficiary: Beneficiary) -> Card | None:
    """The person's newest card with the request it came from, if any."""
    return Card.objects.filter(person_id=beneficiary.person_id).select_related("request").order_by("-id").first()


def drafts_with(client: Client, beneficiary: Beneficiary) -> list[Order]:
    """The client's unfinished orders in which the person gets something; confirming one refuses while they are not active."""
    drafts = Order.objects.filter(client=client, state=OrderState.DRAFT, lines__beneficiary=beneficiary)
    return list(drafts.order_by("-id")[:DRAFTS_SHOWN_MAX])
