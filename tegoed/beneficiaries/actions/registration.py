"""Adding a beneficiary (SPEC B1, B2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries import identifier_vault
from tegoed.beneficiaries.models import Beneficiary, BeneficiaryProduct, CardDelivery, Person, PersonIdentifier
from tegoed.beneficiaries.refusals import DeliveryPlaceMissing, NissAlreadyKnown
from tegoed.clients.models import Client, Site, User
from tegoed.rules.identifiers import Identifier, masked


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualAmount:
    """What a beneficiary usually gets of a product: vouchers × face value (meal), or a total, in cents."""

    product: str
    voucher_count: int = 0
    face_value_cents: int = 0
    amount_cents: int = 0

    def as_row(self, beneficiary: Beneficiary) -> BeneficiaryProduct:
        """As it is stored."""
        return BeneficiaryProduct(
            beneficiary=beneficiary,
            product=self.product,
            voucher_count=self.voucher_count,
            face_value_cents=self.face_value_cents,
            amount_cents=self.amount_cents,
        )


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
    BeneficiaryProduct.objects.bulk_create(usual.as_row(beneficiary) for usual in usual_amounts)
    record_event(actor=actor, action=Action.BENEFICIARY_ADDED, client_id=client.pk, subject_id=beneficiary.pk)
    return beneficiary


def check_delivery_place(client: Client, particulars: BeneficiaryParticulars) -> None:
    """Raises `DeliveryPlaceMissing` unless the card has somewhere to go; another client's or a closed site is no place.

    The site stays locked until the end of the transaction, so that nobody closes it in between.
    """
    if particulars.card_delivery == CardDelivery.SITE:
        if particulars.site is None or not locked_open_site(client, particulars.site.pk):
            raise DeliveryPlaceMissing(delivery=CardDelivery.SITE)
    elif not (particulars.home_street and particulars.home_postcode and particulars.home_town):
        raise DeliveryPlaceMissing(delivery=CardDelivery.HOME)


def locked_open_site(client: Client, site_id: int | None) -> Site | None:
    """The client's site, if it is open, held until the end of the transaction."""
    if site_id is None:
        return None
    return Site.objects.select_for_update().filter(client=client, pk=site_id, is_active=True).first()


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
