"""The main job as its people do it, page by page: order, pay, load, look."""

import re

import pytest
from bank import Payment, coda_file, payment_of
from cast import hire, niss
from playwright.sync_api import Page, expect

from tegoed.billing.models import Invoice
from tegoed.orders.models import Order
from tegoed.rules.dates import brussels_today
from tegoed.rules.identifiers import read_identifier
from tegoed.wallets.queries import balances_of_order

pytestmark = pytest.mark.browser

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE_WITHOUT_SCRIPT = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}
REFRESHES_MAX = 60


def wait_for_state(page: Page, state: str, *, by_itself: bool) -> None:
    """Until the order's page shows the state: by itself, or by the refresh link where there is no JavaScript."""
    shown = page.locator(f"#order-progress [data-state='{state}']").first
    if by_itself:
        expect(shown).to_be_visible(timeout=20_000)
        return
    for _ in range(REFRESHES_MAX):
        if shown.count():
            return
        page.locator("a.refresh").first.click()
    raise AssertionError(f"the order never became {state}")


def add_beneficiary(page: Page, portal: str, number: int) -> None:
    identifier = read_identifier(niss(number))
    assert identifier.birth_on is not None
    page.goto(f"{portal}beneficiaries/add/")
    page.fill("[name=identifier]", identifier.value)
    page.fill("[name=last_name]", "Verhoeven")
    page.fill("[name=first_name]", "Lotte")
    page.fill("[name=birth_on]", identifier.birth_on.isoformat())
    page.check("[name=card_delivery][value=home]")
    page.fill("[name=home_street]", "Dorpsstraat 1")
    page.fill("[name=home_postcode]", "9000")
    page.fill("[name=home_town]", "Gent")
    page.fill("[name=meal_count]", "20")
    page.fill("[name=meal_value]", "8,00")
    page.locator("main form:has([name=identifier]) button:not([name])").last.click()
    expect(page.locator("body")).to_contain_text("Verhoeven")
    assert identifier.value not in page.content()
    assert identifier.value not in page.url


