"""Reads on agreements: which one of a sector holds, what a client attested, what it needs."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from tegoed.agreements.models import Attestation, ClientJointCommittee, SectorAgreement
from tegoed.clients.models import Client
from tegoed.rules.agreements import AgreementKind, AgreementNeed, needed_agreement
from tegoed.rules.products import Product


@dataclass(frozen=True, slots=True)
class AttestedAmount:
    """The highest amount of the agreement that counts, in cents: of a meal voucher, else a person a year."""

    amount_cents: int
    attestation_id: int


def attested_amounts(client: Client, on: date) -> dict[str, AttestedAmount]:
    """What the client attested and holds on that day, by product: the newest counts. One query."""
    return {
        attestation.product: AttestedAmount(attestation.amount_cents, attestation.pk)
        for attestation in attestations_of(client).filter(_holds_on(on)).order_by("id")
    }


def attestations_of(client: Client) -> QuerySet[Attestation]:
    """All that the client attested, newest first."""
    return Attestation.objects.filter(client=client).select_related("signed_by").order_by("-id")


def joint_committee_of(client: Client) -> ClientJointCommittee | None:
    """What the client told of its joint committee; None: nothing yet."""
    return ClientJointCommittee.objects.filter(client=client).first()


def sector_agreements(*, words: str = "") -> QuerySet[SectorAgreement]:
    """All that staff noted, by joint committee; `words`: the beginning of its number, or a part of the reference."""
    noted = SectorAgreement.objects.select_related("noted_by")
    if words:
        noted = noted.filter(Q(joint_committee__startswith=words) | Q(reference__icontains=words))
    return noted.order_by("joint_committee", "product", "-starts_on")


def sector_agreements_of(joint_committee: str, on: date) -> dict[str, SectorAgreement]:
    """The agreement of a joint committee that holds on that day, by product: the one that started last.

    One of the committee itself holds for its sub-committees too, unless they have their own.
    """
    whole = joint_committee.partition(".")[0]
    holding = SectorAgreement.objects.filter(_holds_on(on), joint_committee__in={joint_committee, whole})
    in_order = sorted(holding, key=lambda one: (one.joint_committee == joint_committee, one.starts_on))
    return {one.product: one for one in in_order}


@dataclass(frozen=True, slots=True)
class ProductAgreement:
    """What stands for one product. `sector`: the row staff noted; `attestation`: what the client attested and holds today."""

    product: Product
    need: AgreementNeed
    sector: SectorAgreement | None
    attestation: Attestation | None

    @property
    def is_sector_told(self) -> bool:
        """The client itself says that its sector grants it; staff noted nothing."""
        return self.sector is None and self.attestation is not None and self.attestation.kind == AgreementKind.SECTOR


def agreements_needed(client: Client, products: list[Product], on: date) -> list[ProductAgreement]:
    """For each product what the client needs on that day, by what it told and what staff noted. Three queries."""
    told = joint_committee_of(client)
    of_sector = sector_agreements_of(told.joint_committee, on) if told else {}
    attested = {one.product: one for one in attestations_of(client).filter(_holds_on(on)).order_by("id")}
    found = []
    for product in products:
        sector, attestation = of_sector.get(product.value), attested.get(product.value)
        is_attested = attestation is not None and attestation.kind == AgreementKind.SECTOR
        need = needed_agreement(
            product,
            is_granted_by_sector=sector is not None or is_attested,
            has_union_delegation=told.has_union_delegation if told else None,
            on=on,
        )
        found.append(ProductAgreement(product, need, sector, attestation))
    return found


def _holds_on(on: date) -> Q:
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))
