"""Reminders come one after the other, on the issuer's days, and never in a rush."""

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.reminder_levels import LEVEL_LAST, reminder_due

DUE = date(2026, 11, 2)
DAYS = (7, 14, 28)


def after(days: int, **before) -> int | None:
    return reminder_due(due_on=DUE, on=DUE + timedelta(days=days), days=DAYS, **before)


def test_each_level_on_its_day() -> None:
    assert [after(days) for days in (0, 6, 7, 13)] == [None, None, 1, 1]
    sent = {"level_before": 1, "sent_before_on": DUE + timedelta(days=7)}
    assert [after(days, **sent) for days in (7, 13, 14)] == [None, None, 2]
    assert after(400, level_before=3, sent_before_on=DUE) is None


def test_after_a_long_pause_no_level_is_left_out() -> None:
    assert after(100) == 1
    sent = {"level_before": 1, "sent_before_on": DUE + timedelta(days=100)}
    assert [after(days, **sent) for days in (100, 106, 107)] == [None, None, 2]


@given(st.sets(st.integers(0, 200), min_size=1), st.lists(st.integers(1, 60), min_size=3, max_size=3, unique=True))
def test_on_any_days_of_sending_the_levels_are_1_2_3_and_far_enough_apart(sending, chosen) -> None:
    days = sorted(chosen)
    sent: list[tuple[int, int]] = []
    for offset in sorted(sending):
        level, on = sent[-1] if sent else (0, 0)
        found = reminder_due(
            due_on=DUE,
            on=DUE + timedelta(days=offset),
            days=days,
            level_before=level,
            sent_before_on=DUE + timedelta(days=on) if level else None,
        )
        if found:
            sent.append((found, offset))
    assert [level for level, _on in sent] == list(range(1, len(sent) + 1))
    assert len(sent) <= LEVEL_LAST
    for (level, on), (_next, then) in itertools.pairwise(sent):
        assert then - on >= days[level] - days[level - 1]
    assert all(on >= days[level - 1] for level, on in sent)
