"""Writes on invoices. Callers (`tegoed.flows`) hold the order locked and own the transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import F

from tegoed.billing.cost_shares import divide_invoices
from tegoed.billing.models import Invoice, InvoiceRow
from tegoed.billing.wording import row_description
from tegoed.clients.models import Client, Issuer
from tegoed.clients.queries import the_issuer
from tegoed.formats.invoice import Party
from tegoed.ledger.door import AccountSpec, Posting, open_accounts, post
from tegoed.ledger.models import AccountKind, TransferKind
from tegoed.orders.models import InvoiceKind, Order, OrderCost
from tegoed.rules.direct_debit import collection_day
from tegoed.rules.pricing import Cost, CostReason, Totals, totals_of
from tegoed.rules.structured_communication import make_structured_communication

SERIES = {InvoiceKind.PRODUCT: "P", InvoiceKind.CARD: "C"}
CREDIT_NOTE_SERIES = "N"
_COMMUNICATION_DIGIT = {InvoiceKind.PRODUCT: 1, InvoiceKind.CARD: 2}
NUMBER_IN_YEAR_MAX = 9_999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeAccount:
    """Where the client pays."""

    iban: str
    bic: str


def issue_invoices(
    *,
    order: Order,
    payee: PayeeAccount,
    issued_at: datetime,
    issued_on: date,
    credit_cents: int = 0,
    direct_debit: Mapping[str, str] | None = None,
) -> list[Invoice]:
    """The product invoice of a confirmed order, and its card invoice if cards are charged (SPEC I1).

    Numbers come from counter rows that stay locked to the end of the transaction: no gaps (SPEC I2). The client's
    receivable is posted in the ledger, and what each cost centre bears is written down. `credit_cents`: credit that pays
    them, the product invoice first; the invoices say how much (`prepaid_cents`), the caller uses it. `direct_debit`: the
    mandate under which the rest is collected.
    """
    issuer = the_issuer()
    costs = list(order.costs.all())
    invoices: list[Invoice] = []
    for kind in (InvoiceKind.PRODUCT, InvoiceKind.CARD):
        of_kind = [cost for cost in costs if cost.invoice_kind == kind]
        if of_kind:
            invoices.append(
                _issue(
                    order=order,
                    kind=kind,
                    costs=of_kind,
                    issuer=issuer,
                    payee=payee,
                    issued_on=issued_on,
                    credit_cents=credit_cents - sum(invoice.prepaid_cents for invoice in invoices),
                    direct_debit=direct_debit,
                )
            )
    _post_receivables(order.client, invoices, issued_at=issued_at)
    divide_invoices(invoices, at=issued_at)
    return invoices


def _issue(
    *,
    order: Order,
    kind: InvoiceKind,
    costs: Sequence[OrderCost],
    issuer: Issuer,
    payee: PayeeAccount,
    issued_on: date,
    credit_cents: int,
    direct_debit: Mapping[str, str] | None,
) -> Invoice:
    client = order.client
    totals = _totals(costs)
    number_in_year = next_number(SERIES[kind], issued_on.year)
    due_on = issued_on + timedelta(days=issuer.payment_days)
    prepaid_cents = min(credit_cents, totals.total_cents)
    invoice = Invoice.objects.create(
        client=client,
        order=order,
        kind=kind,
        series=SERIES[kind],
        year=issued_on.year,
        number_in_year=number_in_year,
        number=number_in_words(SERIES[kind], issued_on.year, number_in_year),
        structured_communication=_communication(kind, issued_on.year, number_in_year),
        language=client.language,
        issued_on=issued_on,
        due_on=due_on,
        seller=asdict(seller_party(issuer))
        | {"iban": payee.iban, "bic": payee.bic, "vat_reasons": issuer.face_value_vat_reasons},
        buyer=asdict(buyer_party(client)),
        exempt_cents=totals.exempt_cents,
        taxable_cents=totals.taxable_cents,
        vat_cents=totals.vat_cents,
        total_cents=totals.total_cents,
        prepaid_cents=prepaid_cents,
        direct_debit=_announced(direct_debit, issued_on=issued_on, due_on=due_on)
        if direct_debit is not None and prepaid_cents < totals.total_cents
        else None,
    )
    InvoiceRow.objects.bulk_create(
        InvoiceRow(
            invoice=invoice,
            position=position,
            reason=cost.reason,
            description=row_description(cost.reason, order.product, client.language),
            quantity=cost.quantity,
            unit_cents=cost.unit_cents,
            net_cents=cost.net_cents,
            vat_category=cost.vat_category,
            vat_basis_points=cost.vat_basis_points,
        )
        for position, cost in enumerate(costs, start=1)
    )
    return invoice


def _announced(direct_debit: Mapping[str, str], *, issued_on: date, due_on: date) -> dict[str, str]:
    """The mandate and the day that the invoice announces."""
    day = collection_day(issued_on=issued_on, due_on=due_on, today=issued_on, lead_days=0)
    return {**direct_debit, "collect_on": day.isoformat()}


def _totals(costs: Sequence[OrderCost]) -> Totals:
    return totals_of(
        Cost(
            reason=CostReason(cost.reason),
            quantity=cost.quantity,
            unit_cents=cost.unit_cents,
            net_cents=cost.net_cents,
            vat_category="E" if cost.vat_category == "E" else "S",
            vat_basis_points=cost.vat_basis_points,
        )
        for cost in costs
    )


def number_in_words(series: str, year: int, number_in_year: int) -> str:
    """The number as it is printed: `P2026-000042`."""
    return f"{series}{year}-{number_in_year:06d}"


def next_number(series: str, year: int) -> int:
    """The next number of the series; the counter row stays locked until the transaction ends, so none is lost."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO billing_invoicecounter AS counter (series, year, last_number) VALUES (%s, %s, 1)
            ON CONFLICT (series, year) DO UPDATE SET last_number = counter.last_number + 1
            RETURNING last_number
            """,
            [series, year],
        )
        number = int(cursor.fetchone()[0])
    if number > NUMBER_IN_YEAR_MAX:
        raise OverflowError(f"series {series} of {year} is full")
    return number


def _communication(kind: InvoiceKind, year: int, number_in_year: int) -> str:
    """12 digits, unique: kind, two digits of the year, seven of the number, check digits (SPEC I3)."""
    number = (_COMMUNICATION_DIGIT[kind] * 100 + year % 100) * (NUMBER_IN_YEAR_MAX + 1) + number_in_year
    return make_structured_communication(number)


def seller_party(issuer: Issuer) -> Party:
    """The issuer as it stands on documents."""
    return Party(
        name=issuer.name,
        enterprise_number=issuer.enterprise_number,
        vat_number=issuer.vat_number,
        street=issuer.street,
        postcode=issuer.postcode,
        town=issuer.town,
        country_code="BE",
        email=issuer.email,
    )


def buyer_party(client: Client) -> Party:
    """The client as it stands on documents."""
    return Party(
        name=client.name,
        enterprise_number=client.enterprise_number,
        vat_number=client.vat_number or None,
        street=client.street,
        postcode=client.postcode,
        town=client.town,
        country_code="BE",
        email=client.billing_email,
        peppol_id=client.peppol_id or None,
    )


def client_account_specs(client_id: int) -> dict[AccountKind, AccountSpec]:
    """The ledger accounts every client has: what it owes, what it is owed, what waits to be loaded."""
    return {
        kind: AccountSpec(account_key=f"{kind}:client:{client_id}", kind=kind, client_id=client_id)
        for kind in (
            AccountKind.RECEIVABLE,
            AccountKind.FUNDS_DUE,
            AccountKind.CLIENT_FUNDS,
            AccountKind.CLIENT_CREDIT,
        )
    }


REVENUE_SPEC = AccountSpec(account_key="revenue", kind=AccountKind.REVENUE)
VAT_SPEC = AccountSpec(account_key="vat", kind=AccountKind.VAT)


def _post_receivables(client: Client, invoices: Sequence[Invoice], *, issued_at: datetime) -> None:
    specs = client_account_specs(client.pk)
    ids = open_accounts([*specs.values(), REVENUE_SPEC, VAT_SPEC])
    receivable_id = ids[specs[AccountKind.RECEIVABLE].account_key]
    credited = {
        TransferKind.INVOICE_FACE_VALUE: ids[specs[AccountKind.FUNDS_DUE].account_key],
        TransferKind.INVOICE_FEES: ids[REVENUE_SPEC.account_key],
        TransferKind.INVOICE_VAT: ids[VAT_SPEC.account_key],
    }
    post(
        [
            Posting(
                event_key=f"{kind}:invoice:{invoice.pk}",
                kind=kind,
                debit_id=receivable_id,
                credit_id=credited[kind],
                amount_cents=amount_cents,
                event_at=issued_at,
            )
            for invoice in invoices
            for kind, amount_cents in parts_of(invoice).items()
            if amount_cents
        ]
    )


def parts_of(invoice: Invoice) -> Mapping[TransferKind, int]:
    """What an invoice is made of: face value, fees, VAT, in cents.

    Only the face value row is money for vouchers; a fee without VAT is revenue all the same.
    """
    face_value_cents = sum(row.net_cents for row in invoice.rows.all() if row.reason == CostReason.FACE_VALUE)
    return {
        TransferKind.INVOICE_FACE_VALUE: face_value_cents,
        TransferKind.INVOICE_FEES: invoice.exempt_cents + invoice.taxable_cents - face_value_cents,
        TransferKind.INVOICE_VAT: invoice.vat_cents,
    }


@dataclass(frozen=True, slots=True)
class InvoicesPaid:
    """What a batch of payments did: the invoices that are now paid in full, by kind, with order and client."""

    invoice_ids: list[int]
    product_order_ids: list[int]
    card_order_ids: list[int]
    client_ids: list[int]


def record_payments(*, cents_by_invoice: Mapping[int, int], paid_at: datetime) -> InvoicesPaid:
    """Add payments (cents by invoice id) to invoices the caller holds locked; which are now paid in full. Set-based.

    More than is open is refused by the database.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH changed AS (
                UPDATE billing_invoice SET
                    paid_cents = paid_cents + payment.amount_cents,
                    state = CASE WHEN paid_cents + payment.amount_cents = total_cents THEN 'paid' ELSE 'open' END,
                    paid_at = CASE WHEN paid_cents + payment.amount_cents = total_cents THEN %(paid_at)s END
                FROM unnest(%(ids)s::bigint[], %(cents)s::bigint[]) AS payment(invoice_id, amount_cents)
                WHERE id = payment.invoice_id
                RETURNING id, kind, order_id, client_id, state
            )
            SELECT id, kind, order_id, client_id FROM changed WHERE state = 'paid' ORDER BY id
            """,
            {"paid_at": paid_at, "ids": list(cents_by_invoice), "cents": list(cents_by_invoice.values())},
        )
        paid = cursor.fetchall()
    return InvoicesPaid(
        invoice_ids=[row[0] for row in paid],
        product_order_ids=[row[2] for row in paid if row[1] == InvoiceKind.PRODUCT],
        card_order_ids=[row[2] for row in paid if row[1] == InvoiceKind.CARD],
        client_ids=sorted({row[3] for row in paid}),
    )


@dataclass(frozen=True, slots=True)
class PaymentTakenBack:
    """What taking a payment back did to an invoice; `was_paid`: it was paid in full before."""

    invoice_id: int
    kind: str
    order_id: int
    client_id: int
    was_paid: bool


def take_back_payments(*, cents_by_invoice: Mapping[int, int]) -> list[PaymentTakenBack]:
    """Subtract payments (cents by invoice id) from invoices the caller holds locked; they are open again. In id order."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH before AS (SELECT id, state FROM billing_invoice WHERE id = ANY(%(ids)s))
            UPDATE billing_invoice invoice SET paid_cents = paid_cents - payment.amount_cents, state = 'open', paid_at = NULL
            FROM unnest(%(ids)s::bigint[], %(cents)s::bigint[]) AS payment(invoice_id, amount_cents), before
            WHERE invoice.id = payment.invoice_id AND before.id = invoice.id
            RETURNING invoice.id, invoice.kind, invoice.order_id, invoice.client_id, before.state = 'paid'
            """,
            {"ids": list(cents_by_invoice), "cents": list(cents_by_invoice.values())},
        )
        return sorted((PaymentTakenBack(*row) for row in cursor.fetchall()), key=lambda taken: taken.invoice_id)


def count_reopenings(*, invoice_ids: Sequence[int]) -> None:
    """The face value of these invoices is due once more."""
    Invoice.objects.filter(pk__in=invoice_ids).update(reopened_count=F("reopened_count") + 1)
