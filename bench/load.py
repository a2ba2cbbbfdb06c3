"""Loading an order of 100,000 paid lines, beside the bare SQL that inserts the same lots and transfers."""

import resource
import statistics
import time

from bench.scratch import row, scratch_database, set_up_client

LINES = 100_000
ROUNDS = 3
RATIO_MOST = 2.5


def run() -> list[dict]:
    with scratch_database("load"):
        from tegoed.flows.check_books import check_books

        client = set_up_client()
        _people(client)
        ours, bare = [], []
        for number in range(ROUNDS):
            _paid_order(client, number)
            _vacuum()
            before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            ours.append(_timed(_load))
            grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib) / 1024
            bare.append(_bare(number))
        findings = [finding for finding in check_books().findings if finding.code in MATTERS]
        assert findings == [], findings
        ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
        seconds = statistics.median(ours)
        return [
            row(
                f"load an order of {LINES:,} lines",
                seconds,
                "s",
                reference_name="bare INSERT … SELECT, s",
                reference_value=round(statistics.median(bare), 3),
                ratio=ratio,
                target=f"≤ {RATIO_MOST} ×",
                is_met=ratio <= RATIO_MOST,
            ),
            row("lines loaded", LINES / seconds, "lines/s"),
            row("memory the worker grew by while loading", grown_mb, "MB"),
        ]


# The orders of this benchmark are written straight into the tables, without bank lines and invoice documents.
MATTERS = {"loaded-line-without-lot", "lot-of-order-not-loaded", "lot-not-loaded-in-ledger", "load-without-lot"}


def _timed(story) -> float:
    began = time.perf_counter()
    story()
    return time.perf_counter() - began


def _load() -> None:
    from tegoed.flows.load_due_orders import load_due_orders

    (loaded,) = load_due_orders()
    assert loaded.lot_count == LINES


def _execute(sql: str, parameters=None):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone() if cursor.description else None


def _vacuum() -> None:
    _execute("VACUUM ANALYZE")
    _execute("CHECKPOINT")


def _people(client) -> None:
    """100,000 persons and beneficiaries; their identifiers do not matter to loading."""
    _execute("INSERT INTO beneficiaries_person (id, created_at) SELECT n, now() FROM generate_series(1, %s) n", [LINES])
    _execute(
        """
        INSERT INTO beneficiaries_beneficiary (client_id, person_id, last_name, first_name, birth_on, language, gender,
            email, staff_number, cost_centre, card_delivery, site_id, home_street, home_postcode, home_town, is_active,
            created_at)
        SELECT %s, n, 'Naam ' || n, 'Voornaam', '1980-01-01', 'nl', 'x', '', '', '', 'site', %s, '', '', '', true, now()
        FROM generate_series(1, %s) n
        """,
        [client.pk, client.sites.first().pk, LINES],
    )


def _paid_order(client, number: int) -> None:
    """An order as it is after its payment: lines, state, and the face value in the client's funds."""
    from django.db import transaction
    from django.utils import timezone

    from tegoed.billing.actions import client_account_specs
    from tegoed.ledger.door import Posting, open_accounts, post
    from tegoed.ledger.models import AccountKind, TransferKind
    from tegoed.orders.models import Order
    from tegoed.rules.dates import brussels_today

    amount_cents = 16_000
    with transaction.atomic():
        order = Order.objects.create(
            client=client,
            contract=client.contracts.get(product="meal"),
            product="meal",
            loading_on=brussels_today(),
            month_on=brussels_today().replace(day=1),
            state="paid",
            paid_at=timezone.now(),
            beneficiary_count=LINES,
            voucher_count=20 * LINES,
            face_value_cents=amount_cents * LINES,
            total_cents=amount_cents * LINES,
        )
        _execute(
            """
            INSERT INTO orders_orderline (order_id, beneficiary_id, voucher_count, face_value_cents, amount_cents, child_count)
            SELECT %s, id, 20, 800, %s, 0 FROM beneficiaries_beneficiary WHERE client_id = %s
            """,
            [order.pk, amount_cents, client.pk],
        )
        specs = client_account_specs(client.pk)
        ids = open_accounts(list(specs.values()))
        post(
            [
                Posting(
                    event_key=f"bench:{number}",
                    kind=TransferKind.FUNDS_PAID,
                    debit_id=ids[specs[AccountKind.FUNDS_DUE].account_key],
                    credit_id=ids[specs[AccountKind.CLIENT_FUNDS].account_key],
                    amount_cents=amount_cents * LINES,
                    event_at=timezone.now(),
                )
            ]
        )


def _bare(number: int) -> float:
    """The same lots and transfers by plain INSERT … SELECT into the same kind of tables, without door, triggers, keys."""
    from django.db import transaction

    for table in ("ledger_account", "ledger_transfer", "wallets_lot"):
        _execute(f"CREATE TABLE IF NOT EXISTS bare_{table} (LIKE {table} INCLUDING ALL)")
    began = time.perf_counter()
    with transaction.atomic():
        _execute(
            """
            INSERT INTO bare_ledger_account (id, kind, wallet_id, product, expires_on, account_key, credits_cents)
            SELECT 10000000 + lot.account_id, 'lot', lot.wallet_id, 'meal', lot.expires_on, 'bare:' || line.id, line.amount_cents
            FROM orders_orderline line JOIN wallets_lot lot ON lot.order_line_id = line.id
            WHERE line.order_id = (SELECT max(id) FROM orders_order)
            """
        )
        _execute(
            """
            INSERT INTO bare_wallets_lot (account_id, wallet_id, order_line_id, amount_cents, credited_at, expires_on)
            SELECT 10000000 + lot.account_id, lot.wallet_id, lot.order_line_id, lot.amount_cents, now(), lot.expires_on
            FROM orders_orderline line JOIN wallets_lot lot ON lot.order_line_id = line.id
            WHERE line.order_id = (SELECT max(id) FROM orders_order)
            """
        )
        _execute(
            """
            INSERT INTO bare_ledger_transfer (id, kind, debit_id, credit_id, amount_cents, event_at, event_key)
            SELECT 10000000 + line.id, 'load', %s, 10000000 + lot.account_id, line.amount_cents, now(), 'bare:' || line.id
            FROM orders_orderline line JOIN wallets_lot lot ON lot.order_line_id = line.id
            WHERE line.order_id = (SELECT max(id) FROM orders_order)
            """,
            [number + 1],
        )
    return time.perf_counter() - began
