"""An article as a page shows it: HTML, the figures of the law under it, and its plain text for the search.

Its one law: nothing reaches a page that isn't escaped, and no link leads to where there is nothing. HTML in an article is
text; links are `help:SLUG`, `page:ROUTE` of the public site, `guide:FORM` or `https:`. `[[Confirm the order]]` is a text of
the product, shown in the article's language and in bold, so that an article always says what stands on the button.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, override
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tegoed.help.articles import Article, ArticleError, articles, entries
from tegoed.help.figures import MARK_CLOSE, MARK_OPEN, PLACEHOLDER, Figure, with_figures

PAGES = frozenset({"products", "quote", "places", "contact"})
"""Public pages that articles may name. One that this installation doesn't have is named without a link."""
LABEL = re.compile(r"\[\[(.+?)\]\]")
_MARK = re.compile(f"{MARK_OPEN}([0-9]+){MARK_CLOSE}")
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_HIGHEST_HEADING = "h1"
_PAGES_KEPT_MAX = 2_000


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """What is shown of an article on a day."""

    article: Article
    html: SafeString
    figures: tuple[Figure, ...]


@lru_cache(maxsize=_PAGES_KEPT_MAX)
def article_page(slug: str, language: str, on: date) -> ArticlePage:
    """The page of an article, with the law of that day. Raises `KeyError` for an unknown slug, `ArticleError`."""
    article = articles(language)[slug]
    text, figures = with_figures(article.body, language=language, on=on)
    tokens = _tokens(_with_labels(text, language), article)
    html = str(_markdown().renderer.render(tokens, _markdown().options, {}))
    return ArticlePage(article, mark_safe(_MARK.sub(_figure_link, html)), figures)  # noqa: S308 - made by the renderer, HTML off


@cache
def plain_blocks(slug: str, language: str) -> tuple[str, ...]:
    """The paragraphs and list items of an article as text without marks or figures, for the search."""
    article = articles(language)[slug]
    tokens = _tokens(_with_labels(PLACEHOLDER.sub("…", article.body), language), article)
    return tuple(
        "".join(child.content or " " * (child.type == "softbreak") for child in token.children or ())
        for token in tokens
        if token.type == "inline"
    )


def labels_of(body: str) -> tuple[str, ...]:
    """The texts of the product that an article quotes, in English."""
    return tuple(LABEL.findall(body))


def _with_labels(text: str, language: str) -> str:
    def in_bold(match: re.Match[str]) -> str:
        words = _SPECIAL.sub(r"\\\1", gettext(match[1]))
        return f"**{words}**"

    with override(language):
        return LABEL.sub(in_bold, text)


def _figure_link(match: re.Match[str]) -> str:
    number = match[1]
    return f'<sup class="figure-mark"><a href="#figure-{number}">{number}</a></sup>'


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])


def _tokens(text: str, article: Article) -> list[Token]:
    """The article's tokens, its links led to addresses."""
    tokens = _markdown().parse(text)
    for token in tokens:
        if token.type == "heading_open" and token.tag == _HIGHEST_HEADING:
            raise ArticleError(f"{article.slug}.{article.language}.md: the title of the page is its only {token.tag}")
        if token.children:
            token.children = _linked(token.children, article)
    return tokens


def _linked(children: list[Token], article: Article) -> list[Token]:
    kept: list[Token] = []
    is_open = False
    for child in children:
        if child.type == "link_open":
            address = _address(str(child.attrGet("href")), article)
            is_open = address is not None
            if address is None:
                continue
            child.attrSet("href", escape(address))
        elif child.type == "link_close" and not is_open:
            continue
        kept.append(child)
    return kept


def _address(target: str, article: Article) -> str | None:
    """Where a link leads; None for a page that this installation doesn't have."""
    kind, _colon, name = target.partition(":")
    if kind == "help" and name in entries():
        return reverse("help-article", args=[name])
    if kind == "guide":
        return reverse("help-guide", args=[name, article.language])
    if kind == "page" and name in PAGES:
        try:
            return reverse(name)
        except NoReverseMatch:
            return None
    if kind == "https":
        return target
    raise ArticleError(f"{article.slug}.{article.language}.md: no such link: {target}")
