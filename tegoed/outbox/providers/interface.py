"""What a provider is: something that takes an e-invoice to its receiver.

Its one law: `send` either gave the document away and returns, or raises. `NotAccepted` is final; any other exception means
"try again later". The same key may come twice, since a worker may be killed after sending: it must arrive once.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

REFERENCE_LENGTH_MAX = 200
DETAIL_LENGTH_MAX = 300


@dataclass(frozen=True, slots=True)
class EInvoice:
    """The document as it goes out: UBL in UTF-8 under a file name of letters, digits and hyphens."""

    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a document that was sent; `detail` in the provider's own words."""

    state: Literal["delivered", "failed"]
    detail: str = ""


class NotAccepted(Exception):  # noqa: N818 - an answer of the provider
    """The provider refuses the document; sending the same again would not help. The argument is its reason."""


class Provider(Protocol):
    """`sender` and `receiver` are Peppol addresses (`0208:0403170701`); `key` is the same at each try."""

    def send(self, document: EInvoice, *, sender: str, receiver: str, key: str) -> str:
        """Give the document away; how the provider calls it (at most 200 characters). Raises `NotAccepted`."""

    def poll(self, reference: str) -> Answer | None:
        """What became of it; None while nobody knows (or, for a provider without answers, always)."""


def in_one_line(text: str) -> str:
    """Words of somebody else, fit to be shown: one line without control characters, cut off."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:DETAIL_LENGTH_MAX]
