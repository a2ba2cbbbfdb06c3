"""The figures the law sets, each with its period, status and sources: read from `data/statutory_parameters.csv`.

Its one law: a legal figure is a dated row with a source, never a constant in code, and no two rows of one parameter
hold on the same day (such a file is refused at load, by name). Only rows whose status starts with `verified` or
`derived` are in the file; what could not be verified is not shipped.
Loaded once, at the first question. Dates are inclusive at both ends; a missing date is open.
"""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from io import StringIO
from pathlib import Path

_DATA = Path(__file__).parent / "data"
_SHIPPED_STATUSES = ("verified", "derived")
_CENTS_OF_EURO = 100


class StatutoryDataError(ValueError):
    """The shipped data can't be trusted: overlapping periods, an unshippable status, a source that is not listed."""


@dataclass(frozen=True, slots=True)
class StatutoryParameter:
    """One figure of the law. `value` is text as the row has it; `unit` says how to read it (`EUR/voucher`, `months`).

    `sources` are numbers of `data/sources.csv`: see `source_reference`.
    """

    product: str
    name: str
    value: str
    unit: str
    from_on: date | None
    to_on: date | None
    status: str
    sources: tuple[str, ...]

    def holds_on(self, on: date) -> bool:
        """Whether the row is in force on that day."""
        return (self.from_on is None or self.from_on <= on) and (self.to_on is None or on <= self.to_on)

    @property
    def cents(self) -> int:
        """The value in cents. Raises `ValueError` if the unit is not euro or the value not whole cents."""
        if self.unit.split("/")[0] != "EUR":
            raise ValueError(f"{self.product},{self.name} is counted in {self.unit!r}, not in euro")
        cents = Decimal(self.value) * _CENTS_OF_EURO
        if cents != int(cents):
            raise ValueError(f"{self.product},{self.name} is not whole cents")
        return int(cents)


def statutory_value(product: str, name: str, on: date) -> StatutoryParameter | None:
    """The row of this product and parameter in force on that day, or None."""
    for parameter in _by_name().get((product, name), ()):
        if parameter.holds_on(on):
            return parameter
    return None


def statutory_cents(product: str, name: str, on: date) -> int | None:
    """The same in cents. Raises `ValueError` if the figure is not one in euro."""
    parameter = statutory_value(product, name, on)
    return None if parameter is None else parameter.cents


@lru_cache(maxsize=1)
def all_parameters() -> tuple[StatutoryParameter, ...]:
    """Every shipped row; a row of several products comes once for each."""
    return read_parameters((_DATA / "statutory_parameters.csv").read_text(encoding="utf-8"), sources=_sources())


def source_reference(number: str) -> str:
    """Where the fact was found. Raises `KeyError` for a number that is not listed."""
    return _sources()[number]


def read_parameters(text: str, *, sources: dict[str, str]) -> tuple[StatutoryParameter, ...]:
    """The rows of such a file, checked. Raises `StatutoryDataError` naming product and parameter."""
    parameters = tuple(
        parameter for row in csv.DictReader(StringIO(text), strict=True) for parameter in _parameters_of_row(row)
    )
    last_of: dict[tuple[str, str], StatutoryParameter] = {}
    for parameter in sorted(parameters, key=lambda row: row.from_on or date.min):
        key = (parameter.product, parameter.name)
        _check_row(parameter, sources=sources)
        before = last_of.get(key)
        if before is not None and (before.to_on is None or (parameter.from_on or date.min) <= before.to_on):
            raise StatutoryDataError(f"periods overlap: {parameter.product},{parameter.name}")
        last_of[key] = parameter
    return parameters


def _parameters_of_row(row: dict[str, str]) -> list[StatutoryParameter]:
    return [
        StatutoryParameter(
            product=product,
            name=row["parameter"],
            value=row["value"],
            unit=row["unit"],
            from_on=_date_or_open(row["from"]),
            to_on=_date_or_open(row["to"]),
            status=row["status"],
            sources=tuple(row["sources"].split(";")),
        )
        for product in row["product"].split(";")
    ]


def _date_or_open(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _check_row(parameter: StatutoryParameter, *, sources: dict[str, str]) -> None:
    name = f"{parameter.product},{parameter.name}"
    if not parameter.status.startswith(_SHIPPED_STATUSES):
        raise StatutoryDataError(f"not verified: {name}")
    if parameter.from_on and parameter.to_on and parameter.from_on > parameter.to_on:
        raise StatutoryDataError(f"period ends before it starts: {name}")
    if not set(parameter.sources) <= sources.keys():
        raise StatutoryDataError(f"source not listed: {name}")


@lru_cache(maxsize=1)
def _sources() -> dict[str, str]:
    with (_DATA / "sources.csv").open(encoding="utf-8", newline="") as file:
        return {row["number"]: row["reference"] for row in csv.DictReader(file, strict=True)}


@lru_cache(maxsize=1)
def _by_name() -> dict[tuple[str, str], tuple[StatutoryParameter, ...]]:
    by_name: dict[tuple[str, str], tuple[StatutoryParameter, ...]] = {}
    for parameter in all_parameters():
        key = (parameter.product, parameter.name)
        by_name[key] = (*by_name.get(key, ()), parameter)
    return by_name
