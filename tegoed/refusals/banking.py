"""Sentences for bank statements that are refused: what is wrong, where in the file, and what to do about it.

Its one law: who reads it can point at the place. A record is named by its line in the file and its type, a field by
its name and positions in the standard (Febelfin CODA 2.6), with what should be there and what is.
CODA's refusals say `expected` and `found` for amounts, records and numbers alike; `told` writes those as people read
them, before `message_of` fills them in. It judges nothing. Those of camt.053 are in `camt`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tegoed.errors import Refusal
from tegoed.formats.coda import layout
from tegoed.refusals.camt import camt_facts
from tegoed.refusals.sentence import Message
from tegoed.rules.money import format_euro

MESSAGES: dict[str, Message] = {
    "coda-refused": _("This bank statement can't be read. Fetch the file from the bank again."),
    "coda-not-coda": _(
        "This is not a CODA file: it doesn't begin with a header record (type 0). Choose the coded statement of your "
        "bank; its name often ends in .cod or .txt."
    ),
    "coda-too-large": _(
        "The file is too large: it has %(found)s, and at most %(maximum)s can be read at once. Ask the bank for a "
        "file for each day."
    ),
    "coda-cut-short": _(
        "The file stops too early, at record %(record)s: %(expected)s should be there. The download was probably "
        "broken off. Nothing was booked: fetch the file from the bank again."
    ),
    "coda-statement-missing": _(
        "The last record (%(record)s) says that another statement follows, and it is not in the file. The download "
        "was probably broken off. Nothing was booked: fetch the file from the bank again."
    ),
    "coda-record-length-wrong": _(
        "Record %(record)s has %(found)s characters; each record of a CODA file has %(expected)s. The file was "
        "changed on its way. Nothing was booked: fetch it from the bank again, and don't open or save it in between."
    ),
    "coda-character-wrong": _(
        "Record %(record)s, position %(position)s: byte %(byte)s is no character of a bank file. The file is damaged "
        "or is something else. Nothing was booked: fetch it from the bank again."
    ),
    "coda-record-unknown": _(
        "Record %(record)s is of a type that CODA doesn't have: “%(found)s”. Nothing was booked: fetch the file from "
        "the bank again, and don't open or save it in between."
    ),
    "coda-order-wrong": _(
        "Record %(record)s is in the wrong place: %(expected)s should be there, and it is %(found)s. Nothing was "
        "booked: fetch the file from the bank again."
    ),
    "coda-link-wrong": _(
        "Record %(record)s is not what the record before it announces: %(expected)s should be there, and it is "
        "%(found)s. Nothing was booked: fetch the file from the bank again."
    ),
    "coda-numbering-wrong": _(
        "Record %(record)s (%(record_type)s) has number %(found)s, and %(expected)s should follow: a record is "
        "missing or stands there twice. Nothing was booked: fetch the file from the bank again."
    ),
    "coda-field-wrong": _(
        "Record %(record)s (%(record_type)s): “%(found)s” is not possible for %(field)s. Nothing was booked: fetch "
        "the file again; if it stays so, the bank must correct it."
    ),
    "coda-version-unknown": _(
        "The file is in version “%(found)s” of the CODA standard, and version %(expected)s is read. Ask the bank for "
        "CODA version %(expected)s."
    ),
    "coda-separate-application": _(
        "This file repeats a part of the movements of another file (separate application “%(found)s”): booking it "
        "would count the same money twice. Choose the file with all movements of the account."
    ),
    "coda-fraction-of-cent": _(
        "Record %(record)s (%(record_type)s): the amount in %(field)s has a part of a cent (%(found)s thousandths). "
        "Nothing was booked: ask the bank to correct the file."
    ),
    "coda-account-changed": _(
        "Record %(record)s (%(record_type)s) is of account %(found)s, and the statement began with %(expected)s. "
        "Nothing was booked: fetch the file from the bank again."
    ),
    "coda-details-wrong": _(
        "Record %(record)s (%(record_type)s) is a total of %(expected)s, and its details add up to %(found)s. Nothing "
        "was booked: fetch the file again; if it stays so, the bank must correct it."
    ),
    "coda-count-wrong": _(
        "Record %(record)s (%(record_type)s) counts %(found)s records, and the statement has %(expected)s: some are "
        "missing or too many. Nothing was booked: fetch the file from the bank again."
    ),
    "coda-totals-wrong": _(
        "Record %(record)s (%(record_type)s): %(field)s is %(found)s, and the movements add up to %(expected)s. "
        "Nothing was booked: fetch the file again; if it stays so, the bank must correct it."
    ),
    "coda-balance-wrong": {
        "": _(
            "Record %(record)s (%(record_type)s): the new balance is %(found)s, and the old balance with all "
            "movements makes %(expected)s. Nothing was booked: fetch the file again; if it stays so, the bank must "
            "correct it."
        ),
        "payments": _(
            "The payments in the statement make a balance of %(found)s, and the new balance is %(expected)s. Nothing "
            "was booked: fetch the file again; if it stays so, the bank must correct it."
        ),
    },
    "coda-not-writable": _(
        "The statement can't be written as CODA: %(field)s can't hold that value. Shorten or correct it."
    ),
    "statement-file-known": _(
        "This file was received before, as “%(file_name)s” on %(received_at)s. Nothing was booked again; look it up "
        "in the list below."
    ),
    "statement-file-too-large": _(
        "The file is too large: %(byte_count)s, and at most %(byte_count_max)s is taken. Ask the bank for a file for "
        "each day, or choose the right file."
    ),
    "statement-file-not-plain": _(
        "This is a link or a device and not a file, so it wasn't opened. Put the bank's file itself into the folder."
    ),
    "statement-file-not-readable": _(
        "The file can't be read: %(error)s. Have the operator give the worker the right to read it, and put it into the "
        "folder again."
    ),
    "statement-folder-missing": _(
        "The folder for bank files, %(folder)s, can't be used: %(error)s. Make it, and give the worker the right to write "
        "in it."
    ),
    "statement-file-empty": _("There is no statement in this file. Choose another file."),
    "statement-account-unknown": _(
        "The file is of account %(iban)s, which is not an account of the issuer. Nothing was booked: choose the file "
        "of an own account, or have this account added first."
    ),
    "statement-currency-unknown": _(
        "The statement is in %(currency)s; only statements in euro (EUR) are booked. Choose the file of the account "
        "in euro."
    ),
    "statement-known": _(
        "The statement of %(on)s of account %(iban)s is booked already, from another file or in another format. Nothing "
        "was booked again."
    ),
    "statement-changed": _(
        "The statement of %(on)s of account %(iban)s is booked already, and this file tells it differently: balances, "
        "number or amounts of its lines don't agree. Nothing was booked: ask the bank which one is right."
    ),
    "statement-chain-broken": _(
        "The statement of account %(iban)s begins with %(found_cents)s, and the last one that was booked ended with "
        "%(expected_cents)s: a statement in between is missing. Nothing was booked: upload the missing day first, "
        "then this file again."
    ),
    "statement-too-early": {
        "": _(
            "A later statement of account %(iban)s is booked already (number %(sequence)s of %(year)s), so this one can't "
            "come before it any more. Nothing was booked: check with the bank why it was left out."
        ),
        "day": _(
            "A later statement of account %(iban)s is booked already (of %(on)s), so this one can't come before it any "
            "more. Nothing was booked: check with the bank why it was left out."
        ),
    },
    "statement-amount-too-large": _(
        "The statement of account %(iban)s has an amount of %(found_cents)s; at most %(maximum_cents)s can be booked at "
        "once. Nothing was booked: check the file with the bank."
    ),
    "statement-of-future": _(
        "The statement of account %(iban)s is dated %(on)s, later than today. Nothing was booked: check the date in "
        "the file and the clock of this server."
    ),
    "invoice-account-missing": _(
        "No bank account is set for invoices, so none can be made. Have one of the issuer's accounts marked for "
        "invoices."
    ),
}

RECORD_NAMES: dict[str, str | Promise] = {
    "0": _("header"),
    "1": _("old balance"),
    "2.1": _("movement, first part"),
    "2.2": _("movement, second part"),
    "2.3": _("movement, third part"),
    "3.1": _("information, first part"),
    "3.2": _("information, second part"),
    "3.3": _("information, third part"),
    "8": _("new balance"),
    "4": _("free message"),
    "9": _("trailer"),
}

FIELD_NAMES: dict[str, str | Promise] = {
    "account": _("the account"),
    "account_structure": _("the kind of account number"),
    "amount": _("the amount"),
    "application_code": _("the application code"),
    "category": _("the transaction category"),
    "communication_type": _("the kind of communication"),
    "created_on": _("the date of the file"),
    "credit": _("the total of credits"),
    "debit": _("the total of debits"),
    "duplicate": _("the duplicate code"),
    "entry_on": _("the entry date"),
    "family": _("the transaction family"),
    "globalisation": _("the globalisation code"),
    "link_code": _("the link code"),
    "multiple_file_code": _("the code that says whether a statement follows"),
    "new_balance": _("the new balance"),
    "new_balance_on": _("the date of the new balance"),
    "new_balance_sign": _("the sign of the new balance"),
    "next_code": _("the next code"),
    "number": _("the sequence and detail number"),
    "old_balance": _("the old balance"),
    "old_balance_on": _("the date of the old balance"),
    "old_balance_sign": _("the sign of the old balance"),
    "r_type": _("the kind of return"),
    "record_count": _("the number of records"),
    "separate_application": _("the separate application"),
    "sequence": _("the statement number"),
    "sign": _("the sign of the amount"),
    "structured_type": _("the type of structured communication"),
    "transaction": _("the transaction"),
    "transaction_code": _("the transaction code"),
    "transaction_type": _("the transaction type"),
    "value_on": _("the value date"),
    "version": _("the version code"),
    "zeros": _("the zeros at the begin"),
}

_RECORDS = {record.record_type: record for record in vars(layout).values() if isinstance(record, layout.Record)}


class RefusalTold(Refusal):
    """A refusal whose facts are written for reading; its `code` is that of the refusal it tells of."""

    def __init__(self, code: str = Refusal.code, /, **facts: Any) -> None:
        self.code = code  # type: ignore[misc]  # a class of its own for each code would say no more
        super().__init__(**facts)


def told(refusal: Refusal) -> Refusal:
    """The same refusal with its facts written as people read them, in the active language."""
    return refusal if isinstance(refusal, RefusalTold) else told_again(refusal.code, refusal.params)


def told_again(code: str, params: Mapping[str, Any]) -> Refusal:
    """The refusal of which code and facts were kept (`StatementFile.refusal_code`, `refusal_params`), to be read."""
    facts = _plain(params)
    if code.startswith("coda-"):
        facts |= _coda_facts(code, params)
    elif code.startswith("camt-"):
        facts |= camt_facts(code, params)
    return RefusalTold(code, **facts)


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """Facts of any statement: numbers of things are not grouped, accounts are, moments have their time."""
    writers: dict[str, Callable[[Any], Any]] = {
        "iban": _grouped,
        "year": str,
        "sequence": str,
        "record": str,
        "position": str,
        "on": lambda value: date.fromisoformat(value) if isinstance(value, str) else value,
        "received_at": _moment,
        "byte_count": filesizeformat,
        "byte_count_max": filesizeformat,
    }
    return {name: writers[name](value) if name in writers else value for name, value in params.items()}


def _coda_facts(code: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """What `expected` and `found` are in a refusal of this code, and the names of record and field."""
    facts: dict[str, Any] = {}
    record_type = str(params.get("record_type", ""))
    if record_type:
        facts["record_type"] = _record_name(record_type)
    if "field" in params:
        facts["field"] = _field_name(record_type, str(params["field"]))
    if code == "coda-balance-wrong" and "record" not in params:
        facts["reason"] = "payments"
    write = _writer_of(code, params)
    return facts | {name: write(params[name]) for name in ("expected", "found", "maximum") if name in params}


def _writer_of(code: str, params: Mapping[str, Any]) -> Callable[[Any], Any]:
    if code in {"coda-balance-wrong", "coda-details-wrong", "coda-totals-wrong"}:
        return _euro
    if code == "coda-too-large":
        return filesizeformat if params.get("limit") == "FILE_BYTES_MAX" else _records
    if code == "coda-order-wrong" and params.get("field") == "transaction_type":
        return _transaction_types
    if code in {"coda-cut-short", "coda-order-wrong", "coda-link-wrong"}:
        return _what_stands_there
    return str


def _euro(cents: int) -> str:
    return format_euro(cents, (get_language() or "en")[:2])


def _records(count: int) -> str:
    return ngettext("%(count)s record", "%(count)s records", count) % {
        "count": formats.number_format(count, force_grouping=True)
    }


def _transaction_types(types: str) -> str:
    return gettext("transaction type %(types)s") % {"types": ", ".join(types)} if types else gettext("no detail")


def _what_stands_there(value: int | str) -> str:
    """A place in the file: a record type or several, its end, or so many characters of a record that is cut off."""
    if isinstance(value, int):
        return gettext("a whole record of %(count)s characters") % {"count": value}
    if value == "end of file":
        return gettext("the end of the file")
    if value == "no information record":
        return gettext("no information record (3)")
    return _record_name(value)


def _record_name(record_type: str) -> str:
    """`type 9, trailer`; several types as they are."""
    if record_type in RECORD_NAMES:
        return gettext("type %(type)s, %(name)s") % {"type": record_type, "name": RECORD_NAMES[record_type]}
    return gettext("type %(type)s") % {"type": record_type}


def _field_name(record_type: str, field_name: str) -> str:
    """`the new balance (positions 43-57)`."""
    name = str(FIELD_NAMES.get(field_name, field_name))
    record = _RECORDS.get(record_type)
    field = next((field for field in record.fields if field.name == field_name), None) if record else None
    if field is None:
        return name
    if field.width == 1:
        return gettext("%(field)s (position %(first)s)") % {"field": name, "first": field.first}
    facts = {"field": name, "first": field.first, "last": field.last}
    return gettext("%(field)s (positions %(first)s-%(last)s)") % facts


def _grouped(iban: object) -> str:
    """An account number in groups of four."""
    text = str(iban).replace(" ", "")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _moment(at: datetime | str) -> str:
    known = datetime.fromisoformat(at) if isinstance(at, str) else at
    return str(formats.date_format(timezone.localtime(known), "j F Y H:i"))
