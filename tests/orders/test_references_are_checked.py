"""Rows that name others by trigger rather than foreign key: what they name is there, and stays there, even with raw SQL."""

import pytest
from bank import payment_of
from cast import hire
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from story import invoiced, received_from_bank

from tegoed.beneficiaries.models import Person

NOBODY = 999_999_999

REFERENCES = [
    ("beneficiaries_personidentifier", "person_id"),
    ("beneficiaries_beneficiary", "client_id"),
    ("beneficiaries_beneficiary", "person_id"),
    ("beneficiaries_beneficiary", "site_id"),
    ("beneficiaries_beneficiaryproduct", "beneficiary_id"),
    ("orders_orderline", "order_id"),
    ("orders_orderline", "beneficiary_id"),
    ("orders_ordertransition", "order_id"),
    ("banking_statementline", "statement_id"),
    ("banking_allocation", "line_id"),
    ("banking_allocation", "client_id"),
    ("banking_allocation", "invoice_id"),
]
NAMED = [
    "clients_client",
    "clients_site",
    "beneficiaries_person",
    "beneficiaries_beneficiary",
    "orders_order",
    "banking_statement",
    "banking_statementline",
]


@pytest.fixture
def filled(cast) -> None:
    """Something in every table, and a person nobody employs."""
    people = hire(cast.bakery, 2)
    people[0].products.create(product="eco", amount_cents=2_500)
    _order, (product, _card) = invoiced(cast.bakery, people)
    received_from_bank([payment_of(product)])
    Person.objects.create()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _refused(statement: str, *, match: str) -> None:
    with pytest.raises(IntegrityError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def _copied_with(table: str, changes: dict[str, str]) -> str:
    """`INSERT ... SELECT` of a row of the table once more, some columns changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND is_generated = 'NEVER' AND is_identity = 'NO'",
            [table],
        )
        names = [name for (name,) in cursor.fetchall()]
    values = ", ".join(changes.get(name, name) for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} LIMIT 1"


@pytest.mark.parametrize(("table", "column"), REFERENCES)
def test_a_row_that_names_nothing_is_refused(filled, table, column) -> None:
    freed = {
        "lookup_hash": "'\\x00'",
        "product": "'gift'",
        "person_id": "(SELECT max(id) FROM beneficiaries_person)",
        "position": "position + 100000",
        "undone_at": "now()",
    }
    _refused(_copied_with(table, freed | {column: str(NOBODY)}), match=f"{column} of {table} is not in")


@pytest.mark.parametrize(("table", "column"), REFERENCES)
def test_a_row_can_not_be_changed_to_name_nothing(filled, table, column) -> None:
    _refused(
        f"UPDATE {table} SET {column} = {NOBODY} WHERE id = (SELECT max(id) FROM {table})",
        match=f"{column} of {table} is not in",
    )


@pytest.mark.parametrize("table", NAMED)
@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM {table}", "UPDATE {table} SET id = id + 1000000", "TRUNCATE {table} CASCADE"],
)
def test_what_others_name_neither_goes_nor_gets_another_id(filled, table, statement) -> None:
    _refused(statement.format(table=table), match="is refused: other rows name these for good")


def test_one_bad_row_among_good_ones_refuses_the_statement(filled) -> None:
    _refused(
        f"UPDATE beneficiaries_beneficiary SET person_id = CASE WHEN id = (SELECT max(id) FROM beneficiaries_beneficiary)"
        f" THEN {NOBODY} ELSE person_id END",
        match="person_id of beneficiaries_beneficiary is not in",
    )


def test_no_workplace_names_nothing_and_is_fine(filled) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE beneficiaries_beneficiary SET site_id = NULL, card_delivery = 'home', home_street = 'Dorp 1',"
            " home_town = 'Gent'"
        )
        assert cursor.rowcount


def test_every_reference_without_a_foreign_key_is_tested_here() -> None:
    """The staged rows of uploads come and go, and are found by their upload only."""
    without = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.many_to_one and not field.db_constraint and not model._meta.db_table.startswith("uploads_staged")
    }
    assert without == set(REFERENCES)
