"""CODA and camt.053 of one account: each day books once, in whichever format it comes first, and the chain holds."""

from datetime import date, timedelta

import pytest
from bank import Payment, camt_file, camt_statement_of, coda_file, payment_of, statement_of
from cast import draft_of, hire
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tegoed.banking.models import BankAccount, Statement, StatementFile, StatementFormat, StatementLine
from tegoed.banking.refusals import (
    StatementAccountUnknown,
    StatementChainBroken,
    StatementChanged,
    StatementKnown,
    StatementOfFuture,
    StatementTooEarly,
)
from tegoed.billing.models import Invoice
from tegoed.errors import Refusal
from tegoed.flows.check_books import check_books
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.invoice_order import invoice_order
from tegoed.flows.receive_statement import book_statement_file, receive_statement_file
from tegoed.formats.camt053 import CamtRefused, entries_of, write_camt053
from tegoed.formats.coda import write_coda
from tegoed.ledger.models import Transfer
from tegoed.orders.models import Order
from tegoed.orders.queries import preview_of
from tegoed.rules.dates import brussels_today

TODAY = brussels_today()
YESTERDAY = TODAY - timedelta(days=1)
BEFORE = TODAY - timedelta(days=2)


@pytest.fixture
def invoices(cast) -> list[Invoice]:
    """The product and the card invoice of one order of three people."""
    order = draft_of(cast.bakery, hire(cast.bakery, 3))
    total = preview_of(order).pricing.total_cents
    confirm_order(client=cast.bakery, order_id=order.pk, actor=None, confirmed_total_cents=total)
    return invoice_order(order_id=order.pk)


def receive(content: bytes):
    return receive_statement_file(file_name="day", content=content, actor=None)


def received(content: bytes):
    report = book_statement_file(file_id=receive(content).pk)
    assert report is not None
    assert check_books().findings == []
    return report


def refused(content: bytes, reason: type[Refusal]) -> Refusal:
    before = (StatementFile.objects.count(), StatementLine.objects.count(), Transfer.objects.count())
    with pytest.raises(reason) as refusal:
        receive(content)
    assert type(refusal.value) is reason
    assert (StatementFile.objects.count(), StatementLine.objects.count(), Transfer.objects.count()) == before
    return refusal.value


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_camt_file_pays_invoice_and_order(version, invoices) -> None:
    received(camt_file([payment_of(invoice) for invoice in invoices], version=version))
    assert Order.objects.get().state == "paid"
    assert set(StatementLine.objects.values_list("rung", "reason", "unplaced_cents")) == {(1, "matched", 0)}
    assert Statement.objects.get().format == StatementFormat.CAMT053


def test_two_equal_entries_are_two_payments(invoices) -> None:
    _product, card = invoices
    received(camt_file([payment_of(card), payment_of(card)]))
    assert list(StatementLine.objects.order_by("id").values_list("reason", flat=True)) == ["matched", "already_paid"]


@pytest.mark.parametrize("first", ["coda", "camt"])
@pytest.mark.parametrize("sequence", [1, 77, None])
def test_the_day_in_the_other_format_is_known(first, sequence, invoices) -> None:
    payments = [payment_of(invoices[0]), Payment(-250, free="fee"), Payment(500, free="?")]
    files = [
        coda_file(payments, old_balance_cents=10_000),
        camt_file(payments, sequence=sequence, old_balance_cents=10_000),
    ]
    if first == "camt":
        files.reverse()
    received(files[0])
    assert refused(files[1], StatementKnown).params["on"] == TODAY


@pytest.mark.parametrize("first", ["coda", "camt"])
@pytest.mark.parametrize(
    "other",
    [[Payment(500), Payment(250)], [Payment(749)], [Payment(751)], [Payment(700), Payment(49), Payment(1)], []],
)
def test_the_file_of_yesterday_changed_is_refused_in_either_format(first, other, cast) -> None:
    payments = [Payment(750)]
    one, two = (coda_file, camt_file) if first == "coda" else (camt_file, coda_file)
    received(one(payments, on=YESTERDAY, old_balance_cents=10))
    refused(two(other, on=YESTERDAY, old_balance_cents=10), StatementChanged)
    refused(one(other, on=YESTERDAY, old_balance_cents=10), StatementChanged)


