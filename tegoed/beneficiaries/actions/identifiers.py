"""Numbers of people: asking for another one, giving it, joining two records of one person, new keys (SPEC B3, X2)."""

from collections.abc import Sequence

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries import identifier_vault
from tegoed.beneficiaries.models import (
    Beneficiary,
    IdentifierChange,
    IdentifierChangeState,
    PersonIdentifier,
)
from tegoed.beneficiaries.refusals import (
    IdentifierChangeAsked,
    IdentifierChangeNotNeeded,
    IdentifierRegisteredMeanwhile,
    NissAlreadyKnown,
)
from tegoed.clients.models import Client, User
from tegoed.rules.identifiers import Identifier, IdentifierKind, masked

ROTATION_BATCH_ROWS = 1_000


@transaction.atomic
def ask_identifier_change(
    *, client: Client, beneficiary_id: int, identifier: Identifier, actor: User | None, is_correction: bool = False
) -> IdentifierChange:
    """Ask that the number of a beneficiary becomes `identifier`; staff decide (`flows.decide_identifier_change`).

    `is_correction`: also a national number may be replaced, because it was wrong; for staff only.
    Raises `Beneficiary.DoesNotExist`, `IdentifierChangeNotNeeded`, `IdentifierChangeAsked`, `NissAlreadyKnown` (another
    beneficiary of this client has it).
    """
    beneficiary = Beneficiary.objects.select_for_update().get(client=client, pk=beneficiary_id)
    current = current_identifier(beneficiary.person_id)
    found_by = identifier_vault.lookup_hash(identifier, client_id=client.pk)
    if bytes(current.lookup_hash) == found_by:
        raise IdentifierChangeNotNeeded(reason="same")
    if identifier.kind == IdentifierKind.TEMPORARY:
        raise IdentifierChangeNotNeeded(reason="temporary")
    if current.kind == IdentifierKind.NISS and not is_correction:
        raise IdentifierChangeNotNeeded(reason="final")
    if beneficiary.identifier_changes.filter(state=IdentifierChangeState.ASKED).exists():
        raise IdentifierChangeAsked(beneficiary=str(beneficiary))
    known = Beneficiary.objects.filter(client=client, person__identifiers__lookup_hash=found_by)
    other = known.exclude(pk=beneficiary.pk).first()
    if other is not None:
        raise NissAlreadyKnown(beneficiary_id=other.pk, is_active=other.is_active)
    key_id, ciphertext = identifier_vault.encrypt(identifier.value, person_id=beneficiary.person_id)
    change = IdentifierChange.objects.create(
        client=client,
        beneficiary=beneficiary,
        kind=identifier.kind,
        lookup_hash=found_by,
        ciphertext=ciphertext,
        key_id=key_id,
        masked=masked(identifier.value, identifier.kind),
        asked_by=actor,
    )
    record_event(
        actor=actor,
        action=Action.IDENTIFIER_CHANGE_ASKED,
        client_id=client.pk,
        subject_id=beneficiary.pk,
        old=current.masked,
        new=change.masked,
    )
    return change


def current_identifier(person_id: int) -> PersonIdentifier:
    """The number by which this person is known now."""
    return PersonIdentifier.objects.get(person_id=person_id, replaced_at__isnull=True)


def show_identifier(*, client: Client, beneficiary_id: int, actor: User) -> str:
    """The number of a beneficiary in clear, for the eyes of `actor`; written in the trail (SPEC X2).

    Raises `Beneficiary.DoesNotExist`.
    """
    with transaction.atomic():
        beneficiary = Beneficiary.objects.get(client=client, pk=beneficiary_id)
        current = current_identifier(beneficiary.person_id)
        record_event(actor=actor, action=Action.IDENTIFIER_SHOWN, client_id=client.pk, subject_id=beneficiary.pk)
        return identifier_vault.decrypt(current.key_id, bytes(current.ciphertext), person_id=current.person_id)


def make_current(*, person_id: int, change: IdentifierChange) -> None:
    """The number asked for becomes the person's; the one before is kept as replaced, and still finds the person.

    The caller holds person and change locked, and saw that nobody else has the number. Raises
    `IdentifierRegisteredMeanwhile` when somebody was added with it since.
    """
    PersonIdentifier.objects.filter(person_id=person_id, replaced_at__isnull=True).update(replaced_at=timezone.now())
    mine = PersonIdentifier.objects.filter(person_id=person_id, lookup_hash=change.lookup_hash)
    if mine.update(replaced_at=None):
        return
    value = identifier_vault.decrypt(change.key_id, bytes(change.ciphertext), person_id=change.beneficiary.person_id)
    key_id, ciphertext = identifier_vault.encrypt(value, person_id=person_id)
    try:
        with transaction.atomic():
            PersonIdentifier.objects.create(
                person_id=person_id,
                kind=change.kind,
                lookup_hash=change.lookup_hash,
                ciphertext=ciphertext,
                key_id=key_id,
                masked=change.masked,
            )
    except IntegrityError as error:
        raise IdentifierRegisteredMeanwhile from error


