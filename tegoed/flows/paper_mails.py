"""The mail that tells a client its vouchers on paper are made, and where they go."""

from django.utils.translation import gettext, override

from tegoed.flows.mails import page_address
from tegoed.orders.models import Order
from tegoed.paper_vouchers.models import PrintBatch
from tegoed.rules.money import format_euro

PLACES_NAMED_MAX = 30


def vouchers_made_mail(order: Order, *, language: str, issuer_name: str) -> tuple[str, str]:
    """The vouchers of an order have their numbers and go to the printer; then to these places."""
    with override(language):
        facts = {
            "order": f"{order.pk} ({order.reference})" if order.reference else order.pk,
            "count": order.voucher_count,
            "amount": format_euro(order.face_value_cents, language),
            "people": order.beneficiary_count,
            "places": _places(order),
            "page": page_address("portal:order", client_id=order.client_id, order_id=order.pk),
            "issuer": issuer_name,
        }
        subject = gettext("Order %(order)s: vouchers go to the printer") % {"order": order.pk}
        text = (
            gettext(
                "Hello,\n\n"
                "We received your payment. The vouchers on paper of order %(order)s are made: %(count)s vouchers, "
                "%(amount)s for %(people)s beneficiaries. They are printed now, sorted by person, and brought to:\n\n"
                "%(places)s\n\n"
                "See where they are: %(page)s\n\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text


def _places(order: Order) -> str:
    """A line for each place; the first ones of very many."""
    batches = PrintBatch.objects.filter(order=order, part=1).order_by("place_name", "id")
    lines = [
        f"- {batch.place_name}, {batch.street}, {batch.postcode} {batch.town}" for batch in batches[:PLACES_NAMED_MAX]
    ]
    if (left_count := batches.count() - len(lines)) > 0:
        lines.append(gettext("- and %(count)s more") % {"count": left_count})
    return "\n".join(lines)
