"""What an order form holds before the client fills it in: who usually gets what (SPEC O2).

Its one law: one row for each active beneficiary and each product of the contracts that they got in the last order or
usually get, with those amounts; somebody who gets nothing yet has one row without amounts. Numbers come out as they are
kept, encrypted: who may read them is decided elsewhere.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction

from tegoed.clients.models import Client

FETCHED_ROWS = 2_000


class PrefilledRow(NamedTuple):
    """One row of the form. Money in cents; None or zero where nothing is known. `product` is None for who gets nothing."""

    person_id: int
    key_id: str
    ciphertext: bytes
    is_temporary: bool
    last_name: str
    first_name: str
    birth_on: str
    language: str
    card_delivery: str
    site: str | None
    cost_centre: str
    product: str | None
    voucher_count: int | None
    face_value_cents: int | None
    amount_cents: int | None
    worker_share_cents: int | None
    occasion: str | None
    child_count: int | None


_SQL = """
    WITH wanted AS (
        SELECT DISTINCT ON (product) product, id AS order_id, root_id, occasion
        FROM (
            SELECT unnest(%(products)s::varchar[]) AS product
        ) contracted LEFT JOIN LATERAL (
            SELECT id, coalesce(split_from_id, id) AS root_id, confirmed_at, occasion FROM orders_order orders
            WHERE orders.client_id = %(client_id)s AND orders.product = contracted.product
                AND orders.state NOT IN ('draft', 'cancelled') AND orders.form = 'electronic'
            ORDER BY confirmed_at DESC NULLS LAST, id DESC LIMIT 1
        ) last ON true
    ),
    ordered AS (
        SELECT DISTINCT ON (wanted.product, line.beneficiary_id) line.beneficiary_id, wanted.product, line.voucher_count,
            line.face_value_cents, line.amount_cents, line.worker_share_cents, wanted.occasion, line.child_count
        FROM wanted JOIN orders_order part ON part.id = wanted.order_id
            OR ((part.id = wanted.root_id OR part.split_from_id = wanted.root_id)
                AND part.state NOT IN ('draft', 'awaiting_approval', 'cancelled'))
        JOIN orders_orderline line ON line.order_id = part.id
        ORDER BY wanted.product, line.beneficiary_id, line.order_id DESC
    ),
    given AS (
        SELECT * FROM ordered
        UNION ALL
        SELECT usual.beneficiary_id, usual.product, usual.voucher_count, usual.face_value_cents, usual.amount_cents,
            NULL, NULL, NULL
        FROM beneficiaries_beneficiaryproduct usual JOIN wanted USING (product)
        JOIN beneficiaries_beneficiary known ON known.id = usual.beneficiary_id AND known.client_id = %(client_id)s
        WHERE NOT EXISTS (
            SELECT FROM ordered
            WHERE ordered.product = usual.product AND ordered.beneficiary_id = usual.beneficiary_id)
    )
    SELECT known.person_id, number.key_id, number.ciphertext, number.kind = 'temporary', known.last_name,
        known.first_name, to_char(known.birth_on, 'YYYY-MM-DD'), known.language, known.card_delivery, site.name,
        known.cost_centre, coalesce(given.product, %(only_product)s), given.voucher_count, given.face_value_cents,
        given.amount_cents, given.worker_share_cents, given.occasion, given.child_count
    FROM beneficiaries_beneficiary known
    JOIN beneficiaries_personidentifier number ON number.person_id = known.person_id AND number.replaced_at IS NULL
    LEFT JOIN clients_site site ON site.id = known.site_id
    LEFT JOIN given ON given.beneficiary_id = known.id
    WHERE known.client_id = %(client_id)s AND known.is_active
    ORDER BY known.last_name, known.first_name, known.id, given.product
"""


def prefilled_rows(client: Client, products: Sequence[str]) -> Iterator[PrefilledRow]:
    """By name, for the products the client can order now. One statement, fetched `FETCHED_ROWS` at a time."""
    parameters: dict[str, Any] = {
        "client_id": client.pk,
        "products": list(products),
        "only_product": products[0] if len(products) == 1 else None,
    }
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_SQL, parameters)
        while rows := cursor.fetchmany(FETCHED_ROWS):
            yield from map(PrefilledRow._make, rows)
