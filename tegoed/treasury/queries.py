"""Reads on refunds, mandates and collections; where a client is asked for, it is an argument."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from tegoed.banking.models import Allocation, AllocationSource, BankAccount
from tegoed.billing.models import CreditNote, Invoice, InvoiceState
from tegoed.billing.queries import on_account_cents
from tegoed.clients.models import Client
from tegoed.errors import Refusal
from tegoed.rules.direct_debit import collection_day
from tegoed.rules.enterprise import read_iban
from tegoed.treasury.models import (
    Collection,
    CollectionState,
    Mandate,
    MandateState,
    PaymentBatch,
    Refund,
    RefundSource,
    RefundState,
)

COLLECT_AHEAD_DAYS = 10
"""Invoices collected later than so many days from now wait for a next file: until then a transfer is in time."""
ACCOUNTS_SHOWN_MAX = 10


def asked_back_cents(client: Client) -> int:
    """Credit that was asked back, on which nobody has decided yet."""
    asked = Refund.objects.filter(client=client, source=RefundSource.CREDIT, state=RefundState.ASKED)
    return asked.aggregate(cents=Sum("amount_cents"))["cents"] or 0


def available_credit_cents(client: Client) -> int:
    """Credit on account that can be used or asked back: what was asked back already isn't."""
    return max(on_account_cents(client) - asked_back_cents(client), 0)


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account that money of the client came from, under the name the bank gave last."""

    iban: str
    name: str


def accounts_paid_from(client: Client) -> list[KnownAccount]:
    """Where the client's payments came from, the latest first; at most `ACCOUNTS_SHOWN_MAX`."""
    lines = (
        Allocation.objects.filter(client=client, source=AllocationSource.LINE, line__amount_cents__gt=0)
        .exclude(line__counterparty_account="")
        .filter(line__is_return=False, undone_at=None)
        .order_by("line__counterparty_account", "-line_id")
        .distinct("line__counterparty_account")
        .values_list("line_id", "line__counterparty_account", "line__counterparty_name")
    )
    own = set(BankAccount.objects.values_list("iban", flat=True))
    found = []
    for _line_id, account, name in sorted(lines, reverse=True):
        iban = iban_or_none(account)
        if iban is not None and iban not in own:
            found.append(KnownAccount(iban=iban, name=name))
    return found[:ACCOUNTS_SHOWN_MAX]


def iban_or_none(account: str) -> str | None:
    """The IBAN of an account as a bank writes it; None where it is none."""
    try:
        return read_iban(account)
    except Refusal:
        return None


@dataclass(frozen=True, slots=True)
class CreditStory:
    """Where the credit of a client came from, and where it went. `balance_cents` = came in − used − paid back."""

    balance_cents: int
    available_cents: int
    over_payments: list[Allocation]
    freed: list[CreditNote]
    uses: list[Allocation]
    refunds: list[Refund]


def credit_story(client: Client) -> CreditStory:
    """All of it, the newest first in each list."""
    live = Allocation.objects.filter(client=client, undone_at=None).order_by("-id")
    on_account = live.filter(source=AllocationSource.LINE, invoice=None)
    used = live.filter(source=AllocationSource.CREDIT)
    return CreditStory(
        balance_cents=on_account_cents(client),
        available_cents=available_credit_cents(client),
        over_payments=list(on_account.select_related("line")),
        freed=list(
            CreditNote.objects.filter(client=client, freed_cents__gt=0).select_related("invoice").order_by("-id")
        ),
        uses=list(used.select_related("invoice")),
        refunds=list(Refund.objects.filter(client=client).order_by("-id")),
    )


def refunds_found(state: str = "") -> QuerySet[Refund]:
    """Refunds of all clients, the newest first."""
    refunds = Refund.objects.select_related("client", "asked_by", "decided_by", "batch").order_by("-id")
    refunds = refunds.defer("batch__content")
    return refunds.filter(state=state) if state in RefundState.values else refunds


def batches_found(kind: str) -> QuerySet[PaymentBatch]:
    """Files of a kind, the newest first, without their content."""
    return PaymentBatch.objects.filter(kind=kind).select_related("made_by").defer("content").order_by("-id")


def mandate_in_force(client: Client) -> Mandate | None:
    """The mandate of the client that was not revoked, active or suspended."""
    return Mandate.objects.filter(client=client).exclude(state=MandateState.REVOKED).first()


