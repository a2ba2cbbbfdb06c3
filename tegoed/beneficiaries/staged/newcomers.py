"""The people of an order form: known ones stay as they are, new ones are added when the form tells enough (SPEC O2).

Its one law: an order changes no beneficiary. What a form says differently of somebody known is remarked and left; somebody
unknown is added once, from all rows that name them together. Set-based, for the rows in a table of this transaction
(`asked_in`: its name; it has `row`, and `person_id` and `beneficiary_id` as staged).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries.models import Beneficiary
from tegoed.rules.names import without_accents
from tegoed.uploads.actions import NewRemark
from tegoed.uploads.models import Upload

_ONE_OF_EACH = ("last_name", "first_name", "birth_on")
"""What can't differ between two rows of one person."""

_TOLD_ONCE = (
    "last_name",
    "first_name",
    "birth_on",
    "language",
    "gender",
    "email",
    "staff_number",
    "cost_centre",
    "card_delivery",
    "site_name",
    "site_id",
    "home_street",
    "home_postcode",
    "home_town",
)
"""What is taken from the first row of a new person that tells it."""


def settle_people(upload: Upload) -> None:
    """Look once more who the numbers belong to: somebody may have been added since the rows were staged."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE uploads_stagedperson staged SET person_id = known.person_id, is_new_person = false
            FROM beneficiaries_personidentifier known
            WHERE staged.upload_id = %(upload_id)s AND staged.is_new_person AND known.lookup_hash = staged.lookup_hash
            """,
            {"upload_id": upload.pk},
        )
        cursor.execute(
            """
            UPDATE uploads_stagedperson staged SET beneficiary_id = known.id
            FROM beneficiaries_beneficiary known
            WHERE staged.upload_id = %(upload_id)s AND staged.beneficiary_id IS NULL
                AND known.client_id = %(client_id)s AND known.person_id = staged.person_id
            """,
            {"upload_id": upload.pk, "client_id": upload.client_id},
        )


def begin_newcomers(upload: Upload, *, asked_in: str) -> int:
    """Put together who is new to the client, in the temporary table `newcomer`; how many people."""
    told = ", ".join(
        f"(array_agg(staged.{name} ORDER BY staged.row) FILTER (WHERE staged.{name} IS NOT NULL))[1] AS {name}"
        for name in _TOLD_ONCE
    )
    sites = list(upload.client.sites.filter(is_active=True).values_list("pk", flat=True)[:2])
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS newcomer")
        cursor.execute(
            f"""
            CREATE TEMPORARY TABLE newcomer ON COMMIT DROP AS
            SELECT told.*, coalesce(card_delivery, CASE
                WHEN site_name IS NOT NULL OR %(only_site_id)s::bigint IS NOT NULL THEN 'site'
                WHEN home_street <> '' AND home_postcode <> '' AND home_town <> '' THEN 'home'
            END) AS delivery,
                coalesce(site_id, CASE WHEN site_name IS NULL THEN %(only_site_id)s::bigint END) AS place_id
            FROM (
                SELECT staged.person_id, bool_or(staged.is_new_person) AS is_new_person, min(staged.row) AS row, {told}
                FROM uploads_stagedperson staged JOIN {asked_in} asked ON asked.row = staged.row
                WHERE staged.upload_id = %(upload_id)s AND staged.beneficiary_id IS NULL
                GROUP BY staged.person_id
            ) told
            """,
            {"upload_id": upload.pk, "only_site_id": sites[0] if len(sites) == 1 else None},
        )
        count = cursor.rowcount
        cursor.execute("ANALYZE newcomer")
    return count


def remarks_on_people(upload: Upload, *, asked_in: str, today: date) -> Iterator[NewRemark]:
    """What is wrong with the people, and what the form says differently of somebody known (warnings)."""
    yield from _rows_disagree(upload, asked_in)
    yield from _inactive(asked_in)
    yield from _incomplete(upload)
    yield from _future_births(today)
    yield from _told_differently(upload, asked_in)
    yield from _look_alikes(upload)


def _rows_disagree(upload: Upload, asked_in: str) -> Iterator[NewRemark]:
    """One number with two names or birth dates: one of the rows has somebody else's number."""
    differing = " OR ".join(
        f"min(lower(staged.{name}::text)) <> max(lower(staged.{name}::text))" for name in _ONE_OF_EACH
    )
    rows = _rows(
        f"""
        WITH several AS MATERIALIZED (
            SELECT staged.person_id, staged.row, {", ".join(f"staged.{name}" for name in _ONE_OF_EACH)}
            FROM uploads_stagedperson staged JOIN {asked_in} asked ON asked.row = staged.row
            WHERE staged.upload_id = %(upload_id)s
                AND asked.person_id IN (SELECT person_id FROM {asked_in} GROUP BY 1 HAVING count(*) > 1)
        )
        SELECT * FROM several
        WHERE person_id IN (SELECT staged.person_id FROM several staged GROUP BY 1 HAVING {differing})
        ORDER BY person_id, row
        """,
        {"upload_id": upload.pk},
    )
    first: dict[tuple[int, str], tuple[int, Any]] = {}
    for person_id, row, *told in rows:
        for name, value in zip(_ONE_OF_EACH, told, strict=True):
            if value is None:
                continue
            first_row, first_value = first.setdefault((person_id, name), (row, value))
            if _plain(first_value) != _plain(value):
                yield NewRemark(
                    row=row, code="order-form-rows-disagree", column_key=name, params={"reason": name, "row": first_row}
                )


