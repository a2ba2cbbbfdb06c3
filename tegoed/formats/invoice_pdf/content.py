"""Every text an invoice page shows, written for its language: the one place where labels, money and dates meet.

Its one law: the template only places what stands here, so that the page can be tested without drawing it.
"""

import json
import re
import struct
import zlib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tegoed.formats.epc_qr import EpcQrImpossible, make_epc_qr
from tegoed.formats.invoice import (
    DirectDebit,
    InvoiceDocument,
    InvoiceRow,
    Party,
    VatSubtotal,
    check_invoice,
    exemption_reasons,
)
from tegoed.rules.money import format_euro
from tegoed.rules.structured_communication import pretty

LANGUAGES = ("nl", "fr", "en", "de")

_ABSENT = "\N{EN DASH}"
_LONG_WORD = re.compile(r"\S{29,}")
_ZERO_WIDTH_SPACE = "\u200b"
_PIECE_CHARACTERS = 12
_QUIET_ZONE = 4


@cache
def labels(language: str) -> dict[str, str]:
    """The words and patterns of one language. Raises `ValueError` for a language we do not have."""
    if language not in LANGUAGES:
        raise ValueError(f"no invoice labels for language {language!r}")
    every_language = json.loads(Path(__file__).with_name("labels.json").read_text("utf-8"))
    chosen: dict[str, str] = every_language[language]
    return chosen


def page_content(document: InvoiceDocument, *, language: str) -> dict[str, Any]:
    """What the template places, as plain strings. Raises the refusals of `check_invoice`, and `ValueError`."""
    label = labels(language)
    subtotals = check_invoice(document)
    credited = document.credits
    title = label[f"title_{document.kind}" if credited is None else "title_credit"]
    return {
        "language": language,
        "number": document.number,
        "labels": _labels_of_template(label, is_credit=credited is not None),
        "title": f"{title} {document.number}",
        "heading": title,
        "subject": label[f"subject_{document.kind}"],
        "author": document.seller.name,
        "seller": _party(document.seller, label),
        "buyer": _party(document.buyer, label),
        "facts": _facts(document, label),
        "columns": [label[name] for name in ("description", "quantity", "unit_price", "vat", "net")],
        "rows": [_row(row, language, label) for row in document.rows],
        "totals": _totals(subtotals, language, label) + _prepaid(document, language, label),
        "total": format_euro(document.payable_cents, language),
        "exemption": _wrappable(exemption_reasons(subtotals)) or None,
        "payment": _payment(document, language, label) if document.payable_cents and credited is None else None,
        "footer": _footer(document.seller),
    }


_LABELS_OF_TEMPLATE = (
    "communication",
    "exemption_title",
    "from",
    "nothing_due",
    "page",
    "qr_alternative",
    "qr_caption",
    "to",
    "total",
)


def _labels_of_template(label: dict[str, str], *, is_credit: bool) -> dict[str, str]:
    """Of a credit note the sum is credited, and nothing is to be paid for another reason."""
    chosen = {name: label[name] for name in _LABELS_OF_TEMPLATE}
    if is_credit:
        chosen |= {"total": label["total_credited"], "nothing_due": label["credit_notice"]}
    return chosen


def _wrappable(text: str) -> str:
    """The text with places to break inside words too long for a column; all other text untouched."""
    return _LONG_WORD.sub(
        lambda word: _ZERO_WIDTH_SPACE.join(
            word[0][start : start + _PIECE_CHARACTERS] for start in range(0, len(word[0]), _PIECE_CHARACTERS)
        ),
        text,
    )


def _party(party: Party, label: dict[str, str]) -> dict[str, Any]:
    # A Belgian VAT number repeats the enterprise number: one line says both.
    lines = []
    if party.vat_number is not None:
        lines.append(f"{label['vat_number']} {_grouped_vat(party)}")
    else:
        lines.append(f"{label['enterprise_number']} {_grouped_enterprise(party.enterprise_number)}")
    if party.email is not None:
        lines.append(_wrappable(party.email))
    return {
        "name": _wrappable(party.name),
        "street": _wrappable(party.street),
        "town": _wrappable(_town(party)),
        "lines": lines,
    }


def _town(party: Party) -> str:
    prefix = "" if party.country_code == "BE" else f"{party.country_code}-"
    return f"{prefix}{party.postcode} {party.town}"


def _grouped_enterprise(number: str) -> str:
    return f"{number[:4]}.{number[4:7]}.{number[7:]}"


def _grouped_vat(party: Party) -> str:
    if party.vat_number == f"BE{party.enterprise_number}":
        return f"BE {_grouped_enterprise(party.enterprise_number)}"
    return str(party.vat_number)


def _facts(document: InvoiceDocument, label: dict[str, str]) -> list[dict[str, str]]:
    issued_on = _date(document.issued_on, label)
    if document.credits is None:
        facts = {"number": document.number, "issued_on": issued_on, "due_on": _due(document, label)}
    else:
        facts = {
            "credit_number": document.number,
            "credit_issued_on": issued_on,
            "credited_number": document.credits.number,
            "credited_issued_on": _date(document.credits.issued_on, label),
        }
    facts["order_reference"] = document.order_reference
    if document.buyer_reference is not None:
        facts["buyer_reference"] = document.buyer_reference
    if document.accounting_cost is not None:
        facts["accounting_cost"] = document.accounting_cost
    return [{"label": label[name], "value": _wrappable(value)} for name, value in facts.items()]


