"""A confirmed order gets its invoices, or waits for older ones to be paid (SPEC O3, I1)."""

from django.db import transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.banking.actions.proposing import renew_proposals_of_clients
from tegoed.banking.queries import account_for_invoices
from tegoed.billing.actions import PayeeAccount, issue_invoices
from tegoed.billing.models import Invoice, InvoiceState
from tegoed.billing.queries import invoices_holding_back
from tegoed.clients.billing_contacts import MailPurpose
from tegoed.clients.models import Client
from tegoed.clients.queries import the_issuer
from tegoed.flows.contact_mails import mail_contacts
from tegoed.flows.jobs import send_invoices_job
from tegoed.flows.mails import invoice_mail
from tegoed.flows.order_mails import credited_invoice_mail
from tegoed.flows.transmit import documents_or_refused, queue_e_invoice
from tegoed.flows.use_credit import allot_credit
from tegoed.orders.actions import advance_order
from tegoed.orders.models import Order, OrderState
from tegoed.rules.dates import brussels_date
from tegoed.treasury.queries import active_mandate, available_credit_cents


@transaction.atomic
def invoice_order(*, order_id: int) -> list[Invoice]:
    """Issue the invoices of an order that is `processing`; none when somebody else does or did.

    Blocked by older invoices, the order goes on hold and takes no number. Done again after a kill it finds the order in its
    new state and does nothing.
    """
    order = (
        Order.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("client")
        .filter(pk=order_id, state=OrderState.PROCESSING)
        .first()
    )
    if order is None:
        return []
    now = timezone.now()
    today = brussels_date(now)
    blocking = list(invoices_holding_back(order, today).values_list("number", flat=True))
    if blocking:
        advance_order(order, OrderState.ON_HOLD, reason="older_invoices_open", actor=None)
        record_event(
            actor=None, action=Action.ORDER_HELD, client_id=order.client_id, subject_id=order.pk, blocking=blocking
        )
        return []
    account = account_for_invoices()
    invoices = issue_invoices(
        order=order,
        payee=PayeeAccount(iban=account.iban, bic=account.bic),
        issued_at=now,
        issued_on=today,
        credit_cents=available_credit_cents(order.client) if order.client.pays_from_credit else 0,
        direct_debit=_direct_debit(order.client),
    )
    advance_order(order, OrderState.INVOICED, reason="invoices_made", actor=None)
    record_event(
        actor=None,
        action=Action.ORDER_INVOICED,
        client_id=order.client_id,
        subject_id=order.pk,
        invoices=[invoice.number for invoice in invoices],
    )
    prepaid = {invoice.pk: invoice.prepaid_cents for invoice in invoices if invoice.prepaid_cents}
    if prepaid:
        allot_credit(client=order.client, cents_by_invoice=prepaid, actor=None, at=now)
    send_invoices_job.defer(order_id=order.pk)
    renew_proposals_of_clients(client_ids=[order.client_id], at=now)  # money that came before its invoice
    return invoices


def _direct_debit(client: Client) -> dict[str, str] | None:
    """What the invoice says of the mandate under which it is collected; None where the client pays itself."""
    mandate = active_mandate(client)
    if mandate is None or the_issuer().creditor_identifier != mandate.creditor_identifier:
        return None
    return {
        "mandate_reference": mandate.reference,
        "creditor_identifier": mandate.creditor_identifier,
        "iban": mandate.iban,
    }


def send_invoices(*, order_id: int) -> int:
    """Make the documents of the order's invoices and queue their mails, each invoice its own transaction; how many.

    An invoice that is held just now (its payment is being booked) is waited for: passed by, its mail would come a minute later.
    """
    waiting = Invoice.objects.filter(order_id=order_id, documents_at=None).order_by("id").values_list("pk", flat=True)
    return sum(send_invoice(invoice_id=invoice_id, waits=True) for invoice_id in list(waiting))


@transaction.atomic
def send_invoice(*, invoice_id: int, waits: bool = False) -> bool:
    """Make PDF and UBL and queue the mail of one invoice; False when another worker did it or has it.

    `waits`: whoever has it is waited for. The e-invoice is queued for the network as well. Refused by the rules of
    documents, nothing goes out, staff see why, and it is tried again when the worker catches up. One that was credited
    before it was sent goes out all the same, for the client's books, and asks no payment.
    """
    invoice = (
        Invoice.objects.select_for_update(of=("self",), skip_locked=not waits)
        .select_related("client", "order")
        .filter(pk=invoice_id, documents_at=None)
        .first()
    )
    if invoice is None:
        return False
    documents = documents_or_refused(invoice)
    if documents is None:
        return False
    mail = credited_invoice_mail if invoice.state == InvoiceState.CREDITED else invoice_mail
    mail_contacts(
        client=invoice.client,
        purpose=MailPurpose.INVOICES,
        event_key=f"invoice:{invoice.pk}",
        kind="invoice",
        words=lambda language: mail(invoice, language=language),
        documents=documents,
    )
    queue_e_invoice(paper=invoice, documents=documents)
    return True
