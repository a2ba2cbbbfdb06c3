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
    return {
        number: PayableInvoice(invoice_id=index, client_id=10 + index % 2, open_cents=cents)
        for index, (number, cents) in enumerate(zip(OURS, open_cents, strict=True), start=1)
    }


def expected(line: LineToPlace, open_cents: dict[str, int]) -> tuple[Reason, str | None]:
    """The ladder told a second time, as slowly as it is written in the specification: reason, and whose number."""
    if line.amount_cents <= 0:
        return Reason.OUTGOING if line.amount_cents else Reason.NO_AMOUNT, None
    named = [line.structured] if line.structured else list(line.in_text)
    if not named:
        return Reason.NO_NUMBER, None
    ours = [number for number in named if number in open_cents]
    if not ours:
        return Reason.NUMBER_UNKNOWN, None
    still_open = [number for number in ours if open_cents[number]]
    if not still_open:
        return Reason.ALREADY_PAID, None
    if len(still_open) > 1:
        return Reason.SEVERAL_INVOICES_NAMED, None
    (number,) = still_open
    return (Reason.OVER_PAID if line.amount_cents > open_cents[number] else Reason.MATCHED), number


@given(st.lists(lines, max_size=12), open_amounts)
def test_every_cent_is_placed_once_and_no_invoice_gets_more_than_is_open(some_lines, open_cents) -> None:
    placements = place_lines(some_lines, payable_invoices(open_cents))
    assert len(placements) == len(some_lines)
    allocated: Counter[int] = Counter()
    for line, placement in zip(some_lines, placements, strict=True):
        assert placement.allocated_cents + placement.over_cents + placement.unplaced_cents == line.amount_cents
        assert placement.allocated_cents >= 0
        assert placement.over_cents >= 0
        assert (placement.invoice_id is None) == (placement.allocated_cents == 0)
        assert (placement.client_id is None) == (placement.invoice_id is None)
        if placement.over_cents:
            assert placement.reason == Reason.OVER_PAID
        allocated[placement.invoice_id or 0] += placement.allocated_cents
    for index, cents in enumerate(open_cents, start=1):
        assert allocated[index] <= cents


@given(st.lists(lines, max_size=12), open_amounts)
def test_each_line_lies_where_the_specification_says(some_lines, open_cents) -> None:
    rest = dict(zip(OURS, open_cents, strict=True))
    placements = place_lines(some_lines, payable_invoices(open_cents))
    for line, placement in zip(some_lines, placements, strict=True):
        reason, number = expected(line, rest)
        assert placement.reason == reason
        if number is None:
            assert (placement.rung, placement.unplaced_cents) == (Rung.SUSPENSE, line.amount_cents)
            continue
        assert placement.rung == (Rung.STRUCTURED if line.structured else Rung.FREE_TEXT)
        assert placement.invoice_id == OURS.index(number) + 1
        rest[number] -= placement.allocated_cents


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
        Placement(rung=Rung.STRUCTURED, reason=Reason.MATCHED, invoice_id=1, client_id=11, allocated_cents=60),
        Placement(
            rung=Rung.STRUCTURED,
            reason=Reason.OVER_PAID,
            invoice_id=1,
            client_id=11,
            allocated_cents=40,
            over_cents=20,
        ),
    ]
    assert {placement.reason for placement in placements[2:]} <= {Reason.ALREADY_PAID}


def test_an_unknown_number_beside_an_open_one_does_not_hide_it() -> None:
    line = LineToPlace(amount_cents=50, structured=None, in_text=(FOREIGN, OURS[1]))
    (placement,) = place_lines([line], payable_invoices([100, 100, 100]))
    assert (placement.reason, placement.invoice_id) == (Reason.MATCHED, 2)


def test_a_structured_number_goes_before_what_the_text_says() -> None:
    line = LineToPlace(amount_cents=50, structured=FOREIGN, in_text=(OURS[1],))
    (placement,) = place_lines([line], payable_invoices([100, 100, 100]))
    assert placement.reason == Reason.NUMBER_UNKNOWN
