"""One moment of the books for several queries.

Its one law: whatever others post meanwhile, all that is read inside `one_snapshot` is of one instant. It writes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Read-only and repeatable; inside a transaction of the caller it is that transaction's own view."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
