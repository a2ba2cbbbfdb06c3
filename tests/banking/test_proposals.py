"""Proposals as pure arithmetic: each adds up to its line, names one client, and says why; nothing certain, nothing invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.banking.ladder import PayableInvoice, Rung, Way, WayToPay, ways_by_amount
from tegoed.banking.proposing import (
    PROPOSALS_PER_LINE_MAX,
    Candidates,
    LineToPropose,
    Why,
    confidence_of,
    is_name_alike,
    proposals,
)
from tegoed.rules.structured_communication import has_wrong_check_digits, make_structured_communication, pretty

invoices = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 3), st.integers(1, 3)), max_size=8
).map(
    lambda rows: [
        PayableInvoice(invoice_id=index, client_id=client, open_cents=cents, order_id=10 * client + order)
        for index, (cents, client, order) in enumerate(rows, start=1)
    ]
)  # fmt: skip
lines = st.lists(
    st.builds(
        LineToPropose,
        line_id=st.integers(1, 9),
        amount_cents=st.integers(1, 20),
        account=st.sampled_from(["", "BE1", "BE2", "BE3"]),
        name=st.sampled_from(["", "Bakkerij Peeters", "Garage"]),
        has_wrong_number=st.booleans(),
    ),
    max_size=5,
)


@given(lines, invoices)
def test_each_proposal_adds_up_and_is_of_one_client(some_lines, some_invoices) -> None:
    by_client: dict[int, list[PayableInvoice]] = {}
    for invoice in some_invoices:
        by_client.setdefault(invoice.client_id, []).append(invoice)
    alike: dict[int, list[WayToPay]] = {}
    for theirs in by_client.values():
        for cents, ways in ways_by_amount(theirs).items():
            alike.setdefault(cents, []).extend(way for way in ways if way.way != Way.ALL_OPEN)
    candidates = Candidates(
        {"BE1": [1], "BE2": [1, 2]}, by_client, alike, {1: "Bakkerij Peeters bv", 2: "Garage", 3: "X"}
    )
    amounts = {
        line.line_id: {other.amount_cents for other in some_lines if other.line_id == line.line_id}
        for line in some_lines
    }
    open_cents = {invoice.invoice_id: (invoice.client_id, invoice.open_cents) for invoice in some_invoices}
    made = proposals(some_lines, candidates)
    assert len(made) <= PROPOSALS_PER_LINE_MAX * len(some_lines)
    for proposed in made:
        assert sum(cents for _, cents in proposed.parts) in amounts[proposed.line_id]
        assert {open_cents[invoice_id] for invoice_id, _ in proposed.parts} == {
            (proposed.client_id, cents) for _, cents in proposed.parts
        }
        assert 0 <= proposed.confidence < 100
        assert proposed.reasons
        assert proposed.rung in {Rung.KNOWN_ACCOUNT, Rung.LIKENESS}


def test_confidence_follows_the_rungs_and_reasons() -> None:
    def points(rung, *reasons):
        return confidence_of(rung, Way.ONE_INVOICE, reasons)

    assert points(Rung.KNOWN_ACCOUNT) > points(Rung.FREE_TEXT) > points(Rung.LIKENESS)
    assert points(Rung.KNOWN_ACCOUNT, Why.SEVERAL_WAYS) < points(Rung.KNOWN_ACCOUNT)
    assert points(Rung.KNOWN_ACCOUNT, Why.WRONG_NUMBER) < points(Rung.KNOWN_ACCOUNT)
    assert points(Rung.LIKENESS, Why.NAME_ALIKE) > points(Rung.LIKENESS)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("BAKKERIJ PEETERS BVBA", "Bakkerij Peeters bv", True),
        ("Peeters Bakkerij", "bakkerij peeters", True),
        ("Élodie Café", "ELODIE CAFE S.A.", True),
        ("Garage Lambert", "Bakkerij Peeters", False),
        ("", "Bakkerij Peeters", False),
        ("BV", "NV", False),
    ],
)
def test_names_are_alike_whatever_form_accents_and_order(one, other, alike) -> None:
    assert is_name_alike(one, other) == alike


@given(st.integers(0, 10**10 - 1), st.integers(1, 96))
def test_a_mistyped_number_is_noticed_and_a_right_one_is_not(number, step) -> None:
    right = make_structured_communication(number)
    wrong = right[:10] + f"{(int(right[10:]) - 1 + step) % 97 + 1:02d}"
    for spelling in ("{}", "+++{}+++", "ref {} ok", "***{}***"):
        assert not has_wrong_check_digits(spelling.format(right))
        assert has_wrong_check_digits(spelling.format(wrong))
    assert not has_wrong_check_digits(pretty(right))
    assert has_wrong_check_digits(f"x {wrong[:3]}/{wrong[3:7]}/{wrong[7:]}")


@pytest.mark.parametrize("text", ["", "factuur 2026", "BE71 0961 2345 6769", "tel 0472 12 34 56", "1234567890123"])
def test_other_numbers_are_not_taken_for_a_mistyped_one(text) -> None:
    assert not has_wrong_check_digits(text)
