"""The help centre as a visitor meets it: open to all, in four languages, without a question in any address or log."""

import re
from pathlib import Path

import django.test
import pytest
from django.urls import reverse
from structlog.testing import capture_logs

import tegoed
from tegoed.help.articles import LANGUAGES, articles, entries

PACKAGE = Path(tegoed.__file__).parent
USED = re.compile(r"""\{% help_link ["']([^"']+)["'] %\}""")
NUMBER = "93051822361"


@pytest.fixture
def visitor(db):
    return django.test.Client()


def speaking(visitor, language):
    visitor.post(reverse("set_language"), {"language": language, "next": "/"})
    return visitor


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_leads_to_every_article(visitor, language):
    page = speaking(visitor, language).get(reverse("help")).content.decode()
    for slug in entries():
        assert f'href="{reverse("help-article", args=[slug])}"' in page
    assert f'lang="{language}"' in page


def test_an_article_stays_when_the_language_is_switched(visitor):
    address = reverse("help-article", args=["order-on-hold"])
    assert articles("en")["order-on-hold"].summary in speaking(visitor, "en").get(address).content.decode()
    answer = visitor.post(reverse("set_language"), {"language": "nl", "next": address}, follow=True)
    assert articles("nl")["order-on-hold"].summary in answer.content.decode()


def test_an_article_shows_figures_with_date_and_source(visitor):
    page = speaking(visitor, "en").get(reverse("help-article", args=["meal-vouchers"])).content.decode()
    assert "€10.00" in page
    assert 'href="#figure-1"' in page
    assert 'id="figure-1"' in page
    assert "since 1 January 2026" in page
    assert "numac 2025203198" in page


@pytest.mark.parametrize(
    "path", ["/help/no-such-article/", "/help/guides/orders.xx.pdf", "/help/guides/secrets.nl.pdf"]
)
def test_what_does_not_exist_is_not_found(visitor, path):
    assert visitor.get(path).status_code == 404


def test_a_question_is_answered_with_its_words_marked_and_escaped(visitor):
    page = speaking(visitor, "nl").post(reverse("help-search"), {"question": "<b>kaart</b> kwijt"}).content.decode()
    assert reverse("help-article", args=["card-lost"]) in page
    assert "<mark>kaart</mark>" in page
    assert "<b>kaart" not in page


def test_a_question_comes_by_post_only_and_reaches_no_log(visitor):
    with capture_logs() as lines:
        answer = visitor.post(reverse("help-search"), {"question": f"nummer {NUMBER} geweigerd"})
    assert answer.status_code == 200
    assert NUMBER not in str(lines)
    answer = visitor.get(reverse("help-search"), {"question": NUMBER})
    assert (answer.status_code, answer["Location"]) == (302, reverse("help"))
    assert (
        django.test.Client(enforce_csrf_checks=True).post(reverse("help-search"), {"question": "x"}).status_code == 403
    )


@pytest.mark.parametrize("question", ["", " \n ", "x" * 100_000, "\x00", "🍟"])
def test_questions_that_are_none_do_no_harm(visitor, question):
    assert visitor.post(reverse("help-search"), {"question": question}).status_code in {200, 302}


def test_nothing_found_leads_on(visitor):
    page = speaking(visitor, "en").post(reverse("help-search"), {"question": "qqqqwwww"}).content.decode()
    assert "Nothing found" in page


@pytest.mark.parametrize("form", ["beneficiaries", "orders"])
def test_a_guide_is_shown_as_pdf_and_may_be_kept(visitor, form):
    answer = visitor.get(reverse("help-guide", args=[form, "nl"]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    assert "public" in answer["Cache-Control"]
    assert answer.content.startswith(b"%PDF-")


def test_pages_of_the_portal_lead_to_articles_that_exist():
    used = {}
    for path in PACKAGE.rglob("*.html"):
        for slug in USED.findall(path.read_text(encoding="utf-8")):
            used.setdefault(slug, []).append(path.name)
    assert set(used) <= set(entries())
    assert len(used) > 25
    for language in LANGUAGES:
        assert set(used) <= set(articles(language))


def test_a_page_of_the_portal_links_to_its_article_and_its_guide(browser_of, cast):
    page = browser_of(cast.alice).get(reverse("portal:order-excel", args=[cast.bakery.pk])).content.decode()
    assert reverse("help-article", args=["order-by-excel"]) in page
    assert reverse("help-guide", args=["orders", cast.alice.language]) in page
