"""The help centre in a browser: nobody is kept out, nothing sticks out, and it needs no script."""

import pytest
from looks import LAPTOP, PHONE, barriers, misfits, violations
from playwright.sync_api import expect
from steps import ALICE

pytestmark = pytest.mark.browser

PATHS = ("/help/", "/help/gift-vouchers/", "/help/excel-guides/")


def test_the_help_centre_keeps_nobody_out(site, axe):
    page = site.open_page(reduced_motion="reduce")
    assert barriers(page, PATHS, axe=axe) == {}
    page.goto("/help/")
    page.get_by_label("What are you looking for?").fill("forgot my pasword")
    page.keyboard.press("Enter")
    page.wait_for_url("**/help/search/")
    page.evaluate(axe)
    assert violations(page) == []
    assert misfits(page, PHONE) == []
    page.get_by_role("link", name="I forgot my password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("I forgot my password")

    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ich habe mein Passwort vergessen")
    for width in (LAPTOP, PHONE):
        for path in (*PATHS, "/help/which-agreement/", "/help/add-a-beneficiary/"):
            page.goto(path)
            assert misfits(page, width) == [], path


def test_help_is_found_without_a_script_and_from_a_page_of_the_portal(site):
    page = site.open_page(java_script_enabled=False)
    page.goto("/help/")
    page.get_by_label("What are you looking for?").fill("refund")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="What can I do with our credit?")).to_be_visible()
    site.sign_in(page, ALICE)
    page.goto(f"/c/{site.cast.bakery.pk}/orders/excel/")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="How do I order with Excel?").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("How do I order with Excel?")
