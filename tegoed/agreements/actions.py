"""Writes on agreements: what a client tells and attests."""

from dataclasses import asdict
from datetime import date

from django.db import transaction

from tegoed.agreements.models import Attestation, ClientJointCommittee
from tegoed.agreements.refusals import AttestationImpossible, AttestedAboveMaximum
from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import Client, User
from tegoed.clients.signatures import Signer
from tegoed.rules.agreements import AgreementKind, maximum_of_agreement, read_joint_committee
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Product

AGREED_YEAR_MIN = 1950
ATTESTED_CENTS_MAX = 1_000_000
"""More than this, for one voucher or one person in a year, is a typing mistake."""


@transaction.atomic
def tell_joint_committee(
    *, client: Client, joint_committee: str, has_union_delegation: bool | None, actor: User
) -> ClientJointCommittee:
    """Keep the joint committee as it is typed and whether there is a union delegation. Raises `JointCommitteeInvalid`."""
    told = {"joint_committee": read_joint_committee(joint_committee), "has_union_delegation": has_union_delegation}
    kept = ClientJointCommittee.objects.select_for_update().filter(client=client).first()
    if kept is not None and all(getattr(kept, name) == value for name, value in told.items()):
        return kept
    kept, _is_new = ClientJointCommittee.objects.update_or_create(client=client, defaults={**told, "told_by": actor})
    record_event(actor=actor, action=Action.JOINT_COMMITTEE_TOLD, client_id=client.pk, subject_id=kept.pk, **told)
    return kept


@transaction.atomic
def attest_agreement(
    *,
    client: Client,
    product: Product,
    kind: AgreementKind,
    joint_committee: str,
    agreed_on: date,
    starts_on: date,
    ends_on: date | None,
    amount_cents: int,
    knows_maximum: bool,
    signer: Signer,
    actor: User,
) -> Attestation:
    """Keep what an owner attests; from now on it counts for the days on which it holds.

    `amount_cents`: of a meal voucher, else a person a year. `knows_maximum`: the owner was told that it goes above the maximum
    of the law and attests it all the same. Raises `JointCommitteeInvalid`, `AttestationImpossible`,
    `AttestedAboveMaximum`.
    """
    committee = read_joint_committee(joint_committee)
    _check_possible(agreed_on=agreed_on, starts_on=starts_on, ends_on=ends_on, amount_cents=amount_cents)
    maximum = maximum_of_agreement(product, max(starts_on, brussels_today()))
    is_above = maximum is not None and amount_cents > maximum.cents
    if maximum is not None and is_above and not knows_maximum:
        raise AttestedAboveMaximum(
            product=product.value,
            asked_cents=amount_cents,
            maximum_cents=maximum.cents,
            from_on=maximum.from_on,
            to_on=maximum.to_on,
            sources=maximum.sources,
        )
    attestation = Attestation.objects.create(
        client=client,
        product=product.value,
        kind=kind.value,
        joint_committee=committee,
        agreed_on=agreed_on,
        starts_on=starts_on,
        ends_on=ends_on,
        amount_cents=amount_cents,
        legal_maximum_cents=maximum.cents if maximum is not None and is_above else None,
        signed_by=actor,
        **asdict(signer),
    )
    record_event(
        actor=actor,
        action=Action.AGREEMENT_ATTESTED,
        client_id=client.pk,
        subject_id=attestation.pk,
        product=product.value,
        kind=kind.value,
        joint_committee=committee,
        amount_cents=amount_cents,
        legal_maximum_cents=attestation.legal_maximum_cents,
    )
    return attestation


def _check_possible(*, agreed_on: date, starts_on: date, ends_on: date | None, amount_cents: int) -> None:
    if agreed_on > brussels_today():
        raise AttestationImpossible(reason="future")
    if min(agreed_on, starts_on).year < AGREED_YEAR_MIN:
        raise AttestationImpossible(reason="too-old")
    if ends_on is not None and ends_on < starts_on:
        raise AttestationImpossible(reason="ends-before")
    if not 0 < amount_cents <= ATTESTED_CENTS_MAX:
        raise AttestationImpossible(reason="amount", amount_max_cents=ATTESTED_CENTS_MAX)
