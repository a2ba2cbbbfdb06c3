"""What may not stand in an order form: the rules of orders (SPEC O5, O7, Q4) held against all its rows at once.

Its one law: a row that an order by hand would refuse is refused here too, by the same rules; each finding names the row,
the column and the remedy. Rows that the rules can't tell apart are looked at once. It changes nothing: it looks at what
`staged.begin_form_rows` wrote down.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection

from tegoed.clients.models import Issuer
from tegoed.clients.queries import running_contracts
from tegoed.errors import Refusal
from tegoed.orders.checks import ORDERED_BY_YEAR_SQL, LineToCheck, ordered_by_year_parameters, refusals_of
from tegoed.rules.dates import brussels_today
from tegoed.rules.order_lines import (
    AboveLegalMaximum,
    FaceValueAboveMaximum,
    LoadingDateImpossible,
    MonthImpossible,
    check_loading_date,
    check_month,
)
from tegoed.rules.products import Form, Product, has_face_value
from tegoed.uploads.actions import NewRemark
from tegoed.uploads.models import Upload

ORDERS_MAX = 60
"""Of one form. Each is invoiced by itself, so more is a mistake in the loading dates rather than a wish."""
ROWS_NAMED_MAX = 10
"""How many row numbers one sentence names."""

COLUMN_OF_CODE = {
    "above-legal-maximum": "amount",
    "amount-above-occasion-maximum": "amount",
    "amount-above-yearly-maximum": "amount",
    "amount-impossible": "amount",
    "child-count-impossible": "child_count",
    "employer-share-above-maximum": "face_value",
    "face-value-above-maximum": "face_value",
    "face-value-impossible": "face_value",
    "product-closed": "product",
    "voucher-count-impossible": "voucher_count",
    "worker-share-below-minimum": "worker_share",
    "worker-share-impossible": "worker_share",
}
"""The cell to look at for what the rules refuse."""


def remarks_on_rows(upload: Upload) -> Iterator[NewRemark]:
    """Everything that is wrong with what the rows ask for, and what is only remarkable (`is_warning`)."""
    yield from _something_missing(upload)
    yield from _contracts_missing(upload)
    yield from _dates_impossible()
    yield from _asked_twice()
    yield from _too_many_orders()
    yield from _rules_broken(upload)


# A cell that couldn't be read is empty here and has its remark already.
_MISSING_SQL = """
    SELECT asked.row, missing.column_key
    FROM order_form_row asked
    CROSS JOIN LATERAL (VALUES
        ('product', asked.product IS NULL),
        ('loading_on', asked.loading_on IS NULL),
        ('voucher_count', asked.product = 'meal' AND asked.voucher_count IS NULL),
        ('face_value', asked.product = 'meal' AND asked.voucher_count > 0 AND asked.face_value_cents IS NULL),
        ('amount', asked.product <> 'meal' AND asked.amount_cents IS NULL)
    ) missing(column_key, is_missing)
    WHERE missing.is_missing AND NOT EXISTS (
        SELECT FROM uploads_uploadremark remark
        WHERE remark.upload_id = %s AND NOT remark.is_warning AND remark.row = asked.row
            AND remark.column_key = missing.column_key)
    ORDER BY asked.row
"""


def _something_missing(upload: Upload) -> Iterator[NewRemark]:
    for row, column_key in _rows(_MISSING_SQL, [upload.pk]):
        yield NewRemark(row=row, code="order-form-cell-missing", column_key=column_key, params={"reason": column_key})


def _contracts_missing(upload: Upload) -> Iterator[NewRemark]:
    """Once for each product, on its first row, with the other rows."""
    running = running_contracts(upload.client, brussels_today()).filter(form=Form.ELECTRONIC)
    asked = _rows(
        f"""
        SELECT product, count(*), (array_agg(row ORDER BY row))[1:{ROWS_NAMED_MAX}]
        FROM order_form_row WHERE product <> ALL(%s) GROUP BY product ORDER BY min(row)
        """,
        [list(running.values_list("product", flat=True))],
    )
    for product, row_count, rows in asked:
        yield NewRemark(
            row=rows[0],
            code="order-form-contract-missing",
            column_key="product",
            params={
                "product": product,
                "row_count": row_count,
                "rows": ", ".join(str(row) for row in rows),
            },
        )


def _dates_impossible() -> Iterator[NewRemark]:
    """Each different date is looked at once."""
    today = brussels_today()
    for loading_on, rows in _rows(
        "SELECT loading_on, array_agg(row ORDER BY row) FROM order_form_row WHERE loading_on IS NOT NULL GROUP BY 1", []
    ):
        try:
            check_loading_date(loading_on, today=today)
        except LoadingDateImpossible as refusal:
            yield from _remarks(refusal, rows, column_key="loading_on")
    for month_on, rows in _rows(
        "SELECT month_on, array_agg(row ORDER BY row) FROM order_form_row WHERE month_told_on IS NOT NULL GROUP BY 1",
        [],
    ):
        try:
            check_month(month_on, today=today)
        except MonthImpossible as refusal:
            yield from _remarks(refusal, rows, column_key="month_on")


_TWICE_SQL = """
    SELECT row, first_row FROM (
        SELECT row, min(row) OVER (PARTITION BY person_id, product, loading_on, month_on, occasion) AS first_row
        FROM order_form_row WHERE product IS NOT NULL AND loading_on IS NOT NULL
    ) ranked
    WHERE row <> first_row ORDER BY row
