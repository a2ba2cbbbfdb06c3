"""Making it so: people, beneficiaries and usual amounts from staged rows (SPEC B6).

Its one law: it runs inside the caller's transaction, after `difference.compare`, and every row of the form is done or the
caller rolls back. Two forms (or a form and a hand) that make the same person at once make one person.
"""

from typing import Any

from django.db import connection

from tegoed.beneficiaries.staged.difference import PARTICULARS, USUAL_AMOUNTS, Verdict
from tegoed.clients.models import User
from tegoed.uploads.models import Upload


def lock_what_changes(upload: Upload) -> None:
    """Hold the client's workplaces, and in id order the beneficiaries that the preview says will change.

    So nobody closes a workplace or changes a person under our hands.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM clients_site WHERE client_id = %s ORDER BY id FOR SHARE", [upload.client_id])
        cursor.execute(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM beneficiaries_beneficiary b
                JOIN uploads_stagedperson s ON s.beneficiary_id = b.id
                WHERE s.upload_id = %s AND s.verdict IN ('changed', 'deactivated', 'reactivated')
                ORDER BY b.id FOR NO KEY UPDATE OF b
            ) locked
            """,
            [upload.pk],
        )


def make_people_of(*, upload: Upload) -> int:
    """Register the people of this upload whom nobody knew, with their numbers; how many were really new.

    Somebody registered meanwhile (by another client, another form) is found instead: the staged row then names that
    person. Numbers go in in the order of their hashes, so that two forms can't wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH wanted AS (
                SELECT DISTINCT ON (lookup_hash) lookup_hash, person_id, identifier_kind, ciphertext, key_id, masked
                FROM uploads_stagedperson WHERE upload_id = %s AND is_new_person ORDER BY lookup_hash, row
            ), made AS (
                INSERT INTO beneficiaries_personidentifier
                    (person_id, kind, lookup_hash, ciphertext, key_id, masked, created_at)
                SELECT person_id, identifier_kind, lookup_hash, ciphertext, key_id, masked, now()
                FROM wanted ORDER BY lookup_hash
                ON CONFLICT (lookup_hash) DO NOTHING
                RETURNING person_id
            )
            INSERT INTO beneficiaries_person (id, created_at) SELECT person_id, now() FROM made
            """,
            [upload.pk],
        )
        made_count = int(cursor.rowcount)
        cursor.execute(
            """
            UPDATE uploads_stagedperson s SET person_id = i.person_id
            FROM beneficiaries_personidentifier i
            WHERE s.upload_id = %s AND s.is_new_person AND i.lookup_hash = s.lookup_hash AND i.person_id <> s.person_id
            """,
            [upload.pk],
        )
    return made_count


def add_beneficiaries(upload: Upload) -> int:
    """The rows that are new to this client become its beneficiaries; how many. Fewer than expected: somebody was quicker."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO beneficiaries_beneficiary (id, client_id, person_id, {", ".join(PARTICULARS)}, created_at)
            SELECT c.target_id, %s, s.person_id, {", ".join(f"c.new_{name}" for name in PARTICULARS)}, now()
            FROM compared_person c JOIN uploads_stagedperson s ON s.upload_id = %s AND s.row = c.row
            WHERE c.verdict = 'new'
            ON CONFLICT (client_id, person_id) DO NOTHING
            """,
            [upload.client_id, upload.pk],
        )
        return int(cursor.rowcount)