def test_a_day_that_moved_nothing_in_all_is_told_from_another_by_its_amounts(cast) -> None:
    received(coda_file([Payment(50), Payment(-50)], old_balance_cents=100))
    refused(camt_file([Payment(60), Payment(-60)], old_balance_cents=100), StatementChanged)
    refused(camt_file([Payment(-50), Payment(50)], old_balance_cents=100), StatementKnown)


def test_the_formats_may_take_turns(invoices) -> None:
    received(coda_file([Payment(100)], on=BEFORE))
    received(camt_file([Payment(200)], on=YESTERDAY, old_balance_cents=100, sequence=None))
    received(coda_file([Payment(300)], on=TODAY, old_balance_cents=300, sequence=3))
    assert list(Statement.objects.order_by("id").values_list("format", "sequence")) == [
        ("coda", 1),
        ("camt053", None),
        ("coda", 3),
    ]


def test_a_missing_day_breaks_the_chain_across_formats(cast) -> None:
    received(coda_file([Payment(100)], on=BEFORE))
    broken = refused(camt_file([Payment(300)], on=TODAY, old_balance_cents=300), StatementChainBroken)
    assert (broken.params["expected_cents"], broken.params["found_cents"]) == (100, 300)
    received(camt_file([Payment(200)], on=YESTERDAY, old_balance_cents=100))
    received(camt_file([Payment(300)], on=TODAY, old_balance_cents=300))


def test_an_earlier_day_can_not_come_after_a_later_one(cast) -> None:
    received(camt_file([Payment(100)], on=YESTERDAY))
    assert (
        refused(camt_file([Payment(5)], on=BEFORE, old_balance_cents=100), StatementTooEarly).params["on"] == YESTERDAY
    )
    refused(coda_file([Payment(5)], on=BEFORE, old_balance_cents=100), StatementTooEarly)


@pytest.mark.parametrize("sequence", [None, 1])
def test_camt_days_with_no_number_or_always_the_same_go_on(sequence, cast) -> None:
    received(camt_file([Payment(100)], on=BEFORE, sequence=sequence))
    received(camt_file([], on=YESTERDAY, old_balance_cents=100, sequence=sequence))
    received(camt_file([Payment(1)], on=TODAY, old_balance_cents=100, sequence=sequence))
    refused(camt_file([Payment(1, free="again")], on=TODAY, old_balance_cents=100, sequence=sequence), StatementKnown)


def test_an_empty_day_is_kept_and_known_in_the_other_format(cast) -> None:
    received(coda_file([Payment(100)], on=BEFORE))
    received(coda_file([], on=YESTERDAY, old_balance_cents=100, sequence=2))
    refused(camt_file([], on=YESTERDAY, old_balance_cents=100), StatementKnown)
    refused(camt_file([], on=BEFORE, old_balance_cents=100), StatementKnown)
    received(camt_file([Payment(5)], on=TODAY, old_balance_cents=100))


def test_the_second_statement_of_a_day_follows_the_first(cast) -> None:
    received(coda_file([Payment(100)], sequence=1))
    received(coda_file([Payment(50)], sequence=2, old_balance_cents=100))
    refused(camt_file([Payment(50)], old_balance_cents=100), StatementKnown)
    refused(camt_file([Payment(100)]), StatementKnown)
    received(camt_file([Payment(7)], old_balance_cents=150))


def test_the_number_begins_anew_with_the_year(cast) -> None:
    received(coda_file([Payment(100)], on=date(2024, 12, 31), sequence=251))
    received(coda_file([Payment(100)], on=date(2025, 1, 2), sequence=1, old_balance_cents=100))
    refused(camt_file([Payment(100)], on=date(2025, 1, 2), sequence=252, old_balance_cents=100), StatementKnown)
    received(camt_file([Payment(100)], on=date(2025, 1, 3), sequence=2, old_balance_cents=200))


