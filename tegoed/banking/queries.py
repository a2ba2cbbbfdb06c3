"""Reads on bank statements: for issuer staff; what a client may see of its payments takes the client."""

from django.db.models import Count, Exists, F, Func, IntegerField, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from tegoed.banking.models import (
    BankAccount,
    ClientBankAccount,
    Correction,
    CorrectionState,
    LineState,
    Proposal,
    ProposalState,
    StatementFile,
    StatementLine,
)
from tegoed.banking.refusals import InvoiceAccountMissing
from tegoed.billing.models import Invoice, InvoiceState
from tegoed.clients.models import Client
from tegoed.orders.models import InvoiceKind, OrderState


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


def suspense_cents() -> int:
    """What lies in suspense together."""
    return StatementLine.objects.filter(state=LineState.SUSPENSE).aggregate(sum=Sum("unplaced_cents"))["sum"] or 0


def _owner() -> Subquery:
    """The client of a line's account, where exactly one pays from it. What several pay from is for staff alone."""
    known = ClientBankAccount.objects.filter(iban=OuterRef("counterparty_account")).order_by()
    owners = known.values("iban").annotate(count=Count("pk"), owner=Min("client_id"))
    return Subquery(owners.filter(count=1).values("owner")[:1])


def lines_of_one_client(*, file_id: int) -> dict[int, list[StatementLine]]:
    """The lines of a file that stay in suspense and come from an account of exactly one client, by that client's id."""
    lines = StatementLine.objects.filter(statement__file=file_id, state=LineState.SUSPENSE)
    accounts = lines.exclude(counterparty_account="").values("counterparty_account").distinct()
    known = ClientBankAccount.objects.filter(iban__in=accounts).order_by().values("iban")
    owned = known.annotate(count=Count("pk"), owner=Min("client_id")).filter(count=1)
    owner_by_account = dict(owned.values_list("iban", "owner"))
    found: dict[int, list[StatementLine]] = {}
    for line in lines.filter(counterparty_account__in=owner_by_account).order_by("id"):
        found.setdefault(owner_by_account[line.counterparty_account], []).append(line)
    return found


def claimable_lines_of(client: Client) -> QuerySet[StatementLine]:
    """Money in suspense that may be the client's: from its own account, and not denied by it. Newest first.

    A likeness of name or amount is never shown to a client: the money may be another one's.
    """
    denied = Proposal.objects.filter(line=OuterRef("pk"), client=client, state=ProposalState.DENIED)
    return lines_from_accounts_of(client).filter(state=LineState.SUSPENSE).exclude(Exists(denied)).order_by("-id")


def lines_from_accounts_of(client: Client) -> QuerySet[StatementLine]:
    """Whatever came from an account that only this client pays from, whether it has its place or not."""
    accounts = ClientBankAccount.objects.filter(client=client).values("iban")
    lines = StatementLine.objects.filter(counterparty_account__in=accounts)
    return lines.annotate(owner_of_account=_owner()).filter(owner_of_account=client.pk)


def unexplained_count(client: Client) -> int:
    """How many payments from the client's own account still wait for its word. One query."""
    claimed = Proposal.objects.filter(line=OuterRef("pk"), client=client, state=ProposalState.CLAIMED)
    return claimable_lines_of(client).exclude(Exists(claimed)).count()


def waiting_proposals_of(line: StatementLine) -> QuerySet[Proposal]:
    """What the line could be for, a claim first, then the likeliest; with invoices and clients."""
    waiting = line.proposals.filter(state__in=[ProposalState.OPEN, ProposalState.CLAIMED])
    return (
        waiting.select_related("client", "claimed_by")
        .prefetch_related("parts__invoice__order")
        .order_by("state", "-confidence", "id")
    )


def corrections_asked() -> QuerySet[Correction]:
    """What waits for a second pair of eyes, the oldest first."""
    asked = Correction.objects.filter(state=CorrectionState.ASKED).order_by("id")
    return asked.select_related(
        "asked_by", "line__statement", "allocation__line__statement", "allocation__invoice", "allocation__client"
    )


def invoices_open_after_loading() -> QuerySet[Invoice]:
    """Product invoices whose payment was undone or taken back after their vouchers were loaded, the oldest first."""
    reopened = Invoice.objects.filter(state=InvoiceState.OPEN, kind=InvoiceKind.PRODUCT, order__state=OrderState.LOADED)
    return reopened.select_related("client", "order").order_by("id")
