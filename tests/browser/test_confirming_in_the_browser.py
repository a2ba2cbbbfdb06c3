"""Step 3 with the keyboard alone, and from two tabs."""

import pytest
from cast import hire
from playwright.sync_api import Page, expect
from steps import ALICE, DESKTOP, confirm, go_to_check, see_state, start_meal_order

from tegoed.billing.models import Invoice
from tegoed.orders.models import Order

pytestmark = pytest.mark.browser

TABS_MAX = 80
FOCUSED = "document.activeElement.innerText?.trim()"


@pytest.fixture
def check_page(site) -> Page:
    """Alice on step 3 of an order for two."""
    bakery = site.cast.bakery
    hire(bakery, 2)
    page = site.open_page(**DESKTOP)
    site.sign_in(page, ALICE)
    start_meal_order(page, f"/c/{bakery.pk}/")
    go_to_check(page)
    return page


def test_the_order_is_confirmed_with_the_keyboard_alone(check_page: Page) -> None:
    """Every stop on the way is visible."""
    for _ in range(TABS_MAX):
        check_page.keyboard.press("Tab")
        assert check_page.evaluate("document.activeElement.checkVisibility()")
        if check_page.evaluate(FOCUSED) == "Confirm the order":
            break
    check_page.keyboard.press("Enter")
    expect(check_page.locator("#order-progress")).to_be_visible()
    assert Order.objects.get().transitions.get(to_state="processing").actor.email == ALICE


def test_two_tabs_confirm_one_order(check_page: Page, worker) -> None:
    second = check_page.context.new_page()
    second.goto(check_page.url)
    for tab in (check_page, second):
        confirm(tab)
    assert second.url == check_page.url
    see_state(check_page, "Invoiced", by_itself=True)
    assert Order.objects.get().state == "invoiced"
    assert Invoice.objects.count() == 2


def test_a_form_sent_twice_at_once_confirms_one_order(check_page: Page) -> None:
    """Past the guard in the page: two requests that race on the server."""
    statuses = check_page.evaluate(
        """async () => {
            const form = document.querySelector('form.confirm-bar')
            const send = () => fetch(form.action, {method: 'POST', body: new FormData(form)})
            return (await Promise.all([send(), send()])).map(answer => answer.status)
        }"""
    )
    assert statuses == [200, 200]
    check_page.goto(check_page.url)
    expect(check_page.locator("#order-progress")).to_be_visible()
    assert Order.objects.get().transitions.filter(to_state="processing").count() == 1
