"""How the margin of the safeguarding report went: a line drawn from the closes of the last 90 days.

Its one law: the line is only a picture of the table beside it; who can't see it loses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tegoed.banking.day_closes import DayClose
from tegoed.rules.dates import brussels_today

TREND_DAYS = 90
WIDTH, HEIGHT = 600, 120
LINE_ENDS = 2


@dataclass(frozen=True, slots=True)
class Trend:
    """The closes, the newest first, one for each day signed; the line of their margins as points of an SVG."""

    closes: Sequence[DayClose]
    points: str
    zero_at: float | None
    """How high zero lies in the picture, where the margins go through it."""


def safeguarding_trend(today: date | None = None) -> Trend:
    """The margin at each day's last signature. One query."""
    since = (today or brussels_today()) - timedelta(days=TREND_DAYS)
    by_day = {close.day_on: close for close in DayClose.objects.filter(day_on__gte=since).order_by("day_on", "id")}
    closes = list(by_day.values())
    margins = [close.margin_cents for close in closes]
    return Trend(list(reversed(closes)), _points(closes, margins), _height(0, margins) if margins else None)


def _points(closes: Sequence[DayClose], margins: Sequence[int]) -> str:
    """From the first close at the left to the last at the right; one alone is no line."""
    if len(closes) < LINE_ENDS:
        return ""
    first_on, last_on = closes[0].day_on, closes[-1].day_on
    return " ".join(
        f"{(close.day_on - first_on).days / (last_on - first_on).days * WIDTH:.1f},{_height(margin, margins):.1f}"
        for close, margin in zip(closes, margins, strict=True)
    )


def _height(margin: int, margins: Sequence[int]) -> float:
    low, high = min(0, *margins), max(0, *margins)
    return HEIGHT - (margin - low) / (high - low or 1) * HEIGHT
