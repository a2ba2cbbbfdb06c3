"""Writes on beneficiaries. Each is one transaction; nothing here shows or logs an identifier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection, transaction

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries import identifier_vault
from tegoed.beneficiaries.models import Beneficiary, BeneficiaryProduct, CardDelivery, Person, PersonIdentifier
from tegoed.clients.models import Client, Site, User
from tegoed.errors import Refusal
from tegoed.rules.identifiers import Identifier, masked


class NissAlreadyKnown(Refusal):
    """This client already has a beneficiary with that identifier. `beneficiary_id` and `is_active` tell which."""

    code = "niss-already-known"


class DeliveryPlaceMissing(Refusal):
    """A card delivered at work needs one of the client's sites; at home it needs a full address."""

    code = "delivery-place-missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualAmount:
    """What a beneficiary usually gets of a product: vouchers × face value (meal), or a total, in cents."""

    product: str
    voucher_count: int = 0
    face_value_cents: int = 0
    amount_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BeneficiaryParticulars:
    """What a client tells of a person (SPEC B1), the identifier aside."""

    last_name: str
    first_name: str
    birth_on: date
    language: str
    gender: str = "x"
    email: str = ""
    staff_number: str = ""
    cost_centre: str = ""
    card_delivery: str = CardDelivery.SITE
    site: Site | None = None
    home_street: str = ""
    home_postcode: str = ""
    home_town: str = ""


@transaction.atomic
def add_beneficiary(
    *,
    client: Client,
    identifier: Identifier,
    particulars: BeneficiaryParticulars,
    usual_amounts: Sequence[UsualAmount] = (),
    actor: User | None,
) -> Beneficiary:
    """Register a person with this client; the person may be known already through another employer (SPEC B2).

    Raises `NissAlreadyKnown` (this client has them, active or not), `DeliveryPlaceMissing`.
    """
    check_delivery_place(client, particulars)
    person_id = _person_with(identifier, client=client)
    known = Beneficiary.objects.filter(client=client, person_id=person_id).first()
    if known is not None:
        raise NissAlreadyKnown(beneficiary_id=known.pk, is_active=known.is_active)
    fields = {name: getattr(particulars, name) for name in BeneficiaryParticulars.__slots__}
    beneficiary = Beneficiary.objects.create(client=client, person_id=person_id, **fields)
    BeneficiaryProduct.objects.bulk_create(
        BeneficiaryProduct(
            beneficiary=beneficiary,
            product=usual.product,
            voucher_count=usual.voucher_count,
            face_value_cents=usual.face_value_cents,
            amount_cents=usual.amount_cents,
        )
        for usual in usual_amounts
    )
    record_event(actor=actor, action=Action.BENEFICIARY_ADDED, client_id=client.pk, subject_id=beneficiary.pk)
    return beneficiary


def check_delivery_place(client: Client, particulars: BeneficiaryParticulars) -> None:
    """Raises `DeliveryPlaceMissing` unless the card has somewhere to go; another client's site is no place."""
    if particulars.card_delivery == CardDelivery.SITE:
        if particulars.site is None or particulars.site.client_id != client.pk:
            raise DeliveryPlaceMissing(delivery=CardDelivery.SITE)
    elif not (particulars.home_street and particulars.home_postcode and particulars.home_town):
        raise DeliveryPlaceMissing(delivery=CardDelivery.HOME)


def _person_with(identifier: Identifier, *, client: Client) -> int:
    """The id of the person with this identifier, made when unknown; two at once make one person."""
    found_by = identifier_vault.lookup_hash(identifier, client_id=client.pk)
    known = PersonIdentifier.objects.filter(lookup_hash=found_by).first()
    if known is not None:
        return known.person_id
    try:
        with transaction.atomic():
            person = Person.objects.create()
            key_id, ciphertext = identifier_vault.encrypt(identifier.value, person_id=person.pk)
            PersonIdentifier.objects.create(
                person=person,
                kind=identifier.kind,
                lookup_hash=found_by,
                ciphertext=ciphertext,
                key_id=key_id,
                masked=masked(identifier.value, identifier.kind),
            )
            return person.pk
    except IntegrityError:  # somebody else registered the same person in between
        return PersonIdentifier.objects.get(lookup_hash=found_by).person_id


ROTATION_BATCH_ROWS = 1_000


def rotate_identifier_keys(*, actor: User | None) -> int:
    """Encrypt every identifier that is under an older key with the newest one; how many.

    Works in batches of `ROTATION_BATCH_ROWS`, each its own transaction, so it may be stopped and started again.
    """
    newest = identifier_vault.newest_key_id()
    count = 0
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


def lock_persons(person_ids: Sequence[int]) -> None:
    """Hold these people until the end of the transaction, in id order, so that two orders can't both order a card."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM beneficiaries_person WHERE id = ANY(%s) ORDER BY id FOR UPDATE) locked",
            [list(person_ids)],
        )
