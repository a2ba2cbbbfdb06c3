"""The main job as its people do it, page by page: order, pay, load, look."""

from pathlib import Path

import pytest
from bank import Payment, coda_file, payment_of
from cast import hire
from playwright.sync_api import Page, expect
from steps import (
    ALICE,
    DESKTOP,
    DORA,
    PHONE_WITHOUT_SCRIPT,
    add_beneficiary,
    confirm,
    go_to_check,
    see_state,
    start_meal_order,
    upload_bank_file,
)

from tegoed.billing.models import Invoice
from tegoed.orders.models import Order
from tegoed.rules.dates import brussels_today
from tegoed.wallets.queries import balances_of_order

pytestmark = pytest.mark.browser

# 4 people of 20 × 8 €, one of 20 × 7,56 €, five cards to two workplaces and a home, at the cast's tariff
COSTS = {
    "Face value of the vouchers": "€791.20",
    "Service": "€7.91",
    "Loading per beneficiary": "€1.25",
    "VAT 21 % on €9.16": "€1.92",
    "Card production": "€22.50",
    "Card delivery per workplace": "€19.00",
    "Card delivery at home": "€3.25",
    "VAT 21 % on €44.75": "€9.40",
}
TOTAL = "€856.43"
NEXT_LOOK_MILLISECONDS = 31_000


@pytest.mark.parametrize("options", [DESKTOP, PHONE_WITHOUT_SCRIPT], ids=["desktop", "phone without JavaScript"])
def test_an_order_becomes_vouchers_on_cards(site, worker, options) -> None:
    has_script = options.get("java_script_enabled", True)
    bakery = site.cast.bakery
    hire(bakery, 4)
    portal = f"/c/{bakery.pk}/"
    alice, dora = site.open_page(**options), site.open_page(**options)
    if has_script:
        alice.clock.install()
    site.sign_in(alice, ALICE)
    alice.get_by_role("link", name="Beneficiaries").first.click()
    add_beneficiary(alice, 77)
    lotte = bakery.beneficiaries.get(last_name="Verhoeven")

    order_with_one_other_amount(alice, portal)
    with worker.held():
        confirm(alice)
        see_state(alice, "Being processed", by_itself=True)
        if has_script:
            alice.evaluate("window.neverReloaded = true")
    see_state(alice, "Invoiced", by_itself=has_script)
    see_status_in_fifth_column(alice.context.new_page(), portal, "Invoiced")
    product, card = Invoice.objects.order_by("id")
    for invoice in (product, card):
        see_what_to_pay(alice.context.new_page(), f"{portal}invoices/{invoice.pk}/", invoice)

    site.sign_in(dora, DORA)
    file = coda_file([payment_of(product), payment_of(card), Payment(4_200, free="zonder mededeling", name="ONBEKEND")])
    see_bank_file_booked(worker, dora, file, [product, card], has_script=has_script)

    if has_script:
        alice.clock.fast_forward(NEXT_LOOK_MILLISECONDS)
    see_state(alice, "Loaded", by_itself=has_script)
    assert not has_script or alice.evaluate("window.neverReloaded")
    see_start_of_validity_last(alice)
    see_what_was_loaded(alice, f"{portal}beneficiaries/{lotte.pk}/")
    order = Order.objects.get()
    assert sorted(balances_of_order(order.pk).values()) == [15_120] + [16_000] * 4
    see_lots_and_books(dora, order)


def order_with_one_other_amount(alice: Page, portal: str) -> None:
    """Three steps, up to the button that confirms."""
    start_meal_order(alice, portal, reference="November")
    alice.get_by_label("Face value in euro: Verhoeven Lotte").fill("7,56")
    go_to_check(alice)
    for words, amount in COSTS.items():
        row = alice.get_by_role("row").filter(has_text=words)
        expect(row.locator("td").last).to_have_text(amount)
    expect(alice.locator("form.confirm-bar")).to_contain_text(TOTAL)
    people = alice.locator("details.names")
    expect(people.get_by_text("Verhoeven")).to_be_hidden()
    people.get_by_text("First order: 5").click()
    expect(people.get_by_text("Verhoeven")).to_be_visible()


def see_status_in_fifth_column(page: Page, portal: str, status: str) -> None:
    page.goto(f"{portal}orders/")
    assert page.locator("thead th").nth(4).text_content() == "Status"
    expect(page.locator("tbody tr").first.locator("td").nth(4)).to_contain_text(status)
    page.close()


def see_what_to_pay(page: Page, path: str, invoice: Invoice) -> None:
    page.goto(path)
    digits = invoice.structured_communication
    expect(page.get_by_role("main")).to_contain_text(f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++")
    expect(page.get_by_role("main")).to_contain_text("BE68 5390 0754 7034")
    expect(page.get_by_role("img", name="QR code").locator("svg")).to_be_visible()
    for kind, start in (("PDF", b"%PDF"), ("XML", b"<?xml")):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=kind, exact=True).click()
        assert invoice.number in waiting.value.suggested_filename
        assert Path(waiting.value.path()).read_bytes().startswith(start)
    page.close()


def see_bank_file_booked(worker, dora: Page, file: bytes, invoices: list[Invoice], *, has_script: bool) -> None:
    with worker.held():
        upload_bank_file(dora, file)
        expect(dora.get_by_text("The file is being booked")).to_be_visible()
    see_state(dora, "Booked", by_itself=has_script)
    lines = dora.locator("tbody tr")
    expect(lines).to_have_count(3)
    for invoice in invoices:
        line = lines.filter(has_text=invoice.number)
        expect(line).to_contain_text("Matched")
        expect(line).to_contain_text("Bakkerij Peeters")
    expect(lines.filter(has_text="ONBEKEND")).to_contain_text("Not placed")
    dora.goto("/office/suspense/")
    expect(dora.locator("tbody tr")).to_have_count(1)
    expect(dora.locator("tbody tr")).to_contain_text("ONBEKEND")


def see_start_of_validity_last(alice: Page) -> None:
    lines = alice.get_by_role("table", name="Beneficiaries of this order")
    assert lines.locator("thead th").last.text_content() == "Start of validity"
    rows = lines.locator("tbody tr")
    expect(rows).to_have_count(5)
    for row in rows.all():
        expect(row.locator("td").last).to_have_text(f"{brussels_today():%d/%m/%Y}")


def see_what_was_loaded(alice: Page, path: str) -> None:
    alice.goto(path)
    loaded = alice.locator("section.card").filter(has_text="What this person got from you")
    expect(loaded.locator("dd")).to_have_text("€151.20")
    expect(loaded.locator("tbody td").last).to_have_text(f"{brussels_today():%d/%m/%Y}")


def see_lots_and_books(dora: Page, order: Order) -> None:
    dora.goto(f"/office/orders/{order.pk}/")
    line = (
        dora.get_by_role("table", name="Beneficiaries of this order").locator("tbody tr").filter(has_text="Verhoeven")
    )
    left = dora.locator("thead th").all_text_contents()[-2]
    assert left == "Left of it"
    expect(line.locator("td").nth(4)).to_have_text("€151.20")
    dora.get_by_role("link", name="Books").click()
    expect(dora.get_by_text("The books agree")).to_be_visible()
