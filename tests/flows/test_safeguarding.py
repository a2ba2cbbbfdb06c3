"""The bank covers what is owed to holders and clients, today and on any day before."""

from datetime import timedelta

import time_machine
from bank import Payment, coda_file, payment_of
from cast import hire
from django.utils import timezone
from story import booked, invoiced, paid, received_from_bank

from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.check_books import check_books
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.safeguarding import safeguarding
from tegoed.ledger.day_totals import close_days
from tegoed.ledger.models import AccountKind
from tegoed.orders.actions import LineWish, set_order_lines, start_order
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Product


def days_ago(count: int):
    return time_machine.travel(timezone.now() - timedelta(days=count))


def eco_order(client, people):
    """An order of eco vouchers of 50 euro for each, invoiced."""
    from story import confirmed

    from tegoed.flows.invoice_order import invoice_order

    order = start_order(
        client=client, product=Product.ECO, reference="", loading_on=brussels_today() + timedelta(days=40), actor=None
    )
    set_order_lines(
        client=client,
        order_id=order.pk,
        wishes=[LineWish(beneficiary_id=person.pk, amount_cents=5_000) for person in people],
        actor=None,
    )
    return invoice_order(order_id=confirmed(order).pk)


def test_what_is_owed_moves_from_funds_to_vouchers_by_product(cast) -> None:
    people = hire(cast.bakery, 2)
    with days_ago(20):
        booked(coda_file([], old_balance_cents=3_000))
        _order, invoices = invoiced(cast.bakery, people)
        paid(*invoices)
    with days_ago(10):
        assert load_due_orders()
        close_days()
        paid(*eco_order(cast.bakery, people))
    received_from_bank([Payment(77, free="?")])
    today = brussels_today()

    def told(back: int) -> set[tuple[str, str, int]]:
        return {(row.kind, row.product, row.cents) for row in safeguarding(today - timedelta(days=back)).owed}

    assert told(21) == set()
    assert told(20) == told(11) == {(AccountKind.CLIENT_FUNDS, "meal", 32_000)}
    lots = (AccountKind.LOT, "meal", 32_000)
    assert told(10) == told(1) == {lots, (AccountKind.CLIENT_FUNDS, "eco", 10_000)}
    assert told(0) == {lots, (AccountKind.CLIENT_FUNDS, "eco", 10_000), (AccountKind.SUSPENSE, "", 77)}
    now = safeguarding(today)
    assert now.by_product == {"meal": 32_000, "eco": 10_000}
    assert now.owed_cents == sum(
        check_books().figures[code] for code in ("vouchers", "client_funds", "client_credit", "suspense", "refund_due")
    )
    assert now.bank_cents == check_books().figures["bank"]
    assert now.is_covered
    assert now.margin_cents == now.bank_cents - now.owed_cents > 3_000


def test_credit_of_clients_is_owed_too(cast) -> None:
    order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 1))
    received_from_bank([payment_of(product, 4_000)])
    cancel_order(client=cast.bakery, order_id=order.pk, actor=None)
    report = safeguarding(brussels_today())
    assert [(row.kind, row.cents) for row in report.owed] == [(AccountKind.CLIENT_CREDIT, 4_000)]
    assert report.margin_cents == 0


def test_money_that_left_the_bank_is_missed(cast) -> None:
    _order, invoices = invoiced(cast.bakery, hire(cast.bakery, 1))
    paid(*invoices)
    fees_cents = safeguarding(brussels_today()).margin_cents
    received_from_bank([Payment(-fees_cents - 1)])
    report = safeguarding(brussels_today())
    assert (report.is_covered, report.margin_cents) == (False, -1)
    assert [(row.iban, row.cents) for row in report.bank] == [(cast.bank_account.iban, report.owed_cents - 1)]
