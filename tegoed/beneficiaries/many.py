"""What a change of several beneficiaries at once would do: for whom, and for whom it can't be done and why (SPEC B4).

Its one law: the page that asks and the action that does it look at people with the same function, so what was shown is
what happens. It writes nothing (`actions.many` does).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from tegoed.beneficiaries.models import Beneficiary, CardDelivery
from tegoed.clients.models import Client, Site


class ManyKind(StrEnum):
    """What can be done to several people at once."""

    DEACTIVATE = "deactivate"
    REACTIVATE = "reactivate"
    TO_SITE = "to-site"
    TO_HOME = "to-home"
    COST_CENTRE = "cost-centre"


class Obstacle(StrEnum):
    """Why it can't be done for somebody."""

    NO_HOME_ADDRESS = "no-home-address"
    SITE_CLOSED = "site-closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyWish:
    """What is asked. `site`: for TO_SITE; `cost_centre`: for COST_CENTRE.

    `without_address`: DEACTIVATE also those whose card goes to the workplace and whose home address isn't known; no card
    needs to reach them any more.
    """

    kind: ManyKind
    site: Site | None = None
    cost_centre: str = ""
    without_address: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """As much of a beneficiary as the question needs."""

    pk: int
    name: str
    is_active: bool
    card_delivery: str
    site_id: int | None
    site_name: str | None
    site_is_open: bool
    cost_centre: str
    has_home: bool


@dataclass(slots=True)
class Plan:
    """`fields`: beneficiary id -> the new values; `facts`: the same as [old, new] for the trail."""

    fields: dict[int, dict[str, Any]] = field(default_factory=dict)
    facts: dict[int, dict[str, list[Any]]] = field(default_factory=dict)
    obstacles: list[tuple[Standing, Obstacle]] = field(default_factory=list)
    unchanged_count: int = 0

    @property
    def count(self) -> int:
        return len(self.fields)


def plan_of(people: Iterable[Standing], wish: ManyWish) -> Plan:
    """What would happen to each of these people."""
    plan = Plan()
    for person in people:
        fields, obstacle = _new_fields(person, wish)
        if obstacle is not None:
            plan.obstacles.append((person, obstacle))
        elif not fields:
            plan.unchanged_count += 1
        else:
            plan.fields[person.pk] = fields
            plan.facts[person.pk] = _facts(person, fields, wish.site)
    return plan


def _new_fields(person: Standing, wish: ManyWish) -> tuple[dict[str, Any], Obstacle | None]:
    match wish.kind:
        case ManyKind.DEACTIVATE:
            return _deactivated(person, without_address=wish.without_address)
        case ManyKind.REACTIVATE:
            return _reactivated(person)
        case ManyKind.TO_HOME:
            return _sent_home(person)
        case ManyKind.TO_SITE:
            site_id = wish.site.pk if wish.site else person.site_id
            return _moved(person, site_id), None
        case ManyKind.COST_CENTRE:
            return ({} if person.cost_centre == wish.cost_centre else {"cost_centre": wish.cost_centre}), None


_HOME: dict[str, Any] = {"card_delivery": CardDelivery.HOME.value, "site_id": None}


def _moved(person: Standing, site_id: int | None) -> dict[str, Any]:
    return {} if person.site_id == site_id else {"card_delivery": CardDelivery.SITE.value, "site_id": site_id}


def _sent_home(person: Standing) -> tuple[dict[str, Any], Obstacle | None]:
    if person.card_delivery == CardDelivery.HOME:
        return {}, None
    return (_HOME, None) if person.has_home else ({}, Obstacle.NO_HOME_ADDRESS)


def _deactivated(person: Standing, *, without_address: bool) -> tuple[dict[str, Any], Obstacle | None]:
    """A leaver's cards go home from now on (SPEC B4)."""
    if not person.is_active:
        return {}, None
    if person.card_delivery == CardDelivery.HOME:
        return {"is_active": False}, None
    if person.has_home:
        return {"is_active": False, **_HOME}, None
    return ({"is_active": False}, None) if without_address else ({}, Obstacle.NO_HOME_ADDRESS)


def _reactivated(person: Standing) -> tuple[dict[str, Any], Obstacle | None]:
    if person.is_active:
        return {}, None
    if person.card_delivery == CardDelivery.SITE and not person.site_is_open:
        return {}, Obstacle.SITE_CLOSED
    return {"is_active": True}, None


def _facts(person: Standing, fields: dict[str, Any], site: Site | None) -> dict[str, list[Any]]:
    facts: dict[str, list[Any]] = {}
    if "card_delivery" in fields and fields["card_delivery"] != person.card_delivery:
        facts["card_delivery"] = [person.card_delivery, fields["card_delivery"]]
    if "site_id" in fields:
        facts["site"] = [person.site_name, site.name if site and fields["site_id"] else None]
    if "cost_centre" in fields:
        facts["cost_centre"] = [person.cost_centre, fields["cost_centre"]]
    return facts


def standings(client: Client, people: QuerySet[Beneficiary]) -> list[Standing]:
    """These people of the client as `plan_of` takes them. One query, without models: it may be 100,000."""
    rows = people.filter(client=client).order_by("last_name", "first_name", "id").values_list(
        "pk", "last_name", "first_name", "is_active", "card_delivery", "site_id", "site__name", "site__is_active",
        "cost_centre", "home_street", "home_postcode", "home_town",
    )  # fmt: skip
    return [
        Standing(
            pk=row[0],
            name=f"{row[1]} {row[2]}",
            is_active=row[3],
            card_delivery=row[4],
            site_id=row[5],
            site_name=row[6],
            site_is_open=bool(row[7]),
            cost_centre=row[8],
            has_home=all(row[9:12]),
        )
        for row in rows
    ]


def ids_as_rows(ids: Sequence[int]) -> RawSQL:
    """For `pk__in`: one array instead of 100,000 parameters, which takes the database a tenth of the time."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])


def standings_by_id(client: Client, beneficiary_ids: Sequence[int], *, is_locked: bool = False) -> list[Standing]:
    """The same for ids; another client's are left out. `is_locked`: hold them until the end of the transaction.

    They are locked by id, as forms do (`staged.applying`), so that nobody waits in a circle.
    """
    people = Beneficiary.objects.filter(client=client, pk__in=ids_as_rows(beneficiary_ids))
    if is_locked:
        list(people.select_for_update().order_by("pk").values_list("pk"))
    return standings(client, people)
