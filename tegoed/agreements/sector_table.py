"""The table of sector agreements, which staff keep: rows noted by hand or from a CSV file, and ended.

Its one law: each row has a reference and who noted it, every change is in the trail, and of a file all rows are taken in or
none. Nothing here knows what any joint committee grants.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from tegoed.agreements.models import SectorAgreement
from tegoed.agreements.refusals import SectorAgreementEndsBefore, SectorAgreementKnown, SectorTableRefused
from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import User
from tegoed.errors import Refusal
from tegoed.formats.sector_rows import SectorRow, read_sector_rows

_FIELDS = ("joint_committee", "product", "starts_on", "ends_on", "amount_cents", "reference", "url")
_KEY = ("joint_committee", "product", "starts_on")


@transaction.atomic
def note_sector_agreement(*, row: SectorRow, actor: User) -> SectorAgreement:
    """Note one agreement. Raises `SectorAgreementEndsBefore`, `SectorAgreementKnown`."""
    noted = _note([(0, row)], actor=actor)
    if noted:
        return noted[0]
    return SectorAgreement.objects.get(**{name: getattr(row, name) for name in _KEY})


@transaction.atomic
def import_sector_agreements(*, content: bytes, actor: User) -> tuple[int, int]:
    """Note all rows of a CSV file; how many are new, and how many were there already, word for word.

    Raises `SectorTableRefused` with the fault of each row, and what `read_sector_rows` raises of the file as a whole.
    """
    read = read_sector_rows(content)
    if read.faults:
        raise SectorTableRefused(faults=read.faults)
    noted = _note(list(read.rows), actor=actor)
    return len(noted), len(read.rows) - len(noted)


@transaction.atomic
def end_sector_agreement(*, sector_agreement_id: int, ends_on: date, actor: User) -> SectorAgreement:
    """Say its last day, or another one. Raises `SectorAgreement.DoesNotExist`, `SectorAgreementEndsBefore`."""
    agreement = SectorAgreement.objects.select_for_update().get(pk=sector_agreement_id)
    if ends_on < agreement.starts_on:
        raise SectorAgreementEndsBefore(starts_on=agreement.starts_on, ends_on=ends_on)
    if agreement.ends_on == ends_on:
        return agreement
    before, agreement.ends_on = agreement.ends_on, ends_on
    agreement.save(update_fields=["ends_on"])
    record_event(
        actor=actor,
        action=Action.SECTOR_AGREEMENT_ENDED,
        subject_id=agreement.pk,
        joint_committee=agreement.joint_committee,
        product=agreement.product,
        ends_on=[before and before.isoformat(), ends_on.isoformat()],
    )
    return agreement


def _note(rows: Sequence[tuple[int, SectorRow]], *, actor: User) -> list[SectorAgreement]:
    """Write what is new, with its trail. A single row raises its own refusal, several `SectorTableRefused`."""
    known = {_key(one): one for one in SectorAgreement.objects.all()}
    faults: list[tuple[int, Refusal]] = []
    new: list[SectorAgreement] = []
    for number, row in rows:
        there = known.get(_key(row))
        if row.ends_on is not None and row.ends_on < row.starts_on:
            faults.append((number, SectorAgreementEndsBefore(starts_on=row.starts_on, ends_on=row.ends_on)))
        elif there is None:
            agreement = SectorAgreement(noted_by=actor, **{name: getattr(row, name) for name in _FIELDS})
            new.append(agreement)
            known[_key(row)] = agreement
        elif any(getattr(there, name) != getattr(row, name) for name in _FIELDS):
            faults.append(
                (
                    number,
                    SectorAgreementKnown(joint_committee=row.joint_committee, product=row.product, on=row.starts_on),
                )
            )
    if faults:
        raise faults[0][1] if len(rows) == 1 and not faults[0][0] else SectorTableRefused(faults=faults)
    noted = SectorAgreement.objects.bulk_create(new)
    for agreement in noted:
        record_event(
            actor=actor,
            action=Action.SECTOR_AGREEMENT_NOTED,
            subject_id=agreement.pk,
            joint_committee=agreement.joint_committee,
            product=agreement.product,
            reference=agreement.reference,
        )
    return noted


def _key(row: SectorRow | SectorAgreement) -> tuple[str, str, date]:
    return row.joint_committee, row.product, row.starts_on
