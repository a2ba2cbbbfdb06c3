"""An invitation sent again or taken back, from whatever page lists it: done, and said on the next page.

Its one law: a new link goes to the address that the old one went to, and only so often. Who may do it is decided by the page.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from tegoed.clients.invitations import invitations_of, revoke_invitation, state_of
from tegoed.clients.models import Client, Invitation, SocialSecretariat, User
from tegoed.errors import Refusal
from tegoed.flows.invitations import send_new_link
from tegoed.public.rate_limits import within_limit
from tegoed.refusals import message_of


def waiting_invitations(
    *, client: Client | None = None, secretariat: SocialSecretariat | None = None
) -> list[tuple[Invitation, str]]:
    """Those that nobody used and nobody took back, with what their link does now. One query."""
    now = timezone.now()
    waiting = invitations_of(client=client, secretariat=secretariat).filter(used_at=None, revoked_at=None)
    return [(invitation, str(state_of(invitation, now))) for invitation in waiting]


def invitation_or_404(company: Client | SocialSecretariat, invitation_id: int) -> Invitation:
    """The invitation, if it is this company's; another's is not found."""
    invitation = company.invitations.filter(pk=invitation_id).first()
    if invitation is None:
        raise Http404
    return invitation


def send_again(request: HttpRequest, invitation: Invitation, *, actor: User) -> None:
    """A new link in place of the one before."""
    if not within_limit(request, action="invitation-again", key=invitation.email):
        messages.error(
            request, _("This address got several links already. Wait ten minutes before you send another one.")
        )
        return
    try:
        send_new_link(invitation, actor=actor)
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("A new link is on its way to %(email)s.") % {"email": invitation.email})


def take_back(request: HttpRequest, invitation: Invitation, *, actor: User) -> None:
    """Its link works no more."""
    try:
        revoke_invitation(
            invitation_id=invitation.pk, client=invitation.client, secretariat=invitation.secretariat, actor=actor
        )
    except Refusal as refusal:
        messages.error(request, message_of(refusal))
    else:
        messages.success(request, _("The link to %(email)s works no more.") % {"email": invitation.email})
