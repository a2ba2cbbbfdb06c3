"""Invitations of a client: who was sent a link and what became of it, a new link, one taken back (SPEC Q3).

Its one law: a new link goes to the address that the old one went to; for another address staff invite anew.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from django.contrib.messages import success
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.invitation_forms import InvitationForm
from tegoed.backoffice.wording import INVITATION_STATES, Words
from tegoed.clients.invitations import InvitationState, invitations_of, state_of
from tegoed.clients.models import Client, Invitation, Role, User
from tegoed.errors import Refusal
from tegoed.flows.invitations import invite_by_mail
from tegoed.public.invitation_steps import send_again, take_back
from tegoed.refusals import message_of

INVITATIONS_SHOWN_MAX = 20


@dataclass(frozen=True, slots=True)
class InvitationShown:
    """An invitation with its state in words, and what can be done with it."""

    invitation: Invitation
    state: str
    words: Words
    is_waiting: bool


def invitations_shown(client: Client) -> list[InvitationShown]:
    """The newest invitation for each address of the client, newest first. One query."""
    now = timezone.now()
    shown = []
    for invitation in invitations_of(client=client)[:INVITATIONS_SHOWN_MAX]:
        state = state_of(invitation, now)
        is_waiting = state in {InvitationState.OPEN, InvitationState.EXPIRED}
        shown.append(InvitationShown(invitation, str(state), INVITATION_STATES[state], is_waiting))
    return shown


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, client_id: int) -> HttpResponse:
    """Invite somebody for the client, where its owner can't (an address typed wrong, an owner who left)."""
    client = get_object_or_404(Client, pk=client_id)
    form = InvitationForm(request.POST or None, initial={"language": client.language, "role": Role.OWNER})
    if form.is_valid():
        try:
            invited = invite_by_mail(client=client, actor=_staff(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("email", message_of(refusal))
        else:
            success(request, gettext("The invitation is on its way to %(email)s.") % {"email": invited.email})
            return redirect("backoffice:client", client_id=client.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return page(request, "clients/invite.html", section="clients", status=status, shown=client, form=form)


@for_staff
@require_POST
def send(request: HttpRequest, client_id: int, invitation_id: int) -> HttpResponse:
    """A new link to the same address."""
    invitation = get_object_or_404(Invitation, pk=invitation_id, client_id=client_id)
    send_again(request, invitation, actor=_staff(request))
    return redirect("backoffice:client", client_id=client_id)


@for_staff
@require_POST
def revoke(request: HttpRequest, client_id: int, invitation_id: int) -> HttpResponse:
    """The link works no more."""
    invitation = get_object_or_404(Invitation, pk=invitation_id, client_id=client_id)
    take_back(request, invitation, actor=_staff(request))
    return redirect("backoffice:client", client_id=client_id)


def _staff(request: HttpRequest) -> User:
    return cast("User", request.user)  # for_staff
