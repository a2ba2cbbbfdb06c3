"""The words of the mails about approving and crediting, in the language of their reader. (subject, text) each."""

from collections.abc import Sequence

from django.utils.translation import gettext, override

from tegoed.billing.models import CreditNote, Invoice
from tegoed.clients.models import User
from tegoed.flows.mails import page_address
from tegoed.orders.models import Order
from tegoed.rules.money import format_euro


def credit_note_mail(note: CreditNote, *, language: str) -> tuple[str, str]:
    """A credit note goes out: which invoice it takes back, and where the money is that was paid of it."""
    with override(language):
        facts = {
            "number": note.number,
            "invoice": note.invoice.number,
            "order": note.invoice.order_id,
            "amount": format_euro(note.total_cents, language),
            "freed": format_euro(note.freed_cents, language),
            "issuer": note.seller["name"],
            "page": page_address("portal:credit-note", client_id=note.client_id, credit_note_id=note.pk),
        }
        subject = gettext("Credit note %(number)s for invoice %(invoice)s") % facts
        paid = (
            gettext(
                "You already paid %(freed)s of it. That is your credit: use it for another invoice, or ask it back "
                "in the portal.\n\n"
            )
            if note.freed_cents
            else ""
        )
        text = (
            gettext(
                "Hello,\n\n"
                "Order %(order)s was cancelled. Credit note %(number)s takes back invoice %(invoice)s: %(amount)s. "
                "Don't pay that invoice any more.\n\n"
            )
            + paid
            + gettext("See and download: %(page)s\n\n%(issuer)s")
        ) % facts
    return subject, text


def credited_invoice_mail(invoice: Invoice, *, language: str) -> tuple[str, str]:
    """An invoice that was credited before it was sent: for the books, not to be paid."""
    with override(language):
        facts = {
            "number": invoice.number,
            "order": invoice.order_id,
            "issuer": invoice.seller["name"],
            "page": page_address("portal:invoice", client_id=invoice.client_id, invoice_id=invoice.pk),
        }
        subject = gettext("Invoice %(number)s, credited: nothing to pay") % facts
        text = (
            gettext(
                "Hello,\n\n"
                "Order %(order)s was cancelled just after invoice %(number)s was made. Don't pay it: a credit note takes "
                "it back. You get both for your books.\n\n"
                "See and download: %(page)s\n\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text


def approval_wanted_mail(orders: Sequence[Order], reader: User, *, issuer_name: str) -> tuple[str, str]:
    """Orders wait for a second pair of eyes."""
    with override(reader.language):
        confirmer = orders[0].confirmed_by
        facts = _facts(orders, reader, issuer_name)
        facts["confirmer"] = confirmer.full_name if confirmer else gettext("A colleague")
        subject = gettext("Order %(order)s waits for your approval") % facts
        text = (
            gettext(
                "Hello,\n\n"
                "%(confirmer)s confirmed order %(order)s: %(amount)s. "
                "Nothing is ordered before somebody else approves it.\n\n"
                "Look and approve: %(page)s\n\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text


def approved_mail(orders: Sequence[Order], reader: User, *, approver: User, issuer_name: str) -> tuple[str, str]:
    """To who confirmed: a colleague approved."""
    with override(reader.language):
        facts = _facts(orders, reader, issuer_name) | {"approver": approver.full_name}
        subject = gettext("Order %(order)s is approved") % facts
        text = (
            gettext(
                "Hello,\n\n"
                "%(approver)s approved order %(order)s. The invoices follow by mail.\n\n"
                "See the order: %(page)s\n\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text


def sent_back_mail(
    orders: Sequence[Order], reader: User, *, approver: User, reason: str, issuer_name: str
) -> tuple[str, str]:
    """To who confirmed: a colleague sent the orders back, and why."""
    with override(reader.language):
        facts = _facts(orders, reader, issuer_name) | {"approver": approver.full_name, "reason": reason}
        subject = gettext("Order %(order)s was sent back") % facts
        text = (
            gettext(
                "Hello,\n\n"
                "%(approver)s sent order %(order)s back to you. Nothing was ordered.\n\n"
                "Why: %(reason)s\n\n"
                "Change it and confirm again: %(page)s\n\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text


def _facts(orders: Sequence[Order], reader: User, issuer_name: str) -> dict[str, str]:
    first = orders[0]
    return {
        "order": ", ".join(str(order.pk) for order in orders),
        "amount": format_euro(sum(order.total_cents for order in orders), reader.language),
        "page": page_address("portal:order", client_id=first.client_id, order_id=first.pk),
        "issuer": issuer_name,
    }
