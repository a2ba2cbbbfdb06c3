"""Four eyes: what one member confirms waits for another one, who takes it on or sends it back."""

from datetime import timedelta

import pytest
import time_machine
from cast import draft_of, hire
from order_forms import drafts_of, eco_row, meal_row, taken
from procrastinate.contrib.django.models import ProcrastinateJob

from tegoed.audit.models import Event
from tegoed.cards.models import Card
from tegoed.clients.models import User
from tegoed.flows.confirm_order import approve_orders, confirm_order, confirm_orders, send_back_order
from tegoed.flows.refusals import ApproverIsConfirmer, CostsChanged, FormConfirmedWhole, OrderNotAwaitingApproval
from tegoed.orders.models import Order, OrderCost
from tegoed.orders.queries import preview_of, previews_of
from tegoed.rules.order_lines import LoadingDateImpossible
from tegoed.uploads.models import UploadState


@pytest.fixture
def eva(cast) -> User:
    """A colleague of Alice who approves; the bakery wants four eyes."""
    cast.bakery.needs_approval = True
    cast.bakery.save()
    return User.objects.create_user("eva@bakkerij.example", "secret", full_name="Eva")


def confirmed_by_alice(cast, order: Order) -> Order:
    total_cents = preview_of(order).pricing.total_cents
    return confirm_order(client=cast.bakery, order_id=order.pk, actor=cast.alice, confirmed_total_cents=total_cents)


def approve(cast, orders: list[Order], actor: User) -> list[Order]:
    total_cents = sum(preview.pricing.total_cents for preview in previews_of(orders))
    return approve_orders(
        client=cast.bakery,
        order_ids=[order.pk for order in orders],
        actor=actor,
        confirmed_total_cents=total_cents,
    )


def test_confirming_asks_for_nothing_yet(cast, eva) -> None:
    order = confirmed_by_alice(cast, draft_of(cast.bakery, hire(cast.bakery, 2)))
    assert (order.state, order.confirmed_by, order.beneficiary_count) == ("awaiting_approval", cast.alice, 2)
    assert order.total_cents == preview_of(order).pricing.total_cents
    assert order.transitions.get(to_state="awaiting_approval").reason == "awaits_approval"
    assert not Card.objects.exists()
    assert not OrderCost.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="invoice_order").exists()


def test_a_colleague_takes_it_on(cast, eva) -> None:
    order = confirmed_by_alice(cast, draft_of(cast.bakery, hire(cast.bakery, 2)))
    (approved,) = approve(cast, [order], eva)
    assert (approved.state, approved.confirmed_by) == ("processing", cast.alice)
    step = approved.transitions.get(to_state="processing")
    assert (step.reason, step.actor) == ("approved", eva)
    assert Card.objects.count() == 2
    assert ProcrastinateJob.objects.filter(task_name="invoice_order", args={"order_id": order.pk}).exists()
    assert Event.objects.get(action="order:approve").actor_id == eva.pk
    with pytest.raises(OrderNotAwaitingApproval):
        approve(cast, [order], eva)


def test_nobody_approves_their_own(cast, eva) -> None:
    order = confirmed_by_alice(cast, draft_of(cast.bakery, hire(cast.bakery, 1)))
    with pytest.raises(ApproverIsConfirmer):
        approve(cast, [order], cast.alice)
    order.refresh_from_db()
    assert order.state == "awaiting_approval"


def test_a_draft_is_not_approved(cast, eva) -> None:
    with pytest.raises(OrderNotAwaitingApproval):
        approve(cast, [draft_of(cast.bakery, hire(cast.bakery, 1))], eva)


def test_what_changed_since_is_asked_again(cast, eva) -> None:
    people = hire(cast.bakery, 2)
    order = confirmed_by_alice(cast, draft_of(cast.bakery, people))
    shown = order.total_cents
    Card.objects.create(person_id=people[0].person_id, state="active")
    with pytest.raises(CostsChanged):
        approve_orders(client=cast.bakery, order_ids=[order.pk], actor=eva, confirmed_total_cents=shown)
    assert Card.objects.count() == 1
    assert approve(cast, [order], eva)[0].total_cents < shown


def test_an_order_that_waited_too_long_is_not_taken_on(cast, eva) -> None:
    order = confirmed_by_alice(cast, draft_of(cast.bakery, hire(cast.bakery, 1)))
    with (
        time_machine.travel(order.loading_on + timedelta(days=1, hours=12)),
        pytest.raises(LoadingDateImpossible),
    ):
        approve(cast, [order], eva)
    (draft,) = send_back_order(client=cast.bakery, order_id=order.pk, actor=eva, reason_text="Too late")
    assert (draft.state, draft.confirmed_by, draft.confirmed_at, draft.total_cents) == ("draft", None, None, 0)
    assert draft.transitions.get(reason="sent_back").actor == eva
    assert Event.objects.get(action="order:send-back").facts["reason"] == "Too late"
    with pytest.raises(OrderNotAwaitingApproval):
        send_back_order(client=cast.bakery, order_id=order.pk, actor=eva, reason_text="")


def test_the_orders_of_a_form_are_approved_and_sent_back_together(cast, eva) -> None:
    hire(cast.bakery, 2)
    upload = taken(cast.bakery, [meal_row(0), eco_row(0), eco_row(1)])

    def confirm() -> list[Order]:
        orders = drafts_of(upload)
        total_cents = sum(preview.pricing.total_cents for preview in previews_of(orders))
        return confirm_orders(
            client=cast.bakery,
            order_ids=[order.pk for order in orders],
            actor=cast.alice,
            confirmed_total_cents=total_cents,
        )

    confirm()
    upload.refresh_from_db()
    assert upload.state == UploadState.READY
    with pytest.raises(FormConfirmedWhole):
        approve(cast, drafts_of(upload)[:1], eva)
    sent_back = send_back_order(client=cast.bakery, order_id=drafts_of(upload)[1].pk, actor=eva, reason_text="No")
    assert [order.state for order in sent_back] == ["draft", "draft"]
    confirm()
    assert [order.state for order in approve(cast, drafts_of(upload), eva)] == ["processing", "processing"]
    assert Card.objects.count() == 2
    upload.refresh_from_db()
    assert upload.state == UploadState.APPLIED


def test_another_clients_order_is_not_there(cast, eva) -> None:
    order = confirmed_by_alice(cast, draft_of(cast.bakery, hire(cast.bakery, 1)))
    with pytest.raises(Order.DoesNotExist):
        approve_orders(client=cast.garage, order_ids=[order.pk], actor=cast.charlie, confirmed_total_cents=0)
    with pytest.raises(Order.DoesNotExist):
        send_back_order(client=cast.garage, order_id=order.pk, actor=cast.charlie, reason_text="")
