"""`check_books` is silent on healthy books, and names each kind of damage, however small."""

import pytest
from bank import Payment, payment_of
from cast import hire
from django.db import connection, transaction
from story import invoiced, paid, received_from_bank

from tegoed.banking.models import StatementLine
from tegoed.billing.models import Invoice
from tegoed.clients.models import User
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.check_books import CROSS_CHECKS, FIGURE_CODES, check_books
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.paper_checks import PAPER_CHECKS
from tegoed.flows.payment_files import make_collection_file, make_refund_file
from tegoed.flows.placing_checks import PLACING_CHECKS
from tegoed.flows.refunds import approve_refund, ask_refund_of_line
from tegoed.flows.sign_mandate import sign_mandate
from tegoed.flows.use_credit import use_credit
from tegoed.orders.models import Order, OrderState
from tegoed.rules.dates import add_months, brussels_today
from tegoed.treasury.models import MandateScheme


@pytest.fixture
def healthy(cast) -> dict[str, Order]:
    """An order in each state that money knows: loaded; paid for next month; partly paid; credited. And money unplaced."""
    people = hire(cast.bakery, 3)
    loaded, invoices = invoiced(cast.bakery, people)
    paid(*invoices)
    assert len(load_due_orders()) == 1
    waiting, invoices = invoiced(cast.bakery, people, loading_on=add_months(brussels_today(), 1))
    paid(*invoices)
    still_open, (product,) = invoiced(cast.bakery, people)
    third, (over_paid,) = invoiced(cast.bakery, people, loading_on=add_months(brussels_today(), 1))
    received_from_bank(
        [
            payment_of(product, 10_000),
            payment_of(over_paid, over_paid.total_cents + 500),
            Payment(777, free="no idea"),
            Payment(-300, free="fees"),
        ]
    )
    credited, (product,) = invoiced(cast.bakery, people)
    received_from_bank([payment_of(product, 2_000)])
    cancel_order(client=cast.bakery, order_id=credited.pk, actor=None)
    received_from_bank([])
    money_on_its_way(cast)
    report = check_books()
    assert (report.findings, report.agree) == ([], True)
    return {"loaded": loaded, "waiting": waiting, "open": still_open, "third": third, "credited": credited}


def money_on_its_way(cast) -> None:
    """At the garage: an invoice collected, credit used, a refund in a file."""
    cast.issuer.creditor_identifier, cast.issuer.payment_days = "BE81ZZZ0123456749", 5
    cast.issuer.save()
    eva = User.objects.create_user("eva@uitgever.example", "-", full_name="Eva", is_staff=True)
    _order, (first, _card) = invoiced(cast.garage, hire(cast.garage, 1, first=60))
    received_from_bank([payment_of(first, first.total_cents + 900)])
    sign_mandate(
        client=cast.garage,
        scheme=MandateScheme.CORE,
        iban="BE71096123456769",
        signer_name="Charlie",
        signer_function="Owner",
        signed_from="192.0.2.7",
        actor=cast.charlie,
    )
    later = add_months(brussels_today(), 1)
    _order, invoices = invoiced(cast.garage, hire(cast.garage, 1, first=61), loading_on=later)
    use_credit(client=cast.garage, invoice_id=invoices[0].pk, actor=cast.charlie)
    collection = make_collection_file(actor=eva).collections.order_by("id")[0]
    received_from_bank([Payment(collection.amount_cents, end_to_end=collection.end_to_end)])
    received_from_bank([Payment(4_321, free="?")])
    refund = ask_refund_of_line(line_id=StatementLine.objects.get(amount_cents=4_321).pk, reason="", actor=eva)
    approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=cast.staff_member)
    make_refund_file(actor=eva)


