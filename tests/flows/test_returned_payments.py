"""The bank takes a payment back (SPEC P3): before and after loading, wholly, in part, and when it can't be undone."""

import pytest
from bank import Payment, coda_file, payment_of, returned
from cast import hire
from story import booked, invoiced, paid, received_from_bank

from tegoed.banking.models import Allocation, StatementLine
from tegoed.banking.queries import invoices_open_after_loading
from tegoed.billing.models import Invoice
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.check_books import check_books
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.ledger.models import Account, Transfer
from tegoed.orders.models import Order
from tegoed.outbox.models import Message
from tegoed.rules.dates import add_months, brussels_today
from tegoed.wallets.models import Lot


@pytest.fixture
def order(cast) -> Order:
    """An invoiced order to load next month. The issuer has money of its own in the bank."""
    booked(coda_file([], old_balance_cents=10**7))
    return invoiced(cast.bakery, hire(cast.bakery, 3), loading_on=add_months(brussels_today(), 1))[0]


def product_of(order: Order) -> Invoice:
    return order.invoices.get(kind="product")


def state_of(order: Order) -> str:
    return Order.objects.values_list("state", flat=True).get(pk=order.pk)


def last_line() -> StatementLine:
    return StatementLine.objects.order_by("id").last()


def findings() -> list[str]:
    return [f"{finding.code}: {finding.facts}" for finding in check_books().findings]


def with_reference(invoice: Invoice, more_cents: int = 0) -> Payment:
    payment = payment_of(invoice, invoice.open_cents + more_cents)
    return Payment(payment.amount_cents, structured=payment.structured, end_to_end="E2E-77")


def test_before_loading_the_order_waits_for_its_payment_again(order) -> None:
    payment = with_reference(product_of(order))
    received_from_bank([payment])
    assert state_of(order) == "paid"
    report = received_from_bank([returned(payment)])
    assert (report.returned_count, report.outgoing_count) == (1, 0)
    product = product_of(order)
    assert (state_of(order), product.state, product.paid_cents, product.reopened_count) == ("invoiced", "open", 0, 1)
    back = last_line()
    assert (back.state, back.reason, back.unplaced_cents, back.reverses.state) == ("returned", "return", 0, "returned")
    assert Transfer.objects.filter(event_key=f"payment_returned:statement-line:{back.pk}").count() == 1
    mail = Message.objects.get(kind="payment_returned")
    assert product.number in mail.text
    assert findings() == []
    paid(product)
    assert state_of(order) == "paid"
    assert findings() == []


def test_after_loading_the_vouchers_stay_and_the_client_owes(cast) -> None:
    booked(coda_file([], old_balance_cents=10**7))
    order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 3))
    payment = with_reference(product)
    received_from_bank([payment])
    load_due_orders()
    received_from_bank([returned(payment)])
    assert (state_of(order), Lot.objects.count()) == ("loaded", 3)
    assert [invoice.pk for invoice in invoices_open_after_loading()] == [product.pk]
    assert findings() == []


def test_a_part_taken_back_undoes_the_newest_first(order) -> None:
    payment = with_reference(product_of(order), more_cents=900)
    received_from_bank([payment])
    received_from_bank([returned(payment, 600)])
    assert (state_of(order), check_books().figures["client_credit"]) == ("paid", 300)
    assert findings() == []
    received_from_bank([returned(payment, 1_300)])
    product = product_of(order)
    assert (state_of(order), product.open_cents) == ("invoiced", 1_000)
    assert check_books().figures["client_credit"] == 0
    assert findings() == []
    received_from_bank([returned(payment, payment.amount_cents - 1_900)])
    assert product_of(order).paid_cents == 0
    assert not Allocation.objects.filter(undone_at=None).exists()
    assert findings() == []


def test_two_parts_of_one_payment_come_back_in_one_statement(order) -> None:
    payment = with_reference(product_of(order))
    received_from_bank([payment])
    received_from_bank([returned(payment, 400), returned(payment, 500)])
    assert product_of(order).open_cents == 900
    assert findings() == []


