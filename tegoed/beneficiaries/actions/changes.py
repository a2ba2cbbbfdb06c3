"""Changing one beneficiary: particulars, usual amounts, active or not (SPEC B4, B5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries.actions.registration import (
    BeneficiaryParticulars,
    UsualAmount,
    check_delivery_place,
    locked_open_site,
)
from tegoed.beneficiaries.models import Beneficiary, BeneficiaryProduct, CardDelivery
from tegoed.beneficiaries.refusals import DeliveryPlaceClosed, DeliveryPlaceMissing
from tegoed.clients.models import Client, User

Changes = dict[str, list[Any]]
"""What the trail keeps: field -> [old, new]; dates as text, the site by name, `usual_<product>` as [count, face, amount]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeAddress:
    """Where somebody lives."""

    street: str
    postcode: str
    town: str

    @property
    def is_complete(self) -> bool:
        return bool(self.street and self.postcode and self.town)


@transaction.atomic
def change_beneficiary(
    *,
    client: Client,
    beneficiary_id: int,
    particulars: BeneficiaryParticulars,
    usual_amounts: Sequence[UsualAmount],
    products: Collection[str],
    actor: User | None,
) -> Changes:
    """Write down what the client now tells of a person; what really changed. Nothing changed: nothing written.

    `products`: those that `usual_amounts` is complete for; usual amounts of others stay as they are.
    Raises `Beneficiary.DoesNotExist`, `DeliveryPlaceMissing`.
    """
    beneficiary = _locked(client, beneficiary_id)
    check_delivery_place(client, particulars)
    changes = _changed_fields(beneficiary, particulars)
    for name in changes:
        setattr(beneficiary, name, getattr(particulars, name))
    beneficiary.save(update_fields=list(changes))
    changes |= _change_usual_amounts(beneficiary, usual_amounts, products)
    if changes:
        _record(beneficiary, Action.BENEFICIARY_CHANGED, actor, changed=changes)
    return changes


@transaction.atomic
def deactivate_beneficiary(
    *, client: Client, beneficiary_id: int, home: HomeAddress | None, actor: User | None
) -> Beneficiary:
    """Somebody left: no orders and no renewals any more (SPEC B4). Card, vouchers and history stay.

    `home`: where cards go from now on, instead of the workplace; None: they stay as they are. Inactive already: nothing
    happens. Raises `Beneficiary.DoesNotExist`, `DeliveryPlaceMissing` (an address with a gap).
    """
    beneficiary = _locked(client, beneficiary_id)
    if not beneficiary.is_active:
        return beneficiary
    changes: Changes = {}
    if home is not None:
        changes = _send_home(beneficiary, home)
    beneficiary.is_active = False
    beneficiary.save(update_fields=["is_active", *changes])
    _record(beneficiary, Action.BENEFICIARY_DEACTIVATED, actor, changed=changes)
    return beneficiary


@transaction.atomic
def reactivate_beneficiary(*, client: Client, beneficiary_id: int, actor: User | None) -> Beneficiary:
    """The same person comes back, with the same card, vouchers and history. Active already: nothing happens.

    Raises `Beneficiary.DoesNotExist`, `DeliveryPlaceClosed` (their workplace was closed in between).
    """
    beneficiary = _locked(client, beneficiary_id)
    if beneficiary.is_active:
        return beneficiary
    goes_to_site = beneficiary.card_delivery == CardDelivery.SITE
    if goes_to_site and not locked_open_site(client, beneficiary.site_id):
        raise DeliveryPlaceClosed(beneficiary=str(beneficiary), site=str(beneficiary.site))
    beneficiary.is_active = True
    beneficiary.save(update_fields=["is_active"])
    _record(beneficiary, Action.BENEFICIARY_REACTIVATED, actor)
    return beneficiary


def _locked(client: Client, beneficiary_id: int) -> Beneficiary:
    people = Beneficiary.objects.select_for_update(of=("self",)).select_related("site")
    return people.get(client=client, pk=beneficiary_id)


def _changed_fields(beneficiary: Beneficiary, particulars: BeneficiaryParticulars) -> Changes:
    changes: Changes = {}
    for name in BeneficiaryParticulars.__slots__:
        old, new = getattr(beneficiary, name), getattr(particulars, name)
        if old != new:
            changes[name] = [_as_fact(old), _as_fact(new)]
    return changes


def _as_fact(value: Any) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None else str(value)


def _send_home(beneficiary: Beneficiary, home: HomeAddress) -> Changes:
    """Set the fields, without saving; what changed."""
    if not home.is_complete:
        raise DeliveryPlaceMissing(delivery=CardDelivery.HOME)
    fields = {
        "card_delivery": CardDelivery.HOME,
        "site": None,
        "home_street": home.street,
        "home_postcode": home.postcode,
        "home_town": home.town,
    }
    changes: Changes = {}
    for name, new in fields.items():
        old = getattr(beneficiary, name)
        if old != new:
            changes[name] = [_as_fact(old), _as_fact(new)]
            setattr(beneficiary, name, new)
    return changes


def _change_usual_amounts(
    beneficiary: Beneficiary, usual_amounts: Sequence[UsualAmount], products: Collection[str]
) -> Changes:
    wanted = {usual.product: usual.as_row(beneficiary) for usual in usual_amounts if usual.product in products}
    known = {row.product: row for row in beneficiary.products.filter(product__in=products)}
    changes: Changes = {}
    for product in sorted(set(wanted) | set(known)):
        old, new = _figures(known.get(product)), _figures(wanted.get(product))
        if old != new:
            changes[f"usual_{product}"] = [old, new]
    changed = [name.removeprefix("usual_") for name in changes]
    beneficiary.products.filter(product__in=changed).delete()
    BeneficiaryProduct.objects.bulk_create(wanted[product] for product in changed if product in wanted)
    return changes


def _figures(row: BeneficiaryProduct | None) -> list[int] | None:
    return [row.voucher_count, row.face_value_cents, row.amount_cents] if row else None


def _record(beneficiary: Beneficiary, action: Action, actor: User | None, **facts: Any) -> None:
    record_event(actor=actor, action=action, client_id=beneficiary.client_id, subject_id=beneficiary.pk, **facts)
