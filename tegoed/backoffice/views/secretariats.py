"""Social secretariats: taken in, invited, closed (SPEC S1)."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.backoffice.access import for_staff, page
from tegoed.backoffice.lists import page_of
from tegoed.backoffice.secretariat_forms import InviteToSecretariatForm, SecretariatFilter, SecretariatForm
from tegoed.clients.models import Invitation, SecretariatUser, SocialSecretariat, User
from tegoed.clients.secretariats import (
    ROLE_OF_MANAGER,
    add_secretariat,
    clients_of_secretariat,
    leave_secretariat,
    reopen_secretariat,
    secretariats_found,
    users_of_secretariat,
)
from tegoed.errors import Refusal
from tegoed.flows.invitations import invite_by_mail
from tegoed.flows.secretariats import end_secretariat
from tegoed.public.invitation_steps import send_again, take_back, waiting_invitations
from tegoed.public.money_fields import as_form_error
from tegoed.refusals import message_of

UNPROCESSABLE = 422
form_page = require_http_methods(["GET", "HEAD", "POST"])


@for_staff
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All secretariats by name, as filtered."""
    wishes = SecretariatFilter(request.GET)
    found = secretariats_found(wishes.wish("words"))
    return page(
        request,
        "secretariats/overview.html",
        section="clients",
        filter=wishes,
        is_filtered=bool(wishes.wish("words")),
        secretariats=page_of(request, found if wishes.is_valid() else found.none()),
    )


@for_staff
@form_page
def add(request: HttpRequest) -> HttpResponse:
    """Take one in."""
    form = SecretariatForm(request.POST or None)
    if form.is_valid():
        try:
            made = add_secretariat(particulars=form.cleaned_data, actor=_staff(request))
        except Refusal as refusal:
            form.add_error("enterprise_number", as_form_error(refusal))
        else:
            messages.success(request, _("Taken in. Invite its first manager now."))
            return redirect("backoffice:secretariat", secretariat_id=made.pk)
    status = UNPROCESSABLE if form.errors else 200
    return page(request, "secretariats/add.html", section="clients", status=status, form=form)


@for_staff
@form_page
def secretariat(request: HttpRequest, secretariat_id: int) -> HttpResponse:
    """One secretariat: its people, invitations and clients; inviting somebody."""
    shown = get_object_or_404(SocialSecretariat, pk=secretariat_id)
    form = InviteToSecretariatForm(request.POST or None, initial={"language": shown.language})
    if form.is_valid() and shown.is_active:
        told = form.cleaned_data
        try:
            invite_by_mail(
                email=told["email"],
                full_name=told["full_name"],
                language=told["language"],
                secretariat=shown,
                role=ROLE_OF_MANAGER if told["is_manager"] else "",
                actor=_staff(request),
            )
        except Refusal as refusal:
            form.add_error("email", as_form_error(refusal))
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": told["email"]})
            return redirect("backoffice:secretariat", secretariat_id=shown.pk)
    return page(
        request,
        "secretariats/secretariat.html",
        section="clients",
        status=UNPROCESSABLE if form.errors else 200,
        shown=shown,
        form=form,
        people=users_of_secretariat(shown),
        invitations=waiting_invitations(secretariat=shown),
        clients=page_of(request, clients_of_secretariat(shown)),
    )


@for_staff
@require_POST
def close(request: HttpRequest, secretariat_id: int) -> HttpResponse:
    """It takes no mandates any more: all that run end."""
    shown = get_object_or_404(SocialSecretariat, pk=secretariat_id)
    count = end_secretariat(secretariat=shown, actor=_staff(request))
    messages.success(
        request,
        ngettext("Closed; %(count)s mandate ended.", "Closed; %(count)s mandates ended.", count) % {"count": count},
    )
    return redirect("backoffice:secretariat", secretariat_id=shown.pk)


@for_staff
@require_POST
def reopen(request: HttpRequest, secretariat_id: int) -> HttpResponse:
    """It takes mandates again."""
    shown = get_object_or_404(SocialSecretariat, pk=secretariat_id)
    reopen_secretariat(secretariat=shown, actor=_staff(request))
    messages.success(request, _("Open again. Mandates that ended stay so: its clients sign new ones."))
    return redirect("backoffice:secretariat", secretariat_id=shown.pk)


@for_staff
@require_POST
def remove_user(request: HttpRequest, secretariat_id: int, user_id: int) -> HttpResponse:
    """Take the access of one of its people away, at all its clients."""
    shown = get_object_or_404(SocialSecretariat, pk=secretariat_id)
    place = get_object_or_404(SecretariatUser, secretariat=shown, user_id=user_id)
    try:
        leave_secretariat(secretariat=shown, user_id=place.user_id, actor=_staff(request))
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("Removed."))
    return redirect("backoffice:secretariat", secretariat_id=shown.pk)


@for_staff
@require_POST
def renew(request: HttpRequest, secretariat_id: int, secretariat_invitation_id: int) -> HttpResponse:
    """Send a new link in place of the one before."""
    invitation = get_object_or_404(Invitation, secretariat_id=secretariat_id, pk=secretariat_invitation_id)
    send_again(request, invitation, actor=_staff(request))
    return redirect("backoffice:secretariat", secretariat_id=secretariat_id)


@for_staff
@require_POST
def withdraw(request: HttpRequest, secretariat_id: int, secretariat_invitation_id: int) -> HttpResponse:
    """Take an invitation back: its link works no more."""
    invitation = get_object_or_404(Invitation, secretariat_id=secretariat_id, pk=secretariat_invitation_id)
    take_back(request, invitation, actor=_staff(request))
    return redirect("backoffice:secretariat", secretariat_id=secretariat_id)


def _staff(request: HttpRequest) -> User:
    return cast("User", request.user)  # for_staff
