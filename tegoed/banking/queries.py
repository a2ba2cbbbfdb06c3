"""Reads on bank statements, for issuer staff."""

from django.db.models import Count, Q, QuerySet, Sum

from tegoed.banking.models import BankAccount, LineState, StatementFile, StatementLine
from tegoed.banking.refusals import InvoiceAccountMissing


def account_for_invoices() -> BankAccount:
    """The account that stands on invoices. Raises `InvoiceAccountMissing`."""
    account = BankAccount.objects.filter(is_for_invoices=True).first()
    if account is None:
        raise InvoiceAccountMissing
    return account


def statement_files() -> QuerySet[StatementFile]:
    """All files, newest first, without their content; each with counts of its lines by state."""
    by_state = {
        f"{state.value}_count": Count("statements__lines", filter=Q(statements__lines__state=state))
        for state in LineState
    }
    return StatementFile.objects.defer("content").select_related("received_by").annotate(**by_state).order_by("-id")


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
