"""What a client is told of its payments: matched, not placed, taken back (SPEC P3, P4).

Its one law: one mail for each client and bank file, never one for each line, and once (event keys). Nothing of a payment is
told to a client unless its own number, its account or staff say that it is theirs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, override

from tegoed.banking.models import Allocation, AllocationSource, StatementLine
from tegoed.banking.queries import lines_of_one_client
from tegoed.billing.models import Invoice
from tegoed.clients.models import Client
from tegoed.clients.queries import the_issuer
from tegoed.flows.jobs import send_messages_job
from tegoed.flows.mails import page_address
from tegoed.flows.undo_payments import TakenBack
from tegoed.outbox.actions import MessageToQueue, queue_messages
from tegoed.rules.money import format_euro

ROWS_MAX = 50
"""More invoices or payments than this are counted, not listed."""


@dataclass(slots=True)
class _Paid:
    """What a client's payments did: by invoice number (cents, cents still open), and what went on account."""

    invoices: list[tuple[str, int, int]] = field(default_factory=list)
    on_account_cents: int = 0


def tell_of_payments(*, file_id: int, taken_back: Sequence[TakenBack]) -> None:
    """Queue the mails of a bank file that was booked in this transaction. Set-based: a few statements."""
    by_client = _placed_in_file(file_id)
    unplaced = lines_of_one_client(file_id=file_id)
    clients = Client.objects.in_bulk([*by_client, *unplaced])
    issuer = the_issuer().name
    mails = [
        _mail(clients[client_id], f"payment-received:file:{file_id}:client:{client_id}", "payment_received", words)
        for client_id, paid in by_client.items()
        for words in (_received_words(clients[client_id], paid, issuer),)
    ]
    mails += [
        _mail(clients[client_id], f"payment-unplaced:file:{file_id}:client:{client_id}", "payment_unplaced", words)
        for client_id, lines in unplaced.items()
        for words in (_unplaced_words(clients[client_id], lines, issuer),)
    ]
    _queue([*mails, *_returned_mails(taken_back, issuer)])


def tell_of_placement(*, client: Client, allocations: Sequence[Allocation]) -> None:
    """Queue the mail for money that staff, or the client's own claim, placed just now."""
    paid = _Paid()
    invoices = Invoice.objects.in_bulk([a.invoice_id for a in allocations if a.invoice_id is not None])
    for allocation in allocations:
        if allocation.source != AllocationSource.LINE:
            continue
        if allocation.invoice_id is None:
            paid.on_account_cents += allocation.amount_cents
        else:
            invoice = invoices[allocation.invoice_id]
            paid.invoices.append((invoice.number, allocation.amount_cents, invoice.open_cents))
    key = f"payment-placed:allocation:{allocations[0].pk}"
    _queue([_mail(client, key, "payment_received", _received_words(client, paid, the_issuer().name))])


def _queue(mails: Sequence[MessageToQueue]) -> None:
    if mails:
        queue_messages(mails)
        send_messages_job.defer()


def _mail(client: Client, event_key: str, kind: str, words: tuple[str, str]) -> MessageToQueue:
    subject, text = words
    return MessageToQueue(
        event_key=event_key,
        kind=kind,
        client_id=client.pk,
        recipient=client.billing_email,
        language=client.language,
        subject=subject,
        text=text,
    )


