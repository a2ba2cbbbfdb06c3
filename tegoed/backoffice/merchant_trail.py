"""Who changed what about a merchant and its points, and the merchants as a table to download."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from tegoed.audit.actions import Action
from tegoed.audit.models import Event
from tegoed.formats.merchant_file import merchant_columns
from tegoed.formats.table_file import TableColumn
from tegoed.formats.workbook.words import WORDS
from tegoed.merchants.models import AcceptancePoint, Merchant
from tegoed.public.deeds import ACTIONS

EVENTS_SHOWN_MAX = 30
_OF_MERCHANTS = (
    Action.MERCHANT_ADDED,
    Action.MERCHANT_CHANGED,
    Action.MERCHANT_IMPORTED,
    Action.POINT_ADDED,
    Action.POINT_CHANGED,
)


def trail_of_merchant(merchant: Merchant) -> list[tuple[Event, str, str]]:
    """The last things done, newest first: the event, what was done, and to which point or what changed."""
    events = Event.objects.filter(action__in=[str(action) for action in _OF_MERCHANTS], subject_id=merchant.pk)
    return [
        (event, str(ACTIONS[event.action]), _told(event.facts))
        for event in events.order_by("-at", "-id")[:EVENTS_SHOWN_MAX]
    ]


def _told(facts: dict[str, Any]) -> str:
    changed = "; ".join(f"{_text(old)} → {_text(new)}" for old, new in facts.get("changed", {}).values())
    return " · ".join(part for part in (facts.get("file_name", ""), facts.get("name", ""), changed) if part)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "–" if value in {None, ""} else str(value)


def columns_to_export(language: str) -> list[TableColumn]:
    """The columns as a list that may be sent back has them."""
    return [TableColumn(column.headings[language]) for column in merchant_columns()]


def rows_to_export(points: QuerySet[AcceptancePoint], language: str) -> Iterator[list[str | None]]:
    """One row a point, in the order of the columns."""
    yes, no = WORDS[language].yes, WORDS[language].no
    for point in points.iterator(chunk_size=5000):
        yield [
            point.merchant_name,
            point.merchant.enterprise_number,
            point.merchant.website,
            point.name,
            point.street,
            point.postcode,
            point.town,
            None if point.latitude is None else str(point.latitude),
            None if point.longitude is None else str(point.longitude),
            ", ".join(point.products),
            point.online_address,
            yes if point.is_active else no,
        ]
