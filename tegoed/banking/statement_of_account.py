"""The statement of account of a client: what was charged, paid and used in a period, with running balances (SPEC I5).

Its one law: it is read from the ledger's own transfers on what the client owes (`receivable`) and is owed (`client_credit`), so
its balances are those of the books; documents only give the words. Cents; a day is a day in Brussels.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from tegoed.banking.models import Allocation, StatementLine
from tegoed.billing.models import CreditNote, Invoice
from tegoed.clients.models import Client
from tegoed.ledger.models import AccountKind, TransferKind
from tegoed.orders.models import group_in_words
from tegoed.rules.dates import BRUSSELS, brussels_date

MOVES = """
WITH theirs AS (
    SELECT id, kind FROM ledger_account WHERE client_id = %(client_id)s AND kind IN ('receivable', 'client_credit')
), moved AS (
    SELECT transfer.id, transfer.event_at, transfer.event_key, transfer.kind, theirs.kind AS account,
        transfer.amount_cents AS debit_cents, 0::bigint AS credit_cents
    FROM theirs JOIN ledger_transfer transfer ON transfer.debit_id = theirs.id WHERE transfer.event_at < %(until)s
    UNION ALL
    SELECT transfer.id, transfer.event_at, transfer.event_key, transfer.kind, theirs.kind, 0, transfer.amount_cents
    FROM theirs JOIN ledger_transfer transfer ON transfer.credit_id = theirs.id WHERE transfer.event_at < %(until)s
)
"""
OPENING = (
    MOVES
    + """
SELECT coalesce(sum(debit_cents - credit_cents) FILTER (WHERE account = 'receivable'), 0)::bigint,
    coalesce(sum(credit_cents - debit_cents) FILTER (WHERE account = 'client_credit'), 0)::bigint
FROM moved
"""
)
IN_PERIOD = (
    MOVES
    + """
SELECT min(event_at), event_key, kind,
    coalesce(sum(debit_cents - credit_cents) FILTER (WHERE account = 'receivable'), 0)::bigint,
    coalesce(sum(credit_cents - debit_cents) FILTER (WHERE account = 'client_credit'), 0)::bigint
FROM moved WHERE event_at >= %(since)s GROUP BY id, event_key, kind ORDER BY 1, id
"""
)


class EntryKind(models.TextChoices):
    """What an entry is; a kind of transfer that is not named here has the ledger's own words."""

    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")
    PAYMENT = "payment", _("Payment")
    PLACEMENT = "placement", _("Payment placed")
    PLACEMENT_UNDONE = "placement_undone", _("Placing of a payment undone")
    PAYMENT_FREED = "payment_freed", _("Paid of a credited invoice, now on account")
    CREDIT_USED = "credit_used", _("Credit on account used")
    CREDIT_USE_UNDONE = "credit_use_undone", _("Use of credit on account undone")
    REFUND = "refund", _("Paid back to you")
    REFUND_RETURNED = "refund_returned", _("Refund that came back")
    WRITE_OFF = "write_off", _("Difference of a few cents written off")
    WRITE_OFF_UNDONE = "write_off_undone", _("Write-off undone")


@dataclass(slots=True)
class Entry:
    """One document or payment. `to_pay_cents` and `on_account_cents` are what it changes, the balances what stands after it.

    `numbers` are the documents it is about; `invoice_id` or `credit_note_id` the one it is, for the people of `billing_group`.
    """

    on: date
    kind: str
    subject: tuple[str, int]
    to_pay_cents: int = 0
    on_account_cents: int = 0
    to_pay_balance_cents: int = 0
    on_account_balance_cents: int = 0
    numbers: list[str] = field(default_factory=list)
    invoice_id: int | None = None
    credit_note_id: int | None = None
    billing_group: str | None = None
    due_on: date | None = None
    bank_on: date | None = None

    @property
    def label(self) -> str:
        """What it is, in the language that is active now."""
        return str(_LABELS.get(self.kind, self.kind))

    @property
    def group(self) -> str:
        """The cost centre or group that it is for, in the language that is active now; empty where not divided."""
        return group_in_words(self.billing_group)

    @property
    def documents(self) -> str:
        """The numbers, and the group in brackets."""
        return " ".join(filter(None, [", ".join(self.numbers), f"({self.group})" if self.group else ""]))

    @property
    def change_cents(self) -> int:
        """What it adds to the balance: more to pay, less on account."""
        return self.to_pay_cents - self.on_account_cents

    @property
    def balance_cents(self) -> int:
        """What the client owes after it, less what stands on account for it."""
        return self.to_pay_balance_cents - self.on_account_balance_cents


