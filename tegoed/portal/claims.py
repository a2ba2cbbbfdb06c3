"""What a client can say of a payment that came without a number: the choices shown, one click each (SPEC P4).

Its one law: choices are open invoices of this client only, and the counterparty is shown masked. It claims nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tegoed.banking.models import Proposal, ProposalState, StatementLine
from tegoed.banking.queries import claimable_lines_of
from tegoed.billing.models import Invoice
from tegoed.billing.queries import open_invoices_of
from tegoed.clients.models import Client

LINES_SHOWN_MAX = 20
CHOICES_MAX = 6
_SHOWN_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """These invoices. `rest_cents`: still to pay of them afterwards; `over_cents`: would stay on account."""

    invoices: Sequence[Invoice]
    rest_cents: int
    over_cents: int
    is_likely: bool

    @property
    def together_cents(self) -> int:
        """What is open of them."""
        return sum(invoice.open_cents for invoice in self.invoices)


@dataclass(frozen=True, slots=True)
class Claimable:
    """A payment with its choices, the likeliest first; `claim`: what the client said already."""

    line: StatementLine
    name: str
    account: str
    choices: list[Choice]
    claim: Proposal | None


def claimable_payments(client: Client) -> list[Claimable]:
    """What waits for the client's word, newest first. Four queries."""
    lines = list(claimable_lines_of(client)[:LINES_SHOWN_MAX])
    waiting = Proposal.objects.filter(
        line__in=lines, client=client, state__in=[ProposalState.OPEN, ProposalState.CLAIMED]
    )
    by_line: dict[int, list[Proposal]] = {}
    for proposal in waiting.prefetch_related("parts__invoice").order_by("-confidence", "id"):
        by_line.setdefault(proposal.line_id, []).append(proposal)
    invoices = list(open_invoices_of(client)[:CHOICES_MAX]) if lines else []
    return [_claimable(line, by_line.get(line.pk, []), invoices) for line in lines]


def _claimable(line: StatementLine, proposals: Sequence[Proposal], invoices: Sequence[Invoice]) -> Claimable:
    claim = next((one for one in proposals if one.state == ProposalState.CLAIMED), None)
    likely = [[part.invoice for part in one.parts.all()] for one in proposals if one is not claim]
    groups = {tuple(sorted(invoice.pk for invoice in group)): (group, True) for group in likely}
    for invoice in invoices:
        groups.setdefault((invoice.pk,), ([invoice], False))
    choices = [_choice(line, group, is_likely=is_likely) for group, is_likely in groups.values()]
    return Claimable(
        line=line,
        name=masked(line.counterparty_name),
        account=masked_account(line.counterparty_account),
        choices=[choice for choice in choices if choice.together_cents][:CHOICES_MAX],
        claim=claim,
    )


def _choice(line: StatementLine, invoices: Sequence[Invoice], *, is_likely: bool) -> Choice:
    difference_cents = sum(invoice.open_cents for invoice in invoices) - line.unplaced_cents
    return Choice(invoices, max(difference_cents, 0), max(-difference_cents, 0), is_likely)


def masked(name: str) -> str:
    """The beginning of each word of a name: enough for who knows it, too little for who doesn't."""
    return " ".join(
        word if len(word) <= _SHOWN_LETTERS else f"{word[:_SHOWN_LETTERS]}{'•' * 3}" for word in name.split()
    )


def masked_account(account: str) -> str:
    """The country and the last four digits of an account."""
    return f"{account[:2]}•• •••• {account[-4:]}" if account else ""
