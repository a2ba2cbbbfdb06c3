"""When an invoice that is past its due date gets which reminder.

Its one law: levels come one after the other, none is left out and none comes sooner after the former one than the issuer's days
say, also when sending was paused or the machine stood still. Whether one is paused or paid is for the caller.
"""

from collections.abc import Sequence
from datetime import date, timedelta

LEVEL_LAST = 3


def reminder_due(
    *, due_on: date, on: date, days: Sequence[int], level_before: int = 0, sent_before_on: date | None = None
) -> int | None:
    """The level (1 to 3) to send on a day, or None. `days`: after the due date, for each level, ascending."""
    level = level_before + 1
    if level > LEVEL_LAST or on < due_on + timedelta(days=days[level - 1]):
        return None
    if sent_before_on is not None and level > 1:
        gap = timedelta(days=days[level - 1] - days[level - 2])
        if on < sent_before_on + gap:
            return None
    return level
