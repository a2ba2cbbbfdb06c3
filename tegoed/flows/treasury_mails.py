"""The words of the mails about refunds, mandates and collections, in the language of their reader, queued with their cause."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext, override

from tegoed.clients.billing_contacts import MailPurpose
from tegoed.clients.models import Issuer, Language
from tegoed.clients.queries import the_issuer
from tegoed.flows.contact_mails import mail_contacts
from tegoed.flows.jobs import send_messages_job
from tegoed.flows.mails import page_address
from tegoed.outbox.actions import queue_message
from tegoed.outbox.models import Document
from tegoed.rules.enterprise import pretty_iban
from tegoed.rules.money import format_euro
from tegoed.treasury.models import Collection, Mandate, MandateScheme, Refund, RefundState
from tegoed.treasury.reasons import reason_in_words

_SHOWN_DIGITS = 4


def masked_iban(iban: str) -> str:
    """`BE68 …7034`: enough to know it, too little to use it."""
    return f"{iban[:4]} …{iban[-_SHOWN_DIGITS:]}"


def tell_of_refund(refund: Refund) -> None:
    """Tell the client what became of its refund; when it came back from the bank, the issuer too."""
    issuer = the_issuer()
    if refund.client is not None:
        mail_contacts(
            client=refund.client,
            purpose=MailPurpose.PAYMENT_NOTICES,
            event_key=f"refund:{refund.pk}:{refund.state}",
            kind="refund",
            words=lambda language: _refund_mail(refund, language=language, issuer=issuer),
        )
    if refund.state == RefundState.RETURNED:
        language = Language.NL.value
        with override(language):
            facts = _refund_facts(refund, language=language, issuer=issuer)
            facts["page"] = page_address("backoffice:refund", refund_id=refund.pk)
            subject = gettext("Refund of %(amount)s came back from the bank") % facts
            text = (
                gettext(
                    "Hello,\n\nThe refund of %(amount)s to %(name)s (%(iban)s) came back: %(reason)s. The money lies where it "
                    "was before.\n\nSee the refund: %(page)s\n\n%(issuer)s"
                )
                % facts
            )
        queue_message(
            event_key=f"refund:{refund.pk}:returned:staff",
            kind="refund",
            client_id=refund.client_id,
            recipient=issuer.email,
            language=language,
            subject=subject,
            text=text,
        )
        send_messages_job.defer()


def _refund_facts(refund: Refund, *, language: str, issuer: Issuer) -> dict[str, str]:
    return {
        "amount": format_euro(refund.amount_cents, language),
        "name": refund.name,
        "iban": masked_iban(refund.iban),
        "reason": reason_in_words(refund.return_reason)
        if refund.state == RefundState.RETURNED
        else refund.decision_reason,
        "issuer": issuer.name,
    }


def _refund_mail(refund: Refund, *, language: str, issuer: Issuer) -> tuple[str, str]:
    with override(language):
        facts = _refund_facts(refund, language=language, issuer=issuer)
        facts["page"] = page_address("portal:credit", client_id=refund.client_id or 0)
        if refund.state == RefundState.APPROVED:
            subject = gettext("We pay %(amount)s back") % facts
            told = gettext("Your refund of %(amount)s is approved. The bank gets it next, for the account %(iban)s.")
        elif refund.state == RefundState.PAID:
            subject = gettext("We paid %(amount)s back") % facts
            told = gettext("Our bank paid %(amount)s to the account %(iban)s.")
        elif refund.state == RefundState.RETURNED:
            subject = gettext("Refund of %(amount)s came back from the bank") % facts
            told = gettext(
                "The refund of %(amount)s to the account %(iban)s came back: %(reason)s. The amount is on your credit again: "
                "ask it back to another account, or use it for an invoice."
            )
        elif refund.state == RefundState.REFUSED:
            subject = gettext("Your refund of %(amount)s was not approved") % facts
            told = gettext("We can't pay %(amount)s back: %(reason)s. The amount stays on your credit.")
        else:
            subject = gettext("Your refund of %(amount)s was cancelled") % facts
            told = gettext("The refund of %(amount)s does not go on. The amount is on your credit.")
        text = gettext("Hello,\n\n%(told)s\n\nYour credit: %(page)s\n\n%(issuer)s") % (facts | {"told": told % facts})
    return subject, text


def tell_of_returned_collection(collection: Collection, *, is_mandate_stopped: bool, is_refused: bool) -> None:
    """The client reads that a collection failed or was taken back, why, and how to pay now."""
    state = "refused" if is_refused else "returned"
    mail_contacts(
        client=collection.client,
        purpose=MailPurpose.REMINDERS,  # somebody always receives those, and it asks for a payment
        event_key=f"collection:{collection.pk}:{state}",
        kind="collection_returned",
        words=lambda language: _returned_collection_mail(
            collection, language=language, is_mandate_stopped=is_mandate_stopped, is_refused=is_refused
        ),
    )


def _returned_collection_mail(
    collection: Collection, *, language: str, is_mandate_stopped: bool, is_refused: bool
) -> tuple[str, str]:
    invoice = collection.invoice
    with override(language):
        facts = {
            "amount": format_euro(collection.amount_cents, language),
            "number": invoice.number,
            "iban": masked_iban(collection.mandate.iban),
            "reason": reason_in_words(collection.return_reason),
            "page": page_address("portal:invoice", client_id=collection.client_id, invoice_id=invoice.pk),
            "issuer": invoice.seller["name"],
        }
        subject = gettext("Direct debit of invoice %(number)s did not succeed") % facts
        told = (
            gettext("Your bank refused to pay %(amount)s for invoice %(number)s from the account %(iban)s: %(reason)s.")
            if is_refused
            else gettext("Your bank took %(amount)s for invoice %(number)s back to the account %(iban)s: %(reason)s.")
        )
        lines = [told % facts, gettext("The invoice is still to be paid: please pay it by transfer, as its page says.")]
        if is_mandate_stopped:
            lines.append(gettext("We collect nothing more under this mandate. You can sign a new one in the portal."))
        text = gettext("Hello,\n\n%(told)s\n\nThe invoice: %(page)s\n\n%(issuer)s") % (
            facts | {"told": "\n".join(lines)}
        )
    return subject, text


def tell_of_mandate(mandate: Mandate, *, documents: Sequence[Document], is_revoked: bool) -> None:
    """The client gets what was signed as PDF, or reads that it was revoked."""
    state = "revoked" if is_revoked else "signed"
    mail_contacts(
        client=mandate.client,
        purpose=MailPurpose.INVOICES,
        event_key=f"mandate:{mandate.pk}:{state}",
        kind="mandate",
        words=lambda language: _mandate_mail(mandate, language=language, is_revoked=is_revoked),
        documents=documents,
    )


def _mandate_mail(mandate: Mandate, *, language: str, is_revoked: bool) -> tuple[str, str]:
    with override(language):
        facts = {
            "reference": mandate.reference,
            "iban": pretty_iban(mandate.iban),
            "signer": mandate.signer_name,
            "on": date_format(mandate.signed_at, "DATE_FORMAT"),
            "page": page_address("portal:direct-debit", client_id=mandate.client_id),
            "issuer": mandate.creditor["name"],
        }
        if is_revoked:
            subject = gettext("Direct debit: mandate %(reference)s was revoked") % facts
            told = (
                gettext("We collect nothing more under mandate %(reference)s. You pay invoices by transfer again.")
                % facts
            )
        else:
            subject = gettext("Direct debit: mandate %(reference)s was signed") % facts
            told = (
                gettext(
                    "%(signer)s signed the mandate on %(on)s: invoices made from now on are collected from the account "
                    "%(iban)s. You find it enclosed."
                )
                % facts
            )
            if mandate.scheme == MandateScheme.B2B:
                told += "\n" + gettext("Give a copy to your bank: it pays a B2B mandate only when it knows it.")
        text = gettext("Hello,\n\n%(told)s\n\nDirect debit: %(page)s\n\n%(issuer)s") % (facts | {"told": told})
    return subject, text
