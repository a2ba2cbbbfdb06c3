"""Reads over all clients, for issuer staff.

Its one law: nothing here is reachable for a client; the portal has its own reads, which take the client as argument.
Each function says what it costs. Amounts are cents.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from tegoed.audit.models import Event
from tegoed.banking.models import BankAccount, LineState, Statement, StatementFile, StatementFileState, StatementLine
from tegoed.beneficiaries.models import PersonIdentifier
from tegoed.billing.models import Invoice, InvoiceState
from tegoed.clients.models import Client
from tegoed.orders.models import Order, OrderLine, OrderState
from tegoed.orders.queries import lines_of
from tegoed.outbox.models import Message, MessageState

ORDERS_LATE_SHOWN_MAX = 10
_ID_DIGITS_MAX = 12
_COMMUNICATION_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Sums:
    """How many, and how much together in cents."""

    count: int
    cents: int


def orders_found(*, words: str = "", state: str = "") -> QuerySet[Order]:
    """Orders of all clients, newest first, with their client.

    `words`: an order number, or a part of the client's name or of the reference, or a whole number of an invoice or
    credit note, or a structured communication.
    """
    orders = Order.objects.select_related("client").order_by("-created_at", "-id")
    if state:
        orders = orders.filter(state=state)
    words = words.strip().removeprefix("#")
    if not words:
        return orders
    invoices = Invoice.objects.filter(order=OuterRef("pk"))
    digits = re.sub(r"[+/*\s.]", "", words)
    found = Q(client__name__icontains=words) | Q(reference__icontains=words)
    found |= Q(Exists(invoices.filter(Q(number__iexact=words) | Q(credit_note__number__iexact=words))))
    if digits.isascii() and digits.isdigit():
        if len(digits) == _COMMUNICATION_DIGITS:
            found |= Q(Exists(invoices.filter(structured_communication=digits)))
        if len(digits) <= _ID_DIGITS_MAX:
            found |= Q(pk=int(digits))
    return orders.filter(found)


def order_lines_for_staff(order: Order) -> QuerySet[OrderLine]:
    """The lines by name, each with `masked_identifier`, and once loaded `balance_cents` of its lot. One query."""
    current = PersonIdentifier.objects.filter(person_id=OuterRef("beneficiary__person_id"), replaced_at__isnull=True)
    return lines_of(order).annotate(
        masked_identifier=Subquery(current.values("masked")[:1]),
        balance_cents=F("lot__account__credits_cents") - F("lot__account__debits_cents"),
    )


def trail_of_order(order: Order) -> QuerySet[Event]:
    """What was done with an order and by whom, newest first."""
    return Event.objects.filter(client_id=order.client_id, action__startswith="order:", subject_id=order.pk).order_by(
        "-at", "-id"
    )


def clients_found(words: str = "") -> QuerySet[Client]:
    """Clients by name, each with `order_count` and `open_cents`. `words`: part of name, enterprise number or e-mail."""
    orders = Order.objects.filter(client=OuterRef("pk")).exclude(state=OrderState.DRAFT).order_by()
    invoices = Invoice.objects.filter(client=OuterRef("pk"), state=InvoiceState.OPEN).order_by()
    clients = Client.objects.annotate(
        order_count=Coalesce(Subquery(orders.values("client").annotate(count=Count("pk")).values("count")), 0),
        open_cents=Coalesce(
            Subquery(invoices.values("client").annotate(cents=Sum(F("total_cents") - F("paid_cents"))).values("cents")),
            0,
        ),
    ).order_by("name", "id")
    words = words.strip()
    if not words:
        return clients
    digits = re.sub(r"[.\s]", "", words).upper().removeprefix("BE")
    found = Q(name__icontains=words) | Q(billing_email__icontains=words)
    if digits.isascii() and digits.isdigit():
        found |= Q(enterprise_number__contains=digits)
    return clients.filter(found)


def messages_found(*, words: str = "", state: str = "") -> QuerySet[Message]:
    """Messages to everybody, newest first, without their text. `words`: part of the recipient or the subject."""
    messages = Message.objects.defer("text", "html").order_by("-created_at", "-id")
    if state:
        messages = messages.filter(state=state)
    words = words.strip()
    return messages.filter(Q(recipient__icontains=words) | Q(subject__icontains=words)) if words else messages


@dataclass(frozen=True, slots=True)
class OfficeFigures:
    """What a day at the office begins with. Counts of orders by state; sums in cents."""

    order_counts: dict[str, int]
    suspense: Sums
    open_invoices: Sums
    overdue_invoices: Sums
    failed_message_count: int
    refused_file_count: int
    files_waiting_count: int
    late_orders: list[Order]
    """Paid and due, and still not loaded, the longest waiting first; at most `ORDERS_LATE_SHOWN_MAX`."""
    late_order_count: int


def office_figures(today: date) -> OfficeFigures:
    """Seven queries, whatever the number of clients."""
    unpaid = Invoice.objects.filter(state=InvoiceState.OPEN).aggregate(
        count=Count("pk"),
        cents=Sum(F("total_cents") - F("paid_cents")),
        overdue_count=Count("pk", filter=Q(due_on__lt=today)),
        overdue_cents=Sum(F("total_cents") - F("paid_cents"), filter=Q(due_on__lt=today)),
    )
    suspense = StatementLine.objects.filter(state=LineState.SUSPENSE).aggregate(
        count=Count("pk"), cents=Sum("unplaced_cents")
    )
    files = StatementFile.objects.aggregate(
        waiting=Count("pk", filter=Q(state=StatementFileState.RECEIVED)),
        refused=Count("pk", filter=Q(state=StatementFileState.REFUSED)),
    )
    late = Order.objects.filter(state=OrderState.PAID, loading_on__lte=today)
    return OfficeFigures(
        order_counts=dict(Order.objects.order_by().values_list("state").annotate(count=Count("pk"))),
        suspense=Sums(suspense["count"], suspense["cents"] or 0),
        open_invoices=Sums(unpaid["count"], unpaid["cents"] or 0),
        overdue_invoices=Sums(unpaid["overdue_count"], unpaid["overdue_cents"] or 0),
        failed_message_count=Message.objects.filter(state=MessageState.FAILED).count(),
        refused_file_count=files["refused"],
        files_waiting_count=files["waiting"],
        late_orders=list(late.select_related("client").order_by("paid_at", "id")[:ORDERS_LATE_SHOWN_MAX]),
        late_order_count=late.count(),
    )


def bank_accounts_with_last_statement() -> list[tuple[BankAccount, Statement | None]]:
    """Every account of the issuer with the last statement booked of it. Two queries."""
    newest = Statement.objects.order_by("bank_account_id", "-id").distinct("bank_account_id")
    last = {statement.bank_account_id: statement for statement in newest}
    return [(account, last.get(account.pk)) for account in BankAccount.objects.order_by("iban")]
