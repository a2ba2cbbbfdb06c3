"""Who gets the mails about money: list, add, change, remove. Owners and accountants say so; other members look."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.clients.billing_contacts import (
    CONTACT_FIELDS,
    add_billing_contact,
    billing_contacts_of,
    change_billing_contact,
    remove_billing_contact,
)
from tegoed.clients.models import BillingContact, Membership
from tegoed.errors import Refusal
from tegoed.portal.access import for_bookkeeping, for_contact_managers, may_manage_contacts, page
from tegoed.portal.contact_trail import trail_of_contacts
from tegoed.portal.forms.fields import as_form_error
from tegoed.public.text_fields import AddressField
from tegoed.refusals import message_of

form_page = require_http_methods(["GET", "HEAD", "POST"])


class BillingContactForm(forms.ModelForm):
    """One contact. The words for what it receives are those of `RECEIVES`."""

    class Meta:
        model = BillingContact
        fields = CONTACT_FIELDS
        field_classes = {"email": AddressField}
        labels = {
            "email": gettext_lazy("E-mail"),
            "name": gettext_lazy("Name"),
            "language": gettext_lazy("Language of the mails"),
            "receives_invoices": gettext_lazy("Invoices and credit notes"),
            "receives_reminders": gettext_lazy("Reminders"),
            "receives_payment_notices": gettext_lazy("Notices of payments, loads and monthly orders"),
            "receives_statements": gettext_lazy("Statements of account"),
        }

    def clean(self) -> dict[str, Any]:
        """What can't be printed is refused."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("email", "name"):
            if not str(cleaned.get(name, "")).isprintable():
                self.add_error(name, _("This holds a character that can't be printed. Type it again."))
        return cleaned

    def validate_constraints(self) -> None:
        """The action looks, with the client held, and refuses in words."""


@for_bookkeeping
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """All contacts, with what each receives, and what was changed."""
    return page(
        request,
        membership,
        "billing_contacts/overview.html",
        section="invoices",
        tab="contacts",
        contacts=billing_contacts_of(membership.client),
        may_manage=may_manage_contacts(membership),
        trail=trail_of_contacts(membership.client),
    )


@for_contact_managers
@form_page
def add(request: HttpRequest, membership: Membership) -> HttpResponse:
    """One more address."""
    form = BillingContactForm(request.POST or None, initial={"language": membership.client.language})
    if form.is_valid():
        try:
            add_billing_contact(client=membership.client, particulars=form.cleaned_data, actor=membership.user)
        except Refusal as refusal:
            form.add_error("email", as_form_error(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("portal:billing-contacts", client_id=membership.client_id)
    return page(
        request, membership, "billing_contacts/form.html", section="invoices", tab="contacts", form=form, contact=None
    )


@for_contact_managers
@form_page
def edit(request: HttpRequest, membership: Membership, contact_id: int) -> HttpResponse:
    """Correct an address, its language, or what it receives."""
    contact = _contact_or_404(membership, contact_id)
    form = BillingContactForm(request.POST or None, initial={name: getattr(contact, name) for name in CONTACT_FIELDS})
    if form.is_valid():
        try:
            change_billing_contact(
                client=membership.client, contact_id=contact.pk, particulars=form.cleaned_data, actor=membership.user
            )
        except Refusal as refusal:
            form.add_error(None, as_form_error(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("portal:billing-contacts", client_id=membership.client_id)
    return page(
        request,
        membership,
        "billing_contacts/form.html",
        section="invoices",
        tab="contacts",
        form=form,
        contact=contact,
    )


@for_contact_managers
@require_POST
def remove(request: HttpRequest, membership: Membership, contact_id: int) -> HttpResponse:
    """This address gets no more mails."""
    contact = _contact_or_404(membership, contact_id)
    try:
        remove_billing_contact(client=membership.client, contact_id=contact.pk, actor=membership.user)
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("%(email)s gets no more mails about invoices.") % {"email": contact.email})
    return redirect("portal:billing-contacts", client_id=membership.client_id)


def _contact_or_404(membership: Membership, contact_id: int) -> BillingContact:
    contact = membership.client.billing_contacts.filter(pk=contact_id).first()
    if contact is None:
        raise Http404
    return contact
