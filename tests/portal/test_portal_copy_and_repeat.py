"""Alice copies an order, and lets one come back every month."""

from datetime import date

import pytest
import time_machine
from cast import draft_of, hire
from django.urls import reverse
from story import confirmed

from tegoed.beneficiaries.models import Beneficiary
from tegoed.flows.make_template_drafts import make_template_draft
from tegoed.orders.models import Order, OrderTemplate


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel("2026-11-10T10:00:00Z"):
        yield


@pytest.fixture
def alice_browser(cast, browser_of):
    return browser_of(cast.alice)


@pytest.fixture
def people(cast):
    return hire(cast.bakery, 2)


@pytest.fixture
def order(cast, people) -> Order:
    return confirmed(draft_of(cast.bakery, people, loading_on=date(2026, 11, 20)))


@pytest.fixture
def address(cast):
    def of(name: str, *ids: int) -> str:
        return reverse(f"portal:{name}", args=[cast.bakery.pk, *ids])

    return of


DAYS = {"name": "Vouchers of the shop", "loading_day": "20", "draft_days_before": "7"}


def test_the_page_names_who_is_left_out_before_the_copy_is_made(cast, people, order, alice_browser, address):
    Beneficiary.objects.filter(pk=people[1].pk).update(is_active=False)
    page = alice_browser.get(address("order-copy", order.pk)).content.decode()
    assert str(people[1]) in page
    assert str(people[0]) not in page
    assert Order.objects.count() == 1
    answer = alice_browser.post(address("order-copy", order.pk), follow=True)
    copy = Order.objects.latest("id")
    assert answer.redirect_chain[-1][0] == address("order-start", copy.pk)
    assert "1 person is no longer active" in answer.content.decode()
    assert (copy.lines.count(), copy.created_by) == (1, cast.alice)


def test_an_order_comes_back_is_changed_and_stopped(cast, order, alice_browser, address):
    form = alice_browser.get(address("order-repeat", order.pk)).content.decode()
    assert 'value="20"' in form
    answer = alice_browser.post(address("order-repeat", order.pk), DAYS)
    assert answer["Location"] == address("order-templates")
    template = OrderTemplate.objects.get()
    page = alice_browser.get(answer["Location"]).content.decode()
    assert "Vouchers of the shop" in page
    assert "20/12/2026" in page
    assert "Vouchers of the shop" in alice_browser.get(address("order-template", template.pk)).content.decode()
    alice_browser.post(address("order-template", template.pk), DAYS | {"loading_day": "31"})
    assert "31/12/2026" in alice_browser.get(address("order-templates")).content.decode()
    alice_browser.get(address("order-template-stop", template.pk))
    template.refresh_from_db()
    assert template.is_active
    alice_browser.post(address("order-template-stop", template.pk))
    template.refresh_from_db()
    assert not template.is_active
    assert "No monthly orders yet" in alice_browser.get(address("order-templates")).content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"loading_day": "0"}, "loading_day"),
        ({"loading_day": "32"}, "loading_day"),
        ({"loading_day": "soon"}, "loading_day"),
        ({"draft_days_before": "29"}, "draft_days_before"),
        ({"draft_days_before": "-1"}, "draft_days_before"),
    ],
)
def test_days_that_can_not_be_are_told_at_the_field(changes, field, cast, order, alice_browser, address):
    answer = alice_browser.post(address("order-repeat", order.pk), DAYS | changes)
    assert list(answer.context["form"].errors) == [field]
    assert not OrderTemplate.objects.exists()


def test_a_draft_is_not_repeated(cast, people, alice_browser, address):
    draft = draft_of(cast.bakery, people)
    answer = alice_browser.post(address("order-repeat", draft.pk), DAYS, follow=True)
    assert "can't be repeated" in answer.content.decode().replace("&#x27;", "'")
    assert not OrderTemplate.objects.exists()


def test_the_overview_says_that_the_monthly_order_is_ready(cast, order, alice_browser, address, browser_of):
    alice_browser.post(address("order-repeat", order.pk), DAYS)
    with time_machine.travel("2026-12-15T10:00:00Z"):
        draft = make_template_draft(template_id=OrderTemplate.objects.get().pk)
        page = browser_of(cast.alice).get(address("overview")).content.decode()
    assert address("order-lines", draft.pk) in page
    assert "Vouchers of the shop" in page


@pytest.mark.parametrize("name", ["order-copy", "order-repeat"])
def test_a_viewer_and_a_stranger_start_nothing_from_an_order(name, cast, order, browser_of, address):
    for send in ("get", "post"):
        assert getattr(browser_of(cast.bob), send)(address(name, order.pk)).status_code == 403
        assert getattr(browser_of(cast.charlie), send)(address(name, order.pk)).status_code == 404
    elsewhere = reverse(f"portal:{name}", args=[cast.garage.pk, order.pk])
    assert browser_of(cast.charlie).post(elsewhere, DAYS).status_code == 404
    assert Order.objects.count() == 1


@pytest.mark.parametrize("name", ["order-template", "order-template-stop"])
def test_a_viewer_and_a_stranger_leave_monthly_orders_alone(name, cast, order, alice_browser, browser_of, address):
    alice_browser.post(address("order-repeat", order.pk), DAYS)
    template = OrderTemplate.objects.get()
    assert browser_of(cast.bob).get(address("order-templates")).status_code == 200
    assert browser_of(cast.bob).post(address(name, template.pk), DAYS).status_code == 403
    elsewhere = reverse(f"portal:{name}", args=[cast.garage.pk, template.pk])
    assert browser_of(cast.charlie).post(elsewhere, DAYS).status_code == 404
    template.refresh_from_db()
    assert (template.is_active, template.loading_day) == (True, 20)
