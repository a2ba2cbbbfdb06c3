"""Vouchers on paper are made once, worth what was paid, with numbers that hold and can't be guessed (SPEC Q4, L3)."""

import pytest
from cast import hire
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from paper_story import paid_paper_order, sign_gift_on_paper

from tegoed.flows import load_due_orders as loading
from tegoed.flows.check_books import check_books
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.ledger.models import Account
from tegoed.ledger.refusals import FundsShort
from tegoed.orders.models import Order
from tegoed.outbox.models import Message
from tegoed.paper_vouchers import actions
from tegoed.paper_vouchers.actions import issue_vouchers
from tegoed.paper_vouchers.models import PaperVoucher, PrintBatch
from tegoed.rules.dates import add_months, brussels_today
from tegoed.rules.paper_vouchers import NUMBER_DIGITS, is_voucher_number, voucher_number
from tegoed.wallets.models import Lot, Wallet


@pytest.fixture
def bakery(cast):
    sign_gift_on_paper(cast.bakery, cast.tariff)
    return cast.bakery


def made() -> tuple[int, int, int, int]:
    """(batches, vouchers, lots, mails)."""
    mails = Message.objects.filter(kind="order_loaded").count()
    return PrintBatch.objects.count(), PaperVoucher.objects.count(), Lot.objects.count(), mails


def test_a_paid_order_becomes_numbered_vouchers_and_no_balance_of_a_wallet(bakery):
    people = hire(bakery, 3)  # two in one workplace, one in the other
    order = paid_paper_order(bakery, people)
    assert made() == (0, 0, 0, 0)
    assert len(load_due_orders()) == 1
    assert made() == (2, 12, 3, 1)
    batches = PrintBatch.objects.order_by("place_name").values_list(
        "place_name", "town", "voucher_count", "face_value_cents", "state"
    )
    assert list(batches) == [("Atelier", "Gent", 4, 4_000, "to_print"), ("Winkel", "Antwerpen", 8, 8_000, "to_print")]
    vouchers = PaperVoucher.objects.all()
    assert {(voucher.face_value_cents, voucher.expires_on) for voucher in vouchers} == {
        (1_000, Lot.objects.first().expires_on)
    }
    assert Lot.objects.first().expires_on >= add_months(brussels_today(), 11)
    assert not Wallet.objects.exists()
    assert set(Account.objects.filter(kind="lot").values_list("wallet_id", "order_id")) == {(None, order.pk)}
    mail = Message.objects.get(kind="order_loaded")
    assert "Atelier, Kaai 14, 9000 Gent" in mail.text
    assert "Winkel, Grote Markt 2, 2000 Antwerpen" in mail.text
    order.refresh_from_db()
    assert order.transitions.latest("id").reason == "vouchers_made"
    assert check_books().findings == []


def test_once_made_nothing_is_made_again_by_any_door(bakery):
    order = paid_paper_order(bakery, hire(bakery, 2))
    load_due_orders()
    assert load_due_orders() == []
    assert made() == (2, 8, 2, 1)
    with pytest.raises(DatabaseError), transaction.atomic():
        issue_vouchers(order=order, expires_on=brussels_today(), at=timezone.now())
    assert made() == (2, 8, 2, 1)


@pytest.mark.parametrize("broken", ["_issue", "advance_order", "mail_contacts"])
def test_what_fails_on_the_way_leaves_nothing_and_is_done_next_time(bakery, monkeypatch, broken):
    paid_paper_order(bakery, hire(bakery, 2))

    def fail(*_args, **_facts):
        raise RuntimeError(broken)

    with monkeypatch.context() as patched:
        patched.setattr(loading, broken, fail)
        assert load_due_orders() == []
    assert made() == (0, 0, 0, 0)
    assert len(load_due_orders()) == 1
    assert made() == (2, 8, 2, 1)
    assert check_books().findings == []


def test_less_paid_than_printed_prints_nothing(bakery):
    order = paid_paper_order(bakery, hire(bakery, 2))
    Order.objects.filter(pk=order.pk).update(face_value_cents=1)
    assert load_due_orders() == []
    order.lines.update(amount_cents=9_000, voucher_count=9)
    with pytest.raises(FundsShort), transaction.atomic():
        loading.load_order(Order.objects.select_related("client").get(pk=order.pk))
    assert made() == (0, 0, 0, 0)


