"""From nobody to a first order without a phone call: quote, acceptance, mail, account, people, order, invoices by mail."""

import re

import pytest
from letterbox import link_to, mail_to, text_of
from playwright.sync_api import Page, expect
from steps import DESKTOP, PHONE_WITHOUT_SCRIPT, add_beneficiary, confirm, go_to_check, see_state, start_meal_order

from tegoed.clients.models import Client, Contract, Membership
from tegoed.orders.models import Order
from tegoed.quotes.models import Quote, QuoteState

pytestmark = pytest.mark.browser

AN = "an@slagerij.example"
INVOICES = "facturen@slagerij.example"
PASSWORD = "a sturdy butcher's block"


@pytest.mark.parametrize("options", [DESKTOP, PHONE_WITHOUT_SCRIPT], ids=["desktop", "phone without JavaScript"])
def test_a_prospect_places_its_first_order(site, worker, options) -> None:
    has_script = options.get("java_script_enabled", True)
    page = site.open_page(**options)
    quoted = make_a_quote(page, has_script=has_script)
    accept_it(page)
    link = link_to(site, AN)
    make_an_account(page, link)
    client = Client.objects.get(name="Slagerij Maes bv")
    assert Quote.objects.get().state == QuoteState.ACCEPTED
    assert Contract.objects.get(client=client).product == "meal"
    assert Membership.objects.get(client=client, user__email=AN).role == "owner"

    page.get_by_role("link", name="Beneficiaries").first.click()
    add_beneficiary(page, 77)
    start_meal_order(page, f"/c/{client.pk}/", reference="First")
    go_to_check(page)
    confirm(page)
    see_state(page, "Invoiced", by_itself=has_script)
    order = Order.objects.get(client=client)
    assert order.total_cents <= quoted
    invoices = [mail_to(site, INVOICES, subject=kind) for kind in ("Product invoice", "Card invoice")]
    communications = {
        communication for mail in invoices for communication in re.findall(r"\+{3}[\d/]+\+{3}", text_of(mail))
    }
    assert len(communications) == len(invoices)
    assert all(
        {"application/pdf", "application/xml"} <= {part.get_content_type() for part in mail.walk()} for mail in invoices
    )
    see_a_link_used_up(site.open_page(), link)


def make_a_quote(page: Page, *, has_script: bool) -> int:
    """One person, 20 meal vouchers of 8 euro; the cents it says at most. Ends on the stored quote."""
    page.goto("/")
    page.get_by_role("link", name="See what it costs").click()
    page.get_by_label("Number of people").first.fill("1")
    if has_script:
        expect(page.get_by_role("complementary")).to_contain_text("€1")
    page.get_by_label("Company").fill("Slagerij Maes bv")
    page.get_by_label("Your name").fill("An Maes")
    page.get_by_label("Your e-mail").fill(AN)
    page.get_by_role("button", name="Keep the quote").click()
    expect(page.get_by_role("link", name="Accept and become a client")).to_be_visible()
    return Quote.objects.get().total_cents


def accept_it(page: Page) -> None:
    """Particulars of the company, a tick; ends where the mail is announced."""
    page.get_by_role("link", name="Accept and become a client").click()
    page.get_by_label("Enterprise number").fill("BE 0428.759.497")
    page.get_by_label("Street and number").fill("Veemarkt 3")
    page.get_by_label("Postcode").fill("2800")
    page.get_by_label("Town").fill("Mechelen")
    page.get_by_label("E-mail for invoices").fill(INVOICES)
    page.get_by_label("Your name").fill("An Maes")
    page.get_by_label("Your function").fill("Zaakvoerder")
    page.get_by_label("I may act for this company").check()
    page.get_by_role("button", name="Accept and become a client").click()
    expect(page.get_by_role("main")).to_contain_text("a***@slagerij.example")


def make_an_account(page: Page, link: str) -> None:
    """By the link; ends in the portal."""
    page.goto(link)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Create my account").click()
    page.get_by_role("link", name="take me to the portal").click()
    expect(page.get_by_role("main")).to_contain_text("first steps")


def see_a_link_used_up(page: Page, link: str) -> None:
    """A second use makes nothing, and says what to do."""
    page.goto(link)
    expect(page.get_by_role("main")).to_contain_text("used")
    expect(page.get_by_label("Choose a password")).to_have_count(0)
