"""Where an e-invoice stands, for the client who waits for it: a word, since when, and what now.

Its one law: a client reads what concerns it, never the refusals of the rules nor the answers of an access point; those are
for staff, who mend them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tegoed.billing.models import CreditNote, Invoice
from tegoed.clients.models import Client
from tegoed.outbox.models import Transmission, TransmissionKind
from tegoed.outbox.models import TransmissionState as S
from tegoed.outbox.queries import transmissions_of

Words = str | Promise

STATES: dict[str, tuple[Words, Words]] = {
    S.QUEUED: (_("Being sent"), _("It goes out over Peppol by itself, within minutes.")),
    S.REFUSED_BY_RULES: (
        _("Not sent yet"),
        _("Something on it isn't right for Peppol. Customer service looks at it; pay as usual."),
    ),
    S.SENT: (_("Sent"), _("It is on its way over Peppol to your accounting software.")),
    S.DELIVERED: (_("Delivered"), _("It has arrived over Peppol: look in your accounting software.")),
    S.FAILED: (
        _("Not delivered"),
        _(
            "It could not be delivered over Peppol. Customer service looks why; do you receive e-invoices at another "
            "Peppol address, tell them. Pay as usual."
        ),
    ),
    S.CANCELLED: (_("By mail only"), _("It is not sent over Peppol. PDF and XML are on this page.")),
}
BY_MAIL: tuple[Words, Words] = (_("By mail only"), _("PDF and XML went to your billing address and are on this page."))


@dataclass(frozen=True, slots=True)
class EInvoice:
    """Where it stands. `receiver`: to which address it goes; empty by mail only."""

    code: str
    label: Words
    now: Words
    since: datetime | None = None
    receiver: str = ""


def e_invoices_of(client: Client, papers: Iterable[Invoice | CreditNote]) -> dict[int, EInvoice]:
    """Where the e-invoices of these papers, all of one kind, stand, by paper. One query; none for no papers."""
    listed = list(papers)
    if not listed:
        return {}
    kind = TransmissionKind.INVOICE if isinstance(listed[0], Invoice) else TransmissionKind.CREDIT_NOTE
    known = transmissions_of(client.pk, kind, [paper.pk for paper in listed])
    return {paper.pk: _told(known.get(paper.pk), paper) for paper in listed}


def _told(transmission: Transmission | None, paper: Invoice | CreditNote) -> EInvoice:
    if transmission is None:
        if paper.documents_at is None:
            return EInvoice(code=S.QUEUED, label=_("Being made"), now=_("It is being made; look again in a minute."))
        label, now = BY_MAIL
        return EInvoice(code="by_mail", label=label, now=now)
    label, now = STATES[transmission.state]
    return EInvoice(
        code=transmission.state,
        label=label,
        now=now,
        since=transmission.state_at,
        receiver="" if transmission.state == S.CANCELLED else transmission.receiver,
    )
