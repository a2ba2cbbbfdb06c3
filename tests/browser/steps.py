"""What people do on the pages, one call a step, found by the words they read."""

import time

from cast import niss
from playwright.sync_api import Page, expect

from tegoed.rules.identifiers import read_identifier

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE_WITHOUT_SCRIPT = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}
ALICE = "alice@bakkerij.example"
DORA = "dora@uitgever.example"
REFRESH_SECONDS_MAX = 30


def add_beneficiary(page: Page, number: int) -> None:
    """Lotte Verhoeven, whose card comes home; from the page of beneficiaries. Her number is read nowhere afterwards."""
    identifier = read_identifier(niss(number))
    assert identifier.birth_on is not None
    page.get_by_role("link", name="Add a beneficiary").first.click()
    page.get_by_label("National number").fill(identifier.value)
    page.get_by_label("Last name").fill("Verhoeven")
    page.get_by_label("First name").fill("Lotte")
    page.get_by_label("Birth date").fill(identifier.birth_on.isoformat())
    page.get_by_label("home", exact=False).check()
    page.get_by_label("Street and number").fill("Dorpsstraat 1")
    page.get_by_label("Postcode").fill("9000")
    page.get_by_label("Town").fill("Gent")
    page.get_by_label("Vouchers a month").fill("20")
    page.get_by_label("Face value in euro").fill("8,00")
    page.get_by_role("button", name="Add this person").click()
    expect(page.get_by_role("main")).to_contain_text("Verhoeven")
    assert identifier.value not in page.content()
    assert identifier.value not in page.url


def start_meal_order(page: Page, portal: str, *, reference: str = "") -> None:
    """Step 1; ends on step 2."""
    page.goto(f"{portal}orders/new/")
    page.get_by_label("Meal vouchers").check()
    page.get_by_label("Your reference").fill(reference)
    page.get_by_role("button", name="Next: who gets how much").click()
    expect(page.get_by_role("button", name="Next: check the costs")).to_be_visible()


def go_to_check(page: Page) -> None:
    """From step 2 to step 3; ends when its button can be pressed."""
    page.get_by_role("button", name="Next: check the costs").click()
    expect(page.get_by_role("button", name="Confirm the order")).to_be_visible()


def confirm(page: Page) -> None:
    """Step 3; ends on the order's page."""
    page.get_by_role("button", name="Confirm the order").click()
    expect(page.locator("#order-progress")).to_be_visible()


def see_state(page: Page, words: str, *, by_itself: bool) -> None:
    """Wait until the page shows this state: by itself, or by its refresh link where there is no JavaScript."""
    state = page.get_by_role("main").locator("[data-state]").first
    if not by_itself:
        began = time.monotonic()
        while state.text_content() != words:
            assert time.monotonic() - began < REFRESH_SECONDS_MAX, f"never {words}"
            page.get_by_role("link", name="Refresh").click()
    expect(state).to_have_text(words)


def upload_bank_file(page: Page, content: bytes, *, name: str = "day.cod") -> None:
    page.goto("/office/statements/")
    page.get_by_label("CODA or camt.053").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
    page.get_by_role("button", name="Upload", exact=True).click()
