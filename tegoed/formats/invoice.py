"""One invoice or credit note as a snapshot: who, to whom, which rows, what it adds up to, how to pay it.

Its one law: a document is written (as PDF or as UBL) only after `check_invoice` proved that its totals are those of
its rows, so that no two faces of one invoice can show different money. It holds frozen copies of names, prices and
reasons: nothing is looked up when it is written again years later. Amounts are euro cents, rates basis points (2100 =
21 %). It is not where an invoice is priced, numbered or stored (`billing`), and it knows no language: the texts of its
rows come in the language of the document.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import ClassVar, Literal

from stdnum import iban
from stdnum.be import vat

from tegoed.errors import Refusal
from tegoed.rules.money import AMOUNT_CENTS_MAX, BASIS_POINTS_OF_WHOLE, portion_cents
from tegoed.rules.participants import ParticipantInvalid, participant_of, read_participant
from tegoed.rules.structured_communication import read_structured_communication

Language = Literal["nl", "fr", "en", "de"]
VatCategory = Literal["E", "S"]

TEXT_CHARACTERS_MAX = 1_000
ROWS_MAX = 10_000
_ENTERPRISE_DIGITS = 10
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_VAT_NUMBER = re.compile(r"[A-Z]{2}[A-Z0-9]{2,14}")


class InvoiceInconsistent(Refusal):
    """The totals are not those of the rows. Params: `what`, `expected_cents`, `found_cents`; for a row its `row`."""

    code: ClassVar[str] = "invoice-inconsistent"


class InvoiceTextRefused(Refusal):
    """A text can't stand on an invoice. Params: `field`, `reason` (`empty`, `control-character` or `too-long`)."""

    code: ClassVar[str] = "invoice-text-refused"


