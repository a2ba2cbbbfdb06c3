"""Whose money is it: each case of SPEC P3 and P4 from the bank's line to the cards, with the books checked after each step."""

import pytest
from bank import Payment, coda_file, payment_of
from cast import draft_of, hire
from colleagues import second_staff_member
from story import booked, confirmed, invoiced, paid, received_from_bank

from tegoed.banking.models import (
    Allocation,
    ClientBankAccount,
    Proposal,
    ProposalState,
    StatementLine,
)
from tegoed.banking.queries import claimable_lines_of
from tegoed.banking.refusals import (
    DifferenceTooLarge,
    InvoiceNotOpen,
    InvoiceOpenLess,
    LineNotInSuspense,
    NothingToPlace,
    ProposalGone,
)
from tegoed.billing.models import Invoice
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.check_books import check_books
from tegoed.flows.correct_payments import approve_correction, ask_undo
from tegoed.flows.invoice_order import invoice_order
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.place_payment import accept_proposal, place_payment, write_off_difference
from tegoed.ledger.models import Transfer
from tegoed.orders.models import Order
from tegoed.outbox.models import Message

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


# One transfer for several invoices (P3)


def test_one_transfer_that_names_both_invoices_pays_both(order) -> None:
    product, card = invoices_of(order)
    text = f"{product.structured_communication} {card.structured_communication}"
    received_from_bank([Payment(product.total_cents + card.total_cents, free=text)])
    assert (last_line().reason, state_of(order)) == ("split", "paid")
    assert {i.state for i in invoices_of(order)} == {"paid"}
    assert codes() == []


def test_one_of_a_pair_named_with_the_amount_of_both_pays_both(order) -> None:
    product, card = invoices_of(order)
    received_from_bank([payment_of(product, product.total_cents + card.total_cents)])
    assert (last_line().reason, last_line().rung) == ("pair", 1)
    assert {i.state for i in invoices_of(order)} == {"paid"}
    assert codes() == []


def test_a_payment_of_a_paid_invoice_stays_on_account_of_its_client(order, cast) -> None:
    product, _card = invoices_of(order)
    paid(product)
    received_from_bank([payment_of(product, product.total_cents)])
    assert (last_line().reason, last_line().unplaced_cents) == ("already_paid", 0)
    assert check_books().figures["client_credit"] == product.total_cents
    assert codes() == []


# Rungs 3 and 4: proposals


def test_a_known_account_and_one_fitting_amount_is_proposed_and_not_placed(order, cast, people) -> None:
    known_account(cast, people)
    product, _card = invoices_of(order)
    received_from_bank([Payment(product.total_cents, free="november")])
    proposal = last_proposal()
    assert state_of(order) == "invoiced"
    assert (proposal.client, proposal.rung, proposal.confidence) == (cast.bakery, 3, 99)
    assert {"amount_of_one_invoice", "account_known", "only_one_way"} <= set(proposal.reasons)
    assert [part.invoice_id for part in proposal.parts.all()] == [product.pk]
    assert codes() == []


def test_the_issuer_may_have_a_known_account_placed_by_itself(order, cast, people) -> None:
    known_account(cast, people)
    cast.issuer.places_known_accounts = True
    cast.issuer.save()
    product, card = invoices_of(order)
    received_from_bank([Payment(product.total_cents + card.total_cents, free="november")])
    assert (last_line().rung, last_line().reason, state_of(order)) == (3, "known_account", "paid")
    assert codes() == []


def test_a_number_with_wrong_check_digits_is_never_placed_by_itself(order, cast, people) -> None:
    known_account(cast, people)
    cast.issuer.places_known_accounts = True
    cast.issuer.save()
    product, _card = invoices_of(order)
    received_from_bank([Payment(product.total_cents, free="+++123/4567/89012+++")])
    assert (last_line().reason, state_of(order)) == ("wrong_check_digits", "invoiced")
    assert "wrong_number" in last_proposal().reasons


def test_two_invoices_of_the_same_amount_are_both_proposed_with_less_confidence(order, cast, people) -> None:
    paid(*invoices_of(order))
    same = [invoiced(cast.bakery, people)[1][0] for _ in range(2)]
    cast.issuer.places_known_accounts = True
    cast.issuer.save()
    received_from_bank([Payment(same[0].total_cents, free="?")])
    proposals = Proposal.objects.filter(line=last_line())
    assert last_line().state == "suspense"
    assert {p.parts.get().invoice_id for p in proposals} == {invoice.pk for invoice in same}
    assert all("several_ways" in p.reasons and p.confidence < 80 for p in proposals)


@pytest.mark.parametrize(("name", "confidence"), [("BAKKERIJ PEETERS", 70), ("IEMAND ANDERS", 45)])
def test_an_unknown_account_is_proposed_by_amount_and_name(order, name, confidence) -> None:
    product, card = invoices_of(order)
    received_from_bank([Payment(product.total_cents + card.total_cents, free="?", name=name, account="")])
    proposal = last_proposal()
    assert (proposal.rung, proposal.confidence, proposal.parts.count()) == (4, confidence, 2)


