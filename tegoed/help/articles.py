"""The articles of the help centre: files of the product, one for each question and language, read once.

Its one law: an article exists in all four languages or the help centre doesn't start (`ArticleError` says what is missing).
What is the same in every language (topic, order, audience, what is read beside it) stands in `articles/contents.toml`.
It renders nothing: see `pages`.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LANGUAGES = ("nl", "fr", "en", "de")
_FOLDER = Path(__file__).with_name("articles")
_FENCE = "---\n"
_FIELDS = ("title", "summary", "keywords")


class ArticleError(ValueError):
    """An article that is missing, or written in a way that can't be shown. The message names the file."""


class Audience(StrEnum):
    """Who asks."""

    PROSPECT = "prospect"
    EMPLOYER = "employer"
    EMPLOYEE = "employee"
    MERCHANT = "merchant"
    SOCIAL_SECRETARIAT = "social-secretariat"


AUDIENCES: dict[Audience, Promise] = {
    Audience.PROSPECT: pgettext_lazy("audience", "future clients"),
    Audience.EMPLOYER: pgettext_lazy("audience", "employers"),
    Audience.EMPLOYEE: pgettext_lazy("audience", "employees"),
    Audience.MERCHANT: pgettext_lazy("audience", "merchants"),
    Audience.SOCIAL_SECRETARIAT: pgettext_lazy("audience", "social secretariats"),
}

TOPICS: dict[str, tuple[Promise, str]] = {
    "start": (_("Becoming a client"), "briefcase"),
    "account": (_("Signing in and users"), "key"),
    "contracts": (_("Contracts and agreements"), "clipboard-check"),
    "beneficiaries": (_("Beneficiaries"), "users"),
    "orders": (_("Orders"), "shopping-cart"),
    "rules": (_("What the law allows"), "scale"),
    "cards": (_("Cards"), "credit-card"),
    "invoices": (_("Invoices"), "file-invoice"),
    "payments": (_("Payments"), "building-bank"),
    "vouchers": (_("Loading and spending"), "wallet"),
    "partners": (_("Merchants and social secretariats"), "building-community"),
    "help": (_("Help and safety"), "help"),
}
"""The title of each topic, and the name of its icon."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as the table of contents has it, in no language yet. `related`: slugs."""

    slug: str
    topic: str
    audiences: tuple[Audience, ...]
    related: tuple[str, ...]
    is_popular: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """Articles that belong together, in order."""

    key: str
    entries: tuple[Entry, ...]

    @property
    def title(self) -> Promise:
        """Its title, in the language that is active when it is shown."""
        return TOPICS[self.key][0]

    @property
    def icon(self) -> str:
        """The name of its icon."""
        return TOPICS[self.key][1]


@dataclass(frozen=True, slots=True)
class Article:
    """A question and its answer in one language. `keywords`: phrases people use for it; `body`: Markdown."""

    entry: Entry
    language: str
    title: str
    summary: str
    keywords: tuple[str, ...]
    body: str

    @property
    def slug(self) -> str:
        """Its name in addresses, the same in every language."""
        return self.entry.slug


@cache
def topics() -> tuple[Topic, ...]:
    """All topics in order. Raises `ArticleError` for a topic without a title."""
    contents = tomllib.loads((_FOLDER / "contents.toml").read_text(encoding="utf-8"))
    found = []
    for facts in contents["topic"]:
        key = facts["key"]
        if key not in TOPICS:
            raise ArticleError(f"contents.toml: topic {key!r} has no title")
        found.append(Topic(key, tuple(_entry(key, article) for article in facts["articles"])))
    return tuple(found)


def _entry(topic: str, facts: dict[str, object]) -> Entry:
    audiences, related = facts["for"], facts["related"]
    if not isinstance(audiences, list) or not isinstance(related, list):
        raise ArticleError(f"contents.toml: {facts['slug']}: `for` and `related` are lists")
    return Entry(
        slug=str(facts["slug"]),
        topic=topic,
        audiences=tuple(Audience(audience) for audience in audiences),
        related=tuple(related),
        is_popular=bool(facts.get("popular", False)),
    )


@cache
def entries() -> dict[str, Entry]:
    """Every entry by its slug, in order."""
    return {entry.slug: entry for topic in topics() for entry in topic.entries}


@cache
def articles(language: str) -> dict[str, Article]:
    """Every article in one of `LANGUAGES`, by its slug, in order. Raises `ArticleError`."""
    return {slug: _read(entry, language) for slug, entry in entries().items()}


def _read(entry: Entry, language: str) -> Article:
    path = _FOLDER / entry.topic / f"{entry.slug}.{language}.md"
    if not path.is_file():
        raise ArticleError(f"{path.name} is missing in {entry.topic}/")
    head, fence, body = path.read_text(encoding="utf-8").removeprefix(_FENCE).partition(f"\n{_FENCE}")
    facts = {name: value.strip() for name, _colon, value in (line.partition(":") for line in head.splitlines())}
    if not fence or tuple(facts) != _FIELDS or not all(facts.values()):
        raise ArticleError(f"{path.name}: its head must give {', '.join(_FIELDS)}, each on one line")
    return Article(
        entry=entry,
        language=language,
        title=facts["title"],
        summary=facts["summary"],
        keywords=tuple(phrase.strip() for phrase in facts["keywords"].split(",")),
        body=body,
    )
