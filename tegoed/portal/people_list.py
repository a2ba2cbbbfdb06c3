"""The overview of beneficiaries: which of them, in which order, a page at a time.

Its one law: what is asked (`PeopleWish`) is the address of the page and nothing else, and never holds a national number.
Whoever matches is found and counted without reading cards, numbers and usual amounts; those come for the few shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Self

from django.core.paginator import Page
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.beneficiaries.models import Beneficiary, PersonIdentifier
from tegoed.beneficiaries.queries import beneficiaries_of
from tegoed.cards.models import Card
from tegoed.clients.models import Client
from tegoed.portal.pages import page_of, page_of_few
from tegoed.rules.card_need import CardState
from tegoed.rules.dates import add_months, brussels_today
from tegoed.rules.identifiers import IdentifierKind
from tegoed.rules.names import search_words

WORDS_MAX = 5
WISH_LENGTH_MAX = 80
EXPIRES_SOON_MONTHS = 3
ID_DIGITS_MAX = 18
HOME = "home"
NO_COST_CENTRE = "-"

ACTIVITIES: dict[str, str | Promise] = {"active": _("Active"), "inactive": _("Not active"), "all": _("Everybody")}
CARD_STATES: dict[str, str | Promise] = {
    "none": _("No card"),
    "coming": _("On its way"),
    "active": _("Active"),
    "blocked": _("Blocked"),
    "expiring": _("Expires within 3 months"),
    "expired": _("Expired"),
}
CARD_WORDS: dict[str, str | Promise] = {
    CardState.AWAITING_PAYMENT: _("Waits for payment"),
    CardState.REQUESTED: _("Requested"),
    CardState.IN_PRODUCTION: _("In production"),
    CardState.SHIPPED: _("Shipped"),
    CardState.DELIVERED: _("Delivered"),
    CardState.ACTIVE: _("Active"),
    CardState.BLOCKED: _("Blocked"),
    CardState.EXPIRED: _("Expired"),
    CardState.REPLACED: _("Replaced"),
}
"""The state of a card in a word or two, as `_card_state.html` says it."""

_COMING = (
    CardState.AWAITING_PAYMENT,
    CardState.REQUESTED,
    CardState.IN_PRODUCTION,
    CardState.SHIPPED,
    CardState.DELIVERED,
)
_BY_NAME = ("last_name", "first_name", "id")
SORTS: dict[str, tuple[str, ...]] = {
    "name": _BY_NAME,
    "staff_number": ("staff_number", *_BY_NAME),
    "site": ("site__name", *_BY_NAME),
    "cost_centre": ("cost_centre", *_BY_NAME),
    "added": ("created_at", "id"),
}

SORT_WORDS: dict[str, str | Promise] = {
    "name": _("Name"),
    "staff_number": _("Staff number"),
    "site": _("Workplace"),
    "cost_centre": _("Cost centre"),
    "-added": _("Newest first"),
    "added": _("Oldest first"),
    "-name": _("Name, Z to A"),
    "-staff_number": _("Staff number, last first"),
    "-site": _("Workplace, Z to A"),
    "-cost_centre": _("Cost centre, Z to A"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleWish:
    """What the reader asks for, as it stands in the address; what makes no sense counts as not asked.

    `q`: words of a name or staff number. `site`: an id, or `home`. `centre`: a cost centre, or `-` for none. `number`:
    `temporary`. `sort`: a key of `SORTS`, with a `-` before it for the other way round.
    """

    q: str = ""
    show: str = "active"
    site: str = ""
    centre: str = ""
    card: str = ""
    number: str = ""
    sort: str = "name"

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """Read an address."""
        told = {field.name: query.get(field.name, "").strip()[:WISH_LENGTH_MAX] for field in fields(cls)}
        site = told["site"]
        return cls(
            q=told["q"].replace("\x00", ""),
            show=told["show"] if told["show"] in ACTIVITIES else "active",
            site=site if site == HOME or (site.isascii() and site.isdigit() and len(site) <= ID_DIGITS_MAX) else "",
            centre=told["centre"].replace("\x00", ""),
            card=told["card"] if told["card"] in CARD_STATES else "",
            number=told["number"] if told["number"] == IdentifierKind.TEMPORARY else "",
            sort=told["sort"] if told["sort"].removeprefix("-") in SORTS else "name",
        )

    def as_query(self, **changes: str) -> str:
        """The part of the address after `?`; what is as usual is left out."""
        query = QueryDict(mutable=True)
        for field in fields(self):
            value = changes.get(field.name, getattr(self, field.name))
            if value and value != field.default:
                query[field.name] = value
        return query.urlencode()

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked but an order."""
        return bool(self.as_query(sort="name"))

    @property
    def is_sorted_by_added(self) -> bool:
        """Whether the day somebody was added is worth a line."""
        return self.sort.removeprefix("-") == "added"


