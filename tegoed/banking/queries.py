"""Reads on bank statements, for issuer staff."""

from django.db.models import Count, F, Func, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from tegoed.banking.models import BankAccount, LineState, StatementFile, StatementLine
from tegoed.banking.refusals import InvoiceAccountMissing


def account_for_invoices() -> BankAccount:
    """The account that stands on invoices. Raises `InvoiceAccountMissing`."""
    account = BankAccount.objects.filter(is_for_invoices=True).first()
    if account is None:
        raise InvoiceAccountMissing
    return account


def statement_files() -> QuerySet[StatementFile]:
    """All files, newest first, without their content; each with counts of its lines by state.

    The lines not matched are few and counted by their index, file by file; all others are matched.
    """
    files = StatementFile.objects.defer("content").select_related("received_by").order_by("-id")
    return files.annotate(
        suspense_count=_line_count(LineState.SUSPENSE), outgoing_count=_line_count(LineState.OUTGOING)
    ).annotate(matched_count=F("line_count") - F("suspense_count") - F("outgoing_count"))


def _line_count(state: LineState) -> Coalesce:
    lines = StatementLine.objects.filter(statement__file=OuterRef("pk"), state=state).order_by()
    counts = lines.annotate(count=Func(F("pk"), function="count")).values("count")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


def line_counts_of(file: StatementFile) -> dict[str, int]:
    """How many lines of a file are in each state."""
    lines = StatementLine.objects.filter(statement__file=file).exclude(state=LineState.MATCHED).order_by()
    counts = dict(lines.values_list("state").annotate(count=Count("pk")))
    return counts | {LineState.MATCHED.value: file.line_count - sum(counts.values())}


def lines_of_file(file: StatementFile) -> QuerySet[StatementLine]:
    """The lines of a file in order, with what they were matched to."""
    return (
        StatementLine.objects.filter(statement__file=file)
        .select_related("statement__bank_account")
        .prefetch_related("allocations__invoice__client")
        .order_by("statement_id", "position")
    )


def suspense_lines() -> QuerySet[StatementLine]:
    """Money received that nobody could place yet, newest first."""
    return (
        StatementLine.objects.filter(state=LineState.SUSPENSE)
        .select_related("statement__bank_account", "statement__file")
        .defer("statement__file__content")
        .order_by("-id")
    )


def suspense_cents() -> int:
    """The sum of `suspense_lines`."""
    return StatementLine.objects.filter(state=LineState.SUSPENSE).aggregate(sum=Sum("unplaced_cents"))["sum"] or 0