DAMAGE = {
    "loaded-line-without-lot": """
        UPDATE orders_orderline SET voucher_count = 21, amount_cents = 16800
        WHERE id = (SELECT max(id) FROM orders_orderline WHERE order_id = %(loaded)s)""",
    "lot-of-order-not-loaded": "UPDATE orders_order SET state = 'invoiced' WHERE id = %(loaded)s",
    "lot-not-loaded-in-ledger": """
        UPDATE ledger_transfer SET event_key = event_key || 'x'
        WHERE id = (SELECT max(id) FROM ledger_transfer WHERE kind = 'load')""",
    "load-without-lot": "UPDATE ledger_transfer SET kind = 'load' WHERE kind = 'outgoing'",
    "order-paid-without-paid-invoice": "UPDATE billing_invoice SET kind = 'card' WHERE order_id = %(waiting)s",
    "invoice-paid-differs-from-allocations": """
        UPDATE banking_allocation SET invoice_id = (SELECT min(id) FROM billing_invoice)
        WHERE id = (SELECT max(id) FROM banking_allocation WHERE invoice_id IS NOT NULL)""",
    "invoice-differs-from-its-order": "UPDATE orders_order SET total_cents = total_cents + 1 WHERE id = %(open)s",
    "invoice-credited-without-credit-note": """
        WITH dearer AS (UPDATE orders_order SET total_cents = total_cents + 1 WHERE id = %(credited)s)
        UPDATE billing_invoice SET total_cents = total_cents + 1, exempt_cents = exempt_cents + 1
        WHERE order_id = %(credited)s""",
    "credit-note-not-in-ledger": """
        UPDATE ledger_transfer SET event_key = event_key || 'x'
        WHERE id = (SELECT max(id) FROM ledger_transfer WHERE kind = 'reversal')""",
    "order-goes-on-with-credited-invoice": "UPDATE orders_order SET state = 'invoiced' WHERE id = %(credited)s",
    "cancelled-order-asks-for-product-invoice": "UPDATE orders_order SET state = 'cancelled' WHERE id = %(open)s",
    "client-credit-differs-from-its-sources": """
        UPDATE banking_allocation allocation SET client_id = other.id FROM clients_client other
        WHERE allocation.invoice_id IS NULL AND other.id <> allocation.client_id""",
    "refund-due-differs-from-refunds": "UPDATE treasury_refund SET state = 'paid'",
    "payment-file-differs-from-its-rows": "UPDATE treasury_paymentbatch SET row_count = row_count + 1",
    "collection-without-its-line": "UPDATE treasury_collection SET line_id = NULL WHERE state = 'paid'",
    "invoice-numbers-have-a-gap": "UPDATE billing_invoicecounter SET last_number = last_number + 1 WHERE series = 'C'",
    "receivable-differs-from-open-invoices": """
        WITH dearer AS (UPDATE orders_order SET total_cents = total_cents + 1 WHERE id = %(open)s)
        UPDATE billing_invoice SET total_cents = total_cents + 1, exempt_cents = exempt_cents + 1
        WHERE order_id = %(open)s""",
    "funds-due-differ-from-open-face-values": """
        UPDATE billing_invoicerow SET net_cents = net_cents + 1
        WHERE reason = 'face_value' AND invoice_id = (SELECT id FROM billing_invoice WHERE order_id = %(open)s)""",
    "client-funds-differ-from-paid-orders": """
        UPDATE orders_order SET face_value_cents = face_value_cents - 1 WHERE id = %(waiting)s""",
    "suspense-differs-from-lines": """
        UPDATE banking_statementline SET state = 'matched' WHERE state = 'suspense'""",
    "statement-differs-from-its-lines": """
        UPDATE banking_statement SET old_balance_cents = old_balance_cents + 1
        WHERE id = (SELECT min(id) FROM banking_statement)""",
    "line-not-wholly-placed": """
        UPDATE ledger_transfer SET event_key = event_key || 'x' WHERE kind = 'payment_unplaced'""",
    "bank-differs-from-last-statement": """
        UPDATE banking_statement SET old_balance_cents = old_balance_cents + 1, new_balance_cents = new_balance_cents + 1
        WHERE id = (SELECT max(id) FROM banking_statement)""",
}


