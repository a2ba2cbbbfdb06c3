"""The rows of a form made ready for staging: numbers found, hashed and encrypted, workplaces found by name.

Its one law: a national number leaves this module only as hash, ciphertext and mask. A person who isn't known gets the id
that the person will have, so that the number can be encrypted for that person now; the same number in two rows is one
person. Nothing is checked here that needs more than its own row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

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


@dataclass(frozen=True, slots=True)
class StagedBatch:
    """Rows for `uploads.staging`, and what was noticed while making them."""

    people: list[tuple[Any, ...]]
    lines: list[tuple[Any, ...]]
    remarks: list[NewRemark]


@dataclass(frozen=True, slots=True)
class _Found:
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
        self._people_at = [places.get(key) for key in PERSON_FACTS]
        self._lines_at = [places.get(key) for key in LINE_FACTS]
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
        rows = [row for row in part.rows if row[self._identifier_at] is not None]
        hashes = [self._hash_of(row) for row in rows]
        found = self._found(hashes)
        people = []
        for row, lookup_hash in zip(rows, hashes, strict=True):
            people.append(self._person(row, lookup_hash, found[lookup_hash]))
            remarks += self._doubts(row)
        lines = [self._line(row) for row in rows] if self._has_lines else []
        return StagedBatch(people=people, lines=lines, remarks=remarks)

    def _hash_of(self, row: Sequence[Any]) -> bytes:
        kind, value, _doubts = row[self._identifier_at]
        return identifier_vault.lookup_hash_of(kind, value, client_id=self._client_id)

    def _found(self, hashes: Iterable[bytes]) -> dict[bytes, _Found]:
        """Who the numbers of a batch belong to. Two queries, whatever the number of rows."""
        wanted = set(hashes)
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT i.lookup_hash, i.person_id, b.id
                FROM unnest(%b::bytea[]) wanted(lookup_hash)
                JOIN beneficiaries_personidentifier i USING (lookup_hash)
                LEFT JOIN beneficiaries_beneficiary b ON b.person_id = i.person_id AND b.client_id = %s
                """,
                [list(wanted), self._client_id],
            )
            found = {bytes(key): _Found(person, is_new=False, beneficiary_id=known) for key, person, known in cursor}
            strangers = [key for key in wanted if key not in found and key not in self._new]
            cursor.execute(
                "SELECT coalesce(array_agg(nextval(pg_get_serial_sequence('beneficiaries_person', 'id'))), '{}')"
                " FROM generate_series(1, %s)",
                [len(strangers)],
            )
            self._new.update(zip(strangers, cursor.fetchone()[0], strict=True))
        for key in wanted - found.keys():
            found[key] = _Found(self._new[key], is_new=True, beneficiary_id=None)
        return found

    def _person(self, row: Sequence[Any], lookup_hash: bytes, found: _Found) -> tuple[Any, ...]:
        kind, value, _doubts = row[self._identifier_at]
        key_id, ciphertext = identifier_vault.encrypt(value, person_id=found.person_id) if found.is_new else ("", None)
        site_name = row[self._site_at] if self._site_at else None
        return (
            self._upload_id,
            row[0],
            found.person_id,
            found.is_new,
            found.beneficiary_id,
            kind,
            lookup_hash,
            ciphertext,
            key_id,
            masked(value, IdentifierKind(kind)),
            self._site_ids.get(site_name.casefold()) if site_name else None,
            "new" if found.beneficiary_id is None else "unchanged",  # what most rows turn out to be
            *(row[place] if place else None for place in self._people_at),
        )

    def _line(self, row: Sequence[Any]) -> tuple[Any, ...]:
        return (self._upload_id, row[0], *(row[place] if place else None for place in self._lines_at))

    def _doubts(self, row: Sequence[Any]) -> list[NewRemark]:
        """What looks odd about the number itself; a doubt never refuses (SPEC B2)."""
        kind, value, doubts = row[self._identifier_at]
        remarks = [
            NewRemark(
                row=row[0],
                code="identifier-doubted",
                column_key="identifier",
                params={"reason": doubt},
                is_warning=True,
            )
            for doubt in doubts
        ]
        birth_on = row[self._birth_at] if self._birth_at else None
        if birth_on and kind != IdentifierKind.TEMPORARY and _tells_another_day(value, birth_on):
            remarks.append(
                NewRemark(
                    row=row[0],
                    code="birth-date-differs",
                    column_key="birth_on",
                    params={"birth_on": birth_on},
                    is_warning=True,
                )
            )
        return remarks


def _site_ids_by_name(upload: Upload) -> dict[str, int]:
    """The client's open workplaces, by name in small letters; of two that differ in letters only the first counts."""
    sites = sites_of(upload.client).filter(is_active=True).order_by("-id").values_list("name", "pk")
    return {name.casefold(): site_id for name, site_id in sites}


def _tells_another_day(number: str, birth_on: str) -> bool:
    """Whether a NISS or BIS number of 11 digits tells another birth date than `YYYY-MM-DD`; one without a date tells none."""
    month, day = int(number[2:4]) % 20, int(number[4:6])
    if not month or not day:
        return False
    told = date.fromisoformat(birth_on)
    return (int(number[:2]), month, day) != (told.year % 100, told.month, told.day)
