"""Staff place and undo what is also paid back, collected and taken back: each cent goes one way, and the books agree."""

import pytest
from bank import Payment, payment_of
from cast import hire
from colleagues import second_staff_member
from story import invoiced, received_from_bank

from tegoed.banking.models import Allocation, StatementLine
from tegoed.billing.models import Invoice
from tegoed.flows.check_books import check_books
from tegoed.flows.correct_payments import approve_correction, ask_undo
from tegoed.flows.payment_files import make_collection_file, make_refund_file
from tegoed.flows.place_payment import place_payment
from tegoed.flows.refunds import approve_refund, ask_refund_of_line, cancel_refund
from tegoed.flows.sign_mandate import sign_mandate
from tegoed.orders.models import Order
from tegoed.rules.dates import add_months, brussels_today
from tegoed.treasury.models import Collection, MandateScheme, Refund
from tegoed.treasury.refusals import LinePlacedMeanwhile


@pytest.fixture
def eva(db):
    return second_staff_member()


@pytest.fixture
def invoice(cast) -> Invoice:
    """The product invoice of an order for next month; that of its cards is paid."""
    _order, (product, card) = invoiced(cast.bakery, hire(cast.bakery, 2), loading_on=add_months(brussels_today(), 1))
    received_from_bank([payment_of(card)])
    return product


def unnamed(cents: int) -> StatementLine:
    """A payment that says nothing, in suspense."""
    received_from_bank([Payment(cents, free="november")])
    return StatementLine.objects.order_by("id").last()


def paid_back(line: StatementLine, *, asker, decider) -> Refund:
    refund = ask_refund_of_line(line_id=line.pk, reason="", actor=asker)
    return approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=decider)


def undone(allocation: Allocation, *, asker, decider) -> None:
    correction = ask_undo(allocation_id=allocation.pk, note="verkeerd", actor=asker)
    approve_correction(correction_id=correction.pk, actor=decider)


def test_what_is_paid_back_is_no_longer_proposed_until_it_waits_again(cast, invoice, eva) -> None:
    line = unnamed(invoice.total_cents)
    assert line.proposals.filter(state="open").count() == 1
    refund = paid_back(line, asker=cast.staff_member, decider=eva)
    assert not line.proposals.filter(state="open").exists()
    assert check_books().findings == []
    cancel_refund(refund_id=refund.pk, reason="", actor=eva)
    assert line.proposals.filter(state="open").count() == 1
    assert check_books().findings == []


def test_a_refund_of_a_line_placed_meanwhile_is_refused(cast, invoice, eva) -> None:
    line = unnamed(invoice.total_cents)
    refund = ask_refund_of_line(line_id=line.pk, reason="", actor=cast.staff_member)
    place_payment(
        line_id=line.pk,
        client=cast.bakery,
        cents_by_invoice={invoice.pk: invoice.total_cents},
        actor=cast.staff_member,
    )
    with pytest.raises(LinePlacedMeanwhile):
        approve_refund(refund_id=refund.pk, is_iban_checked=False, actor=eva)
    assert Order.objects.get(pk=invoice.order_id).state == "paid"
    assert check_books().findings == []


def test_the_rest_goes_back_then_what_was_undone_too(cast, invoice, eva) -> None:
    line = unnamed(invoice.total_cents + 777)
    (allocation,) = place_payment(
        line_id=line.pk,
        client=cast.bakery,
        cents_by_invoice={invoice.pk: invoice.total_cents},
        actor=cast.staff_member,
    )
    rest = paid_back(line, asker=cast.staff_member, decider=eva)
    undone(allocation, asker=cast.staff_member, decider=eva)
    placed = paid_back(line, asker=cast.staff_member, decider=eva)
    assert [rest.amount_cents, placed.amount_cents] == [777, invoice.total_cents]
    assert check_books().findings == []
    make_refund_file(actor=eva)
    received_from_bank([Payment(-one.amount_cents, end_to_end=one.end_to_end) for one in (rest, placed)])
    assert set(line.refunds.values_list("state", flat=True)) == {"paid"}
    assert check_books().findings == []


