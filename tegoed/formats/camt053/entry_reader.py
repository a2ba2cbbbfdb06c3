"""Entries and their details: the movements of one statement. This is where a large file spends its time.

Its one law: money is the entry's, once. Several details with amounts in the account's currency that add up to the entry
take its place; details that say less only explain it, and of several such the words are left out, lest the whole amount
be matched by the words of a part. Announced entries (`PDNG`, `INFO`, `FUTR`) are no money.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tegoed.formats.bank_statement import BankMovement
from tegoed.formats.camt053.place import Place
from tegoed.formats.camt053.refusals import (
    CamtCountWrong,
    CamtCurrencyWrong,
    CamtDetailsWrong,
    CamtElementMissing,
    CamtElementWrong,
    CamtTotalsWrong,
)
from tegoed.formats.camt053.shape import Shapes
from tegoed.formats.camt053.values import truth_of
from tegoed.rules.structured_communication import DIGIT_COUNT, read_structured_communication

BOOKED = "BOOK"
ANNOUNCED = frozenset({"PDNG", "INFO", "FUTR"})
RETURN_CODES = frozenset({"RRTN", "RPCR", "UPDD", "PRDD"})
"""Sub-families of the bank transaction code that take back a transfer or a collection."""
NOT_PROVIDED = "NOTPROVIDED"

_SIGNS = {"CRDT": 1, "DBIT": -1}
_REFERENCES = (
    ("reference", "bank_reference"),
    ("batch_reference", "batch_reference"),
    ("mandate", "mandate_reference"),
)
_DEBTOR, _CREDITOR = (
    (
        (party, "counterparty_name"),
        (f"{party}_account", "counterparty_account"),
        (f"{party}_bic", "counterparty_bic"),
    )
    for party in ("debtor", "creditor")
)
_STRUCTURED_KINDS = frozenset({"", "SCOR"})
_BELGIAN = "BBA"


@dataclass(slots=True)
class Totals:
    """Entries so far: how many, and their sums by direction as the file writes it."""

    count: int = 0
    credit_count: int = 0
    credit_cents: int = 0
    debit_cents: int = 0

    def add(self, sign: int, cents: int) -> None:
        self.count += 1
        if sign > 0:
            self.credit_count += 1
            self.credit_cents += cents
        else:
            self.debit_cents += cents


@dataclass(slots=True)
class Detail:
    """One `TxDtls`. `cents`: signed, in the account's currency, or None where the file gives none."""

    cents: int | None
    words: dict[str, Any]


@dataclass(slots=True)
class _Head:
    """What of an entry is known before its details are read."""

    facts: dict[str, Any]
    cents: int
    sign: int
    is_reversal: bool
    child_count: int


