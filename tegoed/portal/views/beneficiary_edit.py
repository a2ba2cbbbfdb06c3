"""Pages that write one beneficiary: add, edit, deactivate, reactivate (SPEC B1, B4, B5)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tegoed.beneficiaries.actions import (
    NissAlreadyKnown,
    add_beneficiary,
    change_beneficiary,
    deactivate_beneficiary,
    reactivate_beneficiary,
)
from tegoed.beneficiaries.models import Beneficiary, CardDelivery
from tegoed.beneficiaries.queries import beneficiaries_of, cost_centre_names_of
from tegoed.clients.models import Membership
from tegoed.errors import Refusal
from tegoed.portal.access import for_writers, page
from tegoed.portal.forms.beneficiary import DOUBTS, LOOKS_LIKE_KNOWN, BeneficiaryForm, ParticularsForm, typed_before
from tegoed.portal.forms.fields import as_form_error
from tegoed.portal.forms.people import LeaverForm
from tegoed.portal.people import drafts_with, newest_card_of
from tegoed.portal.views.beneficiaries import beneficiary_or_404
from tegoed.refusals import message_of
from tegoed.rules.card_need import CardState

ON_ITS_WAY = (CardState.IN_PRODUCTION, CardState.SHIPPED)
form_page = require_http_methods(["GET", "HEAD", "POST"])


@for_writers
@form_page
def add(request: HttpRequest, membership: Membership) -> HttpResponse:
    """The form for one person; what looks odd is shown once before it is saved."""
    client = membership.client
    form = BeneficiaryForm(request.POST or None, client=client)
    doubts: list[str] = []
    known: Beneficiary | None = None
    if form.is_valid():
        doubts = form.unchecked_doubts()
        if not doubts:
            try:
                beneficiary = _add(membership, form)
            except NissAlreadyKnown as refusal:
                form.add_error("identifier", as_form_error(refusal))
                known = beneficiaries_of(client).filter(pk=refusal.params["beneficiary_id"]).first()
            except Refusal as refusal:
                form.add_error(None, as_form_error(refusal))
            else:
                messages.success(request, _("%(name)s was added.") % {"name": beneficiary})
                return redirect("portal:beneficiaries", client_id=client.pk)
    return page(
        request,
        membership,
        "beneficiaries/add.html",
        section="beneficiaries",
        form=form,
        doubts=[DOUBTS[code] for code in doubts],
        doubt_codes=" ".join(doubts),
        look_alikes=form.known_look_alikes() if LOOKS_LIKE_KNOWN in doubts else [],
        known=known,
        cost_centres=cost_centre_names_of(client),
    )


def _add(membership: Membership, form: BeneficiaryForm) -> Beneficiary:
    return add_beneficiary(
        client=membership.client,
        identifier=form.cleaned_data["identifier"],
        particulars=form.particulars(),
        usual_amounts=form.usual_amounts(),
        actor=membership.user,
    )


@for_writers
@form_page
def edit(request: HttpRequest, membership: Membership, beneficiary_id: int) -> HttpResponse:
    """Everything a client may change of a person; the number has a page of its own."""
    client = membership.client
    beneficiary = beneficiary_or_404(membership, beneficiary_id)
    form = ParticularsForm(request.POST or None, client=client, initial=typed_before(beneficiary))
    if form.is_valid():
        try:
            changes = change_beneficiary(
                client=client,
                beneficiary_id=beneficiary.pk,
                particulars=form.particulars(),
                usual_amounts=form.usual_amounts(),
                products=[fields.product for fields in form.product_fields],
                actor=membership.user,
            )
        except Refusal as refusal:
            form.add_error(None, as_form_error(refusal))
        else:
            messages.success(request, _("Saved.") if changes else _("Nothing was different, so nothing changed."))
            return redirect("portal:beneficiary", client_id=client.pk, beneficiary_id=beneficiary.pk)
    return page(
        request,
        membership,
        "beneficiaries/edit.html",
        section="beneficiaries",
        beneficiary=beneficiary,
        form=form,
        cost_centres=cost_centre_names_of(client),
    )


@for_writers
@form_page
def deactivate(request: HttpRequest, membership: Membership, beneficiary_id: int) -> HttpResponse:
    """Ask first; where cards go to the workplace, ask the home address too (SPEC B4)."""
    beneficiary = beneficiary_or_404(membership, beneficiary_id)
    asks_address = beneficiary.card_delivery == CardDelivery.SITE
    form = LeaverForm(request.POST or None, beneficiary=beneficiary)
    if request.method == "POST" and (not asks_address or form.is_valid()):
        try:
            deactivate_beneficiary(
                client=membership.client,
                beneficiary_id=beneficiary.pk,
                home=form.home() if asks_address else None,
                actor=membership.user,
            )
        except Refusal as refusal:
            form.add_error(None, as_form_error(refusal))
        else:
            messages.success(request, _("%(name)s is no longer active.") % {"name": beneficiary})
            return _to_profile(membership, beneficiary)
    card = newest_card_of(beneficiary)
    return page(
        request,
        membership,
        "beneficiaries/deactivate.html",
        section="beneficiaries",
        beneficiary=beneficiary,
        form=form if asks_address else None,
        card_on_its_way=card is not None and card.state in ON_ITS_WAY and asks_address,
        drafts=drafts_with(membership.client, beneficiary),
    )


@for_writers
@form_page
def reactivate(request: HttpRequest, membership: Membership, beneficiary_id: int) -> HttpResponse:
    """Ask first; the same person, with the same card and vouchers."""
    beneficiary = beneficiary_or_404(membership, beneficiary_id)
    if request.method == "POST":
        try:
            reactivate_beneficiary(client=membership.client, beneficiary_id=beneficiary.pk, actor=membership.user)
        except Refusal as refusal:
            messages.error(request, message_of(refusal))
        else:
            messages.success(request, _("%(name)s is active again.") % {"name": beneficiary})
        return _to_profile(membership, beneficiary)
    return page(request, membership, "beneficiaries/reactivate.html", section="beneficiaries", beneficiary=beneficiary)


def _to_profile(membership: Membership, beneficiary: Beneficiary) -> HttpResponse:
    return redirect("portal:beneficiary", client_id=membership.client_id, beneficiary_id=beneficiary.pk)
