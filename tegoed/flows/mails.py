"""The words of the mails, in the language of their reader. (subject, text) each."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from tegoed.beneficiaries.models import IdentifierChange, IdentifierChangeState
from tegoed.billing.models import Invoice
from tegoed.orders.models import Order
from tegoed.rules.money import format_euro
from tegoed.rules.structured_communication import pretty


def page_address(name: str, **arguments: int | str) -> str:
    """The whole address of a page, for a mail."""
    return settings.SITE_URL + reverse(name, kwargs=arguments)


def invoice_mail(invoice: Invoice, *, language: str) -> tuple[str, str]:
    """An invoice goes out: what to pay, to which account, with which communication; or why there is nothing to do."""
    with override(language):
        payable_cents = invoice.total_cents - invoice.prepaid_cents
        facts = {
            "number": invoice.number,
            "kind": invoice.get_kind_display(),
            "order": invoice.order_id,
            "total": format_euro(invoice.total_cents, language),
            "prepaid": format_euro(invoice.prepaid_cents, language),
            "amount": format_euro(payable_cents, language),
            "due": date_format(invoice.due_on, "DATE_FORMAT"),
            "iban": invoice.seller["iban"],
            "communication": pretty(invoice.structured_communication),
            "issuer": invoice.seller["name"],
            "page": page_address("portal:invoice", client_id=invoice.client_id, invoice_id=invoice.pk),
        }
        if invoice.direct_debit is not None:
            subject = gettext("%(kind)s %(number)s: we collect %(amount)s") % facts
        elif payable_cents == 0 and invoice.prepaid_cents:
            subject = gettext("%(kind)s %(number)s: paid from your credit") % facts
        else:
            subject = gettext("%(kind)s %(number)s: %(amount)s to pay") % facts
        facts["how"] = _how_to_pay(invoice, payable_cents, facts)
        text = (
            gettext(
                "Hello,\n\n"
                "Here is %(kind)s %(number)s for order %(order)s, as PDF and as e-invoice (XML).\n\n"
                "%(how)s\n\n"
                "See and download: %(page)s\n\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text


def _how_to_pay(invoice: Invoice, payable_cents: int, facts: Mapping[str, object]) -> str:
    """What credit paid of it, and how the rest is paid: by transfer, or by direct debit without doing anything."""
    parts = []
    if invoice.prepaid_cents:
        parts.append(gettext("Of the total of %(total)s, %(prepaid)s was paid from your credit on account.") % facts)
    told = invoice.direct_debit
    if told is not None:
        collected = {
            "on": date_format(date.fromisoformat(told["collect_on"]), "DATE_FORMAT"),
            "from": f"{told['iban'][:4]} …{told['iban'][-4:]}",
            "mandate": told["mandate_reference"],
            "identifier": told["creditor_identifier"],
        }
        parts.append(
            gettext(
                "We collect %(amount)s on %(on)s from your account %(from)s (mandate %(mandate)s, creditor identifier "
                "%(identifier)s). You have nothing to do: please make no transfer."
            )
            % {**facts, **collected}
        )
    elif payable_cents or not invoice.prepaid_cents:
        parts.append(
            gettext(
                "To pay: %(amount)s by %(due)s\n"
                "Account: %(iban)s (%(issuer)s)\n"
                "Structured communication: %(communication)s\n\n"
                "Please pay with exactly this communication: without it the payment cannot be matched by itself, "
                "and the vouchers wait."
            )
            % facts
        )
    else:
        parts.append(gettext("There is nothing left to pay."))
    return "\n\n".join(parts)


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
