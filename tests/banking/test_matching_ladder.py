"""The ladder as pure arithmetic: every cent of every line has one place, and no invoice gets more than is open."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.banking.ladder import LineToPlace, PayableInvoice, Placement, Reason, Rung, place_lines
from tegoed.rules.structured_communication import find_structured_communications, make_structured_communication

OURS = [make_structured_communication(number) for number in (1_260_000_001, 1_260_000_002, 2_260_000_001)]
FOREIGN = make_structured_communication(4_242_424_242)
NUMBERS = [*OURS, FOREIGN]

lines = st.builds(
    LineToPlace,
    amount_cents=st.one_of(st.integers(-500, 2_000), st.integers(-(10**12), 10**12)),
    structured=st.one_of(st.none(), st.sampled_from(NUMBERS)),
    in_text=st.lists(st.sampled_from(NUMBERS), max_size=3, unique=True).map(tuple),
)
open_amounts = st.lists(st.integers(0, 3_000), min_size=3, max_size=3)


def payable_invoices(open_cents: list[int]) -> dict[str, PayableInvoice]:
    """The first and the third are of one client, and of one order."""
    return {
        number: PayableInvoice(invoice_id=index, client_id=10 + index % 2, open_cents=cents, order_id=50 + index % 2)
        for index, (number, cents) in enumerate(zip(OURS, open_cents, strict=True), start=1)
    }


def expected(line: LineToPlace, open_cents: dict[str, int]) -> tuple[Reason, dict[str, int]]:  # noqa: PLR0911 - a list of cases
    """The ladder told a second time, as slowly as it is written in the specification: reason, and cents by number."""
    if line.amount_cents <= 0:
        return (Reason.OUTGOING if line.amount_cents else Reason.NO_AMOUNT), {}
    ours = [number for number in [line.structured, *line.in_text] if number in open_cents]
    if line.structured and line.structured not in open_cents:
        return Reason.NUMBER_UNKNOWN, {}
    if not ours:
        return (Reason.NUMBER_UNKNOWN if line.in_text else Reason.NO_NUMBER), {}
    ours = list(dict.fromkeys(ours))
    several = {number: open_cents[number] for number in ours if open_cents[number]}
    if len(several) > 1 and OURS[1] not in several and sum(several.values()) == line.amount_cents:
        return Reason.SPLIT, several
    pair = {number: open_cents[number] for number in (OURS[0], OURS[2]) if open_cents[number]}
    if (
        OURS[1] not in ours
        and set(pair) - set(ours)
        and sum(pair.values()) == line.amount_cents
        and any(open_cents[number] != line.amount_cents for number in ours)
    ):
        return Reason.PAIR, pair
    if line.structured:
        ours = [line.structured]
    if OURS[1] in ours and len(ours) > 1:
        return Reason.SEVERAL_CLIENTS_NAMED, {}
    still_open = [number for number in ours if open_cents[number]]
    if not still_open:
        return Reason.ALREADY_PAID, {}
    if len(still_open) > 1:
        return Reason.SEVERAL_INVOICES_NAMED, {}
    (number,) = still_open
    over = line.amount_cents > open_cents[number]
    return (Reason.OVER_PAID if over else Reason.MATCHED), {number: min(line.amount_cents, open_cents[number])}


@given(st.lists(lines, max_size=12), open_amounts)
def test_every_cent_is_placed_once_and_no_invoice_gets_more_than_is_open(some_lines, open_cents) -> None:
    placements = place_lines(some_lines, payable_invoices(open_cents))
    assert len(placements) == len(some_lines)
    allocated: Counter[int] = Counter()
    for line, placement in zip(some_lines, placements, strict=True):
        assert placement.allocated_cents + placement.over_cents + placement.unplaced_cents == line.amount_cents
        assert all(cents > 0 for _, cents in placement.parts)
        assert placement.over_cents >= 0
        assert (placement.client_id is None) == (placement.unplaced_cents == line.amount_cents)
        if placement.over_cents:
            assert placement.reason in {Reason.OVER_PAID, Reason.ALREADY_PAID}
        for invoice_id, cents in placement.parts:
            assert placement.client_id == 10 + invoice_id % 2
            allocated[invoice_id] += cents
    for index, cents in enumerate(open_cents, start=1):
        assert allocated[index] <= cents


small_lines = st.builds(
    LineToPlace,
    amount_cents=st.integers(-3, 12),
    structured=st.one_of(st.none(), st.sampled_from(NUMBERS)),
    in_text=st.lists(st.sampled_from(NUMBERS), max_size=3, unique=True).map(tuple),
)
small_amounts = st.lists(st.integers(0, 6), min_size=3, max_size=3)


@given(
    st.one_of(
        st.tuples(st.lists(lines, max_size=12), open_amounts),
        st.tuples(st.lists(small_lines, max_size=8), small_amounts),
    )
)
def test_each_line_lies_where_the_specification_says(story) -> None:
    some_lines, open_cents = story
    rest = dict(zip(OURS, open_cents, strict=True))
    placements = place_lines(some_lines, payable_invoices(open_cents))
    for line, placement in zip(some_lines, placements, strict=True):
        reason, cents_by_number = expected(line, rest)
        assert placement.reason == reason
        assert dict(placement.parts) == {OURS.index(number) + 1: cents for number, cents in cents_by_number.items()}
        if placement.client_id is None:
            assert (placement.rung, placement.unplaced_cents) == (Rung.SUSPENSE, line.amount_cents)
            continue
        assert placement.rung == (Rung.STRUCTURED if line.structured else Rung.FREE_TEXT)
        for number, cents in cents_by_number.items():
            rest[number] -= cents


@given(
    st.sampled_from(OURS), st.integers(0, 11), st.integers(1, 9), st.sampled_from(["{}", "+++{}/{}/{}+++", "x {} y"])
)
def test_one_wrong_digit_never_matches_in_text(number, position, step, spelling) -> None:
    """A modulus of 97 notices every single wrong digit."""
    digit = (int(number[position]) + step) % 10
    wrong = number[:position] + str(digit) + number[position + 1 :]
    parts = (wrong,) if spelling.count("{}") == 1 else (wrong[:3], wrong[3:7], wrong[7:])
    in_text = find_structured_communications(spelling.format(*parts))
    assert number not in in_text
    (placement,) = place_lines(
        [LineToPlace(amount_cents=100, structured=None, in_text=in_text)], payable_invoices([100, 100, 100])
    )
    assert (placement.rung, placement.unplaced_cents) == (Rung.SUSPENSE, 100)


@pytest.mark.parametrize("count", [2, 3, 10])
def test_lines_share_what_is_open_in_the_order_of_the_statement(count) -> None:
    line = LineToPlace(amount_cents=60, structured=OURS[0], in_text=())
    placements = place_lines([line] * count, payable_invoices([100, 0, 0]))
    assert placements[:2] == [
        Placement(rung=Rung.STRUCTURED, reason=Reason.MATCHED, parts=((1, 60),), client_id=11),
        Placement(rung=Rung.STRUCTURED, reason=Reason.OVER_PAID, parts=((1, 40),), client_id=11, over_cents=20),
    ]
    assert {placement.reason for placement in placements[2:]} <= {Reason.ALREADY_PAID}


def test_an_unknown_number_beside_an_open_one_does_not_hide_it() -> None:
    line = LineToPlace(amount_cents=50, structured=None, in_text=(FOREIGN, OURS[1]))
    (placement,) = place_lines([line], payable_invoices([100, 100, 100]))
    assert (placement.reason, placement.parts) == (Reason.MATCHED, ((2, 50),))


def test_a_structured_number_goes_before_what_the_text_says() -> None:
    line = LineToPlace(amount_cents=50, structured=FOREIGN, in_text=(OURS[1],))
    (placement,) = place_lines([line], payable_invoices([100, 100, 100]))
    assert placement.reason == Reason.NUMBER_UNKNOWN
