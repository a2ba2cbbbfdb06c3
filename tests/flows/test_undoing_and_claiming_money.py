"""Placed money is undone by two, money of nobody is explained, a client says what a payment is for (SPEC P3, P4, A2)."""

import pytest
from bank import Payment, coda_file, payment_of
from cast import hire
from colleagues import second_staff_member
from story import booked, invoiced, paid, received_from_bank

from tegoed.banking.models import (
    Allocation,
    ClientBankAccount,
    Correction,
    Explanation,
    Proposal,
    ProposalState,
    StatementLine,
)
from tegoed.banking.queries import claimable_lines_of, invoices_open_after_loading
from tegoed.banking.refusals import (
    AllocationNotUndoable,
    AllocationUndoneAlready,
    CorrectionDecidedAlready,
    CorrectorIsAsker,
    CreditUsedAlready,
    LineNotExplainable,
    PaymentClaimedAlready,
)
from tegoed.billing.models import Invoice
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.check_books import check_books
from tegoed.flows.claim_payment import claim_payment, deny_payment
from tegoed.flows.correct_payments import approve_correction, ask_explanation, ask_undo, refuse_correction
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.place_payment import accept_proposal, place_payment, write_off_difference
from tegoed.ledger.models import Transfer
from tegoed.orders.models import Order
from tegoed.outbox.models import Message
from tegoed.rules.dates import add_months, brussels_today
from tegoed.wallets.models import Lot

IBAN_OF_BAKERY = "BE71096123456769"


@pytest.fixture
def people(cast):
    return hire(cast.bakery, 3)


@pytest.fixture
def order(cast, people) -> Order:
    """An invoiced order with its product and card invoice."""
    return invoiced(cast.bakery, people)[0]


@pytest.fixture
def own_money(cast) -> None:
    """The issuer has money of its own in the bank, from before the first statement."""
    booked(coda_file([], old_balance_cents=10**7))


@pytest.fixture
def eva(cast):
    return second_staff_member()


def invoices_of(order: Order) -> tuple[Invoice, Invoice]:
    product, card = order.invoices.order_by("id")
    return product, card


def last_line() -> StatementLine:
    return StatementLine.objects.order_by("id").last()


def last_proposal() -> Proposal:
    return Proposal.objects.filter(line=last_line(), state=ProposalState.OPEN).get()


def codes() -> list[str]:
    return [f"{finding.code}: {finding.facts}" for finding in check_books().findings]


def state_of(order: Order) -> str:
    return Order.objects.values_list("state", flat=True).get(pk=order.pk)


def known_account(cast, people) -> None:
    """The bakery paid from its account before."""
    _order, (product,) = invoiced(cast.bakery, people)
    paid(product)
    load_due_orders()


def undone(allocation: Allocation, cast, eva) -> None:
    correction = ask_undo(allocation_id=allocation.pk, note="wrong client", actor=cast.staff_member)
    approve_correction(correction_id=correction.pk, actor=eva)


# Undo (four eyes)


def test_undoing_before_loading_makes_the_order_wait_again_and_paying_again_pays_it(cast, people, eva) -> None:
    order, (product, _card) = invoiced(cast.bakery, people, loading_on=add_months(brussels_today(), 1))
    paid(product)
    undone(product.allocations.get(), cast, eva)
    product.refresh_from_db()
    assert (state_of(order), product.state, product.reopened_count) == ("invoiced", "open", 1)
    assert last_line().state == "suspense"
    assert order.transitions.order_by("id").last().reason == "payment_undone"
    assert ClientBankAccount.objects.count() == 0
    assert codes() == []
    accept_proposal(proposal_id=last_proposal().pk, actor=cast.staff_member)
    assert state_of(order) == "paid"
    assert Transfer.objects.filter(event_key=f"funds:invoice:{product.pk}:1").count() == 1
    assert codes() == []
    undone(product.allocations.get(undone_at=None), cast, eva)
    assert Transfer.objects.filter(event_key=f"funds_undone:invoice:{product.pk}:2").count() == 1
    assert codes() == []


