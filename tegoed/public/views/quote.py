"""The calculator of quotes, and the page of a quote that was kept (SPEC Q1)."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from tegoed.clients.queries import NoStandardTariff, standard_tariff
from tegoed.flows.quote_papers import (
    mail_quote,
    quote_address,
    quote_hints,
    quote_lines_in_words,
    quote_people_count,
    quote_reasons,
    write_quote,
)
from tegoed.flows.quote_words import hint_in_words, line_in_words, why_at_most
from tegoed.public.downloads import as_download, reader_language
from tegoed.public.product_words import icon_of
from tegoed.public.quote_form import QUERY_LENGTH_MAX, CalculatorForm, ProspectForm, data_of, usual_data
from tegoed.public.rate_limits import within_limit
from tegoed.quotes.actions import QUOTE_DAYS, make_quote
from tegoed.quotes.models import Quote, QuoteState
from tegoed.quotes.queries import can_be_accepted, has_expired, quote_by_token, quote_costs
from tegoed.refusals import message_of
from tegoed.rules.dates import brussels_today
from tegoed.rules.pricing import priced_together
from tegoed.rules.products import Product, has_face_value
from tegoed.rules.quote_hints import hints_of
from tegoed.rules.quoting import people_count, price_quote, sums_of

SECTION = "quote"
TOO_MANY = 429
FAULTY = 422


@never_cache
@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def calculator(request: HttpRequest) -> HttpResponse:
    """What vouchers would cost at most; asked by a script that follows the typing, only the figures. POST keeps it."""
    try:
        tariff = standard_tariff()
    except NoStandardTariff as refusal:
        return render(request, "public/quote/no_prices.html", {"section": SECTION, "sentence": message_of(refusal)})
    on = brussels_today()
    if request.method == "POST":
        return _keep(request, CalculatorForm(_query_of(request.POST.get("asked", "")), tariff=tariff, on=on))
    asked = request.GET if any(request.GET.values()) else usual_data(on)
    form = CalculatorForm(asked, tariff=tariff, on=on)
    if request.headers.get("HX-Request"):
        return render(request, "public/quote/_figures.html", _figures(form) | {"is_update": True})
    return _page(request, form, ProspectForm())


def _query_of(asked: str) -> QueryDict:
    """What the calculator said when it was sent off; nothing, which can't be kept, when that was not written by it."""
    return QueryDict(asked if len(asked) <= QUERY_LENGTH_MAX else "")


def _page(request: HttpRequest, form: CalculatorForm, prospect: ProspectForm, status: int = 200) -> HttpResponse:
    words = {"section": SECTION, "prospect": prospect, "quote_days": QUOTE_DAYS}
    return render(request, "public/quote/calculator.html", _figures(form) | words, status=status)


def _figures(form: CalculatorForm) -> dict[str, Any]:
    """What the page shows beside the form: costs, sums, reasons and hints; without them where the form has faults."""
    is_valid = form.is_valid()
    words: dict[str, Any] = {"form": form, "products": [_product(form, product) for product in form.products]}
    if not is_valid:
        return words | {"faults": [form[name] for name in form.errors if name in form.fields]}
    lines = form.lines
    pricings = price_quote(lines, form.circumstances)
    sums = sums_of(priced_together(pricings))
    people = people_count(lines, form.circumstances)
    return words | {
        "costs": [line_in_words(line, pricing) for line, pricing in zip(lines, pricings, strict=True)],
        "sums": sums,
        "each_cents": sums.total_cents // people,
        "reasons": why_at_most(lines, pricings, form.circumstances),
        "hints": [hint_in_words(hint) for hint in hints_of(lines, month=form.on)],
    }


def _product(form: CalculatorForm, product: Product) -> dict[str, Any]:
    """A product as its part of the form shows it."""
    fields = {field.name.removeprefix(f"{product}_"): field for field in form.fields_of(product)}
    return {
        "code": product,
        "switch": form[product],
        "icon": icon_of(product),
        "fields": fields,
        "is_by_number": has_face_value(product),
    }


def _keep(request: HttpRequest, form: CalculatorForm) -> HttpResponse:
    prospect = ProspectForm(request.POST)
    is_fine = prospect.is_valid()
    if not (form.is_valid() and is_fine):
        return _page(request, form, prospect, status=FAULTY)
    if not within_limit(request, action="quote-save"):
        words = gettext("Many quotes were kept from your address just now. Wait an hour and keep this one then.")
        prospect.add_error(None, words)
        return _page(request, form, prospect, status=TOO_MANY)
    quote = make_quote(
        wishes=form.wishes,
        circumstances=form.circumstances,
        language=reader_language(),
        on=form.on,
        prospect=prospect.prospect,
    )
    return redirect("quote-stored", token=quote.token)


@never_cache
@require_safe
def stored(request: HttpRequest, token: str) -> HttpResponse:
    """A quote or an offer as it was kept."""
    quote, today = _quote_or_404(token), brussels_today()
    sums = sums_of(quote_costs(quote))
    words = {
        "section": SECTION,
        "quote": quote,
        "costs": quote_lines_in_words(quote),
        "sums": sums,
        "each_cents": sums.total_cents // quote_people_count(quote),
        "reasons": quote_reasons(quote),
        "hints": [hint_in_words(hint) for hint in quote_hints(quote)],
        "is_open": can_be_accepted(quote, today),
        "has_expired": quote.state == QuoteState.OPEN and has_expired(quote, today),
        "newer": _newer(quote),
        "address": quote_address(quote),
        "again": f"?{urlencode(data_of(quote, today))}",
        "accept_url": accept_address(quote, today),
    }
    return render(request, "public/quote/stored.html", words)


def accept_address(quote: Quote, today: date) -> str:
    """Where the quote is accepted; empty when it can't be."""
    return reverse("quote-accept", args=[quote.token]) if can_be_accepted(quote, today) else ""


@never_cache
@require_safe
def pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The quote as PDF in the reader's language."""
    quote = _quote_or_404(token)
    if not within_limit(request, action="quote-pdf"):
        return render(request, "429.html", status=TOO_MANY)
    content = write_quote(quote, language=reader_language())
    name = f"{quote.kind}-{quote.pk}.pdf"
    return as_download(HttpResponse(content, content_type="application/pdf"), name)


@require_POST
def mail(request: HttpRequest, token: str) -> HttpResponse:
    """Send the quote to the address that was left with it, and to no other."""
    quote = _quote_or_404(token)
    if quote.lead is None:
        raise Http404
    if within_limit(request, action="quote-mail", key=quote.lead.email):
        mail_quote(quote=quote)
        messages.success(request, gettext("On its way: look in your mailbox in a minute, and in the spam folder too."))
    else:
        messages.warning(
            request, gettext("It was sent a few times already. Look in the spam folder, or try again tomorrow.")
        )
    return redirect("quote-stored", token=quote.token)


def _quote_or_404(token: str) -> Quote:
    try:
        return quote_by_token(token)
    except Quote.DoesNotExist as error:
        raise Http404 from error


def _newer(quote: Quote) -> Quote | None:
    """The version that replaced it, once it is anybody's to see."""
    newer: Quote | None = Quote.objects.filter(previous=quote).exclude(state=QuoteState.DRAFT).first()
    return newer
