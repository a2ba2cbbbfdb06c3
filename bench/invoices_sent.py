"""Product invoices made ready to go: PDF and UBL made and kept, mail queued, e-invoice checked and queued.

What runs is `send_invoice`, the worker's own story, one transaction each, on a database of its own. Counted is processor time:
of this process with all its threads, and of the server process behind its connection; together that is one core's work.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from bench.scratch import row, scratch_database, set_up_client

COUNT = int(os.environ.get("TEGOED_BENCH_ROWS", "2000"))
TARGET_PER_SECOND = 60


def rows(*, floor_per_second: float) -> list[dict]:
    """`floor_per_second`: what the bare drawing of those pages and serialising of those trees would take, per core."""
    with scratch_database("invoices"):
        client = set_up_client()
        first, *others = _issued(client, COUNT + 1)
        from tegoed.flows.invoice_order import send_invoice
        from tegoed.outbox.models import Message, Transmission, TransmissionState

        send_invoice(invoice_id=first)
        spent = _spent(lambda: [send_invoice(invoice_id=invoice_id) for invoice_id in others])
        queued = Transmission.objects.filter(state=TransmissionState.QUEUED).count()
        assert queued == Message.objects.filter(kind="invoice").count() == COUNT + 1, queued
    per_second = COUNT / (spent.ours + spent.server)
    return [
        row(
            f"{COUNT:,} product invoices: PDF, UBL, mail and e-invoice queued",
            per_second,
            "per second and core",
            reference_name="their pages drawn and nothing else",
            reference_value=round(floor_per_second),
            ratio=per_second / floor_per_second,
            target=f"≥ {TARGET_PER_SECOND}",
            is_met=per_second >= TARGET_PER_SECOND,
        ),
        row("of that the database's server process", 100 * spent.server / (spent.ours + spent.server), "%"),
        row("the same by the clock, whatever else the machine did", COUNT / spent.clock, "per second"),
    ]


class _Spent:
    def __init__(self, ours: float, server: float, clock: float) -> None:
        self.ours, self.server, self.clock = ours, server, clock


def _spent(act: Callable[[], object]) -> _Spent:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server_pid = cursor.fetchone()[0]
    ours, server, clock = time.process_time(), _processor_seconds(server_pid), time.perf_counter()
    act()
    return _Spent(time.process_time() - ours, _processor_seconds(server_pid) - server, time.perf_counter() - clock)


def _processor_seconds(pid: int) -> float:
    """What a process used so far; 0 on a system without /proc."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _issued(client, count: int) -> list[int]:
    """One order of ten people confirmed and invoiced, and its product invoice copied with numbers of its own; the ids."""
    from django.db import connection

    from tegoed.billing.actions import _communication, number_in_words
    from tegoed.orders.models import InvoiceKind

    invoice = _one_invoice(client)
    numbers = range(2, count + 1)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH made AS (
                SELECT nextval('orders_order_id_seq') AS order_id, nextval('billing_invoice_id_seq') AS invoice_id, told.*
                FROM unnest(%s::int[], %s::text[], %s::text[]) AS told (number_in_year, number, communication)
            ), ordered AS (
                INSERT INTO orders_order SELECT (jsonb_populate_record(model, jsonb_build_object('id', made.order_id))).*
                FROM orders_order model, made WHERE model.id = %s
            ), invoiced AS (
                INSERT INTO billing_invoice SELECT (jsonb_populate_record(model, jsonb_build_object(
                    'id', made.invoice_id, 'order_id', made.order_id, 'number_in_year', made.number_in_year,
                    'number', made.number, 'structured_communication', made.communication))).*
                FROM billing_invoice model, made WHERE model.id = %s
            )
            INSERT INTO billing_invoicerow SELECT (jsonb_populate_record(model, jsonb_build_object(
                'id', nextval('billing_invoicerow_id_seq'), 'invoice_id', made.invoice_id))).*
            FROM billing_invoicerow model, made WHERE model.invoice_id = %s
            """,
            [
                list(numbers),
                [number_in_words(invoice.series, invoice.year, number) for number in numbers],
                [_communication(InvoiceKind.PRODUCT, invoice.year, number) for number in numbers],
                invoice.order_id,
                invoice.pk,
                invoice.pk,
            ],
        )
        cursor.execute("SELECT id FROM billing_invoice WHERE kind = 'product' ORDER BY id")
        return [found for (found,) in cursor.fetchall()]


def _one_invoice(client):
    """The product invoice of an order for ten people, confirmed and invoiced as the portal and the worker do."""
    from datetime import date

    from tegoed.beneficiaries.actions import BeneficiaryParticulars, add_beneficiary
    from tegoed.flows.confirm_order import confirm_order
    from tegoed.flows.invoice_order import invoice_order
    from tegoed.orders.actions import LineWish, set_order_lines, start_order
    from tegoed.orders.queries import preview_of
    from tegoed.rules.dates import brussels_today
    from tegoed.rules.identifiers import make_niss, read_identifier
    from tegoed.rules.products import Product

    born_on = date(1980, 1, 1)
    people = [
        add_beneficiary(
            client=client,
            identifier=read_identifier(make_niss(birth_on=born_on, serial=serial)),
            particulars=BeneficiaryParticulars(
                last_name=f"Naam {serial}",
                first_name="Voornaam",
                birth_on=born_on,
                language="nl",
                site=client.sites.first(),
            ),
            actor=None,
        )
        for serial in range(1, 11)
    ]
    order = start_order(
        client=client, product=Product.MEAL, reference="PO 4711", loading_on=brussels_today(), actor=None
    )
    wishes = [LineWish(beneficiary_id=person.pk, voucher_count=20, face_value_cents=800) for person in people]
    set_order_lines(client=client, order_id=order.pk, wishes=wishes, actor=None)
    total_cents = preview_of(order).pricing.total_cents
    confirm_order(client=client, order_id=order.pk, actor=None, confirmed_total_cents=total_cents)
    return invoice_order(order_id=order.pk)[0]
