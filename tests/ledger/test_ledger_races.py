"""Two connections at once, really committed. Each race has its negative control: without the guard the damage shows."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import psycopg
import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from ledger_accounts import open_account, posting

from tegoed.ledger.books import check_books
from tegoed.ledger.day_totals import close_days
from tegoed.ledger.door import open_accounts, post
from tegoed.ledger.models import AccountKind, Transfer
from tegoed.ledger.queries import balance_cents

POST = """SELECT event_key FROM ledger_post(%s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[],
    array_fill(now(), ARRAY[%s]))"""
PATIENCE_SECONDS = 20


def raw_post(connection: psycopg.Connection, moves: list[tuple[str, int, int, int]]) -> set[str]:
    """Post (event key, debit, credit, cents) through one connection; the new event keys."""
    keys, debit_ids, credit_ids, amounts = (list(column) for column in zip(*moves, strict=True))
    rows = connection.execute(POST, [keys, ["payment"] * len(keys), debit_ids, credit_ids, amounts, len(keys)])
    return {key for (key,) in rows}


@pytest.fixture
def funds_and_bank(committed_database) -> tuple[int, int]:
    with transaction.atomic():
        return open_account(AccountKind.CLIENT_FUNDS), open_account(AccountKind.BANK)


@pytest.fixture
def wait_until_blocked(committed_database):
    """Return as soon as the other connection waits for a lock."""

    def wait(connection: psycopg.Connection) -> None:
        pid = connection.info.backend_pid
        pause = threading.Event()
        with committed_database.connect(autocommit=True) as observer:
            for _ in range(PATIENCE_SECONDS * 100):
                row = observer.execute("SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone()
                if row == ("Lock",):
                    return
                pause.wait(0.01)
        raise AssertionError("the second connection never waited for the first")

    return wait


def race(committed_database, wait_until_blocked, move: Callable[[psycopg.Connection], object]) -> tuple:
    """The first makes its move, the second makes the same and waits, the first commits; what each got."""
    with (
        committed_database.connect() as first,
        committed_database.connect() as second,
        ThreadPoolExecutor(1) as thread,
    ):
        got_first = move(first)
        waiting = thread.submit(move, second)
        wait_until_blocked(second)
        first.commit()
        got_second = waiting.result(PATIENCE_SECONDS)
        second.commit()
        return got_first, got_second


def change_function(committed_database, name: str, *changes: tuple[str, str]) -> None:
    """Put a damaged copy in the place of a function of the ledger (in this test's database only)."""
    with committed_database.connect(autocommit=True) as admin:
        [source] = admin.execute("SELECT pg_get_functiondef(%s::regproc)", [name]).fetchone()
        for old, new in changes:
            assert source.count(old) == 1, f"{old!r} is not in {name}"
            source = source.replace(old, new)
        admin.execute(source)


LOCK = """PERFORM 1 FROM ledger_account
    WHERE id = ANY (debit_ids || credit_ids) AND NOT ledger_is_hot(kind)
    ORDER BY id FOR NO KEY UPDATE;"""
UNIQUE = "ON CONFLICT (event_key) DO NOTHING"
ASKED = "FROM unnest(event_keys, kinds, debit_ids, credit_ids, amounts, event_ats, reverses)"
LOCK_IN_BATCH_ORDER = """FOR posted_count IN 1 .. cardinality(debit_ids) LOOP
    PERFORM 1 FROM ledger_account WHERE id = debit_ids[posted_count] FOR NO KEY UPDATE; END LOOP;"""
ADD = "SET debits_cents = account.debits_cents + moved.debits_cents,\n            credits_cents = account.credits_cents + moved.credits_cents"


def test_the_same_events_from_two_connections_are_posted_once(committed_database, funds_and_bank, wait_until_blocked):
    funds, bank = funds_and_bank
    moves = [(f"payment:{number}", bank, funds, 10) for number in range(5)]
    got = race(committed_database, wait_until_blocked, lambda connection: raw_post(connection, moves))
    assert got == ({key for key, *_ in moves}, set())
    assert balance_cents(funds) == 50
    assert check_books().agrees


def test_between_hot_accounts_the_same_events_in_other_orders_are_posted_once(committed_database, funds_and_bank):
    _, bank = funds_and_bank
    with transaction.atomic():
        revenue = open_account(AccountKind.REVENUE)
    moves = [(f"fee:{number}", bank, revenue, 1) for number in range(300)]

    def post_in(order: int) -> int:
        with committed_database.connect(autocommit=True) as connection:
            return sum(len(raw_post(connection, moves[start : start + 100][::order])) for start in (0, 100, 200))

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(post_in, [1, -1], timeout=PATIENCE_SECONDS)) == 300
    assert balance_cents(revenue) == 300


