"""Staff see who was invited for a client and what became of it; send a link again, take one back, invite anew."""

import pytest
from cast import Cast
from django.core import mail
from django.urls import reverse
from prospect import link_in_last_mail, sign_up, visitor

from tegoed.audit.models import Event
from tegoed.clients.invitations import invite
from tegoed.clients.models import Invitation, Membership
from tegoed.outbox.models import Message

NOOR = {"email": "noor@bakkerij.example", "full_name": "Noor", "role": "owner", "language": "nl"}


@pytest.fixture
def office(cast: Cast, browser_of):
    return browser_of(cast.staff_member)


def address(name: str, cast: Cast, *ids: int) -> str:
    return reverse(f"backoffice:{name}", args=[cast.bakery.pk, *ids])


def test_staff_invite_and_the_trail_says_who(cast: Cast, office) -> None:
    office.post(address("client-invite", cast), NOOR)
    sign_up(visitor(), link_in_last_mail())
    assert Membership.objects.get(user__email=NOOR["email"]).role == "owner"
    assert Event.objects.get(action="invitation:make").actor_id == cast.staff_member.pk
    page = office.get(address("client", cast)).text
    assert "Accepted" in page
    assert "Send again" not in page


def test_a_member_or_an_invited_one_is_refused_at_the_address(cast: Cast, office) -> None:
    assert (
        "email" in office.post(address("client-invite", cast), NOOR | {"email": cast.bob.email}).context["form"].errors
    )
    office.post(address("client-invite", cast), NOOR)
    again = office.post(address("client-invite", cast), NOOR)
    assert "Send that invitation again" in again.text
    assert Invitation.objects.count() == 1


def test_a_link_sent_again_replaces_the_one_before(cast: Cast, office) -> None:
    office.post(address("client-invite", cast), NOOR)
    first = link_in_last_mail()
    office.post(address("client-invitation-send", cast, Invitation.objects.get().pk))
    second = link_in_last_mail()
    assert [message.to for message in mail.outbox] == [[NOOR["email"]]] * 2
    assert first != second
    assert "newer link" in visitor().get(first).text
    assert Event.objects.get(action="invitation:renew").actor_id == cast.staff_member.pk


def test_a_link_taken_back_works_no_more_and_is_not_sent_again(cast: Cast, office) -> None:
    office.post(address("client-invite", cast), NOOR)
    link = link_in_last_mail()
    invitation = Invitation.objects.get()
    office.post(address("client-invitation-revoke", cast, invitation.pk))
    assert "taken back" in visitor().get(link).text
    answer = office.post(address("client-invitation-send", cast, invitation.pk), follow=True)
    assert "taken back" in answer.text
    assert Message.objects.count() == 1


def test_an_invitation_is_reached_through_its_own_client_only(cast: Cast, office) -> None:
    invitation, _token = invite(
        email="x@garage.example", full_name="", language="fr", client=cast.garage, role="viewer", actor=None
    )
    for name in ("client-invitation-send", "client-invitation-revoke"):
        assert office.post(address(name, cast, invitation.pk)).status_code == 404
    assert Message.objects.count() == 0


def test_the_mail_as_staff_see_it_has_no_link(cast: Cast, office) -> None:
    office.post(address("client-invite", cast), NOOR)
    link = link_in_last_mail()
    page = office.get(reverse("backoffice:message", args=[Message.objects.get().pk])).text
    assert "/invitation/********/" in page
    assert link not in page
