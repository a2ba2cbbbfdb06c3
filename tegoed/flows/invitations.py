"""Invitations go out by mail, and a reader of an old link gets a new one (SPEC Q3).

Its one law: a mail with a link is queued in the transaction that made the link, and only ever to the address that the
invitation names, whoever asks.
"""

from django.db import transaction
from django.utils import timezone

from tegoed.clients.invitations import InvitationRevoked, InvitationUsed, invite, renew_invitation
from tegoed.clients.models import Client, Invitation, SocialSecretariat, User
from tegoed.clients.queries import the_issuer
from tegoed.flows.invitation_mails import account_exists_mail, invitation_mail
from tegoed.flows.jobs import send_messages_job
from tegoed.outbox.actions import queue_message

INVITATION_MAIL = "invitation"
"""The kind of these messages."""


@transaction.atomic
def send_invitation(invitation: Invitation, token: str) -> None:
    """Queue the mail with the link. Raises `IssuerNotSetUp`."""
    subject, text = invitation_mail(invitation, issuer=the_issuer())
    _queue(invitation, f"invitation:{invitation.pk}", subject, text, secret=token)


@transaction.atomic
def send_new_link(invitation: Invitation, *, actor: User | None) -> Invitation:
    """A new link in place of this one, to the same address. Raises `InvitationUsed`, `InvitationRevoked`."""
    renewed, token = renew_invitation(invitation=invitation, actor=actor)
    send_invitation(renewed, token)
    return renewed


@transaction.atomic
def answer_reader(invitation: Invitation) -> None:
    """The reader of a link asks for a new one: the mail that helps, whatever became of the link; none for a revoked one.

    A link that was used makes no new one: whoever lost access since must not get in again. Such a mail goes once an hour.
    """
    try:
        send_new_link(invitation, actor=None)
    except InvitationRevoked:
        return
    except InvitationUsed:
        subject, text = account_exists_mail(invitation, issuer=the_issuer())
        _queue(invitation, f"invitation-used:{invitation.pk}:{timezone.now():%Y-%m-%dT%H}", subject, text)


def _queue(invitation: Invitation, event_key: str, subject: str, text: str, *, secret: str = "") -> None:
    queue_message(
        event_key=event_key,
        kind=INVITATION_MAIL,
        client_id=invitation.client_id,
        recipient=invitation.email,
        language=invitation.language,
        subject=subject,
        text=text,
        secret=secret,
    )
    send_messages_job.defer()


@transaction.atomic
def invite_by_mail(
    *,
    email: str,
    full_name: str,
    language: str,
    client: Client | None = None,
    role: str = "",
    secretariat: SocialSecretariat | None = None,
    actor: User | None,
) -> Invitation:
    """Make a link and queue its mail. Raises what `clients.invitations.invite` does."""
    invitation, token = invite(
        email=email,
        full_name=full_name,
        language=language,
        client=client,
        role=role,
        secretariat=secretariat,
        actor=actor,
    )
    send_invitation(invitation, token)
    return invitation
