"""The list of a client's invoices and credit notes: which of them, in which order, what they come to.

Its one law: what is asked (`PaperWish`) is the address of the page and nothing else; list, totals and download are of the
same papers. Found and counted as ids, in one union; the few shown are read after.
"""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

from django.db.models import Case, CharField, DateField, F, Max, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.billing.models import CreditNote, Invoice, InvoiceState
from tegoed.clients.models import Client
from tegoed.errors import Refusal
from tegoed.orders.models import InvoiceKind
from tegoed.rules.money import parse_euro

WISH_LENGTH_MAX = 80
CREDIT = "credit"
ORDER_DIGITS_MAX = 18

KINDS: dict[str, str | Promise] = {
    InvoiceKind.PRODUCT.value: _("Product invoices"),
    InvoiceKind.CARD.value: _("Card invoices"),
    CREDIT: _("Credit notes"),
}
STATES: dict[str, str | Promise] = {
    "open": _("To pay"),
    "overdue": _("Overdue"),
    "part": _("Paid in part"),
    "paid": _("Paid"),
    "credited": _("Credited"),
}
SORTS: dict[str, str | Promise] = {
    "-issued": _("Newest first"),
    "issued": _("Oldest first"),
    "due": _("First due first"),
    "-due": _("Last due first"),
    "-amount": _("Highest amount first"),
    "amount": _("Lowest amount first"),
    "-open": _("Most to pay first"),
    "number": _("Number"),
}
_ORDERS = {
    "issued": ("issued_on", "what", "pk"),
    "due": ("due", "issued_on", "what", "pk"),
    "amount": ("amount", "issued_on", "what", "pk"),
    "open": ("still_open", "issued_on", "what", "pk"),
    "number": ("number",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperWish:
    """What the reader asks for, as it stands in the address; what makes no sense counts as not asked.

    `q`: part of a number, reference or communication, or an amount. `since`, `until`: days of issue, both included.
    """

    q: str = ""
    kind: str = ""
    state: str = ""
    since: str = ""
    until: str = ""
    sort: str = "-issued"

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """Read an address."""
        told = {
            field.name: query.get(field.name, "").replace("\x00", "").strip()[:WISH_LENGTH_MAX] for field in fields(cls)
        }
        return cls(
            q=told["q"],
            kind=told["kind"] if told["kind"] in KINDS else "",
            state=told["state"] if told["state"] in STATES else "",
            since=_day_or_nothing(told["since"]),
            until=_day_or_nothing(told["until"]),
            sort=told["sort"] if told["sort"] in SORTS else "-issued",
        )

    def as_query(self, **changes: str) -> str:
        """The part of the address after `?`; what is as usual is left out."""
        query = QueryDict(mutable=True)
        for field in fields(self):
            value = changes.get(field.name, getattr(self, field.name))
            if value and value != field.default:
                query[field.name] = value
        return query.urlencode()

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked but an order."""
        return bool(self.as_query(sort="-issued"))


def _day_or_nothing(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class PaperTotals:
    """What the papers found come to; credit notes count against. Amounts in cents."""

    count: int
    amount_cents: int
    open_cents: int


def papers_matching(client: Client, wish: PaperWish, *, today: date) -> QuerySet[Any, dict[str, Any]]:
    """The papers asked for, in order, as dicts: `what` (`invoice` or `credit`) and `pk`. A union of two narrow queries."""
    invoices, notes = _invoices(client, wish, today), _credit_notes(client, wish)
    found = _keys(invoices, "invoice", amount=F("total_cents"), still_open=_OPEN_CENTS, due=F("due_on"))
    credited = _keys(
        notes, CREDIT, amount=-F("total_cents"), still_open=Value(0), due=Cast(F("issued_on"), DateField())
    )
    names = _ORDERS[wish.sort.removeprefix("-")]
    order = [f"-{name}" for name in names] if wish.sort.startswith("-") else names
    return found.union(credited, all=True).order_by(*order)


def paper_totals(client: Client, wish: PaperWish, *, today: date) -> PaperTotals:
    """What they come to. Two statements."""
    invoiced = _invoices(client, wish, today).aggregate(
        count=Sum(Value(1)), amount=Sum("total_cents"), still_open=Sum(_OPEN_CENTS)
    )
    credited = _credit_notes(client, wish).aggregate(count=Sum(Value(1)), amount=Sum("total_cents"))
    return PaperTotals(
        (invoiced["count"] or 0) + (credited["count"] or 0),
        (invoiced["amount"] or 0) - (credited["amount"] or 0),
        invoiced["still_open"] or 0,
    )


def papers_by_key(client: Client, keys: list[tuple[str, int]]) -> list[Invoice | CreditNote]:
    """These papers of the client in this order, each with its order; invoices with `reminder_level`. Two statements."""
    invoice_ids = [pk for what, pk in keys if what == "invoice"]
    invoices = Invoice.objects.filter(client=client, pk__in=invoice_ids).select_related("order", "credit_note")
    notes = CreditNote.objects.filter(client=client, pk__in=[pk for what, pk in keys if what == CREDIT])
    by_key: dict[tuple[str, int], Invoice | CreditNote] = {
        ("invoice", invoice.pk): invoice for invoice in invoices.annotate(reminder_level=Max("reminders__level"))
    }
    by_key |= {(CREDIT, note.pk): note for note in notes.select_related("invoice__order")}
    return [by_key[key] for key in keys if key in by_key]


_OPEN_CENTS = Case(When(state=InvoiceState.OPEN, then=F("total_cents") - F("paid_cents")), default=Value(0))


def _keys(rows: QuerySet[Any], what: str, **values: Any) -> QuerySet[Any, dict[str, Any]]:
    told = {"what": Value(what, output_field=CharField())} | values
    return rows.order_by().values("pk", "issued_on", "number", **told)


def _invoices(client: Client, wish: PaperWish, today: date) -> QuerySet[Invoice]:
    invoices = _in_period(Invoice.objects.filter(client=client), wish)
    if wish.kind:
        invoices = invoices.none() if wish.kind == CREDIT else invoices.filter(kind=wish.kind)
    if wish.state in {"overdue", "part"}:
        invoices = invoices.filter(state=InvoiceState.OPEN)
        invoices = invoices.filter(due_on__lt=today) if wish.state == "overdue" else invoices.filter(paid_cents__gt=0)
    elif wish.state:
        invoices = invoices.filter(state=wish.state)
    return invoices.filter(_says(wish.q, "order", "structured_communication")) if wish.q else invoices


def _credit_notes(client: Client, wish: PaperWish) -> QuerySet[CreditNote]:
    """A credit note is found by its invoice too, and is in no state: who asks for one sees invoices only."""
    notes = _in_period(CreditNote.objects.filter(client=client), wish)
    if wish.state or wish.kind not in {"", CREDIT}:
        return notes.none()
    if not wish.q:
        return notes
    says = _says(wish.q, "invoice__order", "invoice__structured_communication") | Q(invoice__number__icontains=wish.q)
    return notes.filter(says)


def _in_period(papers: QuerySet[Any], wish: PaperWish) -> QuerySet[Any]:
    if wish.since:
        papers = papers.filter(issued_on__gte=wish.since)
    return papers.filter(issued_on__lte=wish.until) if wish.until else papers


def _says(words: str, order: str, communication: str) -> Q:
    """By number, the order's number or reference, the communication however it is typed, or the amount."""
    says = Q(number__icontains=words) | Q(**{f"{order}__reference__icontains": words})
    says |= Q(**{f"{order}__billing_group__icontains": words})
    digits = re.sub(r"[^0-9]", "", words)
    if digits and not re.search(r"[^0-9+*/. ]", words):
        says |= Q(**{f"{communication}__contains": digits})
    if words.isascii() and words.isdecimal() and len(words) <= ORDER_DIGITS_MAX:
        says |= Q(**{f"{order}_id": int(words)})
    with contextlib.suppress(Refusal):
        says |= Q(total_cents=parse_euro(words))
    return says
