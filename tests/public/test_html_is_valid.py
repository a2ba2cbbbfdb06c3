"""Pages are HTML as the standard has it: those anybody opens, in four languages, and those of portal and back office."""

import django.test
from cast import draft_of, hire
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from html_judge import faults_of

LANGUAGES = ("nl", "fr", "en", "de")


def _routes(patterns, *, namespace: str = "", given: frozenset[str] = frozenset()) -> list[str]:
    """Names of all routes that need no more than `given` to be opened."""
    found = []
    for pattern in patterns:
        wanted = set(pattern.pattern.converters) | set(pattern.pattern.regex.groupindex)
        if not wanted <= given:
            continue
        if isinstance(pattern, URLResolver):
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found += _routes(pattern.url_patterns, namespace=inside, given=given)
        elif isinstance(pattern, URLPattern) and pattern.name:
            found.append(namespace + pattern.name)
    return found


def _opened(browser, addresses: list[str], **headers: str) -> dict[str, str]:
    """The pages behind these addresses, as HTML; what is no page (a download, a redirect, a POST) is passed over."""
    pages = {}
    for address in addresses:
        answer = browser.get(address, headers=headers)
        if answer.status_code in {200, 404} and answer["Content-Type"].startswith("text/html"):
            html = answer.text
            if "<html" in html:
                pages[f"{address} {headers.get('accept-language', '')}".strip()] = html
    return pages


def _portal_and_office(cast, browser_of) -> dict[str, str]:
    draft_of(cast.bakery, hire(cast.bakery, 3))
    of_client = _routes(get_resolver().url_patterns, given=frozenset({"client_id"}))
    portal = [reverse(name, kwargs={"client_id": cast.bakery.pk}) for name in of_client if name.startswith("portal:")]
    office = [reverse(name) for name in _routes(get_resolver().url_patterns) if name.startswith("backoffice:")]
    return _opened(browser_of(cast.alice), portal) | _opened(browser_of(cast.staff_member), office)


def test_every_public_page_is_valid_in_every_language(cast, tmp_path):
    names = [name for name in _routes(get_resolver().url_patterns) if ":" not in name]
    addresses = [reverse(name) for name in names] + [reverse("product", args=["meal"]), "/nothing-here/"]
    pages: dict[str, str] = {}
    for language in LANGUAGES:
        pages |= _opened(django.test.Client(), addresses, **{"accept-language": language})
    assert len(pages) >= 6 * len(LANGUAGES)
    assert faults_of(pages, tmp_path) == []


def test_every_page_of_portal_and_office_is_valid(cast, browser_of, tmp_path):
    pages = _portal_and_office(cast, browser_of)
    assert len(pages) >= 40
    assert faults_of(pages, tmp_path) == []


def test_the_judge_finds_what_is_wrong(tmp_path):
    faults = faults_of({"broken": "<!DOCTYPE html><html lang=nl><title>x</title><p id=a><p id=a><b>"}, tmp_path)
    assert any("no-dup-id" in fault for fault in faults)
