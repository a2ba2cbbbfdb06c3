"""What a bank file does, and which are refused whole."""

from datetime import timedelta

import pytest
from bank import Payment, coda_file, payment_of, statement_of
from cast import draft_of, hire

from tegoed.banking.models import Allocation, Statement, StatementFile, StatementLine
from tegoed.banking.refusals import (
    StatementAccountUnknown,
    StatementAmountTooLarge,
    StatementChainBroken,
    StatementFileKnown,
    StatementKnown,
    StatementOfFuture,
    StatementTooEarly,
)
from tegoed.billing.models import Invoice
from tegoed.flows.check_books import check_books
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.invoice_order import invoice_order
from tegoed.flows.receive_statement import book_statement_file, receive_statement_file
from tegoed.formats.coda import CodaRefused, write_coda
from tegoed.ledger.models import Transfer
from tegoed.orders.models import Order
from tegoed.orders.queries import preview_of
from tegoed.rules.dates import brussels_today
from tegoed.rules.structured_communication import make_structured_communication, pretty


@pytest.fixture
def invoices(cast) -> list[Invoice]:
    """The product and the card invoice of one order of three people."""
    order = draft_of(cast.bakery, hire(cast.bakery, 3))
    total = preview_of(order).pricing.total_cents
    confirm_order(client=cast.bakery, order_id=order.pk, actor=None, confirmed_total_cents=total)
    return invoice_order(order_id=order.pk)


def received(content: bytes, name: str = "day.cod"):
    file = receive_statement_file(file_name=name, content=content, actor=None)
    report = book_statement_file(file_id=file.pk)
    assert report is not None
    assert check_books().findings == []
    return report


def lines() -> list[tuple[int, int, str, int]]:
    return list(StatementLine.objects.order_by("id").values_list("amount_cents", "rung", "reason", "unplaced_cents"))


def test_a_number_in_free_text_is_the_second_rung(invoices) -> None:
    product, _card = invoices
    free = f"factuur november {pretty(product.structured_communication)} dank u"
    received(coda_file([Payment(product.total_cents, free=free)]))
    assert lines() == [(product.total_cents, 2, "matched", 0)]


def test_a_number_with_wrong_check_digits_never_matches(invoices) -> None:
    product, _card = invoices
    digits = product.structured_communication
    wrong = digits[:10] + f"{(int(digits[10:]) % 97) + 1:02d}"
    report = received(
        coda_file(
            [Payment(product.total_cents, free=f"+++{wrong[:3]}/{wrong[3:7]}/{wrong[7:]}+++"), Payment(500, free=wrong)]
        )
    )
    assert report.matched_count == 0
    assert [line[2] for line in lines()] == ["no_number", "no_number"]
    product.refresh_from_db()
    assert product.paid_cents == 0


def test_a_valid_number_that_we_never_issued_goes_to_suspense(invoices) -> None:
    received(coda_file([Payment(1_000, structured=make_structured_communication(4242424242))]))
    assert lines() == [(1_000, 5, "number_unknown", 1_000)]


def test_a_part_payment_leaves_the_rest_open_and_the_order_waiting(invoices) -> None:
    product, _card = invoices
    received(coda_file([payment_of(product, 10_000)]))
    product.refresh_from_db()
    assert (product.state, product.open_cents) == ("open", product.total_cents - 10_000)
    assert Order.objects.get().state == "invoiced"
    received(coda_file([payment_of(product)], sequence=2, old_balance_cents=10_000))
    product.refresh_from_db()
    assert product.state == "paid"
    assert Order.objects.get().state == "paid"


def test_too_much_is_kept_on_account(invoices) -> None:
    product, _card = invoices
    received(coda_file([payment_of(product, product.total_cents + 777)]))
    assert lines() == [(product.total_cents + 777, 1, "over_paid", 0)]
    assert check_books().figures["client_credit"] == 777


def test_two_equal_lines_are_two_payments_and_the_second_is_shown_to_staff(invoices) -> None:
    _product, card = invoices
    received(coda_file([payment_of(card), payment_of(card)]))
    assert [line[2:] for line in lines()] == [("matched", 0), ("already_paid", card.total_cents)]


def test_money_that_leaves_is_booked_and_explained_later(invoices) -> None:
    received(coda_file([Payment(-1_250, free="KOSTEN"), payment_of(invoices[0])], old_balance_cents=100_000))
    assert lines()[0] == (-1_250, 5, "outgoing", -1_250)


def test_a_bank_that_no_longer_covers_what_is_owed_is_a_finding(invoices) -> None:
    file = receive_statement_file(
        file_name="x.cod", content=coda_file([payment_of(invoices[0]), Payment(-2_000)]), actor=None
    )
    book_statement_file(file_id=file.pk)
    assert [finding.code for finding in check_books().findings] == ["bank-does-not-cover"]


def test_several_statements_in_one_file_are_all_booked(invoices) -> None:
    product, card = invoices
    first = statement_of([payment_of(product)])
    second = statement_of([payment_of(card)], sequence=2, old_balance_cents=product.total_cents)
    report = received(write_coda([first, second]))
    assert report.line_count == 2
    assert {invoice.state for invoice in Invoice.objects.all()} == {"paid"}


