"""A day is closed only when books and bank agree, as shown, and what comes later is seen."""

from datetime import timedelta

import pytest
import time_machine
from at_once import at_once
from bank import Payment, coda_file, payment_of
from cast import hire, play
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from story import booked, invoiced

from tegoed.banking.day_closes import DayClose
from tegoed.flows.day_close import close_day, day_figures, days_of_accounts, digest_holds
from tegoed.flows.refusals import DayClosedAlready, DayDiffers, DayFiguresChanged, DayNotOver, DayWithoutStatement
from tegoed.ledger.door import AccountSpec, Posting, open_accounts, post
from tegoed.ledger.models import AccountKind, TransferKind
from tegoed.rules.dates import brussels_today

TODAY = brussels_today()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def account(cast):
    """Yesterday: an opening balance, an invoice paid, money nobody knows, and fees. Today: one more payment."""
    _order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 1))
    payments = [payment_of(product), Payment(500, free="?"), Payment(-20)]
    booked(coda_file(payments, on=YESTERDAY, old_balance_cents=10_000))
    booked(coda_file([Payment(7, free="?")], sequence=2, old_balance_cents=10_480 + product.total_cents, on=TODAY))
    return cast.bank_account


def closed(account, actor, day_on=YESTERDAY) -> DayClose:
    digest = day_figures(account, day_on).digest
    return close_day(account_id=account.pk, day_on=day_on, actor=actor, shown_digest=digest)


def stray_posting(account, cents: int = 1) -> None:
    """A transfer on the bank account that no line of the bank stands behind, as only raw hands make it."""
    with transaction.atomic():
        ids = open_accounts(
            [
                AccountSpec(account_key=f"bank:{account.pk}", kind=AccountKind.BANK),
                AccountSpec(account_key="opening", kind=AccountKind.OPENING),
            ]
        )
        post(
            [
                Posting(
                    event_key="stray:1",
                    kind=TransferKind.OPENING_BALANCE,
                    debit_id=ids[f"bank:{account.pk}"],
                    credit_id=ids["opening"],
                    amount_cents=cents,
                    event_at=timezone.now(),
                )
            ]
        )


def test_the_figures_of_a_day_are_those_of_its_statements(account) -> None:
    figures = day_figures(account, YESTERDAY)
    assert figures.agrees
    assert figures.book_cents == figures.statement_cents
    assert {lines.state: (lines.count, lines.cents) for lines in figures.lines} == {
        "matched": (1, figures.statement_cents - 10_480),
        "suspense": (1, 500),
        "outgoing": (1, -20),
    }
    assert (figures.waiting_suspense.cents, figures.waiting_outgoing.cents) == (500, -20)
    assert figures.transfer_count == 4
    assert day_figures(account, TODAY).book_cents == figures.book_cents + 7


def test_a_day_that_agrees_is_signed_once(account, staff_member) -> None:
    close = closed(account, staff_member)
    assert (close.book_cents, close.statement_cents, close.round) == (close.bank_cents - 7, close.bank_cents - 7, 1)
    assert digest_holds(close)
    with pytest.raises(DayClosedAlready):
        closed(account, staff_member)
    shown = {day.day_on: day for day in days_of_accounts()}
    assert shown[YESTERDAY].close == close
    assert (shown[YESTERDAY].late_count, shown[TODAY].close) == (0, None)


def test_a_day_that_is_not_over_or_has_no_statement_is_not_closed(account, staff_member) -> None:
    with pytest.raises(DayNotOver):
        closed(account, staff_member, TODAY)
    with pytest.raises(DayWithoutStatement):
        closed(account, staff_member, YESTERDAY - timedelta(days=1))
    assert DayClose.objects.count() == 0


def test_a_cent_of_difference_keeps_the_day_open_and_is_named(account, staff_member) -> None:
    stray_posting(account)
    figures = day_figures(account, YESTERDAY)
    assert [(one.code, one.found_cents - one.expected_cents) for one in figures.differences] == [
        ("balance", 1),
        ("transfer", 1),
    ]
    with pytest.raises(DayDiffers):
        closed(account, staff_member)


def test_a_line_that_is_not_wholly_booked_is_named(account) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE banking_statementline SET amount_cents = 501 WHERE amount_cents = 500")
    codes = {one.code for one in day_figures(account, YESTERDAY).differences}
    assert codes == {"line", "sum"}


def test_figures_that_changed_are_not_signed(account, staff_member) -> None:
    with pytest.raises(DayFiguresChanged):
        close_day(account_id=account.pk, day_on=YESTERDAY, actor=staff_member, shown_digest="0" * 64)


def test_a_posting_after_the_close_is_flagged_and_the_day_signed_again(account, staff_member) -> None:
    last = day_figures(account, TODAY).statement_cents
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        first = closed(account, staff_member, TODAY)
        booked(coda_file([Payment(33, free="?")], sequence=3, old_balance_cents=last, on=TODAY))
        day = days_of_accounts()[0]
        assert (day.close, day.late_count, day.late_cents) == (first, 1, 33)
        second = closed(account, staff_member, TODAY)
        day = days_of_accounts()[0]
        assert (day.close, second.round, day.late_count) == (second, 2, 0)


def test_a_signed_day_can_not_be_changed_by_raw_sql_either(account, staff_member) -> None:
    close = closed(account, staff_member)
    for sql in ("UPDATE banking_dayclose SET book_cents = 0, statement_cents = 0", "DELETE FROM banking_dayclose"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    close.figures["book_cents"] += 1
    assert not digest_holds(close)


def test_each_close_carries_the_digest_of_the_one_before(account, staff_member) -> None:
    first = closed(account, staff_member)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        second = closed(account, staff_member, TODAY)
    assert (first.figures["close_before"], second.figures["close_before"]) == ("", first.digest)


def test_two_who_sign_at_once_make_one_close(committed_database, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        cast = play()
        booked(coda_file([Payment(500, free="?")], on=YESTERDAY))
        digest = day_figures(cast.bank_account, YESTERDAY).digest

        def sign() -> DayClose:
            return close_day(
                account_id=cast.bank_account.pk, day_on=YESTERDAY, actor=cast.staff_member, shown_digest=digest
            )

        results = at_once(sign, sign, sign)
        assert sorted(type(one).__name__ for one in results) == ["DayClose", "DayClosedAlready", "DayClosedAlready"]
        assert DayClose.objects.count() == 1
