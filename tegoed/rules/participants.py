"""Addresses in the Peppol network: `0208:` and the ten digits of a Belgian enterprise number.

Its one law: what is given back is written the one way the network knows, check digits right. Scheme 9925 (a VAT number)
is no longer used. That somebody answers at the address is not known here.
"""

from tegoed.errors import Refusal
from tegoed.rules.enterprise import EnterpriseNumberInvalid, read_enterprise_number

BELGIAN_ENTERPRISE_SCHEME = "0208"


class ParticipantInvalid(Refusal):
    """The text is no Peppol address of a Belgian company. Reasons: `scheme` (not 0208), `number`."""

    code = "participant-invalid"


def participant_of(enterprise_number: str) -> str:
    """The address under which a company is found by its ten digits."""
    return f"{BELGIAN_ENTERPRISE_SCHEME}:{enterprise_number}"


def read_participant(text: str) -> str:
    """`0208:0403170701` for that, or for an enterprise number in any usual spelling. Raises `ParticipantInvalid`."""
    scheme, colon, number = text.strip().rpartition(":")
    if colon and scheme.strip() != BELGIAN_ENTERPRISE_SCHEME:
        raise ParticipantInvalid(reason="scheme")
    try:
        return participant_of(read_enterprise_number(number))
    except EnterpriseNumberInvalid as refused:
        raise ParticipantInvalid(reason="number") from refused
