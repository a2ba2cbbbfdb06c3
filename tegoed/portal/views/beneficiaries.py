"""Pages on beneficiaries that show: overview, search, profile."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tegoed.beneficiaries.models import Beneficiary, IdentifierChangeState
from tegoed.beneficiaries.queries import beneficiaries_of, cost_centre_names_of, newest_identifier_change
from tegoed.clients.models import Membership, ProductChoice
from tegoed.clients.queries import open_sites_of
from tegoed.portal.access import for_members, page
from tegoed.portal.client_cards import cards_of_beneficiary
from tegoed.portal.forms.people_many import KIND_LABELS
from tegoed.portal.people import drafts_with, lines_of_last_year, looks_like_identifier, person_with_identifier
from tegoed.portal.people_list import (
    ACTIVITIES,
    CARD_STATES,
    HOME,
    NO_COST_CENTRE,
    SORT_WORDS,
    SORTS,
    PeopleWish,
    people_page,
)
from tegoed.portal.people_trail import trail_of
from tegoed.rules.dates import brussels_today
from tegoed.rules.identifiers import IdentifierKind
from tegoed.wallets.queries import loaded_through


@for_members
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Whoever the address asks for (`PeopleWish`), a page at a time."""
    client = membership.client
    wish = PeopleWish.from_query(request.GET)
    people = people_page(request, client, wish)
    return page(
        request,
        membership,
        "beneficiaries/overview.html",
        section="beneficiaries",
        people=people,
        wish=wish,
        sort_columns=_sort_columns(wish),
        activities=ACTIVITIES.items(),
        sites=[(str(site.pk), site.name) for site in open_sites_of(client)] + [(HOME, _("At home"))],
        centres=[(name, name) for name in cost_centre_names_of(client)] + [(NO_COST_CENTRE, _("No cost centre"))],
        card_states=CARD_STATES.items(),
        sorts=SORT_WORDS.items(),
        kinds=KIND_LABELS.items(),
        has_any=bool(people.object_list) or wish.is_narrowed or beneficiaries_of(client).exists(),
    )


def _sort_columns(wish: PeopleWish) -> dict[str, dict[str, str]]:
    """For each way to sort: where its heading leads, and how the list is sorted by it now (for `aria-sort`)."""
    columns = {}
    for name in SORTS:
        now = {name: "ascending", f"-{name}": "descending"}.get(wish.sort, "")
        columns[name] = {"query": wish.as_query(sort=f"-{name}" if now == "ascending" else name), "now": now}
    return columns


@for_members
@require_POST
def search(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Turn what was typed into an address; a national number goes to its person and never into the address."""
    client = membership.client
    words = request.POST.get("q", "").strip()
    if looks_like_identifier(words):
        found = person_with_identifier(client, words)
        if found is not None:
            return redirect("portal:beneficiary", client_id=client.pk, beneficiary_id=found.pk)
        messages.warning(request, _("Nobody with that number is among your beneficiaries."))
        return redirect("portal:beneficiaries", client_id=client.pk)
    wish = PeopleWish.from_query(request.POST)
    return redirect(list_address(client.pk, wish.as_query()))


def list_address(client_id: int, query: str) -> str:
    """The overview with what was asked there."""
    address = reverse("portal:beneficiaries", args=[client_id])
    return f"{address}?{query}" if query else address


@for_members
@require_safe
def profile(request: HttpRequest, membership: Membership, beneficiary_id: int) -> HttpResponse:
    """One person: particulars, card, what was given, who changed what."""
    return profile_page(request, membership, beneficiary_or_404(membership, beneficiary_id))


def beneficiary_or_404(membership: Membership, beneficiary_id: int) -> Beneficiary:
    """The client's beneficiary, with masked number; another client's is not there."""
    beneficiary = beneficiaries_of(membership.client).filter(pk=beneficiary_id).first()
    if beneficiary is None:
        raise Http404
    return beneficiary


def profile_page(request: HttpRequest, membership: Membership, beneficiary: Beneficiary, **more: Any) -> HttpResponse:
    """The profile; `more`: what only this answer shows."""
    client = membership.client
    today = brussels_today()
    loaded = loaded_through(client, [beneficiary.pk]).get(beneficiary.pk, {})
    change = newest_identifier_change(beneficiary)
    is_replaceable = beneficiary.identifier_kind != IdentifierKind.NISS  # type: ignore[attr-defined]
    is_asked = change is not None and change.state == IdentifierChangeState.ASKED
    facts: dict[str, Any] = {
        "section": "beneficiaries",
        "beneficiary": beneficiary,
        "usual_amounts": beneficiary.products.order_by("product"),
        "cards": cards_of_beneficiary(beneficiary, today=today),
        "today": today,
        "loaded": [(ProductChoice(product).label, cents) for product, cents in sorted(loaded.items())],
        "lines": lines_of_last_year(beneficiary, today=today),
        "drafts": [] if beneficiary.is_active else drafts_with(client, beneficiary),
        "identifier_change": change if is_asked or is_replaceable else None,
        "may_ask_number": is_replaceable and not is_asked,
        "trail": trail_of(client, beneficiary),
    }
    return page(request, membership, "beneficiaries/profile.html", **(facts | more))
