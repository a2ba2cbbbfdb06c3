"""Clients, and everything of one of them."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.forms import ClientFilter
from tegoed.backoffice.lists import page_of
from tegoed.backoffice.queries import clients_found
from tegoed.billing.queries import invoices_of, on_account_cents, what_to_pay
from tegoed.clients.billing_contacts import billing_contacts_of
from tegoed.clients.contract_words import prices_in_words
from tegoed.clients.models import Client, Contract
from tegoed.clients.queries import sites_of
from tegoed.orders.models import OrderState
from tegoed.orders.queries import orders_of
from tegoed.rules.dates import brussels_today

ORDERS_SHOWN_MAX = 10


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All clients by name, as filtered."""
    wishes = ClientFilter(request.GET)
    found = clients_found(wishes.wish("words"))
    return page(
        request,
        "clients/overview.html",
        section="clients",
        filter=wishes,
        is_filtered=bool(wishes.wish("words")),
        clients=page_of(request, found if wishes.is_valid() else found.none()),
    )


@for_staff
@require_safe
def client(request: HttpRequest, client_id: int) -> HttpResponse:
    """One client: particulars, contracts, workplaces, people, latest orders, all invoices."""
    shown = get_object_or_404(Client, pk=client_id)
    orders = orders_of(shown)
    return page(
        request,
        "clients/client.html",
        section="clients",
        shown=shown,
        today=brussels_today(),
        to_pay=what_to_pay(shown),
        beneficiary_count=shown.beneficiaries.filter(is_active=True).count(),
        contracts=[(each, prices_in_words(each.tariff, each.form)) for each in _contracts_of(shown)],
        sites=sites_of(shown),
        contacts=billing_contacts_of(shown),
        memberships=shown.memberships.select_related("user").order_by("user__full_name", "id"),
        on_account_cents=on_account_cents(shown),
        orders=orders[:ORDERS_SHOWN_MAX],
        order_count=orders.exclude(state=OrderState.DRAFT).count(),
        draft_count=orders.filter(state=OrderState.DRAFT).count(),
        invoices=page_of(request, invoices_of(shown)),
    )


def _contracts_of(shown: Client) -> QuerySet[Contract]:
    """All of them, the running ones last, with tariff and signature."""
    return shown.contracts.select_related("tariff", "signature").order_by("ends_on", "product", "form", "id")
