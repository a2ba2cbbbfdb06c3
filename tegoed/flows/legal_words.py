"""When a figure of the law holds and where it was found, in the language that is active now."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from tegoed.rules.statutory import source_reference


class Source(NamedTuple):
    """Where a figure was found: the site, and the page there."""

    host: str
    address: str


def day_in_words(on: date) -> str:
    """A date in words: 23 november 2026."""
    is_german = (get_language() or settings.LANGUAGE_CODE).startswith("de")
    return str(date_format(on, "j. F Y" if is_german else "j F Y"))


def period_in_words(from_on: date | None, to_on: date | None) -> str:
    """In which days a figure of the law holds."""
    if from_on and to_on:
        return gettext("from %(first)s to %(last)s") % {"first": day_in_words(from_on), "last": day_in_words(to_on)}
    if from_on:
        return gettext("since %(first)s") % {"first": day_in_words(from_on)}
    return gettext("until %(last)s") % {"last": day_in_words(to_on)} if to_on else gettext("in force now")


def sources_of(numbers: Iterable[str]) -> list[Source]:
    """The sites where a figure was found, each once, by the numbers of `rules/data/sources.csv`."""
    found: dict[str, Source] = {}
    for number in numbers:
        address = source_reference(number).split()[0]
        host = (urlsplit(address).hostname or number).removeprefix("www.")
        found.setdefault(host, Source(host, address))
    return list(found.values())
