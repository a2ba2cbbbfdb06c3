"""Pages on the number of a person: showing it in full, asking that the national number takes its place (SPEC B3, X2)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tegoed.beneficiaries.actions import NissAlreadyKnown, ask_identifier_change
from tegoed.beneficiaries.actions.identifiers import show_identifier
from tegoed.beneficiaries.models import Beneficiary
from tegoed.beneficiaries.queries import beneficiaries_of
from tegoed.clients.models import Membership
from tegoed.errors import Refusal
from tegoed.portal.access import for_writers, page
from tegoed.portal.forms.fields import as_form_error
from tegoed.portal.forms.people import IdentifierForm
from tegoed.portal.views.beneficiaries import beneficiary_or_404, profile_page
from tegoed.rules.identifiers import pretty


@for_writers
@require_POST
def show_number(request: HttpRequest, membership: Membership, beneficiary_id: int) -> HttpResponse:
    """The profile with the full number, this once; it is written in the trail and kept by no cache."""
    beneficiary = beneficiary_or_404(membership, beneficiary_id)
    number = show_identifier(client=membership.client, beneficiary_id=beneficiary.pk, actor=membership.user)
    answer = profile_page(request, membership, beneficiary, number_shown=pretty(number))
    add_never_cache_headers(answer)
    return answer


@for_writers
@require_http_methods(["GET", "HEAD", "POST"])
def ask_number(request: HttpRequest, membership: Membership, beneficiary_id: int) -> HttpResponse:
    """The client knows the national number now; customer service decides."""
    client = membership.client
    beneficiary = beneficiary_or_404(membership, beneficiary_id)
    form = IdentifierForm(request.POST or None)
    known: Beneficiary | None = None
    if form.is_valid():
        try:
            ask_identifier_change(
                client=client,
                beneficiary_id=beneficiary.pk,
                identifier=form.cleaned_data["identifier"],
                actor=membership.user,
            )
        except NissAlreadyKnown as refusal:
            known = beneficiaries_of(client).filter(pk=refusal.params["beneficiary_id"]).first()
            form.add_error("identifier", _("Somebody else in your list already has this number."))
        except Refusal as refusal:
            form.add_error("identifier", as_form_error(refusal))
        else:
            messages.success(request, _("Asked. Customer service looks at it and you get a mail."))
            return redirect("portal:beneficiary", client_id=client.pk, beneficiary_id=beneficiary.pk)
    return page(
        request,
        membership,
        "beneficiaries/ask_number.html",
        section="beneficiaries",
        beneficiary=beneficiary,
        form=form,
        known=known,
    )
