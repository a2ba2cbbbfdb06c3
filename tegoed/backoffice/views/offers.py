"""Offers: a draft line by line, its preview, sending it, and what becomes of it (SPEC Q2)."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.offer_forms import PRICES, OfferLineForm, OfferTermsForm
from tegoed.backoffice.views.leads import lead_or_404
from tegoed.clients.models import User
from tegoed.clients.queries import standard_tariff
from tegoed.errors import Refusal
from tegoed.flows.offer_mails import offer_mail
from tegoed.flows.offers import draft_offer, give_up_offer, remove_offer_line, send_offer, set_offer_line
from tegoed.outbox.models import Message
from tegoed.quotes.models import Quote, QuoteKind, QuoteLine, QuoteState
from tegoed.quotes.offers import (
    OfferCostsChanged,
    OfferHasNewerVersion,
    OfferTerms,
    change_offer_terms,
    count_offer_anew,
    digest_of,
)
from tegoed.quotes.queries import has_expired, line_costs, quote_costs
from tegoed.refusals import message_of
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Form, Product

UNPROCESSABLE = 422


def _offer_or_404(offer_id: int) -> Quote:
    offers = Quote.objects.select_related("lead", "made_by", "previous", "next", "acceptance__client", "decline")
    return get_object_or_404(offers, pk=offer_id, kind=QuoteKind.OFFER)


def _draft_or_404(offer_id: int) -> Quote:
    offer = _offer_or_404(offer_id)
    if offer.state != QuoteState.DRAFT:
        raise Http404
    return offer


@for_staff
@require_POST
def start(request: HttpRequest, lead_id: int) -> HttpResponse:
    """A draft for a lead: empty, or from one of its quotes or offers (`source`)."""
    lead = lead_or_404(lead_id)
    chosen = request.POST.get("source", "")
    source = next((quote for quote in lead.quotes.all() if str(quote.pk) == chosen), None)
    if chosen and source is None:
        raise Http404
    try:
        offer = draft_offer(lead=lead, source=source, on=brussels_today(), actor=cast("User", request.user))
    except OfferHasNewerVersion as refusal:
        messages.info(request, message_of(refusal))
        return redirect("backoffice:offer", offer_id=refusal.params["offer_id"])
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return redirect("backoffice:lead", lead_id=lead.pk)
    return redirect("backoffice:offer", offer_id=offer.pk)


@for_staff
@require_safe
def offer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """A draft with all that can be changed; of a version that went out what it says and what became of it."""
    shown = _offer_or_404(offer_id)
    return page(
        request,
        "sales/offer.html",
        section="sales",
        offer=shown,
        is_draft=shown.state == QuoteState.DRAFT,
        is_open=shown.state == QuoteState.OPEN,
        has_expired=shown.state == QuoteState.OPEN and has_expired(shown, brussels_today()),
        newer=getattr(shown, "next", None),
        acceptance=getattr(shown, "acceptance", None),
        decline=getattr(shown, "decline", None),
        **_money(shown),
        digest=digest_of(shown),
        mail=Message.objects.filter(event_key=f"offer:{shown.pk}").defer("text", "html").first(),
    )


def _money(shown: Quote) -> dict[str, Any]:
    """Each line with what it costs at most, VAT included, and all costs together."""
    costs = quote_costs(shown)
    lines = list(shown.lines.select_related("tariff"))
    return {
        "lines": [(line, line_costs(line).total_cents) for line in lines],
        "negotiated": [(line, _prices_of(line)) for line in lines if line.tariff.is_negotiated],
        "costs": (*costs.product_costs, *costs.card_costs),
        "vat_cents": costs.product_totals.vat_cents + costs.card_totals.vat_cents,
        "total_cents": costs.total_cents,
    }


def _prices_of(line: QuoteLine) -> list[tuple[str, int, bool]]:
    """The prices that count for the form of the line: what for, how much, whether that is a rate."""
    left_out = ("card_", "loading_") if line.form == Form.PAPER else ("paper_",)
    return [
        (str(label), getattr(line.tariff, name), name.endswith("_points"))
        for name, label in PRICES.items()
        if not name.startswith(left_out)
    ]


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Validity, message, language, where cards go."""
    shown = _draft_or_404(offer_id)
    form = OfferTermsForm(request.POST or None, initial=OfferTermsForm.initial_of(shown, shown=digest_of(shown)))
    if form.is_valid():
        try:
            change_offer_terms(
                offer_id=shown.pk,
                terms=OfferTerms(
                    circumstances=form.circumstances,
                    language=form.cleaned_data["language"],
                    valid_until=form.cleaned_data["valid_until"],
                    message=form.cleaned_data["message"],
                ),
                shown=form.cleaned_data["shown"],
                on=brussels_today(),
                actor=cast("User", request.user),
            )
        except Refusal as refusal:
            _show_refusal(request, form, refusal, shown)
        else:
            return redirect("backoffice:offer", offer_id=shown.pk)
    return page(
        request,
        "sales/offer_terms.html",
        section="sales",
        status=UNPROCESSABLE if form.errors else 200,
        offer=shown,
        form=form,
    )


