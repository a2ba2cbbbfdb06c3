"""Vouchers on paper: what one is worth, how an amount becomes vouchers, and their numbers (SPEC Q4).

Its one law: a number is 20 digits: the voucher's serial number, which makes it unique; a secret drawn by chance, which
keeps the next from being guessed; and two check digits (ISO 7064, MOD 97-10), which find every wrong digit and every
exchange of two. The database writes the same (`paper_vouchers.numbering`). It knows no orders.
"""

from typing import Final

from tegoed.errors import Refusal

PAPER_VALUES_CENTS: Final = (500, 1_000, 2_000, 2_500, 5_000)
"""What a printed voucher can be worth."""
USUAL_PAPER_VALUE_CENTS: Final = 1_000
VOUCHERS_OF_ONE_PERSON_MAX: Final = 1_000
"""Of one order line: beyond it a larger value was meant."""

SERIAL_DIGITS: Final = 10
SECRET_DIGITS: Final = 8
CHECK_MODULUS: Final = 97
NUMBER_DIGITS: Final = SERIAL_DIGITS + SECRET_DIGITS + 2
_DIGITS_READ_TOGETHER = 4


class PaperValueUnknown(Refusal):
    """No voucher on paper is worth that. Params: `value_cents`, `values` (the possible ones in words)."""

    code = "paper-value-unknown"


class PaperAmountImpossible(Refusal):
    """An amount that can't be given in vouchers of that value.

    Params: `amount_cents`, `value_cents`, `reason`: `not-whole` with `lower_cents` and `higher_cents`, the next amounts
    that can; or `too-many` with `count_max`.
    """

    code = "paper-amount-impossible"


def check_paper_value(value_cents: int) -> None:
    """Raises `PaperValueUnknown`."""
    if value_cents not in PAPER_VALUES_CENTS:
        raise PaperValueUnknown(value_cents=value_cents, values=", ".join(str(v // 100) for v in PAPER_VALUES_CENTS))


def check_paper_amount(amount_cents: int, value_cents: int) -> None:
    """Whether the amount is a whole number of vouchers of that value. Raises `PaperAmountImpossible`."""
    facts = {"amount_cents": amount_cents, "value_cents": value_cents}
    beyond_cents = amount_cents % value_cents
    if beyond_cents:
        lower_cents = amount_cents - beyond_cents
        raise PaperAmountImpossible(
            reason="not-whole", lower_cents=lower_cents, higher_cents=lower_cents + value_cents, **facts
        )
    if amount_cents // value_cents > VOUCHERS_OF_ONE_PERSON_MAX:
        raise PaperAmountImpossible(reason="too-many", count_max=VOUCHERS_OF_ONE_PERSON_MAX, **facts)


def voucher_number(*, serial: int, secret: int) -> str:
    """The number on the voucher. Raises `ValueError` for a serial or secret with too many digits."""
    if not (0 <= serial < 10**SERIAL_DIGITS and 0 <= secret < 10**SECRET_DIGITS):
        raise ValueError("too long for the number of a voucher")
    body = serial * 10**SECRET_DIGITS + secret
    check = CHECK_MODULUS + 1 - body * 100 % CHECK_MODULUS
    return f"{body:0{SERIAL_DIGITS + SECRET_DIGITS}d}{check:02d}"


def is_voucher_number(text: str) -> bool:
    """Whether it has the digits of a voucher's number and its check digits hold."""
    has_digits = len(text) == NUMBER_DIGITS and text.isascii() and text.isdigit()
    return has_digits and int(text) % CHECK_MODULUS == 1


def pretty_voucher_number(number: str) -> str:
    """In groups of four, as it is printed."""
    step = _DIGITS_READ_TOGETHER
    return " ".join(number[start : start + step] for start in range(0, len(number), step))
