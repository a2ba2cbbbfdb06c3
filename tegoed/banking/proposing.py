"""What a line in suspense could be for (SPEC P2, rungs 2 to 4): proposals with confidence and reasons. Pure.

Its one law: a proposal adds up to the line to the cent, names invoices of one client, and says by written-down rules why;
it places nothing. A number with wrong check digits speaks for no invoice: it only lowers the confidence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

from tegoed.banking.ladder import PayableInvoice, Rung, Way, WayToPay, ways_by_amount
from tegoed.rules.names import without_accents

PROPOSALS_PER_LINE_MAX = 5
NAME_LIKENESS_MIN = 0.75
NAMES_REMEMBERED_MAX = 10_000
_LEGAL_FORMS = frozenset(
    (
        "bv",
        "bvba",
        "srl",
        "sprl",
        "nv",
        "sa",
        "vzw",
        "asbl",
        "cv",
        "cvba",
        "sc",
        "scrl",
        "comm",
        "v",
        "vof",
        "snc",
        "gmbh",
    )
)


class Why(StrEnum):
    """A reason of a proposal, besides those of `Way`."""

    NAMED_IN_TEXT = "named_in_text"
    ACCOUNT_KNOWN = "account_known"
    ACCOUNT_OF_SEVERAL = "account_of_several"
    NAME_ALIKE = "name_alike"
    ONLY_ONE_WAY = "only_one_way"
    SEVERAL_WAYS = "several_ways"
    WRONG_NUMBER = "wrong_number"
    CLAIMED = "claimed"
    AMOUNT_FITS = "amount_fits"


CONFIDENCE = {Rung.FREE_TEXT: 80, Rung.KNOWN_ACCOUNT: 90, Rung.LIKENESS: 40}
"""What a rung is worth by itself: a number of ours in the text; an account known as the client's; a name or amount alone."""
BONUS = {Why.NAME_ALIKE: 25, Why.ONLY_ONE_WAY: 5}
MALUS = {Why.SEVERAL_WAYS: 45, Why.ACCOUNT_OF_SEVERAL: 20, Why.WRONG_NUMBER: 15}
WEIGHT_OF_WAY = {Way.ONE_INVOICE: 0, Way.PAIR: 0, Way.ALL_OPEN: -5}


@dataclass(frozen=True, slots=True)
class LineToPropose:
    """A line in suspense. `named`: ids of our invoices whose numbers stand in it; `named_clients`: whose those are."""

    line_id: int
    amount_cents: int
    account: str
    name: str
    named: frozenset[int] = frozenset()
    named_clients: tuple[int, ...] = ()
    has_wrong_number: bool = False


@dataclass(frozen=True, slots=True)
class Candidates:
    """Whom the lines could be of. `clients_by_account`, `open_by_client`: rungs 2 and 3. `alike`: rung 4.

    `alike` holds for an amount the ways of any client that read so; an amount that too many have tells nothing and is left out.
    """

    clients_by_account: Mapping[str, Sequence[int]]
    open_by_client: Mapping[int, Sequence[PayableInvoice]]
    alike: Mapping[int, Sequence[WayToPay]]
    names: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Proposed:
    """`parts`: (invoice id, cents), together the amount of the line. `confidence` from 0 to 100."""

    line_id: int
    client_id: int
    rung: Rung
    confidence: int
    reasons: tuple[str, ...]
    parts: tuple[tuple[int, int], ...]


def proposals(lines: Iterable[LineToPropose], candidates: Candidates) -> list[Proposed]:
    """For each line at most `PROPOSALS_PER_LINE_MAX`, the likeliest first."""
    ways = {client_id: ways_by_amount(invoices) for client_id, invoices in candidates.open_by_client.items()}
    known: dict[tuple[tuple[int, ...], str, int], list[WayToPay]] = {}
    made: list[Proposed] = []
    for line in lines:
        of_account = candidates.clients_by_account.get(line.account, ()) if line.account else ()
        clients = line.named_clients or of_account
        alike = (line.named_clients, line.account, line.amount_cents)  # many lines may come from one account
        if alike not in known:
            known[alike] = [way for pk in clients for way in ways.get(pk, {}).get(line.amount_cents, ())]
        of_line = _of_line(line, candidates, known[alike], of_account)
        made += sorted(of_line, key=lambda proposed: -proposed.confidence)
    return made


