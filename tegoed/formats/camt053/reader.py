"""Bytes of a camt.053 in, statements out: ISO 20022, versions 02 to 08 and later, whatever version the namespace names.

Its one law: the whole file is checked before anything comes back. One booked balance at the begin and one at the end,
the entries between them to the cent, the counts and sums that the file states: a file that is wrong anywhere is refused
as a whole, with a reason and an element.
Not checked, because no money hangs on it: the order of elements and those that aren't read (`shape`); a summary may count
announced entries or not. Whether the account is ours is for banking.
"""

import re
from dataclasses import replace
from datetime import date
from typing import Any, BinaryIO

from tegoed.formats.bank_statement import BankMovement, BankStatement
from tegoed.formats.camt053.entry_reader import EntryReader
from tegoed.formats.camt053.place import Place
from tegoed.formats.camt053.refusals import (
    CamtBalanceMissing,
    CamtBalanceTwice,
    CamtBalanceWrong,
    CamtCountWrong,
    CamtCurrencyWrong,
    CamtElementMissing,
    CamtElementWrong,
    CamtStatementMissing,
    CamtTotalsWrong,
    CamtWrongMessage,
)
from tegoed.formats.camt053.shape import Shapes, shapes_of
from tegoed.formats.camt053.xml_stream import Stream, let_go

MESSAGE = "BkToCstmrStmt"
OTHER_MESSAGES = {"BkToCstmrAcctRpt": "camt.052", "BkToCstmrDbtCdtNtfctn": "camt.054"}

_ROOT = "Document"
_NAMESPACE = re.compile(r"(?:urn:iso:std:iso:20022:tech:xsd:)?(camt\.05[2-4]|pain\.[0-9]{3})\.", re.ASCII)
_IBAN = re.compile("[A-Z]{2}[0-9]{2}[0-9A-Z]{1,30}", re.ASCII)
_SEQUENCE_MAX = 2_000_000_000
_CLOSING = "CLBD"
_OPENINGS = ("OPBD", "PRCD")
_SIGNS = {"CRDT": 1, "DBIT": -1}


def read_camt053(source: BinaryIO) -> list[BankStatement]:
    """The statements of the file, in its order; at least one. Raises `CamtRefused`, in the form of its reason.

    The source is read once, in pieces: what is held is the movements and one entry.
    """
    stream = Stream(source)
    namespace, root, message = stream.message()
    if (root, message) != (_ROOT, MESSAGE):
        raise _wrong_message(namespace, root, message)
    reader = _Reader(shapes_of(namespace))
    names = {name: f"{{{namespace}}}{name}" if namespace else name for name in ("Stmt", "Ntry", "TxDtls")}
    steps = {names["Stmt"]: reader.end_statement, names["Ntry"]: reader.end_entry, names["TxDtls"]: reader.end_detail}
    for event, element in stream.events(starts=[names["Stmt"]], ends=names.values()):
        if event == "start":
            reader.begin_statement(element)
        else:
            steps[element.tag](element)
    if not reader.statements:
        raise CamtStatementMissing(path=MESSAGE, line=1)
    return reader.statements


def _wrong_message(namespace: str, root: str, message: str) -> CamtWrongMessage:
    known = _NAMESPACE.match(namespace)
    kind = OTHER_MESSAGES.get(message) or (known[1] if known and known[1] != "camt.053" else "")
    return CamtWrongMessage(
        reason="pain" if kind.startswith("pain") else kind, found=f"{root}/{message}".rstrip("/")[:60]
    )


