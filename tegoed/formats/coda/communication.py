"""What is inside a structured CODA communication (annex III): the payment reference, and a SEPA direct debit.

Its one law: a reference is given only with right check digits; anything else is None. Free text is not searched here,
that is for the matching, which knows our numbers.
"""

from dataclasses import dataclass
from datetime import date

from tegoed.formats.coda.statement import Movement
from tegoed.formats.coda.values import date_of
from tegoed.rules.structured_communication import DIGIT_COUNT, read_structured_communication

# Where the 12 digits stand in the content. 101: given by the payer, 102: rebuilt by the bank, 105: after the amounts
# of a foreign payment (15 + 15 + 12 digits and the currency).
_REFERENCE_STARTS = {"101": 0, "102": 0, "105": 45}
_DIRECT_DEBIT_TYPE = "127"


@dataclass(frozen=True, slots=True)
class DirectDebit:
    """Communication 127, each field as the bank wrote it; `settled_on` is None when that is no date.

    `outcome` 0 paid, 1 technical problem, 2 no reason given, 3 debtor disagrees, 4 account problem. `r_type` 0 paid,
    1 reject, 2 return, 3 refund, 4 reversal, 5 cancellation.
    """

    settled_on: date | None
    recurrence: str
    scheme: str
    outcome: str
    creditor_identifier: str
    mandate_reference: str
    communication: str
    r_type: str
    reason_code: str


def structured_communication_of(movement: Movement) -> str | None:
    """The 12 digits with which the movement was paid (or paid back), or None. Source: annex III, 101, 102 and 105."""
    start = _REFERENCE_STARTS.get(movement.structured_type or "")
    if start is None:
        return None
    return read_structured_communication(movement.structured_content[start : start + DIGIT_COUNT])


def direct_debit_of(movement: Movement) -> DirectDebit | None:
    """The fields of a SEPA direct debit communication, or None where the movement has none."""
    if movement.structured_type != _DIRECT_DEBIT_TYPE:
        return None
    content = movement.structured_content.ljust(146)
    return DirectDebit(
        settled_on=_date_or_none(content[:6]),
        recurrence=content[6].strip(),
        scheme=content[7].strip(),
        outcome=content[8].strip(),
        creditor_identifier=content[9:44].strip(),
        mandate_reference=content[44:79].strip(),
        communication=content[79:141].rstrip(" "),
        r_type=content[141].strip(),
        reason_code=content[142:146].strip(),
    )


def _date_or_none(digits: str) -> date | None:
    try:
        return date_of(digits)
    except ValueError:
        return None
