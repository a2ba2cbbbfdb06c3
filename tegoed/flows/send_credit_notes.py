"""Credit notes go out as invoices do: documents made and kept, a mail queued, each in its own transaction (SPEC O6, I1)."""

from django.db import transaction

from tegoed.billing.models import CreditNote
from tegoed.clients.billing_contacts import MailPurpose
from tegoed.flows.contact_mails import mail_contacts
from tegoed.flows.order_mails import credit_note_mail
from tegoed.flows.transmit import documents_or_refused, queue_e_invoice


def send_credit_notes(*, order_id: int) -> int:
    """Send those of an order that were not sent yet; how many."""
    waiting = CreditNote.objects.filter(invoice__order_id=order_id, documents_at=None).order_by("id")
    return sum(send_credit_note(credit_note_id=note_id) for note_id in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def send_credit_note(*, credit_note_id: int) -> bool:
    """Make PDF and UBL and queue the mail of one credit note; False when another worker has it or did it."""
    note = (
        CreditNote.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("client", "invoice__order")
        .filter(pk=credit_note_id, documents_at=None)
        .first()
    )
    if note is None:
        return False
    documents = documents_or_refused(note)
    if documents is None:
        return False
    mail_contacts(
        client=note.client,
        purpose=MailPurpose.INVOICES,
        event_key=f"credit-note:{note.pk}",
        kind="credit_note",
        words=lambda language: credit_note_mail(note, language=language),
        documents=documents,
    )
    queue_e_invoice(paper=note, documents=documents)
    return True
