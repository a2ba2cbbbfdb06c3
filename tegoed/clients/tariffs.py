"""Tariffs made for one offer (SPEC Q2).

Its one law: only a tariff that is negotiated and that no contract names is ever changed or taken away; what somebody signed
stays at its price.
"""

from django.db import transaction

from tegoed.clients.models import Contract, Tariff
from tegoed.rules.dates import brussels_today
from tegoed.rules.pricing import Tariff as TariffTerms
from tegoed.rules.pricing import check_replacement_fee
from tegoed.rules.products import Product
from tegoed.rules.statutory import statutory_cents

TERMS = (
    "service_basis_points",
    "service_per_voucher_cents",
    "loading_per_beneficiary_cents",
    "card_production_cents",
    "card_replacement_cents",
    "card_delivery_per_site_cents",
    "card_delivery_home_cents",
    "paper_printing_per_voucher_cents",
    "paper_delivery_per_site_cents",
    "vat_basis_points",
)


def check_terms(terms: TariffTerms) -> None:
    """Raises `ReplacementFeeAboveMaximum`."""
    check_replacement_fee(terms, statutory_cents(Product.MEAL, "face_value_max_exempt", brussels_today()) or 0)


@transaction.atomic
def keep_negotiated_tariff(*, name: str, terms: TariffTerms) -> Tariff:
    """The negotiated tariff of that name, with these terms; a new one, or the one that is still being negotiated.

    The caller writes the trail: it knows for whom. Raises `ReplacementFeeAboveMaximum`.
    """
    check_terms(terms)
    tariff = Tariff.objects.select_for_update().filter(name=name, is_negotiated=True).first()
    if tariff is None:
        tariff = Tariff(name=name, is_negotiated=True)
    elif Contract.objects.filter(tariff=tariff).exists():
        raise ValueError("a tariff that somebody signed is not changed")
    for term in TERMS:
        setattr(tariff, term, getattr(terms, term))
    tariff.save()
    return tariff


@transaction.atomic
def drop_negotiated_tariffs(*, tariff_ids: list[int]) -> None:
    """Take away negotiated tariffs that nothing names any more; others of these ids stay."""
    signed = Contract.objects.filter(tariff__in=tariff_ids).values("tariff")
    Tariff.objects.filter(pk__in=tariff_ids, is_negotiated=True).exclude(pk__in=signed).delete()