def test_the_opening_balance_comes_into_the_books_once(invoices) -> None:
    received(coda_file([payment_of(invoices[0])], old_balance_cents=5_000_000))
    total = 5_000_000 + invoices[0].total_cents
    received(coda_file([payment_of(invoices[1])], sequence=2, old_balance_cents=total))
    assert check_books().figures["bank"] == total + invoices[1].total_cents


def changed(content: bytes, old: bytes, new: bytes) -> bytes:
    assert content.count(old) >= 1
    return content.replace(old, new, 1)


REFUSED_FILES = {
    "cut short": lambda good: b"\n".join(good.splitlines()[:-1]) + b"\n",
    "not a coda": lambda _good: b"%PDF-1.7 nothing to book",
    "empty": lambda _good: b"",
    "wrong length": lambda good: good.replace(b"VOORBEELD", b"VOORBEELDE", 1),
    "unknown record": lambda good: good + b"7" + b" " * 127 + b"\n",
}


def _with_total(good: bytes) -> bytes:
    records = good.splitlines()
    records[-1] = records[-1][:40] + b"9" + records[-1][41:]
    return b"\n".join(records) + b"\n"


def _with_balance(good: bytes) -> bytes:
    records = good.splitlines()
    index = next(index for index, record in enumerate(records) if record.startswith(b"8"))
    records[index] = records[index][:45] + b"7" + records[index][46:]
    return b"\n".join(records) + b"\n"


REFUSED_FILES |= {"wrong totals": _with_total, "wrong balance": _with_balance}


@pytest.mark.parametrize("kind", REFUSED_FILES)
def test_a_faulty_file_is_refused_whole_and_nothing_is_kept(kind, invoices) -> None:
    content = REFUSED_FILES[kind](coda_file([payment_of(invoices[0])]))
    before = Transfer.objects.count()
    with pytest.raises(CodaRefused) as refused:
        receive_statement_file(file_name="day.cod", content=content, actor=None)
    assert refused.value.code.startswith("coda-")
    assert (StatementFile.objects.count(), Statement.objects.count(), Allocation.objects.count()) == (0, 0, 0)
    assert Transfer.objects.count() == before


def test_the_same_file_again_is_refused_and_changes_nothing(invoices) -> None:
    content = coda_file([payment_of(invoices[0])])
    received(content)
    before = Transfer.objects.count()
    with pytest.raises(StatementFileKnown):
        receive_statement_file(file_name="again.cod", content=content, actor=None)
    assert (StatementLine.objects.count(), Transfer.objects.count()) == (1, before)


def test_the_same_statement_in_another_file_is_refused(invoices) -> None:
    received(coda_file([payment_of(invoices[0])]))
    with pytest.raises(StatementKnown):
        receive_statement_file(file_name="x.cod", content=coda_file([payment_of(invoices[1])]), actor=None)


def test_a_statement_of_another_account_is_refused(invoices) -> None:
    with pytest.raises(StatementAccountUnknown):
        receive_statement_file(file_name="x.cod", content=coda_file([], iban="BE71096123456769"), actor=None)


def test_a_missing_day_breaks_the_chain(invoices) -> None:
    received(coda_file([payment_of(invoices[0])]))
    with pytest.raises(StatementChainBroken):
        receive_statement_file(
            file_name="x.cod", content=coda_file([payment_of(invoices[1])], sequence=3, old_balance_cents=1), actor=None
        )
    assert StatementFile.objects.count() == 1


def test_a_statement_before_the_last_one_is_refused(invoices) -> None:
    received(coda_file([payment_of(invoices[0])], sequence=5))
    with pytest.raises(StatementTooEarly):
        receive_statement_file(file_name="x.cod", content=coda_file([], sequence=4), actor=None)


def test_a_statement_of_tomorrow_is_refused(invoices) -> None:
    with pytest.raises(StatementOfFuture):
        receive_statement_file(
            file_name="x.cod", content=coda_file([], on=brussels_today() + timedelta(days=1)), actor=None
        )


def test_a_file_that_was_refused_may_come_again_once_the_day_before_is_in(invoices) -> None:
    first = coda_file([payment_of(invoices[0])])
    second = coda_file([payment_of(invoices[1])], sequence=2, old_balance_cents=invoices[0].total_cents)
    received(coda_file([], sequence=0))
    with pytest.raises(StatementChainBroken):
        receive_statement_file(file_name="second.cod", content=second, actor=None)
    received(first)
    assert received(second).matched_count == 1


def test_an_amount_the_ledger_cannot_take_is_refused_before_it_is_kept(invoices) -> None:
    for content in (coda_file([Payment(10**12 + 1)]), coda_file([], old_balance_cents=10**12 + 1)):
        with pytest.raises(StatementAmountTooLarge):
            receive_statement_file(file_name="x.cod", content=content, actor=None)
    assert StatementFile.objects.count() == 0
    assert received(coda_file([Payment(10**12)])).suspense_count == 1


def test_a_line_without_money_is_kept_and_moves_nothing(invoices) -> None:
    before = Transfer.objects.count()
    received(coda_file([Payment(0, free="aankondiging")]))
    assert lines() == [(0, 5, "no_amount", 0)]
    assert Transfer.objects.count() == before


def test_more_accounts_than_one_call_takes_are_opened_in_parts(invoices, monkeypatch) -> None:
    monkeypatch.setattr("tegoed.flows.settle_payments.BATCH_ROWS_MAX", 2)
    received(coda_file([payment_of(invoice) for invoice in invoices]))
    assert Order.objects.get().state == "paid"
