"""The work queue of payments: found, placed, corrected by two; through the pages."""

import pytest
from bank import Payment, payment_of, returned
from cast import hire
from colleagues import second_staff_member
from office_day import office
from story import invoiced, paid, received_from_bank

from tegoed.banking.models import Correction, Proposal, StatementLine
from tegoed.flows.check_books import check_books
from tegoed.flows.claim_payment import claim_payment
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.orders.models import Order


@pytest.fixture
def dora(cast, browser_of):
    return browser_of(cast.staff_member)


@pytest.fixture
def eva(cast, browser_of):
    return browser_of(second_staff_member())


@pytest.fixture
def product(cast):
    """The open product invoice of a loaded-before client, whose account is known."""
    people = hire(cast.bakery, 3)
    paid(*invoiced(cast.bakery, people)[1])
    load_due_orders()
    return invoiced(cast.bakery, people)[1][0]


def text_of(answer) -> str:
    return answer.content.decode()


def only(cents: int) -> StatementLine:
    return StatementLine.objects.get(amount_cents=cents)


def test_the_queue_is_filtered_and_searched(product, cast, dora) -> None:
    received_from_bank(
        [
            Payment(product.total_cents, free="eerste", name="AAA"),
            Payment(4_321, free="tweede", name="BBB", account="BE62510007547061", end_to_end="E2E-9"),
            Payment(-100, free="kosten", name="BANK"),
            Payment(-50, free="terug", name="RRR", account="", r_type="2"),
        ]
    )
    seen = {"": {"AAA", "BBB"}, "proposed": {"AAA"}, "hopeless": {"BBB"}, "claimed": set(), "outgoing": {"BANK", "RRR"}}
    seen |= {"returned": {"RRR"}}
    for kind, names in seen.items():
        rows = text_of(dora.get(office("suspense"), {"kind": kind}))
        assert {name for name in ("AAA", "BBB", "BANK", "RRR") if name in rows} == names, kind
    for words in ("43,21", "BBB", "be62 5100 0754 7061", "tweede", "E2E-9"):
        rows = text_of(dora.get(office("suspense"), {"words": words}))
        assert "BBB" in rows, words
        assert "AAA" not in rows, words
    assert "AAA" not in text_of(dora.get(office("suspense"), {"age": "2"}))
    first = StatementLine.objects.get(counterparty_name="AAA")
    claim_payment(client=cast.bakery, line_id=first.pk, invoice_ids=[product.pk], actor=cast.alice)
    assert "Claimed by the client" in text_of(dora.get(office("suspense"), {"kind": "claimed"}))


def test_a_proposal_is_shown_with_its_reasons_and_accepted(product, dora) -> None:
    received_from_bank([Payment(product.total_cents, free="?")])
    line = StatementLine.objects.get(state="suspense")
    text = text_of(dora.get(office("line", line_id=line.pk)))
    for words in ("Confidence: 99 of 100.", "The client paid from this account before.", product.number):
        assert words in text, words
    answer = dora.post(office("proposal-accept", proposal_id=Proposal.objects.get().pk), follow=True)
    text = text_of(answer)
    assert "The payment is placed." in text
    assert "Where the money went" in text
    assert "Payment placed" in text
    assert Order.objects.get(pk=product.order_id).state == "paid"
    again = dora.post(office("proposal-accept", proposal_id=Proposal.objects.get().pk), follow=True)
    assert "no longer possible" in text_of(again)


