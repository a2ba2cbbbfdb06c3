"""Invitations: one link, for one address, once, for five days; kept as a hash only."""

import threading
from datetime import timedelta

import pytest
import time_machine
from at_once import at_once
from cast import Cast, play
from django.core import mail
from django.utils import timezone

from tegoed.audit.models import Event
from tegoed.clients import invitations
from tegoed.clients.invitations import (
    INVITATIONS_A_DAY_MAX,
    INVITATIONS_A_DAY_TO_ONE_MAX,
    AccountExists,
    AlreadyInvited,
    AlreadyMember,
    InvitationExpired,
    InvitationForAnother,
    InvitationReplaced,
    InvitationRevoked,
    InvitationState,
    InvitationUnknown,
    InvitationUsed,
    TooManyInvitationsToday,
    find_invitation,
    invite,
    open_account,
    renew_invitation,
    revoke_invitation,
    state_of,
    use_invitation,
)
from tegoed.clients.models import Client, Invitation, Membership, SecretariatUser, SocialSecretariat, User
from tegoed.flows.invitations import answer_reader, send_invitation
from tegoed.outbox.actions import send_due_messages
from tegoed.outbox.models import Message

NEWCOMER = "noor@bakkerij.example"


def invited(client: Client, email: str = NEWCOMER, role: str = "orderer", **particulars) -> tuple[Invitation, str]:
    told = {"full_name": "Noor", "language": "nl", "actor": None} | particulars
    return invite(email=email, client=client, role=role, **told)


def opened(token: str) -> User:
    _invitation, user = open_account(token=token, full_name="Noor", password="a very long password", language="nl")
    return user


def test_the_link_makes_an_account_with_the_role_it_was_sent_for(cast: Cast) -> None:
    invitation, token = invited(cast.bakery, " Noor@Bakkerij.example ", actor=cast.alice)
    user = opened(token)
    assert (user.email, user.check_password("a very long password")) == (NEWCOMER, True)
    assert Membership.objects.get(user=user).client == cast.bakery
    assert Membership.objects.get(user=user).role == "orderer"
    invitation.refresh_from_db()
    assert (invitation.used_by, invitation.used_at is not None) == (user, True)
    events = Event.objects.filter(client_id=cast.bakery.pk).order_by("id").values_list("action", flat=True)
    assert list(events)[-3:] == ["invitation:make", "member:add", "invitation:use"]


def test_what_is_in_the_link_is_in_no_table(cast: Cast) -> None:
    invitation, token = invited(cast.bakery)
    send_invitation(invitation, token)
    message = Message.objects.get()
    assert token not in str(vars(invitation)) + str(vars(message)) + str(list(Event.objects.values()))
    assert "/invitation/********/" in message.text
    assert token.encode() not in bytes(message.secret)
    send_due_messages()
    message.refresh_from_db()
    assert f"http://localhost/invitation/{token}/\n" in mail.outbox[0].body
    assert (message.secret, message.state) == (None, "sent")
    assert token not in message.text


def test_a_link_dies_after_five_days_to_the_second(cast: Cast) -> None:
    with time_machine.travel("2026-11-20T10:00:00Z", tick=False) as clock:
        invitation, token = invited(cast.bakery)
        clock.shift(timedelta(days=5) - timedelta(seconds=1))
        assert state_of(invitation, timezone.now()) == InvitationState.OPEN
        clock.shift(timedelta(seconds=1))
        with pytest.raises(InvitationExpired):
            opened(token)
    assert not User.objects.filter(email=NEWCOMER).exists()


def test_used_revoked_replaced_or_guessed_it_does_nothing(cast: Cast) -> None:
    _invitation, used = invited(cast.bakery, "used@bakkerij.example")
    opened(used)
    old, replaced = invited(cast.bakery, "replaced@bakkerij.example")
    renew_invitation(invitation=old, actor=None)
    gone, revoked = invited(cast.bakery, "revoked@bakkerij.example")
    revoke_invitation(invitation_id=gone.pk, client=cast.bakery, actor=cast.alice)
    refused = {used: InvitationUsed, replaced: InvitationReplaced, revoked: InvitationRevoked}
    refused |= dict.fromkeys(("", "x", "é" * 43, "\udc80" * 43, used[:-1], gone.token_hash), InvitationUnknown)
    count = User.objects.count()
    for token, reason in refused.items():
        with pytest.raises(reason):
            opened(token)
    assert User.objects.count() == count


def test_the_account_there_is_joins_and_nobody_elses(cast: Cast) -> None:
    _invitation, token = invited(cast.bakery, cast.charlie.email.upper(), "accountant")
    with pytest.raises(AccountExists):
        opened(token)
    with pytest.raises(InvitationForAnother):
        use_invitation(token=token, user=cast.bob)
    use_invitation(token=token, user=cast.charlie)
    assert set(Membership.objects.filter(user=cast.charlie).values_list("client__name", "role")) == {
        (cast.bakery.name, "accountant"),
        (cast.garage.name, "owner"),
    }


