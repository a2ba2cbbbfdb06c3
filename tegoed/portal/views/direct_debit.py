"""Paying by direct debit: the mandate in force, signing one, revoking it, its PDF."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.clients.models import Membership, Role
from tegoed.clients.queries import the_issuer
from tegoed.errors import Refusal
from tegoed.flows.sign_mandate import mandate_document, revoke_mandate, sign_mandate
from tegoed.portal.access import for_bookkeeping, for_owners, page
from tegoed.portal.forms.mandate import MandateForm
from tegoed.refusals import message_of
from tegoed.rules.direct_debit import NOTICE_DAYS
from tegoed.rules.enterprise import pretty_iban
from tegoed.treasury.models import Mandate, MandateScheme
from tegoed.treasury.queries import accounts_paid_from, mandate_in_force
from tegoed.treasury.reasons import reason_in_words

UNPROCESSABLE = 422


@for_bookkeeping
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """The mandate in force, those before, and what direct debit means."""
    mandate = mandate_in_force(membership.client)
    return page(
        request,
        membership,
        "direct_debit/overview.html",
        section="invoices",
        is_owner=membership.role == Role.OWNER,
        is_offered=bool(the_issuer().creditor_identifier),
        mandate=mandate,
        why_suspended=reason_in_words(mandate.suspended_reason) if mandate and mandate.suspended_reason else "",
        mandates=Mandate.objects.filter(client=membership.client).order_by("-id"),
        languages=settings.LANGUAGES,
        notice_days=NOTICE_DAYS,
    )


@for_owners
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Sign a mandate; owners only."""
    client = membership.client
    accounts = accounts_paid_from(client)
    initial = {"iban": pretty_iban(accounts[0].iban) if accounts else "", "signer_name": membership.user.full_name}
    form = MandateForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            sign_mandate(
                client=client,
                scheme=MandateScheme(form.cleaned_data["scheme"]),
                iban=form.cleaned_data["iban"],
                signer_name=form.cleaned_data["signer_name"],
                signer_function=form.cleaned_data["signer_function"],
                signed_from=get_adapter(request).get_client_ip(request),
                actor=membership.user,
            )
        except Refusal as refusal:
            form.add_error(None, message_of(refusal))
        else:
            messages.success(
                request, _("Signed. Invoices made from now on are collected; you get the mandate by mail.")
            )
            return redirect("portal:direct-debit", client_id=client.pk)
    return page(
        request,
        membership,
        "direct_debit/sign.html",
        section="invoices",
        status=UNPROCESSABLE if form.errors else 200,
        form=form,
        issuer=the_issuer(),
        notice_days=NOTICE_DAYS,
    )


@for_owners
@require_POST
def revoke(request: HttpRequest, membership: Membership, mandate_id: int) -> HttpResponse:
    """Revoke the mandate; owners only."""
    try:
        revoke_mandate(client=membership.client, mandate_id=mandate_id, actor=membership.user)
    except Mandate.DoesNotExist as missing:
        raise Http404 from missing
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("Revoked. You pay your invoices by transfer again."))
    return redirect("portal:direct-debit", client_id=membership.client_id)


@for_bookkeeping
@require_safe
def pdf(request: HttpRequest, membership: Membership, mandate_id: int) -> HttpResponse:
    """What was signed; `?language=` nl, fr, en or de, else the language it was sent in."""
    mandate = Mandate.objects.select_related("document").filter(client=membership.client, pk=mandate_id).first()
    language = request.GET.get("language")
    if mandate is None or (language is not None and language not in dict(settings.LANGUAGES)):
        raise Http404
    document = mandate_document(mandate, language=language or mandate.language)
    response = HttpResponse(bytes(document.content), content_type=document.media_type)
    response["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=document.file_name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