def _of_line(
    line: LineToPropose, candidates: Candidates, of_clients: Sequence[WayToPay], of_account: Sequence[int]
) -> list[Proposed]:
    clients = line.named_clients or of_account
    rung = Rung.KNOWN_ACCOUNT if of_account else Rung.LIKENESS
    found = list(of_clients)
    if not found:
        rung = Rung.LIKENESS
        found = [
            way
            for way in candidates.alike.get(line.amount_cents, ())
            if not clients or way.invoices[0].client_id in clients
        ]
        if len(found) > 1:
            found = [
                way for way in found if is_name_alike(line.name, candidates.names.get(way.invoices[0].client_id, ""))
            ]
    named_count = sum(_is_named(line, way) for way in found)
    found.sort(key=lambda way: not _is_named(line, way))
    return [
        _proposed(
            line,
            rung,
            way,
            of_account,
            candidates.names,
            # What the text names is told apart from what it doesn't.
            way_count=named_count if _is_named(line, way) else len(found),
        )
        for way in found[:PROPOSALS_PER_LINE_MAX]
    ]


def _is_named(line: LineToPropose, way: WayToPay) -> bool:
    return any(invoice.invoice_id in line.named for invoice in way.invoices)


def _proposed(
    line: LineToPropose,
    rung: Rung,
    way: WayToPay,
    of_account: Sequence[int],
    names: Mapping[int, str],
    *,
    way_count: int,
) -> Proposed:
    client_id = way.invoices[0].client_id
    is_named = _is_named(line, way)
    facts = {
        Why.NAMED_IN_TEXT: is_named,
        Why.ACCOUNT_KNOWN: len(of_account) == 1 and client_id in of_account,
        Why.ACCOUNT_OF_SEVERAL: len(of_account) > 1 and client_id in of_account,
        Why.NAME_ALIKE: is_name_alike(line.name, names.get(client_id, "")),
        Why.ONLY_ONE_WAY: way_count == 1,
        Why.SEVERAL_WAYS: way_count > 1,
        Why.WRONG_NUMBER: line.has_wrong_number,
    }
    reasons = tuple(why for why, holds in facts.items() if holds)
    rung_of_way = Rung.FREE_TEXT if is_named else rung
    return Proposed(
        line_id=line.line_id,
        client_id=client_id,
        rung=rung_of_way,
        confidence=confidence_of(rung_of_way, way.way, reasons),
        reasons=(way.way, *reasons),
        parts=tuple((invoice.invoice_id, invoice.open_cents) for invoice in way.invoices),
    )


def confidence_of(rung: Rung, way: Way, reasons: Iterable[Why]) -> int:
    """What a rung is worth, more or less what each reason adds or takes; never certain (99 at most)."""
    points = CONFIDENCE[rung] + WEIGHT_OF_WAY[way]
    points += sum(BONUS.get(why, 0) - MALUS.get(why, 0) for why in reasons)
    return max(0, min(99, points))


@lru_cache(maxsize=NAMES_REMEMBERED_MAX)
def is_name_alike(one: str, other: str) -> bool:
    """Whether two names of companies could be the same: legal forms, accents and order of words don't count."""
    first, second = _plain_name(one), _plain_name(other)
    if not first or not second:
        return False
    return first == second or SequenceMatcher(None, first, second).ratio() >= NAME_LIKENESS_MIN


def _plain_name(name: str) -> str:
    letters = "".join(letter if letter.isalnum() else " " for letter in without_accents(name).replace(".", ""))
    return " ".join(sorted(word for word in letters.split() if word not in _LEGAL_FORMS))
