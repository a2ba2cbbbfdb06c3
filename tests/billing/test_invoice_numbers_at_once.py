"""Sixteen issuers at once: no number is missing and none is given twice; without the locked counter row both happen."""

import threading

import pytest
from at_once import at_once
from cast import hire, play
from django.db import connection, transaction
from django.db.models import Max
from story import confirmed, draft_of

from tegoed.billing import actions as billing_actions
from tegoed.billing.models import Invoice, InvoiceCounter
from tegoed.flows.invoice_order import invoice_order

ISSUERS = 16
NUMBERS_EACH = 6


def given_at_once(give) -> tuple[list[int], int]:
    """What sixteen threads got, each a few times in transactions of their own of which every third is undone; how many kept."""

    def issue() -> list[int]:
        kept = []
        for turn in range(NUMBERS_EACH):
            with transaction.atomic():
                number = give()
                if turn % 3 == 2:
                    transaction.set_rollback(True)
                else:
                    kept.append(number)
        return kept

    found = at_once(*[issue] * ISSUERS)
    assert [one for one in found if isinstance(one, Exception)] == []
    return sorted(number for kept in found for number in kept), ISSUERS * (NUMBERS_EACH - NUMBERS_EACH // 3)


@pytest.fixture
def meet() -> threading.Barrier:
    return threading.Barrier(ISSUERS, timeout=20)


def test_numbers_of_sixteen_issuers_have_no_gap_and_no_double(committed_database, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        numbers, count = given_at_once(lambda: billing_actions.next_number("P", 2026))
        assert numbers == list(range(1, count + 1))
        assert InvoiceCounter.objects.get(series="P", year=2026).last_number == count


def test_the_highest_number_plus_one_gives_some_twice(committed_database, django_db_blocker, meet) -> None:
    """Negative control: read, then write, without the row's lock; all read before one writes."""
    with django_db_blocker.unblock():
        InvoiceCounter.objects.create(series="X", year=2026, last_number=0)

        def naive() -> int:
            highest = InvoiceCounter.objects.filter(series="X").aggregate(highest=Max("last_number"))["highest"]
            meet.wait()
            InvoiceCounter.objects.filter(series="X").update(last_number=highest + 1)
            return highest + 1

        numbers, count = given_at_once(naive)
        assert len(set(numbers)) < count


def test_a_sequence_of_the_database_leaves_gaps(committed_database, django_db_blocker) -> None:
    """Negative control: a number taken outside the transaction is lost with it."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute("CREATE SEQUENCE naive_invoice_number")

        def naive() -> int:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval('naive_invoice_number')")
                return int(cursor.fetchone()[0])

        numbers, count = given_at_once(naive)
        assert len(set(numbers)) == count
        assert numbers != list(range(1, count + 1))


def test_sixteen_workers_invoice_sixteen_orders_without_a_gap(committed_database, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        cast = play()
        people = hire(cast.bakery, 1)
        orders = [confirmed(draft_of(cast.bakery, people)) for _ in range(ISSUERS)]
        made = at_once(*[lambda pk=order.pk: invoice_order(order_id=pk) for order in orders])
        assert [one for one in made if isinstance(one, Exception)] == []
        for series, count in (("P", ISSUERS), ("C", 1)):
            numbers = sorted(Invoice.objects.filter(series=series).values_list("number_in_year", flat=True))
            assert numbers == list(range(1, count + 1)), series
        communications = Invoice.objects.values_list("structured_communication", flat=True)
        assert len(set(communications)) == len(communications) == ISSUERS + 1