@dataclass(slots=True)
class EntryReader:
    """Reads the entries of one statement, in order. `own_account` tells which party of a detail is the other one.

    An entry without a booking date is of `closing_on`, the day of the closing balance.
    """

    shapes: Shapes
    place: Place
    currency: str
    own_account: str
    closing_on: date
    movements: list[BankMovement] = field(default_factory=list)
    reversal_indexes: list[int] = field(default_factory=list)
    booked: Totals = field(default_factory=Totals)
    written: Totals = field(default_factory=Totals)
    _head: _Head | None = None
    _details: list[Detail] = field(default_factory=list)

    def read_detail(self, entry: Any, element: Any) -> None:
        """Take in a detail that ended, of an entry that hasn't yet."""
        if self._head is None:
            self._head = self._read_head(entry)
        head = self._head
        self.place.detail += 1
        self.place.line = element.sourceline
        found = self.place.gather(element, self.shapes.detail)
        sign = self._sign(found["indicator"]) if "indicator" in found else head.sign
        self._details.append(
            Detail(cents=self._detail_cents(found, sign), words=self._words(found, sign, is_reversal=head.is_reversal))
        )

    def read_entry(self, entry: Any) -> None:
        """Take in an entry that ended, with its details."""
        self.place.detail = 0
        head = self._head
        if head is None or head.child_count != len(entry):  # more came after the details
            head = self._read_head(entry)
        details, self._details, self._head = self._details, [], None
        self.written.add(head.sign, head.cents)
        if self._is_announced(head.facts):
            return
        self.booked.add(head.sign, head.cents)
        if head.is_reversal:
            first = len(self.movements)
            self._add_movements(head, details)
            self.reversal_indexes += range(first, len(self.movements))
        else:
            self._add_movements(head, details)

    def _read_head(self, entry: Any) -> _Head:
        self.place.line = entry.sourceline
        facts = self.place.gather(entry, self.shapes.entry)
        text, currency = self.place.needed(facts, "amount", "Amt")
        if currency != self.currency:
            raise self.place.refusal(CamtCurrencyWrong, "Amt", expected=self.currency, found=currency)
        sign = self._sign(self.place.needed(facts, "indicator", "CdtDbtInd"))
        is_reversal = False
        if "reversal" in facts:
            try:
                is_reversal = truth_of(facts["reversal"])
            except ValueError:
                raise self.place.refusal(CamtElementWrong, "RvslInd", found=facts["reversal"]) from None
        return _Head(
            facts=facts,
            cents=self.place.cents(text, "Amt"),
            sign=sign,
            is_reversal=is_reversal,
            child_count=len(entry),
        )

    def _sign(self, indicator: str) -> int:
        try:
            return _SIGNS[indicator]
        except KeyError:
            raise self.place.refusal(CamtElementWrong, "CdtDbtInd", found=indicator) from None

    def _is_announced(self, facts: dict[str, Any]) -> bool:
        status = facts.get("status", "")
        if status == BOOKED:
            return False
        if status in ANNOUNCED:
            return True
        if not status:
            raise self.place.refusal(CamtElementMissing, "Sts")
        raise self.place.refusal(CamtElementWrong, "Sts", found=status)

    def _detail_cents(self, found: dict[str, Any], sign: int) -> int | None:
        name = "amount" if "amount" in found else "transaction_amount"
        if name not in found:
            return None
        text, currency = found[name]
        path = "Amt" if name == "amount" else "AmtDtls/TxAmt/Amt"
        cents = self.place.cents(text, path) if currency == self.currency else None
        return None if cents is None else sign * cents

    def _add_movements(self, head: _Head, details: list[Detail]) -> None:
        facts, place = head.facts, self.place
        cents = head.sign * head.cents
        common = {
            "entry_on": place.day(facts["entry_on"], "BookgDt") if "entry_on" in facts else self.closing_on,
            "value_on": place.day(facts["value_on"], "ValDt") if "value_on" in facts else None,
            "bank_reference": facts.get("reference", ""),
            "transaction_code": _transaction_code(facts),
            "communication": facts.get("note", ""),
        }
        is_return = head.is_reversal or facts.get("sub_family") in RETURN_CODES
        batches = [place.gather(batch, self.shapes.batch) for batch in facts.get("batches", ())]
        if batches:
            common["batch_reference"] = batches[0].get("batch_reference", "") if len(batches) == 1 else ""
        told_count = self._told_count(batches)
        if len(details) == 1 and told_count in {None, 1}:
            self._add(common, details[0].words, amount_cents=cents, is_return=is_return)
        elif len(details) > 1 and all(detail.cents is not None for detail in details):
            self._check_details(cents, details, batches, told_count)
            for detail in details:
                self._add(common, detail.words, amount_cents=detail.cents, is_return=is_return)
        else:
            shared = {detail.words["batch_reference"] for detail in details if "batch_reference" in detail.words}
            batch = {"batch_reference": shared.pop()} if len(shared) == 1 else {}
            self._add(common, batch, amount_cents=cents, is_return=is_return)

    def _add(self, common: dict[str, Any], words: dict[str, Any], *, amount_cents: int | None, is_return: bool) -> None:
        facts = common | words
        if is_return:
            facts["is_return"] = True
        self.movements.append(BankMovement(amount_cents=amount_cents, **facts))  # type: ignore[arg-type]  # None only where checked

    def _told_count(self, batches: list[dict[str, Any]]) -> int | None:
        """How many transactions the batches say they have, where they do."""
        counts = [batch["count"] for batch in batches if "count" in batch]
        for count in counts:
            if not (count.isascii() and count.isdigit() and len(count) <= DIGIT_COUNT):
                raise self.place.refusal(CamtElementWrong, "NtryDtls/Btch/NbOfTxs", found=count)
        return sum(map(int, counts)) if counts and len(counts) == len(batches) else None

    def _check_details(
        self, cents: int, details: list[Detail], batches: list[dict[str, Any]], told_count: int | None
    ) -> None:
        found = sum(detail.cents or 0 for detail in details)
        if found != cents:
            raise self.place.refusal(CamtDetailsWrong, "NtryDtls", expected=cents, found=found)
        if told_count not in {None, len(details)}:
            raise self.place.refusal(
                CamtCountWrong, "NtryDtls/Btch/NbOfTxs", reason="details", expected=len(details), found=told_count
            )
        if len(batches) == 1 and batches[0].get("amount", ("", ""))[1] == self.currency:
            told = self.place.cents(batches[0]["amount"][0], "NtryDtls/Btch/TtlAmt")
            if told != abs(cents):
                raise self.place.refusal(CamtTotalsWrong, "NtryDtls/Btch/TtlAmt", expected=abs(cents), found=told)

    def _words(self, found: dict[str, Any], sign: int, *, is_reversal: bool) -> dict[str, Any]:
        """What a detail says beside its amount: only what it does say, by the names of `BankMovement`."""
        words: dict[str, Any] = {}
        for told, name in _REFERENCES:
            if found.get(told):
                words[name] = found[told]
        end_to_end = found.get("end_to_end", "")
        if end_to_end and end_to_end != NOT_PROVIDED:
            words["end_to_end_reference"] = end_to_end
        code = _transaction_code(found)
        if code:
            words["transaction_code"] = code
        for told, name in self._other_party(found, original_sign=-sign if is_reversal else sign):
            if found.get(told):
                words[name] = found[told]
        self._add_communication(words, found)
        if "returns" in found or found.get("sub_family") in RETURN_CODES:
            words["is_return"] = True
            reasons = [self.place.gather(returned, self.shapes.returned) for returned in found.get("returns", ())]
            words["return_reason"] = next((reason["reason"] for reason in reasons if reason.get("reason")), "")
        return words

    def _other_party(self, found: dict[str, Any], *, original_sign: int) -> tuple[tuple[str, str], ...]:
        """Who is not us: by account, else by direction. A payment taken back keeps the parties it had."""
        if found.get("debtor_account") == self.own_account and found.get("creditor_account") != self.own_account:
            return _CREDITOR
        if found.get("creditor_account") == self.own_account and found.get("debtor_account") != self.own_account:
            return _DEBTOR
        return _DEBTOR if original_sign > 0 else _CREDITOR

    def _add_communication(self, words: dict[str, Any], found: dict[str, Any]) -> None:
        """The structured communication where there is exactly one valid; every other reference goes into the text."""
        free = [text for text in found.get("free", ()) if text]
        valid, others = [], []
        for element in found.get("structured", ()):
            reference = self.place.gather(element, self.shapes.reference)
            text = reference.get("reference", "")
            if not text:
                continue
            is_payment = reference.get("kind", "") in _STRUCTURED_KINDS or reference.get("issuer") == _BELGIAN
            digits = read_structured_communication(text) if is_payment else None
            if digits is None:
                others.append(text)
            elif digits not in valid:
                valid.append(digits)
        if len(valid) == 1:
            words["structured"] = valid[0]
        text = " ".join([*free, *others] or valid) if len(valid) <= 1 else " ".join([*free, *others, *valid])
        text = text or found.get("note", "")
        if text:
            words["communication"] = text


def _transaction_code(found: dict[str, Any]) -> str:
    """`PMNT-RCDT-ESCT`, or the bank's own code."""
    domain = found.get("domain")
    if domain:
        return f"{domain}-{found.get('family', '')}-{found.get('sub_family', '')}"
    return str(found.get("own_code", ""))
