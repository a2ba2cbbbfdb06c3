"""A quote on paper, and by mail to the address that was left with it (SPEC Q1).

Its one law: the PDF says what the page says, from the costs as they were kept. A mail goes to the lead's own address only; how
often is the entrance's limit.
"""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override

from tegoed.audit.actions import Action, record_event
from tegoed.billing.actions import seller_party
from tegoed.clients.queries import the_issuer
from tegoed.errors import Refusal
from tegoed.flows.jobs import send_messages_job
from tegoed.flows.legal_words import day_in_words
from tegoed.flows.offer_mails import estimate_in_words, offer_mail
from tegoed.flows.quote_words import HintInWords, LineInWords, euro, hint_in_words, line_in_words, why_at_most
from tegoed.formats.quote_pdf import QuoteCost, QuoteDocument, QuoteHint, QuoteInvoice, QuotePart, write_quote_pdf
from tegoed.outbox.actions import keep_document, queue_message
from tegoed.outbox.models import Message
from tegoed.quotes.models import Quote, QuoteKind
from tegoed.quotes.queries import circumstances_of, line_costs, quote_costs, quoted_line
from tegoed.rules.quote_hints import Hint, hints_of
from tegoed.rules.quoting import people_count, sums_of


class QuoteWithoutAddress(Refusal):
    """Nobody left a mail address with the quote, so there is nowhere to send it."""

    code = "quote-without-address"


def quote_address(quote: Quote) -> str:
    """The whole address of its page, for a mail, a code to scan, the button that copies it."""
    return settings.SITE_URL + reverse("quote-stored", kwargs={"token": quote.token})


def quote_hints(quote: Quote) -> list[Hint]:
    """What the law said beside its lines in the month it was made."""
    return hints_of([quoted_line(line) for line in quote.lines.all()], month=quote.made_on)


def quote_lines_in_words(quote: Quote) -> list[LineInWords]:
    """Its lines with their costs as they were kept, in the language that is active now."""
    return [line_in_words(quoted_line(line), line_costs(line)) for line in quote.lines.all()]


def quote_reasons(quote: Quote) -> list[str]:
    """Why its total is a maximum, in the language that is active now."""
    lines = list(quote.lines.all())
    reasons = why_at_most(
        [quoted_line(line) for line in lines], [line_costs(line) for line in lines], circumstances_of(quote)
    )
    return [estimate_in_words(), *reasons] if quote.kind == QuoteKind.OFFER else reasons


def quote_people_count(quote: Quote) -> int:
    """How many people get something."""
    return people_count([quoted_line(line) for line in quote.lines.all()], circumstances_of(quote))


def write_quote(quote: Quote, *, language: str) -> bytes:
    """The quote or offer as PDF in a language. Raises `IssuerNotSetUp`."""
    sums = sums_of(quote_costs(quote))
    with override(language):
        document = QuoteDocument(
            kind="quote" if quote.kind == "quote" else "offer",
            number=str(quote.pk),
            issuer=seller_party(the_issuer()),
            prospect=_prospect(quote),
            message=quote.message,
            made_on=quote.made_on,
            valid_until=quote.valid_until,
            parts=[_part(line) for line in quote_lines_in_words(quote)],
            face_value_cents=sums.face_value_cents,
            fees_cents=sums.fees_cents,
            vat_cents=sums.vat_cents,
            total_cents=sums.total_cents,
            people_count=quote_people_count(quote),
            reasons=quote_reasons(quote),
            hints=[_hint(hint_in_words(hint)) for hint in quote_hints(quote)],
            address=quote_address(quote),
        )
        return write_quote_pdf(document, language=language)


@transaction.atomic
def mail_quote(*, quote: Quote) -> Message:
    """Queue the quote or offer as PDF to the address of its lead, in its language. Raises `QuoteWithoutAddress`."""
    lead = quote.lead
    if lead is None:
        raise QuoteWithoutAddress
    subject, text = offer_mail(quote) if quote.kind == QuoteKind.OFFER else quote_mail(quote)
    file_name = f"{quote.kind}-{quote.pk}.pdf"
    content = write_quote(quote, language=quote.language)
    document = keep_document(file_name=file_name, media_type="application/pdf", content=content)
    message = queue_message(
        event_key=f"quote:{quote.pk}:{document.pk}",
        kind="quote",
        client_id=None,
        recipient=lead.email,
        language=quote.language,
        subject=subject,
        text=text,
        documents=[document],
    )
    record_event(actor=None, action=Action.QUOTE_MAILED, client_id=None, subject_id=quote.pk)
    send_messages_job.defer()
    return message


def quote_mail(quote: Quote) -> tuple[str, str]:
    """(subject, text) in the language of the quote. No name that a stranger typed stands in it."""
    with override(quote.language):
        facts = {
            "total": euro(quote.total_cents),
            "until": day_in_words(quote.valid_until),
            "page": quote_address(quote),
            "issuer": the_issuer().name,
        }
        subject = gettext("Your quote for employee vouchers: at most %(total)s") % facts
        text = (
            gettext(
                "Hello,\n\n"
                "Here is the quote that you asked for on our site: at most %(total)s, VAT included. Every cost stands in the "
                "PDF with its reason.\n\n"
                "It is good until %(until)s. See it again, or go on from it: %(page)s\n\n"
                "You asked for no quote? Somebody typed your address by mistake; you need do nothing.\n\n"
                "%(issuer)s"
            )
            % facts
        )
    return subject, text


def _prospect(quote: Quote) -> list[str]:
    """Who it is for. On a quote only what its maker typed: somebody else may have told us who the contact is."""
    lead = quote.lead
    if lead is None:
        return []
    if quote.kind == QuoteKind.QUOTE:
        return [lead.company_name]
    return list(dict.fromkeys([lead.company_name, lead.contact_name]))


def _part(line: LineInWords) -> QuotePart:
    return QuotePart(
        title=line.title,
        detail=line.detail,
        invoices=[
            QuoteInvoice(
                title=invoice.title,
                costs=[QuoteCost(cost.what, cost.how, cost.net_cents) for cost in invoice.costs],
                vat_cents=invoice.totals.vat_cents,
                total_cents=invoice.totals.total_cents,
            )
            for invoice in line.invoices
        ],
        total_cents=line.total_cents,
    )


def _hint(hint: HintInWords) -> QuoteHint:
    hosts = ", ".join(source.host for source in hint.sources)
    return QuoteHint(hint.title, hint.text, f"{hint.period} \N{MIDDLE DOT} {hosts}")
