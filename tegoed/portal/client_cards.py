"""The cards of a client's people, as its pages show them (SPEC C2, C5).

Its one law: a client sees state and last day of its people's cards, whoever had them made; why and for when a card was
asked is told only of its own requests. People who left are not among them, but for the list of cards not renewed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    When,
    Window,
)
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.beneficiaries.models import Beneficiary
from tegoed.cards.models import Card, RenewalRefusal
from tegoed.cards.states import COMING_STATES, IN_USE_STATES, LATE_STATES, states_before
from tegoed.clients.models import Client
from tegoed.orders.models import Order
from tegoed.portal.pages import page_of, page_of_few
from tegoed.portal.people_list import CARD_WORDS
from tegoed.rules.card_need import EXPIRING_MONTHS, LIVING_STATES, CardState
from tegoed.rules.dates import add_months
from tegoed.rules.names import search_words

WORDS_MAX = 5
LEAVERS_SHOWN_MAX = 200
CARDS_OF_PERSON_MAX = 10

ALL, COMING, IN_USE, EXPIRING, BLOCKED, EXPIRED = "", "coming", "in_use", "expiring", "blocked", "expired"
GROUPS: dict[str, str | Promise] = {
    ALL: _("All cards"),
    COMING: _("Coming"),
    IN_USE: _("With the person"),
    EXPIRING: _("Expiring in the next 3 months"),
    BLOCKED: _("Blocked"),
    EXPIRED: _("Expired"),
}
"""The filters of the page."""

_WHOSE = {
    "beneficiary_id": F("person__beneficiaries__id"),
    "last_name": F("person__beneficiaries__last_name"),
    "first_name": F("person__beneficiaries__first_name"),
    "staff_number": F("person__beneficiaries__staff_number"),
}

REPORTABLE_STATES = sorted(states_before(CardState.BLOCKED))


@dataclass(frozen=True, slots=True)
class CardsFound:
    """The cards of a list: `ids` by which a page is cut out, in order, and `counted`, the same without an order.

    Sorting needs the names, hence a way over the person; counting many cards takes half the time without it.
    """

    ids: QuerySet[Card]
    counted: QuerySet[Card]

    def count(self) -> int:
        """How many there are. One query."""
        return self.counted.count()

    def count_with_expiring(self, today: date) -> tuple[int, int]:
        """How many there are, and how many of them expire within three months. One query."""
        counts = self.counted.aggregate(all=Count("pk"), expiring=Count("pk", filter=_group(EXPIRING, today)))
        return counts["all"], counts["expiring"]


def _cards_of(
    client: Client, which: Q, *, order: tuple[str, ...], words: str = "", is_active: bool = True
) -> CardsFound:
    """The cards of the client's people that matter still, and that are so. `words`: as `cards_shown` has them."""
    people = Beneficiary.objects.filter(client=client, is_active=is_active)
    of_people = Q(person__beneficiaries__client=client, person__beneficiaries__is_active=is_active)
    for word in search_words(words, count_max=WORDS_MAX):
        people = people.filter(search_text__contains=word)
        of_people &= Q(person__beneficiaries__search_text__contains=word)
    cards = Card.objects.exclude(state__in=[CardState.REPLACED, CardState.CANCELLED]).filter(which)
    return CardsFound(
        ids=cards.filter(of_people).order_by(*order).only("pk"),
        counted=cards.filter(Exists(people.filter(person_id=OuterRef("person_id")))),
    )


def told(card_ids: Iterable[int], *, client: Client, today: date) -> list[Card]:
    """The cards with these ids in this order with what the pages tell of them. One statement.

    Annotated: `beneficiary_id`, `last_name`, `first_name`, `staff_number`, `state_words`, `expected_on` and `made_because`
    (own requests only), `is_late`, `is_reportable`, `renewal_is_refused`, and `has_successor`: a newer card is made or on
    its way.
    """
    ids = list(card_ids)
    successors = _newer_cards().filter(state__in=sorted(LIVING_STATES))
    rows = _told(Card.objects.filter(pk__in=ids, person__beneficiaries__client=client), client=client, today=today)
    by_id = {card.pk: card for card in rows.annotate(has_successor=Exists(successors), **_WHOSE)}
    words = {state: str(label) for state, label in CARD_WORDS.items()}
    for card in by_id.values():
        card.state_words = words.get(card.state, "")  # type: ignore[attr-defined]
    return [by_id[card_id] for card_id in ids if card_id in by_id]


def cards_page(
    request: HttpRequest,
    cards: CardsFound,
    *,
    client: Client,
    today: date,
    finds_few: bool = False,
    count: int | None = None,
) -> Page[Card]:
    """The page asked for by `?page=`, its cards `told`.

    `finds_few`: a filter that leaves most cards out. `count`: how many there are, where that is known already.
    """
    if finds_few:
        page = page_of_few(request, cards.ids)
        ids: list[int] = list(page.object_list)  # type: ignore[arg-type]  # ids only
    else:
        page = page_of(request, cards.ids, count=cards.count() if count is None else count)
        ids = [card.pk for card in page.object_list]
    page.object_list = told(ids, client=client, today=today)
    return page


