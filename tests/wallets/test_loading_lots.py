"""Loading: once at every level, never more than was paid, each lot with its own last day in Brussels."""

from datetime import date

import pytest
import time_machine
from cast import draft_of, hire
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from story import confirmed, invoice_order, invoiced, paid

from tegoed.flows.check_books import check_books
from tegoed.flows.load_due_orders import load_due_orders, load_order
from tegoed.ledger.models import Account, Transfer
from tegoed.ledger.refusals import FundsShort
from tegoed.orders.actions import StepNotAllowed
from tegoed.orders.models import Order, OrderLine
from tegoed.outbox.models import Message
from tegoed.wallets.actions import load_order_lines
from tegoed.wallets.models import Lot, Wallet
from tegoed.wallets.queries import balances_of_order, loaded_through

NEXT_YEAR = date(2027, 12, 31)


def paid_order(cast, people, **particulars) -> Order:
    order, invoices = invoiced(cast.bakery, people, **particulars)
    paid(*invoices)
    order.refresh_from_db()
    assert order.state == "paid"
    return order


def what_is_loaded() -> tuple[int, int, int, int]:
    """(lots, load transfers, cents in lots, mails about loads)."""
    cents = sum(account.credits_cents - account.debits_cents for account in Account.objects.filter(kind="lot"))
    loads = Transfer.objects.filter(kind="load").count()
    return Lot.objects.count(), loads, cents, Message.objects.filter(kind="order_loaded").count()


def load_lines(order: Order) -> int:
    return load_order_lines(order=order, credited_at=timezone.now(), expires_on=NEXT_YEAR)


def test_the_lines_of_an_order_loaded_twice_in_one_transaction_make_no_second_lot(cast) -> None:
    order = paid_order(cast, hire(cast.bakery, 3))
    with transaction.atomic():
        assert load_lines(order) == 3
        assert load_lines(order) == 0
    assert what_is_loaded() == (3, 3, 3 * 16_000, 0)


def test_a_loaded_order_can_not_be_loaded_again_by_the_story_either(cast) -> None:
    order = paid_order(cast, hire(cast.bakery, 3))
    assert len(load_due_orders()) == 1
    before = what_is_loaded()
    order.refresh_from_db()
    for state in ("loaded", "paid"):  # as it is, and with its state tampered back
        order.state = state
        order.save()
        with pytest.raises((StepNotAllowed, AssertionError)), transaction.atomic():
            load_order(order)
        assert what_is_loaded() == before
    assert load_due_orders() == []
    assert what_is_loaded() == before == (3, 3, 48_000, 1)


def test_the_database_takes_no_second_lot_for_a_line(cast) -> None:
    paid_order(cast, hire(cast.bakery, 1))
    load_due_orders()
    lot = Lot.objects.get()
    spare = Account.objects.exclude(kind="lot").first()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO wallets_lot (account_id, wallet_id, order_line_id, amount_cents, credited_at, expires_on)"
            " VALUES (%s, %s, %s, 1, now(), now())",
            [spare.pk, lot.wallet_id, lot.order_line_id],
        )


def test_less_paid_than_loaded_is_refused_and_nothing_is_half_done(cast) -> None:
    people = hire(cast.bakery, 4)
    order, invoices = invoiced(cast.bakery, people)
    Order.objects.filter(pk=order.pk).update(state="paid", paid_at=timezone.now())  # nobody paid
    with pytest.raises(FundsShort), transaction.atomic():
        load_lines(order)
    assert load_due_orders() == []
    order.refresh_from_db()
    assert (order.state, order.loaded_at) == ("paid", None)
    assert what_is_loaded() == (0, 0, 0, 0)
    assert not Wallet.objects.exists()
    Order.objects.filter(pk=order.pk).update(state="invoiced", paid_at=None)
    paid(*invoices)
    assert len(load_due_orders()) == 1
    assert check_books().findings == []


