"""Reminders of invoices past their due date: which are due, which are paused, which went (SPEC I5, docs/adr/0020).

Its one law: an invoice gets each level once, one after the other (`rules.reminder_levels`), and none while it or its client is
paused. It sends nothing (`flows.send_reminders`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.billing.models import Invoice, InvoiceState, Reminder, ReminderPause
from tegoed.clients.models import Client, User
from tegoed.clients.queries import the_issuer
from tegoed.errors import Refusal
from tegoed.rules.reminder_levels import reminder_due

PAUSE_DAYS_MAX = 366
REASON_LENGTH_MAX = 200


class ReminderPauseImpossible(Refusal):
    """A pause ends today at the earliest and within a year."""

    code = "reminder-pause-impossible"


@dataclass(frozen=True, slots=True)
class OverdueInvoice:
    """An open invoice past its due date. `level`: the reminder due today; None: none. `level_before`: the last one sent."""

    invoice: Invoice
    level: int | None
    level_before: int

    @property
    def level_told(self) -> int:
        """The level that stands beside it in a mail of today; 0 for none."""
        return self.level or self.level_before


def overdue_invoices(*, on: date, client: Client | None = None) -> list[OverdueInvoice]:
    """What is past due and not paused, by client and due date, each with the reminder it gets on that day. One statement."""
    days = the_issuer().reminder_days
    invoices = Invoice.objects.filter(state=InvoiceState.OPEN, due_on__lt=on)
    if client is not None:
        invoices = invoices.filter(client=client)
    told = (
        invoices.filter(~Exists(_pauses_of_invoice(on)))
        .select_related("client")
        .annotate(level_before=Max("reminders__level"), sent_before_on=Max("reminders__sent_on"))
        .order_by("client__name", "client_id", "due_on", "id")
    )
    return [
        OverdueInvoice(
            invoice,
            reminder_due(
                due_on=invoice.due_on,
                on=on,
                days=days,
                level_before=invoice.level_before or 0,
                sent_before_on=invoice.sent_before_on,
            ),
            invoice.level_before or 0,
        )
        for invoice in told
    ]


def _pauses_of_invoice(on: date) -> QuerySet[ReminderPause]:
    return running_pauses(on).filter(Q(invoice=OuterRef("pk")) | Q(invoice=None), client=OuterRef("client_id"))


def running_pauses(on: date) -> QuerySet[ReminderPause]:
    """Pauses in force on that day, those that end first before."""
    pauses = ReminderPause.objects.filter(ended_at=None, until_on__gte=on).order_by("until_on", "id")
    return pauses.select_related("client", "invoice", "paused_by")


def reminders_sent() -> QuerySet[Reminder]:
    """All reminders, newest first, with invoice and client."""
    return Reminder.objects.select_related("invoice", "client").order_by("-sent_on", "-id")


def was_reminded(client: Client, on: date) -> bool:
    """Whether the client got a reminder that day already: one mail a day."""
    return Reminder.objects.filter(client=client, sent_on=on).exists()


def record_reminders(overdue: Sequence[OverdueInvoice], *, on: date) -> list[Reminder]:
    """Write down those that are due; the caller holds the invoices. The database refuses the same level twice."""
    return Reminder.objects.bulk_create(
        Reminder(
            client_id=one.invoice.client_id,
            invoice=one.invoice,
            level=one.level,
            sent_on=on,
            open_cents=one.invoice.open_cents,
        )
        for one in overdue
        if one.level is not None
    )


@transaction.atomic
def pause_reminders(
    *, client: Client, invoice_id: int | None, until_on: date, reason: str, on: date, actor: User
) -> ReminderPause:
    """No reminders of the client, or of one of its invoices, up to and including a day; a reason of staff in the trail.

    Raises `Invoice.DoesNotExist`, `ReminderPauseImpossible`.
    """
    if not on <= until_on <= on + timedelta(days=PAUSE_DAYS_MAX):
        raise ReminderPauseImpossible
    invoice = None if invoice_id is None else Invoice.objects.get(client=client, pk=invoice_id)
    pause = ReminderPause.objects.create(
        client=client, invoice=invoice, until_on=until_on, reason=reason[:REASON_LENGTH_MAX], paused_by=actor
    )
    record_event(
        actor=actor,
        action=Action.REMINDERS_PAUSED,
        client_id=client.pk,
        subject_id=pause.pk,
        invoices=[invoice.number] if invoice else [],
        until=until_on.isoformat(),
        reason=pause.reason,
    )
    return pause


@transaction.atomic
def end_pause(*, pause_id: int, actor: User) -> ReminderPause:
    """Reminders go out again. Ended already: nothing happens. Raises `ReminderPause.DoesNotExist`."""
    pause = ReminderPause.objects.select_for_update(of=("self",)).select_related("client", "invoice").get(pk=pause_id)
    if pause.ended_at is None:
        pause.ended_at = timezone.now()
        pause.save(update_fields=["ended_at"])
        record_event(
            actor=actor,
            action=Action.REMINDERS_RESUMED,
            client_id=pause.client_id,
            subject_id=pause.pk,
            invoices=[pause.invoice.number] if pause.invoice else [],
        )
    return pause