def damage(statement: str, orders: dict[str, Order]) -> None:
    """Change rows behind the back of every trigger, as a bad restore or a hand in the database would."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, {name: order.pk for name, order in orders.items()})
        assert cursor.rowcount >= 1
        cursor.execute("SET LOCAL session_replication_role = origin")


def codes_found() -> list[str]:
    return sorted({finding.code for finding in check_books().findings})


def test_there_is_a_damage_for_every_check() -> None:
    elsewhere = {*PLACING_CHECKS, *PAPER_CHECKS}  # test_check_books_finds_damaged_placing, test_issuing_vouchers
    assert set(DAMAGE) == set(CROSS_CHECKS) - elsewhere


def test_each_damage_gives_exactly_its_own_finding(healthy) -> None:
    for code, statement in DAMAGE.items():
        with transaction.atomic():
            damage(statement, healthy)
            assert codes_found() == [code], code
            transaction.set_rollback(True)
    assert codes_found() == []


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        ("DELETE FROM wallets_lot", ["load-without-lot", "loaded-line-without-lot"]),
        ("DELETE FROM billing_invoicecounter", ["invoice-numbers-have-a-gap"]),
        (
            "UPDATE orders_order SET state = 'paid' WHERE id = %(open)s",
            ["client-funds-differ-from-paid-orders", "order-paid-without-paid-invoice"],
        ),
        (
            "UPDATE orders_order SET state = 'invoiced', paid_at = NULL WHERE id = %(waiting)s",  # paid, then forgotten
            ["client-funds-differ-from-paid-orders"],
        ),
        (
            "UPDATE ledger_account SET credits_cents = credits_cents + 1 WHERE kind = 'client_credit'",
            ["client-credit-differs-from-its-sources", "credits-differ", "unbalanced"],
        ),
    ],
)
def test_greater_damage_is_found_from_all_sides(healthy, statement, codes) -> None:
    damage(statement, healthy)
    assert codes_found() == codes


def test_a_transfer_that_vanished_is_missed_by_ledger_and_documents(healthy) -> None:
    damage("DELETE FROM ledger_transfer WHERE kind = 'load'", healthy)
    assert {"lot-not-loaded-in-ledger", "credits-differ"} <= set(codes_found())


def test_a_trigger_that_was_taken_away_is_a_finding(healthy) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_transfer_append_only")
    assert codes_found() == ["shield-missing"]


def test_many_findings_of_one_kind_are_cut_off_and_the_others_still_shown(healthy, monkeypatch) -> None:
    monkeypatch.setattr("tegoed.flows.check_books.ROWS_PER_CHECK_MAX", 2)
    damage("DELETE FROM wallets_lot", healthy)
    codes = [finding.code for finding in check_books().findings]
    assert (codes.count("load-without-lot"), codes.count("loaded-line-without-lot")) == (2, 2)


def test_the_figures_are_those_of_the_story(healthy) -> None:
    figures = check_books().figures
    assert tuple(figures) == FIGURE_CODES
    assert figures["vouchers"] == 3 * 16_000
    assert figures["client_funds"] == (2 * 3 + 2) * 16_000
    assert (figures["client_credit"], figures["suspense"]) == (500 + 2_000, 777)
    assert {order.state for order in Order.objects.all()} == {
        OrderState.LOADED,
        OrderState.PAID,
        OrderState.INVOICED,
        OrderState.CANCELLED,
    }
    assert figures["refund_due"] == 4_321
    cards_of_garage = Invoice.objects.filter(client__name__startswith="Garage", state="open")
    assert figures["receivable"] == healthy["open"].total_cents - 10_000 + sum(
        invoice.open_cents for invoice in cards_of_garage
    )
