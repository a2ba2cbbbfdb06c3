"""Day totals of the hot accounts, so that their balance is a short sum however old they are.

Its one law: day totals hold exactly the transfers up to the last run's id; a balance adds the later ones one by one, in
the same snapshot. So it is right whether this ran today, last month or never: it only makes the sum shorter.

Why an id and not midnight: clocks step back and a transaction may commit long after it wrote, so "everything recorded
before today" is never known to be complete. But a SHARE lock on the transfers is granted only when no transaction that
has written one is still open, and whoever writes next draws a higher id (the sequence is read under the writer's lock,
after ours is gone). So every id up to `max(id)` read under that lock is final. The lock is kept for that one read, in a
transaction of its own; the sums are made after it without stopping anybody.
"""

from django.db import connection, transaction


def close_days() -> int:
    """Add the transfers since the last run to the totals of the day (Europe/Brussels) they were recorded; how many.

    May run at any time and as often as one likes. Raises OperationalError when the writers at work don't finish within
    two seconds: nothing happened, the next run catches up.
    """
    with transaction.atomic(durable=True):
        through_id = _number("SELECT ledger_last_final_transfer()", [])
    with transaction.atomic(durable=True):
        return _number("SELECT ledger_close_days(%s)", [through_id])


def _number(sql: str, parameters: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.fetchone()[0])
