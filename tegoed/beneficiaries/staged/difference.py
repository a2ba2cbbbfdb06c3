"""What a staged form would change (SPEC B6): for each row the wanted values, the present ones, and a verdict.

Its one law: the verdict is computed in one place, by one SELECT; checks, preview, digest and applying all read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import connection

from tegoed.uploads.models import Upload
from tegoed.uploads.staging import take_room


class Verdict(StrEnum):
    """What happens to the person of a row."""

    NEW = "new"
    CHANGED = "changed"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    UNCHANGED = "unchanged"


PARTICULARS = (
    "last_name",
    "first_name",
    "birth_on",
    "language",
    "gender",
    "email",
    "staff_number",
    "cost_centre",
    "card_delivery",
    "site_id",
    "home_street",
    "home_postcode",
    "home_town",
    "is_active",
)
"""Columns of a beneficiary that a form can change."""

USUAL_AMOUNTS = {
    "meal_voucher_count": ("meal", "voucher_count"),
    "meal_face_value_cents": ("meal", "face_value_cents"),
    "eco_amount_cents": ("eco", "amount_cents"),
    "gift_amount_cents": ("gift", "amount_cents"),
    "sport_culture_amount_cents": ("sport_culture", "amount_cents"),
}
"""Staged column -> product and column of `BeneficiaryProduct`. Zero means: not usual any more."""

_PRODUCTS = tuple(dict.fromkeys(product for product, _ in USUAL_AMOUNTS.values()))
_DEFAULTS = {"language": "%(language)s", "gender": "'x'", "is_active": "true"}
_MAY_BE_UNKNOWN = ("last_name", "first_name", "birth_on")
_HAS_HOME = " AND ".join(
    f"COALESCE(s.{name}, b.{name}, '') <> ''" for name in ("home_street", "home_postcode", "home_town")
)
_DELIVERY = f"""CASE WHEN b.is_active AND NOT s.is_active AND {_HAS_HOME} THEN 'home' ELSE COALESCE(
    s.card_delivery,
    b.card_delivery,
    CASE WHEN s.site_name IS NOT NULL OR %(only_site_id)s::bigint IS NOT NULL THEN 'site'
         WHEN {_HAS_HOME} THEN 'home' END
) END"""
"""Where a card goes. A leaver's cards go home from now on (SPEC B4), as by hand (`many`), whatever the form still says."""


def _wanted(name: str) -> str:
    """SQL of the value a particular will have. A workplace is kept only for a card that goes there."""
    if name == "card_delivery":
        return _DELIVERY
    if name == "site_id":
        return f"CASE WHEN {_DELIVERY} = 'site' THEN COALESCE(s.site_id, b.site_id, %(only_site_id)s::bigint) END"
    if name in _MAY_BE_UNKNOWN:
        return f"COALESCE(s.{name}, b.{name})"
    return f"COALESCE(s.{name}, b.{name}, {_DEFAULTS.get(name, chr(39) * 2)})"


def _comparison() -> str:
    """SELECT of every staged row: `row`, `person_id`, `known_id`, `new_…`, `old_…`, `fields` that differ, `verdict`."""
    columns = [f"{_wanted(name)} AS new_{name}, b.{name} AS old_{name}" for name in PARTICULARS]
    columns += [
        f"COALESCE(s.{name}, {product}.{column}, 0) AS new_{name}, COALESCE({product}.{column}, 0) AS old_{name}"
        for name, (product, column) in USUAL_AMOUNTS.items()
    ]
    joins = [
        f"LEFT JOIN beneficiaries_beneficiaryproduct {product}"
        f" ON {product}.beneficiary_id = b.id AND {product}.product = '{product}'"
        for product in _PRODUCTS
    ]
    names = (*PARTICULARS, *USUAL_AMOUNTS)
    differing = [f"CASE WHEN new_{name} IS DISTINCT FROM old_{name} THEN '{name}' END" for name in names]
    return f"""
        SELECT side_by_side.*,
            array_remove(ARRAY[{", ".join(differing)}], NULL) AS fields,
            CASE
                WHEN known_id IS NULL THEN 'new'
                WHEN old_is_active AND NOT new_is_active THEN 'deactivated'
                WHEN new_is_active AND NOT old_is_active THEN 'reactivated'
                WHEN ROW({", ".join(f"new_{name}" for name in names)})
                     IS DISTINCT FROM ROW({", ".join(f"old_{name}" for name in names)}) THEN 'changed'
                ELSE 'unchanged'
            END AS verdict
        FROM (
            SELECT s.row, s.person_id, b.id AS known_id, s.lookup_hash, s.masked, s.identifier_kind,
                s.site_name, s.site_id AS asked_site_id, {", ".join(columns)}
            FROM uploads_stagedperson s
            LEFT JOIN beneficiaries_personidentifier i ON i.lookup_hash = s.lookup_hash
            LEFT JOIN beneficiaries_beneficiary b ON b.person_id = i.person_id AND b.client_id = %(client_id)s
            {" ".join(joins)}
            WHERE s.upload_id = %(upload_id)s AND (%(rows)s::int[] IS NULL OR s.row = ANY(%(rows)s::int[]))
        ) side_by_side
    """