def test_control_without_the_unique_key_the_same_events_are_posted_twice(
    committed_database, funds_and_bank, wait_until_blocked
):
    funds, bank = funds_and_bank
    change_function(
        committed_database,
        "ledger_post",
        (LOCK, ""),
        (UNIQUE, ""),
        (ASKED, f"{ASKED} AS asked (key) WHERE NOT EXISTS (SELECT FROM ledger_transfer WHERE event_key = asked.key)"),
    )
    with committed_database.connect(autocommit=True) as admin:
        admin.execute("ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_once")
    race(committed_database, wait_until_blocked, lambda one: raw_post(one, [("payment:1", bank, funds, 10)]))
    assert balance_cents(funds) == 20
    assert Transfer.objects.filter(event_key="payment:1").count() == 2


def test_two_payments_at_once_are_both_in_the_total(committed_database, funds_and_bank, wait_until_blocked):
    pay_both(committed_database, funds_and_bank, wait_until_blocked)
    assert balance_cents(funds_and_bank[0]) == 20
    assert check_books().agrees


def test_control_with_read_then_write_one_payment_is_lost_from_the_total(
    committed_database, funds_and_bank, wait_until_blocked
):
    change_function(committed_database, "ledger_post", (LOCK, ""))
    change_function(
        committed_database,
        "ledger_add_to_totals",
        (
            "WITH moved AS (",
            "WITH read_total AS MATERIALIZED (SELECT max(credits_cents) AS was FROM ledger_account), moved AS (",
        ),
        (ADD, "SET credits_cents = (SELECT was FROM read_total) + moved.credits_cents"),
    )
    pay_both(committed_database, funds_and_bank, wait_until_blocked)
    assert balance_cents(funds_and_bank[0]) == 10
    assert "credits-differ" in {finding.code for finding in check_books().findings}


def pay_both(committed_database, funds_and_bank, wait_until_blocked) -> None:
    funds, bank = funds_and_bank
    keys = iter(["payment:1", "payment:2"])
    race(committed_database, wait_until_blocked, lambda one: raw_post(one, [(next(keys), bank, funds, 10)]))


def test_the_same_lots_loaded_from_two_connections_are_loaded_once(
    committed_database, funds_and_bank, wait_until_blocked
):
    funds, bank = funds_and_bank
    with transaction.atomic():
        post([posting("payment:1", bank, funds, 100)])

    def load(connection: psycopg.Connection) -> int:
        return connection.execute(
            "SELECT count(*) FROM ledger_load_lots(ARRAY['lot:1', 'lot:2'], ARRAY['load:1', 'load:2'], "
            "ARRAY[1::bigint, 2], ARRAY[50::bigint, 50], %s, 1, 'meal', '2027-01-05', '2026-01-05')",
            [funds],
        ).fetchone()[0]

    assert race(committed_database, wait_until_blocked, load) == (2, 0)
    assert balance_cents(funds) == 0
    assert check_books().agrees


def test_the_last_cents_are_spent_once(committed_database, funds_and_bank, wait_until_blocked):
    funds, bank = funds_and_bank
    with transaction.atomic():
        post([posting("payment:1", bank, funds, 100)])
    keys = iter(["refund:1", "refund:2"])
    with pytest.raises(psycopg.errors.CheckViolation, match="guarded_not_below_zero"):
        race(committed_database, wait_until_blocked, lambda one: raw_post(one, [(next(keys), funds, bank, 100)]))
    assert balance_cents(funds) == 0
    assert check_books().agrees


def test_one_transfer_is_not_reversed_twice_at_once(committed_database, funds_and_bank, wait_until_blocked):
    """Between hot accounts there is no account row to queue on: the reversed transfer itself is locked."""
    _, bank = funds_and_bank
    with transaction.atomic():
        revenue = open_account(AccountKind.REVENUE)
        [original] = post([posting("fee:1", bank, revenue, 100)])
    keys = iter(["reversal:1", "reversal:2"])

    def reverse(connection: psycopg.Connection) -> None:
        connection.execute(
            "SELECT ledger_post(ARRAY[%s], ARRAY['reversal'], ARRAY[%s::bigint], ARRAY[%s::bigint], ARRAY[100::bigint], "
            "ARRAY[now()], ARRAY[%s::bigint])",
            [next(keys), revenue, bank, original.transfer_id],
        )

    with pytest.raises(psycopg.DatabaseError, match="reversal:2 does not reverse"):
        race(committed_database, wait_until_blocked, reverse)
    assert balance_cents(revenue) == 0


