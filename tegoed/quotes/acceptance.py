"""A quote is accepted: once, with the evidence of who did it (SPEC Q3). The client is opened by `flows.accept_quote`."""

from dataclasses import asdict

from django.db import transaction

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import Client
from tegoed.clients.signatures import Signer
from tegoed.errors import Refusal
from tegoed.quotes.actions import Prospect, advance_quote, find_or_make_lead
from tegoed.quotes.leads import win_lead
from tegoed.quotes.models import Lead, LeadState, Quote, QuoteAcceptance, QuoteState


class QuoteNotToBeAccepted(Refusal):
    """The quote can't be accepted (any more). Params: `quote_id`, `reason` (`expired`, or its state)."""

    code = "quote-not-to-be-accepted"


class QuotePricesChanged(Refusal):
    """What the issuer asks has changed since the quote was made, so it no longer says what orders would cost."""

    code = "quote-prices-changed"


@transaction.atomic
def keep_acceptance(*, quote: Quote, client: Client, signer: Signer, email: str) -> QuoteAcceptance:
    """The quote is accepted and its lead won. The caller holds the quote locked and has opened the client.

    Raises `QuoteStepNotAllowed`.
    """
    advance_quote(quote, QuoteState.ACCEPTED)
    acceptance = QuoteAcceptance.objects.create(quote=quote, client=client, email=email, **asdict(signer))
    lead = lead_of(quote, prospect=Prospect(client.name, signer.name, email))
    lead = Lead.objects.select_for_update().get(pk=lead.pk)  # another quote of it may be accepted at this moment
    if lead.state != LeadState.WON:  # it may have become another company of the same people
        win_lead(lead=lead, client=client)
    record_event(actor=None, action=Action.QUOTE_ACCEPTED, client_id=client.pk, subject_id=quote.pk, email=email)
    return acceptance


def lead_of(quote: Quote, *, prospect: Prospect) -> Lead:
    """The lead of the quote; of one whose maker left no name, that of who accepts it."""
    if quote.lead is None:
        quote.lead = find_or_make_lead(prospect=prospect, language=quote.language)
        quote.save(update_fields=["lead"])
    return quote.lead
