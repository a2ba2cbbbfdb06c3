"""The three steps with 30 people, in bulk and by name, with and without JavaScript; axe finds nothing on the way."""

import pytest
from cast import draft_of, hire
from playwright.sync_api import Page, expect
from steps import ALICE, DESKTOP, PHONE_WITHOUT_SCRIPT, confirm, go_to_check
from story import confirmed

from tegoed.beneficiaries.models import Beneficiary
from tegoed.orders.models import Order

pytestmark = pytest.mark.browser

AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
PEOPLE = 30


def look_with_axe(page: Page, axe: str) -> None:
    page.evaluate(axe)
    found = page.evaluate("async rules => (await axe.run(document, rules)).violations", AXE_RULES)
    assert [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]] == []
    wide, width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= width


@pytest.fixture
def people(site) -> list[Beneficiary]:
    hired = hire(site.cast.bakery, PEOPLE)
    Beneficiary.objects.filter(pk__in=[person.pk for person in hired[:10]]).update(cost_centre="Shop")
    return hired


@pytest.mark.parametrize("options", [DESKTOP, PHONE_WITHOUT_SCRIPT], ids=["desktop", "phone without JavaScript"])
def test_thirty_people_are_filled_in_by_cost_centre_and_by_hand(site, people, options, axe) -> None:
    has_script = options.get("java_script_enabled", True)
    portal = f"/c/{site.cast.bakery.pk}/"
    page = site.open_page(**options)
    site.sign_in(page, ALICE)
    page.goto(f"{portal}orders/new/")
    page.get_by_label("Meal vouchers").check()
    page.get_by_label("Employee's share of each meal voucher").fill("1.50")
    if has_script:
        look_with_axe(page, axe)
    page.get_by_role("button", name="Next: who gets how much").click()

    page.get_by_label("For whom?").select_option(label="Shop")
    page.get_by_label("Vouchers each").fill("10")
    page.get_by_role("button", name="Fill in").click()
    page.locator(f"#count-{people[29].pk}").fill("0")
    page.get_by_role("button", name="Show total").click() if not has_script else None
    total = (10 * 10 + 19 * 20) * 8
    expect(page.locator("[data-total]")).to_have_text(f"€{total:,}.00")
    expect(page.locator("[data-not-included]")).to_have_text("1")
    if has_script:
        look_with_axe(page, axe)

    page.locator(f"#count-{people[0].pk}").fill("99")
    page.get_by_role("button", name="Next: check the costs").click()
    page.get_by_role("alert").get_by_role("link", name="Janssens 000").click()
    page.locator(f"#count-{people[0].pk}").fill("10")
    go_to_check(page)
    expect(page.get_by_role("main")).to_contain_text("Service: 1 % of the face value")
    expect(page.get_by_role("main")).to_contain_text("€1.50")
    if has_script:
        look_with_axe(page, axe)
    confirm(page)
    order = Order.objects.get()
    assert (order.beneficiary_count, order.face_value_cents, order.worker_share_cents) == (29, total * 100, 150)


def test_absences_change_the_count_while_they_are_typed_and_rows_are_found_by_name(site, people, axe) -> None:
    page = site.open_page(**DESKTOP)
    site.sign_in(page, ALICE)
    page.goto(f"/c/{site.cast.bakery.pk}/orders/new/")
    page.get_by_role("button", name="Next: who gets how much").click()
    working_days = int(page.locator("[data-order-lines]").get_attribute("data-working-days") or 0)

    page.get_by_label("Find in the list").fill("noor 007")
    expect(page.locator("[data-lines] tbody tr:visible")).to_have_count(1)
    page.get_by_label("Tick all that are shown").check()
    page.locator(f"#absent-{people[7].pk}").fill("4")
    expect(page.locator(f"#count-{people[7].pk}")).to_have_value(str(working_days - 4))
    page.get_by_label("Find in the list").fill("")
    expect(page.locator("[data-lines] tbody tr:visible")).to_have_count(PEOPLE)
    assert page.locator("[data-tick]:checked").count() == 1
    page.get_by_label("For whom?").select_option(label="Only the ticked rows")
    page.get_by_label("Vouchers each").fill("2")
    page.get_by_role("button", name="Fill in").click()
    expect(page.locator(f"#count-{people[7].pk}")).to_have_value("2")
    expect(page.locator(f"#count-{people[8].pk}")).to_have_value("20")


def test_a_field_of_one_product_shows_for_that_product_only(site) -> None:
    page = site.open_page(**DESKTOP)
    site.sign_in(page, ALICE)
    page.goto(f"/c/{site.cast.bakery.pk}/orders/new/")
    share = page.get_by_label("Employee's share of each meal voucher")
    page.get_by_label("Meal vouchers").check()
    expect(share).to_be_visible()
    page.get_by_label("Eco vouchers").check()
    expect(share).to_be_hidden()


def test_a_confirmed_order_is_repeated_every_month(site, people, axe) -> None:
    order = confirmed(draft_of(site.cast.bakery, people))
    page = site.open_page(**DESKTOP)
    site.sign_in(page, ALICE)
    page.goto(f"/c/{site.cast.bakery.pk}/orders/{order.pk}/repeat/")
    look_with_axe(page, axe)
    page.get_by_role("button", name="Repeat every month").click()
    expect(page.get_by_role("main")).to_contain_text("Orders that come back every month")
    look_with_axe(page, axe)
    page.goto(f"/c/{site.cast.bakery.pk}/orders/{order.pk}/copy/")
    look_with_axe(page, axe)
    page.set_viewport_size({"width": 390, "height": 844})
    look_with_axe(page, axe)