def test_an_account_that_two_clients_pay_from_is_shown_to_neither(order, cast, people) -> None:
    known_account(cast, people)
    ClientBankAccount.objects.create(client=cast.garage, iban=IBAN_OF_BAKERY)
    product, _card = invoices_of(order)
    before = Message.objects.filter(kind="payment_unplaced").count()
    received_from_bank([Payment(product.total_cents, free="?")])
    assert "account_of_several" in last_proposal().reasons
    assert claimable_lines_of(cast.bakery).count() == claimable_lines_of(cast.garage).count() == 0
    assert Message.objects.filter(kind="payment_unplaced").count() == before


def test_a_proposal_ends_when_its_invoice_is_paid_otherwise(order, cast, people) -> None:
    known_account(cast, people)
    product, _card = invoices_of(order)
    received_from_bank([Payment(product.total_cents, free="?")])
    proposal = last_proposal()
    paid(product)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.EXPIRED
    with pytest.raises(ProposalGone):
        accept_proposal(proposal_id=proposal.pk, actor=cast.staff_member)


def test_a_proposal_ends_when_its_invoice_is_credited(order, cast, people) -> None:
    known_account(cast, people)
    received_from_bank([Payment(invoices_of(order)[0].total_cents, free="?")])
    proposal = last_proposal()
    cancel_order(client=cast.bakery, order_id=order.pk, actor=None)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.EXPIRED


def test_money_that_came_before_its_invoice_is_proposed_once_the_invoice_is_there(order, cast, people) -> None:
    paid(*invoices_of(order))
    later = confirmed(draft_of(cast.bakery, people))
    received_from_bank([Payment(later.total_cents, free="?")])
    assert Proposal.objects.count() == 0
    invoice_order(order_id=later.pk)
    assert last_proposal().parts.get().invoice.order == later


# Staff place


def test_accepting_a_proposal_pays_and_vouchers_load(order, cast, people) -> None:
    known_account(cast, people)
    product, _card = invoices_of(order)
    received_from_bank([Payment(product.total_cents, free="?")])
    (allocation,) = accept_proposal(proposal_id=last_proposal().pk, actor=cast.staff_member)
    assert Transfer.objects.filter(event_key=f"placement:allocation:{allocation.pk}").exists()
    assert (state_of(order), last_line().state) == ("paid", "matched")
    assert codes() == []
    assert [loaded.order_id for loaded in load_due_orders()] == [order.pk]
    assert Message.objects.filter(event_key__startswith=f"payment-placed:allocation:{allocation.pk}:").count() == 1
    with pytest.raises(ProposalGone):
        accept_proposal(proposal_id=Proposal.objects.get(state="accepted").pk, actor=cast.staff_member)


def test_staff_split_a_payment_by_hand_with_the_rest_on_account(order, cast) -> None:
    product, card = invoices_of(order)
    received_from_bank([Payment(product.total_cents + 1_500, free="?", account="BE68539007547034")])
    place_payment(
        line_id=last_line().pk,
        client=cast.bakery,
        cents_by_invoice={product.pk: product.total_cents, card.pk: 1_000},
        on_account_cents=500,
        actor=cast.staff_member,
    )
    assert [i.open_cents for i in invoices_of(order)] == [0, card.total_cents - 1_000]
    assert check_books().figures["client_credit"] == 500
    assert ClientBankAccount.objects.count() == 0  # an account of the issuer's own is nobody's
    assert codes() == []


def test_a_few_cents_are_written_off_within_the_tolerance(order, cast) -> None:
    product, card = invoices_of(order)
    received_from_bank([Payment(product.total_cents - 5, free="?"), payment_of(card, card.total_cents - 6)])
    line = StatementLine.objects.get(reason="no_number")
    place_payment(
        line_id=line.pk,
        client=cast.bakery,
        cents_by_invoice={product.pk: product.total_cents - 5},
        writes_off=True,
        actor=cast.staff_member,
    )
    assert state_of(order) == "paid"
    with pytest.raises(DifferenceTooLarge):
        write_off_difference(line_id=last_line().pk, invoice_id=card.pk, actor=cast.staff_member)
    cast.issuer.write_off_cents_max = 6
    cast.issuer.save()
    write_off_difference(line_id=last_line().pk, invoice_id=card.pk, actor=cast.staff_member)
    assert {i.state for i in invoices_of(order)} == {"paid"}
    assert codes() == []


def test_what_can_not_be_placed_is_refused_and_changes_nothing(order, cast) -> None:
    product, _card = invoices_of(order)
    received_from_bank([Payment(product.total_cents + 100, free="?")])
    line, before = last_line(), Transfer.objects.count()

    def place(client=cast.bakery, cents=None, on_account=0):
        place_payment(
            line_id=line.pk,
            client=client,
            cents_by_invoice=cents or {},
            on_account_cents=on_account,
            actor=cast.staff_member,
        )

    with pytest.raises(NothingToPlace):
        place()
    with pytest.raises(InvoiceOpenLess):
        place(cents={product.pk: product.total_cents + 1})
    with pytest.raises(LineNotInSuspense):
        place(cents={product.pk: product.total_cents}, on_account=101)
    with pytest.raises(InvoiceNotOpen):
        place(client=cast.garage, cents={product.pk: 1})
    assert (Transfer.objects.count(), Allocation.objects.count()) == (before, 0)