def test_money_still_in_suspense_leaves_from_there(order) -> None:
    payment = Payment(4_000, free="?", end_to_end="E2E-1")
    received_from_bank([payment])
    received_from_bank([returned(payment)])
    assert check_books().figures["suspense"] == 0
    assert StatementLine.objects.filter(state="suspense").count() == 0
    assert findings() == []


@pytest.mark.parametrize(
    "payment",
    [
        Payment(-2_000, structured="named", r_type="2"),
        Payment(-2_000, structured="named"),
        Payment(-2_000, free="terug named"),
    ],
)
def test_the_structured_communication_names_the_line_too(order, payment) -> None:
    product = product_of(order)
    received_from_bank([payment_of(product)])
    number = product.structured_communication
    named = Payment(
        -2_000,
        structured=number if payment.structured else "",
        free=payment.free.replace("named", number),
        r_type=payment.r_type,
    )
    received_from_bank([named])
    assert product_of(order).open_cents == 2_000
    assert findings() == []


@pytest.mark.parametrize("part_cents", [None, 4_000])
def test_a_reference_goes_before_the_communication_that_another_payment_has_too(order, part_cents) -> None:
    """Paid once and once more; the bank takes back the first, wholly or just so much as the second brought."""
    first = with_reference(product_of(order))
    second = Payment(part_cents or first.amount_cents, structured=first.structured, end_to_end="E2E-78")
    received_from_bank([first, second])
    received_from_bank([returned(first, part_cents)])
    assert (last_line().reverses.customer_reference, state_of(order)) == ("E2E-77", "invoiced")
    assert check_books().figures["client_credit"] == second.amount_cents
    assert findings() == []


def test_another_account_or_too_large_an_amount_takes_nothing_back(order) -> None:
    product = product_of(order)
    received_from_bank([payment_of(product)])
    number = product.structured_communication
    received_from_bank(
        [
            Payment(-2_000, structured=number, account="BE62510007547061"),
            Payment(-product.total_cents - 1, structured=number, r_type="2"),
        ]
    )
    assert [line.reason for line in StatementLine.objects.filter(amount_cents__lt=0).order_by("id")] == [
        "outgoing",
        "return_unknown",
    ]
    assert state_of(order) == "paid"
    assert findings() == []


def test_credit_that_was_used_meanwhile_leaves_the_line_outgoing_for_staff(order) -> None:
    from test_undoing_and_claiming_money import spend_credit

    payment = with_reference(product_of(order), more_cents=900)
    received_from_bank([payment])
    spend_credit(order.client, 500)
    received_from_bank([returned(payment)])
    back = last_line()
    assert (back.state, back.reason, back.reverses_id is None) == ("outgoing", "return_credit_used", False)
    assert state_of(order) == "paid"


def test_a_payment_of_an_invoice_credited_since_leaves_the_line_outgoing_for_staff(order, cast) -> None:
    payment = Payment(1_000, structured=product_of(order).structured_communication, end_to_end="E2E-2")
    received_from_bank([payment])
    cancel_order(client=cast.bakery, order_id=order.pk, actor=None)
    received_from_bank([returned(payment)])
    assert (last_line().state, last_line().reason) == ("outgoing", "return_invoice_credited")
    assert findings() == []


def test_credit_used_between_looking_and_posting_books_the_file_later(order, monkeypatch) -> None:
    from tegoed.banking.models import StatementFile
    from tegoed.flows.receive_statement import book_statement_file, receive_statement_file
    from tegoed.ledger.refusals import FundsShort

    payment = with_reference(product_of(order), more_cents=900)
    received_from_bank([payment])
    last = StatementLine.objects.order_by("id").last().statement
    content = coda_file([returned(payment)], sequence=last.sequence + 1, old_balance_cents=last.new_balance_cents)
    file = receive_statement_file(file_name="day.cod", content=content, actor=None)
    Account.objects.filter(kind="client_credit")  # as it is read, so it stays: only the reading is made to lie
    monkeypatch.setattr("tegoed.banking.actions.returns._credit_of", lambda _clients: {order.client_id: 900})
    from test_undoing_and_claiming_money import spend_credit

    spend_credit(order.client, 500)
    with pytest.raises(FundsShort):
        book_statement_file(file_id=file.pk)
    assert StatementFile.objects.get(pk=file.pk).state == "received"
