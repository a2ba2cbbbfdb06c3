"""The rows of a file put down, thousands at a time, with COPY.

Its one law: a row here is what the file says (numbers hashed and encrypted already) and decides nothing.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

PERSON_COLUMNS = (
    "upload_id",
    "row",
    "person_id",
    "is_new_person",
    "beneficiary_id",
    "identifier_kind",
    "lookup_hash",
    "ciphertext",
    "key_id",
    "masked",
    "site_id",
    "verdict",
)
"""What stands in each staged person before what the file tells (`PERSON_FACTS`)."""

PERSON_FACTS = {
    "last_name": "last_name",
    "first_name": "first_name",
    "birth_on": "birth_on",
    "language": "language",
    "gender": "gender",
    "email": "email",
    "staff_number": "staff_number",
    "cost_centre": "cost_centre",
    "card_delivery": "card_delivery",
    "site": "site_name",
    "home_street": "home_street",
    "home_postcode": "home_postcode",
    "home_town": "home_town",
    "is_active": "is_active",
    "meal_voucher_count": "meal_voucher_count",
    "meal_face_value": "meal_face_value_cents",
    "eco_amount": "eco_amount_cents",
    "gift_amount": "gift_amount_cents",
    "sport_culture_amount": "sport_culture_amount_cents",
}
"""Column of a form -> column of `StagedPerson`."""

LINE_FACTS = {
    "product": "product",
    "voucher_count": "voucher_count",
    "face_value": "face_value_cents",
    "worker_share": "worker_share_cents",
    "amount": "amount_cents",
    "loading_on": "loading_on",
    "month_on": "month_on",
    "occasion": "occasion",
    "child_count": "child_count",
}
"""Column of a form -> column of `StagedLine`."""


def stage_people(rows: Iterable[Sequence[Any]]) -> None:
    """Rows of `PERSON_COLUMNS` followed by the values of `PERSON_FACTS`, in that order."""
    _copy("uploads_stagedperson", (*PERSON_COLUMNS, *PERSON_FACTS.values()), rows)


def stage_lines(rows: Iterable[Sequence[Any]]) -> None:
    """Rows of upload id, row number and the values of `LINE_FACTS`, in that order."""
    _copy("uploads_stagedline", ("upload_id", "row", *LINE_FACTS.values()), rows)


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def commit_without_waiting() -> None:
    """In this transaction: don't wait for the disk. What a crash loses here is read from the file again."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


WORK_MEMORY = "64MB"
"""For sorting and joining 100,000 rows in one transaction, in place of the few MB of a page."""


def take_room() -> None:
    """In this transaction: sort and join in memory, and compile nothing (statements that run once don't earn it back)."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = %s; SET LOCAL jit = off", [WORK_MEMORY])


def refresh_statistics() -> None:
    """Tell PostgreSQL what was just staged: it plans the checks by it, and its own look at the tables comes too late."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE uploads_stagedperson (upload_id, row, person_id, beneficiary_id, lookup_hash, is_new_person, verdict),"
            " uploads_stagedline (upload_id, row)"
        )
