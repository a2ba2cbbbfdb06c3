"""Numbers to be replaced: the queue, the decision, and people's own page for staff (SPEC B3, A1).

Its one law: staff see numbers masked; who is who is judged by name, birth date and what the client says.
"""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.forms import IdentifierForm, RefusalReasonForm
from tegoed.backoffice.lists import page_of
from tegoed.backoffice.people import doubts_of, people_found, person_with_number, trail_of_person
from tegoed.beneficiaries.models import Beneficiary, IdentifierChange, IdentifierChangeState
from tegoed.beneficiaries.queries import identifier_changes_asked
from tegoed.clients.models import User
from tegoed.errors import Refusal
from tegoed.flows.decide_identifier_change import (
    approve_identifier_change,
    prospect_of,
    refuse_identifier_change,
    replace_identifier,
)
from tegoed.refusals import message_of

WORDS_LENGTH_MAX = 80


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What clients asked and nobody decided, the oldest first."""
    return page(
        request,
        "identifier_changes/overview.html",
        section="overview",
        changes=page_of(request, identifier_changes_asked()),
    )


@for_staff
@require_safe
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """One of them, with what speaks for and against it."""
    return _change_page(request, _change_or_404(change_id), RefusalReasonForm())


def _change_or_404(change_id: int) -> IdentifierChange:
    changes = IdentifierChange.objects.select_related("client", "beneficiary", "asked_by", "decided_by")
    return get_object_or_404(changes, pk=change_id)


def _change_page(request: HttpRequest, shown: IdentifierChange, form: RefusalReasonForm) -> HttpResponse:
    is_asked = shown.state == IdentifierChangeState.ASKED
    prospect = prospect_of(shown) if is_asked else None
    return page(
        request,
        "identifier_changes/change.html",
        section="overview",
        change=shown,
        is_asked=is_asked,
        doubts=doubts_of(shown) if is_asked else [],
        known_elsewhere=prospect.known_elsewhere if prospect else [],
        obstacle=message_of(prospect.obstacle) if prospect and prospect.obstacle else "",
        identifiers=shown.beneficiary.person.identifiers.order_by("-replaced_at", "-id"),
        form=form,
    )


@for_staff
@require_POST
def approve(request: HttpRequest, change_id: int) -> HttpResponse:
    """Put the number in place."""
    shown = _change_or_404(change_id)
    try:
        approve_identifier_change(change_id=shown.pk, actor=cast("User", request.user))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return redirect("backoffice:identifier-change", change_id=shown.pk)
    messages.success(request, _("The number of %(name)s was replaced.") % {"name": shown.beneficiary})
    return redirect("backoffice:identifier-changes")


@for_staff
@require_POST
def refuse(request: HttpRequest, change_id: int) -> HttpResponse:
    """Leave the number as it is; the reason goes to the client."""
    shown = _change_or_404(change_id)
    form = RefusalReasonForm(request.POST)
    if not form.is_valid():
        return _change_page(request, shown, form)
    try:
        refuse_identifier_change(
            change_id=shown.pk, reason=form.cleaned_data["reason"], actor=cast("User", request.user)
        )
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("Refused. The client gets the reason by mail."))
    return redirect("backoffice:identifier-changes")


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Find somebody of any client by name or staff number; a number typed here is posted and leads to the person."""
    if request.method == "POST":
        words = request.POST.get("words", "").strip()[:WORDS_LENGTH_MAX]
        found_by_number = person_with_number(words)
        if found_by_number is not None:
            return redirect("backoffice:person", beneficiary_id=found_by_number.pk)
        query = QueryDict(mutable=True)
        query["words"] = "" if sum(letter.isdigit() for letter in words) >= 9 else words  # noqa: PLR2004
        return redirect(f"{reverse('backoffice:people')}?{query.urlencode()}")
    words = request.GET.get("words", "").replace("\x00", "")[:WORDS_LENGTH_MAX]
    return page(
        request,
        "identifier_changes/people.html",
        section="clients",
        words=words,
        people=page_of(request, people_found(words)),
    )


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, beneficiary_id: int) -> HttpResponse:
    """Somebody's page for staff: numbers, employers, and the form that replaces the number at once."""
    shown = get_object_or_404(Beneficiary.objects.select_related("client", "site"), pk=beneficiary_id)
    form = IdentifierForm(request.POST or None)
    if form.is_valid():
        try:
            replace_identifier(
                beneficiary=shown, identifier=form.cleaned_data["identifier"], actor=cast("User", request.user)
            )
        except Refusal as refusal:
            form.add_error("identifier", message_of(refusal))
        else:
            messages.success(request, _("The number of %(name)s was replaced.") % {"name": shown})
            return redirect("backoffice:person", beneficiary_id=shown.pk)
    return page(
        request,
        "identifier_changes/person.html",
        section="clients",
        person=shown,
        form=form,
        identifiers=shown.person.identifiers.order_by("-replaced_at", "-id"),
        employments=Beneficiary.objects.filter(person_id=shown.person_id)
        .select_related("client")
        .order_by("client__name"),
        asked=shown.identifier_changes.filter(state=IdentifierChangeState.ASKED).first(),
        trail=trail_of_person(shown),
    )