def _inactive(asked_in: str) -> Iterator[NewRemark]:
    for row, name in _rows(
        f"""
        SELECT asked.row, known.last_name || ' ' || known.first_name
        FROM {asked_in} asked JOIN beneficiaries_beneficiary known ON known.id = asked.beneficiary_id
        WHERE NOT known.is_active ORDER BY asked.row
        """,
        {},
    ):
        yield NewRemark(
            row=row, code="order-form-person-inactive", column_key="identifier", params={"beneficiary": name}
        )


_MISSING = {
    ("last_name", "last_name"): "coalesce(last_name, '') = ''",
    ("first_name", "first_name"): "coalesce(first_name, '') = ''",
    ("birth_on", "birth_on"): "birth_on IS NULL",
    ("site", "site-unknown"): "site_name IS NOT NULL AND site_id IS NULL AND coalesce(delivery, 'site') = 'site'",
    ("site", "site"): "coalesce(delivery, 'site') = 'site' AND place_id IS NULL AND site_name IS NULL",
    ("home_street", "home"): "delivery = 'home' AND (coalesce(home_street, '') = ''"
    " OR coalesce(home_postcode, '') = '' OR coalesce(home_town, '') = '')",
}
"""(Column to look at, reason) -> when somebody new lacks it."""
# A cell that couldn't be read is empty here and has its remark already. Most rows lack nothing, which is seen first.
_INCOMPLETE_SQL = f"""
    SELECT newcomer.row, missing.column_key, missing.reason, newcomer.site_name
    FROM newcomer
    CROSS JOIN LATERAL (VALUES
        {", ".join(f"('{key}', '{reason}', {is_missing})" for (key, reason), is_missing in _MISSING.items())}
    ) missing(column_key, reason, is_missing)
    WHERE ({" OR ".join(f"({is_missing})" for is_missing in _MISSING.values())})
        AND missing.is_missing AND NOT EXISTS (
        SELECT FROM uploads_uploadremark remark
        WHERE remark.upload_id = %(upload_id)s AND NOT remark.is_warning AND remark.row = newcomer.row
            AND remark.column_key = missing.column_key)
    ORDER BY newcomer.row
"""


def _incomplete(upload: Upload) -> Iterator[NewRemark]:
    for row, column_key, reason, site_name in _rows(_INCOMPLETE_SQL, {"upload_id": upload.pk}):
        yield NewRemark(
            row=row,
            code="order-form-newcomer-incomplete",
            column_key=column_key,
            params={"reason": reason, "site": site_name or ""},
        )


def _future_births(today: date) -> Iterator[NewRemark]:
    """As in the form for beneficiaries: nobody was born after today."""
    sql = "SELECT row, birth_on FROM newcomer WHERE birth_on > %(today)s ORDER BY row"
    for row, birth_on in _rows(sql, {"today": today}):
        params = {"birth_on": birth_on.isoformat()}
        yield NewRemark(row=row, code="birth-date-in-future", column_key="birth_on", params=params)


def _told_differently(upload: Upload, asked_in: str) -> Iterator[NewRemark]:
    """Accents, capitals, hyphens and spaces aside, the form names somebody known otherwise than we do."""
    rows = _rows(
        f"""
        SELECT asked.row, staged.last_name, known.last_name, staged.first_name, known.first_name,
            staged.birth_on, known.birth_on
        FROM {asked_in} asked
        JOIN uploads_stagedperson staged ON staged.upload_id = %(upload_id)s AND staged.row = asked.row
        JOIN beneficiaries_beneficiary known ON known.id = asked.beneficiary_id
        WHERE lower(staged.last_name) <> lower(known.last_name) OR lower(staged.first_name) <> lower(known.first_name)
            OR staged.birth_on <> known.birth_on
        ORDER BY asked.row
        """,
        {"upload_id": upload.pk},
    )
    for row, *told_and_known in rows:
        for position, name in enumerate(_ONE_OF_EACH):
            told, known = told_and_known[2 * position : 2 * position + 2]
            if told is not None and _plain(told) != _plain(known):
                yield NewRemark(
                    row=row,
                    code="order-form-person-differs",
                    column_key=name,
                    params={"reason": name}
                    | ({"known": known} if isinstance(known, str) else {"known_on": known.isoformat()}),
                    is_warning=True,
                )


