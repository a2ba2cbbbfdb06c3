"""Who may act for a client: given another role, taken away (SPEC Q5). They come by invitation, or under a mandate.

Its one law: a client always has an owner who can sign in, and nobody changes or ends the own membership. The client's row
makes two who change its members wait for each other, so that two owners can't take each other away.
Who is there through a social secretariat comes and goes with the mandate (`clients.secretariats`), not here.
"""

from django.db import transaction
from django.db.models import QuerySet

from tegoed.audit.actions import Action, record_event
from tegoed.clients.company import second_person_is_there
from tegoed.clients.models import Client, Membership, Role, User
from tegoed.clients.secretariats import give_memberships
from tegoed.errors import Refusal


class LastOwnerStays(Refusal):
    """Nobody would be left who manages the client's account."""

    code = "last-owner-stays"


class OwnRoleStays(Refusal):
    """Nobody changes or ends the own membership: another owner does."""

    code = "own-role-stays"


class MemberThroughSecretariat(Refusal):
    """This user acts under a mandate. Params: `name`, `secretariat`."""

    code = "member-through-secretariat"


class SecondPersonNeeded(Refusal):
    """The client wants four eyes, and too few would be left for it."""

    code = "second-person-needed"


def members_of(client: Client) -> QuerySet[Membership]:
    """All who may act for the client, with their user: its own by name, then those through each secretariat."""
    return client.memberships.select_related("user", "mandate__secretariat").order_by(
        "mandate__secretariat__name", "mandate_id", "user__full_name", "id"
    )


@transaction.atomic
def change_role(*, client: Client, membership_id: int, role: Role, actor: User) -> Membership:
    """Give a member another role; it is so already: nothing happens.

    Raises `Membership.DoesNotExist`, `OwnRoleStays`, `MemberThroughSecretariat`, `LastOwnerStays`, `SecondPersonNeeded`.
    """
    membership = _locked_member(client, membership_id, actor)
    if membership.role == role:
        return membership
    if membership.role == Role.OWNER:
        _check_owner_left(client, except_id=membership.pk)
    changed = {"role": [membership.role, str(role)]}
    membership.role = role
    membership.save(update_fields=["role"])
    _check_four_eyes(client)
    record_event(
        actor=actor,
        action=Action.MEMBER_CHANGED,
        client_id=client.pk,
        subject_id=membership.user_id,
        email=membership.user.email,
        changed=changed,
    )
    return membership


@transaction.atomic
def remove_member(*, client: Client, membership_id: int, actor: User) -> Membership | None:
    """This user may act for the client no longer; open sessions find nothing from their next request on.

    What is left when the user also works for a secretariat with a running mandate: the membership through that; else None.
    Raises `Membership.DoesNotExist`, `OwnRoleStays`, `MemberThroughSecretariat`, `LastOwnerStays`, `SecondPersonNeeded`.
    """
    membership = _locked_member(client, membership_id, actor)
    if membership.role == Role.OWNER:
        _check_owner_left(client, except_id=membership.pk)
    membership.delete()
    record_event(
        actor=actor,
        action=Action.MEMBER_REMOVED,
        client_id=client.pk,
        subject_id=membership.user_id,
        email=membership.user.email,
        role=membership.role,
    )
    give_memberships(client_ids=[client.pk], user_ids=[membership.user_id], actor=actor)
    _check_four_eyes(client)
    left = Membership.objects.select_related("mandate__secretariat")
    return left.filter(client=client, user_id=membership.user_id).first()


def _locked_member(client: Client, membership_id: int, actor: User) -> Membership:
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    membership = members_of(client).get(pk=membership_id)
    if membership.user_id == actor.pk:
        raise OwnRoleStays
    if membership.mandate is not None:
        raise MemberThroughSecretariat(name=membership.user.full_name, secretariat=membership.mandate.secretariat.name)
    return membership


def _check_owner_left(client: Client, *, except_id: int) -> None:
    others = client.memberships.exclude(pk=except_id).filter(role=Role.OWNER, user__is_active=True)
    if not others.exists():
        raise LastOwnerStays


def _check_four_eyes(client: Client) -> None:
    """As the memberships are now; the row is read anew, since the switch is turned under the same lock."""
    if Client.objects.get(pk=client.pk).needs_approval and not second_person_is_there(client):
        raise SecondPersonNeeded