def people_matching(client: Client, wish: PeopleWish) -> QuerySet[Beneficiary]:
    """Whoever is asked for, in the order asked for: ids only, no reads for each row."""
    people = Beneficiary.objects.filter(client=client)
    if wish.show in {"active", "inactive"}:
        people = people.filter(is_active=wish.show == "active")
    for word in search_words(wish.q, count_max=WORDS_MAX):
        people = people.filter(search_text__contains=word)
    if wish.site:
        people = people.filter(card_delivery=HOME) if wish.site == HOME else people.filter(site_id=int(wish.site))
    if wish.centre:
        people = people.filter(cost_centre="" if wish.centre == NO_COST_CENTRE else wish.centre)
    if wish.number:
        numbers = PersonIdentifier.objects.filter(
            person_id=OuterRef("person_id"), kind=IdentifierKind.TEMPORARY, replaced_at__isnull=True
        )
        people = people.filter(Exists(numbers))
    if wish.card:
        people = people.filter(_card_is(wish.card, today=brussels_today()))
    return people.order_by(*_order(wish.sort)).only("pk")


def _order(sort: str) -> list[str]:
    """Those who have nothing there stand at the end of the alphabet's own order, as the database has it."""
    names = SORTS[sort.removeprefix("-")]
    return [f"-{name}" for name in names] if sort.startswith("-") else list(names)


def _card_is(wanted: str, *, today: date) -> Q:
    """The newest card that wasn't cancelled is so; the filter that `shown_people` shows the state of."""
    cards = Card.objects.filter(person_id=OuterRef("person_id")).exclude(state=CardState.CANCELLED)
    if wanted == "none":
        return ~Q(Exists(cards))
    newer = Card.objects.filter(person_id=OuterRef("person_id"), pk__gt=OuterRef("pk"))
    newest = cards.filter(~Exists(newer.exclude(state=CardState.CANCELLED)))
    soon = add_months(today, EXPIRES_SOON_MONTHS)
    in_use = Q(state=CardState.ACTIVE)
    states = {
        "coming": Q(state__in=_COMING),
        "active": in_use & (Q(expires_on__isnull=True) | Q(expires_on__gte=today)),
        "blocked": Q(state=CardState.BLOCKED),
        "expiring": in_use & Q(expires_on__gte=today, expires_on__lt=soon),
        "expired": Q(state=CardState.EXPIRED) | (in_use & Q(expires_on__lt=today)),
    }
    return Q(Exists(newest.filter(states[wanted])))


def people_page(request: HttpRequest, client: Client, wish: PeopleWish) -> Page[Beneficiary]:
    """The page asked for by `?page=`, people with card, number and usual amounts. Four queries."""
    matching = people_matching(client, wish)
    if wish.card:
        page = page_of_few(request, matching)
        ids: list[int] = list(page.object_list)  # type: ignore[arg-type]  # ids only
    else:
        page = page_of(request, matching)
        ids = [person.pk for person in page.object_list]
    page.object_list = shown_people(client, ids)
    return page


def shown_people(client: Client, ids: list[int]) -> list[Beneficiary]:
    """These people in this order, each with `card_state`, `card_words` and `card_expires_on` of the newest card.

    Two queries.
    """
    newest = Card.objects.filter(person_id=OuterRef("person_id")).exclude(state=CardState.CANCELLED).order_by("-id")
    people = (
        beneficiaries_of(client)
        .filter(pk__in=ids)
        .annotate(
            card_state=Subquery(newest.values("state")[:1]), card_expires_on=Subquery(newest.values("expires_on")[:1])
        )
        .prefetch_related("products")
    )
    by_id = {person.pk: person for person in people.order_by("pk")}
    words = {state: str(label) for state, label in CARD_WORDS.items()}
    for person in by_id.values():
        person.card_words = words.get(person.card_state, "")  # type: ignore[attr-defined]
    return [by_id[pk] for pk in ids if pk in by_id]
