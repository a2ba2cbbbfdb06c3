"""axe finds nothing on any page of the main job, light and dark, wide and narrow; nothing sticks out of a phone."""

import time
from pathlib import Path

import pytest
from bank import Payment, coda_file, payment_of
from cast import draft_of, hire
from story import invoiced

from tegoed.flows.catch_up import catch_up
from tegoed.flows.receive_statement import receive_statement_file

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"
WIDTHS = (1280, 390)
LANGUAGES = ("nl", "fr", "de")


def pages_of(site) -> tuple[list[str], list[str], list[str]]:
    """Paths for anybody, for Alice, for Dora; on data in every state of the main job."""
    bakery = site.cast.bakery
    people = hire(bakery, 6)
    order, _invoices = invoiced(bakery, people)  # the worker may be first
    while not (invoices := list(order.invoices.order_by("id"))):
        time.sleep(0.05)
    file = receive_statement_file(
        file_name="day.cod", content=coda_file([payment_of(invoices[0]), Payment(500, free="?")]), actor=None
    )
    catch_up()
    draft = draft_of(bakery, people)
    portal = f"/c/{bakery.pk}/"
    mine = [
        "", "beneficiaries/", "beneficiaries/add/", f"beneficiaries/{people[0].pk}/", "orders/", "orders/new/",
        f"orders/{draft.pk}/start/", f"orders/{draft.pk}/lines/", f"orders/{draft.pk}/check/", f"orders/{order.pk}/",
        "invoices/", f"invoices/{invoices[0].pk}/", f"invoices/{invoices[1].pk}/",
    ]  # fmt: skip
    office = [
        "", "orders/", f"orders/{order.pk}/", "statements/", f"statements/{file.pk}/", "suspense/", "clients/",
        f"clients/{bakery.pk}/", "messages/", "books/",
    ]  # fmt: skip
    return ["/", "/account/sign-in/"], [portal + path for path in mine], ["/office/" + path for path in office]


def violations(page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run({RULES}).then(result => result.violations)")
    return [f"{one['id']}: {node['target']} {node['html'][:120]}" for one in found for node in one["nodes"]]


def test_no_page_keeps_anybody_out(site) -> None:
    if not AXE.exists():
        pytest.skip("AXE DID NOT RUN: no node_modules here (make sets it up)")
    anybody, mine, office = pages_of(site)
    faults: dict[str, list[str]] = {}
    for email, paths in ((None, anybody), ("alice@bakkerij.example", mine), ("dora@uitgever.example", office)):
        # axe is put in by the test, past the content policy that keeps such things out
        page = site.open_page(bypass_csp=True)
        if email:
            site.sign_in(page, email)
        for path in paths:
            assert page.goto(path).ok
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 900})
                    found = violations(page)
                    if page.evaluate("document.documentElement.scrollWidth") > width:
                        found.append("sticks out")
                    if found:
                        faults[f"{path} {scheme} {width}"] = found
    assert faults == {}


def test_the_longest_words_fit_a_phone(site) -> None:
    _anybody, mine, office = pages_of(site)
    too_wide = []
    for email, user, paths in (
        ("alice@bakkerij.example", site.cast.alice, mine),
        ("dora@uitgever.example", site.cast.staff_member, office),
    ):
        page = site.open_page(viewport={"width": 390, "height": 844})
        site.sign_in(page, email)
        for language in LANGUAGES:
            type(user).objects.filter(pk=user.pk).update(language=language)
            for path in paths:
                page.goto(path)
                assert page.locator("html").get_attribute("lang") == language
                if page.evaluate("document.documentElement.scrollWidth") > 390:
                    too_wide.append(f"{language} {path}")
    assert too_wide == []
    assert site.faults == []
