"""Reminders go out: one mail a client and day, with all that is past due (SPEC I5, docs/adr/0020).

Its one law: no reminder of what is paid. The invoices are held while the mail is queued, so that a payment is booked before it or
after it; and nothing goes out while a bank file waits to be booked. Asked again on the same day, nothing more happens.
"""

from collections.abc import Sequence
from datetime import date

import structlog
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from tegoed.audit.actions import Action, record_event
from tegoed.banking.models import StatementFile, StatementFileState
from tegoed.banking.statement_of_account import statement_of_account
from tegoed.billing.models import Invoice, InvoiceState
from tegoed.billing.queries import on_account_cents
from tegoed.billing.reminders import OverdueInvoice, overdue_invoices, record_reminders, was_reminded
from tegoed.clients.billing_contacts import MailPurpose
from tegoed.clients.models import Client
from tegoed.clients.queries import the_issuer
from tegoed.flows.contact_mails import mail_contacts
from tegoed.flows.mails import page_address
from tegoed.flows.statement_papers import ENTRIES_ON_PAPER_MAX, statement_document
from tegoed.rules.dates import brussels_today
from tegoed.rules.money import format_euro
from tegoed.rules.reminder_levels import LEVEL_LAST
from tegoed.rules.structured_communication import pretty
from tegoed.rules.working_days import is_working_day
from tegoed.treasury.queries import to_be_collected

log = structlog.get_logger(__name__)

INVOICES_IN_MAIL_MAX = 50
"""A mail names so many; the page and the PDF have them all."""


def send_due_reminders() -> int:
    """Remind every client that is due today, each in its own transaction; how many. On working days only.

    One that fails is logged and the others go on.
    """
    on = brussels_today()
    if not is_working_day(on) or is_bank_file_waiting():
        return 0
    client_ids = dict.fromkeys(one.invoice.client_id for one in invoices_to_remind(on=on) if one.level)
    reminded = 0
    for client_id in client_ids:
        try:
            reminded += remind_client(client_id=client_id, on=on)
        except Exception:
            log.exception("client-not-reminded", client_id=client_id)
    return reminded


def invoices_to_remind(*, on: date, client: Client | None = None) -> list[OverdueInvoice]:
    """What is past due and asked for; not what is collected by direct debit, or on its way to be."""
    overdue = overdue_invoices(on=on, client=client)
    collected = to_be_collected(one.invoice.pk for one in overdue)
    return [one for one in overdue if one.invoice.pk not in collected]


def is_bank_file_waiting() -> bool:
    """Whether a bank file is received and not booked yet: what it pays must not be asked for."""
    return StatementFile.objects.filter(state=StatementFileState.RECEIVED).exists()


@transaction.atomic
def remind_client(*, client_id: int, on: date) -> bool:
    """Queue the client's reminder of the day; False when nothing is due (any more) or it went out already."""
    client = Client.objects.get(pk=client_id)
    held = Invoice.objects.select_for_update(of=("self",)).filter(client=client, state=InvoiceState.OPEN, due_on__lt=on)
    list(held.order_by("id").values_list("pk"))
    overdue = invoices_to_remind(on=on, client=client)
    if was_reminded(client, on) or not any(one.level for one in overdue):
        return False
    record_reminders(overdue, on=on)
    from_on = min(one.invoice.issued_on for one in overdue)
    statement = statement_of_account(client, from_on=from_on, to_on=on)
    if len(statement.entries) > ENTRIES_ON_PAPER_MAX:
        statement = statement_of_account(client, from_on=on, to_on=on)
    mail_contacts(
        client=client,
        purpose=MailPurpose.REMINDERS,
        event_key=f"reminder:client:{client.pk}:{on.isoformat()}",
        kind="reminder",
        words=lambda language: reminder_mail(client, overdue, language=language),
        documents=lambda language: [statement_document(statement, language=language, today=on)],
    )
    record_event(
        actor=None,
        action=Action.REMINDERS_SENT,
        client_id=client.pk,
        subject_id=client.pk,
        invoices=[f"{one.invoice.number} ({one.level})" for one in overdue if one.level],
    )
    return True


def reminder_mail(client: Client, overdue: Sequence[OverdueInvoice], *, language: str) -> tuple[str, str]:
    """(subject, text): what is past due, each with its level, and what follows; the tone is that of the highest new level.

    What it says of new orders is what `billing.queries.invoices_holding_back` does (SPEC O3).
    """
    level = max(one.level or 0 for one in overdue)
    issuer = the_issuer()
    with override(language):
        credit_cents = on_account_cents(client)
        facts = {
            "level": level,
            "levels": LEVEL_LAST,
            "amount": format_euro(sum(one.invoice.open_cents for one in overdue), language),
            "invoices": "\n".join(_line(one, language) for one in overdue[:INVOICES_IN_MAIL_MAX]),
            "page": page_address("portal:invoices", client_id=client.pk),
            "issuer": issuer.name,
            "email": issuer.email,
        }
        subject = gettext("Reminder %(level)s of %(levels)s: %(amount)s past its due date") % facts
        credit = (
            gettext("%(credit)s stands on account for you and is not deducted from these amounts.\n\n")
            % {"credit": format_euro(credit_cents, language)}
            if credit_cents
            else ""
        )
        text = (
            gettext("Hello,\n\n")
            + _tone(level)
            + gettext("Past their due date, %(amount)s in all:\n\n%(invoices)s\n\n") % facts
            + credit
            + gettext(
                "Please pay each invoice with its own structured communication. The attached statement of account has a "
                "QR code for each.\n\n"
                "Paid in the meantime? Then you need not do anything. Don't you agree with an invoice, or can't you pay it "
                "now? Write to %(email)s: we can pause the reminders while we look at it together.\n\n"
                "See your invoices: %(page)s?state=overdue\n\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text


def _tone(level: int) -> str:
    if level == 1:
        return gettext("Perhaps it escaped you: we have not received the payment of the invoices below yet.\n\n")
    if level == LEVEL_LAST:
        return gettext(
            "This is our last reminder. As long as these invoices are past their due date and not paid, new orders wait: "
            "we don't make their invoices and their vouchers are not loaded. That ends by itself as soon as they are "
            "paid.\n\n"
        )
    return gettext(
        "We still have not received the payment of the invoices below, after our first reminder. As long as they are not "
        "paid, the invoices of new orders wait.\n\n"
    )


def _line(one: OverdueInvoice, language: str) -> str:
    facts = {
        "number": one.invoice.number,
        "amount": format_euro(one.invoice.open_cents, language),
        "due": date_format(one.invoice.due_on, "DATE_FORMAT"),
        "communication": pretty(one.invoice.structured_communication),
        "level": one.level_told,
    }
    if not one.level_told:
        return gettext("- %(number)s: %(amount)s, due on %(due)s, communication %(communication)s") % facts
    return (
        gettext("- %(number)s: %(amount)s, due on %(due)s, communication %(communication)s (reminder %(level)s)")
        % facts
    )