def test_a_line_made_dearer_after_payment_stops_the_whole_order_and_not_the_others(cast) -> None:
    people = hire(cast.bakery, 3)
    honest, tampered = paid_order(cast, people), paid_order(cast, people)
    load_due_orders()
    later = paid_order(cast, people)
    line = OrderLine.objects.filter(order=later).first()
    OrderLine.objects.filter(pk=line.pk).update(voucher_count=21, amount_cents=16_800)
    other, invoices = invoiced(cast.garage, hire(cast.garage, 1, first=50))
    paid(*invoices)
    assert [loaded.order_id for loaded in load_due_orders()] == [other.pk]
    later.refresh_from_db()
    assert later.state == "paid"
    assert balances_of_order(later.pk) == {}
    assert len(balances_of_order(honest.pk)) == len(balances_of_order(tampered.pk)) == 3


def test_two_orders_for_the_same_people_are_two_lots_in_one_wallet(cast) -> None:
    people = hire(cast.bakery, 2)
    paid_order(cast, people)
    paid_order(cast, people, count=10)
    assert len(load_due_orders()) == 2
    assert (Wallet.objects.count(), Lot.objects.count()) == (2, 4)
    for wallet in Wallet.objects.all():
        assert sorted(wallet.lots.values_list("amount_cents", flat=True)) == [8_000, 16_000]
    loaded = loaded_through(cast.bakery, [person.pk for person in people])
    assert loaded == {person.pk: {"meal": 24_000} for person in people}
    assert check_books().findings == []


def test_two_employers_of_one_person_fill_one_wallet_and_see_only_their_own(cast) -> None:
    (at_bakery,), (at_garage,) = hire(cast.bakery, 1), hire(cast.garage, 1)
    for client, person, count in ((cast.bakery, at_bakery, 20), (cast.garage, at_garage, 3)):
        order = confirmed(draft_of(client, [person], count=count))
        paid(*invoice_order(order_id=order.pk))
    load_due_orders()
    assert (Wallet.objects.count(), Lot.objects.count()) == (1, 2)
    assert loaded_through(cast.bakery, [at_bakery.pk, at_garage.pk]) == {at_bakery.pk: {"meal": 16_000}}
    assert loaded_through(cast.garage, [at_bakery.pk, at_garage.pk]) == {at_garage.pk: {"meal": 2_400}}


@pytest.mark.parametrize(
    ("moment", "last_day"),
    [
        ("2028-02-29T11:00:00Z", "2029-02-28"),  # from a leap day to a year without one
        ("2027-02-28T11:00:00Z", "2028-02-28"),
        ("2026-03-29T00:59:59Z", "2027-03-29"),  # the night summer time begins
        ("2026-03-29T01:00:01Z", "2027-03-29"),
        ("2026-03-28T22:59:59Z", "2027-03-28"),  # 23:59:59 in winter time
        ("2026-03-28T23:00:00Z", "2027-03-29"),
        ("2026-10-24T21:59:59Z", "2027-10-24"),  # 23:59:59 in summer time
        ("2026-10-24T22:00:00Z", "2027-10-25"),
        ("2026-10-25T00:30:00Z", "2027-10-25"),  # half past two, for the first time
        ("2026-10-25T01:30:00Z", "2027-10-25"),  # and for the second
        ("2026-12-31T23:00:00Z", "2028-01-01"),
    ],
)
def test_vouchers_last_a_year_counted_in_brussels(cast, moment, last_day) -> None:
    with time_machine.travel(moment, tick=False):
        paid_order(cast, hire(cast.bakery, 1))
        (loaded,) = load_due_orders()
    lot = Lot.objects.get()
    assert f"{loaded.expires_on}" == f"{lot.expires_on}" == f"{lot.account.expires_on}" == last_day


def test_an_order_is_loaded_from_midnight_in_brussels_of_its_day(cast) -> None:
    with time_machine.travel("2026-03-27T12:00:00Z"):
        order = paid_order(cast, hire(cast.bakery, 1), loading_on=date(2026, 3, 30))
    with time_machine.travel("2026-03-29T21:59:59Z", tick=False):
        assert load_due_orders() == []
    with time_machine.travel("2026-03-29T22:00:00Z", tick=False):
        assert [loaded.order_id for loaded in load_due_orders()] == [order.pk]
