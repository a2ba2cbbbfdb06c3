"""What was paid of one invoice: each payment with how and when, also what was taken back or did not succeed.

Its one law: those that count add up to what the invoice has as paid. It names no account and nothing of another invoice.
"""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tegoed.banking.models import Allocation, AllocationSource
from tegoed.billing.models import Invoice
from tegoed.rules.dates import brussels_date
from tegoed.treasury.models import Collection, CollectionState
from tegoed.treasury.queries import collections_of
from tegoed.treasury.reasons import reason_in_words


@dataclass(frozen=True, slots=True)
class InvoicePayment:
    """So many cents. `counts`: they are paid now; else `note` says since when or why not."""

    how: str
    on: date
    amount_cents: int
    counts: bool
    note: str = ""


def payments_of(invoice: Invoice) -> list[InvoicePayment]:
    """By day, the first first. Two queries."""
    collections = list(collections_of(invoice))
    reasons = {one.line_id: one.return_reason for one in collections if one.line_id is not None}
    allocations = Allocation.objects.filter(invoice=invoice).select_related("line").order_by("id")
    found = [_payment(one, reasons) for one in allocations]
    found += [_refused(one) for one in collections if one.state == CollectionState.REFUSED]
    return sorted(found, key=lambda payment: payment.on)


def _payment(allocation: Allocation, reasons: dict[int, str]) -> InvoicePayment:
    """`reasons`: by the line of a collection, why it was taken back."""
    line = allocation.line
    note = ""
    if allocation.undone_at is not None:
        day = date_format(timezone.localtime(allocation.undone_at), "DATE_FORMAT")
        note = _("Taken back on %(day)s, so it is not paid") % {"day": day}
        if line is not None and reasons.get(line.pk):
            note = f"{note}: {reason_in_words(reasons[line.pk])}"
    return InvoicePayment(
        how=_how(allocation, is_collected=line is not None and line.pk in reasons),
        on=line.entry_on if line is not None else brussels_date(allocation.created_at),
        amount_cents=allocation.amount_cents,
        counts=allocation.undone_at is None,
        note=note,
    )


def _how(allocation: Allocation, *, is_collected: bool) -> str:
    if allocation.source == AllocationSource.CREDIT:
        return _("Credit on account used")
    if allocation.source == AllocationSource.WRITE_OFF:
        return _("Difference of a few cents written off")
    return _("Direct debit") if is_collected else _("Transfer")


def _refused(collection: Collection) -> InvoicePayment:
    return InvoicePayment(
        how=_("Direct debit"),
        on=collection.collect_on,
        amount_cents=collection.amount_cents,
        counts=False,
        note=_("Your bank refused it: %(reason)s") % {"reason": reason_in_words(collection.return_reason)},
    )
