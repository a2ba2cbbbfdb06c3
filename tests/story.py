"""The steps of the main job as one call each, for tests that begin in the middle of the tale."""

from bank import Payment, coda_file, payment_of
from cast import draft_of

from tegoed.banking.models import Statement, StatementFile
from tegoed.beneficiaries.models import Beneficiary
from tegoed.billing.models import Invoice
from tegoed.clients.models import Client
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.invoice_order import invoice_order
from tegoed.flows.receive_statement import BookingReport, book_statement_file, receive_statement_file
from tegoed.orders.models import Order
from tegoed.orders.queries import preview_of


def confirmed(order: Order) -> Order:
    """Confirm a draft at the costs it has now."""
    total_cents = preview_of(order).pricing.total_cents
    return confirm_order(client=order.client, order_id=order.pk, actor=None, confirmed_total_cents=total_cents)


def invoiced(client: Client, people: list[Beneficiary], **particulars) -> tuple[Order, list[Invoice]]:
    """An order with its invoices, as `draft_of` takes it."""
    order = confirmed(draft_of(client, people, **particulars))
    return order, invoice_order(order_id=order.pk)


def booked(content: bytes) -> BookingReport:
    """Receive and book a bank file."""
    file: StatementFile = receive_statement_file(file_name="day.cod", content=content, actor=None)
    report = book_statement_file(file_id=file.pk)
    assert report is not None
    return report


def received_from_bank(payments: list[Payment]) -> BookingReport:
    """Book the bank's next statement with these payments."""
    last = Statement.objects.order_by("year", "sequence").last()
    return booked(
        coda_file(
            payments,
            sequence=last.sequence + 1 if last else 1,
            old_balance_cents=last.new_balance_cents if last else 0,
        )
    )


def paid(*invoices: Invoice) -> BookingReport:
    """The client pays what is open of these invoices."""
    for invoice in invoices:
        invoice.refresh_from_db()
    return received_from_bank([payment_of(invoice) for invoice in invoices])
