"""Two at once on the same money: placing, accepting, undoing, claiming. Real commits, real threads; with negative controls."""

import threading

import pytest
from at_once import at_once
from bank import Payment, payment_of, returned
from cast import hire, play
from colleagues import second_staff_member
from story import invoiced, received_from_bank

from tegoed.banking.models import Allocation, Correction, Proposal, StatementLine
from tegoed.flows.check_books import check_books
from tegoed.flows.claim_payment import claim_payment
from tegoed.flows.correct_payments import approve_correction, ask_undo
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.place_payment import accept_proposal, place_payment
from tegoed.orders.models import Order, OrderTransition
from tegoed.wallets.models import Lot

pytestmark = pytest.mark.usefixtures("committed_database")


def names(results: list[object]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def unplaced(cast) -> tuple[StatementLine, list]:
    """A payment without number that fits the product invoice of an order, from an account not known yet."""
    _order, invoices = invoiced(cast.bakery, hire(cast.bakery, 3))
    received_from_bank([Payment(invoices[0].total_cents, free="?")])
    return StatementLine.objects.get(), invoices


def test_two_members_of_staff_accept_one_proposal_and_it_is_placed_once() -> None:
    cast = play()
    unplaced(cast)
    eva, proposal = second_staff_member(), Proposal.objects.get()
    results = at_once(
        lambda: accept_proposal(proposal_id=proposal.pk, actor=cast.staff_member),
        lambda: accept_proposal(proposal_id=proposal.pk, actor=eva),
    )
    assert names(results) == ["ProposalGone", "list"]
    assert Allocation.objects.count() == 1
    assert OrderTransition.objects.filter(to_state="paid").count() == 1
    assert check_books().findings == []


def test_one_places_by_hand_while_another_accepts_and_the_money_goes_once() -> None:
    cast = play()
    line, (_product, card) = unplaced(cast)
    proposal = Proposal.objects.get()
    results = at_once(
        lambda: accept_proposal(proposal_id=proposal.pk, actor=cast.staff_member),
        lambda: place_payment(
            line_id=line.pk,
            client=cast.bakery,
            cents_by_invoice={card.pk: card.total_cents},
            on_account_cents=line.unplaced_cents - card.total_cents,
            actor=cast.staff_member,
        ),
    )
    assert names(results) in (["ProposalGone", "list"], ["LineNotInSuspense", "list"])
    assert sum(Allocation.objects.values_list("amount_cents", flat=True)) == line.amount_cents
    assert check_books().findings == []


def test_without_the_lock_of_the_line_both_go_through_or_trip_over_the_guards(monkeypatch) -> None:
    """Negative control: the same race with the lock taken out; the database's own guards are all that is left."""
    cast = play()
    unplaced(cast)
    proposal = Proposal.objects.get()
    both_have_read = threading.Barrier(2)

    def unlocked(line_id: int) -> StatementLine:
        line = StatementLine.objects.get(pk=line_id)
        both_have_read.wait(timeout=20)
        return line

    monkeypatch.setattr("tegoed.flows.place_payment.locked_line", unlocked)
    results = at_once(
        lambda: accept_proposal(proposal_id=proposal.pk, actor=cast.staff_member),
        lambda: accept_proposal(proposal_id=proposal.pk, actor=cast.staff_member),
    )
    assert "ProposalGone" not in names(results)


def test_an_undo_and_the_loading_come_one_after_the_other() -> None:
    cast = play()
    eva = second_staff_member()
    order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 3))
    received_from_bank([payment_of(product)])
    correction = ask_undo(allocation_id=product.allocations.get().pk, note="", actor=cast.staff_member)
    results = at_once(lambda: approve_correction(correction_id=correction.pk, actor=eva), load_due_orders)
    assert not [result for result in results if isinstance(result, Exception)]
    order.refresh_from_db()
    product.refresh_from_db()
    assert product.state == "open"
    assert (order.state, Lot.objects.count()) in [("invoiced", 0), ("loaded", 3)]
    assert {finding.code for finding in check_books().findings} <= {"bank-does-not-cover"}


def test_two_approve_one_correction_and_it_is_undone_once() -> None:
    cast = play()
    eva = second_staff_member()
    _order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 3))
    received_from_bank([payment_of(product)])
    correction = ask_undo(allocation_id=product.allocations.get().pk, note="", actor=cast.staff_member)
    results = at_once(*[lambda: approve_correction(correction_id=correction.pk, actor=eva)] * 2)
    assert names(results) == ["CorrectionDecidedAlready", "UndoneMoney"]
    product.refresh_from_db()
    assert product.reopened_count == 1
    assert check_books().findings == []


def test_a_double_click_asks_for_one_correction() -> None:
    cast = play()
    _order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 3))
    received_from_bank([payment_of(product)])
    allocation = product.allocations.get()
    at_once(*[lambda: ask_undo(allocation_id=allocation.pk, note="x", actor=cast.staff_member)] * 2)
    assert Correction.objects.count() == 1


def test_a_client_claims_while_staff_accept_and_the_money_goes_once() -> None:
    cast = play()
    line, (product, _card) = unplaced(cast)
    from tegoed.banking.models import ClientBankAccount

    ClientBankAccount.objects.create(client=cast.bakery, iban=line.counterparty_account)
    proposal = Proposal.objects.get()
    at_once(
        lambda: claim_payment(client=cast.bakery, line_id=line.pk, invoice_ids=[product.pk], actor=cast.alice),
        lambda: accept_proposal(proposal_id=proposal.pk, actor=cast.staff_member),
    )
    assert Allocation.objects.filter(undone_at=None).count() <= 1
    claim = Proposal.objects.filter(state="claimed").first()
    if claim is not None:
        accept_proposal(proposal_id=claim.pk, actor=cast.staff_member)
    assert Order.objects.get().state == "paid"
    assert check_books().findings == []


def test_the_bank_takes_back_what_staff_undo_at_the_same_moment() -> None:
    cast = play()
    eva = second_staff_member()
    _order, (product, _card) = invoiced(cast.bakery, hire(cast.bakery, 3))
    payment = Payment(product.total_cents, structured=product.structured_communication, end_to_end="E2E-5")
    received_from_bank([payment])
    correction = ask_undo(allocation_id=product.allocations.get().pk, note="", actor=cast.staff_member)
    at_once(
        lambda: approve_correction(correction_id=correction.pk, actor=eva),
        lambda: received_from_bank([returned(payment)]),
    )
    product.refresh_from_db()
    assert (product.paid_cents, product.reopened_count) == (0, 1)
    assert check_books().findings == []
    assert check_books().figures["suspense"] == 0
