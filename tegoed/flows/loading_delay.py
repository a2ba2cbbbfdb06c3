"""How long loading takes once it may begin, and what is late and why (SPEC L1).

Its one law: the clock of an order starts when its payment is matched or its loading date begins in Brussels, whichever is
later; before that nobody is late. The promise is 48 hours. It only reads; each cause names where the remedy is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import connection
from django.utils import timezone

from tegoed.rules.dates import BRUSSELS, brussels_date, day_end
from tegoed.rules.working_days import is_working_day

PROMISE = timedelta(hours=48)
SUSPENSE_HOURS_MAX = 24
FILE_MINUTES_MAX = 15
STATEMENT_WORKING_DAYS_MAX = 1
LATE_SHOWN_MAX = 50  # of each cause, the longest waiting first


class Period(StrEnum):
    """What a row of the dashboard stands for."""

    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class DelayRow:
    """The orders loaded in a period. `starts_on`: its first day, None for all periods together."""

    starts_on: date | None
    order_count: int
    middle: timedelta
    slow: timedelta
    """The delay that 95 of 100 orders stayed within."""
    longest: timedelta
    kept_count: int
    """How many were loaded within `PROMISE`."""

    @property
    def kept_basis_points(self) -> int:
        """The share that was kept, rounded down so that 100 % means all."""
        return 10_000 * self.kept_count // self.order_count


_DELAYS = """
WITH loaded AS (
    SELECT loaded_at, loaded_at - greatest(paid_at, loading_on::timestamp AT TIME ZONE 'Europe/Brussels') AS delay
    FROM orders_order WHERE loaded_at >= %(since)s AND loaded_at < %(until)s AND paid_at IS NOT NULL
)
SELECT date_trunc(%(period)s, loaded_at AT TIME ZONE 'Europe/Brussels')::date AS starts_on, count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY delay), percentile_cont(0.95) WITHIN GROUP (ORDER BY delay), max(delay),
    count(*) FILTER (WHERE delay <= make_interval(secs => %(promise)s))