def active_mandate(client: Client) -> Mandate | None:
    """The mandate under which invoices of the client are collected now."""
    return Mandate.objects.filter(client=client, state=MandateState.ACTIVE).first()


def collections_of(invoice: Invoice) -> QuerySet[Collection]:
    """How the invoice was collected, the last try first."""
    return Collection.objects.filter(invoice=invoice).order_by("-id")


@dataclass(frozen=True, slots=True)
class ComingCollection:
    """What is collected of an invoice: when, how much, from which account."""

    on: date
    amount_cents: int
    iban: str


def coming_collection(invoice: Invoice) -> ComingCollection | None:
    """How the open invoice is collected, as far as is known now; None where the client pays itself.

    What the bank has already is collected under the mandate of then, even if that was revoked since.
    """
    on_its_way = Collection.objects.filter(invoice=invoice, state=CollectionState.IN_FILE).select_related("mandate")
    if collection := on_its_way.first():
        return ComingCollection(collection.collect_on, collection.amount_cents, collection.mandate.iban)
    if invoice.direct_debit is None or not collectable_invoices().filter(pk=invoice.pk).exists():
        return None
    mandate = Mandate.objects.get(client=invoice.client_id, state=MandateState.ACTIVE)
    return ComingCollection(date.fromisoformat(invoice.direct_debit["collect_on"]), invoice.open_cents, mandate.iban)


def to_be_collected(invoice_ids: Iterable[int]) -> set[int]:
    """Those of these invoices that are collected, or on their way to be: their client has nothing to pay. One query."""
    asked = list(invoice_ids)
    on_their_way = Collection.objects.filter(invoice__in=asked, state=CollectionState.IN_FILE).values("invoice")
    ready = collectable_invoices().order_by().filter(pk__in=asked).values("pk")
    found = Invoice.objects.filter(Q(pk__in=on_their_way) | Q(pk__in=ready), pk__in=asked)
    return set(found.values_list("pk", flat=True)) if asked else set()


def collectable_invoices() -> QuerySet[Invoice]:
    """Open invoices that say they are collected, of clients whose mandate is active, in id order.

    Not those on their way already, nor those that came back, until staff let them be collected again.
    """
    tried = Collection.objects.filter(invoice=OuterRef("pk"))
    failed = tried.filter(state__in=[CollectionState.RETURNED, CollectionState.REFUSED], may_repeat=False)
    active = Mandate.objects.filter(client=OuterRef("client_id"), state=MandateState.ACTIVE)
    return (
        Invoice.objects.filter(Exists(active), state=InvoiceState.OPEN, direct_debit__isnull=False)
        .filter(~Exists(tried.filter(state=CollectionState.IN_FILE)), ~Exists(failed))
        .order_by("id")
    )


@dataclass(frozen=True, slots=True)
class PlannedCollection:
    """An invoice that would be collected on a day."""

    invoice: Invoice
    collect_on: date


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file made now would hold, and what is left for a later one."""

    now: list[PlannedCollection]
    later: list[PlannedCollection]

    @property
    def cents(self) -> int:
        """What would be collected now."""
        return sum(planned.invoice.open_cents for planned in self.now)


def plan_of(invoices: QuerySet[Invoice], *, today: date, lead_days: int) -> Plan:
    """`collectable_invoices`, each with its day."""
    now: list[PlannedCollection] = []
    later: list[PlannedCollection] = []
    for invoice in invoices:
        day = collection_day(issued_on=invoice.issued_on, due_on=invoice.due_on, today=today, lead_days=lead_days)
        planned = PlannedCollection(invoice=invoice, collect_on=day)
        (now if day <= today + timedelta(days=COLLECT_AHEAD_DAYS) else later).append(planned)
    return Plan(now=now, later=later)


def collections_found(state: str = "") -> QuerySet[Collection]:
    """Collections of all clients, the newest first. `paid_meanwhile`: on its way though its invoice is paid."""
    collections = (
        Collection.objects.select_related("client", "invoice", "mandate", "batch")
        .defer("batch__content")
        .order_by("-id")
    )
    return collections.filter(state=state) if state in CollectionState.values else collections


def collections_to_stop() -> QuerySet[Collection]:
    """On their way to the bank though their invoice asks less by now, or their mandate was revoked."""
    asks_less = Q(amount_cents__gt=F("invoice__total_cents") - F("invoice__paid_cents"))
    return collections_found(CollectionState.IN_FILE).filter(
        asks_less | ~Q(invoice__state=InvoiceState.OPEN) | Q(mandate__state=MandateState.REVOKED)
    )
