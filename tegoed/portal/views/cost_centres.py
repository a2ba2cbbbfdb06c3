"""The client's cost centres: which there are, renaming one or joining two (SPEC B5)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tegoed.beneficiaries.actions import rename_cost_centre
from tegoed.beneficiaries.queries import cost_centre_names_of, cost_centres_of
from tegoed.clients.models import Membership
from tegoed.portal.access import for_members, for_writers, page
from tegoed.portal.forms.people import CostCentreForm
from tegoed.portal.people_list import NO_COST_CENTRE
from tegoed.portal.site_trail import trail_of_cost_centres


@for_members
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Every cost centre in use with how many people, and what was renamed."""
    return page(
        request,
        membership,
        "cost_centres/overview.html",
        section="beneficiaries",
        centres=cost_centres_of(membership.client),
        no_cost_centre=NO_COST_CENTRE,
        trail=trail_of_cost_centres(membership.client),
    )


@for_writers
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Give a cost centre (`?centre=`, or chosen) another name; one that exists joins the two, after asking."""
    client = membership.client
    names = cost_centre_names_of(client)
    form = CostCentreForm(request.POST or None, names=names, initial={"old": request.GET.get("centre", "")})
    joins = ""
    if form.is_valid():
        old, new = form.cleaned_data["old"], form.cleaned_data["name"]
        if new in names and new != old and request.POST.get("joins") != new:
            joins = new
        else:
            _rename(request, membership, old=old, new=new)
            return redirect("portal:cost-centres", client_id=client.pk)
    return page(
        request,
        membership,
        "cost_centres/rename.html",
        section="beneficiaries",
        form=form,
        joins=joins,
        old=form.cleaned_data.get("old", "") if joins else "",
        names=names,
    )


def _rename(request: HttpRequest, membership: Membership, *, old: str, new: str) -> None:
    count = rename_cost_centre(client=membership.client, old=old, new=new, actor=membership.user)
    told = ngettext(
        "The cost centre of %(count)s person was changed.", "The cost centre of %(count)s people was changed.", count
    )
    messages.success(request, told % {"count": count})
