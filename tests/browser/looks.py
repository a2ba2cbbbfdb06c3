"""What keeps people out of a page: what axe finds, in light and dark, and what sticks out, on a laptop and on a phone."""

from collections.abc import Iterable

from playwright.sync_api import Page

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
EVERYTHING = {"runOnly": STANDARDS, "resultTypes": ["violations"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
OPEN_DETAILS = "for (const part of document.querySelectorAll('details:not(.menu)')) part.open = true"
CUT_TABLES = """() => [...document.querySelectorAll('.table-responsive')]
    .filter(frame => frame.scrollWidth > frame.clientWidth)
    .map(frame => 'cut off: ' + frame.querySelector('caption').textContent)"""
LAPTOP, PHONE = 1280, 390
BACK_OFFICE = "/office/"


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
    """What is wrong, by address and width. The dark colours are looked at for their contrast: nothing else differs."""
    found: dict[str, list[str]] = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        page.evaluate(OPEN_DETAILS)
        page.evaluate(axe)
        for width in (LAPTOP, PHONE):
            faults = misfits(page, width)
            for scheme, rules in (("light", EVERYTHING), ("dark", COLOURS)):
                page.emulate_media(color_scheme=scheme)
                faults += [f"{scheme}: {one}" for one in violations(page, rules)]
            if faults:
                found[f"{address} {width}"] = faults
    return found