FROM loaded GROUP BY GROUPING SETS ((1), ()) HAVING count(*) > 0 ORDER BY 1 DESC NULLS FIRST
"""


def loading_delays(*, from_on: date, to_on: date, period: Period) -> list[DelayRow]:
    """The whole stretch first, then each period with loads, the newest first. One query on the index of loads."""
    with connection.cursor() as cursor:
        cursor.execute(
            _DELAYS,
            {
                "since": day_end(from_on - timedelta(days=1)),
                "until": day_end(to_on),
                "period": period.value,
                "promise": PROMISE.total_seconds(),
            },
        )
        return [DelayRow(*row) for row in cursor.fetchall()]


class LateCause(StrEnum):
    """Why vouchers are not there yet, or may not come in time."""

    NOT_LOADED = "not-loaded"
    SUSPENSE = "suspense"
    ON_HOLD = "on-hold"
    STATEMENT_MISSING = "statement-missing"
    FILE_NOT_BOOKED = "file-not-booked"


ENDS_THE_PROMISE = (LateCause.NOT_LOADED,)
"""Where the clock runs: whoever waits longer than `PROMISE` for these was let down."""


@dataclass(frozen=True, slots=True)
class LateThing:
    """One thing that waits: since when, whose it is, how much (cents). `subject_id`: order, file or bank account."""

    cause: LateCause
    subject_id: int
    since: datetime
    client_id: int | None
    name: str
    cents: int | None
    promise_is_broken: bool


@dataclass(frozen=True, slots=True)
class LateGroup:
    """All that waits for one cause; `things` are the longest waiting."""

    cause: LateCause
    count: int
    cents: int
    things: Sequence[LateThing]


# Each selects subject, since, client, name, cents, the longest waiting first, with the count and the sum of all.
_LATE = {
    LateCause.NOT_LOADED: """
        SELECT orders.id, greatest(orders.paid_at, orders.loading_on::timestamp AT TIME ZONE 'Europe/Brussels') AS since,
            orders.client_id, client.name, orders.face_value_cents AS cents
        FROM orders_order AS orders JOIN clients_client AS client ON client.id = orders.client_id
        WHERE orders.state = 'paid' AND orders.loading_on <= %(today)s""",
    LateCause.SUSPENSE: """
        SELECT statement.file_id, coalesce(file.booked_at, file.received_at) AS since, NULL::bigint,
            line.counterparty_name, line.unplaced_cents AS cents
        FROM banking_statementline AS line JOIN banking_statement AS statement ON statement.id = line.statement_id
        JOIN banking_statementfile AS file ON file.id = statement.file_id
        WHERE line.state = 'suspense' AND coalesce(file.booked_at, file.received_at) <= %(suspense_before)s""",
    LateCause.ON_HOLD: """
        SELECT orders.id, held.at AS since, orders.client_id, client.name, orders.face_value_cents AS cents
        FROM orders_order AS orders JOIN clients_client AS client ON client.id = orders.client_id
        JOIN LATERAL (
            SELECT max(at) AS at FROM orders_ordertransition AS step
            WHERE step.order_id = orders.id AND step.to_state = 'on_hold'
        ) AS held ON true
        WHERE orders.state = 'on_hold'""",
    LateCause.FILE_NOT_BOOKED: """
        SELECT file.id, file.received_at AS since, NULL::bigint, file.file_name, NULL::bigint AS cents
        FROM banking_statementfile AS file
        WHERE file.state = 'received' AND file.received_at <= %(file_before)s""",
}


def late_groups(now: datetime | None = None) -> list[LateGroup]:
    """What is late or about to make things late, by cause; an order for a later day is not. Five queries."""
    moment = now or timezone.now()
    facts = {
        "today": brussels_date(moment),
        "suspense_before": moment - timedelta(hours=SUSPENSE_HOURS_MAX),
        "file_before": moment - timedelta(minutes=FILE_MINUTES_MAX),
    }
    groups = []
    with connection.cursor() as cursor:
        for cause, sql in _LATE.items():
            cursor.execute(
                f"SELECT late.*, count(*) OVER (), sum(cents) OVER () FROM ({sql}) AS late ORDER BY since LIMIT {LATE_SHOWN_MAX}",
                facts,
            )
            rows = cursor.fetchall()
            things = [
                LateThing(
                    cause, subject, since, client, name, cents, cause in ENDS_THE_PROMISE and moment - since > PROMISE
                )
                for subject, since, client, name, cents, _count, _sum in rows
            ]
            groups.append(LateGroup(cause, rows[0][5] if rows else 0, int(rows[0][6] or 0) if rows else 0, things))
    missing = _accounts_without_statement(brussels_date(moment))
    groups.append(LateGroup(LateCause.STATEMENT_MISSING, len(missing), 0, missing))
    return groups


def _accounts_without_statement(today: date) -> list[LateThing]:
    """Bank accounts of which more than `STATEMENT_WORKING_DAYS_MAX` working days before today are in no statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT bank.id, bank.iban, max(statement.new_balance_on) FROM banking_bankaccount AS bank
            JOIN banking_statement AS statement ON statement.bank_account_id = bank.id GROUP BY bank.id ORDER BY 3, 2
            """
        )
        last_days = cursor.fetchall()
    things = []
    for account_id, iban, last_on in last_days:
        missing = [day for day in _days_between(last_on, today) if is_working_day(day)]
        if len(missing) > STATEMENT_WORKING_DAYS_MAX:
            since = datetime.combine(missing[0], datetime.min.time(), tzinfo=BRUSSELS)
            things.append(LateThing(LateCause.STATEMENT_MISSING, account_id, since, None, iban, None, False))
    return things


_LOOK_BACK_DAYS_MAX = 366


def _days_between(first: date, last: date) -> list[date]:
    """The days after the first and before the last; at most a year of them."""
    count = min((last - first).days - 1, _LOOK_BACK_DAYS_MAX)
    return [first + timedelta(days=number) for number in range(1, count + 1)]