"""


def _asked_twice() -> Iterator[NewRemark]:
    """The same person twice for the same thing: it can't be known which amount is meant."""
    for row, first_row in _rows(_TWICE_SQL, []):
        yield NewRemark(row=row, code="order-form-person-twice", column_key="identifier", params={"row": first_row})


def _too_many_orders() -> Iterator[NewRemark]:
    ((order_count, row),) = _rows(
        """
        SELECT count(*), coalesce(max(row), 1)
        FROM (SELECT max(row) AS row FROM order_form_row GROUP BY product, loading_on, month_on, occasion) groups
        """,
        [],
    )
    if order_count > ORDERS_MAX:
        yield NewRemark(
            row=row,
            code="order-form-too-many-orders",
            column_key="loading_on",
            params={"order_count": order_count, "order_count_max": ORDERS_MAX},
        )


# What counts for a yearly maximum: earlier orders, and the rows above in this form (`earlier_here`).
_DIFFERENT_SQL = f"""
    WITH asked AS (
        SELECT order_form_row.*,
            CASE WHEN product = 'meal' THEN 0 ELSE
                sum(amount_cents) OVER (
                    PARTITION BY person_id, product, occasion, extract(year FROM month_on) ORDER BY row
                ) - amount_cents END AS earlier_here
        FROM order_form_row
        WHERE product = ANY(%(products)s) AND month_on IS NOT NULL AND amount_cents IS NOT NULL
            AND (product <> 'meal' OR (voucher_count IS NOT NULL AND face_value_cents IS NOT NULL))
    ),
    earlier AS MATERIALIZED ({ORDERED_BY_YEAR_SQL})
    SELECT asked.product, asked.month_on, asked.occasion, asked.voucher_count, asked.face_value_cents,
        asked.worker_share_cents, asked.amount_cents, asked.child_count,
        (coalesce(earlier.cents, 0) + asked.earlier_here)::bigint, count(*), min(asked.row), array_agg(asked.row)
    FROM asked LEFT JOIN earlier
        ON earlier.beneficiary_id = asked.beneficiary_id AND earlier.product = asked.product
        AND earlier.occasion = asked.occasion AND earlier.year = extract(year FROM asked.month_on)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 ORDER BY min(asked.row)
"""


def _rules_broken(upload: Upload) -> Iterator[NewRemark]:
    """The rules of each product. Where the issuer allows figures above a maximum they only warn: a reason is asked later."""
    products = list(
        running_contracts(upload.client, brussels_today())
        .filter(form=Form.ELECTRONIC)
        .values_list("product", flat=True)
    )
    ((first_on, last_on),) = _rows("SELECT min(month_on), max(month_on) FROM order_form_row", [])
    if first_on is None or not products:
        return
    allows_above_maximum = Issuer.objects.filter(allows_above_maximum=True).exists()
    parameters = ordered_by_year_parameters(
        client_id=upload.client_id, products=products, first_on=first_on, last_on=last_on
    )
    for *facts, rows in _rows(_DIFFERENT_SQL, parameters | {"products": products}):
        line = LineToCheck(*facts)
        for refusal in refusals_of(line):
            is_warning = allows_above_maximum and _may_pass(line, refusal)
            yield from _remarks(refusal, sorted(rows), is_warning=is_warning)


def _may_pass(line: LineToCheck, refusal: Refusal) -> bool:
    """Whether a reason can be given for it later. An order by amount keeps no face value, so for that there is no later."""
    if isinstance(refusal, FaceValueAboveMaximum) and not has_face_value(Product(line.product)):
        return False
    return isinstance(refusal, AboveLegalMaximum)


def _remarks(
    refusal: Refusal, rows: Iterable[int], *, column_key: str = "", is_warning: bool = False
) -> Iterator[NewRemark]:
    """The refusal on each of these rows."""
    params = {name: _as_json(value) for name, value in refusal.params.items()}
    for row in rows:
        yield NewRemark(
            row=row,
            code=refusal.code,
            column_key=column_key or COLUMN_OF_CODE.get(refusal.code, ""),
            params=params,
            is_warning=is_warning,
        )


def _as_json(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _rows(sql: str, parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
