"""Payments that came without a number: is it yours, and what for (SPEC P4)?"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tegoed.banking.models import StatementLine
from tegoed.clients.models import Membership
from tegoed.errors import Refusal
from tegoed.flows.claim_payment import claim_payment, deny_payment
from tegoed.portal.access import for_bookkeeping, for_writers, page
from tegoed.portal.claims import claimable_payments
from tegoed.refusals import message_of

INVOICES_MAX = 50


@for_bookkeeping
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Each payment with what it could be for; who may order can say so with one click."""
    return page(
        request,
        membership,
        "payments/overview.html",
        section="invoices",
        payments=claimable_payments(membership.client),
    )


@for_writers
@require_POST
def claim(request: HttpRequest, membership: Membership, line_id: int) -> HttpResponse:
    """It is for these invoices; none named: it stays on account."""
    typed = request.POST.getlist("invoice")[:INVOICES_MAX]
    invoice_ids = [int(number) for number in typed if number.isascii() and number.isdigit() and len(number) <= 12]  # noqa: PLR2004
    if len(invoice_ids) != len(typed):
        raise Http404
    try:
        claimed = claim_payment(
            client=membership.client, line_id=line_id, invoice_ids=invoice_ids, actor=membership.user
        )
    except StatementLine.DoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        if claimed.is_placed:
            messages.success(request, _("Thank you. The payment is placed; vouchers that are paid are loaded now."))
        else:
            messages.success(request, _("Thank you. We check it and place the payment; you get a mail then."))
    return redirect("portal:payments", client_id=membership.client_id)


@for_writers
@require_POST
def deny(request: HttpRequest, membership: Membership, line_id: int) -> HttpResponse:
    """It isn't theirs: the page doesn't ask again."""
    try:
        deny_payment(client=membership.client, line_id=line_id, actor=membership.user)
    except StatementLine.DoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        messages.info(request, message_of(refusal))
    else:
        messages.success(request, _("Thank you. We look for whose payment it is."))
    return redirect("portal:payments", client_id=membership.client_id)
