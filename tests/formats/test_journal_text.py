"""The journal as text: amounts to the cent, CSV as RFC 4180 has it, nothing in a key that could break an entry."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tegoed.formats.journal import CSV_HEADINGS, JournalAccount, JournalEntry, csv_text, euro_amount, hledger_text

ENTRY = JournalEntry(
    transfer=7,
    day=date(2026, 11, 26),
    at=datetime(2026, 11, 25, 23, 30, tzinfo=UTC),
    kind="payment",
    event_key="payment:statement-line:3",
    debit="assets:bank:BE68539007547034",
    credit="assets:receivable:client-1",
    amount_cents=16_224,
    reverses=None,
)


@given(st.integers(-(10**15), 10**15))
def test_an_amount_is_its_cents(cents) -> None:
    assert Decimal(euro_amount(cents)) * 100 == cents
    assert len(euro_amount(cents).split(".")[1]) == 2


def test_the_csv_is_read_back_with_its_headings_and_brussels_time() -> None:
    text = "".join(csv_text([ENTRY, ENTRY._replace(event_key='a "b", c', reverses=5)]))
    assert all(line.endswith("\r\n") for line in text.splitlines(keepends=True))
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert tuple(first) == CSV_HEADINGS
    assert (first["at"], first["amount_eur"], first["reverses"]) == ("2026-11-26T00:30:00+01:00", "162.24", "")
    assert (second["event_key"], second["reverses"]) == ('a "b", c', "5")


def test_a_csv_of_any_length_comes_in_pieces() -> None:
    pieces = list(csv_text([ENTRY] * 5_000))
    assert len(pieces) > 10
    assert "".join(pieces).count("\r\n") == 5_001


def test_no_key_breaks_out_of_its_entry() -> None:
    text = "".join(hledger_text([], [ENTRY._replace(event_key="x) y\n    evil  1 EUR")], from_on=None, to_on=ENTRY.day))
    assert "\n2026-11-26 (x] y     evil  1 EUR) payment  ; transfer:7\n" in text


def test_a_period_begins_with_balances_and_ends_by_asserting_them() -> None:
    accounts = [JournalAccount("assets:bank:1", 500, 700), JournalAccount("equity:opening", -500, -700)]
    text = "".join(hledger_text(accounts, [], from_on=date(2026, 1, 1), to_on=date(2026, 1, 31)))
    assert "2026-01-01 (opening) opening balances\n    assets:bank:1  5.00 EUR\n    equity:opening  -5.00 EUR\n" in text
    assert text.endswith(
        "2026-01-31 (closing) balances as the books keep them\n"
        "    assets:bank:1  0.00 EUR = 7.00 EUR\n    equity:opening  0.00 EUR = -7.00 EUR\n"
    )
