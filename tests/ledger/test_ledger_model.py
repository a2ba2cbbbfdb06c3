"""Whatever is posted, replayed or refused, the books equal a dict of balances."""

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test
from ledger_accounts import open_account, posting

from tegoed.ledger.books import check_books
from tegoed.ledger.day_totals import close_days
from tegoed.ledger.door import Posting, post
from tegoed.ledger.models import AccountKind
from tegoed.ledger.queries import balances_cents
from tegoed.ledger.refusals import EventKeyReused, FundsShort

KINDS = (
    AccountKind.BANK,
    AccountKind.REVENUE,
    AccountKind.RECEIVABLE,
    AccountKind.CLIENT_FUNDS,
    AccountKind.SUSPENSE,
    AccountKind.LOT,
)
accounts = st.integers(0, len(KINDS) - 1)
moves = st.tuples(accounts, accounts, st.integers(1, 1_000)).filter(lambda move: move[0] != move[1])


class Books(RuleBasedStateMachine):
    """The model: a balance per account, and the postings that were accepted."""

    posted = Bundle("posted")

    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around._from_testcase = True  # as pytest-django's own: durable blocks may run inside
        self.around.__enter__()
        self.ids = [open_account(kind) for kind in KINDS]
        self.guarded = {account_id for account_id, kind in zip(self.ids, KINDS, strict=True) if kind.is_guarded}
        self.balances = dict.fromkeys(self.ids, 0)
        self.accepted: dict[str, Posting] = {}
        self.key_count = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    def _new(self, move: tuple[int, int, int]) -> Posting:
        self.key_count += 1
        debit, credit, amount_cents = move
        return posting(f"event:{self.key_count}", self.ids[debit], self.ids[credit], amount_cents)

    def _try(self, batch: list[Posting]) -> None:
        """Post the batch and foretell the answer with plain arithmetic."""
        new = {item.event_key: item for item in batch if item.event_key not in self.accepted}
        after = dict(self.balances)
        for item in new.values():
            after[item.debit_id] -= item.amount_cents
            after[item.credit_id] += item.amount_cents
        if any(after[account_id] < 0 for account_id in self.guarded):
            with pytest.raises(FundsShort), transaction.atomic():
                post(batch)
            return
        with transaction.atomic():
            assert {transfer.event_key for transfer in post(batch)} == set(new)
        self.balances = after
        self.accepted |= new

    @rule(target=posted, batch=st.lists(moves, min_size=1, max_size=6))
    def post_new(self, batch):
        items = [self._new(move) for move in batch]
        self._try(items)
        return multiple(*(item for item in items if item.event_key in self.accepted))

    @rule(known=st.lists(posted, min_size=1, max_size=4), batch=st.lists(moves, max_size=3))
    def replay_with_new(self, known, batch):
        self._try([*known, *(self._new(move) for move in batch), *known])

    @rule(known=posted, batch=st.lists(moves, max_size=3))
    def reuse_a_key(self, known, batch):
        other = posting(known.event_key, known.debit_id, known.credit_id, known.amount_cents + 1)
        harmless = [self._new((0, 2, 1)) for _ in batch]
        with pytest.raises(EventKeyReused), transaction.atomic():
            post([*harmless, other])

    @rule()
    def close(self):
        close_days()

    @invariant()
    def balances_equal_the_model(self):
        assert balances_cents(self.ids) == self.balances

    @invariant()
    def the_books_agree(self):
        report = check_books()
        assert report.findings == ()
        assert report.transfer_count == len(self.accepted)


def test_the_books_equal_a_dict_of_balances(db):
    run_state_machine_as_test(Books, settings=settings(max_examples=25, stateful_step_count=15, deadline=None))
