"""Offers by sales (SPEC Q2): a draft that is changed, then a version that goes out and stays as it went.

Its one law: who changes or sends a draft has seen it as it is (`digest_of`); the second of two is refused and nothing is
lost. Priced as quotes are. Tariffs come ready made and mails go out elsewhere: `flows.offers` has the whole story.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.clients.models import User
from tegoed.errors import Refusal
from tegoed.quotes.actions import QUOTE_DAYS, TOKEN_BYTES, QuoteWish, advance_quote, keep_lines, priced_wishes
from tegoed.quotes.costs import as_kept
from tegoed.quotes.leads import LeadNotInState
from tegoed.quotes.models import Lead, LeadState, Quote, QuoteDecline, QuoteKind, QuoteState
from tegoed.quotes.queries import circumstances_of, has_expired
from tegoed.rules.products import Form, Product
from tegoed.rules.quoting import Circumstances, check_circumstances, total_of

OFFER_DAYS_MAX = 366
MESSAGE_LENGTH_MAX = 4_000
REASON_LENGTH_MAX = 1_000


class OfferChangedMeanwhile(Refusal):
    """A colleague changed the draft since the page was opened."""

    code = "offer-changed-meanwhile"


class OfferNotDraft(Refusal):
    """It was sent or given up meanwhile."""

    code = "offer-not-draft"


class OfferNotOpen(Refusal):
    """It was accepted, declined, replaced or withdrawn."""

    code = "offer-not-open"


class OfferHasNewerVersion(Refusal):
    """There is a newer version already. Param: `offer_id`."""

    code = "offer-has-newer-version"


class OfferAccepted(Refusal):
    """What would be replaced was accepted."""

    code = "offer-accepted"


class OfferDayImpossible(Refusal):
    """Good until a day that is over, or too far away. Params: `from_on`, `to_on`."""

    code = "offer-day-impossible"


class OfferCostsChanged(Refusal):
    """A price or a rule changed since the draft was counted. Params: `total_cents`, `counted_cents`."""

    code = "offer-costs-changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTerms:
    """What is the same for the whole offer."""

    circumstances: Circumstances
    language: str
    valid_until: date
    message: str


@transaction.atomic
def start_offer(*, lead: Lead, source: Quote | None, on: date, actor: User) -> Quote:
    """A draft without lines. `source`: the quote it begins from, or the offer of which it becomes the next version.

    Raises `LeadNotInState`, `OfferHasNewerVersion`, `OfferAccepted`.
    """
    previous = source if source is not None and source.kind == QuoteKind.OFFER else None
    if previous is not None:  # its row before the lead's, as everywhere: it may be accepted at this moment
        _check_may_be_followed(previous)
    locked = Lead.objects.select_for_update().get(pk=lead.pk)
    if locked.state == LeadState.WON:
        raise LeadNotInState
    offer = Quote(
        kind=QuoteKind.OFFER,
        state=QuoteState.DRAFT,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        lead=locked,
        language=source.language if source else locked.language,
        version=previous.version + 1 if previous else 1,
        previous=previous,
        made_by=actor,
        made_on=on,
        valid_until=on + timedelta(days=QUOTE_DAYS),
    )
    if source is not None:
        _set_circumstances(offer, circumstances_of(source))
        offer.message = source.message
    offer.save()
    record_event(
        actor=actor, action=Action.OFFER_STARTED, subject_id=offer.pk, lead_id=locked.pk, version=offer.version
    )
    return offer


def _check_may_be_followed(previous: Quote) -> None:
    locked = Quote.objects.select_for_update(of=("self",)).get(pk=previous.pk)
    newer = Quote.objects.filter(previous=locked).first()
    if newer is not None:
        raise OfferHasNewerVersion(offer_id=str(newer.pk))
    if locked.state == QuoteState.ACCEPTED:
        raise OfferAccepted
    if locked.state == QuoteState.DRAFT:
        raise OfferHasNewerVersion(offer_id=str(locked.pk))


def digest_of(offer: Quote) -> str:
    """What a page showed of an offer, in short: another one as soon as anything of it is changed."""
    lines = [
        [
            line.product,
            line.form,
            line.beneficiary_count,
            line.voucher_count,
            line.face_value_cents,
            line.amount_cents,
            line.tariff_id,
            str(line.tariff.terms()),
        ]
        for line in offer.lines.select_related("tariff")
    ]
    shown = [
        offer.language,
        offer.valid_until.isoformat(),
        offer.message,
        str(circumstances_of(offer)),
        offer.total_cents,
        lines,
    ]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def locked_draft(*, offer_id: int, shown: str) -> Quote:
    """The draft, locked, if it is as the page showed it. Raises `OfferNotDraft`, `OfferChangedMeanwhile`."""
    offer = Quote.objects.select_for_update(of=("self",)).select_related("lead").get(pk=offer_id, kind=QuoteKind.OFFER)
    if offer.state != QuoteState.DRAFT:
        raise OfferNotDraft
    if digest_of(offer) != shown:
        raise OfferChangedMeanwhile
    return offer


def wishes_of(offer: Quote) -> list[QuoteWish]:
    """The lines as they can be written again."""
    return [
        QuoteWish(
            product=Product(line.product),
            form=Form(line.form),
            tariff=line.tariff,
            beneficiary_count=line.beneficiary_count,
            amount_cents=line.amount_cents,
            voucher_count=line.voucher_count,
            face_value_cents=line.face_value_cents,
            worker_share_cents=line.worker_share_cents,
        )
        for line in offer.lines.select_related("tariff")
    ]


def write_offer(*, offer: Quote, wishes: Sequence[QuoteWish], on: date, actor: User) -> Quote:
    """Write a locked draft's lines anew, priced together. Without lines it is a draft all the same.

    Raises what `priced_wishes` raises.
    """
    lines = priced_wishes(wishes, circumstances_of(offer), on=on) if wishes else []
    offer.lines.all().delete()
    keep_lines(quote=offer, priced=lines)
    offer.total_cents = total_of([pricing for _wish, pricing in lines])
    offer.made_on = on
    offer.save()
    record_event(actor=actor, action=Action.OFFER_CHANGED, subject_id=offer.pk, total_cents=offer.total_cents)
    return offer


@transaction.atomic
def change_offer_terms(*, offer_id: int, terms: OfferTerms, shown: str, on: date, actor: User) -> Quote:
    """Change what is the same for the whole offer, and count it anew.

    Raises `OfferNotDraft`, `OfferChangedMeanwhile`, `OfferDayImpossible`, and what `priced_wishes` raises.
    """
    offer = locked_draft(offer_id=offer_id, shown=shown)
    _check_day(terms.valid_until, on=on)
    check_circumstances(terms.circumstances)
    _set_circumstances(offer, terms.circumstances)
    offer.language, offer.valid_until, offer.message = terms.language, terms.valid_until, terms.message
    return write_offer(offer=offer, wishes=wishes_of(offer), on=on, actor=actor)


@transaction.atomic
def count_offer_anew(*, offer_id: int, on: date, actor: User) -> Quote:
    """Price a draft at the tariffs and rules of today. Raises `OfferNotDraft`, and what `priced_wishes` raises."""
    offer = Quote.objects.select_for_update(of=("self",)).get(pk=offer_id, kind=QuoteKind.OFFER)
    if offer.state != QuoteState.DRAFT:
        raise OfferNotDraft
    return write_offer(offer=offer, wishes=wishes_of(offer), on=on, actor=actor)


@transaction.atomic
def open_offer(*, offer_id: int, shown: str, on: date, actor: User) -> Quote:
    """The draft as it was shown can be accepted from now on; an open version before it is replaced.

    Raises `OfferNotDraft`, `OfferChangedMeanwhile`, `OfferAccepted`, `OfferDayImpossible`, `OfferCostsChanged`, `QuoteEmpty`
    and what `priced_wishes` raises.
    """
    previous = Quote.objects.select_for_update(of=("self",)).filter(next__pk=offer_id).first()
    offer = locked_draft(offer_id=offer_id, shown=shown)
    _check_day(offer.valid_until, on=on)
    priced = priced_wishes(wishes_of(offer), circumstances_of(offer), on=on)
    counted_cents = total_of([pricing for _wish, pricing in priced])
    if [as_kept(pricing) for _wish, pricing in priced] != [line.costs for line in offer.lines.all()]:
        raise OfferCostsChanged(total_cents=offer.total_cents, counted_cents=counted_cents)
    if previous is not None and previous.state == QuoteState.ACCEPTED:
        raise OfferAccepted
    if previous is not None and previous.state == QuoteState.OPEN:
        advance_quote(previous, QuoteState.REPLACED)
    offer.made_by, offer.made_on, offer.sent_at = actor, on, timezone.now()
    offer.save(update_fields=["made_by", "made_on", "sent_at"])
    advance_quote(offer, QuoteState.OPEN)
    record_event(
        actor=actor,
        action=Action.OFFER_SENT,
        subject_id=offer.pk,
        version=offer.version,
        total_cents=offer.total_cents,
        replaces_id=previous.pk if previous else None,
    )
    return offer


@transaction.atomic
def withdraw_offer(*, offer_id: int, actor: User) -> list[int]:
    """Nobody can accept it (any more); a draft is given up, and its place as next version is free again.

    Returns the ids of its tariffs when it was a draft, which nothing names any more. Withdrawn already: nothing happens.
    Raises `OfferNotOpen`.
    """
    offer = Quote.objects.select_for_update(of=("self",)).get(pk=offer_id, kind=QuoteKind.OFFER)
    if offer.state == QuoteState.WITHDRAWN:
        return []
    if offer.state not in {QuoteState.DRAFT, QuoteState.OPEN}:
        raise OfferNotOpen
    tariff_ids: list[int] = []
    if offer.state == QuoteState.DRAFT:
        tariff_ids = list(offer.lines.values_list("tariff_id", flat=True))
        offer.lines.all().delete()
        offer.previous = None
        offer.save(update_fields=["previous"])
    advance_quote(offer, QuoteState.WITHDRAWN)
    record_event(actor=actor, action=Action.OFFER_WITHDRAWN, subject_id=offer.pk, version=offer.version)
    return tariff_ids


@transaction.atomic
def decline_offer(*, quote_id: int, reason: str, on: date) -> Quote:
    """The prospect says no, on the public page. Declined already: nothing happens. Raises `OfferNotOpen`."""
    offer = Quote.objects.select_for_update(of=("self",)).get(pk=quote_id, kind=QuoteKind.OFFER)
    if offer.state == QuoteState.DECLINED:
        return offer
    if offer.state != QuoteState.OPEN or has_expired(offer, on):
        raise OfferNotOpen
    advance_quote(offer, QuoteState.DECLINED)
    QuoteDecline.objects.create(quote=offer, reason=reason)
    record_event(actor=None, action=Action.OFFER_DECLINED, subject_id=offer.pk, version=offer.version)
    return offer


def _check_day(valid_until: date, *, on: date) -> None:
    last_on = on + timedelta(days=OFFER_DAYS_MAX)
    if not on <= valid_until <= last_on:
        raise OfferDayImpossible(from_on=on, to_on=last_on)


def _set_circumstances(offer: Quote, circumstances: Circumstances) -> None:
    offer.has_same_people = circumstances.has_same_people
    offer.card_delivery = circumstances.delivery.value
    offer.site_count = circumstances.site_count
