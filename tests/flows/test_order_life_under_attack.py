"""Orders cancelled, changed, held and approved in awkward moments: money and numbers still add up (SPEC O3, O6, I2, P3)."""

from datetime import date

import pytest
import time_machine
from bank import Payment, payment_of
from cast import draft_of, hire
from order_forms import drafts_of, eco_row, meal_row, taken
from story import confirmed, invoiced, paid, received_from_bank

from tegoed.audit.models import Event
from tegoed.billing.models import CreditNote, Invoice, InvoiceState
from tegoed.billing.queries import on_account_cents, what_to_pay
from tegoed.cards.models import Card, CardRequest
from tegoed.clients.models import BlockingRule, Issuer, User
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.catch_up import catch_up
from tegoed.flows.change_order import change_order_after_confirm
from tegoed.flows.check_books import check_books
from tegoed.flows.confirm_order import approve_orders, confirm_order, confirm_orders
from tegoed.flows.confirm_order_form import confirm_order_form
from tegoed.flows.invoice_order import invoice_order
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.flows.refusals import OrderNotCancellable
from tegoed.orders.actions import LineRefused, LineWish, set_order_lines, start_order
from tegoed.orders.copying import copy_order
from tegoed.orders.models import Order, OrderState
from tegoed.orders.monthly_templates import make_draft, make_template
from tegoed.orders.queries import preview_of, previews_of
from tegoed.portal.form_review import review_of
from tegoed.rules.order_lines import MonthImpossible
from tegoed.rules.products import Product


@pytest.fixture
def people(cast):
    return hire(cast.bakery, 3)


@pytest.fixture
def any_open_blocks(cast) -> None:
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)


def cancelled(order: Order) -> Order:
    return cancel_order(client=order.client, order_id=order.pk, actor=None)


def changed(order: Order) -> Order:
    """The draft that takes the order's place."""
    return change_order_after_confirm(client=order.client, order_id=order.pk, actor=None)


def state_of(order: Order) -> str:
    return Order.objects.values_list("state", flat=True).get(pk=order.pk)


def assert_books_agree() -> None:
    assert check_books().findings == []


# Money


def test_part_paid_over_paid_and_changed_twice_keeps_every_cent_and_number(cast, people):
    order, (product, card) = invoiced(cast.bakery, people)
    received_from_bank([payment_of(product, 12_345), Payment(card.total_cents + 50, card.structured_communication)])
    second = confirmed(changed(order))
    second_product, second_card = invoice_order(order_id=second.pk)
    received_from_bank([payment_of(second_product, 1)])
    third = confirmed(changed(second))
    invoices = invoice_order(order_id=third.pk)
    assert on_account_cents(cast.bakery) == 12_345 + card.total_cents + 50 + 1
    assert what_to_pay(cast.bakery).invoices == invoices
    assert [note.number_in_year for note in CreditNote.objects.order_by("id")] == [1, 2, 3, 4]
    assert [each.state for each in (order, second, third)] != [state_of(each) for each in (order, second, third)]
    assert (state_of(order), state_of(second)) == (OrderState.CANCELLED, OrderState.CANCELLED)
    paid(*invoices)
    assert [loaded.order_id for loaded in load_due_orders()] == [third.pk]
    assert second_card.number != card.number
    assert_books_agree()


def test_one_bank_file_for_two_clients_of_whom_one_cancelled(cast, people):
    order, (product, card) = invoiced(cast.bakery, people)
    theirs, their_invoices = invoiced(cast.garage, hire(cast.garage, 2, first=50))
    cancelled(order)
    report = received_from_bank(
        [payment_of(their_invoices[0]), payment_of(product), payment_of(their_invoices[1]), payment_of(card)]
    )
    assert report.paid_order_ids == [theirs.pk]
    assert on_account_cents(cast.bakery) == product.total_cents + card.total_cents
    assert on_account_cents(cast.garage) == 0
    assert_books_agree()


