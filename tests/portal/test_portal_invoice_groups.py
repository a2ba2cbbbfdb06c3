"""Alice wants one invoice for each cost centre: she says so, sees in step 3 what each bears, and finds its name on papers."""

import re

import pytest
from cast import draft_of, hire
from django.urls import reverse

from tegoed.beneficiaries.models import Beneficiary
from tegoed.beneficiaries.queries import billing_groups_of
from tegoed.billing.models import Invoice
from tegoed.clients.models import Client
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.invoice_order import invoice_order, send_invoices
from tegoed.orders.models import Order, OrderState
from tegoed.orders.queries import preview_of


@pytest.fixture
def alice_browser(cast, browser_of):
    return browser_of(cast.alice)


@pytest.fixture
def people(cast) -> list[Beneficiary]:
    people = hire(cast.bakery, 4)
    for person, centre in zip(people, ["SHOP 1", "SHOP 2", "OVEN", ""], strict=True):
        person.cost_centre = centre
        person.save()
    return people


def url(name: str, cast, *ids: int) -> str:
    return reverse(f"portal:{name}", args=[cast.bakery.pk, *ids])


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def switched_on(cast, browser, **group_by_centre: str) -> str:
    centres = ["OVEN", "SHOP 1", "SHOP 2"]
    told = {"invoices_by_group": "on", "centre": centres}
    told["group"] = [group_by_centre.get(centre.replace(" ", "_"), "") for centre in centres]
    return text_of(browser.post(url("invoice-groups", cast), told, follow=True))


def test_alice_switches_it_on_and_puts_two_cost_centres_together(cast, people, alice_browser):
    page = switched_on(cast, alice_browser, SHOP_1="Shops", SHOP_2=" Shops ")
    assert "On: an order is divided when it is confirmed" in page
    assert billing_groups_of(cast.bakery) == {"SHOP 1": "Shops", "SHOP 2": "Shops"}
    shown = text_of(alice_browser.get(url("invoice-groups", cast)))
    assert shown.count('value="Shops"') == 2
    assert "Groups of cost centres changed" in shown
    alice_browser.post(url("invoice-groups", cast), {"centre": ["SHOP 1"], "group": [""]})
    assert billing_groups_of(cast.bakery) == {"SHOP 2": "Shops"}
    assert not Client.objects.get(pk=cast.bakery.pk).invoices_by_group


@pytest.mark.parametrize("name", ["85.07.30-033.28", "x" * 41])
def test_a_group_name_that_can_not_stand_on_an_invoice_is_refused(cast, people, alice_browser, name):
    answer = switched_on(cast, alice_browser, OVEN=name)
    assert "OVEN: " in answer
    assert billing_groups_of(cast.bakery) == {}
    assert not Client.objects.get(pk=cast.bakery.pk).invoices_by_group


def test_a_cost_centre_that_is_not_the_clients_is_left_aside(cast, people, alice_browser):
    alice_browser.post(url("invoice-groups", cast), {"centre": ["ELSEWHERE"], "group": ["Mine"]})
    assert billing_groups_of(cast.bakery) == {}


def test_only_an_owner_changes_it(cast, people, browser_of):
    bob = browser_of(cast.bob)
    assert bob.post(url("invoice-groups", cast), {"invoices_by_group": "on"}).status_code == 403
    assert not Client.objects.get(pk=cast.bakery.pk).invoices_by_group
    assert browser_of(cast.charlie).get(url("invoice-groups", cast)).status_code == 404


def test_step_three_shows_what_each_bears_and_the_papers_name_it(cast, people, alice_browser):
    switched_on(cast, alice_browser, SHOP_1="Shops", SHOP_2="Shops")
    draft = draft_of(cast.bakery, people)
    check = text_of(alice_browser.get(url("order-check", cast, draft.pk)))
    for words in ("For each cost centre", "Shops", "OVEN", "without cost centre", "On 6 invoices."):
        assert words in check
    shown = {
        name: re.search(rf'name="{name}" value="(\w+)"', check)[1] for name in ("confirmed_total_cents", "shown_mark")
    }
    page = text_of(alice_browser.post(url("order-check", cast, draft.pk), shown, follow=True))
    assert "Divided with it" in page
    orders = list(Order.objects.order_by("id"))
    assert [order.billing_group for order in orders] == ["", "OVEN", "Shops"]
    for order in orders:
        invoice_order(order_id=order.pk)
        send_invoices(order_id=order.pk)
    assert sum(invoice.total_cents for invoice in Invoice.objects.all()) == int(shown["confirmed_total_cents"])
    assert "Divided from another order" in text_of(alice_browser.get(url("order", cast, orders[2].pk)))
    for name in ("orders", "invoices", "account"):
        listed = text_of(alice_browser.get(url(name, cast)))
        assert "Shops" in listed
        assert "without cost centre" in listed
    found = text_of(alice_browser.get(url("invoices", cast), {"q": "shops"}))
    numbers = dict(Invoice.objects.filter(kind="product").values_list("order__billing_group", "number"))
    assert numbers["Shops"] in found
    assert numbers["OVEN"] not in found
    invoice = Invoice.objects.get(number=numbers["Shops"])
    assert "Shops" in text_of(alice_browser.get(url("invoice", cast, invoice.pk)))


def test_people_who_moved_since_step_three_are_shown_anew(cast, people, alice_browser):
    switched_on(cast, alice_browser)
    draft = draft_of(cast.bakery, people)
    check = text_of(alice_browser.get(url("order-check", cast, draft.pk)))
    shown = {
        name: re.search(rf'name="{name}" value="(\w+)"', check)[1] for name in ("confirmed_total_cents", "shown_mark")
    }
    Beneficiary.objects.filter(pk=people[0].pk).update(cost_centre="SHOP 2")
    alice_browser.post(url("order-check", cast, draft.pk), shown)
    assert Order.objects.get().state == OrderState.DRAFT


def test_too_many_groups_are_told_before_and_refused(cast, people, alice_browser, monkeypatch):
    switched_on(cast, alice_browser)
    for module in ("tegoed.orders.queries", "tegoed.flows.confirm_order"):
        monkeypatch.setattr(f"{module}.BILLING_GROUPS_MAX", 3)
    draft = draft_of(cast.bakery, people)
    assert "Too many cost centres for one order" in text_of(alice_browser.get(url("order-check", cast, draft.pk)))
    total = preview_of(draft).pricing.total_cents
    answer = text_of(alice_browser.post(url("order-check", cast, draft.pk), {"confirmed_total_cents": total}))
    assert "These people are in 4 cost centres or groups" in answer
    assert Order.objects.get().state == OrderState.DRAFT


def test_who_approves_sees_each_group_too(cast, people, alice_browser):
    switched_on(cast, alice_browser)
    Client.objects.filter(pk=cast.bakery.pk).update(needs_approval=True)
    draft = draft_of(cast.bakery, people)
    total = preview_of(draft).pricing.total_cents
    confirm_order(client=cast.bakery, order_id=draft.pk, actor=cast.bob, confirmed_total_cents=total)
    assert "For each cost centre" in text_of(alice_browser.get(url("order", cast, draft.pk)))
