"""Credit on account: where it came from, where it went; used for an invoice, by itself for the next, or asked back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.billing.models import Invoice
from tegoed.billing.queries import open_invoices_of
from tegoed.clients.company import set_pays_from_credit
from tegoed.clients.models import Membership, Role
from tegoed.errors import Refusal
from tegoed.flows.refunds import ask_refund_of_credit, withdraw_refund
from tegoed.flows.use_credit import use_credit
from tegoed.portal.access import for_bookkeeping, for_owners, for_writers, page
from tegoed.public.money_fields import RefundForm
from tegoed.refusals import message_of
from tegoed.rules.money import format_euro
from tegoed.treasury.models import Refund
from tegoed.treasury.queries import accounts_paid_from, available_credit_cents, credit_story
from tegoed.treasury.refusals import RefundIbanOfIssuer

INVOICES_SHOWN_MAX = 20
UNPROCESSABLE = 422


@for_bookkeeping
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """The credit, its story, and what can be done with it."""
    client = membership.client
    return page(
        request,
        membership,
        "credit/overview.html",
        section="invoices",
        is_owner=membership.role == Role.OWNER,
        story=credit_story(client),
        open_invoices=open_invoices_of(client)[:INVOICES_SHOWN_MAX],
    )


@for_writers
@require_POST
def use(request: HttpRequest, membership: Membership, invoice_id: int) -> HttpResponse:
    """Pay an open invoice from credit, all or what fits."""
    try:
        cents = use_credit(client=membership.client, invoice_id=invoice_id, actor=membership.user)
    except Invoice.DoesNotExist as missing:
        raise Http404 from missing
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return redirect("portal:credit", client_id=membership.client_id)
    amount = format_euro(cents, (get_language() or "en")[:2])
    messages.success(request, _("%(amount)s of your credit was used for this invoice.") % {"amount": amount})
    return redirect("portal:invoice", client_id=membership.client_id, invoice_id=invoice_id)


@for_owners
@require_POST
def automatic(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Let credit pay the next invoices by itself, or no longer; owners only."""
    is_on = request.POST.get("automatic") == "on"
    set_pays_from_credit(client=membership.client, is_on=is_on, actor=membership.user)
    messages.success(
        request,
        _("From now on credit is used for the next invoice by itself.")
        if is_on
        else _("From now on credit stays where it is until you use it."),
    )
    return redirect("portal:credit", client_id=membership.client_id)


@for_owners
@require_http_methods(["GET", "HEAD", "POST"])
def ask_back(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Ask credit back; owners only. Somebody of the issuer decides about it. Without credit: to the page on credit."""
    client = membership.client
    available_cents = available_credit_cents(client)
    if not available_cents and request.method != "POST":
        return redirect("portal:credit", client_id=client.pk)
    form = RefundForm(request.POST or None, accounts=accounts_paid_from(client), initial={"amount": available_cents})
    if form.is_valid():
        try:
            ask_refund_of_credit(
                client=client,
                amount_cents=form.cleaned_data["amount"],
                iban=form.cleaned_data["iban"],
                reason=form.cleaned_data["reason"],
                actor=membership.user,
            )
        except Refusal as refusal:
            form.add_error("other_iban" if isinstance(refusal, RefundIbanOfIssuer) else "amount", message_of(refusal))
        else:
            messages.success(request, _("Asked. You get a mail when it is approved, and when it is paid."))
            return redirect("portal:credit", client_id=client.pk)
    return page(
        request,
        membership,
        "credit/ask_back.html",
        section="invoices",
        status=UNPROCESSABLE if form.errors else 200,
        form=form,
        available_cents=available_cents,
    )


@for_owners
@require_POST
def withdraw(request: HttpRequest, membership: Membership, refund_id: int) -> HttpResponse:
    """Take back what was asked; owners only."""
    try:
        withdraw_refund(client=membership.client, refund_id=refund_id, actor=membership.user)
    except Refund.DoesNotExist as missing:
        raise Http404 from missing
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("Withdrawn. The amount is on your credit."))
    return redirect("portal:credit", client_id=membership.client_id)