@pytest.mark.parametrize("options", [DESKTOP, PHONE_WITHOUT_SCRIPT], ids=["desktop", "phone without JavaScript"])
def test_an_order_becomes_vouchers_on_cards(site, options) -> None:
    with_script = options.get("java_script_enabled", True)
    bakery = site.cast.bakery
    hire(bakery, 4)
    portal = f"/c/{bakery.pk}/"
    alice = site.open_page(**options)
    site.sign_in(alice, "alice@bakkerij.example")
    add_beneficiary(alice, portal, 77)
    newcomer = bakery.beneficiaries.get(last_name="Verhoeven")

    # three steps
    alice.goto(f"{portal}orders/new/")
    alice.check("[name=product][value=meal]")
    alice.fill("[name=reference]", "November")
    alice.locator("main form:has([name=product]) button:not([name])").first.click()
    alice.fill(f"[name=value-{newcomer.pk}]", "7,56")
    alice.click("button[name=action][value=check]")
    costs = alice.locator("main")
    for words in ("Face value of the vouchers", "Service", "Card production", "Card delivery at home", "First order"):
        expect(costs).to_contain_text(words)
    expect(costs).to_contain_text("€791.20")  # 4 × 20 × 8 € + 20 × 7.56 €
    alice.locator("form:has([name=confirmed_total_cents]) button").last.click()
    wait_for_state(alice, "invoiced", by_itself=with_script)
    order = Order.objects.get()
    order_page = alice.url

    # what to pay
    product, card = Invoice.objects.order_by("id")
    alice.goto(f"{portal}invoices/{product.pk}/")
    digits = product.structured_communication
    expect(alice.locator("main")).to_contain_text(f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++")
    expect(alice.locator("main svg[viewBox], main img").first).to_be_visible()
    for kind, start in (("pdf", b"%PDF"), ("xml", b"<?xml")):
        answer = alice.request.get(f"{portal}invoices/{product.pk}/{kind}/")
        assert answer.body().startswith(start)
        assert "attachment" in answer.headers["content-disposition"]

    # status in the fifth column of the overview
    alice.goto(f"{portal}orders/")
    expect(alice.locator("tbody tr").first.locator("td, th").nth(4)).to_contain_text("Invoiced")

    # the bank file
    dora = site.open_page(**options)
    site.sign_in(dora, "dora@uitgever.example")
    dora.goto("/office/statements/")
    content = coda_file(
        [payment_of(product), payment_of(card), Payment(4_200, free="zonder mededeling", name="ONBEKEND")]
    )
    dora.set_input_files("input[type=file]", {"name": "day.cod", "mimeType": "text/plain", "buffer": content})
    dora.locator("form:has(input[type=file]) button").click()
    for _ in range(REFRESHES_MAX):
        if "ONBEKEND" in dora.content():
            break
        dora.reload()
    expect(dora.locator("main")).to_contain_text(product.number)
    dora.goto("/office/suspense/")
    expect(dora.locator("main")).to_contain_text("ONBEKEND")

    # loaded
    alice.goto(order_page)
    wait_for_state(alice, "loaded", by_itself=with_script)
    first_line = alice.locator("table:has(th:text-is('Start of validity')) tbody tr").first
    today = brussels_today()
    expect(first_line.locator("td, th").last).to_contain_text(re.compile(rf"\b0?{today.day}\b.*{today.year}"))
    alice.goto(f"{portal}beneficiaries/{newcomer.pk}/")
    expect(alice.locator("main")).to_contain_text("€151.20")
    assert sorted(balances_of_order(order.pk).values()) == [15_120] + [16_000] * 4
    dora.goto(f"/office/orders/{order.pk}/")
    expect(dora.locator("main")).to_contain_text("€151.20")
    dora.goto("/office/books/")
    expect(dora.locator("main")).to_contain_text("The books agree")
    assert site.faults == []


def test_the_order_is_confirmed_with_the_keyboard_alone(site) -> None:
    bakery = site.cast.bakery
    hire(bakery, 2)
    page = site.open_page(**DESKTOP)
    site.sign_in(page, "alice@bakkerij.example")
    page.goto(f"/c/{bakery.pk}/orders/new/")
    page.locator("main form:has([name=product]) button:not([name])").first.click()
    page.click("button[name=action][value=check]")
    page.locator("body").focus()
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('form:has([name=confirmed_total_cents]) button')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#order-progress")).to_be_visible()
    assert Order.objects.get().state != "draft"


def test_two_tabs_confirm_one_order(site) -> None:
    bakery = site.cast.bakery
    hire(bakery, 2)
    page = site.open_page(**DESKTOP)
    site.sign_in(page, "alice@bakkerij.example")
    page.goto(f"/c/{bakery.pk}/orders/new/")
    page.locator("main form:has([name=product]) button:not([name])").first.click()
    page.click("button[name=action][value=check]")
    second = page.context.new_page()
    second.goto(page.url)
    for tab in (page, second):
        tab.locator("form:has([name=confirmed_total_cents]) button").last.click()
        expect(tab.locator("#order-progress")).to_be_visible()
    assert Order.objects.count() == 1


def test_what_is_wrong_is_said_where_it_is_wrong(site) -> None:
    bakery = site.cast.bakery
    page = site.open_page(**DESKTOP)
    page.goto("/account/sign-in/")
    page.fill("[name=login]", "alice@bakkerij.example")
    page.fill("[name=password]", "not this one")
    page.click("main form button:not(.needs-script)")
    expect(page.locator("main")).to_contain_text(re.compile("password", re.IGNORECASE))
    site.sign_in(page, "alice@bakkerij.example")
    page.goto(f"/c/{bakery.pk}/beneficiaries/add/")
    page.fill("[name=identifier]", "88022999970")
    page.locator("main form:has([name=identifier]) button:not([name])").last.click()
    expect(page.locator("[name=identifier]")).to_have_attribute("aria-invalid", "true")
    dora = site.open_page(**DESKTOP)
    site.sign_in(dora, "dora@uitgever.example")
    dora.goto("/office/statements/")
    dora.set_input_files("input[type=file]", {"name": "x.cod", "mimeType": "text/plain", "buffer": b"%PDF-1.7 no coda"})
    dora.locator("form:has(input[type=file]) button").click()
    expect(dora.locator("main")).to_contain_text(re.compile("CODA"))
    assert any(fault.startswith("422 ") for fault in site.faults)  # a refused form says so to machines too
    site.faults.clear()
