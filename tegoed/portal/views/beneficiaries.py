"""Pages on beneficiaries: overview, search, profile, adding one by hand."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.beneficiaries.actions import NissAlreadyKnown, add_beneficiary
from tegoed.beneficiaries.models import Beneficiary
from tegoed.beneficiaries.queries import beneficiaries_of
from tegoed.clients.models import Membership, ProductChoice
from tegoed.errors import Refusal
from tegoed.portal.access import for_members, for_writers, page
from tegoed.portal.forms.beneficiary import DOUBTS, BeneficiaryForm
from tegoed.portal.forms.fields import as_form_error
from tegoed.portal.pages import page_of
from tegoed.portal.people import (
    lines_of_last_year,
    looks_like_identifier,
    newest_card_of,
    people_shown,
    person_with_identifier,
)
from tegoed.rules.dates import brussels_today
from tegoed.wallets.queries import loaded_through

ACTIVITIES = ("active", "inactive", "all")


@for_members
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Everybody, by name; `?q=` words of a name or a staff number, `?show=` active, inactive or all."""
    words = request.GET.get("q", "").strip()
    activity = request.GET.get("show", "active")
    activity = activity if activity in ACTIVITIES else "active"
    people = people_shown(membership.client, words=words, activity=activity)
    return page(
        request,
        membership,
        "beneficiaries/overview.html",
        section="beneficiaries",
        people=page_of(request, people),
        words=words,
        activity=activity,
        has_any=bool(words) or activity != "active" or beneficiaries_of(membership.client).exists(),
    )


@for_members
@require_POST
def search(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Turn what was typed into an address; a national number goes to its person and never into the address."""
    client = membership.client
    words = request.POST.get("q", "").strip()
    activity = request.POST.get("show", "active")
    if looks_like_identifier(words):
        found = person_with_identifier(client, words)
        if found is not None:
            return redirect("portal:beneficiary", client_id=client.pk, beneficiary_id=found.pk)
        messages.warning(request, _("Nobody with that number is among your beneficiaries."))
        return redirect("portal:beneficiaries", client_id=client.pk)
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in (("q", words), ("show", activity)) if value})
    return redirect(f"{reverse('portal:beneficiaries', args=[client.pk])}?{query.urlencode()}")


@for_members
@require_safe
def profile(request: HttpRequest, membership: Membership, beneficiary_id: int) -> HttpResponse:
    """One person: particulars, card, what was given."""
    beneficiary = beneficiaries_of(membership.client).filter(pk=beneficiary_id).first()
    if beneficiary is None:
        raise Http404
    loaded = loaded_through(membership.client, [beneficiary.pk]).get(beneficiary.pk, {})
    return page(
        request,
        membership,
        "beneficiaries/profile.html",
        section="beneficiaries",
        beneficiary=beneficiary,
        usual_amounts=beneficiary.products.order_by("product"),
        card=newest_card_of(beneficiary),
        loaded=[(ProductChoice(product).label, cents) for product, cents in sorted(loaded.items())],
        lines=lines_of_last_year(beneficiary, today=brussels_today()),
    )


@for_writers
@require_http_methods(["GET", "HEAD", "POST"])
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
        known=known,
    )


def _add(membership: Membership, form: BeneficiaryForm) -> Beneficiary:
    return add_beneficiary(
        client=membership.client,
        identifier=form.cleaned_data["identifier"],
        particulars=form.particulars(),
        usual_amounts=form.usual_amounts(),
        actor=membership.user,
    )
