"""`check_books` is silent after everything that can happen to a payment, and names each kind of damage to it."""

import pytest
from bank import Payment, coda_file, payment_of, returned
from cast import hire
from colleagues import second_staff_member
from django.db import connection, transaction
from story import booked, invoiced, paid, received_from_bank

from tegoed.banking.models import Allocation, Explanation, Proposal, StatementLine
from tegoed.flows.check_books import check_books
from tegoed.flows.claim_payment import claim_payment
from tegoed.flows.correct_payments import approve_correction, ask_explanation, ask_undo
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.place_payment import place_payment, write_off_difference
from tegoed.flows.placing_checks import PLACING_CHECKS
from tegoed.rules.dates import add_months, brussels_today


@pytest.fixture
def healthy(cast) -> None:
    """Placed by hand, written off, undone before and after loading, taken back, explained, claimed, proposed."""
    dora, eva = cast.staff_member, second_staff_member()
    booked(coda_file([], old_balance_cents=10**7))
    people = hire(cast.bakery, 3)
    later = add_months(brussels_today(), 1)
    _loaded, (of_loaded, card) = invoiced(cast.bakery, people)
    paid(of_loaded, card)
    load_due_orders()
    _order, (undone_early,) = invoiced(cast.bakery, people, loading_on=later)
    _order, (taken_back,) = invoiced(cast.bakery, people, loading_on=later)
    _order, (short,) = invoiced(cast.bakery, people, loading_on=later)
    _order, (by_hand,) = invoiced(cast.bakery, people, loading_on=later, count=19)
    back = payment_of(taken_back)
    payments = [payment_of(undone_early), back, payment_of(short, short.total_cents - 4), Payment(-700, free="fees")]
    received_from_bank([*payments, Payment(9_000, free="own"), Payment(by_hand.total_cents + 55, free="?", account="")])
    received_from_bank([returned(back, 3_000), Payment(4_321, free="?"), Payment(-1, free="rente")])
    for invoice in (of_loaded, undone_early):
        allocation = invoice.allocations.get(undone_at=None)
        approve_correction(correction_id=ask_undo(allocation_id=allocation.pk, note="", actor=dora).pk, actor=eva)
    line_of = StatementLine.objects.get
    write_off_difference(line_id=line_of(allocations__invoice=short).pk, invoice_id=short.pk, actor=dora)
    place_payment(
        line_id=line_of(amount_cents=by_hand.total_cents + 55).pk,
        client=cast.bakery,
        cents_by_invoice={by_hand.pk: by_hand.total_cents},
        on_account_cents=55,
        actor=dora,
    )
    for cents, explanation in ((-700, Explanation.BANK_CHARGES), (9_000, Explanation.OWN_MONEY)):
        line = line_of(amount_cents=cents)
        correction = ask_explanation(line_id=line.pk, explanation=explanation, note="", actor=dora)
        approve_correction(correction_id=correction.pk, actor=eva)
    claim_payment(
        client=cast.bakery, line_id=line_of(amount_cents=4_321).pk, invoice_ids=[taken_back.pk], actor=cast.alice
    )
    assert check_books().findings == []
    assert Allocation.objects.filter(undone_at__isnull=False).count() == 3
    assert Proposal.objects.filter(state="claimed").count() == 1


DAMAGE = {
    "line-differs-from-its-allocations": "UPDATE banking_statementline SET amount_cents = amount_cents + 1 WHERE state = 'matched'",
    "line-state-differs-from-its-money": "UPDATE banking_statementline SET state = 'outgoing' WHERE state = 'explained'",
    "line-suspense-differs-from-transfers": """
        UPDATE banking_statementline SET unplaced_cents = unplaced_cents + 1 WHERE state = 'suspense'""",
    "undone-allocation-not-in-ledger": "UPDATE banking_allocation SET undone_at = now() WHERE undone_at IS NULL AND amount_cents = 55",
    "written-off-differs-from-allocations": "UPDATE banking_allocation SET amount_cents = 5 WHERE source = 'write_off'",
    "outgoing-differs-from-lines": "UPDATE banking_statementline SET unplaced_cents = -2 WHERE state = 'outgoing'",
    "explained-line-not-in-ledger": "UPDATE ledger_transfer SET event_key = event_key || 'x' WHERE kind = 'issuer_money'",
    "reopened-invoice-not-in-ledger": "UPDATE billing_invoice SET reopened_count = 0 WHERE reopened_count > 0",
    "proposal-outlived-its-line": """
        UPDATE banking_proposal SET line_id = (SELECT max(id) FROM banking_statementline WHERE state = 'explained')
        WHERE state = 'claimed'""",
    "correction-without-its-effect": """
        UPDATE banking_correction SET kind = 'own_money', line_id = (
            SELECT max(id) FROM banking_statementline WHERE state = 'suspense') WHERE kind = 'undo'""",
}


def codes_found() -> set[str]:
    return {finding.code for finding in check_books().findings}


def test_there_is_a_damage_for_every_check() -> None:
    assert set(DAMAGE) == set(PLACING_CHECKS)


def test_each_damage_is_found_by_its_check(healthy) -> None:
    """Most cents stand in several documents, so other checks may speak too."""
    for code, statement in DAMAGE.items():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement)
            assert cursor.rowcount >= 1, code
            cursor.execute("SET LOCAL session_replication_role = origin")
            assert code in codes_found(), code
            transaction.set_rollback(True)
    assert codes_found() == set()
