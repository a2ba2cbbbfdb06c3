"""Writing quotes down: what was shown stays as it was shown (SPEC Q1).

Its one law: a quote is priced by `rules.quoting` in the transaction that keeps it, from lines that it has checked; afterwards
only its state moves.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import Tariff, User
from tegoed.errors import Refusal
from tegoed.quotes.costs import as_kept
from tegoed.quotes.models import Lead, Quote, QuoteKind, QuoteLine, QuoteState
from tegoed.quotes.queries import open_lead
from tegoed.quotes.states import TRANSITIONS
from tegoed.rules.pricing import Pricing
from tegoed.rules.products import Form, Product
from tegoed.rules.quoting import (
    Circumstances,
    QuotedLine,
    QuoteEmpty,
    QuoteLineTwice,
    check_circumstances,
    price_quote,
    refusals_of_quoted_line,
    total_of,
)

QUOTE_DAYS = 30
"""How long a quote is good for, its first day not counted."""
TOKEN_BYTES = 24


class QuoteStepNotAllowed(Refusal):
    """The quote is no longer where it can take that step. Params: `quote_id`, `quote_state`, `to_quote_state`."""

    code = "quote-step-not-allowed"


@dataclass(frozen=True, slots=True)
class QuoteWish:
    """A line as it is asked for; money in cents, as `rules.quoting.QuotedLine` explains."""

    product: Product
    form: Form
    tariff: Tariff
    beneficiary_count: int
    amount_cents: int
    voucher_count: int = 0
    face_value_cents: int = 0
    worker_share_cents: int | None = None

    def as_quoted(self) -> QuotedLine:
        """The line as the pricing takes it."""
        return QuotedLine(
            product=self.product,
            form=self.form,
            tariff=self.tariff.terms(),
            beneficiary_count=self.beneficiary_count,
            amount_cents=self.amount_cents,
            voucher_count=self.voucher_count,
            face_value_cents=self.face_value_cents,
            worker_share_cents=self.worker_share_cents,
        )


@dataclass(frozen=True, slots=True)
class Prospect:
    """Who left a name with a quote."""

    company_name: str
    contact_name: str
    email: str
    phone: str = ""


@transaction.atomic
def make_quote(
    *,
    wishes: Sequence[QuoteWish],
    circumstances: Circumstances,
    language: str,
    on: date,
    prospect: Prospect | None = None,
) -> Quote:
    """A quote of the public page, good for `QUOTE_DAYS`, with its lead where somebody left a name; `on` is today.

    Raises what `priced_wishes` raises.
    """
    lead = find_or_make_lead(prospect=prospect, language=language) if prospect else None
    quote = Quote(kind=QuoteKind.QUOTE, lead=lead, language=language)
    return keep_quote(
        quote=quote,
        wishes=wishes,
        circumstances=circumstances,
        on=on,
        valid_until=on + timedelta(days=QUOTE_DAYS),
        actor=None,
    )


@transaction.atomic
def keep_quote(
    *,
    quote: Quote,
    wishes: Sequence[QuoteWish],
    circumstances: Circumstances,
    on: date,
    valid_until: date,
    actor: User | None,
) -> Quote:
    """Store a new quote or offer, of which the caller set who it is for, with its lines and what they cost.

    Raises what `priced_wishes` raises.
    """
    lines = priced_wishes(wishes, circumstances, on=on)
    quote.token = secrets.token_urlsafe(TOKEN_BYTES)
    quote.has_same_people = circumstances.has_same_people
    quote.card_delivery = circumstances.delivery.value
    quote.site_count = circumstances.site_count
    quote.made_by, quote.made_on, quote.valid_until = actor, on, valid_until
    quote.total_cents = total_of([pricing for _wish, pricing in lines])
    quote.save()
    keep_lines(quote=quote, priced=lines)
    record_event(
        actor=actor,
        action=Action.QUOTE_MADE,
        client_id=None,
        subject_id=quote.pk,
        kind=str(quote.kind),
        total_cents=quote.total_cents,
    )
    return quote


def keep_lines(*, quote: Quote, priced: Sequence[tuple[QuoteWish, Pricing]]) -> None:
    """Write the lines of a stored quote or offer that has none, with what they cost."""
    QuoteLine.objects.bulk_create(
        QuoteLine(
            quote=quote,
            position=position,
            product=wish.product.value,
            form=wish.form.value,
            tariff=wish.tariff,
            beneficiary_count=wish.beneficiary_count,
            voucher_count=wish.voucher_count,
            face_value_cents=wish.face_value_cents,
            worker_share_cents=wish.worker_share_cents,
            amount_cents=wish.amount_cents,
            costs=as_kept(pricing),
        )
        for position, (wish, pricing) in enumerate(priced, start=1)
    )


def priced_wishes(
    wishes: Sequence[QuoteWish], circumstances: Circumstances, *, on: date
) -> list[tuple[QuoteWish, Pricing]]:
    """Each line with what it costs at most, in turn; nothing is written.

    Raises `QuoteEmpty`, `QuoteLineTwice`, `QuotedSitesImpossible`, and the first refusal of `refusals_of_quoted_line`.
    """
    if not wishes:
        raise QuoteEmpty
    check_circumstances(circumstances)
    seen: set[tuple[Product, Form]] = set()
    for wish in wishes:
        if (wish.product, wish.form) in seen:
            raise QuoteLineTwice(product=wish.product.value, form=wish.form.value)
        seen.add((wish.product, wish.form))
        for refusal in refusals_of_quoted_line(wish.as_quoted(), month=on):
            raise refusal
    pricings = price_quote([wish.as_quoted() for wish in wishes], circumstances)
    return list(zip(wishes, pricings, strict=True))


def find_or_make_lead(*, prospect: Prospect, language: str) -> Lead:
    """The open lead of that mail address and company, or a new one. What it says already stays: sales may have mended it."""
    known = open_lead(email=prospect.email, company_name=prospect.company_name)
    if known is not None:
        return known
    lead = Lead.objects.create(
        company_name=prospect.company_name,
        contact_name=prospect.contact_name,
        email=prospect.email,
        phone=prospect.phone,
        language=language,
    )
    record_event(actor=None, action=Action.LEAD_MADE, client_id=None, subject_id=lead.pk)
    return lead


def advance_quote(quote: Quote, to_state: QuoteState) -> None:
    """Take one step. The caller holds the quote locked. Raises `QuoteStepNotAllowed`."""
    if to_state not in TRANSITIONS[quote.state]:
        raise QuoteStepNotAllowed(quote_id=quote.pk, quote_state=quote.state, to_quote_state=str(to_state))
    quote.state = to_state
    quote.save(update_fields=["state"])
