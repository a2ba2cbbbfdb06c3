"""The calculator follows the typing, says so, fits a phone, and keeps nobody out; the quote it makes is a page to come back to."""

from conftest import Site
from looks import COLOURS, EVERYTHING, LAPTOP, PHONE, misfits, violations
from playwright.sync_api import Page, expect


def look(page: Page, axe: str) -> None:
    page.evaluate(axe)
    for width in (LAPTOP, PHONE):
        assert misfits(page, width) == []
        for scheme, rules in (("light", EVERYTHING), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)
            assert violations(page, rules) == []


def test_the_total_follows_the_typing_and_the_quote_can_be_kept(site: Site, axe: str) -> None:
    page = site.open_page(viewport={"width": LAPTOP, "height": 900}, reduced_motion="reduce")
    page.goto("/quote/")
    total, spoken = page.locator(".quote-total"), page.locator("#quote-spoken")
    first = total.inner_text()
    expect(page.locator("#id_gift_form_0")).to_be_hidden()
    page.get_by_role("checkbox", name="Gift vouchers").check()
    page.locator("#id_gift_form_1").check()
    expect(total).not_to_have_text(first)
    expect(spoken).to_contain_text(total.inner_text())
    people = page.locator("#id_meal_people")
    people.fill("0")
    expect(people).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_meal_people_errors")).to_contain_text("from 1 to 1,000,000")
    expect(spoken).to_contain_text("Number of people")
    look(page, axe)
    people.fill("25")
    expect(people).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#quote-details")).to_contain_text("25 people")
    assert "meal_people=25" in page.url
    look(page, axe)
    page.get_by_label("Your name").fill("An Maes")
    page.get_by_label("Your e-mail address").fill("an@maes.example")
    told = total.inner_text()
    page.get_by_role("button", name="Keep the quote").click()
    expect(page.get_by_role("link", name="Download as PDF")).to_be_visible()
    expect(total).to_have_text(told)
    look(page, axe)
    for language in ("nl-BE", "fr-BE", "de-BE"):
        reader = site.open_page(locale=language)
        for address in ("/quote/", page.url):
            reader.goto(address)
            assert misfits(reader, PHONE) == [], language

    plain = site.open_page(java_script_enabled=False)
    plain.goto("/quote/")
    plain.locator("#id_meal_people").fill("3")
    plain.get_by_role("button", name="Calculate").click()
    expect(plain.locator("#quote-details")).to_contain_text("3 people")