def change_beneficiaries() -> None:
    """The rows of known people whose particulars differ. Usual amounts: `set_usual_amounts`."""
    changes = ", ".join(f"{name} = c.new_{name}" for name in PARTICULARS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE beneficiaries_beneficiary b SET {changes} FROM compared_person c
            WHERE b.id = c.known_id AND c.verdict IN ('changed', 'deactivated', 'reactivated')
                AND c.fields && %s::text[]
            """,
            [list(PARTICULARS)],
        )


def set_usual_amounts() -> None:
    """What each person usually gets, where the form says something else; zero takes the product away."""
    by_product: dict[str, dict[str, str]] = {}
    for name, (product, column) in USUAL_AMOUNTS.items():
        by_product.setdefault(product, {})[column] = name
    with connection.cursor() as cursor:
        differ = ", ".join(f"bool_or(new_{name} <> old_{name})" for name in USUAL_AMOUNTS)
        cursor.execute(f"SELECT count(known_id), {differ} FROM compared_person")
        known_count, *differs = cursor.fetchone()
        differing = {name for name, differs_somewhere in zip(USUAL_AMOUNTS, differs, strict=True) if differs_somewhere}
        for product, columns in by_product.items():
            if differing.isdisjoint(columns.values()):
                continue
            changed: dict[str, Any] = {"product": product, "names": list(columns.values())}
            is_any = " OR ".join(f"c.new_{name} > 0" for name in columns.values())
            values = [f"c.new_{columns[name]}" if name in columns else "0" for name in _AMOUNT_COLUMNS]
            cursor.execute(
                f"""
                INSERT INTO beneficiaries_beneficiaryproduct (beneficiary_id, product, {", ".join(_AMOUNT_COLUMNS)})
                SELECT c.target_id, %(product)s, {", ".join(values)} FROM compared_person c
                WHERE c.fields && %(names)s::text[] AND ({is_any})
                ON CONFLICT (beneficiary_id, product) DO UPDATE SET
                    {", ".join(f"{name} = EXCLUDED.{name}" for name in _AMOUNT_COLUMNS)}
                """,
                changed,
            )
            if not known_count:
                continue
            cursor.execute(
                f"""
                DELETE FROM beneficiaries_beneficiaryproduct p USING compared_person c
                WHERE p.beneficiary_id = c.known_id AND p.product = %(product)s
                    AND c.fields && %(names)s::text[] AND NOT ({is_any})
                """,
                changed,
            )


_AMOUNT_COLUMNS = ("voucher_count", "face_value_cents", "amount_cents")
_ACTIONS = {
    Verdict.NEW: "beneficiary:add",
    Verdict.CHANGED: "beneficiary:change",
    Verdict.DEACTIVATED: "beneficiary:deactivate",
    Verdict.REACTIVATED: "beneficiary:reactivate",
}


def tell_trail(upload: Upload, *, actor: User | None) -> None:
    """One event for each person who was added or changed, as by hand: `changed` holds old and new of each field."""
    actions: dict[str, Any] = {verdict.value: action for verdict, action in _ACTIONS.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO audit_event (at, actor_id, actor_label, action, client_id, subject_id, facts)
            SELECT statement_timestamp(), %s, %s, action, %s, c.target_id,
                jsonb_build_object('upload_id', %s::bigint)
                    || CASE WHEN c.verdict = 'new' THEN '{}'::jsonb ELSE jsonb_build_object('changed', COALESCE((
                        SELECT jsonb_object_agg(
                            CASE name WHEN 'site_id' THEN 'site' ELSE name END,
                            CASE name WHEN 'site_id' THEN jsonb_build_array(old_site.name, new_site.name)
                                ELSE jsonb_build_array(c_json -> ('old_' || name), c_json -> ('new_' || name)) END
                        )
                        FROM unnest(c.fields) AS name, to_jsonb(c) AS c_json
                        WHERE name <> 'is_active'
                    ), '{}'::jsonb)) END
            FROM compared_person c
            JOIN unnest(%s::text[], %s::text[]) told(verdict, action) ON told.verdict = c.verdict
            LEFT JOIN clients_site old_site ON old_site.id = c.old_site_id
            LEFT JOIN clients_site new_site ON new_site.id = c.new_site_id
            ORDER BY c.row
            """,
            [
                actor.pk if actor else None,
                actor.email if actor else "system",
                upload.client_id,
                upload.pk,
                list(actions),
                list(actions.values()),
            ],
        )
