"""Accepting a quote or offer on its own page, and what comes next (SPEC Q3).

Its one law: the page that follows says the same whether the company was opened or staff look at it first; only the mail
knows. A quote accepted already, from whatever browser, shows that page.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tegoed.clients.contract_words import Price, included_in_words, prices_in_words
from tegoed.clients.queries import the_issuer
from tegoed.clients.signatures import Signer
from tegoed.errors import Refusal
from tegoed.flows.accept_quote import accept_quote, check_can_be_accepted, send_welcome_again
from tegoed.public.accept_forms import AcceptForm
from tegoed.public.downloads import reader_language
from tegoed.public.private_pages import for_its_reader_only
from tegoed.public.rate_limits import within_limit
from tegoed.public.visitor import evidence_of
from tegoed.quotes.models import Quote, QuoteAcceptance, QuoteKind, QuoteLine, QuoteState
from tegoed.quotes.queries import line_costs, quote_by_token
from tegoed.quotes.wording import sentence_to_accept
from tegoed.refusals import message_of

SESSION_KEY = "quotes_accepted"
"""In the session of who accepted: by quote, where the mail went."""


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line of the quote, what it costs in all, and the contract that comes of it: what it includes, its prices."""

    line: QuoteLine
    total_cents: int
    included: list[str]
    prices: list[Price]


@for_its_reader_only
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """What is accepted, and the form that does it."""
    quote = _quote_or_404(token)
    if quote.state == QuoteState.ACCEPTED:
        return redirect("quote-accepted", token=token)
    try:
        check_can_be_accepted(quote)
    except Refusal as refusal:
        return render(request, "public/accept/impossible.html", {"quote": quote, "why": message_of(refusal)})
    sentence = sentence_to_accept(quote)
    form = AcceptForm(request.POST or None, sentence=sentence, initial=_known_of(quote))
    if not form.is_valid():
        return _form_page(request, quote, form)
    cleaned = form.cleaned_data
    mail_limit = {"action": "quote-accept-mail", "key": cleaned["email"]}  # each try may bring a mail to that address
    if not (within_limit(request, action="quote-accept", key=token) and within_limit(request, **mail_limit)):
        form.add_error(None, _("This was tried too often. Wait an hour, or write to us."))
        return _form_page(request, quote, form, status=HTTPStatus.TOO_MANY_REQUESTS)
    signer = Signer(name=cleaned["name"], function=cleaned["function"], statement=sentence, **evidence_of(request))
    try:
        accept_quote(quote_id=quote.pk, company=form.company(), signer=signer, email=cleaned["email"])
    except Refusal as refusal:
        form.add_error(None, message_of(refusal))
        return _form_page(request, quote, form)
    request.session[SESSION_KEY] = {**request.session.get(SESSION_KEY, {}), str(quote.pk): masked(cleaned["email"])}
    return redirect("quote-accepted", token=token)


@for_its_reader_only
@require_http_methods(["GET", "HEAD", "POST"])
def accepted(request: HttpRequest, token: str) -> HttpResponse:
    """Where to look for the mail, and whom to ask when it doesn't come. A POST sends it once more."""
    quote = _quote_or_404(token)
    acceptance = QuoteAcceptance.objects.select_related("client").filter(quote=quote).first()
    sent_to = request.session.get(SESSION_KEY, {}).get(str(quote.pk), "")
    if acceptance is not None:
        sent_to = masked(acceptance.email)
    if not sent_to:
        return redirect("quote-accept", token=token)
    if request.method == "POST":
        if within_limit(request, action="invitation-link", key=acceptance.email if acceptance else token):
            if acceptance is not None:
                send_welcome_again(acceptance)
            messages.success(request, _("The mail was sent again. Look in the spam folder too."))
        else:
            messages.warning(
                request, _("A mail was sent a moment ago. Wait ten minutes before you ask for another one.")
            )
        return redirect("quote-accepted", token=token)
    context = {"quote": quote, "sent_to": sent_to, "email": the_issuer().email}
    return render(request, "public/accept/accepted.html", context)


def masked(email: str) -> str:
    """Enough of an address for who typed it: `a***@bakery.example`."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:1]}***@{domain}"


def _quote_or_404(token: str) -> Quote:
    try:
        return quote_by_token(token)
    except Quote.DoesNotExist:
        raise Http404 from None


def _known_of(quote: Quote) -> dict[str, str]:
    """What the prospect told before: nobody types it twice.

    Of a lead that a visitor named only what the visitor typed; an offer went to the lead's own address, so all of it.
    """
    known = {"language": reader_language()}
    if quote.lead is not None:
        known |= {"company_name": quote.lead.company_name, "email": quote.lead.email}
        known["billing_email"] = quote.lead.email
        if quote.kind == QuoteKind.OFFER:
            known |= {"enterprise_number": quote.lead.enterprise_number, "name": quote.lead.contact_name}
    return known


def _form_page(request: HttpRequest, quote: Quote, form: AcceptForm, *, status: int | None = None) -> HttpResponse:
    lines = [
        LineShown(
            line=line,
            total_cents=line_costs(line).total_cents,
            included=included_in_words(line.product, line.form),
            prices=prices_in_words(line.tariff, line.form),
        )
        for line in quote.lines.all()
    ]
    context: dict[str, Any] = {"section": "quote", "quote": quote, "lines": lines, "form": form}
    fitting = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "public/accept/form.html", context, status=status or fitting)
