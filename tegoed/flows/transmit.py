"""An e-invoice goes over the network (SPEC I4): addressed, checked against the rules, queued; sent again by hand.

Its one law: nothing that the rules refuse is queued, and nothing is lost by being refused: it waits for staff with its
reasons. An issued document isn't changed to please the network; only its address in the network may be another one
than on the day of issue, and then a new file is made and kept beside the one that was mailed.
"""

from collections.abc import Sequence
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from tegoed.billing.documents import MEDIA_TYPES, Paper, make_documents, readdressed_ubl
from tegoed.billing.models import CreditNote, Invoice
from tegoed.clients.models import Client, User
from tegoed.errors import Refusal
from tegoed.flows.jobs import send_transmissions_job
from tegoed.formats.peppol import faults_of
from tegoed.outbox.models import Document, Transmission, TransmissionKind
from tegoed.outbox.states import RETRIED_BY_HAND
from tegoed.outbox.transmissions import (
    Shipment,
    TransmissionNotPossible,
    queue_transmission,
    retry_transmission,
)
from tegoed.rules.participants import participant_of

log = structlog.get_logger(__name__)

REFUSALS_KEPT_MAX = 20
OFF = "off"


class NetworkSwitchedOff(Refusal):
    """This installation sends no e-invoices over Peppol (TEGOED_PEPPOL=off)."""

    code = "network-switched-off"


class ClientNotOnPeppol(Refusal):
    """The client gets its e-invoices by mail only. Params: `client`."""

    code = "client-not-on-peppol"


def goes_over_network(client: Client) -> bool:
    """Whether e-invoices of the client are sent over Peppol at all."""
    return settings.PEPPOL_PROVIDER != OFF and client.is_on_peppol


def queue_e_invoice(*, paper: Paper, documents: Sequence[Document]) -> Transmission | None:
    """Queue the XML among these documents, in the caller's transaction, or keep it as refused; None: by mail only.

    The job that sends the paper's mail sends the e-invoice after it.
    """
    if not goes_over_network(paper.client):
        return None
    (xml,) = [document for document in documents if document.media_type == MEDIA_TYPES["ubl"]]
    return queue_transmission(shipment=_checked_shipment(paper, xml), provider=settings.PEPPOL_PROVIDER)


def documents_or_refused(paper: Paper) -> list[Document] | None:
    """The documents of a paper that the caller holds locked; None when none can be made: staff see it in the queue, and why.

    For a paper that goes by mail only the refusal is raised: nobody would see it there.
    """
    try:
        return make_documents(paper=paper)
    except Refusal as refusal:
        if not goes_over_network(paper.client):
            raise
        log.warning("documents-refused", number=paper.number, code=refusal.code, facts=refusal.params)
        shipment = _shipment(paper, document=None, refusals=[_kept(refusal)])
        queue_transmission(shipment=shipment, provider=settings.PEPPOL_PROVIDER)
        return None


@transaction.atomic
def send_again(*, transmission_id: int, actor: User) -> Transmission:
    """Check it once more, as the client's particulars are now, and queue it if nothing speaks against it.

    Raises `Transmission.DoesNotExist`, `TransmissionNotPossible`, `NetworkSwitchedOff`, `ClientNotOnPeppol`.
    """
    transmission = Transmission.objects.select_for_update().get(pk=transmission_id)
    if transmission.state not in RETRIED_BY_HAND:
        raise TransmissionNotPossible(state=transmission.state)
    if settings.PEPPOL_PROVIDER == OFF:
        raise NetworkSwitchedOff
    paper = _paper_of(transmission)
    if not paper.client.is_on_peppol:
        raise ClientNotOnPeppol(client=paper.client.name)
    kept = [link.document for link in paper.documents.select_related("document").filter(format="ubl")]
    shipment = (
        _checked_shipment(paper, kept[0]) if kept else _shipment(paper, document=None, refusals=transmission.refusals)
    )
    again = retry_transmission(
        transmission_id=transmission_id, shipment=shipment, provider=settings.PEPPOL_PROVIDER, actor=actor
    )
    if not again.refusals:
        send_transmissions_job.defer()
    return again


def _paper_of(transmission: Transmission) -> Paper:
    if transmission.kind == TransmissionKind.INVOICE:
        return Invoice.objects.select_related("client", "order").get(pk=transmission.subject_id)
    return CreditNote.objects.select_related("client", "invoice__order").get(pk=transmission.subject_id)


def _checked_shipment(paper: Paper, xml: Document) -> Shipment:
    """The paper under the client's address of today, with what the rules have against it."""
    receiver = _receiver(paper.client)
    if receiver != (paper.buyer.get("peppol_id") or participant_of(paper.buyer["enterprise_number"])):
        try:
            xml = readdressed_ubl(paper=paper, peppol_id=receiver)
        except Refusal as refusal:
            return _shipment(paper, document=xml, refusals=[_kept(refusal)])
    faults = faults_of(bytes(xml.content), receiver=receiver)
    return _shipment(paper, document=xml, refusals=[_kept(fault) for fault in faults[:REFUSALS_KEPT_MAX]])


def _shipment(paper: Paper, *, document: Document | None, refusals: Sequence[dict[str, Any]]) -> Shipment:
    return Shipment(
        kind=TransmissionKind.INVOICE if isinstance(paper, Invoice) else TransmissionKind.CREDIT_NOTE,
        subject_id=paper.pk,
        number=paper.number,
        client_id=paper.client_id,
        sender=participant_of(paper.seller["enterprise_number"]),
        receiver=_receiver(paper.client),
        document=document,
        refusals=refusals,
    )


def _receiver(client: Client) -> str:
    return client.peppol_id or participant_of(client.enterprise_number)


def _kept(refusal: Refusal) -> dict[str, Any]:
    """A refusal as it is stored: its code and facts."""
    return {"code": refusal.code, "params": refusal.params}
