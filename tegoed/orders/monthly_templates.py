"""Orders that come back every month (SPEC O6): a template makes a draft, which somebody still checks and confirms.

Its one law: a template makes at most one draft a month, whoever tries and however often: making it and moving on to the
next month is one transaction under the template's lock, and the database holds month and template unique together.
It orders nothing and sends nothing: `flows.make_template_drafts` tells the client.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import Client, User
from tegoed.errors import Refusal
from tegoed.orders.copying import draft_like
from tegoed.orders.models import Order, OrderState, OrderTemplate
from tegoed.rules.dates import add_months, brussels_today
from tegoed.rules.monthly_orders import (
    DRAFT_DAYS_BEFORE_MAX,
    LOADING_DAY_MAX,
    first_month_after,
    month_to_make,
)

TEMPLATES_MAX = 50
"""Running templates of one client: each makes an order a month."""


NOT_CONFIRMED = frozenset({OrderState.DRAFT, OrderState.AWAITING_APPROVAL, OrderState.CANCELLED})


class TemplateSourceNotConfirmed(Refusal):
    """A monthly order starts from one that was confirmed. Params: `order_id`, `state`."""

    code = "order-template-source-not-confirmed"


class TemplateImpossible(Refusal):
    """The days are out of range. Params: `loading_day_max`, `days_before_max`."""

    code = "order-template-impossible"


class TooManyTemplates(Refusal):
    """The client has all the running templates it may have. Param: `template_count_max`."""

    code = "order-too-many-templates"


def templates_of(client: Client) -> QuerySet[OrderTemplate]:
    """The running monthly orders of a client by name, each with the order it starts from."""
    return OrderTemplate.objects.filter(client=client, is_active=True).select_related("source").order_by("name", "id")


@transaction.atomic
def make_template(
    *, client: Client, order_id: int, name: str, loading_day: int, draft_days_before: int, actor: User | None
) -> OrderTemplate:
    """Repeat a confirmed order each month from the month after it on.

    Raises `Order.DoesNotExist`, `TemplateSourceNotConfirmed`, `TemplateImpossible`, `TooManyTemplates`.
    """
    Client.objects.select_for_update().get(pk=client.pk)  # so that two at once don't pass the limit together
    source = Order.objects.get(client=client, pk=order_id)
    if source.state in NOT_CONFIRMED:
        raise TemplateSourceNotConfirmed(order_id=source.pk, state=source.state)
    _check_days(loading_day, draft_days_before)
    if templates_of(client).count() >= TEMPLATES_MAX:
        raise TooManyTemplates(template_count_max=TEMPLATES_MAX)
    template = OrderTemplate.objects.create(
        client=client,
        source=source,
        name=name,
        loading_day=loading_day,
        draft_days_before=draft_days_before,
        next_month_on=first_month_after(max(source.loading_on, brussels_today()), loading_day),
        created_by=actor,
    )
    _record(template, Action.ORDER_TEMPLATE_MADE, actor=actor, source_id=source.pk)
    return template


@transaction.atomic
def change_template(
    *, client: Client, template_id: int, name: str, loading_day: int, draft_days_before: int, actor: User | None
) -> OrderTemplate:
    """Change name and days; a month that was made stays made. Raises `OrderTemplate.DoesNotExist`, `TemplateImpossible`."""
    template = _locked(client, template_id)
    _check_days(loading_day, draft_days_before)
    template.name, template.loading_day, template.draft_days_before = name, loading_day, draft_days_before
    template.save(update_fields=["name", "loading_day", "draft_days_before"])
    _record(template, Action.ORDER_TEMPLATE_CHANGED, actor=actor)
    return template


@transaction.atomic
def end_template(*, client: Client, template_id: int, actor: User | None, reason: str = "stopped") -> None:
    """Stop repeating; drafts that were made stay. Raises `OrderTemplate.DoesNotExist`."""
    template = _locked(client, template_id)
    template.is_active = False
    template.save(update_fields=["is_active"])
    _record(template, Action.ORDER_TEMPLATE_ENDED, actor=actor, reason=reason)


def due_template_ids(today: date, *, count_max: int) -> list[int]:
    """Templates that have a draft to make today, by id; `make_draft` looks again. One query."""
    latest_on = today + timedelta(days=DRAFT_DAYS_BEFORE_MAX)
    near = OrderTemplate.objects.filter(is_active=True, next_month_on__lte=latest_on).order_by("next_month_on", "id")
    days = near.values_list("pk", "next_month_on", "loading_day", "draft_days_before")
    return [
        pk
        for pk, next_month_on, loading_day, days_before in days.iterator()
        if month_to_make(next_month_on, loading_day, days_before=days_before, today=today)
    ][:count_max]


@transaction.atomic
def make_draft(*, template_id: int, today: date) -> Order | None:
    """The draft that is due, with the lines of those who are active; None when there is nothing to do (any more).

    A source that was changed after it was confirmed gives way to the order that replaced it.
    Two workers at once: the second skips the template, or finds its month made. Raises `ContractMissing`.
    """
    template = (
        OrderTemplate.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("source")
        .filter(pk=template_id, is_active=True)
        .first()
    )
    if template is None:
        return None
    due = month_to_make(
        template.next_month_on, template.loading_day, days_before=template.draft_days_before, today=today
    )
    if due is None:
        return None
    template.source = _corrected(template.source)
    order = draft_like(
        template.source,
        loading_on=due.loading_on,
        actor=None,
        reason="made_from_template",
        template=template,
        template_month_on=due.month_on,
    )
    template.next_month_on = add_months(due.month_on, 1)
    template.save(update_fields=["source", "next_month_on"])
    record_event(
        actor=None, action=Action.ORDER_STARTED, client_id=order.client_id, subject_id=order.pk, template_id=template.pk
    )
    return order


def _corrected(source: Order) -> Order:
    """The last confirmed order that took the place of this one (SPEC O6), else the order itself."""
    latest, correction = source, Order.objects.filter(replaces=source).first()
    while correction is not None:
        if correction.state not in NOT_CONFIRMED:
            latest = correction
        correction = Order.objects.filter(replaces=correction).first()
    return latest


def _locked(client: Client, template_id: int) -> OrderTemplate:
    return OrderTemplate.objects.select_for_update().get(client=client, pk=template_id, is_active=True)


def _check_days(loading_day: int, draft_days_before: int) -> None:
    if not (1 <= loading_day <= LOADING_DAY_MAX and 0 <= draft_days_before <= DRAFT_DAYS_BEFORE_MAX):
        raise TemplateImpossible(loading_day_max=LOADING_DAY_MAX, days_before_max=DRAFT_DAYS_BEFORE_MAX)


def _record(template: OrderTemplate, action: Action, *, actor: User | None, **facts: object) -> None:
    record_event(actor=actor, action=action, client_id=template.client_id, subject_id=template.pk, **facts)
