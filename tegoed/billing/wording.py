"""The words on invoices and credit notes, in the language of the document whatever the reader's own."""

from django.utils.translation import gettext, override

from tegoed.clients.models import ProductChoice
from tegoed.orders.models import CostReasonChoice


def row_description(reason: str, product: str, language: str) -> str:
    """What a row is for: the reason, and for the vouchers themselves which product."""
    with override(language):
        words = str(CostReasonChoice(reason).label)
        if reason in {CostReasonChoice.FACE_VALUE, CostReasonChoice.SERVICE, CostReasonChoice.LOADING}:
            return gettext("%(product)s: %(reason)s") % {"product": ProductChoice(product).label, "reason": words}
        return words


def credit_terms(invoice_number: str, language: str) -> str:
    """What a credit note says where an invoice says how to pay."""
    with override(language):
        return gettext("Nothing to pay: this credit note takes back invoice %(number)s.") % {"number": invoice_number}


def fee_exemption_reason(language: str) -> str:
    """Why a fee is without VAT: its tariff says so. The face value has its own reason, a setting of the issuer."""
    with override(language):
        return gettext("No VAT on this service, as agreed in the tariff")
