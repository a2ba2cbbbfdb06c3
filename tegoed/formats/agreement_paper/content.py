"""Every text of a model agreement, chosen and written for its language: what both files place.

Its one law: a clause is the same choice of texts in each language; a text whose figure the law doesn't set on the day is left
out, never filled in with another.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, TypedDict
from urllib.parse import urlsplit

from tegoed.formats.agreement_paper.terms import AgreementTerms
from tegoed.rules.agreements import maximum_of_agreement
from tegoed.rules.enterprise import pretty
from tegoed.rules.money import format_euro
from tegoed.rules.products import Product
from tegoed.rules.statutory import StatutoryParameter, source_reference, statutory_value
from tegoed.rules.texts import as_line

BINDING_LANGUAGES = ("nl", "fr")
LANGUAGES = ("nl", "fr", "en", "de")
ORGANISATIONS_SHOWN = 3
TEXTS = Path(__file__).with_name("texts")
_ENTERPRISE_DIGITS = re.compile(r"[0-9]{10}")


class Facts(TypedDict):
    """A party: what is known of it, and what it fills in by hand (an empty value)."""

    title: str
    facts: list[tuple[str, str]]


class Table(TypedDict):
    """Rows of text under headings."""

    title: str
    headings: list[str]
    rows: list[list[str]]


class Clause(TypedDict):
    """One article."""

    title: str
    paragraphs: list[str]


class Paper(TypedDict):
    """All that stands on the paper. `organisations` is None where no union signs."""

    language: str
    title: str
    subject: str
    author: str
    mark: str
    check: str
    page: str
    parties: list[Facts]
    organisations: Table | None
    clauses: list[Clause]
    figures: Table
    signatures: Table
    places: list[tuple[str, str]]


@cache
def texts_of(language: str) -> dict[str, Any]:
    """The texts of one language. Raises `ValueError` for one we don't have."""
    if language not in LANGUAGES:
        raise ValueError(f"no model agreements for language {language!r}")
    return tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))


def placeholders_in(words: str) -> set[str]:
    """The names in braces."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(words) if name}


def paper_content(terms: AgreementTerms, *, language: str) -> Paper:
    """What is placed, as plain strings. Raises `ValueError` for a language we don't have."""
    texts = texts_of(language)
    words: dict[str, str] = texts["words"]
    return {
        "language": language,
        "title": words[f"title_{terms.kind}"],
        "subject": texts["products"][terms.product.value],
        "author": as_line(terms.employer.name),
        "mark": words["mark"],
        "check": words["check"],
        "page": words["page"],
        "parties": _parties(terms, words),
        "organisations": _organisations(words) if terms.kind == "company" else None,
        "clauses": _clauses(terms, texts, language=language),
        "figures": _figures(terms, texts, language=language),
        "signatures": _signatures(terms, words),
        "places": [(words["done_at"], ""), (words["done_on"], "")],
    }


def _parties(terms: AgreementTerms, words: Mapping[str, str]) -> list[Facts]:
    employer = terms.employer
    number = employer.enterprise_number
    by_hand = [(words["represented_by"], ""), (words["function"], "")]
    parties: list[Facts] = [
        {
            "title": words["employer"],
            "facts": [
                (words["name"], as_line(employer.name)),
                (words["enterprise_number"], pretty(number) if _ENTERPRISE_DIGITS.fullmatch(number) else number),
                (words["address"], as_line(f"{employer.street}, {employer.postcode} {employer.town}")),
                (words["joint_committee"], terms.joint_committee),
                *by_hand,
            ],
        }
    ]
    if terms.kind == "individual":
        parties.append({"title": words["employee"], "facts": [(words["name"], ""), (words["address"], "")]})
    return parties


def _organisations(words: Mapping[str, str]) -> Table:
    return {
        "title": words["organisations"],
        "headings": [words["organisation"], words["represented_by"]],
        "rows": [["", ""] for _row in range(ORGANISATIONS_SHOWN)],
    }


