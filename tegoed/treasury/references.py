"""The references we give the bank, by which we know our own money again in its statements.

Its one law: a reference is made of the row's own id, so it is given once, and says what it is.
"""

from enum import StrEnum

from django.db import connection


class Mark(StrEnum):
    """What a reference stands for."""

    REFUND = "TGD-R"
    COLLECTION = "TGD-C"
    REFUND_FILE = "TGD-FR"
    COLLECTION_FILE = "TGD-FC"
    MANDATE = "TGD-M"


def next_ids(table: str, count: int = 1) -> list[int]:
    """So many new ids of a table, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return sorted(row[0] for row in cursor.fetchall())


def reference(mark: Mark, row_id: int) -> str:
    """`TGD-R-42`."""
    return f"{mark}-{row_id}"