def test_twice_the_late_payment_and_a_copy_that_is_paid(cast, people):
    order, (product, _card) = invoiced(cast.bakery, people)
    cancelled(order)
    late = payment_of(product, product.total_cents)
    received_from_bank([late, late])
    again = confirmed(copy_order(client=cast.bakery, order_id=order.pk, actor=None))
    paid(*invoice_order(order_id=again.pk))
    assert state_of(again) == OrderState.PAID
    assert on_account_cents(cast.bakery) == 2 * product.total_cents
    assert_books_agree()


def test_an_order_is_cancelled_once(cast, people):
    order, _invoices = invoiced(cast.bakery, people)
    cancelled(order)
    for again in (cancelled, changed):
        with pytest.raises(OrderNotCancellable):
            again(order)
    assert CreditNote.objects.count() == 2
    assert Order.objects.count() == 1


def test_the_card_invoice_of_a_cancelled_order_still_holds_back_others(any_open_blocks, cast, people):
    Issuer.objects.update(blocking_rule=BlockingRule.OVERDUE)
    first, (_product, card_invoice) = invoiced(cast.bakery, people)
    invoiced(cast.bakery, people[:1])
    cancelled(first)
    assert card_invoice in what_to_pay(cast.bakery).invoices
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)
    held = confirmed(draft_of(cast.bakery, people))
    assert invoice_order(order_id=held.pk) == []
    paid(*what_to_pay(cast.bakery).invoices)
    catch_up()
    assert state_of(held) == OrderState.INVOICED
    assert_books_agree()


def test_orders_of_one_form_do_not_hold_each_other_back(any_open_blocks, cast):
    """One was invoiced before another order came between: the other is let go as soon as that one is paid."""
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [meal_row(0), eco_row(0)])
    orders = drafts_of(upload)
    total_cents = sum(preview.pricing.total_cents for preview in previews_of(orders))
    first, second = confirm_orders(
        client=cast.bakery, order_ids=[order.pk for order in orders], actor=None, confirmed_total_cents=total_cents
    )
    Issuer.objects.update(blocking_rule=BlockingRule.OVERDUE)
    _between, invoices_between = invoiced(cast.bakery, hire(cast.bakery, 1, first=9))
    invoice_order(order_id=first.pk)
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)
    assert invoice_order(order_id=second.pk) == []
    paid(*invoices_between)
    catch_up()
    assert state_of(second) == OrderState.INVOICED


# Cards that wait for payment


def test_changing_a_first_order_does_not_send_its_cards_unpaid(cast, people):
    """SPEC C2: on a first order the card invoice is paid before the cards are sent; cancelling it buys no way around."""
    order, _invoices = invoiced(cast.bakery, people)
    again = confirmed(changed(order))
    living = Card.objects.exclude(state="cancelled")
    assert set(living.values_list("state", flat=True)) == {"awaiting_payment"}
    assert set(CardRequest.objects.filter(card__in=living).values_list("reason", flat=True)) == {"first_order"}
    paid(*invoice_order(order_id=again.pk))
    assert set(living.values_list("state", flat=True)) == {"requested"}


def test_a_second_order_before_the_first_cards_are_paid_waits_as_well(cast, people):
    """A small unpaid first order opens no way to have a thousand cards made."""
    _first, (_product, first_card_invoice) = invoiced(cast.bakery, people[:1])
    second, invoices = invoiced(cast.bakery, people)
    assert set(Card.objects.values_list("state", flat=True)) == {"awaiting_payment"}
    assert preview_of(second).cards.count == 0
    paid(first_card_invoice)
    assert sorted(Card.objects.values_list("state", flat=True)) == ["awaiting_payment", "awaiting_payment", "requested"]
    third = draft_of(cast.bakery, hire(cast.bakery, 1, first=20))
    assert not preview_of(third).cards_wait_for_payment
    paid(*invoices)
    assert set(Card.objects.values_list("state", flat=True)) == {"requested"}
    assert_books_agree()


# The month, copies and templates


