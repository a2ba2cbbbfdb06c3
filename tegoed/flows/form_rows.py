"""The rows of a form made ready for staging: numbers found, hashed and encrypted, workplaces found by name.

Its one law: a national number leaves this module only as hash, ciphertext and mask. A person who isn't known gets the id
that the person will have, so that the number can be encrypted for that person now; the same number in two rows is one
person. Nothing is checked here that needs more than its own row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, Final, NamedTuple

from django.db import connection

from tegoed.beneficiaries import identifier_vault
from tegoed.clients.queries import sites_of
from tegoed.formats.beneficiary_form import BENEFICIARY_FORM
from tegoed.formats.order_form import ORDER_FORM
from tegoed.formats.workbook.layout import FormLayout
from tegoed.formats.workbook.reader import FormRows
from tegoed.rules.identifiers import IdentifierKind, masked
from tegoed.uploads.actions import NewRemark
from tegoed.uploads.models import Upload, UploadKind
from tegoed.uploads.staging import LINE_FACTS, PERSON_FACTS

FORMS: Final[dict[UploadKind, FormLayout]] = {
    UploadKind.BENEFICIARIES: BENEFICIARY_FORM,
    UploadKind.ORDERS: ORDER_FORM,
}


# One look in the index for each number: a plan for the whole would read every number there is, for each batch again.
_KNOWN_SQL = """
    SELECT wanted.at, known.person_id, beneficiary.id
    FROM (SELECT at, substr(%(hashes)s::bytea, 1 + 32 * at, 32) AS lookup_hash
          FROM generate_series(0, %(count)s - 1) at) wanted
    CROSS JOIN LATERAL (
        SELECT person_id FROM beneficiaries_personidentifier i WHERE i.lookup_hash = wanted.lookup_hash LIMIT 1
    ) known
    LEFT JOIN LATERAL (
        SELECT id FROM beneficiaries_beneficiary b
        WHERE b.client_id = %(client_id)s AND b.person_id = known.person_id LIMIT 1
    ) beneficiary ON true
"""
_NEXT_PERSON_IDS_SQL = """
    SELECT coalesce(array_agg(nextval(ids.name)), '{}')
    FROM (SELECT pg_get_serial_sequence('beneficiaries_person', 'id')::regclass AS name OFFSET 0) ids,
        generate_series(1, %s)
