"""A prospect declines an offer on its page, perhaps says why (SPEC Q2)."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tegoed.errors import Refusal
from tegoed.public.rate_limits import within_limit
from tegoed.public.text_fields import TextField
from tegoed.quotes.models import Quote, QuoteKind
from tegoed.quotes.offers import REASON_LENGTH_MAX, decline_offer
from tegoed.quotes.queries import quote_by_token
from tegoed.refusals import message_of
from tegoed.rules.dates import brussels_today


class DeclineForm(forms.Form):
    """Why not, if somebody wants to say so."""

    reason = TextField(label=gettext_lazy("Why not?"), max_length=REASON_LENGTH_MAX, rows=3, required=False)


@require_POST
def decline(request: HttpRequest, token: str) -> HttpResponse:
    """Say no. The page of the offer then says so."""
    try:
        offer = quote_by_token(token)
    except Quote.DoesNotExist as missing:
        raise Http404 from missing
    if offer.kind != QuoteKind.OFFER:
        raise Http404
    form = DeclineForm(request.POST)
    if not form.is_valid():
        for error in form.errors["reason"]:
            messages.error(request, str(error))
    elif not within_limit(request, action="decline"):
        messages.error(request, _("Too many tries in a short time. Wait an hour, then try again."))
    else:
        _decline(request, offer, form.cleaned_data["reason"])
    return redirect("quote-stored", token=token)


def _decline(request: HttpRequest, offer: Quote, reason: str) -> None:
    try:
        decline_offer(quote_id=offer.pk, reason=reason, on=brussels_today())
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("Thank you for telling us. The offer can't be accepted any more."))
