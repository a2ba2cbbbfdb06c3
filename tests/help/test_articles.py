"""The articles themselves: four languages, in the product's own words, without a figure of the law typed by hand."""

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.urls import resolve
from django.utils.translation import gettext, override

import tegoed.help
from tegoed.help.articles import AUDIENCES, LANGUAGES, Article, ArticleError, Entry, articles, entries, topics
from tegoed.help.figures import PLACEHOLDER, UnknownFigureError, with_figures
from tegoed.help.pages import article_page, labels_of, plain_blocks

FOLDER = Path(tegoed.help.__file__).parent / "articles"
TODAY = date(2026, 11, 26)
WORDS_MIN, WORDS_MAX = 70, 260
TITLE_LENGTH_MAX, SUMMARY_LENGTH_MAX = 90, 150
TYPED_MONEY = re.compile(
    r"€|\b(EUR|euro?s?)\b\s*\d|\d[\d.,]*\s*(€|EUR|euro?s?\b|%|procent|pour cent|percent|Prozent)", re.IGNORECASE
)
EVERY = [(slug, language) for slug in entries() for language in LANGUAGES]


class Links(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.targets, self.tags = [], set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "a":
            self.targets.append(dict(attrs)["href"])


def fake(body: str) -> Article:
    entry = Entry("fake", "help", (), (), is_popular=False)
    return Article(entry, "en", "Fake", "Fake", ("fake",), body)


def test_every_question_is_answered_in_four_languages_and_no_file_is_left_over():
    expected = {f"{entry.topic}/{entry.slug}.{language}.md" for entry in entries().values() for language in LANGUAGES}
    assert {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.md")} == expected
    assert len(entries()) > 60
    for language in LANGUAGES:
        assert list(articles(language)) == list(entries())


def test_articles_are_short_and_their_titles_differ():
    odd = []
    for language in LANGUAGES:
        known = articles(language)
        assert len({article.title for article in known.values()}) == len(known)
        for slug, article in known.items():
            count = sum(len(block.split()) for block in plain_blocks(slug, language))
            if not WORDS_MIN <= count <= WORDS_MAX:
                odd.append((slug, language, count))
            if len(article.title) > TITLE_LENGTH_MAX or len(article.summary) > SUMMARY_LENGTH_MAX:
                odd.append((slug, language, "title or summary"))
            if len(article.keywords) < 5:
                odd.append((slug, language, "keywords"))
    assert odd == []


def test_every_page_is_made_and_its_links_lead_somewhere():
    dead = []
    for slug, language in EVERY:
        html = Links(article_page(slug, language, TODAY).html)
        assert html.tags <= {"p", "a", "ul", "ol", "li", "strong", "em", "code", "sup", "h2", "h3"}, (slug, language)
        for target in html.targets:
            if target.startswith("/"):
                match = resolve(target)
                if match.url_name == "help-article" and match.kwargs["slug"] not in entries():
                    dead.append((slug, language, target))
            elif not target.startswith(("#figure-", "https://")):
                dead.append((slug, language, target))
    assert dead == []


def test_each_article_is_reached_from_another_and_from_its_topic():
    related = {other for entry in entries().values() for other in entry.related}
    assert related <= set(entries())
    assert all(entry.slug not in entry.related and 1 <= len(entry.related) <= 3 for entry in entries().values())
    linked = related | {
        slug for slug_of in entries() for slug in re.findall(r"\(help:([\w-]+)\)", articles("en")[slug_of].body)
    }
    assert set(entries()) - linked == set()
    assert {entry.slug for topic in topics() for entry in topic.entries} == set(entries())
    assert {audience for entry in entries().values() for audience in entry.audiences} == set(AUDIENCES)


def test_translations_of_an_article_link_to_the_same_and_show_the_same_figures():
    different = []
    for slug in entries():
        shapes = {
            (
                tuple(sorted(re.findall(r"\(((?:help|page|guide):[\w-]+)\)", articles(language)[slug].body))),
                tuple(sorted(PLACEHOLDER.findall(articles(language)[slug].body))),
                articles(language)[slug].body.count("\n1. "),
            )
            for language in LANGUAGES
        }
        if len(shapes) != 1:
            different.append(slug)
    assert different == []


def test_what_an_article_calls_a_button_is_a_text_of_the_product():
    unknown = {}
    for slug in entries():
        for language in LANGUAGES:
            for label in labels_of(articles(language)[slug].body):
                with override("nl"):
                    dutch = gettext(label)
                if dutch == label and label not in {"Status", "Product", "Open"}:
                    unknown[label] = (slug, language)
    assert unknown == {}


def test_no_amount_is_typed_by_hand():
    typed = [
        (slug, language, found.group())
        for slug, language in EVERY
        if (found := TYPED_MONEY.search(re.sub(r"^.*\bTVA|BTW|VAT\b.*$", "", articles(language)[slug].body)))
    ]
    assert typed == []
    assert TYPED_MONEY.search("at most 10 euro")
    assert TYPED_MONEY.search("hoogstens € 8,00")


@pytest.mark.parametrize(
    ("on", "shown"),
    [(date(2025, 12, 31), "€8.00"), (date(2026, 1, 1), "€10.00")],
)
def test_a_figure_is_that_of_the_day_with_its_date_and_source(on, shown):
    text, [figure] = with_figures("At most {{statutory meal face_value_max_exempt}}.", language="en", on=on)
    assert shown in text
    assert figure.from_on == (date(2026, 1, 1) if on.year == 2026 else date(2016, 1, 1))
    assert figure.sources


def test_a_figure_that_no_row_has_stops_the_page():
    with pytest.raises(UnknownFigureError):
        with_figures("{{statutory meal colour}}", language="en", on=TODAY)


def test_html_in_an_article_stays_text_and_strange_links_are_refused(monkeypatch):
    from tegoed.help import pages

    monkeypatch.setattr(pages, "articles", lambda _language: {"fake": fake("<script>x</script> & <b>bold</b>")})
    html = pages.article_page.__wrapped__("fake", "en", TODAY).html
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    for target in ("javascript:alert(1)", "http://example.com", "help:nowhere", "page:office", "data:text/html,x"):
        monkeypatch.setattr(pages, "articles", lambda _language, target=target: {"fake": fake(f"[x]({target})")})
        try:
            html = pages.article_page.__wrapped__("fake", "en", TODAY).html
        except ArticleError:
            continue
        assert "<a " not in html, target
