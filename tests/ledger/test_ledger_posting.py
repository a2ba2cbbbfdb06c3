"""The door: what is posted, what is passed over, what is refused."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from ledger_accounts import EVENT_AT, open_account, posting

from tegoed.errors import Refusal
from tegoed.ledger import door
from tegoed.ledger.door import AccountSpec, Posting, open_accounts, post
from tegoed.ledger.models import AMOUNT_CENTS_MAX, Account, AccountKind, Transfer, TransferKind
from tegoed.ledger.queries import balance_cents, balances_cents, transfers_of
from tegoed.ledger.refusals import (
    AccountKeyReused,
    AccountUnknown,
    BatchTooLarge,
    EventKeyReused,
    FundsShort,
    ReversalExceedsOriginal,
    named_refusals,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> int:
    return open_account(AccountKind.BANK)


@pytest.fixture
def funds() -> int:
    return open_account(AccountKind.CLIENT_FUNDS)


@pytest.fixture
def lot() -> int:
    return open_account(AccountKind.LOT)


def test_a_transfer_moves_cents_from_debit_to_credit(bank, funds):
    [posted] = post([posting("payment:1", bank, funds, 15_000)])
    assert posted.event_key == "payment:1"
    assert balances_cents([bank, funds]) == {bank: -15_000, funds: 15_000}
    transfer = Transfer.objects.get(id=posted.transfer_id)
    assert (transfer.debit_id, transfer.credit_id, transfer.amount_cents) == (bank, funds, 15_000)
    assert transfer.event_at == EVENT_AT


def test_the_same_posting_twice_is_posted_once(bank, funds):
    once = posting("payment:1", bank, funds, 15_000)
    assert len(post([once, once])) == 1
    assert post([once]) == []
    assert balance_cents(funds) == 15_000


def test_a_replay_at_another_moment_is_still_the_same_event(bank, funds):
    post([posting("payment:1", bank, funds, 15_000)])
    assert post([posting("payment:1", bank, funds, 15_000, event_at=EVENT_AT + dt.timedelta(days=1))]) == []


def test_a_batch_that_is_partly_known_posts_the_rest_only(bank, funds):
    post([posting("payment:2", bank, funds, 20)])
    new = post([posting(f"payment:{number}", bank, funds, number * 10) for number in (1, 2, 3)])
    assert {posted.event_key for posted in new} == {"payment:1", "payment:3"}
    assert balance_cents(funds) == 60


@pytest.mark.parametrize("change", ["amount", "debit", "credit", "kind", "within_one_batch"])
def test_an_event_key_with_other_content_is_refused_and_nothing_of_the_batch_stays(change, bank, funds, lot):
    first = posting("payment:1", bank, funds, 100)
    other = {
        "amount": posting("payment:1", bank, funds, 101),
        "debit": posting("payment:1", open_account(AccountKind.OPENING), funds, 100),
        "credit": posting("payment:1", bank, lot, 100),
        "kind": posting("payment:1", bank, funds, 100, kind=TransferKind.REFUND),
        "within_one_batch": posting("payment:1", bank, funds, 101),
    }[change]
    if change != "within_one_batch":
        post([first])
    before = Transfer.objects.count()
    with pytest.raises(EventKeyReused, match="payment:1"), transaction.atomic():
        post([posting("payment:2", bank, funds, 7), *([first] if change == "within_one_batch" else []), other])
    assert Transfer.objects.count() == before
    assert balance_cents(funds) == 100 * before


def test_a_guarded_account_never_goes_below_zero_and_nothing_of_the_batch_stays(bank, funds, lot):
    post([posting("payment:1", bank, funds, 100)])
    with pytest.raises(FundsShort) as refused, transaction.atomic():
        post([posting("payment:2", bank, lot, 50), posting("load:1", funds, lot, 101)])
    assert isinstance(refused.value, Refusal)
    assert refused.value.code == "funds-short"
    assert refused.value.params == {"account_id": funds}
    assert balances_cents([bank, funds, lot]) == {bank: -100, funds: 100, lot: 0}


@pytest.mark.parametrize("kind", list(AccountKind))
def test_guarded_and_hot_kinds_are_the_ones_the_database_keeps_so(kind, bank):
    account = open_account(kind, "tried")
    other = open_account(AccountKind.OPENING, "other")
    try:
        with transaction.atomic():
            post([posting("try:1", account, other, 1)])
    except FundsShort:
        assert kind.is_guarded
    else:
        assert not kind.is_guarded
        assert balance_cents(account) == -1
        assert Account.objects.get(id=account).debits_cents == (0 if kind.is_hot else 1)


def test_money_may_pass_through_a_guarded_account_within_one_batch(bank, funds, lot):
    post([posting("a:load", funds, lot, 100), posting("b:payment", bank, funds, 100)])
    assert balances_cents([funds, lot]) == {funds: 0, lot: 100}


def test_an_unknown_account_is_refused(bank, funds):
    for debit_id, credit_id in ((bank, 999_999), (999_999, bank), (999_999, funds)):
        with pytest.raises(AccountUnknown), transaction.atomic():
            post([posting("payment:1", debit_id, credit_id, 1)])
    assert Transfer.objects.count() == 0


@pytest.mark.parametrize("amount_cents", [0, -1, AMOUNT_CENTS_MAX + 1])
def test_an_amount_out_of_bounds_is_refused_in_python_and_in_the_database(amount_cents, bank, funds):
    with pytest.raises(ValueError, match="not an amount"):
        posting("payment:1", bank, funds, amount_cents)
    unchecked = posting("payment:1", bank, funds, 1)
    object.__setattr__(unchecked, "amount_cents", amount_cents)
    with pytest.raises(IntegrityError, match="ledger_transfer_amount_in_bounds"):
        post([unchecked])


def test_a_transfer_to_itself_is_refused_in_python_and_in_the_database(bank, funds):
    with pytest.raises(ValueError, match="same account"):
        posting("payment:1", bank, bank, 1)
    unchecked = posting("payment:1", bank, funds, 1)
    object.__setattr__(unchecked, "credit_id", bank)
    with pytest.raises(IntegrityError, match="ledger_transfer_two_accounts"):
        post([unchecked])


def test_an_event_without_time_zone_is_refused(bank, funds):
    with pytest.raises(ValueError, match="time zone"):
        posting("payment:1", bank, funds, 1, event_at=dt.datetime(2026, 1, 5, 12, 0))


def test_an_empty_batch_posts_nothing():
    assert post([]) == []
    assert open_accounts([]) == {}


def test_too_large_a_batch_is_refused_by_name(monkeypatch, bank, funds):
    monkeypatch.setattr(door, "BATCH_ROWS_MAX", 1)
    with pytest.raises(BatchTooLarge):
        post([posting("a", bank, funds, 1), posting("b", bank, funds, 1)])


def test_the_database_holds_the_same_limit(bank, funds):
    def raw_post(count: int) -> None:
        with named_refusals(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT ledger_post(array_fill('many:1'::text, ARRAY[%(count)s]), ARRAY['payment'], ARRAY[%(bank)s::bigint], "
                "ARRAY[%(funds)s::bigint], ARRAY[1::bigint], ARRAY[now()])",
                {"count": count, "bank": bank, "funds": funds},
            )

    with pytest.raises(BatchTooLarge):
        raw_post(door.BATCH_ROWS_MAX + 1)
    with pytest.raises(
        IntegrityError, match="null value"
    ):  # not too large: stopped later, for its arrays of other lengths
        raw_post(door.BATCH_ROWS_MAX)


def test_a_reversal_brings_the_money_back(bank, funds):
    [payment] = post([posting("payment:1", bank, funds, 100)])
    post([reversal("reversal:1", funds, bank, 40, payment.transfer_id)])
    post([reversal("reversal:2", funds, bank, 60, payment.transfer_id)])
    assert balances_cents([bank, funds]) == {bank: 0, funds: 0}


def test_more_than_was_moved_cannot_be_reversed(bank, funds):
    [payment, _] = post([posting("payment:1", bank, funds, 100), posting("payment:2", bank, funds, 100)])
    post([reversal("reversal:1", funds, bank, 40, payment.transfer_id)])
    with pytest.raises(ReversalExceedsOriginal, match="reversal:2"), transaction.atomic():
        post([reversal("reversal:2", funds, bank, 61, payment.transfer_id)])
    assert balance_cents(funds) == 160


def test_a_reversal_goes_between_the_same_two_accounts(bank, funds):
    opening = open_account(AccountKind.OPENING)
    [payment] = post([posting("payment:1", bank, funds, 100)])
    for debit_id, credit_id, reverses_id in (
        (bank, funds, payment.transfer_id),
        (funds, opening, payment.transfer_id),
        (funds, bank, payment.transfer_id + 1_000),
    ):
        with pytest.raises(ReversalExceedsOriginal), transaction.atomic():
            post([reversal("reversal:1", debit_id, credit_id, 1, reverses_id)])


def test_a_reversal_must_name_what_it_reverses(bank, funds):
    with pytest.raises(IntegrityError, match="ledger_transfer_reversal_names_one"):
        post([posting("reversal:1", bank, funds, 1, kind=TransferKind.REVERSAL)])


def test_movements_come_in_the_order_they_happened(bank, funds, lot):
    post(
        [
            posting("a:later", funds, lot, 1, event_at=EVENT_AT + dt.timedelta(hours=1)),
            posting("b:earlier", bank, funds, 2),
            posting("c:elsewhere", bank, lot, 2),
        ]
    )
    assert [transfer.event_key for transfer in transfers_of(funds)] == ["b:earlier", "a:later"]


def test_opening_an_account_twice_gives_the_same_account():
    spec = AccountSpec(account_key="receivable:client:12", kind=AccountKind.RECEIVABLE, client_id=12)
    assert open_accounts([spec]) == open_accounts([spec, spec])
    assert Account.objects.count() == 1


def test_an_account_key_with_another_owner_is_refused():
    open_accounts([AccountSpec(account_key="receivable:client:12", kind=AccountKind.RECEIVABLE, client_id=12)])
    with pytest.raises(AccountKeyReused, match="receivable:client:12"):
        open_accounts([AccountSpec(account_key="receivable:client:12", kind=AccountKind.RECEIVABLE, client_id=13)])


@pytest.mark.parametrize("kind", [AccountKind.LOT, AccountKind.RECEIVABLE, AccountKind.MERCHANT_PAYABLE])
def test_an_account_without_its_owner_is_refused(kind):
    with pytest.raises(IntegrityError, match="ledger_account_has_its_owner"):
        open_accounts([AccountSpec(account_key="nobody", kind=kind)])


def test_a_balance_of_an_account_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        balance_cents(1)


def reversal(event_key: str, debit_id: int, credit_id: int, amount_cents: int, reverses_id: int) -> Posting:
    return posting(event_key, debit_id, credit_id, amount_cents, kind=TransferKind.REVERSAL, reverses_id=reverses_id)
