"""A client lets us collect its invoices: the mandate is signed in the portal, and revoked there (SPEC P5).

Its one law: what was signed is kept with who, when and from where, as a PDF that the client gets by mail at once; from
then on invoices say that they are collected, those issued before stay to be paid as they say.
"""

from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from tegoed.billing.actions import buyer_party, seller_party
from tegoed.clients.models import Client, User
from tegoed.clients.queries import the_issuer
from tegoed.flows.treasury_mails import tell_of_mandate
from tegoed.formats.invoice import Party
from tegoed.formats.mandate_pdf import MandateDocument, write_mandate_pdf
from tegoed.outbox.actions import keep_document
from tegoed.outbox.models import Document
from tegoed.treasury.mandates import end_mandate, keep_mandate_document, open_mandate
from tegoed.treasury.models import Mandate, MandateScheme
from tegoed.treasury.refusals import CreditorIdentifierMissing

PDF = "application/pdf"


@transaction.atomic
def sign_mandate(
    *,
    client: Client,
    scheme: MandateScheme,
    iban: str,
    signer_name: str,
    signer_function: str,
    signed_from: str,
    actor: User,
) -> Mandate:
    """Sign a mandate for this account (canonical IBAN); a suspended one gives way.

    Raises `CreditorIdentifierMissing`, `MandateInForce`.
    """
    issuer = the_issuer()
    if not issuer.creditor_identifier:
        raise CreditorIdentifierMissing
    mandate = open_mandate(
        client=client,
        scheme=scheme,
        iban=iban,
        signer_name=signer_name,
        signer_function=signer_function,
        signed_from=signed_from,
        creditor_identifier=issuer.creditor_identifier,
        creditor=asdict(seller_party(issuer)),
        debtor=asdict(buyer_party(client)),
        actor=actor,
        at=timezone.now(),
    )
    document = keep_document(
        file_name=_file_name(mandate),
        media_type=PDF,
        content=write_mandate_pdf(_snapshot(mandate), language=mandate.language),
    )
    keep_mandate_document(mandate=mandate, document=document)
    tell_of_mandate(mandate, documents=[document], is_revoked=False)
    return mandate


@transaction.atomic
def revoke_mandate(*, client: Client, mandate_id: int, actor: User) -> Mandate:
    """Collect nothing more under it. Raises `Mandate.DoesNotExist`, `MandateNotInForce`."""
    mandate = end_mandate(client=client, mandate_id=mandate_id, actor=actor, at=timezone.now())
    tell_of_mandate(mandate, documents=[], is_revoked=True)
    return mandate


def mandate_document(mandate: Mandate, *, language: str) -> Document:
    """The PDF as it was sent, or in another language made for this reader and not kept."""
    if language == mandate.language and mandate.document is not None:
        return mandate.document
    content = write_mandate_pdf(_snapshot(mandate), language=language)
    return Document(file_name=_file_name(mandate), media_type=PDF, content=content)


def _file_name(mandate: Mandate) -> str:
    return f"{mandate.reference}.pdf"


def _snapshot(mandate: Mandate) -> MandateDocument:
    return MandateDocument(
        reference=mandate.reference,
        scheme="b2b" if mandate.scheme == MandateScheme.B2B else "core",
        creditor=Party(**mandate.creditor),
        creditor_identifier=mandate.creditor_identifier,
        debtor=Party(**mandate.debtor),
        iban=mandate.iban,
        signer_name=mandate.signer_name,
        signer_function=mandate.signer_function,
        signed_at=mandate.signed_at,
        signed_from=mandate.signed_from,
    )
