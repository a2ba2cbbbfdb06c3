"""What the law says of each product, as facts with their period and their sources, for the public pages.

Its one law: each figure is a dated row of the statutory data; a page says what holds on the day it is read.
It explains; what may be ordered is decided by `rules.order_lines`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tegoed.refusals.facts import readable
from tegoed.refusals.sentence import Sentence
from tegoed.rules.money import format_euro
from tegoed.rules.products import Product
from tegoed.rules.statutory import StatutoryParameter, source_reference, statutory_value


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure was found: what to show, and the address if it has one."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the law says: what it is about, what it says, in which days, and where that was found."""

    label: str
    value: str
    period: str
    sources: Sequence[Source]


Words = Callable[[StatutoryParameter], str]


def _euro(row: StatutoryParameter) -> str:
    return format_euro(row.cents, (get_language() or "nl")[:2])


def _months(row: StatutoryParameter) -> str:
    count = int(row.value)
    return ngettext("%(count)s month", "%(count)s months", count) % {"count": number_format(count)}


def _said(words: Sentence) -> Words:
    return lambda _row: str(words)


_MEAL: tuple[tuple[str, Sentence, Words], ...] = (
    ("face_value_max_exempt", _("Highest value of one voucher"), _euro),
    ("employer_share_max", _("Highest share of the employer, for each voucher"), _euro),
    ("worker_share_min", _("Lowest share of the employee, for each voucher"), _euro),
    ("tax_deduction", _("Tax deduction of the employer, for each voucher"), _euro),
    ("tax_deduction_if_employer_share_at_max", _("Tax deduction where the employer pays the highest share"), _euro),
    ("count_rule", _("How many"), _said(_("one for each day really worked"))),
    (
        "agreement",
        _("Rests on"),
        _said(_("a collective agreement, or an individual one where there is no union delegation")),
    ),
    ("replacement_card_cost_max", _("A new card after loss costs at most"), _said(_("the value of one meal voucher"))),
)
_ECO: tuple[tuple[str, Sentence, Words], ...] = (
    ("annual_max", _("Most for one employee in a year"), _euro),
    ("face_value_max", _("Highest value of one voucher"), _euro),
    ("worker_share", _("Share of the employee"), _euro),
    (
        "product_list",
        _("Buys"),
        _said(_("ecological products and services of the list in the national collective agreement")),
    ),
)
_GIFT: tuple[tuple[str, Sentence, Words], ...] = (
    ("annual_max_end_of_year", _("End of the year, for each employee"), _euro),
    ("annual_max_per_child", _("On top of it, for each dependent child"), _euro),
    ("marriage_or_legal_cohabitation_max", _("Marriage or legal cohabitation"), _euro),
    ("honour_max", _("Honorary distinction"), _euro),
    ("retirement_per_service_year", _("Retirement, for each year of service"), _euro),
    ("retirement_max", _("Retirement, at most"), _euro),
    ("cash_exchange", _("Exchange for money"), _said(_("not allowed"))),
)
_SPORT_CULTURE: tuple[tuple[str, Sentence, Words], ...] = (("annual_max", _("Most for one employee in a year"), _euro),)
_SHOWN = {
    Product.MEAL: _MEAL,
    Product.ECO: _ECO,
    Product.GIFT: _GIFT,
    Product.SPORT_CULTURE: _SPORT_CULTURE,
}
_OF_ALL: tuple[tuple[str, Sentence, Words], ...] = (
    ("validity", _("Can be spent for"), _months),
    ("form", _("Form"), _said(_("on a card only, not on paper"))),
)
PRODUCTS_SHOWN = tuple(_SHOWN)
"""In the order of the pages. Consumption vouchers are closed: the law sets no validity for them any more."""


def facts_of(product: Product, *, on: date) -> list[Fact]:
    """What the law says of a product on that day, in the language that is active now; rows not in force are left out."""
    facts = [_fact(product, *shown, on=on) for shown in (*_SHOWN[product], *_OF_ALL)]
    territory = statutory_value("all_e", "territory", on)
    if territory is not None:
        facts.append(_as_fact(territory, _("Where"), gettext("in Belgium only")))
    return [fact for fact in facts if fact is not None]


def _fact(product: Product, name: str, label: Sentence, words: Words, *, on: date) -> Fact | None:
    row = statutory_value(product, name, on)
    return None if row is None else _as_fact(row, label, words(row))


def _as_fact(row: StatutoryParameter, label: Sentence, value: str) -> Fact:
    period = readable({"from_on": row.from_on, "to_on": row.to_on})["period"]
    return Fact(str(label), value, period, [_source(number) for number in row.sources])


def _source(number: str) -> Source:
    """The site that a reference names; its first word is the address where it starts with one."""
    reference = source_reference(number)
    address = reference.split(" ", maxsplit=1)[0]
    host = urlsplit(address).hostname
    return Source(host.removeprefix("www.").rstrip("."), address) if host else Source(reference, "")
