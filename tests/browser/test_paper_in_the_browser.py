"""Alice signs the contract that her order lacks and orders gift vouchers on paper; Dora prints and sends them (SPEC Q4)."""

import pytest
from bank import payment_of
from cast import hire
from looks import barriers
from playwright.sync_api import expect
from steps import ALICE
from story import invoice_order, received_from_bank

from tegoed.clients.models import ContractSignature, Tariff
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.orders.models import Order

pytestmark = pytest.mark.browser

DORA = "dora@uitgever.example"


def test_from_a_missing_contract_to_vouchers_delivered(site, axe: str) -> None:
    bakery = site.cast.bakery
    Tariff.objects.update(paper_printing_per_voucher_cents=12, paper_delivery_per_site_cents=650)
    hire(bakery, 3)
    portal = f"/c/{bakery.pk}"
    page = site.open_page(reduced_motion="reduce")
    site.sign_in(page, ALICE)

    page.goto(f"{portal}/orders/new/")
    page.get_by_role("link", name="Sign the contract first").click()
    page.get_by_role("link", name="Sign Gift vouchers, On paper").click()
    page.get_by_label("Function in the company").fill("Manager")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Without this tick nothing is signed.").first).to_be_visible()
    page.get_by_label("I may act for Bakkerij Peeters bv").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Signed: Gift vouchers (On paper)")).to_be_visible()
    assert ContractSignature.objects.get().function == "Manager"

    page.goto(f"{portal}/orders/new/")
    page.get_by_label("Gift vouchers").check()
    expect(page.get_by_label("Value of each voucher on paper")).to_be_hidden()
    page.get_by_role("button", name="Next: who gets how much").click()
    page.get_by_role("link", name="Sign this contract, then come back here").click()  # the electronic one
    page.get_by_role("link", name="Not now").click()
    page.get_by_label("On paper", exact=True).check()
    page.get_by_label("Value of each voucher on paper").select_option("1000")
    page.get_by_role("button", name="Next: who gets how much").click()
    page.get_by_label("Amount each in euro").fill("35")
    page.get_by_role("button", name="Fill in").click()
    expect(page.get_by_text("is not a whole number of vouchers").first).to_be_visible()
    page.get_by_label("Amount each in euro").fill("40")
    page.get_by_role("button", name="Fill in").click()
    page.get_by_role("button", name="Next: check the costs").click()
    expect(page.get_by_text("Printing on paper")).to_be_visible()
    check = page.url.removeprefix(site.address)
    sign_other = f"{portal}/contracts/sign/sport_culture/paper/"
    addresses = [f"{portal}/contracts/", sign_other, f"{portal}/orders/new/", check, check.replace("check", "lines")]
    assert barriers(page, addresses, axe=axe) == {}
    page.goto(check)
    page.get_by_role("button", name="Confirm the order").click()
    order = Order.objects.get()
    assert (order.form, order.voucher_count) == ("paper", 12)

    received_from_bank([payment_of(invoice) for invoice in invoice_order(order_id=order.pk)])
    load_due_orders()
    page.goto(f"{portal}/orders/{order.pk}/")
    expect(page.get_by_text("To be printed").first).to_be_visible()
    assert barriers(page, [f"{portal}/orders/{order.pk}/"], axe=axe) == {}

    office = site.open_page(reduced_motion="reduce")
    site.sign_in(office, DORA)
    office.goto("/office/print-batches/")
    with office.expect_download() as download:
        office.get_by_role("button", name="PDF").first.click()
    assert download.value.suggested_filename.endswith(".pdf")
    office.get_by_role("button", name="It is printed").first.click()
    expect(office.get_by_text("is now “Printed”")).to_be_visible()
    addresses = ["/office/print-batches/", "/office/print-batches/?state=printed", f"/office/clients/{bakery.pk}/"]
    assert barriers(office, addresses, axe=axe) == {}