def _signatures(terms: AgreementTerms, words: Mapping[str, str]) -> Table:
    others = [words["employee"]] if terms.kind == "individual" else [""] * ORGANISATIONS_SHOWN
    return {
        "title": words["signatures"],
        "headings": [words["for_party"], words["name"], words["signature"]],
        "rows": [[party, "", ""] for party in [words["employer"], *others]],
    }


def _clauses(terms: AgreementTerms, texts: Mapping[str, Any], *, language: str) -> list[Clause]:
    facts = {name: value for name, value in _facts(terms, texts["words"], language).items() if value is not None}
    holding = _holding(terms)
    clauses: list[Clause] = []
    for clause in texts["clause"]:
        paragraphs = [
            text["words"].format_map(facts)
            for text in clause["text"]
            if _stands(text["for"], holding) and placeholders_in(text["words"]) <= facts.keys()
        ]
        if paragraphs:
            title = f"{texts['words']['article']} {len(clauses) + 1}. {clause['title']}"
            clauses.append({"title": title, "paragraphs": paragraphs})
    return clauses


def _holding(terms: AgreementTerms) -> set[str]:
    """The words that hold for this agreement, of those that `for` may name."""
    maximum = maximum_of_agreement(terms.product, terms.figures_on)
    holding = {terms.kind, terms.product.value, terms.counting.value, "fixed" if terms.ends_on else "open"}
    return holding | ({"above"} if maximum is not None and terms.amount_cents > maximum.cents else set())


def _stands(conditions: str, holding: set[str]) -> bool:
    return all(holding & set(condition.split(",")) for condition in conditions.split())


def _facts(terms: AgreementTerms, words: Mapping[str, str], language: str) -> dict[str, str | None]:
    face_value = statutory_value(terms.product.value, "face_value_max", terms.figures_on)
    validity = statutory_value(terms.product.value, "validity", terms.figures_on)
    return {
        "amount": format_euro(terms.amount_cents, language),
        "worker_share": format_euro(terms.worker_share_cents, language),
        "employer_share": format_euro(terms.amount_cents - terms.worker_share_cents, language),
        "joint_committee": terms.joint_committee,
        "issuer": as_line(terms.issuer_name),
        "face_value_max": None if face_value is None else format_euro(face_value.cents, language),
        "validity_months": None if validity is None else validity.value,
        "figures_on": _day(terms.figures_on, words),
        "starts_on": _day(terms.starts_on, words),
        "ends_on": _day(terms.ends_on, words) if terms.ends_on else None,
    }


def _figures(terms: AgreementTerms, texts: Mapping[str, Any], *, language: str) -> Table:
    """The figures of the law that hold for the product on that day; those without a row that day aren't there."""
    words = texts["words"]
    rows = []
    for key, label in texts["figures"].items():
        product, _dash, name = key.partition("-")
        row = statutory_value(product, name, terms.figures_on) if Product(product) == terms.product else None
        if row is not None:
            hosts = dict.fromkeys(_host(source) for source in row.sources)
            rows.append([label, _value(row, words, language), _period(row, words), ", ".join(hosts)])
    return {
        "title": words["figures"].format(on=_day(terms.figures_on, words)),
        "headings": [words["figure"], words["amount"], words["period"], words["source"]],
        "rows": rows,
    }


def _value(row: StatutoryParameter, words: Mapping[str, str], language: str) -> str:
    if row.unit.startswith("EUR"):
        return format_euro(row.cents, language)
    pattern = "vouchers" if row.unit.startswith("meal voucher") else "months"
    return words[pattern].format(number=row.value)


def _period(row: StatutoryParameter, words: Mapping[str, str]) -> str:
    if row.from_on and row.to_on:
        return words["between"].format(first=_day(row.from_on, words), last=_day(row.to_on, words))
    if row.from_on:
        return words["since"].format(day=_day(row.from_on, words))
    return words["until"].format(day=_day(row.to_on, words)) if row.to_on else words["in_force"]


def _day(on: date, words: Mapping[str, str]) -> str:
    return on.strftime(words["day_pattern"])


def _host(source: str) -> str:
    """Where a figure was found, as far as it fits a table: the site."""
    host = urlsplit(source_reference(source)).hostname or source
    return host.removeprefix("www.")
