"""A SEPA direct debit mandate as it was signed, as PDF in four languages.

Its one law: it shows what was signed, by whom, when and from where, and the words that the scheme prescribes (European
Payments Council, EPC016-06 Core and EPC222-07 B2B); nothing is looked up when it is written again.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tegoed.formats.invoice import Party
from tegoed.formats.typesetting import write_pdf
from tegoed.rules.dates import BRUSSELS
from tegoed.rules.direct_debit import NOTICE_DAYS
from tegoed.rules.enterprise import pretty_iban

Language = Literal["nl", "fr", "en", "de"]

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateDocument:
    """A whole mandate. `signed_from`: the internet address that the signer's browser had."""

    reference: str
    scheme: Literal["core", "b2b"]
    creditor: Party
    creditor_identifier: str
    debtor: Party
    iban: str
    signer_name: str
    signer_function: str
    signed_at: datetime
    signed_from: str


def mandate_texts(document: MandateDocument, *, language: str) -> dict[str, Any]:
    """Every text of the page. Raises `ValueError` for a language we do not have."""
    label = _labels(language)
    signed_at = document.signed_at.astimezone(BRUSSELS)
    names = {"creditor": document.creditor.name, "days": NOTICE_DAYS}
    sections = [
        (
            label["creditor"],
            [
                (label["name"], document.creditor.name),
                (label["identifier"], document.creditor_identifier),
                (label["address"], _address(document.creditor)),
            ],
        ),
        (
            label["debtor"],
            [
                (label["name"], document.debtor.name),
                (label["enterprise_number"], document.debtor.enterprise_number),
                (label["address"], _address(document.debtor)),
                (label["iban"], pretty_iban(document.iban)),
                (label["kind"], label["recurrent"]),
            ],
        ),
        (
            label["signature"],
            [
                (label["name"], document.signer_name),
                (label["function"], document.signer_function),
                (label["signed_at"], signed_at.strftime(label["moment_pattern"])),
                (label["signed_from"], document.signed_from),
            ],
        ),
    ]
    return {
        "language": language,
        "title": label[f"title_{document.scheme}"],
        "reference_label": label["reference"],
        "reference": document.reference,
        "author": document.creditor.name,
        "paragraphs": [
            label["authorisation"].format(**names),
            label[f"rights_{document.scheme}"],
            label["notice"].format(**names),
        ],
        "sections": [
            {"title": title, "facts": [{"label": name, "value": value} for name, value in facts]}
            for title, facts in sections
        ],
    }


def write_mandate_pdf(document: MandateDocument, *, language: str) -> bytes:
    """The PDF; the archive standard gives way where a name holds a character that none of our fonts draws."""
    texts = mandate_texts(document, language=language)
    return write_pdf(_FOLDER / "template.typ", texts, name="mandate", stamped_at=document.signed_at)


@cache
def _labels(language: str) -> dict[str, str]:
    every_language = json.loads((_FOLDER / "labels.json").read_text("utf-8"))
    if language not in every_language:
        raise ValueError(f"no words of a mandate for language {language!r}")
    chosen: dict[str, str] = every_language[language]
    return chosen


def _address(party: Party) -> str:
    return f"{party.street}, {party.postcode} {party.town}, {party.country_code}"
