"""Taking back invoices by credit notes (SPEC I2, O6). Callers (`tegoed.flows`) hold order and invoices locked.

Its one law: a credit note takes back one whole invoice, in the books by transfers that name what they reverse; what was
paid of it stays the client's, on account. It decides nothing about the order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime

from tegoed.billing.actions import (
    CREDIT_NOTE_SERIES,
    buyer_party,
    client_account_specs,
    next_number,
    number_in_words,
    parts_of,
    seller_party,
)
from tegoed.billing.models import CreditNote, Invoice, InvoiceState
from tegoed.clients.models import Client, Issuer
from tegoed.clients.queries import the_issuer
from tegoed.ledger.door import Posting, open_accounts, post
from tegoed.ledger.models import AccountKind, Transfer, TransferKind

REASON_LENGTH_MAX = 200


def locked_invoices(client: Client, order_id: int) -> list[Invoice]:
    """The invoices of an order, held to the end of the transaction: no payment is booked on them meanwhile. In id order."""
    return list(
        Invoice.objects.select_for_update(of=("self",))
        .filter(client=client, order_id=order_id)
        .prefetch_related("rows")
        .order_by("id")
    )


def credit_invoices(
    *,
    client: Client,
    invoices: Sequence[Invoice],
    reason: str,
    issued_at: datetime,
    issued_on: date,
    also: Sequence[Posting] = (),
) -> list[CreditNote]:
    """A credit note for each of these invoices, numbered without gaps like invoices; the invoices become `credited`.

    The books take back what issuing posted; what was paid (`freed_cents`) goes on account for the client. `reason`: the
    client's words, at most 200 characters. `also`: what the caller posts with it, in one call, so that accounts are locked
    in one order. An invoice is credited once: the database refuses a second credit note.
    """
    issuer = the_issuer()
    notes = [_issue(client, invoice, issuer=issuer, reason=reason, issued_on=issued_on) for invoice in invoices]
    Invoice.objects.filter(pk__in=[invoice.pk for invoice in invoices]).update(state=InvoiceState.CREDITED)
    for invoice in invoices:
        invoice.state = InvoiceState.CREDITED
    post([*_reversals(invoices, at=issued_at), *_freed_payments(client, notes, at=issued_at), *also])
    return notes


def _issue(client: Client, invoice: Invoice, *, issuer: Issuer, reason: str, issued_on: date) -> CreditNote:
    number_in_year = next_number(CREDIT_NOTE_SERIES, issued_on.year)
    kept = {name: invoice.seller[name] for name in ("iban", "bic", "vat_reasons")}
    return CreditNote.objects.create(
        client=client,
        invoice=invoice,
        series=CREDIT_NOTE_SERIES,
        year=issued_on.year,
        number_in_year=number_in_year,
        number=number_in_words(CREDIT_NOTE_SERIES, issued_on.year, number_in_year),
        language=client.language,
        issued_on=issued_on,
        seller=asdict(seller_party(issuer)) | kept,
        buyer=asdict(buyer_party(client)),
        exempt_cents=invoice.exempt_cents,
        taxable_cents=invoice.taxable_cents,
        vat_cents=invoice.vat_cents,
        total_cents=invoice.total_cents,
        freed_cents=invoice.paid_cents,
        reason=reason,
    )


def _reversals(invoices: Sequence[Invoice], *, at: datetime) -> Iterator[Posting]:
    """One for each transfer that issuing these invoices posted, the other way round."""
    keys = [f"{kind}:invoice:{invoice.pk}" for invoice in invoices for kind in parts_of(invoice)]
    for issued in Transfer.objects.filter(event_key__in=keys).order_by("id"):
        yield Posting(
            event_key=f"{TransferKind.REVERSAL}:{issued.event_key}",
            kind=TransferKind.REVERSAL,
            debit_id=issued.credit_id,
            credit_id=issued.debit_id,
            amount_cents=issued.amount_cents,
            event_at=at,
            reverses_id=issued.pk,
        )


def _freed_payments(client: Client, notes: Sequence[CreditNote], *, at: datetime) -> Iterator[Posting]:
    """What was paid of the invoices, from the receivable to the client's account: nothing is lost (SPEC P3)."""
    specs = client_account_specs(client.pk)
    ids = open_accounts(list(specs.values()))
    for note in notes:
        if note.freed_cents:
            yield Posting(
                event_key=f"{TransferKind.PAYMENT_FREED}:credit-note:{note.pk}",
                kind=TransferKind.PAYMENT_FREED,
                debit_id=ids[specs[AccountKind.RECEIVABLE].account_key],
                credit_id=ids[specs[AccountKind.CLIENT_CREDIT].account_key],
                amount_cents=note.freed_cents,
                event_at=at,
            )
