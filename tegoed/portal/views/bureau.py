"""The pages of a social secretariat: its clients with what waits there, and its people (SPEC S1)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.clients.models import INVITATION_DAYS, SecretariatUser
from tegoed.clients.secretariats import (
    ROLE_OF_MANAGER,
    clients_of_secretariat,
    leave_secretariat,
    users_of_secretariat,
)
from tegoed.errors import Refusal
from tegoed.flows.invitations import invite_by_mail
from tegoed.portal.forms.fields import as_form_error
from tegoed.portal.forms.members import InviteColleagueForm
from tegoed.portal.secretariat_access import bureau_page, for_its_managers, for_its_people
from tegoed.portal.secretariat_work import work_of
from tegoed.public.invitation_steps import invitation_or_404, send_again, take_back, waiting_invitations
from tegoed.refusals import message_of

UNPROCESSABLE = 422
WORDS_LENGTH_MAX = 100


@for_its_people
@require_safe
def clients(request: HttpRequest, place: SecretariatUser) -> HttpResponse:
    """The clients that gave a mandate, as searched for, a page at a time."""
    words = request.GET.get("q", "").replace("\0", "")[:WORDS_LENGTH_MAX]
    shown: Any = Paginator(clients_of_secretariat(place.secretariat, words), settings.PAGE_ROWS_MAX).get_page(
        request.GET.get("page")
    )
    work = work_of(list(shown.object_list))
    return bureau_page(request, place, "clients.html", section="clients", clients=shown, work=work, words=words)


@for_its_people
@require_safe
def colleagues(request: HttpRequest, place: SecretariatUser) -> HttpResponse:
    """Who works here, and who was invited."""
    return bureau_page(
        request,
        place,
        "colleagues.html",
        section="colleagues",
        colleagues=users_of_secretariat(place.secretariat),
        invitations=waiting_invitations(secretariat=place.secretariat),
    )


@for_its_managers
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, place: SecretariatUser) -> HttpResponse:
    """Send a link to a new colleague."""
    form = InviteColleagueForm(request.POST or None, initial={"language": place.secretariat.language})
    if form.is_valid():
        told = form.cleaned_data
        try:
            invite_by_mail(
                email=told["email"],
                full_name=told["full_name"],
                language=told["language"],
                secretariat=place.secretariat,
                role=ROLE_OF_MANAGER if told["is_manager"] else "",
                actor=place.user,
            )
        except Refusal as refusal:
            form.add_error("email", as_form_error(refusal))
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": told["email"]})
            return redirect("secretariat:colleagues", secretariat_id=place.secretariat_id)
    return bureau_page(
        request,
        place,
        "invite.html",
        section="colleagues",
        status=UNPROCESSABLE if form.errors else 200,
        form=form,
        invitation_days=INVITATION_DAYS,
    )


@for_its_managers
@require_POST
def remove(request: HttpRequest, place: SecretariatUser, user_id: int) -> HttpResponse:
    """Take a colleague's access away at once, at all clients."""
    try:
        gone = leave_secretariat(secretariat=place.secretariat, user_id=user_id, actor=place.user)
    except SecretariatUser.DoesNotExist as missing:
        raise Http404 from missing
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(
            request, _("%(name)s can no longer open the accounts of your clients.") % {"name": gone.full_name}
        )
    return redirect("secretariat:colleagues", secretariat_id=place.secretariat_id)


@for_its_managers
@require_POST
def renew(request: HttpRequest, place: SecretariatUser, invitation_id: int) -> HttpResponse:
    """Send a new link in place of the one before."""
    invitation = invitation_or_404(place.secretariat, invitation_id)
    send_again(request, invitation, actor=place.user)
    return redirect("secretariat:colleagues", secretariat_id=place.secretariat_id)


@for_its_managers
@require_POST
def withdraw(request: HttpRequest, place: SecretariatUser, invitation_id: int) -> HttpResponse:
    """Take an invitation back: its link works no more."""
    invitation = invitation_or_404(place.secretariat, invitation_id)
    take_back(request, invitation, actor=place.user)
    return redirect("secretariat:colleagues", secretariat_id=place.secretariat_id)
