"""What keeps people out of a page: what axe finds, in light and dark, and what sticks out, on a laptop and on a phone."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from playwright.sync_api import Page

from tegoed.clients.models import User

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
EVERYTHING = {"runOnly": STANDARDS, "resultTypes": ["violations"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
OPEN_DETAILS = "for (const part of document.querySelectorAll('details:not(.menu)')) part.open = true"
CUT_TABLES = """() => [...document.querySelectorAll('.table-responsive')]
    .filter(frame => frame.scrollWidth > frame.clientWidth)
    .map(frame => 'cut off: ' + frame.querySelector('caption').textContent)"""
LAPTOP, PHONE = 1280, 390
BACK_OFFICE = "/office/"
WIDTHS_BY_LANGUAGE = {"nl": (PHONE,), "fr": (PHONE,), "de": (PHONE, LAPTOP)}
"""English is looked at with axe, at both. On a laptop German has the longest words."""


def violations(page: Page, rules: dict = EVERYTHING) -> list[str]:
    """What axe finds; axe itself is in the page already."""
    found = page.evaluate("async rules => (await axe.run(document, rules)).violations", rules)
    return [f"{one['id']}: {node['target']} {node['html'][:160]}" for one in found for node in one["nodes"]]


def misfits(page: Page, width: int) -> list[str]:
    """What needs scrolling aside: the page itself, or a table of the portal."""
    page.set_viewport_size({"width": width, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = [f"sticks out to {wide}"] if wide > width else []
    return found if BACK_OFFICE in page.url else found + page.evaluate(CUT_TABLES)


def barriers(page: Page, addresses: Iterable[str], *, axe: str) -> dict[str, list[str]]:
    """What is wrong, by address and width. The dark colours are looked at once, for their contrast: nothing else differs."""
    found: dict[str, list[str]] = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        page.evaluate(OPEN_DETAILS)
        page.evaluate(axe)
        for width in (LAPTOP, PHONE):
            faults = misfits(page, width)
            faults += violations(page)
            if width == LAPTOP:
                page.emulate_media(color_scheme="dark")
                faults += [f"dark: {one}" for one in violations(page, COLOURS)]
                page.emulate_media(color_scheme="light")
            if faults:
                found[f"{address} {width}"] = faults
    return found


def faults_of(site: Any, paths: Mapping[str | None, Sequence[str]], *, axe: str) -> dict[str, list[str]]:
    """What is wrong with pages, by who opens them (None: anybody): for axe, and for the words of each language."""
    found: dict[str, list[str]] = {}
    for email, addresses in paths.items():
        page = site.open_page(reduced_motion="reduce")  # no colour halfway from light to dark
        if email:
            site.sign_in(page, email)
        found |= barriers(page, addresses, axe=axe)
    return found | words_too_long(site, paths)


def words_too_long(site: Any, paths: Mapping[str | None, Sequence[str]]) -> dict[str, list[str]]:
    """What sticks out of pages, by who opens them, in each language."""
    found: dict[str, list[str]] = {}
    for email, addresses in paths.items():
        page = site.open_page()
        if email:
            site.sign_in(page, email)
        for language, widths in WIDTHS_BY_LANGUAGE.items():
            if email:
                User.objects.filter(email=email).update(language=language)
            else:
                page = site.open_page(locale=language)
            for address in addresses:
                page.goto(address)
                assert page.locator("html").get_attribute("lang") == language
                page.evaluate(OPEN_DETAILS)
                for width in widths:
                    if faults := misfits(page, width):
                        found[f"{address} {language} {width}"] = faults
        if email:
            User.objects.filter(email=email).update(language="en")  # who signs in next finds the English words
    return found