class _Reader:
    """The statements so far, and the one that is being read."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.statements: list[BankStatement] = []
        self.place = Place()
        self.current: Any = None
        self.entries: EntryReader | None = None

    def begin_statement(self, element: Any) -> None:
        if self.current is not None:
            raise self.place.refusal(CamtElementWrong, "Stmt", found="Stmt")
        self.current = element
        self.place.statement += 1
        self.place.entry = self.place.detail = 0
        self.place.line = element.sourceline
        self.entries = None

    def end_detail(self, element: Any) -> None:
        entry = element.getparent().getparent()
        if entry is None or entry.getparent() is not self.current:
            raise self.place.refusal(CamtElementWrong, "TxDtls", found="TxDtls")
        if self.place.detail == 0:
            self.place.entry += 1
        self._entries().read_detail(entry, element)
        let_go(element)

    def end_entry(self, element: Any) -> None:
        if element.getparent() is not self.current or self.current is None:
            raise self.place.refusal(CamtElementWrong, "Ntry", found="Ntry")
        if self.place.detail == 0:
            self.place.entry += 1
        self._entries().read_entry(element)
        let_go(element)

    def _entries(self) -> EntryReader:
        """The reader of this statement's entries, made at the first: what stands before them tells account and currency."""
        if self.entries is None:
            entry, self.place.entry = self.place.entry, 0
            head = _Head(self.place, self.shapes, self.current)
            self.place.entry = entry
            self.entries = EntryReader(
                shapes=self.shapes,
                place=self.place,
                currency=head.currency,
                own_account=head.account_number,
                closing_on=head.closing_on,
            )
        return self.entries

    def end_statement(self, element: Any) -> None:
        if element is not self.current:
            raise self.place.refusal(CamtElementWrong, "Stmt", found="Stmt")
        entries = self._entries()
        self.place.entry = self.place.detail = 0
        self.place.line = element.sourceline
        head = _Head(self.place, self.shapes, element)
        if (head.account_number, head.currency) != (entries.own_account, entries.currency):
            raise self.place.refusal(CamtElementWrong, "Acct", found=head.account_number)
        _check_summary(self.place, head.facts, entries)
        self.statements.append(
            BankStatement(
                account_number=head.account_number,
                account_iban=head.account_iban,
                currency=head.currency,
                created_on=head.created_on,
                sequence=head.sequence,
                old_balance_cents=head.opening_cents,
                old_balance_on=head.opening_on,
                new_balance_cents=head.closing_cents,
                new_balance_on=head.closing_on,
                movements=_balanced(self.place, head, entries),
            )
        )
        self.current = self.entries = None
        let_go(element)


class _Head:
    """What a statement says beside its entries."""

    def __init__(self, place: Place, shapes: Shapes, element: Any) -> None:
        self.facts = facts = place.gather(element, shapes.statement)
        iban, other = facts.get("iban", ""), facts.get("account", "")
        self.account_number = str(iban or other)
        if not self.account_number:
            raise place.refusal(CamtElementMissing, "Acct/Id")
        self.account_iban = self.account_number if _IBAN.fullmatch(self.account_number) else None
        balances = [place.gather(balance, shapes.balance) for balance in facts.get("balances", ())]
        kinds = [balance.get("kind", "") for balance in balances]
        for kind in (*_OPENINGS, _CLOSING):
            if kinds.count(kind) > 1:
                raise place.refusal(CamtBalanceTwice, "Bal", found=kind)
        opening = next((kind for kind in _OPENINGS if kind in kinds), None)
        told = ", ".join(sorted(filter(None, kinds))) or "–"
        if opening is None:
            raise place.refusal(CamtBalanceMissing, "Bal", reason="opening", found=told)
        if _CLOSING not in kinds:
            raise place.refusal(CamtBalanceMissing, "Bal", reason="closing", found=told)
        by_kind = dict(zip(kinds, balances, strict=True))
        self.opening_cents, opening_currency, self.opening_on = _balance(place, by_kind[opening])
        self.closing_cents, self.currency, self.closing_on = _balance(place, by_kind[_CLOSING])
        expected = facts.get("currency") or opening_currency
        for found in (opening_currency, self.currency):
            if found != expected:
                raise place.refusal(CamtCurrencyWrong, "Bal/Amt", expected=expected, found=found)
        if "PRCD" in kinds and opening != "PRCD" and _balance(place, by_kind["PRCD"])[0] != self.opening_cents:
            raise place.refusal(CamtBalanceTwice, "Bal", found="PRCD")
        self.created_on: date = place.day(facts["created_on"], "CreDtTm") if "created_on" in facts else self.closing_on
        self.sequence = self._sequence(place)

    def _sequence(self, place: Place) -> int | None:
        for fact, name in (("sequence", "ElctrncSeqNb"), ("legal_sequence", "LglSeqNb")):
            text = self.facts.get(fact, "")
            if text:
                if not (text.isascii() and text.isdigit()):
                    raise place.refusal(CamtElementWrong, name, found=text)
                number = int(text[-10:]) if len(text) > 10 else int(text)  # noqa: PLR2004
                return number if number <= _SEQUENCE_MAX else None
        return None


