"""Filters that write the codes of the books in words; see `tegoed.backoffice.wording`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import template

from tegoed.backoffice import wording
from tegoed.banking.models import StatementLine
from tegoed.orders.models import CostReasonChoice, Order
from tegoed.public import deeds

register = template.Library()


@register.filter
def line_reason(code: str) -> str:
    """Why a line of a statement lies where it lies."""
    return str(wording.LINE_REASONS.get(code, ""))


@register.filter
def line_way(line: StatementLine) -> str:
    """What became of a line, and by which rung of the ladder."""
    return wording.way_of_line(line)


@register.filter
def proposal_reasons(codes: list[str]) -> str:
    """Why a payment could be for something."""
    return wording.reasons_in_words(codes)


@register.filter
def trail_action(tag: str) -> str:
    """What somebody did."""
    return str(deeds.ACTIONS.get(tag, ""))


@register.filter
def trail_facts(facts: Mapping[str, Any]) -> str:
    """The facts of what somebody did."""
    return deeds.facts_in_words(facts)


@register.filter
def step_reason(code: str, order: Order) -> str:
    """Why an order took a step."""
    reasons = wording.STEP_REASONS | (wording.STEP_REASONS_ON_PAPER if order.is_on_paper else {})
    return str(reasons.get(code, ""))


@register.filter
def cost_reason(code: str) -> str:
    """What is paid for."""
    return str(CostReasonChoice(code).label)


@register.filter
def message_kind(code: str) -> str:
    """What a message is about."""
    return str(wording.MESSAGE_KINDS.get(code, ""))


@register.filter
def provider_name(code: str) -> str:
    """By which way e-invoices go out."""
    return str(wording.PROVIDERS.get(code, code))


@register.filter
def length_of_time(length: timedelta | None) -> str:
    """A length of time in words."""
    return "" if length is None else wording.in_words(length)


@register.filter
def grouped(number: str) -> str:
    """An account number in groups of four."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


@register.filter
def enterprise(number: str) -> str:
    """An enterprise number as people write it: 0403.170.701."""
    return f"{number[:4]}.{number[4:7]}.{number[7:]}" if len(number) == 10 else number  # noqa: PLR2004


@register.filter
def percent(basis_points: int) -> str:
    """Basis points as a percentage: 150 is 1.5 %."""
    whole = f"{basis_points / 100:g}"
    return f"{whole} %"


@register.filter
def book_figure(code: str) -> str:
    """What a figure of the books is."""
    return str(wording.BOOK_FIGURES.get(code, ""))


@register.filter
def finding(code: str) -> str:
    """What a check of the books found."""
    return str(wording.FINDINGS.get(code, wording.FINDING_OTHER))
