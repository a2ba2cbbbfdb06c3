"""“My social secretariat orders for us”: the mandate is signed here, seen and ended (SPEC S1). Owners only."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tegoed.clients.models import Membership, SecretariatMandate
from tegoed.clients.secretariats import mandates_of
from tegoed.clients.signatures import Signer
from tegoed.errors import Refusal
from tegoed.flows.secretariats import end_secretariat_mandate, sign_secretariat_mandate
from tegoed.portal.access import for_owners, page
from tegoed.portal.forms.secretariat import STATEMENT, SecretariatMandateForm
from tegoed.public.visitor import evidence_of
from tegoed.refusals import message_of

UNPROCESSABLE = 422


@for_owners
@require_http_methods(["GET", "HEAD", "POST"])
def secretariat(request: HttpRequest, membership: Membership) -> HttpResponse:
    """The mandates there are and were; signing one."""
    client = membership.client
    form = SecretariatMandateForm(request.POST or None, initial={"name": membership.user.full_name})
    if form.is_valid():
        told = form.cleaned_data
        signer = Signer(name=told["name"], function=told["function"], statement=str(STATEMENT), **evidence_of(request))
        try:
            sign_secretariat_mandate(
                client=client, secretariat=told["secretariat"], signer=signer, actor=membership.user
            )
        except Refusal as refusal:
            form.add_error(None, message_of(refusal))
        else:
            messages.success(
                request,
                _("Signed. The people of %(name)s can order for your company from now on; you get a mail about it.")
                % {"name": told["secretariat"].name},
            )
            return redirect("portal:secretariat", client_id=client.pk)
    mandates = list(mandates_of(client))
    return page(
        request,
        membership,
        "secretariat/secretariat.html",
        section="company",
        status=UNPROCESSABLE if form.errors else 200,
        form=form,
        running=[mandate for mandate in mandates if mandate.ended_at is None],
        ended=[mandate for mandate in mandates if mandate.ended_at is not None],
    )


@for_owners
@require_POST
def end(request: HttpRequest, membership: Membership, secretariat_mandate_id: int) -> HttpResponse:
    """End a mandate at once."""
    try:
        can_approve = end_secretariat_mandate(
            client=membership.client, mandate_id=secretariat_mandate_id, actor=membership.user
        )
    except SecretariatMandate.DoesNotExist as missing:
        raise Http404 from missing
    messages.success(request, _("Ended. The people of the secretariat can no longer open the account of your company."))
    if not can_approve:
        messages.warning(
            request,
            _(
                "Orders need the approval of a second person, and now there are too few people for that. Invite somebody who "
                "may approve, or switch the approval off on the company page."
            ),
        )
    return redirect("portal:secretariat", client_id=membership.client_id)
