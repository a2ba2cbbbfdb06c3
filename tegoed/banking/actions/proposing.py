"""Proposals for lines in suspense are written, renewed and closed (SPEC P2, P4).

Its one law: set-based, a handful of statements whatever the number of lines; what a client claimed or denied stays until
somebody decides. The rules are `banking.proposing`'s.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from tegoed.banking.ladder import PayableInvoice, Rung, Way, WayToPay
from tegoed.banking.models import Proposal, ProposalState, StatementLine
from tegoed.banking.proposing import Candidates, LineToPropose, Why, proposals
from tegoed.clients.models import User
from tegoed.rules.structured_communication import find_structured_communications, has_wrong_check_digits

ALIKE_MAX = 50
"""An amount that more open invoices have than this says nothing."""
CLAIM_CONFIDENCE = 95
_INVOICE_NUMBER = re.compile(r"(?<![A-Z0-9])([A-Z]) ?(20\d{2}) ?[-/]? ?(\d{6})(?!\d)")


def renew_proposals(*, line_ids: Iterable[int], at: datetime) -> int:
    """Make proposals for these lines anew; what was proposed and is open expires. How many there are now.

    Lines that somebody holds at this moment are passed over: they are being placed. So nobody waits, in whatever order locks
    are held.
    """
    lines = _lines_to_propose(list(line_ids))
    ids = [line.line_id for line in lines]
    if not ids:
        return 0
    Proposal.objects.filter(line__in=ids, state=ProposalState.OPEN).update(state=ProposalState.EXPIRED, decided_at=at)
    made = proposals(lines, _candidates(lines))
    denied = set(Proposal.objects.filter(line__in=ids, state=ProposalState.DENIED).values_list("line_id", "client_id"))
    wanted = [proposed for proposed in made if (proposed.line_id, proposed.client_id) not in denied]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('banking_proposal', 'id')) FROM generate_series(1, %s)",
            [len(wanted)],
        )
        proposal_ids = [row[0] for row in cursor.fetchall()]
    rows = [
        Proposal(
            id=proposal_id,
            line_id=proposed.line_id,
            client_id=proposed.client_id,
            rung=proposed.rung,
            confidence=proposed.confidence,
            reasons=[str(reason) for reason in proposed.reasons],
        )
        for proposal_id, proposed in zip(proposal_ids, wanted, strict=True)
    ]
    Proposal.objects.bulk_create(rows, batch_size=5_000)
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY banking_proposedpart (proposal_id, invoice_id, amount_cents) FROM STDIN") as copy,
    ):
        for proposal_id, proposed in zip(proposal_ids, wanted, strict=True):
            for invoice_id, cents in proposed.parts:
                copy.write_row((proposal_id, invoice_id, cents))
    return len(rows)


def renew_proposals_of_clients(*, client_ids: Iterable[int], at: datetime) -> None:
    """What these clients owe changed: look anew at the money in suspense that came from their accounts."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT line.id FROM banking_clientbankaccount known
            JOIN banking_statementline line ON line.counterparty_account = known.iban AND line.counterparty_account <> ''
            WHERE known.client_id = ANY(%s) AND line.state = 'suspense'
            """,
            [sorted(client_ids)],
        )
        line_ids = [row[0] for row in cursor.fetchall()]
    renew_proposals(line_ids=line_ids, at=at)


def expire_proposals(*, invoice_ids: Sequence[int], at: datetime) -> list[int]:
    """What these invoices were proposed for is no longer so: their open amount changed. The lines, to be looked at anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE banking_proposal SET state = 'expired', decided_at = %s
            WHERE state = 'open' AND id IN (SELECT proposal_id FROM banking_proposedpart WHERE invoice_id = ANY(%s))
            RETURNING line_id
            """,
            [at, list(invoice_ids)],
        )
        return sorted({row[0] for row in cursor.fetchall()})


def close_proposals(*, line: StatementLine, accepted_id: int = 0, at: datetime) -> None:
    """The line has its place: what was accepted is so, the rest is no longer possible."""
    waiting = line.proposals.filter(state__in=[ProposalState.OPEN, ProposalState.CLAIMED])
    waiting.filter(pk=accepted_id).update(state=ProposalState.ACCEPTED, decided_at=at)
    waiting.exclude(pk=accepted_id).update(state=ProposalState.EXPIRED, decided_at=at)


def add_claim(
    *,
    line: StatementLine,
    client_id: int,
    cents_by_invoice: dict[int, int],
    on_account_cents: int,
    reasons: Sequence[str],
    actor: User,
) -> Proposal:
    """What the client says the money is for. The caller holds the line; the database takes one claim per line."""
    claim = Proposal.objects.create(
        line=line,
        client_id=client_id,
        rung=Rung.KNOWN_ACCOUNT,
        confidence=CLAIM_CONFIDENCE,
        reasons=[Why.CLAIMED, *reasons],
        on_account_cents=on_account_cents,
        state=ProposalState.CLAIMED,
        claimed_by=actor,
    )
    for invoice_id, cents in cents_by_invoice.items():
        claim.parts.create(invoice_id=invoice_id, amount_cents=cents)
    return claim


def add_denial(*, line: StatementLine, client_id: int, actor: User, at: datetime) -> None:
    """The client says that the money isn't theirs: what was proposed for it ends, and it is not asked again."""
    waiting = [ProposalState.OPEN, ProposalState.CLAIMED]
    line.proposals.filter(client_id=client_id, state__in=waiting).update(state=ProposalState.EXPIRED, decided_at=at)
    Proposal.objects.create(
        line=line,
        client_id=client_id,
        rung=Rung.KNOWN_ACCOUNT,
        confidence=0,
        state=ProposalState.DENIED,
        claimed_by=actor,
        decided_at=at,
    )


