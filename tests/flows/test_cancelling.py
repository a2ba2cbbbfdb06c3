"""Alice cancels an order: before invoicing at once, afterwards by credit notes; what was paid is not lost (SPEC O6, I2)."""

import pytest
from bank import Payment, payment_of
from cast import draft_of, hire
from django.db import DatabaseError, transaction
from django.utils import timezone
from story import confirmed, invoiced, paid, received_from_bank

from tegoed.audit.models import Event
from tegoed.banking.models import StatementLine
from tegoed.billing.models import CreditNote, Invoice, InvoiceState
from tegoed.billing.queries import on_account_cents, what_to_pay
from tegoed.cards.models import Card
from tegoed.clients.models import BlockingRule, Issuer
from tegoed.flows.cancel_order import CardsStay, cancel_order, cancellation_of
from tegoed.flows.catch_up import catch_up
from tegoed.flows.check_books import check_books
from tegoed.flows.invoice_order import invoice_order, send_invoices
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.place_payment import write_off_difference
from tegoed.flows.refusals import CardsHoldOrder, OrderNotCancellable
from tegoed.flows.send_credit_notes import send_credit_note, send_credit_notes
from tegoed.ledger.models import Transfer
from tegoed.orders.models import Order, OrderState
from tegoed.outbox.models import Message


@pytest.fixture
def people(cast):
    return hire(cast.bakery, 3)


def cancelled(order: Order, **particulars) -> Order:
    return cancel_order(client=order.client, order_id=order.pk, actor=None, **particulars)


def plan_of(order: Order):
    return cancellation_of(Order.objects.get(pk=order.pk))


def balance(kind: str) -> int:
    return check_books().figures[kind]


def test_cents_written_off_are_no_payment_and_do_not_go_on_account(cast, people):
    order, (_product, card) = invoiced(cast.bakery, people)
    received_from_bank([payment_of(card, card.total_cents - 3)])
    write_off_difference(line_id=StatementLine.objects.get().pk, invoice_id=card.pk, actor=cast.staff_member)
    assert plan_of(order).freed_cents == card.total_cents - 3
    cancelled(order)
    assert on_account_cents(cast.bakery) == card.total_cents - 3
    assert (card.credit_note.freed_cents, balance("receivable")) == (card.total_cents - 3, 0)
    assert check_books().findings == []


def test_an_invoiced_order_is_credited_as_a_whole(cast, people):
    order, invoices = invoiced(cast.bakery, people)
    cancelled(order, reason_text="Wrong month")
    notes = list(CreditNote.objects.order_by("number_in_year"))
    assert [note.invoice_id for note in notes] == [invoice.pk for invoice in invoices]
    assert [note.total_cents for note in notes] == [invoice.total_cents for invoice in invoices]
    assert [note.number_in_year for note in notes] == [1, 2]
    assert {note.reason for note in notes} == {"Wrong month"}
    assert set(Invoice.objects.values_list("state", flat=True)) == {InvoiceState.CREDITED}
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    assert what_to_pay(cast.bakery).open_cents == 0
    assert balance("receivable") == 0
    assert check_books().findings == []


def test_the_books_take_back_what_issuing_posted(cast, people):
    order, invoices = invoiced(cast.bakery, people)
    before = {transfer.pk: transfer for transfer in Transfer.objects.all()}
    cancelled(order)
    reversals = Transfer.objects.filter(kind="reversal")
    assert {reversal.reverses_id for reversal in reversals} == set(before)
    for reversal in reversals:
        original = before[reversal.reverses_id]
        assert (reversal.debit_id, reversal.credit_id) == (original.credit_id, original.debit_id)
        assert reversal.amount_cents == original.amount_cents
    assert sum(reversal.amount_cents for reversal in reversals) == sum(invoice.total_cents for invoice in invoices)


def test_what_was_paid_of_a_part_paid_invoice_stands_on_account(cast, people):
    order, invoices = invoiced(cast.bakery, people)
    received_from_bank([payment_of(invoices[0], 10_000), payment_of(invoices[1])])
    cancelled(order)
    assert on_account_cents(cast.bakery) == 10_000 + invoices[1].total_cents
    assert balance("client_credit") == 10_000 + invoices[1].total_cents
    assert balance("receivable") == 0
    assert check_books().findings == []


