"""Ordering by Excel in a real browser: the form goes round, with errors and mended, until it is ordered; nobody is kept out."""

import pytest
from cast import hire
from looks import LAPTOP, PHONE, barriers
from order_forms import drafts_of, eco_row, meal_row, newcomer, taken
from playwright.sync_api import Page, expect
from spreadsheet import rows_of, typed
from steps import ALICE

from tegoed.flows.confirm_order import confirm_orders
from tegoed.flows.read_upload import read_upload
from tegoed.formats.order_form import ORDER_FORM
from tegoed.orders.models import Order
from tegoed.orders.queries import previews_of
from tegoed.portal.remark_workbook import make_remarked_workbook
from tegoed.uploads.models import Upload

pytestmark = pytest.mark.browser

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send(page: Page, content: bytes) -> None:
    """Send the form, let the worker read it; the page goes on by itself."""
    page.get_by_label("Excel file").set_input_files({"name": "order.xlsx", "mimeType": XLSX, "buffer": content})
    page.get_by_role("button", name="Send the file").click()
    page.get_by_role("heading", name="Your file is being read").wait_for()
    read_upload(upload_id=Upload.objects.latest("id").pk)


@pytest.mark.parametrize("width", [LAPTOP, PHONE])
def test_the_form_goes_round_with_errors_and_mended_until_it_is_ordered(site, width) -> None:
    bakery = site.cast.bakery
    hire(bakery, 6)
    page = site.open_page(viewport={"width": width, "height": 900})
    site.sign_in(page, ALICE)
    page.goto(f"/c/{bakery.pk}/orders/")
    page.get_by_role("link", name="Order by Excel").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Form with your 6 active beneficiaries").click()
    form = download.value.path().read_bytes()

    changes = {(row, "voucher_count"): 12 for row in (2, 3, 4)}
    mistakes = {(6, "voucher_count"): 40, (7, "loading_on"): "01/01/2020"}
    send(page, typed(form, changes | mistakes, layout=ORDER_FORM))
    page.get_by_text("2 cells or rows are wrong").wait_for()
    expect(page.locator("tbody tr")).to_contain_text(["Number of vouchers", "Loading date"])
    assert not Order.objects.exists()
    make_remarked_workbook(upload_id=Upload.objects.get().pk)
    page.get_by_role("link", name="Your file with the remarks is being made: update").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download your file with the remarks in it").click()
    remarked = download.value.path().read_bytes()
    remarks = [row[-1] for row in rows_of(remarked, "Order")]
    assert [bool(remark) for remark in remarks[1:]] == [False, False, False, False, True, True]

    page.get_by_role("link", name="Send the mended file").click()
    titles, first, *_others = rows_of(form, "Order")
    loading_on = first[titles.index("Loading date")]
    mended = {(6, "voucher_count"): 20, (7, "loading_on"): f"{loading_on:%d/%m/%Y}"}
    send(page, typed(remarked, mended, layout=ORDER_FORM))
    page.get_by_role("button", name="Confirm all orders").click()
    page.get_by_text("Everything in this form is ordered").wait_for()
    order = Order.objects.get()
    assert (order.state, order.voucher_count) == ("processing", 3 * 12 + 3 * 20)


def test_no_page_of_an_order_form_keeps_anybody_out(site, axe: str) -> None:
    bakery, alice = site.cast.bakery, site.cast.alice
    hire(bakery, 3)
    rows = [meal_row(0, last_name="Anders"), eco_row(1), meal_row(7, **newcomer(7))]
    ordered = taken(bakery, rows[:2], actor=alice)
    orders = drafts_of(ordered)
    total_cents = sum(preview.pricing.total_cents for preview in previews_of(orders))
    confirm_orders(
        client=bakery, order_ids=[order.pk for order in orders], actor=alice, confirmed_total_cents=total_cents
    )
    ready = taken(bakery, rows, actor=alice, reference="November")
    page = site.open_page(reduced_motion="reduce")
    site.sign_in(page, ALICE)
    paths = ("orders/excel/", f"orders/excel/{ready.pk}/", f"orders/excel/{ordered.pk}/")
    assert barriers(page, [f"/c/{bakery.pk}/{path}" for path in paths], axe=axe) == {}
