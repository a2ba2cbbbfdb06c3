"""How fast a CODA file of a busy day is read; the file is made in memory by our own writer."""

import time
from datetime import date

from tegoed.formats.coda import FILE_RECORDS_MAX, Movement, Statement, numbered, read_coda, write_coda
from tegoed.rules.structured_communication import make_structured_communication

DAY = date(2026, 3, 2)
ROUNDS = 3
RECORDS_PER_MOVEMENT = 3


def measure_reading(movements: int) -> dict:
    """Reads one statement of so many incoming transfers, best of three rounds.

    Half have records 2.1 and 2.3 with a structured communication (101), half 2.1, 2.2 and 2.3 with free text and a
    reference. `movements` at most a third of `FILE_RECORDS_MAX`.
    """
    if movements * RECORDS_PER_MOVEMENT + 4 > FILE_RECORDS_MAX:
        raise ValueError(f"more than the {FILE_RECORDS_MAX} records that a file may have")
    data = write_coda([_statement(movements)])
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        (statement,) = read_coda(data)
        seconds.append(time.perf_counter() - started)
        assert len(statement.movements) == movements
    best = min(seconds)
    return {
        "movements": movements,
        "records": data.count(b"\n"),
        "bytes": len(data),
        "seconds": best,
        "movements_per_second": round(movements / best),
        "megabytes_per_second": round(len(data) / best / 1e6, 1),
    }


def _statement(count: int) -> Statement:
    payments = tuple(_payment(index) for index in range(count))
    return numbered(
        Statement(
            account_number="BE68539007547034",
            account_structure="2",
            currency="EUR",
            created_on=DAY,
            sequence=41,
            old_balance_cents=1_000_00,
            old_balance_on=DAY,
            new_balance_cents=1_000_00 + sum(payment.amount_cents for payment in payments),
            new_balance_on=DAY,
            movements=payments,
            holder="TEGOED NV",
        )
    )


def _payment(index: int) -> Movement:
    is_structured = index % 2 == 0
    return Movement(
        sequence=0,
        detail=0,
        amount_cents=10_000 + index,
        value_on=DAY,
        entry_on=DAY,
        transaction_type="0",
        family="01",
        transaction="50",
        category="000",
        bank_reference=f"REF{index:018d}",
        customer_reference="" if is_structured else f"E2E{index}",
        communication="" if is_structured else f"order {index} of the works council, meal vouchers of February",
        structured_type="101" if is_structured else None,
        structured_content=make_structured_communication(index) if is_structured else "",
        counterparty_account="BE68539007547034",
        counterparty_currency="EUR",
        counterparty_bic="" if is_structured else "GEBABEBB",
        counterparty_name=f"Zorgbedrijf Café {index}",
    )


if __name__ == "__main__":
    for name, value in measure_reading(50_000).items():
        print(f"{name:24}{value}")
