"""An amount divided over several adds up, is fair to the cent, and doesn't move when nothing did."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.dividing import divided_cents

CENTS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=40)


@given(CENTS, WEIGHTS)
def test_the_parts_are_the_whole(cents, weights) -> None:
    assert sum(divided_cents(cents, weights)) == cents


@given(CENTS, WEIGHTS)
def test_no_part_is_a_cent_away_from_its_exact_share(cents, weights) -> None:
    whole = sum(weights) or len(weights)
    shares = [Fraction(cents * weight, whole) for weight in (weights if any(weights) else [1] * len(weights))]
    for part, share in zip(divided_cents(cents, weights), shares, strict=True):
        assert abs(part - share) < 1


@given(st.integers(0, 10**9), WEIGHTS)
def test_who_weighs_more_never_bears_less(cents, weights) -> None:
    parts = divided_cents(cents, weights)
    pairs = sorted(zip(weights, parts, strict=True))
    assert [part for _weight, part in pairs] == sorted(parts)


def test_left_over_cents_go_to_the_largest_remainders_and_then_to_the_first() -> None:
    assert divided_cents(100, [1, 1, 1]) == [34, 33, 33]
    assert divided_cents(10, [15, 25, 60]) == [2, 2, 6]  # equal remainders: to the first
    assert divided_cents(-100, [1, 1, 1]) == [-34, -33, -33]
    assert divided_cents(7, [0, 0]) == [4, 3]


def test_nobody_to_divide_over() -> None:
    assert divided_cents(0, []) == []
    with pytest.raises(ValueError):
        divided_cents(1, [])
    with pytest.raises(ValueError):
        divided_cents(1, [1, -1])