def test_known_days_in_a_file_with_new_ones_are_passed_over(cast) -> None:
    """A week in camt.053, of which CODA brought the first day: the file is booked, each day once."""
    received(coda_file([Payment(100)], on=BEFORE))
    week = [
        camt_statement_of([Payment(100)], on=BEFORE, sequence=11),
        camt_statement_of([Payment(200)], on=YESTERDAY, old_balance_cents=100, sequence=12),
        camt_statement_of([Payment(300)], on=TODAY, old_balance_cents=300, sequence=13),
    ]
    report = received(write_camt053([(one, entries_of(one)) for one in week]))
    assert report.line_count == 2
    assert list(StatementLine.objects.order_by("id").values_list("amount_cents", flat=True)) == [100, 200, 300]


def test_the_same_statement_twice_in_one_file_books_once(cast) -> None:
    one = camt_statement_of([Payment(100)], sequence=None)
    assert received(write_camt053([(one, entries_of(one))] * 2)).line_count == 1
    other = statement_of([Payment(50)], sequence=5, old_balance_cents=100)
    assert received(write_coda([other, other])).line_count == 1


def test_a_camt_of_another_account_and_one_of_tomorrow_are_refused(cast) -> None:
    refused(camt_file([], iban="BE71096123456769"), StatementAccountUnknown)
    refused(camt_file([], on=TODAY + timedelta(days=1)), StatementOfFuture)


def test_a_faulty_camt_is_refused_whole(invoices) -> None:
    good = camt_file([payment_of(invoices[0]), payment_of(invoices[1])])
    with pytest.raises(CamtRefused):
        receive(good.replace(b"<Cd>BOOK</Cd>", b"<Cd>PDNG</Cd>", 1))
    assert StatementFile.objects.count() == 0


def test_one_statement_number_can_not_be_booked_twice_whatever_the_code_does(cast) -> None:
    """The same fact, held by the database."""
    received(camt_file([Payment(100)], sequence=4))
    kept = Statement.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.create(
            file=kept.file, bank_account=kept.bank_account, format="camt053", year=kept.year, sequence=4,
            old_balance_cents=0, new_balance_cents=1, new_balance_on=kept.new_balance_on,
        )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(
    days=st.lists(
        st.tuples(st.lists(st.integers(-500, 500), max_size=3), st.sampled_from(["coda", "camt", "both"])), max_size=5
    )
)
def test_any_days_in_any_format_in_any_repetition_make_each_line_once(days, cast) -> None:
    """Every file is offered again at the end, in both formats: nothing of it is booked a second time."""
    with transaction.atomic():
        first_day = TODAY - timedelta(days=len(days))
        balance, expected, files = 0, [], []
        for number, (amounts, formats) in enumerate(days, start=1):
            payments = [Payment(cents) for cents in amounts]
            on = first_day + timedelta(days=number)
            both = {
                "coda": coda_file(payments, on=on, sequence=number, old_balance_cents=balance),
                "camt": camt_file(payments, on=on, sequence=None, old_balance_cents=balance),
            }
            for name in ["coda", "camt"] if formats == "both" else [formats]:
                if formats == "both" and name == "camt":
                    with pytest.raises(StatementKnown):
                        receive(both[name])
                else:
                    book_statement_file(file_id=receive(both[name]).pk)
            files += both.values()
            expected += amounts
            balance += sum(amounts)
        for content in files:
            with pytest.raises(Refusal) as again:
                receive(content)
            assert again.value.code in {"statement-known", "statement-file-known", "statement-too-early"}
        assert list(StatementLine.objects.order_by("id").values_list("amount_cents", flat=True)) == expected
        assert "bank-differs-from-last-statement" not in {finding.code for finding in check_books().findings}
        assert BankAccount.objects.filter(is_for_invoices=True).count() == 1
        transaction.set_rollback(True)
