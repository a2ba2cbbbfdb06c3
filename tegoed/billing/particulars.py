"""Whether a client's particulars can stand on an invoice, asked before there is one (SPEC I4).

Its one law: an issued invoice can't be mended, so what would be refused later is refused when the order is confirmed.
"""

from tegoed.billing.actions import buyer_party
from tegoed.clients.models import Client
from tegoed.errors import Refusal
from tegoed.formats.invoice import InvoiceFactRefused, InvoiceTextRefused, check_party


class ClientParticularsFaulty(Refusal):
    """No invoice can be made for the client. Reasons: `address` (an owner mends it), `identity` (customer service does)."""

    code = "client-particulars-faulty"


_MENDED_BY_OWNER = {"buyer.street", "buyer.postcode", "buyer.town", "buyer.email"}


def check_client_particulars(client: Client) -> None:
    """Raises `ClientParticularsFaulty` with the field in `field`."""
    try:
        check_party("buyer", buyer_party(client))
    except (InvoiceTextRefused, InvoiceFactRefused) as refused:
        field = refused.params["field"]
        reason = "address" if field in _MENDED_BY_OWNER else "identity"
        raise ClientParticularsFaulty(reason=reason, field=field.removeprefix("buyer.")) from refused