def _look_alikes(upload: Upload) -> Iterator[NewRemark]:
    """Somebody new has name and birth date of somebody with a temporary or BIS number: perhaps the same (SPEC B3)."""
    for row, name, beneficiary_id in _rows(
        """
        SELECT newcomer.row, known.last_name || ' ' || known.first_name, known.id
        FROM beneficiaries_beneficiary known
        JOIN beneficiaries_personidentifier number
            ON number.person_id = known.person_id AND number.replaced_at IS NULL AND number.kind IN ('temporary', 'bis')
        JOIN newcomer ON newcomer.birth_on = known.birth_on
            AND lower(newcomer.last_name) = lower(known.last_name)
            AND lower(newcomer.first_name) = lower(known.first_name)
        WHERE known.client_id = %(client_id)s ORDER BY newcomer.row, known.id
        """,
        {"client_id": upload.client_id},
    ):
        params = {"name": name, "beneficiary_id": beneficiary_id}
        yield NewRemark(row=row, code="looks-like-known", column_key="identifier", params=params, is_warning=True)


def _plain(told: Any) -> Any:
    """A name without accents, capitals, hyphens and spaces; a date as it is."""
    return "".join(filter(str.isalnum, without_accents(told))) if isinstance(told, str) else told


_PERSONS_SQL = """
    INSERT INTO beneficiaries_person (id, created_at)
    SELECT person_id, statement_timestamp() FROM newcomer WHERE is_new_person ORDER BY person_id
"""
_IDENTIFIERS_SQL = """
    INSERT INTO beneficiaries_personidentifier (person_id, kind, lookup_hash, ciphertext, key_id, masked, created_at)
    SELECT newcomer.person_id, staged.identifier_kind, staged.lookup_hash, staged.ciphertext, staged.key_id,
        staged.masked, statement_timestamp()
    FROM newcomer JOIN uploads_stagedperson staged ON staged.upload_id = %(upload_id)s AND staged.row = newcomer.row
    WHERE newcomer.is_new_person ORDER BY newcomer.person_id
"""
_BENEFICIARIES_SQL = """
    INSERT INTO beneficiaries_beneficiary (client_id, person_id, last_name, first_name, birth_on, language, gender, email,
        staff_number, cost_centre, card_delivery, site_id, home_street, home_postcode, home_town, is_active, created_at)
    SELECT %(client_id)s, person_id, last_name, first_name, birth_on, coalesce(language, %(language)s),
        coalesce(gender, 'x'), coalesce(email, ''), coalesce(staff_number, ''), coalesce(cost_centre, ''),
        delivery, CASE WHEN delivery = 'site' THEN place_id END,
        coalesce(home_street, ''), coalesce(home_postcode, ''), coalesce(home_town, ''), true, statement_timestamp()
    FROM newcomer ORDER BY row
"""


def add_newcomers(upload: Upload) -> int:
    """Add the people of `newcomer`, checked by `remarks_on_people`; how many. Somebody registered meanwhile stops it all."""
    parameters: dict[str, Any] = {
        "upload_id": upload.pk,
        "client_id": upload.client_id,
        "language": upload.client.language,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS_SQL)
        cursor.execute(_IDENTIFIERS_SQL, parameters)
        cursor.execute(_BENEFICIARIES_SQL, parameters)
        added_count = cursor.rowcount
        if added_count:
            cursor.execute("ANALYZE beneficiaries_beneficiary (id, client_id, person_id), beneficiaries_person")
    if added_count:
        record_event(
            actor=upload.created_by,
            action=Action.BENEFICIARIES_IMPORTED,
            client_id=upload.client_id,
            subject_id=upload.pk,
            added_count=added_count,
        )
    return added_count


def newcomer_ids(upload: Upload, *, count_max: int) -> list[int]:
    """The beneficiaries that `add_newcomers` added, the first by name."""
    rows = _rows(
        """
        SELECT added.id FROM newcomer
        JOIN beneficiaries_beneficiary added ON added.person_id = newcomer.person_id AND added.client_id = %(client_id)s
        ORDER BY added.last_name, added.first_name, added.id LIMIT %(count_max)s
        """,
        {"client_id": upload.client_id, "count_max": count_max},
    )
    return [beneficiary_id for (beneficiary_id,) in rows]


def newcomers_of(upload: Upload) -> QuerySet[Beneficiary]:
    """Who came with this order form, by name: the first ones, as kept with its counts."""
    people = Beneficiary.objects.filter(client=upload.client_id, pk__in=upload.summary.get("newcomer_ids", []))
    return people.order_by("last_name", "first_name", "id")


def _rows(sql: str, parameters: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
