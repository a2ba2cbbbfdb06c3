"""The work queue of payments: money in suspense, money that left, what the bank took back (SPEC A1, P4).

Its one law: it only reads. Amounts are cents.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.audit.models import Event
from tegoed.banking.ladder import Reason
from tegoed.banking.models import (
    Allocation,
    Correction,
    CorrectionState,
    LineState,
    Proposal,
    ProposalState,
    StatementLine,
)
from tegoed.ledger.models import Account, Transfer
from tegoed.rules.dates import brussels_today
from tegoed.rules.money import AmountInvalid, parse_euro
from tegoed.treasury.models import Collection, Refund, RefundState

KINDS: list[tuple[str, str | Promise]] = [
    ("", _("Not placed yet")),
    ("claimed", _("Claimed by the client")),
    ("proposed", _("With a proposal")),
    ("hopeless", _("Without any proposal")),
    ("outgoing", _("Outgoing, not explained yet")),
    ("returned", _("Taken back by the bank")),
]
AGES: list[tuple[str, str | Promise]] = [
    ("", _("any time")),
    ("2", _("two days or longer")),
    ("7", _("a week or longer")),
    ("30", _("a month or longer")),
]
RETURN_REASONS = (
    Reason.RETURN,
    Reason.RETURN_CREDIT_USED,
    Reason.RETURN_INVOICE_CREDITED,
    Reason.RETURN_UNKNOWN,
)
_DIGITS_OF_COMMUNICATION = 12


def lines_waiting(*, kind: str = "", words: str = "", age: str = "") -> QuerySet[StatementLine]:
    """The lines of a kind, those with a claim first, then the longest waiting; each with `is_claimed`, `is_proposed`."""
    of_line = Proposal.objects.filter(line=OuterRef("pk"))
    lines = (
        StatementLine.objects.select_related("statement__bank_account", "statement__file")
        .defer("statement__file__content")
        .annotate(
            is_claimed=Exists(of_line.filter(state=ProposalState.CLAIMED)),
            is_proposed=Exists(of_line.filter(state=ProposalState.OPEN)),
        )
    )
    if kind == "returned":
        lines = lines.filter(reason__in=RETURN_REASONS)
    elif kind == "outgoing":
        lines = lines.filter(state=LineState.OUTGOING)
    else:
        lines = lines.filter(state=LineState.SUSPENSE)
        if kind == "claimed":
            lines = lines.filter(is_claimed=True)
        elif kind == "proposed":
            lines = lines.filter(is_proposed=True)
        elif kind == "hopeless":
            lines = lines.filter(is_claimed=False, is_proposed=False)
    if age:
        lines = lines.filter(entry_on__lte=brussels_today() - timedelta(days=int(age)))
    return lines.filter(_found(words)).order_by("-is_claimed", "entry_on", "id")


def _found(words: str) -> Q:
    """An amount; or a part of name, account, communication or reference."""
    words = words.strip()
    if not words:
        return Q()
    compact = re.sub(r"[\s+*/.-]", "", words)
    found = Q(counterparty_name__icontains=words) | Q(communication__icontains=words)
    if compact:
        found |= Q(counterparty_account__icontains=compact) | Q(customer_reference__icontains=words)
        found |= Q(bank_reference__icontains=words)
    if len(compact) == _DIGITS_OF_COMMUNICATION and compact.isdigit():
        found |= Q(structured_communication=compact)
    try:
        cents = parse_euro(words, allow_negative=True)
    except AmountInvalid:
        return found
    return found | Q(amount_cents__in=[cents, -cents])


@dataclass(frozen=True, slots=True)
class LineStory:
    """All that is known of a line: where its money went, the transfers, what waits, what was done.

    `refunds` and `collections`: of this line's money, or answered by the line.
    """

    allocations: Sequence[Allocation]
    transfers: list[tuple[Transfer, Account, Account]]
    corrections: list[Correction]
    returns: list[StatementLine]
    refunds: list[Refund]
    collections: list[Collection]
    trail: list[Event]

    @property
    def refund_asked(self) -> Refund | None:
        """The refund of the line's money on which nobody has decided yet."""
        return next((refund for refund in self.refunds if refund.state == RefundState.ASKED), None)


def line_story(line: StatementLine) -> LineStory:
    """Nine queries, whatever happened to the line; each transfer with its debit and credit account."""
    allocations = list(
        line.allocations.select_related("invoice__order", "client", "placed_by", "undone_by")
        .prefetch_related(
            Prefetch("corrections", Correction.objects.filter(state=CorrectionState.ASKED), to_attr="waiting")
        )
        .order_by("id")
    )
    keys = [
        f"{kind}:statement-line:{line.pk}"
        for kind in (
            "payment", "over_payment", "payment_unplaced", "outgoing", "payment_returned", "outgoing_explained", "issuer_money",
            "refund_paid", "refund_returned",
        )
    ]  # fmt: skip
    for allocation in allocations:
        keys += [f"placement:allocation:{allocation.pk}", f"placement_undone:allocation:{allocation.pk}"]
    returns = list(line.reversed_by.order_by("id"))
    keys += [f"payment_returned:statement-line:{back.pk}" for back in returns]
    refunds = list(
        Refund.objects.filter(Q(line=line) | Q(paid_line=line) | Q(return_line=line))
        .select_related("asked_by", "decided_by")
        .order_by("id")
    )
    for refund in refunds:
        if refund.line_id == line.pk:
            keys += [f"refund:refund:{refund.pk}", f"reversal:refund:refund:{refund.pk}"]
        if line.pk in {refund.line_id, refund.return_line_id}:
            keys += [f"refund_returned:refund:{refund.pk}"]
    transfers = list(Transfer.objects.filter(event_key__in=keys).order_by("id"))
    accounts = Account.objects.in_bulk({pk for moved in transfers for pk in (moved.debit_id, moved.credit_id)})
    return LineStory(
        allocations=allocations,
        transfers=[(moved, accounts[moved.debit_id], accounts[moved.credit_id]) for moved in transfers],
        corrections=list(line.corrections.select_related("asked_by", "decided_by").order_by("-id")),
        returns=returns,
        refunds=refunds,
        collections=list(
            Collection.objects.filter(Q(line=line) | Q(return_line=line)).select_related("invoice").order_by("id")
        ),
        trail=list(
            Event.objects.filter(
                Q(action__startswith="payment:", subject_id=line.pk)
                | Q(action__startswith="refund:", subject_id__in=[refund.pk for refund in refunds])
            ).order_by("-at", "-id")
        ),
    )
