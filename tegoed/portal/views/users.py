"""Who may do what for the company: members and invitations (SPEC Q5). Owners manage them, the others look."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tegoed.clients.members import change_role, members_of, remove_member
from tegoed.clients.models import INVITATION_DAYS, Membership, Role
from tegoed.errors import Refusal
from tegoed.flows.invitations import invite_by_mail
from tegoed.portal.access import for_members, for_owners, page
from tegoed.portal.first_steps import SECOND_FACTORS
from tegoed.portal.forms.fields import as_form_error
from tegoed.portal.forms.members import InviteMemberForm, RoleForm
from tegoed.public.invitation_steps import invitation_or_404, send_again, take_back, waiting_invitations
from tegoed.public.roles import roles_explained
from tegoed.refusals import message_of

UNPROCESSABLE = 422
form_page = require_http_methods(["GET", "HEAD", "POST"])


@for_members
@require_safe
def overview(request: HttpRequest, membership: Membership) -> HttpResponse:
    """All members with their role, those through a secretariat apart; invitations that nobody used yet.

    How members sign in is the owners' to see.
    """
    client = membership.client
    factors = Authenticator.objects.filter(user=OuterRef("user"), type__in=SECOND_FACTORS)
    members = list(members_of(client).annotate(has_second_factor=Exists(factors)))
    return page(
        request,
        membership,
        "users/overview.html",
        section="company",
        is_owner=membership.role == Role.OWNER,
        members=[member for member in members if member.mandate is None],
        through_secretariats=[member for member in members if member.mandate is not None],
        invitations=waiting_invitations(client=client),
        roles=roles_explained(),
    )


@for_owners
@form_page
def invite_user(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Send a link to a new member."""
    client = membership.client
    form = InviteMemberForm(request.POST or None, initial={"language": client.language})
    if form.is_valid():
        told = form.cleaned_data
        try:
            invite_by_mail(
                email=told["email"],
                full_name=told["full_name"],
                language=told["language"],
                client=client,
                role=told["role"],
                actor=membership.user,
            )
        except Refusal as refusal:
            form.add_error("email", as_form_error(refusal))
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": told["email"]})
            return redirect("portal:users", client_id=client.pk)
    return page(
        request,
        membership,
        "users/invite.html",
        section="company",
        status=UNPROCESSABLE if form.errors else 200,
        form=form,
        invitation_days=INVITATION_DAYS,
    )


@for_owners
@form_page
def user(request: HttpRequest, membership: Membership, member_id: int) -> HttpResponse:
    """One member: another role, or none any more."""
    client = membership.client
    member = members_of(client).filter(pk=member_id).first()
    if member is None:
        raise Http404
    form = RoleForm(request.POST or None, initial={"role": member.role})
    if form.is_valid():
        try:
            change_role(
                client=client, membership_id=member_id, role=Role(form.cleaned_data["role"]), actor=membership.user
            )
        except Membership.DoesNotExist as missing:
            raise Http404 from missing
        except Refusal as refusal:
            form.add_error(None, as_form_error(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("portal:users", client_id=client.pk)
    return page(
        request,
        membership,
        "users/user.html",
        section="company",
        status=UNPROCESSABLE if form.errors else 200,
        form=form,
        member=member,
        is_oneself=member.user_id == membership.user_id,
    )


@for_owners
@require_POST
def remove(request: HttpRequest, membership: Membership, member_id: int) -> HttpResponse:
    """Take a member's access away at once."""
    client = membership.client
    member = members_of(client).filter(pk=member_id).first()
    if member is None:
        raise Http404
    try:
        left = remove_member(client=client, membership_id=member_id, actor=membership.user)
    except Membership.DoesNotExist as missing:
        raise Http404 from missing
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
        return redirect("portal:user", client_id=client.pk, member_id=member_id)
    facts = {"name": member.user.full_name}
    if left is not None and left.mandate is not None:
        facts["secretariat"] = left.mandate.secretariat.name
        messages.warning(
            request,
            _(
                "%(name)s is no longer a user of your company, but still orders for it through %(secretariat)s. End the "
                "mandate to stop that."
            )
            % facts,
        )
    else:
        messages.success(request, _("%(name)s can no longer open the account of your company.") % facts)
    return redirect("portal:users", client_id=client.pk)


@for_owners
@require_POST
def renew(request: HttpRequest, membership: Membership, invitation_id: int) -> HttpResponse:
    """Send a new link in place of the one before."""
    invitation = invitation_or_404(membership.client, invitation_id)
    send_again(request, invitation, actor=membership.user)
    return redirect("portal:users", client_id=membership.client_id)


@for_owners
@require_POST
def withdraw(request: HttpRequest, membership: Membership, invitation_id: int) -> HttpResponse:
    """Take an invitation back: its link works no more."""
    invitation = invitation_or_404(membership.client, invitation_id)
    take_back(request, invitation, actor=membership.user)
    return redirect("portal:users", client_id=membership.client_id)
