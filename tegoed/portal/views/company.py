"""The company itself: its address and billing e-mail, which the owner corrects (SPEC B5), and four eyes (Q5)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.agreements.queries import attestations_of
from tegoed.clients.company import COMPANY_FIELDS, change_company, set_four_eyes
from tegoed.clients.models import Client, Membership, Role
from tegoed.clients.queries import approvers_of
from tegoed.clients.secretariats import mandates_of
from tegoed.errors import Refusal
from tegoed.portal.access import for_members, for_owners, page
from tegoed.portal.approval import has_waiting_orders
from tegoed.public.text_fields import AddressField
from tegoed.refusals import message_of


class CompanyForm(forms.ModelForm):
    """What stands on papers and where they go. Name and enterprise number are the register's: customer service changes them."""

    class Meta:
        model = Client
        fields = COMPANY_FIELDS
        field_classes = {"billing_email": AddressField}
        labels = {
            "street": gettext_lazy("Street and number"),
            "postcode": gettext_lazy("Postcode"),
            "town": gettext_lazy("Town"),
            "billing_email": gettext_lazy("E-mail on invoices"),
            "language": gettext_lazy("Language of invoices"),
        }

    def clean(self) -> dict[str, Any]:
        """What can't stand on an invoice is refused now, not by the worker that makes it."""
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and not value.isprintable():
                self.add_error(name, _("This holds a character that can't be printed. Type it again."))
        return cleaned


@for_members
@require_safe
def company(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Particulars, who may do what, and whether orders take four eyes."""
    client = membership.client
    return page(
        request,
        membership,
        "company/company.html",
        section="company",
        is_owner=membership.role == Role.OWNER,
        member_count=client.memberships.filter(user__is_active=True).count(),
        secretariat_mandates=mandates_of(client).filter(ended_at=None),
        approvers=approvers_of(client),
        has_waiting_orders=has_waiting_orders(client),
        has_attestations=attestations_of(client).exists(),
    )


@for_owners
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Correct address, billing e-mail or language; owners only."""
    shown = Client.objects.get(pk=membership.client_id)
    form = CompanyForm(request.POST or None, instance=shown)
    if form.is_valid():
        change_company(client=membership.client, particulars=form.cleaned_data, actor=membership.user)
        messages.success(request, _("Saved. Invoices made from now on carry these particulars."))
        return redirect("portal:company", client_id=membership.client_id)
    return page(request, membership, "company/edit.html", section="company", form=form)


@for_owners
@require_POST
def four_eyes(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Let somebody else approve each order from now on, or no longer; owners only."""
    is_on = request.POST.get("four_eyes") == "on"
    try:
        set_four_eyes(client=membership.client, is_on=is_on, actor=membership.user)
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(
            request,
            _("From now on somebody else approves each order after it is confirmed.")
            if is_on
            else _("Orders confirmed from now on go on at once. Orders that wait already still need approval."),
        )
    return redirect("portal:company", client_id=membership.client_id)
