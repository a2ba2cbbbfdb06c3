"""Merchants and acceptance points by hand. Each is one transaction; the caller has checked who may.

Its one law: nothing goes away: what is no longer so is deactivated. Many at once come as a file: `importing`.
"""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import User
from tegoed.merchants.models import AcceptancePoint, Merchant
from tegoed.merchants.refusals import MerchantKnownAlready, PointKnownAlready
from tegoed.rules.places import place_of_postcode
from tegoed.rules.products import Product

NOBODY = 0
"""The id of no row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantParticulars:
    """A merchant as staff type it. `enterprise_number`: ten digits, or empty."""

    name: str
    enterprise_number: str = ""
    website: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PointParticulars:
    """A point as staff type it: street, postcode and town, or `online_address`. No coordinates: those of the postcode."""

    name: str
    products: tuple[Product, ...]
    street: str = ""
    postcode: str = ""
    town: str = ""
    latitude: float | None = None
    longitude: float | None = None
    online_address: str = ""
    is_active: bool = True


@transaction.atomic
def add_merchant(*, particulars: MerchantParticulars, actor: User | None) -> Merchant:
    """A new merchant, without points yet. Raises `MerchantKnownAlready`."""
    _check_merchant(particulars, except_id=NOBODY)
    merchant = Merchant.objects.create(**asdict(particulars))
    record_event(actor=actor, action=Action.MERCHANT_ADDED, subject_id=merchant.pk, name=merchant.name)
    return merchant


@transaction.atomic
def change_merchant(*, merchant_id: int, particulars: MerchantParticulars, actor: User | None) -> Merchant:
    """Correct, deactivate or reactivate a merchant; none of its points shows while it is inactive. Nothing changed: nothing
    written. Raises `Merchant.DoesNotExist`, `MerchantKnownAlready`."""
    merchant = Merchant.objects.select_for_update().get(pk=merchant_id)
    _check_merchant(particulars, except_id=merchant.pk)
    changes = _set(merchant, asdict(particulars))
    if changes:
        merchant.save(update_fields=list(changes))
        record_event(actor=actor, action=Action.MERCHANT_CHANGED, subject_id=merchant.pk, changed=changes)
    return merchant


@transaction.atomic
def add_point(*, merchant_id: int, particulars: PointParticulars, actor: User | None) -> AcceptancePoint:
    """A new acceptance point. Raises `Merchant.DoesNotExist`, `PointKnownAlready`."""
    merchant = Merchant.objects.select_for_update().get(pk=merchant_id)
    _check_point(merchant, particulars, except_id=NOBODY)
    point = AcceptancePoint.objects.create(
        merchant=merchant, merchant_name=merchant.name, **_values(particulars, before=None)
    )
    record_event(actor=actor, action=Action.POINT_ADDED, subject_id=merchant.pk, point_id=point.pk, name=point.name)
    return point


@transaction.atomic
def change_point(
    *, merchant_id: int, point_id: int, particulars: PointParticulars, actor: User | None
) -> AcceptancePoint:
    """Correct, deactivate or reactivate a point. Another postcode without coordinates: those of that postcode.

    Raises `Merchant.DoesNotExist`, `AcceptancePoint.DoesNotExist`, `PointKnownAlready`.
    """
    merchant = Merchant.objects.select_for_update().get(pk=merchant_id)
    point = AcceptancePoint.objects.select_for_update().get(merchant=merchant, pk=point_id)
    _check_point(merchant, particulars, except_id=point.pk)
    changes = _set(point, _values(particulars, before=point))
    if changes:
        point.save(update_fields=list(changes))
        record_event(
            actor=actor,
            action=Action.POINT_CHANGED,
            subject_id=merchant.pk,
            point_id=point.pk,
            name=point.name,
            changed=changes,
        )
    return point


def _check_merchant(particulars: MerchantParticulars, *, except_id: int) -> None:
    if particulars.enterprise_number:
        same = Merchant.objects.filter(enterprise_number=particulars.enterprise_number)
    else:
        same = Merchant.objects.filter(enterprise_number="", name__iexact=particulars.name)
    other = same.exclude(pk=except_id).first()
    if other is not None:
        raise MerchantKnownAlready(name=other.name)


def _check_point(merchant: Merchant, particulars: PointParticulars, *, except_id: int) -> None:
    if particulars.online_address:
        same = merchant.points.filter(is_online=True, online_address__iexact=particulars.online_address)
    else:
        same = merchant.points.filter(is_online=False, postcode=particulars.postcode, street__iexact=particulars.street)
    other = same.exclude(pk=except_id).first()
    if other is not None:
        raise PointKnownAlready(name=other.name)


def _values(particulars: PointParticulars, *, before: AcceptancePoint | None) -> dict[str, Any]:
    values = asdict(particulars)
    values["products"] = [product.value for product in particulars.products]
    values["is_online"] = bool(particulars.online_address)
    if not values["is_online"] and particulars.latitude is None:
        if before is not None and before.postcode == particulars.postcode:
            values["latitude"], values["longitude"] = before.latitude, before.longitude
        else:
            place = place_of_postcode(particulars.postcode)
            values["latitude"], values["longitude"] = (place.latitude, place.longitude) if place else (None, None)
    return values


def _set(row: Merchant | AcceptancePoint, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Set what differs; old and new of each."""
    changes = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
    for name, (_old, new) in changes.items():
        setattr(row, name, new)
    return changes
