"""Two people at the same moment: money leaves once, and a row stands in one file."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest
from at_once import at_once
from bank import payment_of
from cast import PASSWORD, hire, play
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from story import invoiced, received_from_bank

from tegoed.billing.queries import on_account_cents
from tegoed.clients.models import User
from tegoed.flows.check_books import check_books
from tegoed.flows.payment_files import make_refund_file
from tegoed.flows.refunds import approve_refund, ask_refund_of_credit
from tegoed.flows.use_credit import use_credit
from tegoed.treasury.models import PaymentBatch, Refund
from tegoed.treasury.refusals import CreditShort, NothingForTheBank, RefundNotWaiting

KNOWN = "BE71096123456769"
ROUNDS = 3


@pytest.fixture
def cast(committed_database):
    return play()


@pytest.fixture
def eva(cast) -> User:
    return User.objects.create_user("eva@uitgever.example", PASSWORD, full_name="Eva", language="en", is_staff=True)


@pytest.fixture
def credit(cast):
    """The bakery has 50 euro of credit."""
    _order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 2))
    received_from_bank([payment_of(product, product.total_cents + 5_000)])
    return cast.bakery


def asked(client, actor, cents: int = 5_000) -> Refund:
    return ask_refund_of_credit(client=client, amount_cents=cents, iban=KNOWN, reason="", actor=actor)


def test_two_approvals_at_once_move_the_money_once(cast, credit, eva) -> None:
    refund = asked(credit, cast.alice)
    results = at_once(
        *[
            lambda who=who: approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=who)
            for who in (eva, cast.staff_member)
        ]
    )
    assert sorted(type(result) for result in results if isinstance(result, Exception)) == [RefundNotWaiting]
    assert on_account_cents(credit) == 0
    assert check_books().findings == []


def test_credit_is_used_or_paid_back_never_both(cast, credit, eva, monkeypatch) -> None:
    # As when the asking is not seen yet by who uses: only the ledger stands between the two.
    monkeypatch.setattr("tegoed.flows.use_credit.available_credit_cents", on_account_cents)
    for round_number in range(ROUNDS):
        _order, invoices = invoiced(credit, hire(credit, 1, first=20 + round_number))
        before = on_account_cents(credit)
        refund = asked(credit, cast.alice, before)
        results = at_once(
            lambda refund=refund: approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva),
            lambda invoices=invoices: use_credit(client=credit, invoice_id=invoices[0].pk, actor=cast.alice),
        )
        failed = [result for result in results if isinstance(result, Exception)]
        assert [type(one) for one in failed] == [CreditShort]
        assert on_account_cents(credit) == 0
        assert check_books().findings == []
        Refund.objects.filter(state="asked").update(state="refused")
        paid = invoices[0]
        paid.refresh_from_db()
        received_from_bank([payment_of(paid, paid.open_cents + 5_000)])


def test_two_files_at_once_hold_each_refund_once(cast, credit, eva) -> None:
    for cents in (1_000, 1_500):
        approve_refund(refund_id=asked(credit, cast.alice, cents).pk, is_iban_checked=False, actor=eva)
    results = at_once(*[lambda: make_refund_file(actor=eva)] * 2)
    assert [type(result) for result in results if isinstance(result, Exception)] == [NothingForTheBank]
    assert (PaymentBatch.objects.get().row_count, PaymentBatch.objects.get().total_cents) == (2, 2_500)
    assert check_books().findings == []


def test_without_the_lock_two_files_would_hold_the_same_refund(cast, credit, eva, monkeypatch) -> None:
    """Negative control of the test above: only the refunds' lock keeps the second file from being made."""
    approve_refund(refund_id=asked(credit, cast.alice).pk, is_iban_checked=False, actor=eva)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self)
    counts = set()
    for _ in range(10):
        at_once(*[lambda: make_refund_file(actor=eva)] * 2)
        counts.add(PaymentBatch.objects.count())
        if PaymentBatch.objects.count() > 1:
            break
        Refund.objects.update(state="approved", batch=None)
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica; DELETE FROM treasury_paymentbatch")
            cursor.execute("SET session_replication_role = origin")
    assert max(counts) > 1


KILLED = """
    import os, signal, sys
    import django
    django.setup()
    from django.db import connections
    connections["default"].settings_dict["NAME"] = sys.argv[1]
    from tegoed.clients.models import User
    from tegoed.flows import payment_files
    kept = payment_files.mark_in_file
    def killed(*arguments):
        kept(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)
    payment_files.mark_in_file = killed
    payment_files.make_refund_file(actor=User.objects.get(email="eva@uitgever.example"))
"""


@pytest.mark.kill
def test_killed_while_the_file_is_made_it_is_made_once_afterwards(cast, credit, eva, committed_database) -> None:
    refund = asked(credit, cast.alice)
    approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tegoed.settings"}
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), committed_database.name],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-500:]
    refund.refresh_from_db()
    assert (refund.state, PaymentBatch.objects.count()) == ("approved", 0)
    batch = make_refund_file(actor=eva)
    assert (batch.row_count, PaymentBatch.objects.count()) == (1, 1)
    assert check_books().findings == []
