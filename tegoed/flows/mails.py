"""The words of the mails, in the language of their reader. (subject, text) each."""

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from tegoed.beneficiaries.models import IdentifierChange, IdentifierChangeState
from tegoed.billing.models import Invoice
from tegoed.orders.models import Order
from tegoed.rules.money import format_euro
from tegoed.rules.structured_communication import pretty


def page_address(name: str, **arguments: int) -> str:
    """The whole address of a page, for a mail."""
    return settings.SITE_URL + reverse(name, kwargs=arguments)


def invoice_mail(invoice: Invoice, *, language: str) -> tuple[str, str]:
    """An invoice goes out: what to pay, to which account, with which communication."""
    with override(language):
        facts = {
            "number": invoice.number,
            "kind": invoice.get_kind_display(),
            "order": invoice.order_id,
            "amount": format_euro(invoice.total_cents, language),
            "due": date_format(invoice.due_on, "DATE_FORMAT"),
            "iban": invoice.seller["iban"],
            "communication": pretty(invoice.structured_communication),
            "issuer": invoice.seller["name"],
            "page": page_address("portal:invoice", client_id=invoice.client_id, invoice_id=invoice.pk),
        }
        subject = gettext("%(kind)s %(number)s: %(amount)s to pay") % facts
        text = (
            gettext(
                "Hello,\n\n"
                "Here is %(kind)s %(number)s for order %(order)s, as PDF and as e-invoice (XML).\n\n"
                "To pay: %(amount)s before %(due)s\n"
                "Account: %(iban)s (%(issuer)s)\n"
                "Structured communication: %(communication)s\n\n"
                "Please pay with exactly this communication: without it the payment cannot be matched by itself, "
                "and the vouchers wait.\n\n"
                "See and download: %(page)s\n\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text


def order_loaded_mail(order: Order, *, language: str, issuer_name: str) -> tuple[str, str]:
    """The vouchers of an order are on the cards."""
    with override(language):
        facts = {
            "order": f"{order.pk} ({order.reference})" if order.reference else order.pk,
            "amount": format_euro(order.face_value_cents, language),
            "people": order.beneficiary_count,
            "page": page_address("portal:order", client_id=order.client_id, order_id=order.pk),
            "issuer": issuer_name,
        }
        subject = gettext("Order %(order)s: vouchers loaded") % {"order": order.pk}
        text = (
            gettext(
                "Hello,\n\n"
                "We received your payment. The vouchers of order %(order)s are loaded: "
                "%(amount)s for %(people)s beneficiaries.\n\n"
                "See the order: %(page)s\n\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text


def identifier_change_mail(change: IdentifierChange, *, language: str, issuer_name: str) -> tuple[str, str]:
    """What was decided about a number that the client asked to be replaced; no number stands in it (SPEC X2)."""
    with override(language):
        facts = {
            "name": change.beneficiary,
            "reason": change.decision_reason,
            "page": page_address(
                "portal:beneficiary", client_id=change.client_id, beneficiary_id=change.beneficiary_id
            ),
            "issuer": issuer_name,
        }
        if change.state == IdentifierChangeState.APPROVED:
            subject = gettext("The number of %(name)s was replaced") % facts
            told = gettext("The national number of %(name)s is in place. Card, vouchers and history stayed.")
        else:
            subject = gettext("The number of %(name)s was not replaced") % facts
            told = gettext("The number of %(name)s could not be replaced: %(reason)s")
        text = gettext("Hello,\n\n%(told)s\n\nSee the profile: %(page)s\n\n%(issuer)s") % (
            facts | {"told": told % facts}
        )
    return subject, text
