"""The client confirms orders, one or several together (SPEC O1 step 3, O2), and a colleague approves them (O3, Q5).

Its one law: what is taken on is what was shown, by the same code (`previews_of`), or the client is asked again. Orders
confirmed together are taken on in one transaction, all or none; the orders of one Excel form always go together. Where the
client wants invoices by billing group, each is divided here, exactly as it was priced.
It makes no invoices: the worker does (`invoice_order`).
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.beneficiaries.actions import lock_persons
from tegoed.beneficiaries.models import Beneficiary
from tegoed.billing.particulars import check_client_particulars
from tegoed.cards.actions import request_cards
from tegoed.clients.models import Client, User
from tegoed.clients.queries import running_contract, the_issuer
from tegoed.flows.approval import tell_approved, tell_approvers, tell_sent_back
from tegoed.flows.jobs import invoice_order_job
from tegoed.flows.refusals import (
    ApproverIsConfirmer,
    CostsChanged,
    FormConfirmedWhole,
    OrderEmpty,
    OrderNotAwaitingApproval,
)
from tegoed.orders.actions import (
    BeneficiaryNotOrderable,
    OrderNotDraft,
    advance_order,
    keep_costs,
    link_card_requests,
)
from tegoed.orders.as_shown import check_as_shown
from tegoed.orders.billing_groups import BILLING_GROUPS_MAX, TooManyBillingGroups, divide_order
from tegoed.orders.checks import check_order_lines
from tegoed.orders.models import Order, OrderState
from tegoed.orders.queries import (
    OrderPart,
    OrderPreview,
    beneficiaries_in,
    last_loading_day,
    persons_in,
    previews_of,
)
from tegoed.rules.card_need import card_delivery_due_on
from tegoed.rules.dates import brussels_date
from tegoed.rules.order_lines import check_loading_date, check_month
from tegoed.rules.products import Form, Product, check_form
from tegoed.uploads.actions import mark_applied
from tegoed.uploads.models import Upload, UploadState


def confirm_order(
    *, client: Client, order_id: int, actor: User | None, confirmed_total_cents: int, shown_mark: str | None = None
) -> Order:
    """`confirm_orders` for one."""
    (order,) = confirm_orders(
        client=client,
        order_ids=[order_id],
        actor=actor,
        confirmed_total_cents=confirmed_total_cents,
        shown_mark=shown_mark,
    )
    return order


@transaction.atomic
def confirm_orders(
    *,
    client: Client,
    order_ids: Sequence[int],
    actor: User | None,
    confirmed_total_cents: int,
    shown_mark: str | None = None,
) -> list[Order]:
    """Take these drafts on, or let a colleague approve them first where the client wants four eyes; by id.

    `confirmed_total_cents`: what all of them together were shown to cost; `shown_mark`: what they said then (`mark_of`),
    where a page showed them. Everything is checked once more. Two people
    confirming at once: the orders are locked, so the second gets `OrderNotDraft`. Raises also `OrderEmpty`,
    `CostsChanged`, `OrderChangedMeanwhile`, `ContractMissing`, `LoadingDateImpossible`, `MonthImpossible`,
    `BeneficiaryNotOrderable`, `LineRefused`, `FormConfirmedWhole`, `TooManyBillingGroups`, `ClientParticularsFaulty`,
    `FormNotAllowed`; then nothing is changed.
    """
    orders = locked_orders(client, order_ids, state=OrderState.DRAFT)
    check_as_shown(orders, shown_mark)
    now = timezone.now()
    for order in orders:
        order.confirmed_by, order.confirmed_at = actor, now
    if orders[0].client.needs_approval:
        _await_approval(orders, actor=actor, confirmed_total_cents=confirmed_total_cents, now=now)
    else:
        _take_on(orders, reason="confirmed", actor=actor, confirmed_total_cents=confirmed_total_cents, now=now)
    return orders


@transaction.atomic
def approve_orders(
    *,
    client: Client,
    order_ids: Sequence[int],
    actor: User,
    confirmed_total_cents: int,
    shown_mark: str | None = None,
) -> list[Order]:
    """Take on what a colleague confirmed (four eyes); everything is checked again, as it is today.

    Raises `OrderNotAwaitingApproval`, `ApproverIsConfirmer`, and what `confirm_orders` raises.
    """
    orders = locked_orders(client, order_ids, state=OrderState.AWAITING_APPROVAL)
    if any(order.confirmed_by_id == actor.pk for order in orders):
        raise ApproverIsConfirmer(order_id=orders[0].pk)
    check_as_shown(orders, shown_mark)
    _take_on(orders, reason="approved", actor=actor, confirmed_total_cents=confirmed_total_cents, now=timezone.now())
    tell_approved(orders, approver=actor)
    return orders


@transaction.atomic
def send_back_order(*, client: Client, order_id: int, actor: User, reason_text: str) -> list[Order]:
    """An order that waits for approval becomes a draft again, and with it the other orders of its Excel form; all of them.

    `reason_text` is the approver's own words, kept in the trail. Raises `Order.DoesNotExist`, `OrderNotAwaitingApproval`.
    """
    upload_id = Order.objects.values_list("upload_id", flat=True).get(client=client, pk=order_id)
    order_ids = [order_id]
    if upload_id is not None:
        together = Order.objects.filter(upload=upload_id, state=OrderState.AWAITING_APPROVAL)
        order_ids = sorted({order_id, *together.values_list("pk", flat=True)})
    orders = locked_orders(client, order_ids, state=OrderState.AWAITING_APPROVAL)
    confirmer = orders[0].confirmed_by
    for order in orders:
        order.confirmed_by, order.confirmed_at = None, None
        _keep_sums(order, None)
        advance_order(order, OrderState.DRAFT, reason="sent_back", actor=actor)
        record_event(
            actor=actor, action=Action.ORDER_SENT_BACK, client_id=client.pk, subject_id=order.pk, reason=reason_text
        )
    tell_sent_back(orders, confirmer=confirmer, approver=actor, reason=reason_text)
    return orders


def locked_orders(client: Client, order_ids: Sequence[int], *, state: OrderState) -> list[Order]:
    """These orders of the client by id, held to the end of the transaction, with the Excel forms they came from.

    Raises `Order.DoesNotExist`, `OrderNotDraft` or `OrderNotAwaitingApproval`, and `FormConfirmedWhole` when an order of
    the same form in that state is missing: cards are counted for a form as a whole.
    """
    wanted = Order.objects.filter(client=client, pk__in=order_ids).order_by("id")
    upload_ids = set(wanted.exclude(upload=None).values_list("upload_id", flat=True))
    list(Upload.objects.select_for_update().filter(pk__in=upload_ids).order_by("id").values_list("pk"))
    orders = list(wanted.select_for_update(of=("self",)).select_related("client"))
    if not orders or {order.pk for order in orders} != set(order_ids):
        raise Order.DoesNotExist
    for order in orders:
        if order.state != state:
            refused = OrderNotDraft if state == OrderState.DRAFT else OrderNotAwaitingApproval
            raise refused(order_id=order.pk, state=order.state)
    if Order.objects.filter(upload__in=upload_ids, state=state).exclude(pk__in=order_ids).exists():
        raise FormConfirmedWhole(order_id=orders[0].pk)
    return orders


def _await_approval(orders: Sequence[Order], *, actor: User | None, confirmed_total_cents: int, now: datetime) -> None:
    """Checked and counted, but nothing is asked for yet."""
    previews = _checked(orders, to_state=OrderState.AWAITING_APPROVAL, reason="awaits_approval", actor=actor, now=now)
    _check_total(previews, confirmed_total_cents)
    for order, preview in zip(orders, previews, strict=True):
        _keep_sums(order, preview)
        _record(order, Action.ORDER_CONFIRMED, actor=actor, card_count=0, awaits_approval=True)
    tell_approvers(orders)


def _take_on(
    orders: Sequence[Order], *, reason: str, actor: User | None, confirmed_total_cents: int, now: datetime
) -> None:
    """Divide them by billing group where the client wants that, ask for the cards, write down the costs, hand over."""
    previews = _checked(orders, to_state=OrderState.PROCESSING, reason=reason, actor=actor, now=now)
    _check_total(previews, confirmed_total_cents)
    divided: list[tuple[Order, OrderPart]] = []
    for order, preview in zip(orders, previews, strict=True):
        into = divide_order(order, [part.lines for part in preview.parts], actor=actor)
        divided += zip(into, preview.parts, strict=True)
    on_cards = [order for order, _part in divided if not order.is_on_paper]
    if on_cards:
        _request_cards(on_cards, today=brussels_date(now))
    for order, part in divided:
        keep_costs(order=order, pricing=part.pricing)
        _keep_sums(order, part)
        action = Action.ORDER_APPROVED if reason == "approved" else Action.ORDER_CONFIRMED
        _record(order, action, actor=actor, card_count=part.cards.count)
        invoice_order_job.defer(order_id=order.pk)
    upload_ids = {order.upload_id for order in orders if order.upload_id is not None}
    for upload in Upload.objects.defer("content", "remarked").filter(pk__in=upload_ids, state=UploadState.READY):
        mark_applied(upload=upload, at=now, actor=actor, facts={"order_count": len(orders)})


def _record(order: Order, action: Action, *, actor: User | None, card_count: int, **facts: bool) -> None:
    record_event(
        actor=actor,
        action=action,
        client_id=order.client_id,
        subject_id=order.pk,
        total_cents=order.total_cents,
        card_count=card_count,
        **facts,
    )


def _checked(
    orders: Sequence[Order], *, to_state: OrderState, reason: str, actor: User | None, now: datetime
) -> list[OrderPreview]:
    """Check the orders one after the other and take the step: what one gives in a year counts for the next. Their costs."""
    client = orders[0].client
    check_client_particulars(client)
    today = brussels_date(now)
    for order in orders:
        check_loading_date(order.loading_on, today=today)
        check_month(order.month_on, today=today)
        if order.is_on_paper:
            check_form(Product(order.product), Form.PAPER, order.loading_on)
        order.contract = running_contract(client, product=order.product, form=order.form, on=today)
    _lock_people(orders)
    issuer = the_issuer()
    previews = previews_of(orders)
    for order, preview in zip(orders, previews, strict=True):
        if preview.group_count:
            raise TooManyBillingGroups(group_count=preview.group_count, group_count_max=BILLING_GROUPS_MAX)
        if not preview.beneficiary_count:
            raise OrderEmpty(order_id=order.pk)
        check_order_lines(order, allows_above_maximum=issuer.allows_above_maximum, actor=actor)
        order.save(update_fields=["contract", "confirmed_by", "confirmed_at"])
        advance_order(order, to_state, reason=reason, actor=actor)
    return previews


def _lock_people(orders: Sequence[Order]) -> None:
    """Hold the persons, so that no other order can ask a card for them meanwhile; all must be active here."""
    lock_persons(persons_in(orders))
    gone = Beneficiary.objects.filter(order_lines__order__in=orders, is_active=False).order_by("id").first()
    if gone is not None:
        raise BeneficiaryNotOrderable(reason="left", beneficiary_id=gone.pk, name=str(gone))


def _check_total(previews: Sequence[OrderPreview], confirmed_total_cents: int) -> None:
    total_cents = sum(preview.pricing.total_cents for preview in previews)
    if total_cents != confirmed_total_cents:
        raise CostsChanged(shown_cents=confirmed_total_cents, total_cents=total_cents)


def _request_cards(orders: Sequence[Order], *, today: date) -> None:
    """Ask for the cards that the orders need together. Each is charged to the first order of its person."""
    requested = request_cards(
        client=orders[0].client,
        beneficiary_ids=beneficiaries_in(orders),
        loading_on=last_loading_day(orders),
        expected_on=card_delivery_due_on(today),
    )
    link_card_requests(orders=orders, request_id_by_beneficiary=requested)


def _keep_sums(order: Order, preview: OrderPreview | OrderPart | None) -> None:
    """What the order comes to, for the overviews; zero again for a draft."""
    order.beneficiary_count = preview.beneficiary_count if preview else 0
    order.voucher_count = preview.voucher_count if preview else 0
    order.face_value_cents = preview.face_value_cents if preview else 0
    order.total_cents = preview.pricing.total_cents if preview else 0
    order.save(
        update_fields=[
            "beneficiary_count",
            "voucher_count",
            "face_value_cents",
            "total_cents",
            "confirmed_by",
            "confirmed_at",
        ]
    )
