"""The rules of SEPA direct debit that don't depend on a client: who collects, and when.

Its one law: a creditor identifier has right check digits (modulo 97 over its national part, the business code left
out), and a collection falls on a day of settlement, never before the invoice is due, before the debtor was told long
enough, or before the bank can do it.
"""

from datetime import date, timedelta

from stdnum.eu import at_02
from stdnum.exceptions import ValidationError

from tegoed.errors import Refusal
from tegoed.rules.target_days import add_target_days, target_day_from

NOTICE_DAYS = 5
"""How long before a collection the debtor is told at least; the mandate says so (the schemes' own 14 days give way)."""

_LENGTH_MAX = 35


class CreditorIdentifierInvalid(Refusal):
    """The text is no creditor identifier. Params: `identifier`."""

    code = "creditor-identifier-invalid"


def read_creditor_identifier(text: str) -> str:
    """`BE12ZZZ0123456749` for what people type, spaces left out. Raises `CreditorIdentifierInvalid`."""
    compact = "".join(text.split()).upper()
    # Before the library sees it: it would read full-width digits as plain ones.
    if not (compact.isascii() and compact.isalnum()) or len(compact) > _LENGTH_MAX:
        raise CreditorIdentifierInvalid(identifier=text[:_LENGTH_MAX])
    try:
        return str(at_02.validate(compact))
    except ValidationError:
        raise CreditorIdentifierInvalid(identifier=text[:_LENGTH_MAX]) from None


def collection_day(*, issued_on: date, due_on: date, today: date, lead_days: int) -> date:
    """The day an invoice is collected: due, told `NOTICE_DAYS` before, and `lead_days` of settlement from today."""
    wished = max(due_on, issued_on + timedelta(days=NOTICE_DAYS))
    return max(target_day_from(wished), add_target_days(today, lead_days))