"""


@dataclass(frozen=True, slots=True)
class StagedBatch:
    """Rows for `uploads.staging`, and what was noticed while making them."""

    people: list[tuple[Any, ...]]
    lines: list[tuple[Any, ...]]
    remarks: list[NewRemark]


class _Found(NamedTuple):
    """Who a number belongs to: known, or still to be made with that id."""

    person_id: int
    is_new: bool
    beneficiary_id: int | None


class RowsOfForm:
    """Makes batches of one upload ready. Keeps the ids of people to be made, since one may stand in several batches."""

    def __init__(self, *, upload: Upload, keys: Sequence[str]) -> None:
        self._upload_id = upload.pk
        self._client_id = upload.client_id
        self._has_lines = upload.kind == UploadKind.ORDERS
        self._identifier_at = 1 + keys.index("identifier")  # after the row number
        places = {key: 1 + position for position, key in enumerate(keys)}
        self._birth_at = places.get("birth_on")
        self._site_at = places.get("site")
        self._facts_of_person = _picker(places, PERSON_FACTS)
        self._facts_of_line = _picker(places, LINE_FACTS)
        self._site_ids = _site_ids_by_name(upload)
        self._new: dict[bytes, int] = {}
        self.row_count = 0

    def staged(self, part: FormRows) -> StagedBatch:
        """The batch as staging takes it. Rows without a number have their remark from the reader and stay out."""
        self.row_count += len(part.rows)
        remarks = [
            NewRemark(
                row=remark.row,
                column=remark.column,
                column_key=remark.column_key,
                code=remark.code,
                params=remark.params,
                is_warning=remark.is_warning,
            )
            for remark in part.remarks
        ]
        rows = [[*row, None] for row in part.rows if row[self._identifier_at] is not None]
        numbers = [row[self._identifier_at] for row in rows]
        hashes = identifier_vault.lookup_hashes(
            ((kind, value) for kind, value, _doubts in numbers), client_id=self._client_id
        )
        found = self._found(hashes)
        for row in rows:
            remarks.extend(self._doubts(row))
        lines = [(self._upload_id, row[0], *self._facts_of_line(row)) for row in rows] if self._has_lines else []
        return StagedBatch(people=self._people(rows, hashes, found), lines=lines, remarks=remarks)

    def _found(self, hashes: Sequence[bytes]) -> list[_Found]:
        """Who the number of each row belongs to. Two queries, whatever the number of rows."""
        found: list[_Found | None] = [None] * len(hashes)
        with connection.cursor() as cursor:
            cursor.execute(
                _KNOWN_SQL,
                {"hashes": b"".join(hashes), "count": len(hashes), "client_id": self._client_id},
            )
            for at, person_id, beneficiary_id in cursor:
                found[at] = _Found(person_id, False, beneficiary_id)
            unknown = (key for key, known in zip(hashes, found, strict=True) if known is None)
            strangers = [key for key in dict.fromkeys(unknown) if key not in self._new]
            cursor.execute(_NEXT_PERSON_IDS_SQL, [len(strangers)])
            self._new.update(zip(strangers, cursor.fetchone()[0], strict=True))
        return [known or _Found(self._new[key], True, None) for key, known in zip(hashes, found, strict=True)]

    def _people(
        self, rows: Sequence[Sequence[Any]], hashes: Sequence[bytes], found: Sequence[_Found]
    ) -> list[tuple[Any, ...]]:
        numbers = [row[self._identifier_at] for row in rows]
        new_numbers = [(number[1], who.person_id) for number, who in zip(numbers, found, strict=True) if who.is_new]
        key_id, encrypted = identifier_vault.encrypt_many(new_numbers)
        ciphertexts = iter(encrypted)
        people = []
        for row, (kind, value, _doubts), lookup_hash, who in zip(rows, numbers, hashes, found, strict=True):
            site_name = row[self._site_at] if self._site_at else None
            people.append(
                (
                    self._upload_id,
                    row[0],
                    *who,
                    kind,
                    lookup_hash,
                    next(ciphertexts) if who.is_new else None,
                    key_id if who.is_new else "",
                    masked(value, IdentifierKind(kind)),
                    self._site_ids.get(site_name.casefold()) if site_name else None,
                    "new" if who.beneficiary_id is None else "unchanged",  # what most rows turn out to be
                    *self._facts_of_person(row),
                )
            )
        return people

    def _doubts(self, row: Sequence[Any]) -> Iterator[NewRemark]:
        """What looks odd about the number itself; a doubt never refuses (SPEC B2)."""
        kind, value, doubts = row[self._identifier_at]
        for doubt in doubts:
            yield NewRemark(
                row=row[0],
                code="identifier-doubted",
                column_key="identifier",
                params={"reason": doubt},
                is_warning=True,
            )
        birth_on = row[self._birth_at] if self._birth_at else None
        if birth_on and kind != IdentifierKind.TEMPORARY and _tells_another_day(value, birth_on):
            yield NewRemark(
                row=row[0],
                code="birth-date-differs",
                column_key="birth_on",
                params={"birth_on": birth_on},
                is_warning=True,
            )


def _picker(places: Mapping[str, int], names: Iterable[str]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Takes the values of these columns out of a row; a column that the form lacks is the None at the row's end."""
    return itemgetter(*(places.get(name, -1) for name in names))


def _site_ids_by_name(upload: Upload) -> dict[str, int]:
    """The client's open workplaces, by name in small letters; of two that differ in letters only the first counts."""
    sites = sites_of(upload.client).filter(is_active=True).order_by("-id").values_list("name", "pk")
    return {name.casefold(): site_id for name, site_id in sites}


def _tells_another_day(number: str, birth_on: str) -> bool:
    """Whether a NISS or BIS number of 11 digits tells another birth date than `YYYY-MM-DD`; one without a date tells none."""
    if number[:6] == birth_on[2:4] + birth_on[5:7] + birth_on[8:]:
        return False  # nearly always
    month, day = int(number[2:4]) % 20, int(number[4:6])
    if not month or not day:
        return False
    told = date.fromisoformat(birth_on)
    return (int(number[:2]), month, day) != (told.year % 100, told.month, told.day)
