"""The statement of account on paper, and by mail to the contacts that receive statements (SPEC I5)."""

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from tegoed.audit.actions import Action, record_event
from tegoed.banking.statement_of_account import Entry, StatementOfAccount, statement_of_account
from tegoed.billing.actions import buyer_party, seller_party
from tegoed.billing.queries import open_invoices_of
from tegoed.clients.billing_contacts import MailPurpose
from tegoed.clients.models import Client, User
from tegoed.clients.queries import the_issuer
from tegoed.flows.contact_mails import mail_contacts
from tegoed.flows.mails import page_address
from tegoed.flows.refusals import StatementTooLongForPaper
from tegoed.formats.account_pdf import AccountDocument, AccountEntry, OpenInvoice, write_account_pdf
from tegoed.outbox.actions import keep_document
from tegoed.outbox.models import Document
from tegoed.rules.dates import brussels_today
from tegoed.rules.money import format_euro
from tegoed.treasury.queries import to_be_collected

ENTRIES_ON_PAPER_MAX = 2_000
"""More entries than that (some sixty pages) are for a spreadsheet."""


def statement_pdf(statement: StatementOfAccount, *, language: str, today: date) -> bytes:
    """The statement as PDF in a language; a period that reaches today also says how to pay what is open, or that we collect it.

    Raises `StatementTooLongForPaper`.
    """
    if len(statement.entries) > ENTRIES_ON_PAPER_MAX:
        raise StatementTooLongForPaper(count=len(statement.entries), entries_max=ENTRIES_ON_PAPER_MAX)
    open_invoices = []
    if statement.to_on >= today:
        invoices = open_invoices_of(statement.client).annotate(reminder_level=Max("reminders__level"))
        shown = list(invoices[:ENTRIES_ON_PAPER_MAX])
        collected = to_be_collected(invoice.pk for invoice in shown)
        open_invoices = [
            OpenInvoice(
                number=invoice.number,
                due_on=invoice.due_on,
                open_cents=invoice.open_cents,
                communication=invoice.structured_communication,
                iban=invoice.seller["iban"],
                bic=invoice.seller["bic"],
                level=invoice.reminder_level or 0,
                is_collected=invoice.pk in collected,
            )
            for invoice in shown
        ]
    with override(language):
        entries = [
            AccountEntry(entry.on, _what(entry), entry.change_cents, entry.balance_cents) for entry in statement.entries
        ]
    document = AccountDocument(
        seller=seller_party(the_issuer()),
        buyer=buyer_party(statement.client),
        from_on=statement.from_on,
        to_on=statement.to_on,
        opening_cents=statement.opening_cents,
        closing_cents=statement.closing_cents,
        on_account_cents=statement.closing_on_account_cents,
        entries=entries,
        open_invoices=open_invoices,
    )
    return write_account_pdf(document, language=language)


def _what(entry: Entry) -> str:
    return f"{entry.label} {entry.documents}".strip()


def statement_document(statement: StatementOfAccount, *, language: str, today: date) -> Document:
    """The PDF, kept as it was sent. Raises `StatementTooLongForPaper`."""
    with override(language):
        name = gettext("statement-of-account")
    content = statement_pdf(statement, language=language, today=today)
    file_name = f"{name}-{statement.from_on}-{statement.to_on}.pdf"
    return keep_document(file_name=file_name, media_type="application/pdf", content=content)


@transaction.atomic
def send_statement_of_account(*, client: Client, from_on: date, to_on: date, actor: User) -> int:
    """Mail the statement to the contacts that receive statements, each in its language; how many mails.

    Raises `StatementTooLongForPaper`.
    """
    statement = statement_of_account(client, from_on=from_on, to_on=to_on)
    today = brussels_today()
    count = mail_contacts(
        client=client,
        purpose=MailPurpose.STATEMENTS,
        event_key=f"statement-of-account:{client.pk}:{timezone.now().timestamp():.6f}",
        kind="statement_of_account",
        words=lambda language: statement_mail(statement, language=language),
        documents=lambda language: [statement_document(statement, language=language, today=today)],
    )
    record_event(
        actor=actor,
        action=Action.STATEMENT_OF_ACCOUNT_SENT,
        client_id=client.pk,
        subject_id=client.pk,
        period=[from_on.isoformat(), to_on.isoformat()],
        mail_count=count,
    )
    return count


def statement_mail(statement: StatementOfAccount, *, language: str) -> tuple[str, str]:
    """(subject, text): a statement of account goes out."""
    with override(language):
        facts = {
            "since": date_format(statement.from_on, "DATE_FORMAT"),
            "until": date_format(statement.to_on, "DATE_FORMAT"),
            "to_pay": format_euro(statement.closing_to_pay_cents, language),
            "on_account": format_euro(statement.closing_on_account_cents, language),
            "page": page_address("portal:account", client_id=statement.client.pk),
            "issuer": the_issuer().name,
        }
        subject = gettext("Statement of account from %(since)s to %(until)s") % facts
        text = (
            gettext(
                "Hello,\n\n"
                "Here is your statement of account from %(since)s up to and including %(until)s.\n\n"
                "To pay: %(to_pay)s\n"
                "On account for you: %(on_account)s\n\n"
                "See it day by day, and download it for a spreadsheet: %(page)s\n\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text
