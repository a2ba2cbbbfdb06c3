"""Invoices for each cost centre, or for each billing group of several; owners only."""

from collections.abc import Mapping

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tegoed.beneficiaries.queries import billing_groups_of, cost_centre_names_of
from tegoed.clients.models import Membership
from tegoed.flows.invoices_by_group import set_invoice_groups
from tegoed.portal.access import for_owners, page
from tegoed.portal.forms.fields import LineField
from tegoed.portal.site_trail import trail_of_invoice_groups

GROUP_NAME_MAX = 40


class InvoiceGroupsForm(forms.Form):
    """Whether invoices are divided, and beside each cost centre (`centre`, in the order shown) its group (`group`)."""

    invoices_by_group = forms.BooleanField(label=gettext_lazy("One invoice for each cost centre"), required=False)

    def __init__(self, *, names: list[str], groups: Mapping[str, str], request: HttpRequest, is_on: bool) -> None:
        super().__init__(request.POST if request.method == "POST" else None, initial={"invoices_by_group": is_on})
        self.typed = dict(groups)
        if self.is_bound:
            told = zip(request.POST.getlist("centre"), request.POST.getlist("group"), strict=False)
            self.typed |= {centre: group for centre, group in told if centre in names}
        self.rows = [(name, self.typed.get(name, "")) for name in names]
        self.name_by_centre: dict[str, str] = {}

    def clean(self) -> None:
        """Each name is a line of text as it can stand on an invoice."""
        line = LineField(max_length=GROUP_NAME_MAX, required=False)
        for centre, typed in self.rows:
            try:
                self.name_by_centre[centre] = line.clean(typed)
            except ValidationError as refused:
                self.add_error(None, f"{centre}: {' '.join(refused.messages)}")


@for_owners
@require_http_methods(["GET", "HEAD", "POST"])
def invoice_groups(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Say whether, and which cost centres go together; orders confirmed from now on follow it."""
    client = membership.client
    names = cost_centre_names_of(client)
    form = InvoiceGroupsForm(
        names=names, groups=billing_groups_of(client), request=request, is_on=client.invoices_by_group
    )
    if form.is_valid():
        set_invoice_groups(
            client=client,
            is_on=form.cleaned_data["invoices_by_group"],
            name_by_centre=form.name_by_centre,
            actor=membership.user,
        )
        messages.success(
            request, _("Saved. Orders confirmed from now on follow this; invoices already made don't change.")
        )
        return redirect("portal:company", client_id=client.pk)
    return page(
        request,
        membership,
        "company/invoice_groups.html",
        section="company",
        form=form,
        name_length_max=GROUP_NAME_MAX,
        trail=trail_of_invoice_groups(client),
    )
