"""Numbers of companies and accounts: the Belgian enterprise number (CBE) and the IBAN.

Its one law: what is given back has right check digits and is canonical (10 digits; IBAN without spaces, in capitals).
That the company or the account exists is not known here.
"""

import re

from stdnum import iban
from stdnum.exceptions import InvalidChecksum, ValidationError

from tegoed.errors import Refusal

DIGIT_COUNT = 10

_MODULUS = 97
_TEXT_LENGTH_MAX = 60
_SPACES = " \\t\u00a0\u202f"
_ENTERPRISE_NUMBER = re.compile(
    rf"(?:BE[{_SPACES}.-]*)?([0-9]?[0-9]{{3}}[{_SPACES}./-]?[0-9]{{3}}[{_SPACES}./-]?[0-9]{{3}})", re.IGNORECASE
)


class EnterpriseNumberInvalid(Refusal):
    """The text is no enterprise number. Reasons: `empty`, `format`, `prefix` (not 0 or 1), `check-digits`."""

    code = "enterprise-number-invalid"


class IbanInvalid(Refusal):
    """The text is no IBAN. Reasons: `empty`, `format`, `check-digits`."""

    code = "iban-invalid"


def read_enterprise_number(text: str) -> str:
    """The 10 digits of `BE 0428.759.497`, `0428.759.497` or, from before 2005, `428.759.497`.

    Starts with 0 or 1; the last two digits are 97 - (first eight modulo 97). Raises `EnterpriseNumberInvalid`.
    """
    stripped = text.strip()
    if not stripped:
        raise EnterpriseNumberInvalid(reason="empty")
    match = _ENTERPRISE_NUMBER.fullmatch(stripped) if len(stripped) <= _TEXT_LENGTH_MAX else None
    if match is None:
        raise EnterpriseNumberInvalid(reason="format")
    digits = re.sub(r"[^0-9]", "", match[1]).zfill(DIGIT_COUNT)
    if digits[0] not in "01":
        raise EnterpriseNumberInvalid(reason="prefix")
    if _MODULUS - int(digits[:8]) % _MODULUS != int(digits[8:]):
        raise EnterpriseNumberInvalid(reason="check-digits")
    return digits


def pretty(enterprise_number: str) -> str:
    """`0428.759.497` for the 10 digits."""
    return f"{enterprise_number[:4]}.{enterprise_number[4:7]}.{enterprise_number[7:]}"


def read_iban(text: str) -> str:
    """The IBAN without spaces, in capitals; of any country, structure and modulo 97 checked.

    Of a Belgian account the two digits at its end are checked too (first ten modulo 97, 97 in place of 0), but not the
    table of assigned bank codes: it lags behind the banks. Raises `IbanInvalid`.
    """
    stripped = text.strip()
    if not stripped:
        raise IbanInvalid(reason="empty")
    compact = re.sub(rf"[{_SPACES}.-]", "", stripped[:_TEXT_LENGTH_MAX])
    # Before the library sees it: it would read full-width digits as plain ones.
    if not (compact.isascii() and compact.isalnum()) or len(stripped) > _TEXT_LENGTH_MAX:
        raise IbanInvalid(reason="format")
    account = compact.upper()
    try:
        iban.validate(account, check_country=False)
    except InvalidChecksum:
        raise IbanInvalid(reason="check-digits") from None
    except ValidationError:
        raise IbanInvalid(reason="format") from None
    if account.startswith("BE") and (int(account[4:14]) % _MODULUS or _MODULUS) != int(account[14:]):
        raise IbanInvalid(reason="check-digits")
    return account


def pretty_iban(account: str) -> str:
    """The IBAN in groups of four: `BE68 5390 0754 7034`."""
    return " ".join(account[start : start + 4] for start in range(0, len(account), 4))
