"""Every text on a statement of account, written for its language."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from tegoed.formats.epc_qr import EpcQrImpossible, make_epc_qr
from tegoed.formats.invoice import Party
from tegoed.rules.money import format_euro
from tegoed.rules.structured_communication import pretty

QR_CODES_MAX = 12
"""So many open invoices get a code to scan; the others are paid by their communication, or on the page."""


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """One line: its words, what it changes and the balance after it, in cents."""

    on: date
    what: str
    change_cents: int
    balance_cents: int


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """One invoice to be paid. `level`: the reminder it is in (0: none). `is_collected`: by direct debit, so not to transfer."""

    number: str
    due_on: date
    open_cents: int
    communication: str
    iban: str
    bic: str
    level: int = 0
    is_collected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDocument:
    """A statement of account; a positive balance is to be paid by the client. Amounts in cents."""

    seller: Party
    buyer: Party
    from_on: date
    to_on: date
    opening_cents: int
    closing_cents: int
    on_account_cents: int
    entries: Sequence[AccountEntry]
    open_invoices: Sequence[OpenInvoice]


@cache
def labels(language: str) -> dict[str, str]:
    """The words of one language. Raises `KeyError` for one we don't have."""
    chosen: dict[str, str] = json.loads(Path(__file__).with_name("labels.json").read_text("utf-8"))[language]
    return chosen


def page_content(document: AccountDocument, *, language: str) -> dict[str, Any]:
    """What the template places, as plain strings. Raises `ValueError` when the entries don't lead to the closing balance."""
    if document.opening_cents + sum(entry.change_cents for entry in document.entries) != document.closing_cents:
        raise ValueError("the entries do not lead from the opening to the closing balance")
    label = labels(language)
    return {
        "language": language,
        "labels": label,
        "author": document.seller.name,
        "seller": _party(document.seller),
        "buyer": _party(document.buyer),
        "period": label["period"].format(since=_day(document.from_on), until=_day(document.to_on)),
        "opening": [_day(document.from_on), label["opening"], "", format_euro(document.opening_cents, language)],
        "rows": [
            [
                _day(entry.on),
                entry.what,
                format_euro(entry.change_cents, language) if entry.change_cents else "\N{EN DASH}",
                format_euro(entry.balance_cents, language),
            ]
            for entry in document.entries
        ],
        "closing": [_day(document.to_on), label["closing"], "", format_euro(document.closing_cents, language)],
        "on_account": label["on_account"].format(amount=format_euro(document.on_account_cents, language))
        if document.on_account_cents
        else None,
        "open": [
            _open(invoice, document.seller.name, language, label, has_code=place < QR_CODES_MAX)
            for place, invoice in enumerate(sorted(document.open_invoices, key=lambda one: one.is_collected))
        ],
        "footer": " \N{MIDDLE DOT} ".join(
            part for part in (document.seller.name, document.seller.vat_number, document.seller.email) if part
        ),
    }


def _party(party: Party) -> dict[str, str]:
    return {"name": party.name, "street": party.street, "town": f"{party.postcode} {party.town}"}


def _open(
    invoice: OpenInvoice, seller_name: str, language: str, label: dict[str, str], *, has_code: bool
) -> dict[str, Any]:
    due = label["due"].format(day=_day(invoice.due_on))
    return {
        "number": invoice.number,
        "due": due if not invoice.level else f"{due} \N{MIDDLE DOT} {label['level'].format(level=invoice.level)}",
        "collected": label["collected"] if invoice.is_collected else None,
        "amount": format_euro(invoice.open_cents, language),
        "communication": pretty(invoice.communication),
        "iban": " ".join(invoice.iban[start : start + 4] for start in range(0, len(invoice.iban), 4)),
        "qr": _qr_png(invoice, seller_name) if has_code and not invoice.is_collected else None,
    }


def _qr_png(invoice: OpenInvoice, seller_name: str) -> list[int] | None:
    try:
        code = make_epc_qr(
            name=seller_name,
            iban=invoice.iban,
            bic=invoice.bic,
            amount_cents=invoice.open_cents,
            communication=invoice.communication,
        )
    except EpcQrImpossible:
        return None
    picture = BytesIO()
    code.save(picture, kind="png", scale=1)
    return list(picture.getvalue())


def _day(on: date) -> str:
    return on.strftime("%d/%m/%Y")