def test_a_link_never_changes_the_role_somebody_has(cast: Cast) -> None:
    _invitation, token = invited(cast.bakery, cast.charlie.email, "viewer")
    Membership.objects.create(user=cast.charlie, client=cast.bakery, role="owner")
    use_invitation(token=token, user=cast.charlie)
    assert Membership.objects.get(user=cast.charlie, client=cast.bakery).role == "owner"


def test_nobody_is_invited_twice_and_no_member_is_invited(cast: Cast) -> None:
    invited(cast.bakery)
    with pytest.raises(AlreadyInvited):
        invited(cast.bakery, NEWCOMER.upper())
    with pytest.raises(AlreadyMember):
        invited(cast.bakery, cast.bob.email)
    invited(cast.garage)
    assert Invitation.objects.count() == 2


def test_a_new_link_from_any_of_the_old_ones_replaces_the_last_one(cast: Cast) -> None:
    first, token_1 = invited(cast.bakery)
    second, token_2 = renew_invitation(invitation=first, actor=None)
    third, token_3 = renew_invitation(invitation=first, actor=cast.alice)
    assert third.replaces == second
    for token in (token_1, token_2):
        with pytest.raises(InvitationReplaced):
            opened(token)
    opened(token_3)
    with pytest.raises(InvitationUsed):
        renew_invitation(invitation=first, actor=None)


def test_revoking_an_old_link_revokes_what_replaced_it_and_only_for_its_own_client(cast: Cast) -> None:
    first, _token = invited(cast.bakery)
    _second, token = renew_invitation(invitation=first, actor=None)
    with pytest.raises(Invitation.DoesNotExist):
        revoke_invitation(invitation_id=first.pk, client=cast.garage, actor=cast.charlie)
    revoke_invitation(invitation_id=first.pk, client=cast.bakery, actor=cast.alice)
    with pytest.raises(InvitationRevoked):
        opened(token)
    with pytest.raises(InvitationRevoked):
        renew_invitation(invitation=first, actor=None)


def test_who_lost_access_cannot_get_in_again_by_the_old_link(cast: Cast) -> None:
    _invitation, token = invited(cast.bakery)
    user = opened(token)
    Membership.objects.filter(user=user).delete()
    for _again in range(2):
        answer_reader(find_invitation(token))
    assert Invitation.objects.count() == 1
    message = Message.objects.get()
    assert (message.recipient, message.secret) == (NEWCOMER, None)
    assert "/account/sign-in/" in message.text


def test_a_colleague_of_a_secretariat_joins_the_secretariat(cast: Cast) -> None:
    bureau = SocialSecretariat.objects.create(name="Bureau", enterprise_number="0428759497", email="b@bureau.example")
    _invitation, token = invite(email=NEWCOMER, full_name="", language="fr", secretariat=bureau, actor=None)
    user = opened(token)
    assert SecretariatUser.objects.get().user == user
    assert not Membership.objects.filter(user=user).exists()


def test_four_clicks_at_once_make_one_account(committed_database) -> None:
    cast = play()
    _invitation, token = invited(cast.bakery)
    results = at_once(*[lambda: opened(token)] * 4)
    assert sorted(type(result).__name__ for result in results) == ["InvitationUsed"] * 3 + ["User"]
    assert User.objects.filter(email=NEWCOMER).count() == 1


@pytest.mark.parametrize("is_locked", [True, False])
def test_one_link_is_used_once_because_its_row_is_locked(committed_database, monkeypatch, is_locked) -> None:
    """Two who join with an account there is; the control looks at the link without its lock, and both use it."""
    cast = play()
    _invitation, token = invited(cast.bakery, cast.charlie.email)
    if not is_locked:
        gate = threading.Barrier(2)

        def look_only(token: str) -> Invitation:
            found = find_invitation(token)
            gate.wait(timeout=20)
            return found

        monkeypatch.setattr(invitations, "_locked_open", look_only)
    at_once(*[lambda: use_invitation(token=token, user=cast.charlie)] * 2)
    assert Event.objects.filter(action="invitation:use").count() == (1 if is_locked else 2)


def test_new_links_asked_for_at_once_leave_one_that_works(committed_database) -> None:
    cast = play()
    first, _token = invited(cast.bakery)
    results = at_once(*[lambda: renew_invitation(invitation=first, actor=None)] * 3)
    states = [state_of(find_invitation(token), timezone.now()) for _renewed, token in results]
    assert sorted(states) == ["open", "replaced", "replaced"]


@pytest.mark.parametrize("others", [1, INVITATIONS_A_DAY_MAX])
def test_taking_links_back_makes_no_room_for_more_mails(cast: Cast, others) -> None:
    """Who may invite is soon a client, and mails to strangers go out in our name."""
    with pytest.raises(TooManyInvitationsToday):
        for number in range(INVITATIONS_A_DAY_MAX + 1):
            sent, _token = invite(
                email=f"noor{number % others}@home.example",
                full_name="Noor",
                language="nl",
                client=cast.bakery,
                role="viewer",
                actor=cast.alice,
            )
            revoke_invitation(invitation_id=sent.pk, client=cast.bakery, actor=cast.alice)
    assert Invitation.objects.count() == (INVITATIONS_A_DAY_TO_ONE_MAX if others == 1 else INVITATIONS_A_DAY_MAX)
