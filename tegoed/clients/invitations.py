"""Invitations: a one-time link, for one address, to make a portal account or to join with the one there is (SPEC Q3, Q5).

Its one law: only a hash of what is in the link is kept, and a link works once, for `INVITATION_DAYS`, for its own address.
Two who use it at once wait for each other at its row. Mails are `flows.invitations`'; why so: docs/adr/0027.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from tegoed.audit.actions import Action, record_event
from tegoed.clients.actions import add_member
from tegoed.clients.models import (
    INVITATION_DAYS,
    Client,
    Invitation,
    Membership,
    Role,
    SocialSecretariat,
    User,
)
from tegoed.clients.secretariats import ROLE_OF_MANAGER, join_secretariat
from tegoed.errors import Refusal

INVITATIONS_WAITING_MAX = 100
"""So many links of one client or secretariat may wait at once: nobody makes us a sender of mails to strangers."""
INVITATIONS_A_DAY_MAX = 100
INVITATIONS_A_DAY_TO_ONE_MAX = 5
"""So many are made in a day, of one company and for one address: taking links back makes no room for more mails."""
_TOKEN_BYTES = 32


class InvitationState(StrEnum):
    """What a link does now; only `OPEN` does something."""

    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    REPLACED = "replaced"
    EXPIRED = "expired"


class InvitationUnknown(Refusal):
    """No link like this was ever made. No params."""

    code = "invitation-unknown"


class InvitationUsed(Refusal):
    """The link was used before. No params."""

    code = "invitation-used"


class InvitationRevoked(Refusal):
    """Who invited took the link back. No params."""

    code = "invitation-revoked"


class InvitationReplaced(Refusal):
    """A newer link was sent to the same address. No params."""

    code = "invitation-replaced"


class InvitationExpired(Refusal):
    """The link is older than it may be. Param: `days_max`."""

    code = "invitation-expired"


class InvitationForAnother(Refusal):
    """Who is signed in has another address than the link was sent to. No params."""

    code = "invitation-for-another"


class AccountExists(Refusal):
    """The address has an account already: its owner signs in and joins with it. No params."""

    code = "invitation-account-exists"


class AlreadyInvited(Refusal):
    """A link for that address waits already. Param: `email`."""

    code = "already-invited"


class AlreadyMember(Refusal):
    """That address acts for the client, or works for the secretariat, already. Param: `email`."""

    code = "already-member"


class TooManyInvitations(Refusal):
    """As many links wait as may. Param: `invitations_max`."""

    code = "too-many-invitations"


class TooManyInvitationsToday(Refusal):
    """As many links were made within a day, in all or for that address, as may. No params."""

    code = "too-many-invitations-today"


def find_invitation(token: str) -> Invitation | None:
    """The invitation of a link, whatever its state, with its client and secretariat; None for what nobody was sent."""
    found = Invitation.objects.select_related("client", "secretariat", "replaced_by")
    return found.filter(token_hash=_hash(token)).first()


def state_of(invitation: Invitation, at: datetime) -> InvitationState:
    """What the link does at that time."""
    if invitation.used_at is not None:
        return InvitationState.USED
    if invitation.revoked_at is not None:
        return InvitationState.REVOKED
    if _is_replaced(invitation):
        return InvitationState.REPLACED
    return InvitationState.EXPIRED if invitation.expires_at <= at else InvitationState.OPEN


def invitations_of(
    *, client: Client | None = None, secretariat: SocialSecretariat | None = None
) -> QuerySet[Invitation]:
    """The newest link for each address of the client or secretariat, whatever its state, newest first."""
    found = Invitation.objects.select_related("invited_by", "used_by", "replaced_by")
    return found.filter(client=client, secretariat=secretariat, replaced_by=None).order_by("-created_at", "-id")


@transaction.atomic
def invite(
    *,
    email: str,
    full_name: str,
    language: str,
    client: Client | None = None,
    role: str = "",
    secretariat: SocialSecretariat | None = None,
    is_welcome: bool = False,
    actor: User | None,
) -> tuple[Invitation, str]:
    """A link for an address, to act for a client in a role or to work for a secretariat; and what makes the link work.

    Raises `AlreadyMember`, `AlreadyInvited` (also when that link is past its days: it is renewed), `TooManyInvitations`,
    `TooManyInvitationsToday`.
    """
    email = email.strip().lower()
    _lock(client, secretariat)
    _check_new(email, client, secretariat)
    invitation, token = _made(
        email=email,
        full_name=full_name,
        language=language,
        client=client,
        role=role,
        secretariat=secretariat,
        is_welcome=is_welcome,
        invited_by=actor,
    )
    _record(invitation, Action.INVITATION_MADE, actor)
    return invitation, token


@transaction.atomic
def renew_invitation(*, invitation: Invitation, actor: User | None) -> tuple[Invitation, str]:
    """A new link for the same address in place of the newest one there is, which stops to work; and what makes it work.

    `actor`: None when its reader asked for it. Raises `InvitationUsed`, `InvitationRevoked`.
    """
    _lock(invitation.client, invitation.secretariat)
    newest = _newest(invitation)
    state = state_of(newest, timezone.now())
    if state in {InvitationState.USED, InvitationState.REVOKED}:
        raise _refusal_of(state)
    renewed, token = _made(
        email=newest.email,
        full_name=newest.full_name,
        language=newest.language,
        client=newest.client,
        role=newest.role,
        secretariat=newest.secretariat,
        is_welcome=newest.is_welcome,
        invited_by=newest.invited_by,
        replaces=newest,
    )
    _record(renewed, Action.INVITATION_RENEWED, actor)
    return renewed, token


@transaction.atomic
def revoke_invitation(
    *,
    invitation_id: int,
    client: Client | None = None,
    secretariat: SocialSecretariat | None = None,
    actor: User | None,
) -> Invitation:
    """The newest link that came of this one works no more and can't be renewed; revoked before, nothing happens.

    Raises `Invitation.DoesNotExist` (another client's, too), `InvitationUsed`.
    """
    _lock(client, secretariat)
    newest = _newest(Invitation.objects.get(pk=invitation_id, client=client, secretariat=secretariat))
    if newest.revoked_at is not None:
        return newest
    if newest.used_at is not None:
        raise InvitationUsed
    newest.revoked_at = timezone.now()
    newest.save(update_fields=["revoked_at"])
    _record(newest, Action.INVITATION_REVOKED, actor)
    return newest


@transaction.atomic
def use_invitation(*, token: str, user: User) -> Invitation:
    """Who is signed in joins with the account there is; the link is used up.

    Acting for the client in the own right already, the user keeps the role there is. Raises `InvitationUnknown`,
    `InvitationUsed`, `InvitationRevoked`, `InvitationReplaced`, `InvitationExpired`, `InvitationForAnother`.
    """
    invitation = _locked_open(token)
    if user.email.lower() != invitation.email.lower():
        raise InvitationForAnother
    _join(invitation, user)
    return invitation


@transaction.atomic
def open_account(*, token: str, full_name: str, password: str, language: str) -> tuple[Invitation, User]:
    """A new account for the address of the link, and what it was invited to; the link is used up.

    The caller has checked the password. Raises what `use_invitation` does, and `AccountExists`.
    """
    invitation = _locked_open(token)
    if User.objects.filter(email=invitation.email).exists():
        raise AccountExists
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, full_name=full_name, language=language)
    except IntegrityError:  # by another link for the same address, at the same moment
        raise AccountExists from None
    _join(invitation, user)
    return invitation, user


def _join(invitation: Invitation, user: User) -> None:
    invitation.used_at = timezone.now()
    invitation.used_by = user
    invitation.save(update_fields=["used_at", "used_by"])
    if invitation.client is not None:
        if not Membership.objects.filter(client=invitation.client, user=user, mandate=None).exists():
            add_member(client=invitation.client, user=user, role=Role(invitation.role), actor=user)
    elif invitation.secretariat is not None:
        is_manager = invitation.role == ROLE_OF_MANAGER
        join_secretariat(secretariat=invitation.secretariat, user=user, is_manager=is_manager, actor=user)
    _record(invitation, Action.INVITATION_USED, user)


def _locked_open(token: str) -> Invitation:
    """The invitation, its row locked: who comes second finds it used. Its secretariat is locked first, as everywhere."""
    _lock(None, SocialSecretariat.objects.filter(invitations__token_hash=_hash(token)).first())
    invitation = Invitation.objects.select_for_update(of=["self"]).filter(token_hash=_hash(token)).first()
    if invitation is None:
        raise InvitationUnknown
    state = state_of(invitation, timezone.now())
    if state != InvitationState.OPEN:
        raise _refusal_of(state)
    return invitation


def _refusal_of(state: InvitationState) -> Refusal:
    """Why a link in this state, which isn't open, does nothing."""
    if state == InvitationState.USED:
        return InvitationUsed()
    if state == InvitationState.REVOKED:
        return InvitationRevoked()
    if state == InvitationState.REPLACED:
        return InvitationReplaced()
    return InvitationExpired(days_max=INVITATION_DAYS)


def _newest(invitation: Invitation) -> Invitation:
    """The last of the links that replaced each other, its row locked: nobody uses it meanwhile."""
    newest = Invitation.objects.get(pk=invitation.pk)
    while (later := Invitation.objects.filter(replaces=newest).first()) is not None:
        newest = later
    return Invitation.objects.select_for_update(of=["self"]).get(pk=newest.pk)


def _check_new(email: str, client: Client | None, secretariat: SocialSecretariat | None) -> None:
    users = User.objects.filter(email=email)
    if client is not None and users.filter(memberships__client=client, memberships__mandate=None).exists():
        raise AlreadyMember(email=email)
    if secretariat is not None and users.filter(secretariats__secretariat=secretariat).exists():
        raise AlreadyMember(email=email)
    waiting = invitations_of(client=client, secretariat=secretariat).filter(used_at=None, revoked_at=None)
    if waiting.filter(email=email).exists():
        raise AlreadyInvited(email=email)
    if waiting.count() >= INVITATIONS_WAITING_MAX:
        raise TooManyInvitations(invitations_max=INVITATIONS_WAITING_MAX)
    since = timezone.now() - timedelta(days=1)
    made = Invitation.objects.filter(client=client, secretariat=secretariat, created_at__gt=since)
    if made.count() >= INVITATIONS_A_DAY_MAX or made.filter(email=email).count() >= INVITATIONS_A_DAY_TO_ONE_MAX:
        raise TooManyInvitationsToday


def _made(**particulars: Any) -> tuple[Invitation, str]:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    expires_at = timezone.now() + timedelta(days=INVITATION_DAYS)
    return Invitation.objects.create(token_hash=_hash(token), expires_at=expires_at, **particulars), token


def _lock(client: Client | None, secretariat: SocialSecretariat | None) -> None:
    """Who invites, renews or revokes for the same company waits for the other."""
    if client is not None:
        Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    if secretariat is not None:
        SocialSecretariat.objects.select_for_update(no_key=True).get(pk=secretariat.pk)


def _is_replaced(invitation: Invitation) -> bool:
    return hasattr(invitation, "replaced_by")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _record(invitation: Invitation, action: Action, actor: User | None) -> None:
    record_event(
        actor=actor,
        action=action,
        client_id=invitation.client_id,
        subject_id=invitation.pk,
        email=invitation.email,
        role=invitation.role,
        secretariat_id=invitation.secretariat_id,
    )