def _placed_in_file(file_id: int) -> dict[int, _Paid]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT allocation.client_id, invoice.number, sum(allocation.amount_cents)::bigint,
                CASE WHEN invoice.state = 'credited' THEN 0 ELSE invoice.total_cents - invoice.paid_cents END
            FROM banking_statement statement JOIN banking_statementline line ON line.statement_id = statement.id
            JOIN banking_allocation allocation ON allocation.line_id = line.id AND allocation.undone_at IS NULL
            LEFT JOIN billing_invoice invoice ON invoice.id = allocation.invoice_id
            WHERE statement.file_id = %s GROUP BY allocation.client_id, invoice.id ORDER BY allocation.client_id, invoice.id
            """,
            [file_id],
        )
        by_client: dict[int, _Paid] = {}
        for client_id, number, cents, open_cents in cursor:
            paid = by_client.setdefault(client_id, _Paid())
            if number is None:
                paid.on_account_cents += cents
            else:
                paid.invoices.append((number, cents, open_cents))
    return by_client


def _received_words(client: Client, paid: _Paid, issuer: str) -> tuple[str, str]:
    with override(client.language):
        total = sum(cents for _, cents, _ in paid.invoices) + paid.on_account_cents
        rows = [_invoice_row(row, client.language) for row in paid.invoices[:ROWS_MAX]]
        if len(paid.invoices) > ROWS_MAX:
            more = len(paid.invoices) - ROWS_MAX
            rows.append(ngettext("and %(count)s more invoice", "and %(count)s more invoices", more) % {"count": more})
        if paid.on_account_cents:
            amount = format_euro(paid.on_account_cents, client.language)
            rows.append(gettext("%(amount)s is on account for you: no open invoice asked for it") % {"amount": amount})
        facts = {
            "amount": format_euro(total, client.language),
            "rows": "\n".join(f"- {row}" for row in rows),
            "page": page_address("portal:invoices", client_id=client.pk),
            "issuer": issuer,
        }
        subject = gettext("We received your payment: %(amount)s") % facts
        text = gettext(
            "Hello,\n\n"
            "We received %(amount)s from you. This is what it paid:\n\n"
            "%(rows)s\n\n"
            "Vouchers of an order that is paid are loaded as soon as the loading date has come.\n\n"
            "See your invoices: %(page)s\n\n"
            "%(issuer)s"
        )
        return subject, text % facts


def _invoice_row(row: tuple[str, int, int], language: str) -> str:
    number, cents, open_cents = row
    facts = {"number": number, "amount": format_euro(cents, language), "rest": format_euro(open_cents, language)}
    if open_cents:
        return gettext("invoice %(number)s: %(amount)s, still to pay: %(rest)s") % facts
    return gettext("invoice %(number)s: %(amount)s, paid in full") % facts


def _unplaced_words(client: Client, lines: Sequence[StatementLine], issuer: str) -> tuple[str, str]:
    with override(client.language):
        rows = [
            gettext("%(amount)s on %(day)s")
            % {
                "amount": format_euro(line.unplaced_cents, client.language),
                "day": date_format(line.entry_on, "DATE_FORMAT"),
            }
            for line in lines[:ROWS_MAX]
        ]
        facts = {
            "rows": "\n".join(f"- {row}" for row in rows),
            "page": page_address("portal:payments", client_id=client.pk),
            "issuer": issuer,
        }
        subject = gettext("We received a payment we could not place: is it yours?")
        text = gettext(
            "Hello,\n\n"
            "From an account that you paid from before we received:\n\n"
            "%(rows)s\n\n"
            "It doesn't say which invoice it is for, so nothing is loaded yet. Tell us with one click: %(page)s\n\n"
            "Next time, pay with the structured communication of the invoice: then it goes by itself.\n\n"
            "%(issuer)s"
        )
        return subject, text % facts


def _returned_mails(taken_back: Sequence[TakenBack], issuer: str) -> Iterable[MessageToQueue]:
    """For each line taken back, one mail to each client of whom something was undone."""
    for taken in taken_back:
        cents_by_client: dict[int, int] = {}
        invoice_ids: dict[int, list[int]] = {}
        for undone in taken.money.undone:
            client_id = undone.allocation.client_id
            cents_by_client[client_id] = cents_by_client.get(client_id, 0) + undone.freed_cents
            if undone.allocation.invoice_id is not None:
                invoice_ids.setdefault(client_id, []).append(undone.allocation.invoice_id)
        clients = Client.objects.in_bulk(list(cents_by_client))
        for client_id, cents in cents_by_client.items():
            invoices = Invoice.objects.in_bulk(invoice_ids.get(client_id, []))
            words = _returned_words(clients[client_id], cents, invoices, issuer)
            key = f"payment-returned:statement-line:{taken.line_id}:client:{client_id}"
            yield _mail(clients[client_id], key, "payment_returned", words)


def _returned_words(client: Client, cents: int, invoices: Mapping[int, Invoice], issuer: str) -> tuple[str, str]:
    with override(client.language):
        facts = {
            "amount": format_euro(cents, client.language),
            "rows": "\n".join(
                "- "
                + gettext("invoice %(number)s: to pay again %(rest)s")
                % {"number": invoice.number, "rest": format_euro(invoice.open_cents, client.language)}
                for invoice in invoices.values()
            ),
            "page": page_address("portal:invoices", client_id=client.pk),
            "issuer": issuer,
        }
        subject = gettext("Your payment of %(amount)s was taken back by the bank") % facts
        if not invoices:
            text = gettext(
                "Hello,\n\n"
                "The bank took back %(amount)s that you had on account. Ask your bank why.\n\n"
                "See your invoices: %(page)s\n\n"
                "%(issuer)s"
            )
        else:
            text = gettext(
                "Hello,\n\n"
                "The bank took back %(amount)s that you paid before. So these invoices are open again:\n\n"
                "%(rows)s\n\n"
                "Vouchers that were not loaded yet wait for a new payment; vouchers that are on the cards stay there, and "
                "the invoice is still to be paid. Ask your bank why it was taken back, then pay again.\n\n"
                "See your invoices: %(page)s\n\n"
                "%(issuer)s"
            )
        return subject, text % facts