def test_a_draft_whose_month_lies_too_far_back_is_not_taken_on(cast, people):
    """Ordered in 2026 for the month before, then copied again and again: a copy keeps the distance of its source."""
    with time_machine.travel("2026-11-10T10:00:00Z"):
        order = start_order(
            client=cast.bakery,
            product=Product.MEAL,
            reference="",
            loading_on=date(2027, 11, 10),
            month_on=date(2025, 10, 1),
            actor=None,
        )
        wishes = [LineWish(beneficiary_id=people[0].pk, voucher_count=20, face_value_cents=800)]
        set_order_lines(client=cast.bakery, order_id=order.pk, wishes=wishes, actor=None)
        copied = copy_order(client=cast.bakery, order_id=order.pk, actor=None)
        assert copied.month_on < date(2025, 1, 1)
        with pytest.raises(MonthImpossible):
            confirmed(copied)
        assert state_of(copied) == OrderState.DRAFT


@pytest.mark.parametrize(("month_on", "is_possible"), [(date(2026, 1, 1), True), (date(2025, 12, 1), False)])
def test_ten_euro_hold_from_january_through_a_copy_too(month_on, is_possible, cast, people):
    with time_machine.travel("2026-01-05T10:00:00Z"):
        draft = draft_of(cast.bakery, people, face_value_cents=800)
        draft.lines.update(face_value_cents=1_000, amount_cents=20_000, worker_share_cents=109)
        Order.objects.filter(pk=draft.pk).update(month_on=month_on)
        copied = copy_order(client=cast.bakery, order_id=draft.pk, actor=None)
        assert copied.month_on == month_on
        if is_possible:
            assert confirmed(copied).state == OrderState.PROCESSING
        else:
            with pytest.raises(LineRefused):
                confirmed(copied)


def test_a_monthly_order_follows_the_order_that_replaced_its_source(cast, people):
    with time_machine.travel("2026-11-10T10:00:00Z"):
        order, _invoices = invoiced(cast.bakery, people, loading_on=date(2026, 11, 20))
        template = make_template(
            client=cast.bakery, order_id=order.pk, name="Meal", loading_day=20, draft_days_before=7, actor=None
        )
        instead = changed(order)
        wishes = [LineWish(beneficiary_id=people[0].pk, voucher_count=11, face_value_cents=700)]
        set_order_lines(client=cast.bakery, order_id=instead.pk, wishes=wishes, actor=None)
        confirmed(instead)
    with time_machine.travel("2026-12-15T10:00:00Z"):
        draft = make_draft(template_id=template.pk, today=date(2026, 12, 15))
    assert [line.amount_cents for line in draft.lines.all()] == [7_700]


def test_a_monthly_order_keeps_its_source_while_the_correction_is_a_draft(cast, people):
    with time_machine.travel("2026-11-10T10:00:00Z"):
        order, _invoices = invoiced(cast.bakery, people, loading_on=date(2026, 11, 20))
        template = make_template(
            client=cast.bakery, order_id=order.pk, name="Meal", loading_day=20, draft_days_before=7, actor=None
        )
        changed(order).lines.all().delete()
    with time_machine.travel("2026-12-15T10:00:00Z"):
        draft = make_draft(template_id=template.pk, today=date(2026, 12, 15))
    assert draft.lines.count() == len(people)


# Four eyes and maxima


@pytest.fixture
def eva(cast) -> User:
    cast.bakery.needs_approval = True
    cast.bakery.save()
    return User.objects.create_user("eva@bakkerij.example", "secret", full_name="Eva")


def eco_draft(cast, person, cents: int, *, reason: str = "") -> Order:
    order = start_order(
        client=cast.bakery, product=Product.ECO, reference="", loading_on=date(2026, 11, 20), actor=None
    )
    wishes = [LineWish(beneficiary_id=person.pk, amount_cents=cents)]
    return set_order_lines(
        client=cast.bakery, order_id=order.pk, wishes=wishes, actor=None, above_maximum_reason=reason
    )


def confirmed_by_alice(cast, order: Order) -> Order:
    return confirm_order(
        client=cast.bakery,
        order_id=order.pk,
        actor=cast.alice,
        confirmed_total_cents=preview_of(order).pricing.total_cents,
    )


def approved(cast, order: Order, actor: User) -> Order:
    (taken_on,) = approve_orders(
        client=cast.bakery,
        order_ids=[order.pk],
        actor=actor,
        confirmed_total_cents=preview_of(order).pricing.total_cents,
    )
    return taken_on


