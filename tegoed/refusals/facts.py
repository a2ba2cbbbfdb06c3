"""The facts of a refusal as people read them.

Its one law: the name of a fact says what it is (`_cents`, `_on`, `month_on`, `product`), so no sentence formats anything itself.
A fact that a sentence names and the refusal lacks is written as an ellipsis: a missing fact never hides the sentence.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language

from tegoed.beneficiaries.models import CardDelivery
from tegoed.clients.models import FormChoice, ProductChoice
from tegoed.flows.legal_words import day_in_words, period_in_words, sources_of
from tegoed.orders.models import OrderState
from tegoed.paper_vouchers.models import PrintBatchState
from tegoed.rules.money import format_euro

CHOICES = {
    "product": ProductChoice,
    "form": FormChoice,
    "delivery": CardDelivery,
    "from_batch": PrintBatchState,
    "to_batch": PrintBatchState,
    "state": OrderState,
    "from_state": OrderState,
    "to_state": OrderState,
}
ABSENT = "…"


class Facts(dict[str, str]):
    """Facts by name, forgiving to sentences that name one more."""

    def __missing__(self, name: str) -> str:
        return ABSENT


def readable(params: Mapping[str, Any]) -> Facts:
    """Every fact as text in the active language, and `period` where there is `from_on` or `to_on`."""
    facts = Facts({name: _text(name, value) for name, value in params.items()})
    if "from_on" in params or "to_on" in params:
        facts["period"] = period_in_words(params.get("from_on"), params.get("to_on"))
    return facts


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def month_in_words(on: date) -> str:
    """The month of a date in the active language: November 2026."""
    return str(date_format(on, "F Y"))


def _text(name: str, value: Any) -> str:
    if name.endswith("_cents") and isinstance(value, int):
        return format_euro(value, _language())
    if name == "sources" and value is not None:
        return ", ".join(source.host for source in sources_of(value))
    if name in CHOICES and value in CHOICES[name].values:
        return str(CHOICES[name](value).label)
    return ABSENT if value is None else _plain_text(name, value)


def _plain_text(name: str, value: Any) -> str:
    if isinstance(value, date):
        return month_in_words(value) if name.endswith("month_on") else day_in_words(value)
    if isinstance(value, int) and not name.endswith("_id"):
        return str(number_format(value, force_grouping=True))
    if isinstance(value, Mapping):  # words by language, from a form that carries its own
        return str(value.get(_language(), ABSENT))
    return str(value)