COMPARISON = _comparison()


def facts_of(upload: Upload) -> dict[str, Any]:
    """The parameters of `COMPARISON`, `rows` aside."""
    sites = list(upload.client.sites.filter(is_active=True).values_list("pk", flat=True)[:2])
    return {
        "upload_id": upload.pk,
        "client_id": upload.client_id,
        "language": upload.client.language,
        "only_site_id": sites[0] if len(sites) == 1 else None,
        "rows": None,
    }


def compare(upload: Upload) -> None:
    """Put the whole comparison in the temporary table `compared_person`, until the end of the transaction.

    `target_id` is the beneficiary of the row, for somebody new the id that the beneficiary will have.
    """
    take_room()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS compared_person")
        cursor.execute(
            f"""
            CREATE TEMPORARY TABLE compared_person ON COMMIT DROP AS
            SELECT c.*, COALESCE(known_id, nextval(ids.name)) AS target_id
            FROM (SELECT pg_get_serial_sequence('beneficiaries_beneficiary', 'id')::regclass AS name OFFSET 0) ids,
                ({COMPARISON}) c
            """,
            facts_of(upload),
        )
        cursor.execute("ANALYZE compared_person (row, known_id, target_id, verdict)")


def forget_closed_sites(upload: Upload) -> int:
    """A workplace closed since the file was read counts as unknown; in how many rows it stood."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE uploads_stagedperson s SET site_id = NULL FROM clients_site site
            WHERE s.upload_id = %s AND site.id = s.site_id AND NOT site.is_active
            """,
            [upload.pk],
        )
        return int(cursor.rowcount)


def digest_of_comparison() -> str:
    """What the comparison says, in 32 characters: the same again only when nothing that was shown changed.

    Of somebody new it needs only what doesn't stand in the staged row itself; of somebody unchanged, nothing more.
    """
    outside = ", ".join(f"new_{name}" for name in ("language", "card_delivery", "site_id"))
    changes = ", ".join(f"new_{name}, old_{name}" for name in (*PARTICULARS, *USUAL_AMOUNTS))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT md5(string_agg(CASE verdict
                WHEN 'unchanged' THEN row::text
                WHEN 'new' THEN concat_ws('|', row, verdict, {outside})
                ELSE concat_ws('|', row, known_id, verdict, md5(ROW({changes})::text)) END, chr(10) ORDER BY row))
            FROM compared_person
            """
        )
        return str(cursor.fetchone()[0])


def keep_verdicts(upload: Upload) -> dict[str, int]:
    """Write verdict and beneficiary beside each staged row, for the preview. How many rows of each verdict."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE uploads_stagedperson s SET verdict = c.verdict, beneficiary_id = c.known_id
            FROM compared_person c
            WHERE s.upload_id = %s AND s.row = c.row
                AND (s.verdict <> c.verdict OR s.beneficiary_id IS DISTINCT FROM c.known_id)
            """,
            [upload.pk],
        )
        cursor.execute("SELECT verdict, count(*) FROM compared_person GROUP BY verdict")
        counts = dict(cursor.fetchall())
    return {verdict.value: counts.get(verdict.value, 0) for verdict in Verdict}


@dataclass(frozen=True, slots=True)
class ChangedField:
    """One value before and after; None: there was none. Money in cents; `site_id` is a site of the client."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One row of the preview. `fields`: what changes (nothing for somebody new)."""

    row: int
    verdict: Verdict
    beneficiary_id: int | None
    masked: str
    last_name: str
    first_name: str
    birth_on: date
    card_delivery: str
    site_id: int | None
    is_active: bool
    fields: list[ChangedField]


def compared_rows(upload: Upload, rows: Sequence[int]) -> list[ComparedRow]:
    """The comparison of some rows, in their order. One query."""
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"{COMPARISON} ORDER BY row", facts_of(upload) | {"rows": list(rows)})
        names = [column.name for column in cursor.description]
        found = [dict(zip(names, values, strict=True)) for values in cursor]
    return [_as_compared(facts) for facts in found]


def _as_compared(facts: dict[str, Any]) -> ComparedRow:
    fields = [] if facts["known_id"] is None else facts["fields"]
    return ComparedRow(
        row=facts["row"],
        verdict=Verdict(facts["verdict"]),
        beneficiary_id=facts["known_id"],
        masked=facts["masked"],
        last_name=facts["new_last_name"],
        first_name=facts["new_first_name"],
        birth_on=facts["new_birth_on"],
        card_delivery=facts["new_card_delivery"],
        site_id=facts["new_site_id"],
        is_active=facts["new_is_active"],
        fields=[ChangedField(name, facts[f"old_{name}"], facts[f"new_{name}"]) for name in fields],
    )