def absorb_person(*, from_id: int, into_id: int) -> None:
    """Two records turn out to be one person: numbers and employments of `from_id` go over to `into_id`.

    The caller holds both locked and knows that `from_id` has no cards and no vouchers, and that no client employs both.
    All numbers that come along count as replaced. The empty record stays, so that nothing that names it breaks.
    """
    now = timezone.now()
    for row in PersonIdentifier.objects.select_for_update().filter(person_id=from_id):
        value = identifier_vault.decrypt(row.key_id, bytes(row.ciphertext), person_id=from_id)
        row.key_id, row.ciphertext = identifier_vault.encrypt(value, person_id=into_id)
        row.person_id = into_id
        row.replaced_at = row.replaced_at or now
        row.save(update_fields=["key_id", "ciphertext", "person", "replaced_at"])
    for change in IdentifierChange.objects.filter(beneficiary__person_id=from_id, state=IdentifierChangeState.ASKED):
        value = identifier_vault.decrypt(change.key_id, bytes(change.ciphertext), person_id=from_id)
        change.key_id, change.ciphertext = identifier_vault.encrypt(value, person_id=into_id)
        change.save(update_fields=["key_id", "ciphertext"])
    Beneficiary.objects.filter(person_id=from_id).update(person_id=into_id)


def close_change(
    change: IdentifierChange, *, state: IdentifierChangeState, reason: str = "", actor: User | None
) -> None:
    """Write the decision down and wipe the number: it is with the person now, or was nobody's business."""
    change.state = state
    change.decided_by = actor
    change.decided_at = timezone.now()
    change.decision_reason = reason
    change.lookup_hash = change.ciphertext = b""
    change.key_id = ""
    change.save(
        update_fields=[
            "state", "decided_by", "decided_at", "decision_reason", "lookup_hash", "ciphertext", "key_id",
        ]
    )  # fmt: skip


def rotate_identifier_keys(*, actor: User | None) -> int:
    """Encrypt every identifier that is under an older key with the newest one; how many.

    Works in batches of `ROTATION_BATCH_ROWS`, each its own transaction, so it may be stopped and started again.
    Numbers that clients asked to be made current are renewed with the first batch.
    """
    newest = identifier_vault.newest_key_id()
    count = _rotate_changes_asked(newest)
    while True:
        with transaction.atomic():
            batch = list(
                PersonIdentifier.objects.select_for_update(skip_locked=True)
                .exclude(key_id=newest)
                .order_by("id")[:ROTATION_BATCH_ROWS]
            )
            for row in batch:
                value = identifier_vault.decrypt(row.key_id, bytes(row.ciphertext), person_id=row.person_id)
                row.key_id, row.ciphertext = identifier_vault.encrypt(value, person_id=row.person_id)
            PersonIdentifier.objects.bulk_update(batch, ["key_id", "ciphertext"])
            if batch:
                record_event(actor=actor, action=Action.IDENTIFIER_KEYS_ROTATED, row_count=len(batch))
        if not batch:
            return count
        count += len(batch)


@transaction.atomic
def _rotate_changes_asked(newest_key_id: str) -> int:
    """The numbers in changes that wait for staff: never many. How many."""
    asked = IdentifierChange.objects.select_for_update(of=("self",)).select_related("beneficiary")
    changes = list(asked.filter(state=IdentifierChangeState.ASKED).exclude(key_id=newest_key_id))
    for change in changes:
        person_id = change.beneficiary.person_id
        value = identifier_vault.decrypt(change.key_id, bytes(change.ciphertext), person_id=person_id)
        change.key_id, change.ciphertext = identifier_vault.encrypt(value, person_id=person_id)
    IdentifierChange.objects.bulk_update(changes, ["key_id", "ciphertext"])
    return len(changes)


def lock_persons(person_ids: Sequence[int]) -> None:
    """Hold these people until the end of the transaction, in id order, so that two orders can't both order a card."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM beneficiaries_person WHERE id = ANY(%s) ORDER BY id FOR UPDATE) locked",
            [list(person_ids)],
        )