def test_a_large_place_has_several_batches_and_nobody_is_in_two(bakery, monkeypatch):
    monkeypatch.setattr(actions, "BATCH_VOUCHERS_MAX", 10)
    people = hire(bakery, 12)
    order = paid_paper_order(bakery, people)
    load_due_orders()
    batches = PrintBatch.objects.filter(order=order).order_by("place_name", "part")
    assert [(batch.place_name, batch.part, batch.voucher_count) for batch in batches] == [
        ("Atelier", 1, 8),
        ("Atelier", 2, 12),
        ("Atelier", 3, 4),
        ("Winkel", 1, 8),
        ("Winkel", 2, 12),
        ("Winkel", 3, 4),
    ]
    for batch in batches:
        assert batch.vouchers.count() == batch.voucher_count
    assert all(len({voucher.batch_id for voucher in line.paper_vouchers.all()}) == 1 for line in order.lines.all())


def test_numbers_of_the_database_are_unique_hold_and_differ_by_chance(bakery):
    paid_paper_order(bakery, hire(bakery, 6), value_cents=500)
    load_due_orders()
    vouchers = list(PaperVoucher.objects.order_by("id"))
    numbers = [voucher.number for voucher in vouchers]
    assert len(set(numbers)) == len(numbers) == 48
    for voucher in vouchers:
        secret = int(voucher.number[10:18])
        assert voucher.number == voucher_number(serial=voucher.pk, secret=secret)
    secrets = {number[10:18] for number in numbers}
    assert len(secrets) > 40  # drawn anew for each
    with (
        pytest.raises(DatabaseError, match="paper_voucher_number_holds"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO paper_vouchers_papervoucher (number, batch_id, order_line_id, position, face_value_cents,"
            " expires_on) SELECT '00000000010000000199', batch_id, order_line_id, 999, 1, expires_on"
            " FROM paper_vouchers_papervoucher LIMIT 1"
        )


@given(
    st.integers(0, 10**10 - 1),
    st.integers(0, 10**8 - 1),
    st.integers(0, NUMBER_DIGITS - 1),
    st.integers(1, 9),
)
def test_a_wrong_digit_or_two_exchanged_are_always_found(serial, secret, place, step):
    number = voucher_number(serial=serial, secret=secret)
    assert is_voucher_number(number)
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert not is_voucher_number(wrong)
    if place < NUMBER_DIGITS - 1 and number[place] != number[place + 1]:
        exchanged = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert not is_voucher_number(exchanged)


def test_a_voucher_stays_as_it_was_made(bakery):
    paid_paper_order(bakery, hire(bakery, 1))
    load_due_orders()
    for change in (
        lambda: PaperVoucher.objects.update(face_value_cents=5_000),
        lambda: PaperVoucher.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="a voucher stays as it was made"), transaction.atomic():
            change()


VOUCHER_LOST = """
    ALTER TABLE paper_vouchers_papervoucher DISABLE TRIGGER paper_voucher_stays;
    DELETE FROM paper_vouchers_papervoucher WHERE position = 1
"""
ORDER_NO_LONGER_ON_PAPER = "UPDATE orders_order SET form = 'electronic', paper_value_cents = 0"
LOT_IN_A_WALLET = """
    INSERT INTO wallets_wallet (person_id, product) SELECT min(person_id), 'gift' FROM beneficiaries_beneficiary;
    UPDATE wallets_lot SET wallet_id = (SELECT max(id) FROM wallets_wallet)
"""


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (VOUCHER_LOST, "paper-vouchers-differ-from-lot"),
        (ORDER_NO_LONGER_ON_PAPER, "paper-vouchers-differ-from-lot"),
        (LOT_IN_A_WALLET, "lot-on-paper-in-a-wallet"),
    ],
)
def test_check_books_finds_vouchers_that_are_not_worth_their_lot(bakery, damage, code):
    paid_paper_order(bakery, hire(bakery, 1))
    load_due_orders()
    assert check_books().agree
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {damage}")
    assert code in {finding.code for finding in check_books().findings}