@time_machine.travel("2026-11-10T10:00:00Z")
def test_what_waits_for_approval_fills_the_year_and_what_is_cancelled_frees_it(cast, eva, people):
    first = confirmed_by_alice(cast, eco_draft(cast, people[0], 25_000))
    with pytest.raises(LineRefused):
        eco_draft(cast, people[0], 1)
    cancelled(first)
    second = confirmed_by_alice(cast, eco_draft(cast, people[0], 25_000))
    assert approved(cast, second, eva).state == OrderState.PROCESSING


@time_machine.travel("2026-11-10T10:00:00Z")
def test_leave_to_go_above_a_maximum_is_looked_at_when_approving_and_never_copied(cast, eva, people):
    Issuer.objects.update(allows_above_maximum=True)
    order = confirmed_by_alice(cast, eco_draft(cast, people[0], 30_000, reason="Part of the wage"))
    Issuer.objects.update(allows_above_maximum=False)
    with pytest.raises(LineRefused):
        approved(cast, order, eva)
    Issuer.objects.update(allows_above_maximum=True)
    assert approved(cast, order, eva).state == OrderState.PROCESSING
    assert Event.objects.filter(action="order:exceed-maximum").count() == 2
    with pytest.raises(LineRefused):
        confirmed_by_alice(cast, copy_order(client=cast.bakery, order_id=order.pk, actor=None))


@time_machine.travel("2026-11-10T10:00:00Z")
def test_changing_an_order_that_waits_for_approval_waits_for_approval_again(cast, eva, people):
    waiting = confirmed_by_alice(cast, draft_of(cast.bakery, people))
    draft = changed(waiting)
    assert (state_of(waiting), draft.state, Invoice.objects.count()) == (OrderState.CANCELLED, OrderState.DRAFT, 0)
    again = confirmed_by_alice(cast, draft)
    assert again.state == OrderState.AWAITING_APPROVAL
    approved(cast, again, eva)
    invoices = invoice_order(order_id=again.pk)
    assert {invoice.state for invoice in invoices} == {InvoiceState.OPEN}


@time_machine.travel("2026-11-10T10:00:00Z")
def test_switching_four_eyes_off_lets_nothing_through_that_waited(cast, eva, people):
    waiting = confirmed_by_alice(cast, draft_of(cast.bakery, people))
    cast.bakery.needs_approval = False
    cast.bakery.save()
    catch_up()
    assert state_of(waiting) == OrderState.AWAITING_APPROVAL
    assert approved(cast, waiting, eva).state == OrderState.PROCESSING


@time_machine.travel("2026-11-10T10:00:00Z")
def test_the_reason_told_with_an_excel_form_holds_no_national_number(cast):
    Issuer.objects.update(allows_above_maximum=True)
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [eco_row(0, 30_000, loading_on=date(2026, 11, 20))])
    total_cents = sum(preview.pricing.total_cents for preview in previews_of(drafts_of(upload)))
    (order,) = confirm_order_form(
        client=cast.bakery,
        upload_id=upload.pk,
        actor=cast.alice,
        confirmed_total_cents=total_cents,
        above_maximum_reason="wage of 88.02.29-123.45",
    )
    assert order.state == OrderState.PROCESSING
    order.refresh_from_db()
    assert "88.02" not in order.above_maximum_reason
    assert "88.02" not in str(Event.objects.get(action="order:exceed-maximum").facts)


@time_machine.travel("2026-11-10T10:00:00Z")
def test_two_loadings_of_one_form_go_above_the_year_together_with_one_reason(cast):
    Issuer.objects.update(allows_above_maximum=True)
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [eco_row(0, 15_000, loading_on=date(2026, 11 + later, 20)) for later in (0, 1)])
    assert [line_count for _sentence, line_count in review_of(upload).above] == [1]
    orders = confirm_order_form(
        client=cast.bakery,
        upload_id=upload.pk,
        actor=cast.alice,
        confirmed_total_cents=review_of(upload).total_cents,
        above_maximum_reason="Part of the wage",
    )
    assert [order.above_maximum_reason for order in orders] == ["", "Part of the wage"]
    assert Event.objects.get(action="order:exceed-maximum").subject_id == orders[1].pk