def test_a_refund_that_comes_back_with_the_number_of_an_invoice_pays_nothing(cast, invoice, eva) -> None:
    line = unnamed(invoice.total_cents)
    refund = paid_back(line, asker=cast.staff_member, decider=eva)
    make_refund_file(actor=eva)
    received_from_bank([Payment(-refund.amount_cents, end_to_end=refund.end_to_end)])
    back = Payment(
        refund.amount_cents,
        structured=invoice.structured_communication,
        end_to_end=refund.end_to_end,
        r_type="2",
        reason="AC04",
    )
    received_from_bank([back])
    invoice.refresh_from_db()
    line.refresh_from_db()
    assert (invoice.paid_cents, line.state, line.unplaced_cents) == (0, "suspense", refund.amount_cents)
    assert line.proposals.filter(state="open").count() == 1
    assert check_books().findings == []


@pytest.fixture
def collection(cast, invoice) -> Collection:
    """The invoice, collected and in the bank."""
    cast.issuer.creditor_identifier, cast.issuer.payment_days = "BE81ZZZ0123456749", 5
    cast.issuer.save()
    sign_mandate(
        client=cast.bakery,
        scheme=MandateScheme.CORE,
        iban="BE71096123456769",
        signer_name="Alice",
        signer_function="Owner",
        signed_from="192.0.2.7",
        actor=cast.alice,
    )
    invoiced(cast.bakery, list(cast.bakery.beneficiaries.all()), loading_on=add_months(brussels_today(), 1))
    collected = make_collection_file(actor=cast.staff_member).collections.first()
    received_from_bank([Payment(collected.amount_cents, end_to_end=collected.end_to_end)])
    collected.refresh_from_db()
    return collected


def taken_back(collection: Collection, **told: str) -> Payment:
    return Payment(-collection.amount_cents, end_to_end=collection.end_to_end, r_type="2", reason="AM04", **told)


def test_a_return_that_names_the_debit_and_the_invoice_undoes_once(collection) -> None:
    received_from_bank([taken_back(collection, structured=collection.invoice.structured_communication)])
    invoice = Invoice.objects.get(pk=collection.invoice_id)
    back = StatementLine.objects.order_by("id").last()
    assert (invoice.paid_cents, invoice.reopened_count) == (0, 1)
    assert (back.state, back.reason, back.reverses_id) == ("returned", "collection_returned", collection.line_id)
    assert check_books().findings == []


def test_a_debit_that_staff_undid_is_taken_back_out_of_suspense(cast, collection, eva) -> None:
    undone(Allocation.objects.get(line=collection.line_id), asker=cast.staff_member, decider=eva)
    received_from_bank([taken_back(collection)])
    first, back = StatementLine.objects.order_by("id").filter(pk__gte=collection.line_id)
    assert [(line.state, line.unplaced_cents) for line in (first, back)] == [("returned", 0), ("returned", 0)]
    assert not first.proposals.filter(state="open").exists()
    assert check_books().findings == []


def test_a_debit_whose_money_staff_gave_another_invoice_is_left_to_staff(cast, collection, eva) -> None:
    undone(Allocation.objects.get(line=collection.line_id), asker=cast.staff_member, decider=eva)
    _order, (other, *_card) = invoiced(cast.garage, hire(cast.garage, 2, first=50))
    place_payment(
        line_id=collection.line_id, client=cast.garage, cents_by_invoice={other.pk: 1_000}, actor=cast.staff_member
    )
    received_from_bank([taken_back(collection)])
    back = StatementLine.objects.order_by("id").last()
    assert (back.state, back.reason, back.unplaced_cents) == (
        "outgoing",
        "collection_returned",
        -collection.amount_cents,
    )
    assert {finding.code for finding in check_books().findings} <= {"bank-does-not-cover"}
