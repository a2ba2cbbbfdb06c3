"""Writes on vouchers on paper: making those of an order, and moving print batches along.

Its one law: the vouchers of an order are made once, in one statement for one or 100,000 of them, in the transaction that
loads the order; the numbers are written by the database as `rules.paper_vouchers.voucher_number` says.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import User
from tegoed.errors import Refusal
from tegoed.orders.models import Order
from tegoed.paper_vouchers.models import PrintBatch, PrintBatchState
from tegoed.paper_vouchers.states import TRANSITIONS
from tegoed.rules.paper_vouchers import CHECK_MODULUS, SECRET_DIGITS, SERIAL_DIGITS

BATCH_VOUCHERS_MAX = 1_000
"""A batch is closed once it holds so many: its PDF is written at one go. Nobody's vouchers are in two batches."""


class PrintBatchStepNotAllowed(Refusal):
    """The batch doesn't go from that state to that one: somebody else was first. Params: `from_batch`, `to_batch`."""

    code = "print-batch-step-not-allowed"


@dataclass(frozen=True, slots=True)
class IssuedVouchers:
    """What was made for an order; face value in cents."""

    batch_count: int
    voucher_count: int
    face_value_cents: int


# A line goes whole into the batch in which its last voucher falls.
_ISSUE = """
    WITH line AS MATERIALIZED (
        SELECT counted.*, ((counted.through_count - 1) / %(batch_max)s)::int + 1 AS part
        FROM (
            SELECT line.id, line.voucher_count, line.face_value_cents, person.site_id,
                sum(line.voucher_count) OVER (
                    PARTITION BY person.site_id ORDER BY person.last_name, person.first_name, line.id
                ) AS through_count
            FROM orders_orderline line JOIN beneficiaries_beneficiary person ON person.id = line.beneficiary_id
            WHERE line.order_id = %(order_id)s
        ) counted
    ),
    batch AS (
        INSERT INTO paper_vouchers_printbatch (order_id, site_id, part, place_name, contact_name, street, postcode, town,
            state, voucher_count, face_value_cents, created_at)
        SELECT orders.id, line.site_id, line.part, coalesce(site.name, client.name), coalesce(site.contact_name, ''),
            coalesce(site.street, client.street), coalesce(site.postcode, client.postcode), coalesce(site.town, client.town),
            'to_print', sum(line.voucher_count), sum(line.voucher_count::bigint * line.face_value_cents), %(at)s
        FROM line
        JOIN orders_order orders ON orders.id = %(order_id)s
        JOIN clients_client client ON client.id = orders.client_id
        LEFT JOIN clients_site site ON site.id = line.site_id
        GROUP BY orders.id, line.site_id, line.part, site.id, client.id
        ORDER BY site.name NULLS LAST, line.site_id, line.part
        RETURNING id, site_id, part
    ),
    drawn AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('paper_vouchers_papervoucher', 'id')) AS id, batch.id AS batch_id,
            line.id AS line_id, line.face_value_cents, position,
            ('x' || left(replace(gen_random_uuid()::text, '-', ''), 12))::bit(48)::bigint %% %(secrets)s AS secret
        FROM line
        JOIN batch ON batch.part = line.part AND batch.site_id IS NOT DISTINCT FROM line.site_id
        CROSS JOIN generate_series(1, line.voucher_count) AS position
    ),
    numbered AS (
        SELECT drawn.*, lpad(id::text, %(serial_digits)s, '0') || lpad(secret::text, %(secret_digits)s, '0') AS body FROM drawn
    ),
    made AS (
        INSERT INTO paper_vouchers_papervoucher
            (id, number, batch_id, order_line_id, position, face_value_cents, expires_on)
        SELECT id, body || lpad((%(modulus)s + 1 - body::numeric * 100 %% %(modulus)s)::int::text, 2, '0'), batch_id, line_id,
            position, face_value_cents, %(expires_on)s
        FROM numbered
        RETURNING face_value_cents
    )
    SELECT (SELECT count(*) FROM batch), (SELECT count(*) FROM made), (SELECT coalesce(sum(face_value_cents), 0) FROM made)
"""


def issue_vouchers(*, order: Order, expires_on: date, at: datetime) -> IssuedVouchers:
    """Make the vouchers of an order on paper, in batches by delivery place. The caller holds the order locked.

    A second time the database refuses: each voucher of a line exists once.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _ISSUE,
            {
                "order_id": order.pk,
                "expires_on": expires_on,
                "at": at,
                "batch_max": BATCH_VOUCHERS_MAX,
                "secrets": 10**SECRET_DIGITS,
                "serial_digits": SERIAL_DIGITS,
                "secret_digits": SECRET_DIGITS,
                "modulus": CHECK_MODULUS,
            },
        )
        return IssuedVouchers(*map(int, cursor.fetchone()))


@transaction.atomic
def move_batch(*, batch_id: int, to_state: PrintBatchState, actor: User) -> PrintBatch:
    """A batch was printed, delivered, or is to be printed again. Raises `PrintBatch.DoesNotExist`, `PrintBatchStepNotAllowed`."""
    batch = PrintBatch.objects.select_for_update(of=("self",)).select_related("order").get(pk=batch_id)
    from_state = PrintBatchState(batch.state)
    if to_state not in TRANSITIONS[from_state]:
        raise PrintBatchStepNotAllowed(from_batch=from_state.value, to_batch=to_state.value)
    now = timezone.now()
    batch.state = to_state
    if to_state == PrintBatchState.DELIVERED:
        batch.delivered_at = now
    else:
        batch.printed_at = now if to_state == PrintBatchState.PRINTED else None
    batch.save(update_fields=["state", "printed_at", "delivered_at"])
    record_event(
        actor=actor,
        action=Action.PRINT_BATCH_MOVED,
        client_id=batch.order.client_id,
        subject_id=batch.pk,
        order_id=batch.order_id,
        from_batch=from_state,
        to_batch=to_state,
    )
    return batch