class InvoiceFactRefused(Refusal):
    """A number, date, rate or code can't be right. Params: `field`, `reason`."""

    code: ClassVar[str] = "invoice-fact-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Seller or buyer as on the day of issue. `vat_number` has its country in front and is absent when not liable.

    `peppol_id`: where the party is found in the network, if not under its enterprise number.
    """

    name: str
    enterprise_number: str
    vat_number: str | None
    street: str
    postcode: str
    town: str
    country_code: str
    email: str | None = None
    peppol_id: str | None = None

    @property
    def participant(self) -> str:
        """The party's address in the network: `0208:0403170701`."""
        return self.peppol_id or participant_of(self.enterprise_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRow:
    """One reason to pay. `unit_price_cents` is None where none exists (a percentage of something, a lump sum).

    Category E (exempt: the face value of vouchers) carries rate 0 and `exemption_reason` in words; S carries its rate.
    """

    description: str
    detail: str | None = None
    quantity: int
    unit_price_cents: int | None
    net_cents: int
    vat_category: VatCategory
    vat_basis_points: int
    exemption_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditedInvoice:
    """The invoice that a credit note takes back, and in words that nothing is to be paid."""

    number: str
    issued_on: date
    terms: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectDebit:
    """What is to be paid is collected from the buyer's `iban` under this mandate: nothing is to be transferred."""

    mandate_reference: str
    creditor_identifier: str
    iban: str
    collect_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDocument:
    """A whole invoice. `structured_communication` is 12 digits; `order_reference` is ours, `buyer_reference` theirs.

    `accounting_cost`: the buyer's cost centre, or group of them, that bears it.
    `prepaid_cents`: paid from the buyer's credit as it was issued; `payable_cents` is left.
    With `credits` it is a credit note: same rows, amounts positive all the same (EN 16931), no due date and nothing to
    pay, so no communication.
    """

    number: str
    kind: Literal["product", "card"]
    issued_on: date
    due_on: date | None
    language: Language
    seller: Party
    buyer: Party
    seller_iban: str
    seller_bic: str
    structured_communication: str | None
    order_reference: str
    buyer_reference: str | None = None
    accounting_cost: str | None = None
    credits: CreditedInvoice | None = None
    rows: tuple[InvoiceRow, ...]
    exempt_cents: int
    taxable_cents: int
    vat_cents: int
    total_cents: int
    prepaid_cents: int = 0
    direct_debit: DirectDebit | None = None

    @property
    def payable_cents(self) -> int:
        """What is still to pay."""
        return self.total_cents - self.prepaid_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class VatSubtotal:
    """All rows of one category and rate. `exemption_reasons` in order of appearance, each once."""

    category: VatCategory
    basis_points: int
    taxable_cents: int
    vat_cents: int
    exemption_reasons: tuple[str, ...]


def vat_subtotals(rows: tuple[InvoiceRow, ...]) -> list[VatSubtotal]:
    """The rows by category and rate, exempt first; VAT is rounded once on each total, never per row (BR-CO-17)."""
    totals: dict[tuple[VatCategory, int], int] = {}
    reasons: dict[tuple[VatCategory, int], dict[str, None]] = {}
    for row in rows:
        key = (row.vat_category, row.vat_basis_points)
        totals[key] = totals.get(key, 0) + row.net_cents
        reasons.setdefault(key, {})
        if row.exemption_reason is not None:
            reasons[key][row.exemption_reason] = None
    return [
        VatSubtotal(
            category=category,
            basis_points=basis_points,
            taxable_cents=taxable_cents,
            vat_cents=portion_cents(taxable_cents, basis_points),
            exemption_reasons=tuple(reasons[category, basis_points]),
        )
        for (category, basis_points), taxable_cents in sorted(totals.items())
    ]


def check_invoice(document: InvoiceDocument) -> list[VatSubtotal]:
    """Prove that the document may be written; gives its VAT subtotals.

    Raises `InvoiceTextRefused`, `InvoiceFactRefused` or `InvoiceInconsistent`, in that order of looking.
    """
    _check_texts(document)
    _check_facts(document)
    _check_rows(document.rows)
    subtotals = vat_subtotals(document.rows)
    exempt_cents = sum(part.taxable_cents for part in subtotals if part.category == "E")
    taxable_cents = sum(part.taxable_cents for part in subtotals if part.category == "S")
    vat_cents = sum(part.vat_cents for part in subtotals)
    expected = {
        "exempt": (exempt_cents, document.exempt_cents),
        "taxable": (taxable_cents, document.taxable_cents),
        "vat": (vat_cents, document.vat_cents),
        "total": (exempt_cents + taxable_cents + vat_cents, document.total_cents),
    }
    for what, (expected_cents, found_cents) in expected.items():
        if expected_cents != found_cents:
            raise InvoiceInconsistent(what=what, expected_cents=expected_cents, found_cents=found_cents)
    return subtotals


def exemption_reasons(subtotals: list[VatSubtotal]) -> str:
    """Why no VAT is due on the exempt part, in the words of the rows; empty without an exempt part."""
    return "; ".join(reason for part in subtotals for reason in part.exemption_reasons)


def _check_texts(document: InvoiceDocument) -> None:
    for field, text in _texts(document):
        _check_text(field, text)


def _check_text(field: str, text: str) -> None:
    if not text.strip():
        raise InvoiceTextRefused(field=field, reason="empty")
    if len(text) > TEXT_CHARACTERS_MAX:
        raise InvoiceTextRefused(field=field, reason="too-long")
    if has_control_character(text):
        raise InvoiceTextRefused(field=field, reason="control-character")


def _texts(document: InvoiceDocument) -> Iterator[tuple[str, str]]:
    """Every text of the document with the name of its place."""
    parts: list[tuple[str, InvoiceDocument | Party | InvoiceRow | CreditedInvoice | DirectDebit]] = [
        ("", document),
        ("seller.", document.seller),
        ("buyer.", document.buyer),
    ]
    if document.credits is not None:
        parts.append(("credits.", document.credits))
    if document.direct_debit is not None:
        parts.append(("direct_debit.", document.direct_debit))
    parts += [(f"rows.{index}.", row) for index, row in enumerate(document.rows, start=1)]
    for prefix, part in parts:
        for name in _FIELD_NAMES[type(part)]:
            value = getattr(part, name)
            if isinstance(value, str):
                yield prefix + name, value


_FIELD_NAMES = {
    kind: tuple(field.name for field in fields(kind))
    for kind in (InvoiceDocument, Party, InvoiceRow, CreditedInvoice, DirectDebit)
}


def has_control_character(text: str) -> bool:
    """Whether XML can't carry the text, or no page can show it."""
    return not text.isprintable() and any(_is_control(character) for character in text)


def _is_control(character: str) -> bool:
    """What XML can't carry or no page can show: controls, halves of pairs, code points that are no characters."""
    if unicodedata.category(character) in {"Cc", "Cs"}:
        return True
    point = ord(character)
    return point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF  # noqa: PLR2004 - Unicode's noncharacters


def _check_facts(document: InvoiceDocument) -> None:
    _check_party_facts("seller", document.seller)
    _check_party_facts("buyer", document.buyer)
    if document.seller.vat_number is None:
        raise InvoiceFactRefused(field="seller.vat_number", reason="missing")
    if not is_canonical_iban(document.seller_iban):
        raise InvoiceFactRefused(field="seller_iban", reason="not-an-iban")
    if not is_bic(document.seller_bic):
        raise InvoiceFactRefused(field="seller_bic", reason="not-a-bic")
    if document.credits is None:
        _check_payable(document)
    else:
        _check_credit(document, document.credits)
    if not 1 <= len(document.rows) <= ROWS_MAX:
        raise InvoiceFactRefused(field="rows", reason="none-or-too-many")


def _check_payable(document: InvoiceDocument) -> None:
    if document.structured_communication is None or not is_communication(document.structured_communication):
        raise InvoiceFactRefused(field="structured_communication", reason="not-12-digits-mod-97")
    if document.due_on is None or document.due_on < document.issued_on:
        raise InvoiceFactRefused(field="due_on", reason="missing-or-before-issue")
    if not 0 <= document.prepaid_cents <= document.total_cents:
        raise InvoiceFactRefused(field="prepaid_cents", reason="below-zero-or-above-the-total")
    if document.direct_debit is not None and not is_canonical_iban(document.direct_debit.iban):
        raise InvoiceFactRefused(field="direct_debit.iban", reason="not-an-iban")


def _check_credit(document: InvoiceDocument, credited: CreditedInvoice) -> None:
    if document.structured_communication is not None:
        raise InvoiceFactRefused(field="structured_communication", reason="nothing-to-pay-on-a-credit-note")
    if document.due_on is not None:
        raise InvoiceFactRefused(field="due_on", reason="nothing-to-pay-on-a-credit-note")
    if document.prepaid_cents or document.direct_debit is not None:
        raise InvoiceFactRefused(field="prepaid_cents", reason="nothing-to-pay-on-a-credit-note")
    if credited.issued_on > document.issued_on:
        raise InvoiceFactRefused(field="credits.issued_on", reason="after-the-credit-note")


def check_party(side: str, party: Party) -> None:
    """Prove that a party may stand on a document. Raises `InvoiceTextRefused`, `InvoiceFactRefused`."""
    for name in _FIELD_NAMES[Party]:
        value = getattr(party, name)
        if isinstance(value, str):
            _check_text(f"{side}.{name}", value)
    _check_party_facts(side, party)


def _check_party_facts(side: str, party: Party) -> None:
    number = party.enterprise_number
    if not (number.isascii() and number.isdigit() and len(number) == _ENTERPRISE_DIGITS and vat.is_valid(number)):
        raise InvoiceFactRefused(field=f"{side}.enterprise_number", reason="not-10-digits-mod-97")
    if party.peppol_id is not None and not _is_participant(party.peppol_id):
        raise InvoiceFactRefused(field=f"{side}.peppol_id", reason="not-0208-and-10-digits")
    if not _COUNTRY.fullmatch(party.country_code):
        raise InvoiceFactRefused(field=f"{side}.country_code", reason="not-two-capitals")
    if party.vat_number is not None and not _VAT_NUMBER.fullmatch(party.vat_number):
        raise InvoiceFactRefused(field=f"{side}.vat_number", reason="not-country-and-number")


def _is_participant(text: str) -> bool:
    try:
        return read_participant(text) == text
    except ParticipantInvalid:
        return False


def is_canonical_iban(value: str) -> bool:
    """An IBAN without spaces whose check digits are right (any country: the table of lengths is not asked)."""
    return value.isascii() and value.isalnum() and value.isupper() and bool(iban.is_valid(value, check_country=False))


def is_bic(value: str) -> bool:
    """A bank identifier of 8 or 11 characters, as ISO 9362 writes it."""
    return _BIC.fullmatch(value) is not None


def is_communication(digits: str) -> bool:
    """The 12 digits of a structured communication whose last two are right (mod 97, 0 becomes 97)."""
    return read_structured_communication(digits) == digits


def _check_rows(rows: tuple[InvoiceRow, ...]) -> None:
    for index, row in enumerate(rows, start=1):
        if row.quantity < 1 or not 0 <= row.net_cents <= AMOUNT_CENTS_MAX:
            raise InvoiceFactRefused(field=f"rows.{index}", reason="quantity-or-amount-out-of-range")
        if row.vat_category == "E" and (row.vat_basis_points != 0 or row.exemption_reason is None):
            raise InvoiceFactRefused(field=f"rows.{index}", reason="exempt-needs-rate-0-and-a-reason")
        if row.vat_category == "S" and (
            not 0 < row.vat_basis_points <= BASIS_POINTS_OF_WHOLE or row.exemption_reason is not None
        ):
            raise InvoiceFactRefused(field=f"rows.{index}", reason="taxed-needs-a-rate-and-no-reason")
        if row.unit_price_cents is not None and row.unit_price_cents * row.quantity != row.net_cents:
            raise InvoiceInconsistent(
                what="row", row=index, expected_cents=row.unit_price_cents * row.quantity, found_cents=row.net_cents
            )