@pytest.mark.parametrize("way", ["structured", "free text"])
def test_a_payment_for_a_credited_invoice_goes_on_account_and_loads_nothing(way, cast, people):
    order, (product, _card) = invoiced(cast.bakery, people)
    cancelled(order)
    product.refresh_from_db()
    number = product.structured_communication
    payment = (
        Payment(product.total_cents, structured=number)
        if way == "structured"
        else Payment(product.total_cents, free=f"betaling {number}")
    )
    report = received_from_bank([payment])
    assert report.paid_order_ids == []
    assert StatementLine.objects.get().reason == "invoice_credited"
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    assert load_due_orders() == []
    assert on_account_cents(cast.bakery) == product.total_cents
    assert check_books().findings == []


def test_a_payment_that_names_a_credited_and_an_open_invoice_pays_the_open_one(cast, people):
    first, (credited, _) = invoiced(cast.bakery, people)
    cancelled(first)
    second, (opened, _) = invoiced(cast.bakery, people)
    text = f"{credited.structured_communication} {opened.structured_communication}"
    report = received_from_bank([Payment(opened.total_cents, free=text)])
    assert report.paid_order_ids == [second.pk]


def test_the_database_lets_no_payment_into_a_credited_invoice(cast, people):
    order, (product, _card) = invoiced(cast.bakery, people)
    cancelled(order)
    for change in ({"paid_cents": 1}, {"state": "open"}, {"paid_at": timezone.now()}):
        with pytest.raises(DatabaseError, match="corrected by a credit note"), transaction.atomic():
            Invoice.objects.filter(pk=product.pk).update(**change)
    for change in (
        lambda: CreditNote.objects.update(total_cents=1),
        lambda: CreditNote.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="corrected by a credit note"), transaction.atomic():
            change()


def test_cancelling_before_invoicing_leaves_no_paper_and_no_cards(cast, people):
    _older, older_invoices = invoiced(cast.bakery, people)
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)
    newcomers = hire(cast.bakery, 2, first=10)
    held = confirmed(draft_of(cast.bakery, newcomers))
    invoice_order(order_id=held.pk)
    cancelled(held)
    held.refresh_from_db()
    assert held.state == OrderState.CANCELLED
    assert held.transitions.order_by("-id").first().reason == "cancelled"
    assert CreditNote.objects.count() == 0
    assert Invoice.objects.count() == len(older_invoices)
    coming = Card.objects.filter(person__in=[person.person_id for person in newcomers])
    assert set(coming.values_list("state", flat=True)) == {"cancelled"}
    assert check_books().findings == []


def test_cards_not_made_are_cancelled_and_asked_for_again_by_the_next_order(cast, people):
    order, _invoices = invoiced(cast.bakery, people)
    assert plan_of(order).card_count == 3
    cancelled(order)
    assert set(Card.objects.values_list("state", flat=True)) == {"cancelled"}
    _again, again_invoices = invoiced(cast.bakery, people)
    assert [invoice.kind for invoice in again_invoices] == ["product", "card"]


def test_cards_being_made_keep_their_invoice(cast, people):
    order, (product, card_invoice) = invoiced(cast.bakery, people)
    Card.objects.filter(person=people[0].person_id).update(state="in_production")
    plan = plan_of(order)
    assert (plan.cards_stay, plan.credited, plan.kept) == (CardsStay.IN_PRODUCTION, [product], [card_invoice])
    cancelled(order)
    card_invoice.refresh_from_db()
    assert card_invoice.state == InvoiceState.OPEN
    assert not Card.objects.filter(state="cancelled").exists()
    assert check_books().findings == []
    paid(card_invoice)
    assert Card.objects.filter(state="requested").count() == 2
    assert check_books().findings == []


def test_cards_that_a_later_order_counts_on_are_made(cast, people):
    first, (_product, card_invoice) = invoiced(cast.bakery, people)
    second, _invoices = invoiced(cast.bakery, people[:1])
    plan = plan_of(first)
    assert (plan.cards_stay, plan.needed_by, plan.kept) == (CardsStay.NEEDED, [second.pk], [card_invoice])
    assert plan_of(second).cards_stay is None
    cancelled(second)
    assert plan_of(first).cards_stay is None


