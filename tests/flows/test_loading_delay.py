"""How long loading took, and what is late and why: an order for a later day never is."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from bank import Payment, coda_file
from cast import hire
from django.utils import timezone
from story import booked, invoiced, paid, received_from_bank

from tegoed.clients.models import BlockingRule, Issuer
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.loading_delay import LateCause, Period, late_groups, loading_delays
from tegoed.flows.receive_statement import receive_statement_file
from tegoed.orders.models import Order
from tegoed.rules.dates import brussels_today

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # 10:00 in Brussels


def loaded_after(delay: timedelta, *, cast, people, at: datetime, loading_on: date | None = None) -> Order:
    """An order paid at a moment and loaded that much later, or after its loading date began."""
    order, _invoices = invoiced(cast.bakery, people)
    start = at
    if loading_on is not None:
        start = max(at, datetime.combine(loading_on, datetime.min.time(), tzinfo=UTC) - timedelta(hours=1))
    Order.objects.filter(pk=order.pk).update(
        state="loaded", paid_at=at, loading_on=loading_on or at.date(), loaded_at=start + delay
    )
    return order


def groups(now: datetime | None = None):
    return {group.cause: group for group in late_groups(now)}


def test_the_clock_starts_at_payment_or_on_the_loading_date_whichever_is_later(cast) -> None:
    people = hire(cast.bakery, 1)
    minute = timedelta(minutes=1)
    for minutes in range(1, 20):
        loaded_after(minutes * minute, cast=cast, people=people, at=TUESDAY)
    loaded_after(20 * minute, cast=cast, people=people, at=TUESDAY - timedelta(days=30), loading_on=TUESDAY.date())
    slow = loaded_after(timedelta(hours=49), cast=cast, people=people, at=TUESDAY - timedelta(hours=49))
    rows = loading_delays(from_on=date(2026, 11, 1), to_on=date(2026, 11, 30), period=Period.DAY)
    whole, day = rows
    assert (whole.starts_on, day.starts_on) == (None, date(2026, 11, 24))
    assert whole.order_count == 21
    assert (whole.middle, whole.longest) == (11 * minute, timedelta(hours=49))
    assert whole.slow == 20 * minute
    assert whole.kept_count == 20
    assert whole.kept_basis_points == 9_523
    Order.objects.filter(pk=slow.pk).update(loaded_at=TUESDAY - timedelta(days=7))
    weeks = loading_delays(from_on=date(2026, 11, 1), to_on=date(2026, 11, 30), period=Period.WEEK)
    assert [row.starts_on for row in weeks] == [None, date(2026, 11, 23), date(2026, 11, 16)]
    assert loading_delays(from_on=date(2026, 12, 1), to_on=date(2026, 12, 31), period=Period.DAY) == []


def test_a_real_load_is_measured_from_its_payment(cast) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=3), tick=False):
        _order, invoices = invoiced(cast.bakery, hire(cast.bakery, 1))
        paid(*invoices)
    assert load_due_orders()
    order = Order.objects.get()
    starts = max(
        order.paid_at, datetime.combine(order.loading_on, datetime.min.time(), tzinfo=UTC) - timedelta(hours=1)
    )
    today = brussels_today()
    whole, *_days = loading_delays(from_on=today - timedelta(days=1), to_on=today, period=Period.DAY)
    assert whole.longest == order.loaded_at - starts


@pytest.mark.parametrize(("hours", "broken"), [(1, False), (49, True)])
def test_paid_and_due_is_late_and_a_later_loading_date_is_not(cast, hours, broken) -> None:
    people = hire(cast.bakery, 1)
    order, invoices = invoiced(cast.bakery, people)
    paid(*invoices)
    later, invoices = invoiced(cast.bakery, people, loading_on=brussels_today() + timedelta(days=9))
    paid(*invoices)
    now = timezone.now()
    Order.objects.filter(pk=order.pk).update(
        paid_at=now - timedelta(hours=hours), loading_on=(now - timedelta(days=3)).date()
    )
    group = groups(now)[LateCause.NOT_LOADED]
    assert [thing.subject_id for thing in group.things] == [order.pk]
    assert (group.count, group.cents) == (1, order.face_value_cents)
    assert group.things[0].promise_is_broken is broken
    assert later.pk != order.pk


def test_suspense_is_late_after_a_day_and_an_order_on_hold_at_once(cast) -> None:
    received_from_bank([Payment(900, free="?", name="ONBEKEND")])
    people = hire(cast.bakery, 1)
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)
    invoiced(cast.bakery, people)
    held, invoices = invoiced(cast.bakery, people)
    assert invoices == []
    now = groups()
    assert now[LateCause.SUSPENSE].count == 0
    assert [thing.subject_id for thing in now[LateCause.ON_HOLD].things] == [held.pk]
    tomorrow = groups(timezone.now() + timedelta(hours=25))
    assert [(thing.name, thing.cents) for thing in tomorrow[LateCause.SUSPENSE].things] == [("ONBEKEND", 900)]


def test_a_file_that_nobody_booked_is_late_after_a_quarter_of_an_hour(cast) -> None:
    file = receive_statement_file(file_name="day.cod", content=coda_file([]), actor=None)
    assert groups()[LateCause.FILE_NOT_BOOKED].count == 0
    late = groups(timezone.now() + timedelta(minutes=16))[LateCause.FILE_NOT_BOOKED]
    assert [thing.subject_id for thing in late.things] == [file.pk]


@pytest.mark.parametrize(
    ("last_on", "is_missing"),
    [
        (date(2026, 11, 20), False),  # Friday; only Monday is missing on Tuesday
        (date(2026, 11, 19), True),  # Thursday; Friday and Monday are missing
        (date(2026, 11, 23), False),
    ],
)
def test_a_statement_is_missing_after_more_than_one_working_day(cast, last_on, is_missing) -> None:
    booked(coda_file([], on=last_on))
    late = groups(TUESDAY)[LateCause.STATEMENT_MISSING]
    assert bool(late.things) is is_missing


def test_the_longest_waiting_come_first_and_all_are_counted(cast, monkeypatch) -> None:
    received_from_bank([Payment(cents, free="?") for cents in range(1, 61)])
    group = groups(timezone.now() + timedelta(hours=25))[LateCause.SUSPENSE]
    assert (group.count, len(group.things), group.cents) == (60, 50, sum(range(1, 61)))
