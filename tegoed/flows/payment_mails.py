"""What a client is told of its payments: matched, not placed, taken back (SPEC P3, P4).

Its one law: one mail for each contact and bank file, never one for each line, and once (event keys). Nothing of a payment is
told to a client unless its own number, its account or staff say that it is theirs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, override

from tegoed.banking.models import Allocation, AllocationSource, StatementLine
from tegoed.banking.queries import lines_of_one_client
from tegoed.billing.models import Invoice
from tegoed.clients.billing_contacts import MailPurpose, Recipient, recipients_by_client
from tegoed.clients.models import Client
from tegoed.clients.queries import the_issuer
from tegoed.flows.contact_mails import key_for
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
    told = [
        _Told(
            clients[pk],
            f"payment-received:file:{file_id}",
            "payment_received",
            partial(_received_words, pk, paid, issuer),
        )
        for pk, paid in by_client.items()
    ]
    told += [
        _Told(
            clients[pk],
            f"payment-unplaced:file:{file_id}",
            "payment_unplaced",
            partial(_unplaced_words, pk, lines, issuer),
        )
        for pk, lines in unplaced.items()
    ]
    _queue(told, MailPurpose.PAYMENT_NOTICES)
    _queue(list(_returned_of_each(taken_back, issuer)), MailPurpose.REMINDERS)


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
    told = _Told(client, key, "payment_received", partial(_received_words, client.pk, paid, the_issuer().name))
    _queue([told], MailPurpose.PAYMENT_NOTICES)


Words = Callable[[str], tuple[str, str]]
"""(subject, text) in a language."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What one client is told: the key of the event without the client, the kind of mail, its words."""

    client: Client
    event_key: str
    kind: str
    words: Words


def _queue(told: Sequence[_Told], purpose: MailPurpose) -> None:
    """One mail for each contact of the client that receives such mails, in its own language."""
    recipients = recipients_by_client({one.client.pk: one.client for one in told}.values(), purpose)
    mails = [_mail(one, place, recipient) for one in told for place, recipient in enumerate(recipients[one.client.pk])]
    if mails:
        queue_messages(mails)
        send_messages_job.defer()


def _mail(told: _Told, place: int, recipient: Recipient) -> MessageToQueue:
    subject, text = told.words(recipient.language)
    return MessageToQueue(
        event_key=key_for(f"{told.event_key}:client:{told.client.pk}", place, recipient),
        kind=told.kind,
        client_id=told.client.pk,
        recipient=recipient.email,
        language=recipient.language,
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


def _received_words(client_id: int, paid: _Paid, issuer: str, language: str) -> tuple[str, str]:
    with override(language):
        total = sum(cents for _, cents, _ in paid.invoices) + paid.on_account_cents
        rows = [_invoice_row(row, language) for row in paid.invoices[:ROWS_MAX]]
        if len(paid.invoices) > ROWS_MAX:
            more = len(paid.invoices) - ROWS_MAX
            rows.append(ngettext("and %(count)s more invoice", "and %(count)s more invoices", more) % {"count": more})
        if paid.on_account_cents:
            amount = format_euro(paid.on_account_cents, language)
            rows.append(gettext("%(amount)s is on account for you: no open invoice asked for it") % {"amount": amount})
        facts = {
            "amount": format_euro(total, language),
            "rows": "\n".join(f"- {row}" for row in rows),
            "page": page_address("portal:invoices", client_id=client_id),
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
    facts = {"number": number, "amount": format_euro(cents, language)}
    if open_cents:
        facts["rest"] = format_euro(open_cents, language)
        return gettext("invoice %(number)s: %(amount)s, still to pay: %(rest)s") % facts
    return gettext("invoice %(number)s: %(amount)s, paid in full") % facts


def _unplaced_words(client_id: int, lines: Sequence[StatementLine], issuer: str, language: str) -> tuple[str, str]:
    with override(language):
        rows = [
            gettext("%(amount)s on %(day)s")
            % {
                "amount": format_euro(line.unplaced_cents, language),
                "day": date_format(line.entry_on, "DATE_FORMAT"),
            }
            for line in lines[:ROWS_MAX]
        ]
        facts = {
            "rows": "\n".join(f"- {row}" for row in rows),
            "page": page_address("portal:payments", client_id=client_id),
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


def _returned_of_each(taken_back: Sequence[TakenBack], issuer: str) -> Iterator[_Told]:
    """For each line taken back, what is told to each client of whom something was undone."""
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
            words = partial(_returned_words, client_id, cents, invoices, issuer)
            yield _Told(
                clients[client_id], f"payment-returned:statement-line:{taken.line_id}", "payment_returned", words
            )


def _returned_words(
    client_id: int, cents: int, invoices: Mapping[int, Invoice], issuer: str, language: str
) -> tuple[str, str]:
    with override(language):
        facts = {
            "amount": format_euro(cents, language),
            "rows": "\n".join(
                "- "
                + gettext("invoice %(number)s: to pay again %(rest)s")
                % {"number": invoice.number, "rest": format_euro(invoice.open_cents, language)}
                for invoice in invoices.values()
            ),
            "page": page_address("portal:invoices", client_id=client_id),
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
                "Vouchers that were not loaded yet wait for a new payment; vouchers that are on the cards, or printed, stay "
                "valid, and the invoice is still to be paid. Ask your bank why it was taken back, then pay again.\n\n"
                "See your invoices: %(page)s\n\n"
                "%(issuer)s"
            )
        return subject, text % facts
