"""The client's workplaces: list, add, change, close, open again (SPEC B5)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.beneficiaries.queries import sites_with_people
from tegoed.clients.actions import add_site, change_site, set_site_open
from tegoed.clients.models import Membership, Site
from tegoed.errors import Refusal
from tegoed.flows.close_site import close_site
from tegoed.portal.access import for_members, for_writers, page
from tegoed.portal.forms.fields import as_form_error
from tegoed.portal.forms.people import CloseSiteForm, SiteForm
from tegoed.portal.site_trail import trail_of_sites

form_page = require_http_methods(["GET", "HEAD", "POST"])


@for_members
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """All workplaces, open ones first, with how many people's cards go there, and what was changed."""
    return page(
        request,
        membership,
        "sites/overview.html",
        section="beneficiaries",
        sites=sites_with_people(membership.client),
        trail=trail_of_sites(membership.client),
    )


@for_writers
@form_page
def add(request: HttpRequest, membership: Membership) -> HttpResponse:
    """A new workplace."""
    form = SiteForm(request.POST or None)
    if form.is_valid():
        try:
            site = add_site(client=membership.client, actor=membership.user, **form.particulars())
        except Refusal as refusal:
            form.add_error("name", as_form_error(refusal))
        else:
            messages.success(request, _("%(name)s was added.") % {"name": site})
            return redirect("portal:sites", client_id=membership.client_id)
    return page(request, membership, "sites/form.html", section="beneficiaries", form=form, site=None)


@for_writers
@form_page
def edit(request: HttpRequest, membership: Membership, site_id: int) -> HttpResponse:
    """Correct a workplace."""
    site = _site_or_404(membership, site_id)
    form = SiteForm(request.POST or None, initial={name: getattr(site, name) for name in SiteForm.base_fields})
    if form.is_valid():
        try:
            change_site(
                client=membership.client, site_id=site.pk, particulars=form.particulars(), actor=membership.user
            )
        except Refusal as refusal:
            form.add_error("name", as_form_error(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("portal:sites", client_id=membership.client_id)
    return page(request, membership, "sites/form.html", section="beneficiaries", form=form, site=site)


@for_writers
@form_page
def close(request: HttpRequest, membership: Membership, site_id: int) -> HttpResponse:
    """Ask first, and where the people of this workplace go."""
    site = _site_or_404(membership, site_id)
    used_count = site.beneficiaries.filter(is_active=True).count()
    form = CloseSiteForm(request.POST or None, client=membership.client, site=site, is_used=used_count > 0)
    if request.method == "POST" and (form.is_valid() or not used_count):
        try:
            close_site(
                client=membership.client,
                site_id=site.pk,
                move_to=form.cleaned_data.get("move_to") if used_count else None,
                actor=membership.user,
            )
        except Refusal as refusal:
            form.add_error(None, as_form_error(refusal))
        else:
            messages.success(request, _("%(name)s is closed.") % {"name": site})
            return redirect("portal:sites", client_id=membership.client_id)
    has_other_site = membership.client.sites.filter(is_active=True).exclude(pk=site.pk).exists()
    return page(
        request,
        membership,
        "sites/close.html",
        section="beneficiaries",
        form=form,
        site=site,
        used_count=used_count,
        has_other_site=has_other_site,
    )


@for_writers
@require_POST
def reopen(request: HttpRequest, membership: Membership, site_id: int) -> HttpResponse:
    """A closed workplace takes cards again."""
    site = _site_or_404(membership, site_id)
    set_site_open(client=membership.client, site_id=site.pk, is_open=True, actor=membership.user)
    messages.success(request, _("%(name)s is open again.") % {"name": site})
    return redirect("portal:sites", client_id=membership.client_id)


def _site_or_404(membership: Membership, site_id: int) -> Site:
    site = membership.client.sites.filter(pk=site_id).first()
    if site is None:
        raise Http404
    return site
