"""One moment of the books for several queries.

Its one law: whatever others post meanwhile, all that is read inside `one_snapshot` is of one instant. It writes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

WORK_MEMORY = "64MB"  # of the server, for each sort or hash: sums over a million rows then stay off the disk


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Read-only and repeatable; inside a transaction of the caller it is that transaction's own view."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
        yield
