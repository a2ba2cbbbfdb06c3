"""The first page of a client: what to pay, what runs, what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tegoed.banking.queries import unexplained_count
from tegoed.beneficiaries.queries import active_beneficiaries_of
from tegoed.billing.queries import blocking_invoices_of, what_to_pay
from tegoed.clients.company import dismiss_first_steps
from tegoed.clients.models import Membership, Role
from tegoed.clients.queries import running_contracts
from tegoed.orders.models import OrderState
from tegoed.portal.access import for_bookkeeping, for_owners, page
from tegoed.portal.approval import orders_waiting_for
from tegoed.portal.first_steps import first_steps_of
from tegoed.portal.order_story import IN_PROGRESS, latest_steps, orders_shown, with_draft_sums
from tegoed.rules.dates import brussels_today
from tegoed.treasury.queries import to_be_collected

ORDERS_SHOWN_MAX = 5
INVOICES_SHOWN_MAX = 5
STEPS_SHOWN_MAX = 6
WAITING_SHOWN_MAX = 5


@for_bookkeeping
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """What to pay, the orders in progress, the next steps; an accountant begins at the invoices."""
    if membership.role == Role.ACCOUNTANT:
        return redirect("portal:invoices", client_id=membership.client_id)
    client, today = membership.client, brussels_today()
    to_pay = what_to_pay(client)
    collected = to_be_collected(invoice.pk for invoice in to_pay.invoices)
    in_progress = orders_shown(client).filter(state__in=IN_PROGRESS)
    waiting = list(orders_waiting_for(membership).select_related("confirmed_by"))
    shown = with_draft_sums(in_progress[:ORDERS_SHOWN_MAX])
    return page(
        request,
        membership,
        "overview.html",
        section="overview",
        today=today,
        first_steps=first_steps_of(membership),
        to_pay=to_pay,
        invoices=to_pay.invoices[:INVOICES_SHOWN_MAX],
        collected=collected,
        pay_next=next((invoice for invoice in to_pay.invoices if invoice.pk not in collected), None),
        is_blocked=any(order.state == OrderState.ON_HOLD for order in shown)
        and blocking_invoices_of(client, today).exists(),
        orders=shown,
        order_count=in_progress.count(),
        drafts=[order for order in shown if order.state == OrderState.DRAFT],
        beneficiary_count=active_beneficiaries_of(client).count(),
        has_contract=running_contracts(client, today).exists(),
        steps=latest_steps(client, STEPS_SHOWN_MAX),
        waiting=waiting[:WAITING_SHOWN_MAX],
        waiting_count=len(waiting),
        unplaced_count=unexplained_count(client),
    )


@for_owners
@require_POST
def dismiss(request: HttpRequest, membership: Membership) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """Put the list of first steps away; owners only."""
    dismiss_first_steps(client=membership.client, actor=membership.user)
    return redirect("portal:overview", client_id=membership.client_id)
