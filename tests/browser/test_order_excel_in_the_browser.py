"""Ordering by Excel in a real browser: the form goes round, with errors and mended, until it is ordered; nobody is kept out."""

from pathlib import Path

import pytest
from cast import hire
from order_forms import drafts_of, eco_row, meal_row, newcomer, taken, workbook
from steps import ALICE
from test_every_page_is_accessible import LAPTOP, OPEN_DETAILS, PHONE, misfits, violations

from tegoed.flows.confirm_order import confirm_orders
from tegoed.flows.read_upload import read_upload
from tegoed.formats.order_form import ORDER_FORM
from tegoed.formats.workbook.reader import read_form
from tegoed.orders.models import Order
from tegoed.orders.queries import previews_of
from tegoed.uploads.models import Upload

pytestmark = pytest.mark.browser


def rows_in(path: Path) -> list[dict]:
    """The rows of a downloaded form by column key, as `workbook` writes them again."""
    head, *parts = read_form(path.read_bytes(), file_name=path.name, layout=ORDER_FORM)
    rows = [dict(zip(head.keys, row[1:], strict=True)) for part in parts for row in part.rows]
    return [row | {"identifier": row["identifier"][1]} for row in rows]


def send(page, rows: list[dict]) -> None:
    """Send the form, let the worker read it, and see the page go on by itself."""
    content = workbook(rows, keys=list(rows[0]))
    file = {"name": "bestelling.xlsx", "mimeType": "application/zip", "buffer": content}
    page.get_by_label("Excel file").set_input_files(file)
    page.get_by_role("button", name="Send the file").click()
    page.get_by_role("heading", name="Your file is being read").wait_for()
    read_upload(upload_id=Upload.objects.latest("id").pk)


@pytest.mark.parametrize("width", [LAPTOP, PHONE])
def test_the_form_goes_round_until_it_is_ordered(site, width, tmp_path) -> None:
    bakery = site.cast.bakery
    hire(bakery, 6)
    page = site.open_page()
    page.set_viewport_size({"width": width, "height": 900})
    site.sign_in(page, ALICE)
    page.goto(f"/c/{bakery.pk}/orders/")
    page.get_by_role("link", name="Order by Excel").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Form with your 6 active beneficiaries").click()
    form = tmp_path / "form.xlsx"
    download.value.save_as(form)
    rows = rows_in(form)
    assert [row["voucher_count"] for row in rows] == [20] * 6

    for row in rows[:3]:
        row["voucher_count"] = 12
    broken = [dict(row) for row in rows]
    broken[4]["voucher_count"] = 40
    broken[5]["loading_on"] = "2020-01-01"
    send(page, broken)
    page.get_by_text("2 cells or rows are wrong").wait_for()
    assert page.locator("tbody tr").count() == 2
    assert not Order.objects.exists()

    page.get_by_role("link", name="Send the mended file").click()
    send(page, rows)
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
    faults: dict[str, list[str]] = {}
    for path in ("orders/excel/", f"orders/excel/{ready.pk}/", f"orders/excel/{ordered.pk}/"):
        page.goto(f"/c/{bakery.pk}/{path}")
        page.evaluate(OPEN_DETAILS)
        page.evaluate(axe)
        for width in (LAPTOP, PHONE):
            faults[f"{path} {width}"] = misfits(page, width, ALICE)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                faults[f"{path} {width}"] += [f"{scheme}: {one}" for one in violations(page)]
    assert {where: found for where, found in faults.items() if found} == {}
