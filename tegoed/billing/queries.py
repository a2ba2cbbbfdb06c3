"""Reads on invoices; the client is always an argument."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, F, QuerySet, Sum

from tegoed.billing.models import CreditNote, Invoice, InvoiceState
from tegoed.clients.models import BlockingRule, Client
from tegoed.clients.queries import the_issuer
from tegoed.ledger.models import Account, AccountKind
from tegoed.orders.models import Order
from tegoed.orders.queries import divided_with


def invoices_of(client: Client) -> QuerySet[Invoice]:
    """All invoices of a client, newest first, with their order and credit note."""
    invoices = Invoice.objects.filter(client=client).select_related("order", "credit_note")
    return invoices.order_by("-issued_on", "-id")


def invoice_of(client: Client, invoice_id: int) -> Invoice:
    """One invoice of the client, with its order and credit note. Raises `Invoice.DoesNotExist`."""
    return Invoice.objects.select_related("order", "client", "credit_note").get(client=client, pk=invoice_id)


def credit_notes_of(client: Client) -> QuerySet[CreditNote]:
    """All credit notes of a client, newest first, with the invoice and the order."""
    return CreditNote.objects.filter(client=client).select_related("invoice__order").order_by("-issued_on", "-id")


def credit_note_of(client: Client, credit_note_id: int) -> CreditNote:
    """One credit note of the client, with invoice and order. Raises `CreditNote.DoesNotExist`."""
    return CreditNote.objects.select_related("client", "invoice__order").get(client=client, pk=credit_note_id)


def on_account_cents(client: Client) -> int:
    """What the client paid too much or paid of credited invoices, and is still owed by the issuer."""
    account = Account.objects.filter(client_id=client.pk, kind=AccountKind.CLIENT_CREDIT)
    return account.aggregate(cents=Sum(F("credits_cents") - F("debits_cents")))["cents"] or 0


def open_invoices_of(client: Client) -> QuerySet[Invoice]:
    """What is still to pay, the oldest due first."""
    return invoices_of(client).filter(state=InvoiceState.OPEN).order_by("due_on", "id")


def blocking_invoices_of(client: Client, on: date) -> QuerySet[Invoice]:
    """The open invoices that hold back a new one (SPEC O3): those past their due date, or any, as the issuer set."""
    invoices = open_invoices_of(client)
    return invoices if the_issuer().blocking_rule == BlockingRule.ANY_OPEN else invoices.filter(due_on__lt=on)


def invoices_holding_back(order: Order, on: date) -> QuerySet[Invoice]:
    """The invoices that hold back those of this order. Orders that were confirmed together don't: none of them is older.

    Those are the orders of one Excel form, and those that one order was divided in.
    """
    invoices = blocking_invoices_of(order.client, on)
    if order.upload_id is not None:
        invoices = invoices.exclude(order__upload=order.upload_id)
    if order.billing_group is not None:
        invoices = invoices.exclude(order__in=divided_with(order))
    return invoices


@dataclass(frozen=True, slots=True)
class OpenSums:
    """How many invoices are open, what they come to in cents, and the first to be paid."""

    count: int
    open_cents: int
    first: Invoice | None


def open_sums(client: Client) -> OpenSums:
    """What is to pay, for a client with any number of open invoices. Two statements."""
    invoices = Invoice.objects.filter(client=client, state=InvoiceState.OPEN)
    sums = invoices.aggregate(count=Count("pk"), cents=Sum(F("total_cents") - F("paid_cents")))
    return OpenSums(sums["count"], sums["cents"] or 0, open_invoices_of(client).first())


@dataclass(frozen=True, slots=True)
class WhatToPay:
    """Open invoices and their sum in cents."""

    open_cents: int
    invoices: list[Invoice]


def what_to_pay(client: Client) -> WhatToPay:
    """What the client still owes on invoices."""
    invoices = list(open_invoices_of(client))
    return WhatToPay(open_cents=sum(invoice.open_cents for invoice in invoices), invoices=invoices)


@dataclass(frozen=True, slots=True)
class FaceValue:
    """The face value of a product invoice in cents; `reopened_count` numbers its transfers. `is_loaded`: it is on cards."""

    invoice_id: int
    client_id: int
    cents: int
    reopened_count: int
    is_loaded: bool


def face_values_of(invoice_ids: Sequence[int]) -> list[FaceValue]:
    """The face values of the product invoices among these."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT invoice.id, invoice.client_id, line.net_cents, invoice.reopened_count, orders.state = 'loaded'
            FROM billing_invoice invoice JOIN billing_invoicerow line ON line.invoice_id = invoice.id
            JOIN orders_order orders ON orders.id = invoice.order_id
            WHERE invoice.id = ANY(%s) AND line.reason = 'face_value' AND line.net_cents > 0 ORDER BY invoice.id
            """,
            [list(invoice_ids)],
        )
        return [FaceValue(*row) for row in cursor.fetchall()]
