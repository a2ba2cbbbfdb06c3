"""What the browser is told to allow, and that no page needs more: no script or style inside the HTML."""

import re
from html.parser import HTMLParser
from pathlib import Path

import django.test
import pytest
from django.urls import reverse

import tegoed

PACKAGE = Path(tegoed.__file__).parent
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
EVENT_ATTRIBUTE = re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE)
TAG = re.compile(r"\{%.*?%\}")
INLINE_STYLE = re.compile(r"<style|\sstyle\s*=", re.IGNORECASE)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)", re.IGNORECASE)
ICON_USED = re.compile(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']|\sicon="([a-z0-9-]+)\"""")
ICON_NAMES = set((PACKAGE / "static" / "tegoed" / "icons.txt").read_text().split())


class Page(HTMLParser):
    """What a browser would run, and what makes a page a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.language: str | None = None
        self.title = ""
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self._in = tag
        if tag == "html":
            self.language = values.get("lang")
        if tag == "style" or "style" in values or any(name.startswith("on") for name in values):
            self.inline.append(self.get_starttag_text())
        if tag == "script" and "src" not in values and values.get("type") != "application/json":
            self.inline.append(self.get_starttag_text())

    def handle_data(self, data):
        if self._in == "title":
            self.title += data

    def handle_endtag(self, _tag):
        self._in = ""


@pytest.mark.parametrize("pattern", [EVENT_ATTRIBUTE, INLINE_STYLE, INLINE_SCRIPT], ids=["on…=", "style", "script"])
def test_no_template_carries_script_or_style_inside(pattern):
    written = {path: TAG.sub("", path.read_text()) for path in TEMPLATES}
    guilty = [str(path.relative_to(PACKAGE)) for path, text in written.items() if pattern.search(text)]
    assert not guilty


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ('<a onclick="x()">', EVENT_ATTRIBUTE),
        ('<p style="color: red">', INLINE_STYLE),
        ("<script>x()</script>", INLINE_SCRIPT),
    ],
)
def test_the_scan_sees_what_it_must_refuse(text, pattern):
    assert pattern.search(text)


def test_every_icon_used_is_one_that_is_fetched():
    used = {name for path in TEMPLATES for match in ICON_USED.findall(path.read_text()) for name in match if name}
    assert used
    assert used <= ICON_NAMES


@pytest.mark.parametrize("name", ["home", "account_login", "account_reset_password", "account_reset_password_done"])
def test_a_page_names_its_language_and_title_and_holds_no_inline_code(db, name):
    page = Page(django.test.Client(headers={"accept-language": "fr"}).get(reverse(name)).text)
    assert page.language == "fr"
    assert page.title.strip().removesuffix("· Tegoed").strip()
    assert not page.inline


def test_the_browser_may_load_from_us_only(db):
    headers = django.test.Client().get("/").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["script-src"] == policy["style-src"] == policy["default-src"] == policy["form-action"] == "'self'"
    assert policy["object-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
