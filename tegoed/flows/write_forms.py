"""The form of beneficiaries that a client downloads: empty, or filled with what we have (SPEC B6).

Its one law: a filled form holds national numbers in clear, so it is written for one reader, told in the trail with its
number of rows, and kept in an unnamed temporary file only. Rows stream from the database to the file.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries import identifier_vault
from tegoed.beneficiaries.queries import cost_centre_names_of
from tegoed.beneficiaries.staged.checks import column_key
from tegoed.beneficiaries.staged.difference import USUAL_AMOUNTS
from tegoed.clients.models import Client, User
from tegoed.clients.queries import running_contracts
from tegoed.formats.beneficiary_form import BENEFICIARY_FORM
from tegoed.formats.workbook.writer import write_form
from tegoed.rules.dates import brussels_today
from tegoed.rules.identifiers import IdentifierKind
from tegoed.rules.products import Form
from tegoed.uploads.staging import PERSON_FACTS

CHOICES_MAX = 500
"""Workplaces and cost centres offered in a drop-down."""
FETCH_ROWS = 2_000


def empty_beneficiary_form(*, client: Client, language: str) -> IO[bytes]:
    """The form without rows, with the client's workplaces and cost centres to choose from."""
    return _written(client, language, keys=_keys(client), rows=())


@transaction.atomic
def filled_beneficiary_form(*, client: Client, language: str, everybody: bool, actor: User | None) -> IO[bytes]:
    """The form with the client's active beneficiaries, or with everybody, by name; told in the trail."""
    keys = _keys(client)
    row_count = 0

    def counted() -> Iterator[list[Any]]:
        nonlocal row_count
        for row in _rows(client, keys=keys, everybody=everybody):
            row_count += 1
            yield row

    file = _written(client, language, keys=keys, rows=counted())
    record_event(
        actor=actor,
        action=Action.BENEFICIARIES_EXPORTED,
        client_id=client.pk,
        row_count=row_count,
        everybody=everybody,
    )
    return file


def _written(client: Client, language: str, *, keys: list[str], rows: Iterable[Sequence[Any]]) -> IO[bytes]:
    file = tempfile.TemporaryFile(prefix="tegoed-form-")  # noqa: SIM115 - the caller closes it, after sending
    with translation.override(language):
        facts = {_("Company"): client.name, _("Made on"): date_format(timezone.localtime(), "d/m/Y H:i")}
    open_sites = client.sites.filter(is_active=True).order_by("name")
    write_form(
        file,
        layout=BENEFICIARY_FORM,
        language=language,
        keys=keys,
        rows=rows,
        choices={
            "site": list(open_sites.values_list("name", flat=True)[:CHOICES_MAX]),
            "cost_centre": cost_centre_names_of(client)[:CHOICES_MAX],
        },
        facts=facts,
    )
    file.seek(0)
    return file


def _keys(client: Client) -> list[str]:
    """All columns, without usual amounts of products that the client has no contract for."""
    contracts = running_contracts(client, brussels_today()).filter(form=Form.ELECTRONIC)
    signed = set(contracts.values_list("product", flat=True))
    left_out = {column_key(name) for name, (product, _column) in USUAL_AMOUNTS.items() if product not in signed}
    return [column.key for column in BENEFICIARY_FORM.columns if column.key not in left_out]


_COLUMNS = {key: f"b.{name}" for key, name in PERSON_FACTS.items()} | {"site": "site.name"}
_COLUMNS |= {column_key(name): f"{product}.{column}" for name, (product, column) in USUAL_AMOUNTS.items()}


def _rows(client: Client, *, keys: list[str], everybody: bool) -> Iterator[list[Any]]:
    """One row a beneficiary, values as the form takes them, fetched `FETCH_ROWS` at a time."""
    facts = [key for key in keys if key in _COLUMNS]
    products = sorted({product for product, _column in USUAL_AMOUNTS.values()})
    joins = " ".join(
        f"LEFT JOIN beneficiaries_beneficiaryproduct {product}"
        f" ON {product}.beneficiary_id = b.id AND {product}.product = '{product}'"
        for product in products
    )
    sql = f"""
        SELECT b.person_id, i.kind, i.key_id, i.ciphertext, {", ".join(_COLUMNS[key] for key in facts)}
        FROM beneficiaries_beneficiary b
        JOIN beneficiaries_personidentifier i ON i.person_id = b.person_id AND i.replaced_at IS NULL
        LEFT JOIN clients_site site ON site.id = b.site_id
        {joins}
        WHERE b.client_id = %s AND (b.is_active OR %s)
        ORDER BY b.last_name, b.first_name, b.id
    """
    connection.ensure_connection()
    with connection.connection.cursor(name="beneficiary_form") as cursor:
        cursor.itersize = FETCH_ROWS
        cursor.execute(sql, [client.pk, everybody])
        for person_id, kind, key_id, ciphertext, *values in cursor:
            told = dict(zip(facts, values, strict=True))
            told["birth_on"] = told["birth_on"].isoformat()
            told["identifier"] = identifier_vault.decrypt(key_id, bytes(ciphertext), person_id=person_id)
            told["identifier_is_temporary"] = True if kind == IdentifierKind.TEMPORARY else None
            yield [told[key] for key in keys]
