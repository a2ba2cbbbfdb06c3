"""Reads on quotes and leads."""

from datetime import date

from tegoed.quotes.costs import from_kept
from tegoed.quotes.models import Lead, LeadState, Quote, QuoteKind, QuoteLine, QuoteState
from tegoed.rules.pricing import Pricing, priced_together
from tegoed.rules.products import Form, Product
from tegoed.rules.quoting import Circumstances, Delivery, QuotedLine

OPEN_LEAD_STATES = (LeadState.NEW, LeadState.CONTACTED, LeadState.OFFERED)


def quote_by_token(token: str) -> Quote:
    """The quote at that secret address, lines, tariffs and lead loaded. What is in preparation, or was given up before it was
    sent, is nobody's.

    Raises `Quote.DoesNotExist`.
    """
    if not token.isprintable():  # a NUL would end the query, not only find nothing
        raise Quote.DoesNotExist
    quotes = Quote.objects.select_related("lead").prefetch_related("lines__tariff")
    given_up = {"kind": QuoteKind.OFFER, "state": QuoteState.WITHDRAWN, "sent_at": None}
    return quotes.exclude(state=QuoteState.DRAFT).exclude(**given_up).get(token=token)


def has_expired(quote: Quote, on: date) -> bool:
    """Whether its last day is over."""
    return on > quote.valid_until


def can_be_accepted(quote: Quote, on: date) -> bool:
    """Whether it is open, and its last day not over."""
    return quote.state == QuoteState.OPEN and not has_expired(quote, on)


def quote_costs(quote: Quote) -> Pricing:
    """What the whole quote costs, as it was shown: equal costs added up, sums those of the invoices."""
    return priced_together([line_costs(line) for line in quote.lines.all()])


def line_costs(line: QuoteLine) -> Pricing:
    """What one line costs, as it was shown."""
    return from_kept(line.costs)


def circumstances_of(quote: Quote) -> Circumstances:
    """What is the same for all its lines, as the pricing takes it."""
    return Circumstances(
        has_same_people=quote.has_same_people,
        delivery=Delivery(quote.card_delivery),
        site_count=quote.site_count,
    )


def quoted_line(line: QuoteLine) -> QuotedLine:
    """The line as the pricing takes it, at what its tariff asks today."""
    return QuotedLine(
        product=Product(line.product),
        form=Form(line.form),
        tariff=line.tariff.terms(),
        beneficiary_count=line.beneficiary_count,
        amount_cents=line.amount_cents,
        voucher_count=line.voucher_count,
        face_value_cents=line.face_value_cents,
        worker_share_cents=line.worker_share_cents,
    )


def open_lead(*, email: str, company_name: str) -> Lead | None:
    """The lead of that mail address and company that sales still works on; the newest."""
    return (
        Lead.objects.filter(email__iexact=email, company_name__iexact=company_name, state__in=OPEN_LEAD_STATES)
        .order_by("-created_at", "-pk")
        .first()
    )
