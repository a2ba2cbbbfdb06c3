"""Reads on beneficiaries; the client is always an argument."""

from django.db.models import OuterRef, QuerySet, Subquery

from tegoed.beneficiaries.models import Beneficiary, PersonIdentifier
from tegoed.clients.models import Client


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