def opposing_batches(committed_database, rounds: int) -> None:
    """Two connections move money round the same twenty accounts, each in its own order."""
    with transaction.atomic():
        ids = [open_account(AccountKind.RECEIVABLE, str(number)) for number in range(20)]
    start = threading.Barrier(2)

    def go_round(direction: int) -> None:
        ring = ids[::direction]
        with committed_database.connect(autocommit=True) as connection:
            connection.execute("SET deadlock_timeout = '20ms'")
            for turn in range(rounds):
                start.wait(PATIENCE_SECONDS)
                moves = [
                    (f"ring:{direction}:{turn}:{place}", debit_id, credit_id, 1)
                    for place, (debit_id, credit_id) in enumerate(pairwise(ring))
                ]
                raw_post(connection, moves)

    with ThreadPoolExecutor(2) as threads:
        ways = [threads.submit(go_round, direction) for direction in (1, -1)]
        for way in ways:
            way.add_done_callback(lambda done: start.abort() if done.exception() else None)
        errors = [error for way in ways if (error := way.exception(PATIENCE_SECONDS))]
    for error in errors:
        if not isinstance(error, threading.BrokenBarrierError):
            raise error


def test_opposing_transfers_between_the_same_accounts_never_deadlock(committed_database):
    opposing_batches(committed_database, rounds=60)
    assert Transfer.objects.count() == 60 * 2 * 19
    assert check_books().agrees


def test_control_with_locks_in_the_order_of_the_batch_they_deadlock(committed_database):
    change_function(
        committed_database,
        "ledger_post",
        (LOCK, LOCK_IN_BATCH_ORDER),
    )
    with pytest.raises(psycopg.errors.DeadlockDetected):
        opposing_batches(committed_database, rounds=2_000)


def test_days_close_only_when_the_writers_at_work_are_done(committed_database, funds_and_bank, wait_until_blocked):
    """A transfer with a low id that commits late is in the day totals, not forgotten below their mark."""
    _, bank = funds_and_bank
    with transaction.atomic():
        revenue = open_account(AccountKind.REVENUE)
    with committed_database.connect() as late, committed_database.connect() as closing, ThreadPoolExecutor(1) as thread:
        raw_post(late, [("fee:late", bank, revenue, 1)])
        with transaction.atomic():
            post([posting("fee:early", bank, revenue, 2)])
        waiting = thread.submit(lambda: closing.execute("SELECT ledger_last_final_transfer()").fetchone()[0])
        wait_until_blocked(closing)
        late.commit()
        through_id = waiting.result(PATIENCE_SECONDS)
        closing.commit()
    assert through_id == Transfer.objects.get(event_key="fee:early").id
    assert close_days() == 2
    assert balance_cents(revenue) == 3
    assert check_books().agrees


def test_control_closing_up_to_the_highest_id_seen_forgets_the_late_transfer(committed_database, funds_and_bank):
    _, bank = funds_and_bank
    change_function(committed_database, "ledger_last_final_transfer", ("LOCK TABLE ledger_transfer IN SHARE MODE;", ""))
    with transaction.atomic():
        revenue = open_account(AccountKind.REVENUE)
    with committed_database.connect() as late:
        raw_post(late, [("fee:late", bank, revenue, 1)])
        with transaction.atomic():
            post([posting("fee:early", bank, revenue, 2)])
        close_days()
    assert balance_cents(revenue) == 2
    assert "day-total-differs" in {finding.code for finding in check_books().findings}


def test_two_that_open_the_same_accounts_in_other_orders_get_the_same_ids(committed_database):
    keys = [f"bank:{number}" for number in range(200)]

    def open_in(order: int) -> dict[str, int]:
        with committed_database.connect(autocommit=True) as connection:
            some = keys[::order]
            rows = connection.execute(
                "SELECT * FROM ledger_open_accounts(%s::text[], array_fill('bank'::text, ARRAY[200]), NULL, NULL, NULL, "
                "NULL, NULL, NULL)",
                [some],
            )
            return dict(rows.fetchall())

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(open_in, [1, -1], timeout=PATIENCE_SECONDS)
    assert first == second
    assert set(first) == set(keys)


@pytest.mark.parametrize("call", [post, open_accounts])
def test_the_door_is_closed_outside_a_transaction(call, committed_database):
    with pytest.raises(TransactionManagementError):
        call([])