def test_a_payment_is_divided_by_hand(product, cast, dora) -> None:
    received_from_bank([Payment(product.total_cents + 300, free="?", account="")])
    line = StatementLine.objects.get(state="suspense")
    address = office("line", line_id=line.pk)
    found = text_of(dora.get(address, {"words": "bakkerij"}))
    assert f"?client={cast.bakery.pk}" in found
    assert f'name="invoice_{product.pk}"' in text_of(dora.get(address, {"client": cast.bakery.pk}))
    place = f"{office('line-place', line_id=line.pk)}?client={cast.bakery.pk}"
    wrong = dora.post(place, {f"invoice_{product.pk}": "veel"})
    assert wrong.status_code == 422
    too_much = dora.post(place, {f"invoice_{product.pk}": "9999,00"}, follow=True)
    assert "Nothing was changed" in text_of(too_much)
    dora.post(place, {f"invoice_{product.pk}": f"{product.total_cents / 100:.2f}", "on_account": "3,00"})
    line.refresh_from_db()
    assert line.state == "matched"
    assert check_books().figures["client_credit"] == 300
    assert dora.post(office("line-place", line_id=line.pk)).status_code == 404


def test_undoing_takes_two_people(product, dora, eva) -> None:
    received_from_bank([payment_of(product)])
    allocation = product.allocations.get()
    assert "Nothing was asked" in text_of(
        dora.post(office("allocation-undo", allocation_id=allocation.pk), follow=True)
    )
    asked = dora.post(office("allocation-undo", allocation_id=allocation.pk), {"note": "andere klant"}, follow=True)
    assert "A correction waits for a second person" in text_of(asked)
    correction = Correction.objects.get()
    own = text_of(dora.get(office("corrections")))
    assert "You asked this yourself" in own
    assert office("correction-approve", correction_id=correction.pk) not in own
    refused = dora.post(office("correction-approve", correction_id=correction.pk), follow=True)
    assert "somebody else must approve it" in text_of(refused)
    assert "andere klant" in text_of(eva.get(office("corrections")))
    done = eva.post(office("correction-approve", correction_id=correction.pk), follow=True)
    assert "Approved and done." in text_of(done)
    assert Order.objects.get(pk=product.order_id).state == "invoiced"


def test_undone_after_loading_is_said_and_listed(product, cast, dora, eva) -> None:
    received_from_bank([payment_of(product)])
    load_due_orders()
    allocation = product.allocations.get()
    text = text_of(dora.get(office("line", line_id=allocation.line_id)))
    assert "The vouchers of this order are loaded and stay" in text
    dora.post(office("allocation-undo", allocation_id=allocation.pk), {"note": "x"})
    done = eva.post(office("correction-approve", correction_id=Correction.objects.get().pk), follow=True)
    assert "The vouchers were loaded already and stay" in text_of(done)
    queue = text_of(dora.get(office("suspense")))
    assert "Taken back after loading" in queue
    assert product.number in queue


def test_outgoing_and_own_money_are_explained_by_two(product, dora, eva) -> None:
    received_from_bank([Payment(-100, free="kosten"), Payment(7_000, free="kapitaal")])
    for cents, wish in ((-100, {"explanation": "bank_charges"}), (7_000, {"note": "kapitaal"})):
        line = only(cents)
        dora.post(office("line-explain", line_id=line.pk), wish)
        eva.post(office("correction-approve", correction_id=Correction.objects.latest("id").pk))
        line.refresh_from_db()
        assert (line.state, line.unplaced_cents) == ("explained", 0)
    kinds = [finding.code for finding in check_books().findings]
    assert kinds in ([], ["bank-does-not-cover"])


def test_a_few_missing_cents_are_written_off_from_the_line(product, dora) -> None:
    received_from_bank([payment_of(product, product.total_cents - 4)])
    line = product.allocations.get().line
    assert "Write off the €0.04" in text_of(dora.get(office("line", line_id=line.pk)))
    dora.post(office("line-write-off", line_id=line.pk, invoice_id=product.pk))
    product.refresh_from_db()
    assert product.state == "paid"


def test_a_line_taken_back_shows_both_sides(product, dora) -> None:
    payment = Payment(product.total_cents, structured=product.structured_communication, end_to_end="E2E-3")
    received_from_bank([payment])
    received_from_bank([returned(payment)])
    back = StatementLine.objects.get(reason="return")
    assert "Takes back an earlier payment, which was undone" in text_of(dora.get(office("line", line_id=back.pk)))
    assert "Taken back by" in text_of(dora.get(office("line", line_id=back.reverses_id)))