def test_undoing_after_loading_leaves_the_vouchers_and_the_client_owes(order, cast, eva, own_money) -> None:
    product, _card = invoices_of(order)
    paid(product)
    load_due_orders()
    undone(product.allocations.get(), cast, eva)
    assert (state_of(order), Lot.objects.count()) == ("loaded", 3)
    assert [invoice.pk for invoice in invoices_open_after_loading()] == [product.pk]
    assert codes() == []
    paid(product)
    assert Transfer.objects.filter(kind="funds_paid").count() == 1
    assert not invoices_open_after_loading().exists()
    assert codes() == []


def test_who_asks_can_not_approve_and_a_decision_counts_once(order, cast, eva) -> None:
    product, _card = invoices_of(order)
    paid(product)
    allocation = product.allocations.get()
    correction = ask_undo(allocation_id=allocation.pk, note="x", actor=cast.staff_member)
    assert ask_undo(allocation_id=allocation.pk, note="x", actor=cast.staff_member) == correction
    with pytest.raises(CorrectorIsAsker):
        approve_correction(correction_id=correction.pk, actor=cast.staff_member)
    refuse_correction(correction_id=correction.pk, actor=eva)
    with pytest.raises(CorrectionDecidedAlready):
        approve_correction(correction_id=correction.pk, actor=eva)
    assert product.allocations.get().undone_at is None
    undone(allocation, cast, eva)
    with pytest.raises(AllocationUndoneAlready):
        ask_undo(allocation_id=allocation.pk, note="y", actor=cast.staff_member)


def test_money_on_account_that_was_used_can_not_come_back(order, cast, eva) -> None:
    product, _card = invoices_of(order)
    received_from_bank([payment_of(product, product.total_cents + 700)])
    over = Allocation.objects.get(invoice=None)
    undone(over, cast, eva)
    assert last_line().unplaced_cents == 700
    assert codes() == []
    place_payment(
        line_id=last_line().pk, client=cast.bakery, cents_by_invoice={}, on_account_cents=700, actor=cast.staff_member
    )
    spend_credit(cast.bakery, 600)
    correction = ask_undo(
        allocation_id=Allocation.objects.get(invoice=None, undone_at=None).pk, note="", actor=cast.staff_member
    )
    with pytest.raises(CreditUsedAlready):
        approve_correction(correction_id=correction.pk, actor=eva)


def spend_credit(client, cents: int) -> None:
    """As if credit on account was used: it leaves the client's account in the books."""
    from django.utils import timezone

    from tegoed.flows.settle_payments import SUSPENSE, account_of
    from tegoed.ledger.door import Posting, open_accounts, post
    from tegoed.ledger.models import AccountKind, TransferKind

    credit = account_of(client.pk, AccountKind.CLIENT_CREDIT)
    ids = open_accounts([credit, SUSPENSE])
    post(
        [
            Posting(
                event_key="credit-used-in-a-test",
                kind=TransferKind.CREDIT_USED,
                debit_id=ids[credit.account_key],
                credit_id=ids["suspense"],
                amount_cents=cents,
                event_at=timezone.now(),
            )
        ]
    )


def test_a_payment_of_an_invoice_that_was_credited_since_is_not_undone(order, cast) -> None:
    product, _card = invoices_of(order)
    received_from_bank([payment_of(product, 1_000)])
    cancel_order(client=cast.bakery, order_id=order.pk, actor=None)
    with pytest.raises(AllocationNotUndoable):
        ask_undo(allocation_id=product.allocations.get().pk, note="", actor=cast.staff_member)


def test_undoing_a_payment_takes_its_written_off_cents_along(order, cast, eva) -> None:
    product, _card = invoices_of(order)
    received_from_bank([payment_of(product, product.total_cents - 3)])
    write_off_difference(line_id=last_line().pk, invoice_id=product.pk, actor=cast.staff_member)
    undone(product.allocations.get(source="line"), cast, eva)
    product.refresh_from_db()
    assert (product.paid_cents, state_of(order)) == (0, "invoiced")
    assert codes() == []


# Money of nobody's invoice