def test_an_order_on_hold_whose_cards_are_being_made_is_not_cancelled(cast, people):
    invoiced(cast.bakery, people)
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)
    newcomers = hire(cast.bakery, 1, first=10)
    held = confirmed(draft_of(cast.bakery, newcomers))
    invoice_order(order_id=held.pk)
    Card.objects.filter(person=newcomers[0].person_id).update(state="shipped")
    with pytest.raises(CardsHoldOrder) as refused:
        cancelled(held)
    assert refused.value.params["reason"] == "in-production"
    held.refresh_from_db()
    assert held.state == OrderState.ON_HOLD


@pytest.mark.parametrize("state", ["draft", "processing", "paid", "loaded", "cancelled"])
def test_other_states_are_refused_and_nothing_changes(state, cast, people):
    order, _invoices = invoiced(cast.bakery, people)
    Order.objects.filter(pk=order.pk).update(state=state)
    with pytest.raises(OrderNotCancellable) as refused:
        cancelled(order)
    assert refused.value.params["reason"] == state
    assert CreditNote.objects.count() == 0
    assert not Card.objects.filter(state="cancelled").exists()


def test_a_paid_order_is_not_cancelled(cast, people):
    order, invoices = invoiced(cast.bakery, people)
    paid(*invoices)
    with pytest.raises(OrderNotCancellable):
        cancelled(order)
    assert check_books().findings == []


def test_an_order_of_another_client_is_not_there(cast, people):
    order, _invoices = invoiced(cast.bakery, people)
    with pytest.raises(Order.DoesNotExist):
        cancel_order(client=cast.garage, order_id=order.pk, actor=cast.charlie)
    assert CreditNote.objects.count() == 0


def test_crediting_what_blocked_lets_the_held_order_go_with_its_own_reason(cast, people):
    older, _invoices = invoiced(cast.bakery, people)
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)
    held = confirmed(draft_of(cast.bakery, people[:1]))
    invoice_order(order_id=held.pk)
    Card.objects.update(state="active")
    Invoice.objects.filter(order=older, kind="card").update(
        state="paid", paid_cents=Invoice.objects.get(order=older, kind="card").total_cents, paid_at=timezone.now()
    )
    cancelled(older)
    catch_up()
    held.refresh_from_db()
    assert held.state == OrderState.INVOICED
    reasons = list(held.transitions.order_by("id").values_list("reason", flat=True))
    assert "older_invoices_credited" in reasons


def test_credit_notes_are_mailed_once_with_both_files(cast, people):
    order, invoices = invoiced(cast.bakery, people)
    send_invoices(order_id=order.pk)
    received_from_bank([payment_of(invoices[0], 5_000)])
    cancelled(order)
    assert send_credit_notes(order_id=order.pk) == 2
    assert send_credit_notes(order_id=order.pk) == 0
    note = CreditNote.objects.get(invoice=invoices[0])
    assert send_credit_note(credit_note_id=note.pk) is False
    message = Message.objects.get(event_key=f"credit-note:{note.pk}")
    assert note.number in message.subject
    assert "€ 50,00" in message.text.replace("\N{NO-BREAK SPACE}", " ")
    assert sorted(document.file_name for document in message.documents.all()) == [
        f"{note.number}.pdf",
        f"{note.number}.xml",
    ]


def test_an_invoice_credited_before_it_was_sent_asks_no_payment(cast, people):
    order, invoices = invoiced(cast.bakery, people)
    cancelled(order)
    assert send_invoices(order_id=order.pk) == 2
    mail = Message.objects.get(event_key=f"invoice:{invoices[0].pk}")
    assert invoices[0].structured_communication not in mail.text
    assert mail.documents.count() == 2


def test_what_looks_like_a_national_number_in_the_reason_is_cut_out(cast, people):
    order, _invoices = invoiced(cast.bakery, people)
    cancelled(order, reason_text="mistake for 88.02.29-123.45, see mail")
    assert "88.02" not in CreditNote.objects.first().reason
    assert "88.02" not in str(Event.objects.get(action="order:cancel").facts)
