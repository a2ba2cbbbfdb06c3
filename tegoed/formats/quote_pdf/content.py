"""Every text on a quote, written for its language."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import segno

from tegoed.formats.invoice import Party
from tegoed.rules.money import format_euro


@dataclass(frozen=True, slots=True)
class QuoteCost:
    """One cost: what for, how it is made up (may be empty), cents without VAT."""

    what: str
    how: str
    net_cents: int


@dataclass(frozen=True, slots=True)
class QuoteInvoice:
    """What one invoice of a part would say; cents."""

    title: str
    costs: Sequence[QuoteCost]
    vat_cents: int
    total_cents: int


@dataclass(frozen=True, slots=True)
class QuotePart:
    """One product in one form."""

    title: str
    detail: str
    invoices: Sequence[QuoteInvoice]
    total_cents: int


@dataclass(frozen=True, slots=True)
class QuoteHint:
    """What the law says beside it: `source` is its period and where it stands."""

    title: str
    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteDocument:
    """A whole quote. `prospect`: lines of who it is for, may be empty. `message`: of sales, may be empty. Cents.

    `people_count`: how many get something, for the cost of each.
    """

    kind: Literal["quote", "offer"]
    number: str
    issuer: Party
    prospect: Sequence[str]
    message: str
    made_on: date
    valid_until: date
    parts: Sequence[QuotePart]
    face_value_cents: int
    fees_cents: int
    vat_cents: int
    total_cents: int
    people_count: int
    reasons: Sequence[str]
    hints: Sequence[QuoteHint]
    address: str


@cache
def labels(language: str) -> dict[str, str]:
    """The words of one language. Raises `KeyError` for one we don't have."""
    chosen: dict[str, str] = json.loads(Path(__file__).with_name("labels.json").read_text("utf-8"))[language]
    return chosen


def page_content(document: QuoteDocument, *, language: str) -> dict[str, Any]:
    """What the template places, as plain strings. Raises `ValueError` when the parts don't add up to the total."""
    sums = document.face_value_cents + document.fees_cents + document.vat_cents
    if sum(part.total_cents for part in document.parts) != document.total_cents or sums != document.total_cents:
        raise ValueError("the parts do not add up to the total")
    label = labels(language)

    def euro(cents: int) -> str:
        return format_euro(cents, language)

    return {
        "language": language,
        "labels": label,
        "title": label[document.kind],
        "number": f"{label['number']} {document.number}",
        "author": document.issuer.name,
        "issuer": {
            "name": document.issuer.name,
            "street": document.issuer.street,
            "town": f"{document.issuer.postcode} {document.issuer.town}",
        },
        "prospect": list(document.prospect),
        "message": document.message,
        "facts": [
            {"label": label["made_on"], "value": _day(document.made_on)},
            {"label": label["valid_until"], "value": _day(document.valid_until)},
        ],
        "sums": [
            {"label": label["face_value"], "value": euro(document.face_value_cents)},
            {"label": label["fees"], "value": euro(document.fees_cents)},
            {"label": label["vat"], "value": euro(document.vat_cents)},
        ],
        "total": euro(document.total_cents),
        "each": label["each"].format(amount=euro(document.total_cents // max(document.people_count, 1))),
        "parts": [_part(part, language, label) for part in document.parts],
        "reasons": list(document.reasons),
        "hints": [{"title": hint.title, "text": hint.text, "source": hint.source} for hint in document.hints],
        "address": document.address,
        "qr": _qr_png(document.address),
        "footer": " \N{MIDDLE DOT} ".join(
            part for part in (document.issuer.name, document.issuer.vat_number, document.issuer.email) if part
        ),
    }


def _part(part: QuotePart, language: str, label: dict[str, str]) -> dict[str, Any]:
    return {
        "title": part.title,
        "detail": part.detail,
        "total": format_euro(part.total_cents, language),
        "invoices": [
            {
                "title": invoice.title,
                "rows": [[cost.what, cost.how, format_euro(cost.net_cents, language)] for cost in invoice.costs],
                "vat": [label["vat"], "", format_euro(invoice.vat_cents, language)],
                "total": [
                    label["invoice_total"].format(invoice=invoice.title),
                    "",
                    format_euro(invoice.total_cents, language),
                ],
            }
            for invoice in part.invoices
        ],
    }


def _qr_png(address: str) -> list[int]:
    picture = BytesIO()
    segno.make_qr(address, error="m").save(picture, kind="png", scale=1)
    return list(picture.getvalue())


def _day(on: date) -> str:
    return on.strftime("%d/%m/%Y")
