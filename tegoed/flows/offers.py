"""Offers by sales, from the first line to the mail (SPEC Q2): what crosses quotes, tariffs and mails.

Its one law: a negotiated tariff belongs to one line of one version and is only changed while that is a draft. What goes out
is what somebody saw, once: its mail has one key.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction

from tegoed.clients.models import Tariff, User
from tegoed.clients.queries import standard_tariff
from tegoed.clients.tariffs import drop_negotiated_tariffs, keep_negotiated_tariff
from tegoed.errors import Refusal
from tegoed.flows.jobs import send_messages_job
from tegoed.flows.offer_mails import offer_mail
from tegoed.flows.quote_papers import write_quote
from tegoed.outbox.actions import keep_document, queue_message
from tegoed.quotes.actions import QuoteWish
from tegoed.quotes.leads import move_lead
from tegoed.quotes.models import Lead, LeadState, Quote
from tegoed.quotes.offers import locked_draft, open_offer, start_offer, wishes_of, withdraw_offer, write_offer
from tegoed.rules.pricing import Tariff as TariffTerms
from tegoed.rules.products import Form, Product
from tegoed.rules.quoting import QuoteLineTwice


class OfferLineMissing(Refusal):
    """There is no line at that place (any more)."""

    code = "offer-line-missing"


def tariff_name(offer: Quote, *, product: str, form: str) -> str:
    """What the negotiated tariff of a line is called: `Offer 12 v2 meal electronic`."""
    return f"Offer {offer.pk} v{offer.version} {product} {form}"


@transaction.atomic
def draft_offer(*, lead: Lead, source: Quote | None, on: date, actor: User) -> Quote:
    """A draft, empty or with the lines of a quote or of the version before; negotiated prices come along, as its own.

    Raises what `start_offer` and `priced_wishes` raise.
    """
    offer = start_offer(lead=lead, source=source, on=on, actor=actor)
    if source is None:
        return offer
    wishes = [_with_own_tariff(offer, wish) for wish in wishes_of(source)]
    return write_offer(offer=offer, wishes=wishes, on=on, actor=actor)


def _with_own_tariff(offer: Quote, wish: QuoteWish) -> QuoteWish:
    if not wish.tariff.is_negotiated:
        return wish
    name = tariff_name(offer, product=wish.product.value, form=wish.form.value)
    return replace(wish, tariff=keep_negotiated_tariff(name=name, terms=wish.tariff.terms()))


@transaction.atomic
def set_offer_line(
    *,
    offer_id: int,
    position: int | None,
    wish: Callable[[Tariff], QuoteWish],
    product: Product,
    form: Form,
    terms: TariffTerms | None,
    shown: str,
    on: date,
    actor: User,
) -> Quote:
    """Write one line of a draft, at `position` or (None) after the last, and count the whole anew.

    `wish` makes the line once its tariff is there; `terms`: negotiated prices, None for the standard tariff. Raises
    `OfferLineMissing`, `OfferNotDraft`, `OfferChangedMeanwhile`, `ReplacementFeeAboveMaximum`, `NoStandardTariff`, and what
    `priced_wishes` raises.
    """
    offer = locked_draft(offer_id=offer_id, shown=shown)
    wishes = wishes_of(offer)
    tariffs_before = {known.tariff.pk for known in wishes}
    place = len(wishes) if position is None else position - 1
    if not 0 <= place <= len(wishes) or (position is not None and place == len(wishes)):
        raise OfferLineMissing
    others = wishes[:place] + wishes[place + 1 :]
    if any((known.product, known.form) == (product, form) for known in others):
        raise QuoteLineTwice(product=product.value, form=form.value)
    if terms is None:
        tariff = standard_tariff()
    else:
        tariff = keep_negotiated_tariff(name=tariff_name(offer, product=product.value, form=form.value), terms=terms)
    return _written(offer, [*wishes[:place], wish(tariff), *wishes[place + 1 :]], tariffs_before, on=on, actor=actor)


@transaction.atomic
def remove_offer_line(*, offer_id: int, position: int, shown: str, on: date, actor: User) -> Quote:
    """Take one line out of a draft, and count the rest anew.

    Raises `OfferLineMissing`, `OfferNotDraft`, `OfferChangedMeanwhile`.
    """
    offer = locked_draft(offer_id=offer_id, shown=shown)
    wishes = wishes_of(offer)
    if not 1 <= position <= len(wishes):
        raise OfferLineMissing
    tariffs_before = {known.tariff.pk for known in wishes}
    return _written(offer, wishes[: position - 1] + wishes[position:], tariffs_before, on=on, actor=actor)


def _written(offer: Quote, wishes: Sequence[QuoteWish], tariffs_before: set[int], *, on: date, actor: User) -> Quote:
    write_offer(offer=offer, wishes=wishes, on=on, actor=actor)
    unused = tariffs_before - {wish.tariff.pk for wish in wishes}
    drop_negotiated_tariffs(tariff_ids=sorted(unused))
    return offer


@transaction.atomic
def give_up_offer(*, offer_id: int, actor: User) -> None:
    """Withdraw an offer that is out, or give up a draft with its tariffs. Raises `OfferNotOpen`."""
    drop_negotiated_tariffs(tariff_ids=withdraw_offer(offer_id=offer_id, actor=actor))


@transaction.atomic
def send_offer(*, offer_id: int, shown: str, on: date, actor: User) -> Quote:
    """Send the draft as it was shown: a mail with the link and the PDF, in the offer's language. The lead is offered.

    Raises what `open_offer` raises, and `LeadNotInState` when the lead became a client meanwhile.
    """
    offer = open_offer(offer_id=offer_id, shown=shown, on=on, actor=actor)
    lead = offer.lead
    assert lead is not None  # noqa: S101 - an offer is always made for a lead
    move_lead(lead_id=lead.pk, state=LeadState.OFFERED, actor=actor)
    subject, text = offer_mail(offer)
    document = keep_document(
        file_name=f"offer-{offer.pk}.pdf",
        media_type="application/pdf",
        content=write_quote(offer, language=offer.language),
    )
    queue_message(
        event_key=f"offer:{offer.pk}",
        kind="offer",
        client_id=None,
        recipient=lead.email,
        language=offer.language,
        subject=subject,
        text=text,
        documents=[document],
    )
    send_messages_job.defer()
    return offer
