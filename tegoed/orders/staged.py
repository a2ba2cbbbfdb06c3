"""The order lines of an Excel form: from staged rows to drafts, set-based (SPEC O2).

Its one law: the rows that ask for something are written down once (`begin_form_rows`), checked as a whole
(`staged_checks`), and become drafts as they were checked: one order for each product, loading date, month of performance
and occasion. A row without vouchers and without amount leaves the person out. It knows nothing of people: who they are is
settled before (`beneficiaries.staged.newcomers`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tegoed.audit.actions import Action, record_event
from tegoed.clients.queries import running_contracts
from tegoed.orders.models import Order, OrderState, OrderTransition
from tegoed.rules.dates import brussels_today
from tegoed.rules.order_lines import GiftOccasion
from tegoed.rules.products import Form, Product
from tegoed.uploads.models import Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class FormWishes:
    """What the client said when it sent the form: for the rows that leave it empty. Kept as JSON in `Upload.wishes`."""

    reference: str = ""
    loading_on: date | None = None

    def as_json(self) -> dict[str, str]:
        return {"reference": self.reference, "loading_on": self.loading_on.isoformat() if self.loading_on else ""}


def wishes_of(upload: Upload) -> FormWishes:
    """As they were kept with the upload."""
    loading_on = upload.wishes.get("loading_on", "")
    return FormWishes(
        reference=upload.wishes.get("reference", ""),
        loading_on=date.fromisoformat(loading_on) if loading_on else None,
    )


FORM_ROWS = "order_form_row"
"""The table of this transaction with the rows that ask for something."""

# A row asks for something when it has vouchers or an amount; the others stay out, as pre-filled forms have many of them.
# Without an amount it is number times face value; eco vouchers and the like may be filled in that way too.
_BEGIN_SQL = """
    CREATE TEMPORARY TABLE order_form_row ON COMMIT DROP AS
    SELECT wished.*, date_trunc('month', coalesce(month_told_on, loading_on))::date AS month_on,
        CASE WHEN product = 'gift' THEN coalesce(occasion_told, %(usual_occasion)s) ELSE '' END AS occasion,
        CASE WHEN product = 'gift' THEN coalesce(children_told, 0) ELSE 0 END AS child_count
    FROM (
        SELECT line.row, person.person_id, person.beneficiary_id,
            coalesce(line.product, %(only_product)s) AS product,
            line.voucher_count, line.face_value_cents, line.worker_share_cents,
            coalesce(line.amount_cents, line.voucher_count::bigint * line.face_value_cents) AS amount_cents,
            coalesce(line.loading_on, %(loading_on)s::date) AS loading_on,
            line.month_on AS month_told_on, line.occasion AS occasion_told, line.child_count AS children_told
        FROM uploads_stagedline line
        JOIN uploads_stagedperson person ON person.upload_id = line.upload_id AND person.row = line.row
        WHERE line.upload_id = %(upload_id)s
            AND (coalesce(line.voucher_count, 0) > 0 OR coalesce(line.amount_cents, 0) > 0)
    ) wished
"""


def begin_form_rows(upload: Upload) -> int:
    """Write down the rows that ask for something, with what they leave empty filled in; how many. For this transaction.

    A client with one contract needs no product in the rows, nor the column; a loading date given with the file counts for
    all of them.
    """
    contracts = contract_ids(upload)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS order_form_row")
        cursor.execute(
            _BEGIN_SQL,
            {
                "upload_id": upload.pk,
                "only_product": next(iter(contracts)) if len(contracts) == 1 else None,
                "loading_on": wishes_of(upload).loading_on,
                "usual_occasion": GiftOccasion.END_OF_YEAR.value,
            },
        )
        row_count = cursor.rowcount
        cursor.execute("ANALYZE order_form_row")
    return row_count


def contract_ids(upload: Upload) -> dict[str, int]:
    """The client's running contracts that an order can use: product -> contract id."""
    running = running_contracts(upload.client, brussels_today()).filter(form=Form.ELECTRONIC)
    return dict(running.values_list("product", "pk"))


_LINES_SQL = """
    INSERT INTO orders_orderline
        (order_id, beneficiary_id, voucher_count, face_value_cents, amount_cents, worker_share_cents, child_count)
    SELECT orders.id, beneficiary.id,
        CASE WHEN asked.product = 'meal' THEN asked.voucher_count ELSE 0 END,
        CASE WHEN asked.product = 'meal' THEN asked.face_value_cents ELSE 0 END,
        asked.amount_cents,
        CASE WHEN asked.product = 'meal' THEN asked.worker_share_cents END, asked.child_count
    FROM order_form_row asked
    JOIN orders_order orders ON orders.upload_id = %(upload_id)s AND orders.product = asked.product
        AND orders.loading_on = asked.loading_on AND orders.month_on = asked.month_on
        AND orders.occasion = asked.occasion
    JOIN beneficiaries_beneficiary beneficiary
        ON beneficiary.client_id = %(client_id)s AND beneficiary.person_id = asked.person_id
    ORDER BY orders.id, asked.row
"""


def store_drafts(upload: Upload) -> dict[str, Any]:
    """Make the drafts of a form that was checked and whose people are all there: `order_count`, `line_count`.

    Raises `RuntimeError` if a row became no line: then a check is missing, and nothing may be stored.
    """
    contracts = contract_ids(upload)
    wishes = wishes_of(upload)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT product, loading_on, month_on, occasion FROM order_form_row GROUP BY 1, 2, 3, 4 ORDER BY min(row)"
        )
        groups = cursor.fetchall()
    for product, loading_on, month_on, occasion in groups:
        order = Order.objects.create(
            client=upload.client,
            contract_id=contracts[Product(product)],
            product=product,
            reference=wishes.reference,
            loading_on=loading_on,
            month_on=month_on,
            occasion=occasion,
            lines_are_set=True,
            upload=upload,
            created_by=upload.created_by,
        )
        OrderTransition.objects.create(
            order=order, to_state=OrderState.DRAFT, reason="from_form", actor=upload.created_by
        )
        record_event(
            actor=upload.created_by,
            action=Action.ORDER_STARTED,
            client_id=upload.client_id,
            subject_id=order.pk,
            upload_id=upload.pk,
        )
    with connection.cursor() as cursor:
        cursor.execute(_LINES_SQL, {"upload_id": upload.pk, "client_id": upload.client_id})
        line_count = cursor.rowcount
        cursor.execute("SELECT count(*) FROM order_form_row")
        (row_count,) = cursor.fetchone()
        if line_count != row_count:
            raise RuntimeError(f"{row_count} rows became {line_count} lines")
        cursor.execute("ANALYZE orders_orderline")
    return {"order_count": len(groups), "line_count": line_count}
