"""Why a bank takes a payment or collection back, in words: the reason codes of ISO 20022 that SEPA banks use.

Its one law: a reader sees words, and the code behind them for who calls the bank. Source: European Payments Council,
EPC173-14, guidance on reason codes for SEPA direct debit R-transactions.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "AC01": _("the account number is wrong"),
    "AC04": _("the account is closed"),
    "AC06": _("the account is blocked"),
    "AC13": _("the account is one of a consumer"),
    "AG01": _("this kind of payment is not allowed on the account"),
    "AG02": _("the bank could not read the instruction"),
    "AM04": _("there was not enough money on the account"),
    "AM05": _("it was a duplicate"),
    "BE05": _("the bank does not know the creditor identifier"),
    "CNOR": _("the bank of the creditor can't be reached"),
    "DNOR": _("the bank of the account can't be reached"),
    "FF01": _("the bank could not read the file"),
    "MD01": _("there is no valid mandate"),
    "MD02": _("the particulars of the mandate are wrong"),
    "MD06": _("the holder of the account asked the money back"),
    "MD07": _("the holder of the account died"),
    "MS02": _("the holder of the account refused"),
    "MS03": _("the bank gives no reason"),
    "RC01": _("the bank's identifier is wrong"),
    "RR01": _("the law asks for particulars that were missing"),
    "RR04": _("a legal reason"),
    "SL01": _("the holder of the account told its bank to refuse"),
}

STOPPING = frozenset({"AC01", "AC04", "AC06", "AC13", "AG01", "MD01", "MD02", "MD06", "MD07", "MS02", "SL01"})
"""After these, collecting again under the same mandate would fail again, or is not wanted: the mandate is suspended."""


def reason_in_words(code: str) -> str:
    """`the account is closed (AC04)`, in the language that is active."""
    if not code:
        return _now("the bank gives no reason")
    words = REASONS.get(code)
    return f"{words} ({code})" if words else _now("reason %(code)s") % {"code": code}