def _invoice_numbers_in(text: str) -> set[str]:
    """What looks like the number of an invoice of ours, as `billing` writes it: people drop the hyphen or write a space."""
    return {f"{series}{year}-{number}" for series, year, number in _INVOICE_NUMBER.findall(text.upper())}


def _lines_to_propose(line_ids: list[int]) -> list[LineToPropose]:
    if not line_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, unplaced_cents, counterparty_account, counterparty_name, communication, structured_communication
            FROM banking_statementline line
            WHERE id = ANY(%s) AND state = 'suspense' AND NOT EXISTS (
                SELECT FROM banking_proposal claim WHERE claim.line_id = line.id AND claim.state = 'claimed')
            ORDER BY id FOR UPDATE SKIP LOCKED
            """,
            [line_ids],
        )
        rows = cursor.fetchall()
        numbers = {row[0]: {*find_structured_communications(row[4]), *([row[5]] if row[5] else [])} for row in rows}
        written = {row[0]: _invoice_numbers_in(row[4]) for row in rows}
        cursor.execute(
            "SELECT structured_communication, number, id, client_id FROM billing_invoice"
            " WHERE structured_communication = ANY(%s) OR number = ANY(%s)",
            [list(set().union(*numbers.values())), list(set().union(*written.values()))],
        )
        invoices: dict[str, tuple[int, int]] = {}
        for communication, number, invoice_id, client_id in cursor:
            invoices[communication] = invoices[number] = (invoice_id, client_id)
    made = []
    for line_id, cents, account, name, communication, _structured in rows:
        named = [invoices[number] for number in numbers[line_id] | written[line_id] if number in invoices]
        made.append(
            LineToPropose(
                line_id=line_id,
                amount_cents=cents,
                account=account,
                name=name,
                named=frozenset(invoice_id for invoice_id, _ in named),
                named_clients=tuple(sorted({client_id for _, client_id in named})),
                has_wrong_number=not numbers[line_id] and has_wrong_check_digits(communication),
            )
        )
    return made


def _candidates(lines: Sequence[LineToPropose]) -> Candidates:
    """Who pays from the accounts, what those clients owe, and which open invoices or pairs of anybody have the amounts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT iban, array_agg(client_id ORDER BY client_id) FROM banking_clientbankaccount"
            " WHERE iban = ANY(%s) GROUP BY iban",
            [list({line.account for line in lines if line.account})],
        )
        clients_by_account = dict(cursor.fetchall())
        clients = {client_id for known in clients_by_account.values() for client_id in known}
        clients |= {client_id for line in lines for client_id in line.named_clients}
        cursor.execute(
            """
            SELECT id, client_id, total_cents - paid_cents, false, order_id FROM billing_invoice
            WHERE client_id = ANY(%s) AND state = 'open' ORDER BY due_on, id
            """,
            [sorted(clients)],
        )
        open_by_client: dict[int, list[PayableInvoice]] = {}
        for facts in cursor:
            open_by_client.setdefault(facts[1], []).append(PayableInvoice(*facts))
        alike = _alike(cursor, sorted({line.amount_cents for line in lines}))
        clients |= {way.invoices[0].client_id for ways in alike.values() for way in ways}
        cursor.execute("SELECT id, name FROM clients_client WHERE id = ANY(%s)", [sorted(clients)])
        names = dict(cursor.fetchall())
    return Candidates(clients_by_account, open_by_client, alike, names)


def _alike(cursor: Any, amounts: list[int]) -> dict[int, list[WayToPay]]:
    """Open invoices, and orders' pairs of them, of any client with one of these amounts; too many of one are left out."""
    cursor.execute(
        """
        WITH still_open AS (
            SELECT id, client_id, order_id, total_cents - paid_cents AS cents FROM billing_invoice WHERE state = 'open'
        ), ways AS (
            SELECT cents, array[id] AS ids FROM still_open WHERE cents = ANY(%(amounts)s)
            UNION ALL
            SELECT sum(cents)::bigint, array_agg(id ORDER BY id) FROM still_open GROUP BY order_id
            HAVING count(*) > 1 AND sum(cents) = ANY(%(amounts)s)
        ), counted AS (SELECT cents, ids, count(*) OVER (PARTITION BY cents) AS ways FROM ways)
        SELECT counted.cents, counted.ids, still_open.id, still_open.client_id, still_open.cents, still_open.order_id
        FROM counted JOIN still_open ON still_open.id = ANY(counted.ids) WHERE counted.ways <= %(most)s
        ORDER BY counted.cents, counted.ids, still_open.id
        """,
        {"amounts": amounts, "most": ALIKE_MAX},
    )
    found: dict[int, dict[tuple[int, ...], list[PayableInvoice]]] = {}
    for cents, ids, invoice_id, client_id, open_cents, order_id in cursor:
        invoice = PayableInvoice(invoice_id, client_id, open_cents, False, order_id)
        found.setdefault(cents, {}).setdefault(tuple(ids), []).append(invoice)
    return {
        cents: [
            WayToPay(Way.PAIR if len(invoices) > 1 else Way.ONE_INVOICE, tuple(invoices)) for invoices in ways.values()
        ]
        for cents, ways in found.items()
    }