def _row(row: InvoiceRow, language: str, label: dict[str, str]) -> dict[str, str | None]:
    return {
        "description": _wrappable(row.description),
        "detail": None if row.detail is None else _wrappable(row.detail),
        "quantity": f"{row.quantity:,}".replace(",", label["thousands_separator"]),
        "unit_price": _ABSENT if row.unit_price_cents is None else format_euro(row.unit_price_cents, language),
        "vat": label["exempt"] if row.vat_category == "E" else _rate(row.vat_basis_points, label),
        "net": format_euro(row.net_cents, language),
    }


def _totals(subtotals: list[VatSubtotal], language: str, label: dict[str, str]) -> list[dict[str, str]]:
    totals = []
    for part in subtotals:
        if part.category == "E":
            lines = {label["exempt_total"]: part.taxable_cents}
        else:
            rate = _rate(part.basis_points, label)
            lines = {
                label["taxable_total"].format(rate=rate): part.taxable_cents,
                label["vat_total"].format(rate=rate): part.vat_cents,
            }
        totals += [{"label": name, "value": format_euro(cents, language)} for name, cents in lines.items()]
    return totals


def _prepaid(document: InvoiceDocument, language: str, label: dict[str, str]) -> list[dict[str, str]]:
    """What credit on account paid already, under the whole; nothing where it paid nothing."""
    if not document.prepaid_cents:
        return []
    lines = {label["invoice_total"]: document.total_cents, label["prepaid"]: -document.prepaid_cents}
    return [{"label": name, "value": format_euro(cents, language)} for name, cents in lines.items()]


def _direct_debit(document: InvoiceDocument, told: DirectDebit, language: str, label: dict[str, str]) -> dict[str, Any]:
    """It is fetched, so there is nothing to scan or to type: a transfer besides would be paying twice."""
    facts = {
        "amount": format_euro(document.payable_cents, language),
        "collect_on": _date(told.collect_on, label),
        "debtor_iban": f"{told.iban[:4]} … {told.iban[-4:]}",
        "mandate": told.mandate_reference,
        "creditor_identifier": told.creditor_identifier,
    }
    return {
        "title": label["direct_debit_title"],
        "facts": [{"label": label[name], "value": value} for name, value in facts.items()],
        "communication": None,
        "notice": label["direct_debit_notice"],
        "qr": None,
    }


def _payment(document: InvoiceDocument, language: str, label: dict[str, str]) -> dict[str, Any]:
    if document.direct_debit is not None:
        return _direct_debit(document, document.direct_debit, language, label)
    iban = document.seller_iban
    facts = {
        "amount": format_euro(document.payable_cents, language),
        "due_on": _due(document, label),
        "beneficiary": _wrappable(document.seller.name),
        "iban": " ".join(iban[start : start + 4] for start in range(0, len(iban), 4)),
        "bic": document.seller_bic,
    }
    return {
        "title": label["payment_title"],
        "facts": [{"label": label[name], "value": value} for name, value in facts.items()],
        "communication": pretty(document.structured_communication or ""),
        "notice": label["matching_notice"],
        "qr": _qr_png(document),
    }


def _qr_png(document: InvoiceDocument) -> list[int] | None:
    """The bytes of a picture with one pixel per module, quiet zone included; none where the scheme can't carry it."""
    try:
        code = make_epc_qr(
            name=document.seller.name,
            iban=document.seller_iban,
            bic=document.seller_bic,
            amount_cents=document.payable_cents,
            communication=document.structured_communication or "",
        )
    except EpcQrImpossible:
        return None
    return list(_png_of(code.matrix))


def _png_of(matrix: Sequence[Sequence[int]]) -> bytes:
    """Black and white, a bit for each module, four modules of quiet zone around: the library's picture in a third of its time."""
    side = len(matrix) + 2 * _QUIET_ZONE
    bytes_a_row = -(-side // 8)
    white = b"\0" + b"\xff" * bytes_a_row
    rows = [white] * _QUIET_ZONE
    for modules in matrix:
        light = "".join("0" if module else "1" for module in modules)
        padded = f"{'1' * _QUIET_ZONE}{light}".ljust(8 * bytes_a_row, "1")
        rows.append(b"\0" + int(padded, 2).to_bytes(bytes_a_row, "big"))
    rows += [white] * _QUIET_ZONE
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def _footer(seller: Party) -> str:
    number = _grouped_vat(seller) if seller.vat_number else _grouped_enterprise(seller.enterprise_number)
    parts = (seller.name, seller.street, _town(seller), number, seller.email)
    return _wrappable(" \N{MIDDLE DOT} ".join(part for part in parts if part))


def _due(document: InvoiceDocument, label: dict[str, str]) -> str:
    return _date(document.due_on or document.issued_on, label)


def _date(on: date, label: dict[str, str]) -> str:
    return on.strftime(label["date_pattern"])


def _rate(basis_points: int, label: dict[str, str]) -> str:
    """`21 %`, `5,5 %`: as many decimals as the rate has."""
    rate = f"{basis_points / 100:.2f}".rstrip("0").rstrip(".").replace(".", label["decimal_separator"])
    return label["percent_pattern"].format(rate=rate)
