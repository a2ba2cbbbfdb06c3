"""axe finds nothing on any page of the main job, light and dark, wide and narrow; nothing sticks out, in any language."""

import pytest
from bank import Payment, coda_file, payment_of
from cast import draft_of, hire
from playwright.sync_api import Page
from steps import ALICE, DORA
from story import confirmed, invoiced, received_from_bank

from tegoed.banking.models import StatementFile
from tegoed.clients.models import BlockingRule, User
from tegoed.flows.catch_up import catch_up
from tegoed.flows.receive_statement import receive_statement_file
from tegoed.orders.models import Order
from tegoed.outbox.models import Message

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
OPEN_DETAILS = "for (const part of document.querySelectorAll('details:not(.menu)')) part.open = true"
CUT_TABLES = """() => [...document.querySelectorAll('.table-responsive')]
    .filter(frame => frame.scrollWidth > frame.clientWidth)
    .map(frame => 'cut off: ' + frame.querySelector('caption').textContent)"""
LAPTOP, PHONE = 1280, 390
LANGUAGES = ("nl", "fr", "de")  # English: with axe
CHARLIE = "charlie@garage.example"


@pytest.fixture
def paths(site) -> dict[str | None, list[str]]:
    """The pages by who opens them (None: anybody), on data in every state of the main job; Charlie has none yet."""
    bakery, issuer = site.cast.bakery, site.cast.issuer
    people = hire(bakery, 4)
    loaded, paid = invoiced(bakery, people)
    received_from_bank([*[payment_of(invoice) for invoice in paid], Payment(500, free="?", name="ONBEKEND")])
    catch_up()
    waiting, to_pay = invoiced(bakery, people)
    issuer.blocking_rule = BlockingRule.ANY_OPEN
    issuer.save()
    held, _none = invoiced(bakery, people)
    processing = confirmed(draft_of(bakery, people))
    draft = draft_of(bakery, people)
    states = [Order.objects.get(pk=order.pk).state for order in (loaded, waiting, held, processing, draft)]
    assert states == ["loaded", "invoiced", "on_hold", "processing", "draft"]
    last = StatementFile.objects.get().statements.get()
    unread = coda_file([payment_of(to_pay[0])], sequence=2, old_balance_cents=last.new_balance_cents)
    receive_statement_file(file_name="a-file-with-a-rather-long-name-of-the-bank.cod", content=unread, actor=None)

    orders = [loaded, waiting, held, processing, draft]
    portal = [
        "", "beneficiaries/", "beneficiaries/add/", f"beneficiaries/{people[0].pk}/", "beneficiaries/?words=nobody",
        "orders/", "orders/new/", f"orders/{draft.pk}/start/", f"orders/{draft.pk}/lines/", f"orders/{draft.pk}/check/",
        f"orders/{draft.pk}/discard/", *[f"orders/{order.pk}/" for order in orders],
        "invoices/", f"invoices/{paid[1].pk}/", f"invoices/{to_pay[0].pk}/",
    ]  # fmt: skip
    office = [
        "", "orders/", *[f"orders/{order.pk}/" for order in orders], "statements/", "statements/1/", "statements/2/",
        "suspense/", "clients/", f"clients/{bakery.pk}/", "messages/", f"messages/{Message.objects.first().pk}/", "books/",
    ]  # fmt: skip
    nothing_yet = ["", "beneficiaries/", "orders/", "invoices/"]
    return {
        None: ["/", "/account/sign-in/", "/account/password/reset/"],
        ALICE: [*[f"/c/{bakery.pk}/{path}" for path in portal], "/account/password/change/", "/account/security/"],
        CHARLIE: [f"/c/{site.cast.garage.pk}/{path}" for path in nothing_yet],
        DORA: [f"/office/{path}" for path in office],
    }


def violations(page: Page) -> list[str]:
    found = page.evaluate("async rules => (await axe.run(document, rules)).violations", RULES)
    return [f"{one['id']}: {node['target']} {node['html'][:160]}" for one in found for node in one["nodes"]]


def misfits(page: Page, width: int, email: str | None) -> list[str]:
    """What needs scrolling aside: on a phone the page, on a laptop a table of the portal."""
    page.set_viewport_size({"width": width, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = [f"sticks out to {wide}"] if wide > width else []
    return found + page.evaluate(CUT_TABLES) if email == ALICE else found


def test_no_page_keeps_anybody_out(site, paths, axe: str) -> None:
    faults: dict[str, list[str]] = {}
    for email, addresses in paths.items():
        page = site.open_page(reduced_motion="reduce")  # no colour halfway from light to dark
        if email:
            site.sign_in(page, email)
        for path in addresses:
            page.goto(path)
            page.evaluate(OPEN_DETAILS)
            page.evaluate(axe)
            for width in (LAPTOP, PHONE):
                faults[f"{path} {width}"] = misfits(page, width, email)
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)
                    faults[f"{path} {width}"] += [f"{scheme}: {one}" for one in violations(page)]
    assert {where: found for where, found in faults.items() if found} == {}


def test_the_longest_words_fit_a_phone_and_a_laptop(site, paths) -> None:
    faults: dict[str, list[str]] = {}
    for email, addresses in paths.items():
        for language in LANGUAGES:
            page = site.open_page(locale="en-GB" if email else language)
            if email:
                site.sign_in(page, email)
                User.objects.filter(email=email).update(language=language)
            for path in addresses:
                page.goto(path)
                assert page.locator("html").get_attribute("lang") == language
                page.evaluate(OPEN_DETAILS)
                for width in (PHONE, LAPTOP):
                    faults[f"{path} {language} {width}"] = misfits(page, width, email)
    assert {where: found for where, found in faults.items() if found} == {}
