"""From the page of a quote to the portal in a real browser, on a phone, by the mails that the worker wrote; axe on each page."""

import pytest
from conftest import Site
from letterbox import link_to
from looks import barriers
from playwright.sync_api import Page, expect
from prospect import EMAIL, PASSWORD, quote_of

pytestmark = pytest.mark.browser


def fill_in(page: Page) -> None:
    page.get_by_label("Name of the company").fill("Slagerij Maes bv")
    page.get_by_label("Enterprise number").fill("0428 759 497")
    page.get_by_label("Street and number").fill("Veemarkt 3")
    page.get_by_label("Postcode").fill("2800")
    page.get_by_label("Town").fill("Mechelen")
    page.get_by_label("E-mail for invoices").fill("facturen@maes.example")
    page.get_by_label("Your name").fill("An Maes")
    page.get_by_label("Your function").fill("Zaakvoerder")
    page.get_by_label("Your e-mail address").fill(EMAIL)
    page.get_by_label("I may act for this company").check()


def test_a_prospect_accepts_makes_an_account_and_stands_in_the_portal(site: Site, worker, axe) -> None:
    quote = quote_of(site.cast)
    page = site.open_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.goto(f"/quote/{quote.token}/")
    page.get_by_role("link", name="Accept and become a client").click()
    accept_page = page.url
    fill_in(page)
    looker = site.open_page(reduced_motion="reduce")  # no colour halfway from light to dark
    found = barriers(looker, [accept_page], axe=axe)
    page.get_by_role("button", name="Accept and become a client").click()
    expect(page.get_by_role("main")).to_contain_text("a***@maes.example")
    link = link_to(site, EMAIL)
    found |= barriers(looker, [accept_page.replace("accept", "accepted"), link], axe=axe)
    page.goto(link)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Create my account").click()
    expect(page.get_by_role("heading", name="Your account is ready")).to_be_visible()
    found |= barriers(looker, [link], axe=axe)  # used by now
    found |= barriers(page, [page.url], axe=axe)
    page.get_by_role("link", name="Later: take me to the portal").click()
    expect(page.get_by_role("heading", name="Slagerij Maes bv")).to_be_visible()
    expect(page.get_by_role("heading", name="Your first steps: 1 of 4 done")).to_be_visible()
    found |= barriers(page, [page.url], axe=axe)
    page.get_by_role("link", name="Place your first order").click()
    assert "/orders/new/" in page.url
    assert found == {}