def _balance(place: Place, facts: dict[str, Any]) -> tuple[int, str, date]:
    """Signed cents, currency and day of a balance."""
    text, currency = place.needed(facts, "amount", "Bal/Amt")
    indicator = place.needed(facts, "indicator", "Bal/CdtDbtInd")
    if indicator not in _SIGNS:
        raise place.refusal(CamtElementWrong, "Bal/CdtDbtInd", found=indicator)
    if not currency:
        raise place.refusal(CamtElementMissing, "Bal/Amt/@Ccy")
    on = place.day(place.needed(facts, "on", "Bal/Dt"), "Bal/Dt")
    return _SIGNS[indicator] * place.cents(text, "Bal/Amt"), currency, on


def _balanced(place: Place, head: _Head, entries: EntryReader) -> tuple[BankMovement, ...]:
    """The movements, which must make the difference of the balances.

    `CdtDbtInd` of an entry with `RvslInd` is by the standard the direction in which the money went now; some banks leave
    that of the entry taken back. The balances tell which: only one reading fits, since these entries make a sum other
    than zero. (Where they make zero, both readings move the same in all, and the standard's is taken.)
    """
    movements = entries.movements
    difference = head.closing_cents - head.opening_cents
    total = sum(movement.amount_cents for movement in movements)
    if total != difference and entries.reversal_indexes:
        taken_back = sum(movements[index].amount_cents for index in entries.reversal_indexes)
        if total - 2 * taken_back == difference:
            for index in entries.reversal_indexes:
                movements[index] = replace(movements[index], amount_cents=-movements[index].amount_cents)
            total = difference
    if total != difference:
        raise place.refusal(CamtBalanceWrong, "Bal", expected=head.opening_cents + total, found=head.closing_cents)
    return tuple(movements)


def _check_summary(place: Place, facts: dict[str, Any], entries: EntryReader) -> None:
    """`TxsSummry`, where there is one: of the booked entries, or of all that are written."""
    counted = (entries.booked, entries.written)
    for fact, name, counts, sums in (
        ("all", "TtlNtries", [one.count for one in counted], [one.credit_cents + one.debit_cents for one in counted]),
        ("credit", "TtlCdtNtries", [one.credit_count for one in counted], [one.credit_cents for one in counted]),
        (
            "debit",
            "TtlDbtNtries",
            [one.count - one.credit_count for one in counted],
            [one.debit_cents for one in counted],
        ),
    ):
        count, amount = facts.get(f"{fact}_count", ""), facts.get(f"{fact}_sum", "")
        if count:
            path = f"TxsSummry/{name}/NbOfNtries"
            if not (count.isascii() and count.isdigit() and len(count) <= 15):  # noqa: PLR2004 - Max15NumericText
                raise place.refusal(CamtElementWrong, path, found=count)
            if int(count) not in counts:
                raise place.refusal(CamtCountWrong, path, reason="entries", expected=counts[0], found=int(count))
        if amount:
            path = f"TxsSummry/{name}/Sum"
            found = place.cents(amount.removeprefix("-"), path)
            if found not in sums:
                raise place.refusal(CamtTotalsWrong, path, expected=sums[0], found=found)
