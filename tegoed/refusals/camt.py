"""Sentences for camt.053 files that are refused, and for files that are no bank statement at all.

Its one law: who reads it can point at the place: the element by its path from the statement on, and its line. Names of
elements are those of the file itself, since bank and help desk know them by these.
"""

from collections.abc import Mapping
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tegoed.refusals.sentence import Message
from tegoed.rules.money import format_euro

MESSAGES: dict[str, Message] = {
    "bank-file-unknown": {
        "": _(
            "This is neither CODA nor camt.053. Choose the coded statement of your bank: CODA (its name often ends in "
            ".cod or .txt) or camt.053 (.xml)."
        ),
        "empty": _("This file is empty. Fetch it from the bank again."),
        "pdf": _(
            "This is a PDF, made for reading. Choose the statement for computers: CODA (.cod, .txt) or camt.053 (.xml); "
            "the bank offers it beside the PDF."
        ),
        "archive": _("This is an archive. Unpack it, and upload the CODA or camt.053 files in it one by one."),
        "web-page": _(
            "This is a web page, perhaps the bank's sign-in page. Sign in at the bank and download the CODA or camt.053 "
            "file again."
        ),
        "mt940": _("This is an MT940 statement. Ask the bank for CODA or camt.053 instead."),
    },
    "camt-refused": _("This bank statement can't be read. Fetch the file from the bank again."),
    "camt-not-well-formed": _(
        "The file is damaged at line %(line)s, column %(column)s: it is no XML there. Nothing was booked: fetch it from "
        "the bank again, and don't open or save it in between."
    ),
    "camt-cut-short": _(
        "The file stops too early, at line %(line)s. The download was probably broken off. Nothing was booked: fetch the "
        "file from the bank again."
    ),
    "camt-definitions": _(
        "The file brings a document type or entities of its own, which no bank statement needs, so it wasn't read. Fetch "
        "the file from the bank again, directly."
    ),
    "camt-too-deep": _(
        "Element %(path)s (line %(line)s) has elements inside elements, more than %(maximum)s deep: no bank writes so. "
        "Nothing was booked: fetch the file from the bank again."
    ),
    "camt-too-large": _(
        "The file is too large: it has a part of %(found)s, and at most %(maximum)s can be read. Ask the bank for a file "
        "for each day."
    ),
    "camt-wrong-message": {
        "": _("This XML is no bank statement (%(found)s). Choose the file of the kind camt.053."),
        "camt.052": _(
            "This is a camt.052, a report within the day: its amounts come again in the statement. Choose the file of "
            "the kind camt.053."
        ),
        "camt.054": _(
            "This is a camt.054, a notice of single amounts: these come again in the statement. Choose the file of the "
            "kind camt.053."
        ),
        "pain": _("This is a payment order (pain) and not a statement. Choose the file of the kind camt.053."),
    },
    "camt-statement-missing": _("There is no statement (Stmt) in this file. Choose another file."),
    "camt-element-missing": _(
        "Element %(path)s (line %(line)s) is missing or empty. Nothing was booked: fetch the file from the bank again; "
        "if it stays so, the bank must correct it."
    ),
    "camt-element-twice": _(
        "Element %(path)s (line %(line)s) stands there more than once, so it isn't clear which one holds. Nothing was "
        "booked: fetch the file from the bank again; if it stays so, the bank must correct it."
    ),
    "camt-element-wrong": _(
        "Element %(path)s (line %(line)s): “%(found)s” is not possible there. Nothing was booked: fetch the file from the "
        "bank again; if it stays so, the bank must correct it."
    ),
    "camt-fraction-of-cent": _(
        "Element %(path)s (line %(line)s): the amount %(found)s has a part of a cent. Nothing was booked: ask the bank to "
        "correct the file."
    ),
    "camt-currency-wrong": _(
        "Element %(path)s (line %(line)s) is in %(found)s, and the account is in %(expected)s. Nothing was booked: ask "
        "the bank for a statement in the currency of the account."
    ),
    "camt-balance-missing": {
        "opening": _(
            "The statement %(path)s (line %(line)s) has no booked balance at its begin (OPBD or PRCD; it has: %(found)s). "
            "Nothing was booked: ask the bank for a statement with booked balances, and all its pages in one file."
        ),
        "closing": _(
            "The statement %(path)s (line %(line)s) has no booked balance at its end (CLBD; it has: %(found)s). Nothing "
            "was booked: ask the bank for a statement with booked balances, and all its pages in one file."
        ),
    },
    "camt-balance-twice": _(
        "The statement has more than one balance of the kind %(found)s (%(path)s, line %(line)s), so it isn't clear which "
        "one holds. Nothing was booked: the bank must correct the file."
    ),
    "camt-balance-wrong": _(
        "%(path)s (line %(line)s): the closing balance is %(found)s, and the opening balance with all booked entries makes "
        "%(expected)s. Nothing was booked: fetch the file again; if it stays so, the bank must correct it."
    ),
    "camt-details-wrong": _(
        "%(path)s (line %(line)s): the details add up to %(found)s, and the entry is of %(expected)s. Nothing was booked: "
        "fetch the file again; if it stays so, the bank must correct it."
    ),
    "camt-count-wrong": {
        "entries": _(
            "%(path)s (line %(line)s) counts %(found)s entries, and the statement has %(expected)s: some are missing or "
            "too many. Nothing was booked: fetch the file from the bank again."
        ),
        "details": _(
            "%(path)s (line %(line)s) counts %(found)s details, and the entry has %(expected)s: some are missing or too "
            "many. Nothing was booked: fetch the file from the bank again."
        ),
    },
    "camt-totals-wrong": _(
        "%(path)s (line %(line)s) is %(found)s, and what it sums up makes %(expected)s. Nothing was booked: fetch the file "
        "again; if it stays so, the bank must correct it."
    ),
    "camt-not-writable": _("The statement can't be written as camt.053: %(field)s can't hold that value. Correct it."),
}

_AMOUNTS = {"camt-balance-wrong", "camt-details-wrong", "camt-totals-wrong"}


def camt_facts(code: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """What `expected` and `found` are in a refusal of this code; numbers of lines are not grouped."""
    facts = {name: str(params[name]) for name in ("line", "column") if name in params}
    for name in ("expected", "found", "maximum"):
        if name not in params:
            continue
        value = params[name]
        if code == "camt-too-large":
            facts[name] = filesizeformat(value)
        elif code in _AMOUNTS and isinstance(value, int):
            facts[name] = format_euro(value, (get_language() or "en")[:2])
        else:
            facts[name] = str(value)
    return facts