def _show_refusal(request: HttpRequest, form: OfferTermsForm | OfferLineForm, refusal: Refusal, shown: Quote) -> None:
    """Say why, keep what was typed, and let the next try count as one that knows the draft of now."""
    form.add_error(None, message_of(refusal))
    again = request.POST.copy()
    again["shown"] = digest_of(shown)
    form.data = again


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def add_line(request: HttpRequest, offer_id: int) -> HttpResponse:
    """One more product."""
    return _line_page(request, _draft_or_404(offer_id), None)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, offer_id: int, position: int) -> HttpResponse:
    """Change one line."""
    shown = _draft_or_404(offer_id)
    return _line_page(request, shown, get_object_or_404(shown.lines.select_related("tariff"), position=position))


def _line_page(request: HttpRequest, shown: Quote, line: QuoteLine | None) -> HttpResponse:
    try:
        standard = standard_tariff()
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return redirect("backoffice:offer", offer_id=shown.pk)
    form = OfferLineForm(
        request.POST or None,
        initial=OfferLineForm.initial_of(line, standard=standard, shown=digest_of(shown)),
        vat_basis_points=standard.vat_basis_points,
    )
    if form.is_valid():
        try:
            set_offer_line(
                offer_id=shown.pk,
                position=line.position if line else None,
                wish=form.wish,
                product=Product(form.cleaned_data["product"]),
                form=Form(form.cleaned_data["form"]),
                terms=form.terms,
                shown=form.cleaned_data["shown"],
                on=brussels_today(),
                actor=cast("User", request.user),
            )
        except Refusal as refusal:
            _show_refusal(request, form, refusal, shown)
        else:
            return redirect("backoffice:offer", offer_id=shown.pk)
    return page(
        request,
        "sales/offer_line.html",
        section="sales",
        status=UNPROCESSABLE if form.errors else 200,
        offer=shown,
        line=line,
        form=form,
        digest=digest_of(shown),
    )


@for_staff
@require_POST
def remove_line(request: HttpRequest, offer_id: int, position: int) -> HttpResponse:
    """Take a line out."""
    shown = _draft_or_404(offer_id)
    get_object_or_404(shown.lines, position=position)
    try:
        remove_offer_line(
            offer_id=shown.pk,
            position=position,
            shown=request.POST.get("shown", ""),
            on=brussels_today(),
            actor=cast("User", request.user),
        )
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    return redirect("backoffice:offer", offer_id=shown.pk)


@for_staff
@require_safe
def preview(request: HttpRequest, offer_id: int) -> HttpResponse:
    """What the prospect will get: the mail and the costs; from here it is sent."""
    shown = _draft_or_404(offer_id)
    subject, text = offer_mail(shown)
    return page(
        request,
        "sales/offer_preview.html",
        section="sales",
        offer=shown,
        subject=subject,
        text=text,
        **_money(shown),
        digest=digest_of(shown),
    )


@for_staff
@require_POST
def send(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Send it as it was shown."""
    shown = _offer_or_404(offer_id)
    actor = cast("User", request.user)
    try:
        send_offer(offer_id=shown.pk, shown=request.POST.get("shown", ""), on=brussels_today(), actor=actor)
    except OfferCostsChanged as refusal:
        count_offer_anew(offer_id=shown.pk, on=brussels_today(), actor=actor)
        messages.error(request, message_of(refusal))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("The offer is on its way."))
    return redirect("backoffice:offer", offer_id=shown.pk)


@for_staff
@require_POST
def withdraw(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Nobody can accept it any more; a draft is given up."""
    shown = _offer_or_404(offer_id)
    try:
        give_up_offer(offer_id=shown.pk, actor=cast("User", request.user))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("Withdrawn."))
    return redirect("backoffice:lead", lead_id=shown.lead_id)
