"""Reads on beneficiaries; the client is always an argument."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from tegoed.beneficiaries.models import (
    Beneficiary,
    CostCentreGroup,
    IdentifierChange,
    IdentifierChangeState,
    PersonIdentifier,
)
from tegoed.clients.models import Client, Site
from tegoed.clients.queries import sites_of
from tegoed.rules.identifiers import IdentifierKind
from tegoed.rules.names import name_key


def beneficiaries_of(client: Client) -> QuerySet[Beneficiary]:
    """All beneficiaries of a client by name, each with `masked_identifier` and `identifier_kind`. One query."""
    current = PersonIdentifier.objects.filter(person_id=OuterRef("person_id"), replaced_at__isnull=True)
    return (
        Beneficiary.objects.filter(client=client)
        .select_related("site")
        .annotate(
            masked_identifier=Subquery(current.values("masked")[:1]),
            identifier_kind=Subquery(current.values("kind")[:1]),
        )
        .order_by("last_name", "first_name", "id")
    )


def active_beneficiaries_of(client: Client) -> QuerySet[Beneficiary]:
    """Those who can be in an order."""
    return beneficiaries_of(client).filter(is_active=True)


def look_alikes(client: Client, *, last_name: str, first_name: str, birth_on: date) -> list[Beneficiary]:
    """Those of the client with a temporary or BIS number who have this name and birth date, however written (SPEC B3)."""
    born_then = beneficiaries_of(client).filter(
        birth_on=birth_on,
        person__identifiers__replaced_at__isnull=True,
        person__identifiers__kind__in=[IdentifierKind.TEMPORARY, IdentifierKind.BIS],
    )
    wanted = name_key(last_name, first_name)
    return [known for known in born_then if name_key(known.last_name, known.first_name) == wanted]


def cost_centres_of(client: Client) -> list[tuple[str, int, int]]:
    """(cost centre, active people, all people) by name; the empty one is those who have none. One query."""
    rows = Beneficiary.objects.filter(client=client).values_list("cost_centre").order_by("cost_centre")
    counted = rows.annotate(active=Count("pk", filter=Q(is_active=True)), everybody=Count("pk"))
    return [(centre, active, everybody) for centre, active, everybody in counted]


_COST_CENTRE_NAMES = """
    WITH RECURSIVE named AS (
        (SELECT cost_centre FROM beneficiaries_beneficiary
         WHERE client_id = %(client_id)s AND cost_centre > '' ORDER BY cost_centre LIMIT 1)
        UNION ALL
        SELECT (SELECT cost_centre FROM beneficiaries_beneficiary
                WHERE client_id = %(client_id)s AND cost_centre > named.cost_centre ORDER BY cost_centre LIMIT 1)
        FROM named WHERE named.cost_centre IS NOT NULL
    )
    SELECT cost_centre FROM named WHERE cost_centre IS NOT NULL LIMIT %(count_max)s
"""
COST_CENTRES_MAX = 1_000


def cost_centre_names_of(client: Client) -> list[str]:
    """Every cost centre in use, by name, at most 1,000 of them. One look in the index for each, not for each person."""
    with connection.cursor() as cursor:
        cursor.execute(_COST_CENTRE_NAMES, {"client_id": client.pk, "count_max": COST_CENTRES_MAX})
        return [name for (name,) in cursor.fetchall()]


def billing_groups_of(client: Client) -> dict[str, str]:
    """Cost centre -> the group whose invoices it shares; without those that are a group of their own."""
    return dict(CostCentreGroup.objects.filter(client=client).values_list("cost_centre", "name"))


@dataclass(frozen=True, slots=True)
class SiteWithPeople:
    """A workplace and how many active people's cards go there."""

    site: Site
    active_count: int


def sites_with_people(client: Client) -> list[SiteWithPeople]:
    """The client's workplaces, open ones first. Two queries."""
    people = Beneficiary.objects.filter(client=client, is_active=True, site__isnull=False).order_by()
    counts = dict(people.values_list("site").annotate(count=Count("pk")))
    sites = sites_of(client).order_by("-is_active", "name", "id")
    return [SiteWithPeople(site, counts.get(site.pk, 0)) for site in sites]


def identifier_changes_asked() -> QuerySet[IdentifierChange]:
    """Of all clients, for staff: what waits for a decision, the oldest first."""
    changes = IdentifierChange.objects.filter(state=IdentifierChangeState.ASKED)
    return changes.select_related("client", "beneficiary", "asked_by").order_by("asked_at", "id")


def newest_identifier_change(beneficiary: Beneficiary) -> IdentifierChange | None:
    """The last change asked for this person by this client, whatever became of it."""
    return beneficiary.identifier_changes.order_by("-asked_at", "-id").first()