def cards_of_beneficiary(beneficiary: Beneficiary, *, today: date) -> QuerySet[Card]:
    """The cards of one person for the panel on the profile, newest first; annotated as `told`, without the names."""
    cards = Card.objects.filter(person_id=beneficiary.person_id).exclude(state=CardState.CANCELLED)
    cards = cards.select_related("request")
    return _told(cards, client=beneficiary.client, today=today).order_by("-id")[:CARDS_OF_PERSON_MAX]


def _told(cards: QuerySet[Card], *, client: Client, today: date) -> QuerySet[Card]:
    is_own = Q(request__client=client)
    is_late = Q(request__client=client, state__in=LATE_STATES, request__expected_on__lt=today)
    refusals = RenewalRefusal.objects.filter(client=client, card=OuterRef("pk"))
    return cards.annotate(
        expected_on=Case(When(is_own, then=F("request__expected_on")), output_field=DateField()),
        made_because=Case(When(is_own, then=F("request__reason"))),
        is_late=Case(When(is_late, then=True), default=False, output_field=BooleanField()),
        is_reportable=ExpressionWrapper(Q(state__in=REPORTABLE_STATES), output_field=BooleanField()),
        renewal_is_refused=Exists(refusals),
    )


def _group(name: str, today: date) -> Q:
    """Which cards a filter shows. A blocked or expired card is news only while nothing came after it."""
    if name == COMING:
        return Q(state__in=COMING_STATES)
    if name == IN_USE:
        return Q(state__in=IN_USE_STATES)
    if name == EXPIRING:
        return Q(
            state__in=[CardState.SHIPPED, *IN_USE_STATES],
            expires_on__gte=today,
            expires_on__lte=add_months(today, EXPIRING_MONTHS),
        )
    if name in {BLOCKED, EXPIRED}:
        return Q(~Exists(_newer_cards()), state=name)
    return Q()


def _newer_cards() -> QuerySet[Card]:
    newer = Card.objects.filter(person_id=OuterRef("person_id"), pk__gt=OuterRef("pk"))
    return newer.exclude(state=CardState.CANCELLED)


def has_cards(client: Client) -> bool:
    """Whether any of the client's people ever had a card."""
    return Card.objects.filter(person__beneficiaries__client=client).exists()


_BY_NAME = ("person__beneficiaries__last_name", "person__beneficiaries__first_name", "id")


def cards_shown(client: Client, *, group: str, words: str, today: date) -> CardsFound:
    """The cards of one filter by name. `words`: each must be in a name or the staff number."""
    return _cards_of(client, _group(group, today), order=_BY_NAME, words=words)


def expiring_cards(client: Client, *, today: date, is_active: bool = True) -> CardsFound:
    """The cards whose last day comes within three months, the first to expire first (SPEC C5).

    Not `is_active`: those of people who left, which this client's orders never renew.
    """
    return _cards_of(client, _group(EXPIRING, today), order=("expires_on", *_BY_NAME), is_active=is_active)


def expiring_cards_of_leavers(client: Client, *, today: date) -> tuple[list[Any], int]:
    """The first 200 of those of people who left (whose, last day), and how many there are. One query."""
    cards = expiring_cards(client, today=today, is_active=False).ids.annotate(count=Window(Count("*")), **_WHOSE)
    shown = list(cards.values_list("expires_on", "count", *_WHOSE, named=True)[:LEAVERS_SHOWN_MAX])
    return shown, shown[0].count if shown else 0


def card_of_beneficiary(client: Client, card_id: int) -> tuple[Card, Beneficiary]:
    """A card, and the active beneficiary of the client whose it is. Raises `Card.DoesNotExist`."""
    card = Card.objects.get(pk=card_id, person__beneficiaries__client=client, person__beneficiaries__is_active=True)
    return card, Beneficiary.objects.get(client=client, person_id=card.person_id)


@dataclass(frozen=True, slots=True)
class OrderCards:
    """What became of the cards an order asked for. `count_by_state` in the order of a card's life."""

    count_by_state: list[tuple[CardState, int]]
    late_count: int
    expected_on: date | None
    """When the last of those still to come is expected; None: none is to come."""

    @property
    def wait_for_payment(self) -> bool:
        """Whether some are not made before the card invoice is paid."""
        return any(state == CardState.AWAITING_PAYMENT for state, _count in self.count_by_state)


def cards_of_order(order: Order, *, today: date) -> OrderCards:
    """For the page of an order; cancelled cards count as never asked for. One statement."""
    asked = order.lines.filter(card_request__isnull=False).exclude(card_request__card__state=CardState.CANCELLED)
    is_late = Q(card_request__card__state__in=LATE_STATES, card_request__expected_on__lt=today)
    rows = asked.values(state=F("card_request__card__state")).annotate(
        count=Count("pk"), late_count=Count("pk", filter=is_late), expected_on=Max("card_request__expected_on")
    )
    by_state = {row["state"]: row for row in rows.order_by()}
    return OrderCards(
        count_by_state=[(state, by_state[state]["count"]) for state in CardState if state in by_state],
        late_count=sum(row["late_count"] for row in by_state.values()),
        expected_on=max(
            (row["expected_on"] for state, row in by_state.items() if state in COMING_STATES), default=None
        ),
    )
