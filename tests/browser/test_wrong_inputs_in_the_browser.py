"""What a user types or sends wrong is said in words, at its place, where keyboard and screen reader find it."""

import re

import pytest
from cast import hire, niss
from playwright.sync_api import Page, expect
from steps import ALICE, DESKTOP, DORA, start_meal_order, upload_bank_file

from tegoed.beneficiaries.models import Beneficiary
from tegoed.orders.models import Order

pytestmark = pytest.mark.browser


def see_summary(page: Page) -> None:
    """The summary of errors has the focus, and its first link leads to the field."""
    summary = page.get_by_role("alert").first
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_a_wrong_password_is_said_and_the_address_stays(site) -> None:
    page = site.open_page(**DESKTOP)
    page.goto("/account/sign-in/")
    page.get_by_label("Email").fill(ALICE)
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("not correct")
    expect(page.get_by_label("Email")).to_have_value(ALICE)


def test_a_wrong_check_digit_is_said_at_the_field_and_what_was_typed_stays(site) -> None:
    page = site.open_page(**DESKTOP)
    site.sign_in(page, ALICE)
    page.goto(f"/c/{site.cast.bakery.pk}/beneficiaries/add/")
    page.get_by_label("Last name").fill("Verhoeven")
    right = niss(77)
    page.get_by_label("National number").fill(right[:-2] + f"{(int(right[-2:]) + 1) % 97:02d}")
    page.get_by_role("button", name="Add this person").click()
    number = page.get_by_label("National number")
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(number).to_have_accessible_description(re.compile("check digits of this number are wrong"))
    see_summary(page)
    expect(number).to_be_focused()
    expect(page.get_by_label("Last name")).to_have_value("Verhoeven")
    assert not Beneficiary.objects.exists()


def test_an_impossible_amount_in_step_2_is_said_at_its_row(site) -> None:
    hire(site.cast.bakery, 2)
    page = site.open_page(**DESKTOP)
    site.sign_in(page, ALICE)
    start_meal_order(page, f"/c/{site.cast.bakery.pk}/")
    field = page.get_by_label("Face value in euro: Janssens 001")
    field.fill("eight")
    page.get_by_role("button", name="Next: check the costs").click()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("eight")
    see_summary(page)
    expect(page.locator("tr.row-wrong [aria-invalid]").first).to_be_focused()
    assert Order.objects.get().state == "draft"


def test_a_pdf_as_bank_file_is_refused_by_name(site) -> None:
    dora = site.open_page(**DESKTOP)
    site.sign_in(dora, DORA)
    upload_bank_file(dora, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", name="statement.pdf")
    expect(dora.get_by_role("main")).to_contain_text("This is a PDF, made for reading")
