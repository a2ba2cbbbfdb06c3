"""The journal that leaves the house: an outside program adds it up to what our books say."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from bank import Payment, payment_of
from cast import hire
from django.utils import timezone
from hledger_judge import balances_by, hledger  # noqa: F401
from hypothesis import given, settings
from hypothesis import strategies as st
from story import invoiced, paid, received_from_bank

from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.journal_export import ACCOUNT_PATHS, JournalFormat, journal_text
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.ledger.books import check_books
from tegoed.ledger.day_totals import close_days
from tegoed.ledger.models import AccountKind, Transfer
from tegoed.rules.dates import brussels_today


def journal(**days) -> str:
    return "".join(journal_text(journal_format=JournalFormat.HLEDGER, **days))


def rows(**days) -> list[dict[str, str]]:
    text = "".join(journal_text(journal_format=JournalFormat.CSV, **days))
    assert text.count("\n") == text.count("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def two_weeks(cast) -> None:
    """Ten days ago an order paid and loaded; today one in part, one cancelled after payment, money nobody knows, fees."""
    people = hire(cast.bakery, 3)
    with time_machine.travel(timezone.now() - timedelta(days=10)):
        _order, invoices = invoiced(cast.bakery, people)
        paid(*invoices)
        assert load_due_orders()
    _order, (part,) = invoiced(cast.bakery, people)
    credited, (over,) = invoiced(cast.bakery, people)
    received_from_bank([payment_of(part, 5_000), payment_of(over, 700), Payment(1_234, free="?"), Payment(-99)])
    cancel_order(client=cast.bakery, order_id=credited.pk, actor=None)


def by_kind(balances: dict[str, int]) -> dict[str, int]:
    """Summed to the kinds of our books, credits less debits."""
    sums: dict[str, int] = {}
    for path, cents in balances.items():
        kind = next(kind for kind, pattern in ACCOUNT_PATHS.items() if path.startswith(pattern.split("{")[0]))
        sums[kind] = sums.get(kind, 0) - cents
    return {kind: cents for kind, cents in sums.items() if cents}


def own_balances() -> dict[str, int]:
    return {kind: cents for kind, cents in check_books().balances_cents.items() if cents}


def test_every_kind_of_account_has_its_path() -> None:
    assert set(ACCOUNT_PATHS) == set(AccountKind)
    heads = [path.split("{")[0] for path in ACCOUNT_PATHS.values()]
    assert not [(one, other) for one in heads for other in heads if one != other and other.startswith(one)]


def test_hledger_finds_nothing_wrong_and_adds_up_to_our_books(cast, hledger) -> None:  # noqa: F811
    two_weeks(cast)
    text = journal()
    hledger(text, "check", "--strict", "ordereddates")
    assert by_kind(balances_by(hledger, text)) == own_balances()
    assert text.count(" (payment:statement-line:") == Transfer.objects.filter(kind="payment").count()


def test_a_later_period_begins_with_what_stood_there(cast, hledger) -> None:  # noqa: F811
    two_weeks(cast)
    close_days()
    today = brussels_today()
    text = journal(from_on=today - timedelta(days=1))
    hledger(text, "check", "--strict", "ordereddates")
    assert by_kind(balances_by(hledger, text)) == own_balances()
    assert "opening balances" in text
    before = journal(to_on=today - timedelta(days=2))
    hledger(before, "check", "--strict", "ordereddates")
    whole = rows()
    assert rows(to_on=today - timedelta(days=2)) + rows(from_on=today - timedelta(days=1)) == whole
    assert len(whole) == Transfer.objects.count()


def test_a_cent_more_in_a_transfer_is_found_by_hledger(cast, hledger) -> None:  # noqa: F811
    two_weeks(cast)
    text = journal()
    forged = text.replace("  12.34 EUR", "  12.35 EUR").replace("  -12.34 EUR", "  -12.35 EUR")
    assert forged != text
    with pytest.raises(AssertionError, match="balance assertion"):
        hledger(forged, "check")


def test_lots_are_summed_and_no_client_is_named(cast) -> None:
    two_weeks(cast)
    text = journal()
    assert text.count("account liabilities:vouchers:meal:") == 1
    assert cast.bakery.name not in text
    assert f"assets:bank:{cast.bank_account.iban}" in text


moves = st.lists(
    st.tuples(
        st.sampled_from(("order", "pay", "part", "over", "unknown", "fees", "cancel", "load")), st.integers(1, 999)
    ),
    min_size=3,
    max_size=10,
)


@settings(max_examples=10)
@given(moves)
def test_hledger_agrees_with_any_story(db, hledger, story) -> None:  # noqa: F811
    from cast import play
    from django.db import transaction

    with transaction.atomic():
        tell(play(), story)
        text = journal()
        ours = own_balances()
        transaction.set_rollback(True)
    hledger(text, "check", "--strict", "ordereddates")
    assert by_kind(balances_by(hledger, text)) == ours


def tell(cast, story) -> None:
    people = hire(cast.bakery, 2)
    open_ones = []
    for what, cents in story:
        if what == "order":
            open_ones.append(invoiced(cast.bakery, people))
        elif what in {"pay", "part", "over"} and open_ones:
            order, invoices = open_ones[-1]
            for invoice in invoices:
                invoice.refresh_from_db()
            amounts = [_amount(what, invoice.open_cents, cents) for invoice in invoices]
            together = zip(invoices, amounts, strict=True)
            received_from_bank([payment_of(invoice, amount) for invoice, amount in together if amount])
        elif what == "unknown":
            received_from_bank([Payment(cents, free="?")])
        elif what == "fees":
            received_from_bank([Payment(-cents)])
        elif what == "cancel" and open_ones and open_ones[-1][0].state != "cancelled":
            order = open_ones[-1][0]
            order.refresh_from_db()
            if order.state == "invoiced":
                cancel_order(client=order.client, order_id=order.pk, actor=None)
                open_ones.pop()
        elif what == "load":
            load_due_orders()


def _amount(what: str, open_cents: int, cents: int) -> int:
    return {"pay": open_cents, "part": cents, "over": open_cents + cents}[what]
