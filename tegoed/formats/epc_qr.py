"""The EPC QR code (EPC069-12, version 002): a picture a bank app turns into a filled-in transfer.

Its one law: it shows only what can be paid as it stands, with right check digits in IBAN and communication and an
amount the scheme can carry; otherwise there is no picture, and the refusal says why. The 12 digits stand bare on the
line of the structured reference: Belgian bank apps fill in their structured field from there and from nowhere else.
It is not the payment itself, nor proof of one.
"""

from typing import ClassVar

import segno

from tegoed.errors import Refusal
from tegoed.formats.invoice import is_bic, is_canonical_iban, is_communication

AMOUNT_CENTS_MIN = 1
AMOUNT_CENTS_MAX = 99_999_999_999
NAME_CHARACTERS_MAX = 70
PAYLOAD_BYTES_MAX = 331
MASK = 4
# All lines but the name at their longest (BIC 11, IBAN 34, amount 15, communication 12) take 91 bytes.
_NAME_BYTES_MAX = PAYLOAD_BYTES_MAX - 91


class EpcQrImpossible(Refusal):
    """This payment can't be drawn as an EPC QR. Params: `field`, `reason`."""

    code: ClassVar[str] = "epc-qr-impossible"


def epc_payload(*, name: str, iban: str, bic: str, amount_cents: int, communication: str) -> bytes:
    """The text of one transfer in euro, UTF-8, at most 331 bytes, lines ended by LF.

    `communication` is the 12 digits. A name longer than the scheme allows is cut. Raises `EpcQrImpossible`.
    """
    if not AMOUNT_CENTS_MIN <= amount_cents <= AMOUNT_CENTS_MAX:
        raise EpcQrImpossible(field="amount", reason="out-of-range")
    if not is_canonical_iban(iban):
        raise EpcQrImpossible(field="iban", reason="not-an-iban")
    if not is_bic(bic):
        raise EpcQrImpossible(field="bic", reason="not-a-bic")
    if not is_communication(communication):
        raise EpcQrImpossible(field="communication", reason="not-12-digits-mod-97")
    amount = f"EUR{amount_cents // 100}.{amount_cents % 100:02d}"
    no_purpose = ""
    lines = ("BCD", "002", "1", "SCT", bic, _payee_name(name), iban, amount, no_purpose, communication)
    return "\n".join(lines).encode()


def make_epc_qr(*, name: str, iban: str, bic: str, amount_cents: int, communication: str) -> segno.QRCode:
    """The code for one transfer, error correction M as the scheme prescribes. Raises `EpcQrImpossible`."""
    payload = epc_payload(name=name, iban=iban, bic=bic, amount_cents=amount_cents, communication=communication)
    # The mask is fixed: a reader takes any of the eight, and weighing them all is four fifths of the work of drawing.
    return segno.make_qr(payload, error="m", boost_error=False, mask=MASK)


def epc_qr_svg(*, name: str, iban: str, bic: str, amount_cents: int, communication: str) -> str:
    """The code as an SVG drawing for a web page: one unit per module, quiet zone included. Raises `EpcQrImpossible`."""
    code = make_epc_qr(name=name, iban=iban, bic=bic, amount_cents=amount_cents, communication=communication)
    return str(code.svg_inline(omitsize=True))


def _payee_name(name: str) -> str:
    """One line of at most 70 characters that leaves room for all other lines."""
    line = " ".join(name.split())
    if not line:
        raise EpcQrImpossible(field="name", reason="empty")
    kept = line[:NAME_CHARACTERS_MAX].encode()[:_NAME_BYTES_MAX]
    return kept.decode(errors="ignore").rstrip()