_LABELS: dict[str, Any] = {**dict(TransferKind.choices), **dict(EntryKind.choices)}


@dataclass(frozen=True, slots=True)
class StatementOfAccount:
    """A period of a client's account, first and last day included; amounts in cents."""

    client: Client
    from_on: date
    to_on: date
    opening_to_pay_cents: int
    opening_on_account_cents: int
    entries: Sequence[Entry]

    @property
    def opening_cents(self) -> int:
        """The balance before the first day."""
        return self.opening_to_pay_cents - self.opening_on_account_cents

    @property
    def closing_to_pay_cents(self) -> int:
        """What is to pay after the last day."""
        return self.entries[-1].to_pay_balance_cents if self.entries else self.opening_to_pay_cents

    @property
    def closing_on_account_cents(self) -> int:
        """What stands on account after the last day."""
        return self.entries[-1].on_account_balance_cents if self.entries else self.opening_on_account_cents

    @property
    def closing_cents(self) -> int:
        """The balance after the last day."""
        return self.closing_to_pay_cents - self.closing_on_account_cents


def statement_of_account(client: Client, *, from_on: date, to_on: date, is_named: bool = True) -> StatementOfAccount:
    """The client's account from one day to another. Eight statements at most, whatever the number of entries.

    Not named, the entries have no documents yet: for a page that names (`name_entries`) the few it shows.
    """
    since, until = _begin_of(from_on), _begin_of(to_on + timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute(OPENING, {"client_id": client.pk, "until": since})
        to_pay_cents, on_account_cents = cursor.fetchone()
        cursor.execute(IN_PERIOD, {"client_id": client.pk, "since": since, "until": until})
        moves = cursor.fetchall()
    entries = _entries(moves)
    if is_named:
        name_entries(client, entries)
    balances = [to_pay_cents, on_account_cents]
    for entry in entries:
        balances[0] += entry.to_pay_cents
        balances[1] += entry.on_account_cents
        entry.to_pay_balance_cents, entry.on_account_balance_cents = balances
    return StatementOfAccount(client, from_on, to_on, to_pay_cents, on_account_cents, entries)


def ledger_balances(client: Client) -> tuple[int, int]:
    """(To pay, on account) as the ledger's own running totals have them, for who wants proof."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(debits_cents - credits_cents) FILTER (WHERE kind = %s), 0)::bigint,"
            " coalesce(sum(credits_cents - debits_cents) FILTER (WHERE kind = %s), 0)::bigint"
            " FROM ledger_account WHERE client_id = %s",
            [AccountKind.RECEIVABLE, AccountKind.CLIENT_CREDIT, client.pk],
        )
        to_pay_cents, on_account_cents = cursor.fetchone()
    return to_pay_cents, on_account_cents


def _begin_of(on: date) -> datetime:
    return datetime.combine(on, time.min, tzinfo=BRUSSELS)


def _entries(moves: Sequence[tuple[datetime, str, str, int, int]]) -> list[Entry]:
    """Transfers of one document or payment are one entry, where its first transfer stands."""
    entries: dict[tuple[str, str, int, date], Entry] = {}
    for event_at, event_key, transfer_kind, to_pay_cents, on_account_cents in moves:
        kind, subject = _kind_and_subject(event_key, transfer_kind)
        on = brussels_date(event_at)
        entry = entries.setdefault((kind, *subject, on), Entry(on=on, kind=kind, subject=subject))
        entry.to_pay_cents += to_pay_cents
        entry.on_account_cents += on_account_cents
    return list(entries.values())


def _kind_and_subject(event_key: str, transfer_kind: str) -> tuple[str, tuple[str, int]]:
    """What an event key says: `payment:statement-line:8` is the payment of line 8. Unknown ones stand for themselves."""
    words = event_key.split(":")
    named = next((place for place, word in enumerate(words) if word.isdecimal()), 0)
    subject = (words[named - 1], int(words[named])) if named else (event_key, 0)
    first, second = words[0], words[1] if len(words) > 1 else ""
    if first == TransferKind.REVERSAL:
        if second.startswith("invoice_"):
            return EntryKind.CREDIT_NOTE, subject
        return (EntryKind.CREDIT_USE_UNDONE if second == TransferKind.CREDIT_USED else transfer_kind), subject
    if first.startswith("invoice_"):
        return EntryKind.INVOICE, subject
    return (EntryKind.PAYMENT if first == TransferKind.OVER_PAYMENT else transfer_kind), subject


def name_entries(client: Client, entries: Sequence[Entry]) -> None:
    """Say which documents the entries are about. Five statements; nothing of another client is looked at."""
    by_kind: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_kind[entry.subject[0]].append(entry)
    ids = {kind: [entry.subject[1] for entry in listed] for kind, listed in by_kind.items()}
    invoices = _by_id(
        Invoice.objects.filter(client=client, pk__in=ids.get("invoice", []))
        .select_related("credit_note", "order")
        .only("number", "due_on", "credit_note__number", "order__billing_group")
    )
    notes = _by_id(
        CreditNote.objects.filter(client=client, pk__in=ids.get("credit-note", []))
        .select_related("invoice__order")
        .only("number", "invoice__number", "invoice__order__billing_group")
    )
    allocations = _by_id(
        Allocation.objects.filter(client=client, pk__in=ids.get("allocation", []))
        .select_related("invoice", "line")
        .only("invoice__number", "line__entry_on")
    )
    lines = _by_id(StatementLine.objects.filter(pk__in=ids.get("statement-line", [])).only("entry_on"))
    paid: dict[int, list[str]] = defaultdict(list)
    of_lines = Allocation.objects.filter(client=client, line__in=list(lines), invoice__isnull=False).order_by("id")
    for line_id, number in of_lines.values_list("line_id", "invoice__number"):
        paid[line_id].append(number)
    for entry in by_kind["invoice"]:
        _name_invoice(entry, invoices.get(entry.subject[1]))
    for entry in by_kind["credit-note"]:
        if note := notes.get(entry.subject[1]):
            entry.credit_note_id, entry.numbers = note.pk, [note.number, note.invoice.number]
            entry.billing_group = note.invoice.order.billing_group
    for entry in by_kind["allocation"]:
        if allocation := allocations.get(entry.subject[1]):
            entry.invoice_id = allocation.invoice_id
            entry.numbers = [allocation.invoice.number] if allocation.invoice else []
            entry.bank_on = allocation.line.entry_on if allocation.line else None
    for entry in by_kind["statement-line"]:
        if line := lines.get(entry.subject[1]):
            entry.bank_on, entry.numbers = line.entry_on, paid.get(line.pk, [])


def _name_invoice(entry: Entry, invoice: Invoice | None) -> None:
    if invoice is None:
        return
    entry.billing_group = invoice.order.billing_group
    if entry.kind == EntryKind.CREDIT_NOTE:
        note = invoice.credit_note
        entry.credit_note_id, entry.numbers = note.pk, [note.number, invoice.number]
    else:
        entry.invoice_id, entry.numbers, entry.due_on = invoice.pk, [invoice.number], invoice.due_on


def _by_id(rows: models.QuerySet[Any]) -> Mapping[int, Any]:
    return {row.pk: row for row in rows}


def rows_in_words(statement: StatementOfAccount) -> Iterator[list[Any]]:
    """The entries as rows of a table: day, what, documents, to pay, on account, balance; amounts in cents."""
    for entry in statement.entries:
        yield [
            entry.on,
            entry.label,
            entry.documents,
            entry.to_pay_cents,
            entry.on_account_cents,
            entry.balance_cents,
        ]