def test_outgoing_money_is_explained_by_two_people(order, cast, eva, own_money) -> None:
    received_from_bank([Payment(-1_250, free="KOSTEN")])
    line = last_line()
    with pytest.raises(LineNotExplainable):
        ask_explanation(line_id=line.pk, explanation=Explanation.OWN_MONEY, note="", actor=cast.staff_member)
    correction = ask_explanation(
        line_id=line.pk, explanation=Explanation.BANK_CHARGES, note="q4", actor=cast.staff_member
    )
    approve_correction(correction_id=correction.pk, actor=eva)
    line.refresh_from_db()
    assert (line.state, line.unplaced_cents, line.explained_cents) == ("explained", 0, -1_250)
    assert Transfer.objects.filter(event_key=f"outgoing_explained:statement-line:{line.pk}").exists()
    assert codes() == []
    with pytest.raises(LineNotExplainable):
        ask_explanation(line_id=line.pk, explanation=Explanation.TAXES, note="", actor=cast.staff_member)


def test_incoming_money_can_be_the_issuers_own(order, cast, eva) -> None:
    received_from_bank([Payment(90_000, free="kapitaal")])
    correction = ask_explanation(
        line_id=last_line().pk, explanation=Explanation.OWN_MONEY, note="capital", actor=cast.staff_member
    )
    assert Correction.objects.get().kind == "own_money"
    approve_correction(correction_id=correction.pk, actor=eva)
    assert (last_line().state, check_books().figures["suspense"]) == ("explained", 0)
    assert codes() == []


# The client's word (P4)


def test_a_client_is_told_claims_and_finance_confirms(order, cast, people) -> None:
    known_account(cast, people)
    product, _card = invoices_of(order)
    received_from_bank([Payment(product.total_cents, free="november")])
    mail = Message.objects.get(kind="payment_unplaced")
    assert (mail.recipient, mail.language) == (cast.bakery.billing_email, "nl")
    line = last_line()
    claimed = claim_payment(client=cast.bakery, line_id=line.pk, invoice_ids=[product.pk], actor=cast.alice)
    assert not claimed.is_placed
    assert state_of(order) == "invoiced"
    with pytest.raises(PaymentClaimedAlready):
        claim_payment(client=cast.bakery, line_id=line.pk, invoice_ids=[], actor=cast.alice)
    claim = Proposal.objects.get(state="claimed")
    accept_proposal(proposal_id=claim.pk, actor=cast.staff_member)
    assert state_of(order) == "paid"
    assert not Proposal.objects.filter(state__in=["open", "claimed"]).exists()
    assert codes() == []


def test_a_claim_that_fits_is_placed_at_once_if_the_issuer_says_so(cast, people) -> None:
    orders = [invoiced(cast.bakery, people)[0] for _ in range(3)]
    _first, second, third = (order.invoices.get(kind="product") for order in orders)
    paid(*Invoice.objects.exclude(pk__in=[second.pk, third.pk]))
    cast.issuer.places_known_accounts = True
    cast.issuer.save()
    assert second.total_cents == third.total_cents  # so the ladder can't tell
    received_from_bank([Payment(second.total_cents, free="?")])
    claimed = claim_payment(client=cast.bakery, line_id=last_line().pk, invoice_ids=[third.pk], actor=cast.alice)
    assert claimed.is_placed
    assert [state_of(order) for order in orders[1:]] == ["invoiced", "paid"]
    assert codes() == []


def test_a_payment_of_another_client_does_not_exist(order, cast, people) -> None:
    known_account(cast, people)
    received_from_bank([Payment(500, free="?")])
    for decide in (lambda: claim_payment(client=cast.garage, line_id=last_line().pk, invoice_ids=[], actor=cast.charlie),
                   lambda: deny_payment(client=cast.garage, line_id=last_line().pk, actor=cast.charlie)):  # fmt: skip
        with pytest.raises(StatementLine.DoesNotExist):
            decide()


def test_a_payment_that_is_not_theirs_is_not_asked_again(order, cast, people) -> None:
    known_account(cast, people)
    product, _card = invoices_of(order)
    received_from_bank([Payment(product.total_cents, free="?")])
    deny_payment(client=cast.bakery, line_id=last_line().pk, actor=cast.alice)
    assert not claimable_lines_of(cast.bakery).exists()
    paid(_card)
    assert not Proposal.objects.filter(line=last_line(), state="open").exists()
    assert codes() == []
