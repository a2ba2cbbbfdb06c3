"""Alice says who may do what for the bakery, and reads who did what."""

import threading
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from at_once import at_once
from cast import draft_of, hire, niss, play
from django.urls import reverse
from django.utils import timezone, translation
from payroll import new_member, new_user
from story import invoiced

from tegoed.audit.actions import Action, record_event
from tegoed.audit.models import Event
from tegoed.clients import members
from tegoed.clients.company import set_four_eyes
from tegoed.clients.invitations import renew_invitation, use_invitation
from tegoed.clients.members import LastOwnerStays, change_role, remove_member
from tegoed.clients.models import INVITATION_DAYS, Invitation, Membership, Role, User
from tegoed.outbox.models import Message
from tegoed.portal.client_trail import KINDS, kind_of
from tegoed.public.deeds import ACTIONS
from tegoed.public.roles import ROLE_WORDS

INVITED = {"full_name": "Nina <b>Nuyts</b>", "email": "Nina@Bakkerij.example", "language": "fr", "role": "orderer"}


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.alice)


def url(name: str, cast, *ids: int) -> str:
    return reverse(f"portal:{name}", args=[cast.bakery.pk, *ids])


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def seat_of(user: User) -> Membership:
    return Membership.objects.get(user=user)


def test_the_list_says_who_how_and_since_when_and_only_owners_see_how_people_sign_in(cast, browser, browser_of) -> None:
    Authenticator.objects.create(user=cast.bob, type=Authenticator.Type.TOTP, data={})
    page = text_of(browser.get(url("users", cast)))
    assert "bob@bakkerij.example" in page
    assert page.count("Two-step sign-in") > 1
    for words in ROLE_WORDS.values():
        assert str(words) in page
    page = text_of(browser_of(cast.bob).get(url("users", cast)))
    assert "alice@bakkerij.example" in page
    assert "Two-step sign-in" not in page
    assert "Last sign-in" not in page


def test_an_invitation_is_mailed_listed_renewed_and_taken_back(cast, browser, browser_of) -> None:
    page = text_of(browser.post(url("user-invite", cast), INVITED, follow=True))
    assert "Nina &lt;b&gt;Nuyts&lt;/b&gt;" in page
    assert "works until" in page
    mail = Message.objects.get(kind="invitation")
    assert (mail.recipient, mail.language) == ("nina@bakkerij.example", "fr")
    advert = browser.post(url("user-invite", cast), INVITED | {"full_name": "Win: www.example.com"})
    assert "Type the name only" in text_of(advert)
    again = browser.post(url("user-invite", cast), INVITED)
    assert again.status_code == 422
    assert "was invited already" in text_of(again)
    with time_machine.travel(timezone.now() + timedelta(days=INVITATION_DAYS, minutes=1)):
        assert "expired on" in text_of(browser_of(cast.alice).get(url("users", cast)))
    first = Invitation.objects.get()
    browser.post(url("user-invitation-renew", cast, first.pk))
    assert Message.objects.filter(kind="invitation").count() == 2
    newest = Invitation.objects.get(replaces=first)
    for _time in range(3):
        page = text_of(browser.post(url("user-invitation-renew", cast, newest.pk), follow=True))
    assert "Wait ten minutes" in page
    assert Message.objects.filter(kind="invitation").count() == 4
    page = text_of(browser.post(url("user-invitation-withdraw", cast, newest.pk), follow=True))
    assert "works until" not in page
    assert Invitation.objects.order_by("id").last().revoked_at is not None


def test_a_colleague_of_another_company_is_never_reached_by_id(cast, browser) -> None:
    theirs = seat_of(cast.charlie)
    assert browser.get(url("user", cast, theirs.pk)).status_code == 404
    assert browser.post(url("user", cast, theirs.pk), {"role": "viewer"}).status_code == 404
    assert browser.post(url("user-remove", cast, theirs.pk)).status_code == 404
    assert seat_of(cast.charlie).role == Role.OWNER


def test_a_name_of_markup_is_shown_as_it_is(cast, browser) -> None:
    User.objects.filter(pk=cast.bob.pk).update(full_name='Bob "B" <i>&')
    for page in (url("users", cast), url("user", cast, seat_of(cast.bob).pk)):
        shown = text_of(browser.get(page))
        assert "Bob &quot;B&quot; &lt;i&gt;&amp;" in shown
        assert "&amp;lt;" not in shown
        assert "<i>" not in shown


def test_a_role_is_changed_and_the_trail_keeps_old_and_new(cast, browser) -> None:
    page = text_of(browser.post(url("user", cast, seat_of(cast.bob).pk), {"role": "approver"}, follow=True))
    assert "Approver" in page
    assert Event.objects.get(action="member:change").facts["changed"] == {"role": ["viewer", "approver"]}
    assert browser.post(url("user", cast, seat_of(cast.bob).pk), {"role": "king"}).status_code == 422


def test_who_is_removed_finds_nothing_at_the_next_request_of_an_open_session(cast, browser, browser_of) -> None:
    bob = browser_of(cast.bob)
    assert bob.get(url("orders", cast)).status_code == 200
    page = text_of(browser.post(url("user-remove", cast, seat_of(cast.bob).pk), follow=True))
    assert "Bob can no longer open" in page
    assert bob.get(url("orders", cast)).status_code == 404
    assert Event.objects.get(action="member:remove").facts["email"] == cast.bob.email


def test_nobody_changes_or_ends_the_own_membership(cast, browser) -> None:
    new_member(cast, "olga", Role.OWNER)
    own = seat_of(cast.alice)
    answer = browser.post(url("user", cast, own.pk), {"role": "viewer"})
    assert answer.status_code == 422
    assert "Another owner can" in text_of(answer)
    browser.post(url("user-remove", cast, own.pk))
    assert seat_of(cast.alice).role == Role.OWNER


def test_the_last_owner_who_can_sign_in_stays(cast) -> None:
    olga = new_member(cast, "olga", Role.OWNER)
    User.objects.filter(pk=olga.pk).update(is_active=False)
    with pytest.raises(LastOwnerStays):
        remove_member(client=cast.bakery, membership_id=seat_of(cast.alice).pk, actor=olga)
    with pytest.raises(LastOwnerStays):
        change_role(client=cast.bakery, membership_id=seat_of(cast.alice).pk, role=Role.VIEWER, actor=olga)


def test_four_eyes_keep_two_people(cast, browser) -> None:
    orderer = new_member(cast, "erik", Role.ORDERER)
    set_four_eyes(client=cast.bakery, is_on=True, actor=cast.alice)
    page = text_of(browser.post(url("user-remove", cast, seat_of(orderer).pk), follow=True))
    assert "switch the approval off" in page
    assert browser.post(url("user", cast, seat_of(orderer).pk), {"role": "viewer"}).status_code == 422
    assert seat_of(orderer).role == Role.ORDERER
    set_four_eyes(client=cast.bakery, is_on=False, actor=cast.alice)
    browser.post(url("user-remove", cast, seat_of(orderer).pk))
    assert not Membership.objects.filter(user=orderer).exists()


@pytest.mark.parametrize("is_locked", [True, False])
def test_two_owners_who_take_each_other_away_leave_one(committed_database, monkeypatch, is_locked) -> None:
    """The control: without the client's row held, both see the other and none is left."""
    cast = play()
    olga = new_member(cast, "olga", Role.OWNER)
    if not is_locked:
        both_looked = threading.Barrier(2)
        look = members._check_owner_left

        def slowly(*args: object, **options: object) -> None:
            look(*args, **options)
            both_looked.wait(timeout=20)

        monkeypatch.setattr(members, "_check_owner_left", slowly)
        monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda rows, **_how: rows)
    pairs = [(cast.alice, seat_of(olga).pk), (olga, seat_of(cast.alice).pk)]
    results = at_once(
        *[
            lambda actor=actor, pk=pk: remove_member(client=cast.bakery, membership_id=pk, actor=actor)
            for actor, pk in pairs
        ]
    )
    owners = Membership.objects.filter(client=cast.bakery, role=Role.OWNER).count()
    assert owners == (1 if is_locked else 0)
    assert sum(isinstance(result, LastOwnerStays) for result in results) == (1 if is_locked else 0)


def test_the_log_tells_who_did_what_and_can_be_narrowed(cast, browser) -> None:
    people = hire(cast.bakery, 1)
    _order, _invoices = invoiced(cast.bakery, people)
    browser.post(url("user-invite", cast), INVITED)
    browser.post(url("user", cast, seat_of(cast.bob).pk), {"role": "approver"})
    record_event(
        actor=cast.staff_member,
        action=Action.REMINDERS_PAUSED,
        client_id=cast.bakery.pk,
        subject_id=cast.bakery.pk,
        reason="a difficult payer",
    )
    record_event(actor=cast.charlie, action=Action.SITE_ADDED, client_id=cast.garage.pk, name="Theirs")
    page = text_of(browser.get(url("log", cast)))
    assert "Role of a portal user changed: bob@bakkerij.example" in page
    assert "<del>Viewer</del>" in page
    assert "Invited: nina@bakkerij.example" in page
    assert "Janssens 000 Noor 0" in page
    assert "customer service" in page
    assert "a difficult payer" not in page
    assert "Theirs" not in page
    assert niss(0) not in page
    users = text_of(browser.get(url("log", cast), {"kind": "users", "person": str(cast.alice.pk)}))
    assert "Role of a portal user changed" in users
    assert "Janssens" not in users
    office = text_of(browser.get(url("log", cast), {"person": "office"}))
    assert "Reminders paused" in office
    assert "Role of a portal user changed" not in office
    odd = {"person": str(cast.charlie.pk), "kind": "<script>", "page": "x"}
    assert browser.get(url("log", cast), odd).status_code == 200


def test_a_page_of_the_log_costs_the_same_for_few_and_for_many(cast, browser, django_assert_max_num_queries) -> None:
    hire(cast.bakery, 30)
    draft_of(cast.bakery, list(cast.bakery.beneficiaries.all()))
    browser.get(url("log", cast))
    with django_assert_max_num_queries(14):
        page = text_of(browser.get(url("log", cast)))
    assert "Page 1 of 2" in page


def test_every_deed_has_words_in_four_languages_and_a_kind() -> None:
    assert set(ACTIONS) == set(Action)
    assert {kind_of(action) for action in Action} == set(KINDS)
    for language in ("nl", "fr", "de"):
        with translation.override(language):
            told = {tag: str(words) for tag, words in ACTIONS.items()}
        with translation.override("en"):
            assert [tag for tag in ACTIONS if told[tag] == str(ACTIONS[tag])] == [], language


def test_who_has_an_account_joins_with_it_in_the_role_of_the_invitation(cast, browser) -> None:
    browser.post(url("user-invite", cast), INVITED | {"email": "vera@elders.example"})
    vera = new_user("vera", "elders")
    _renewed, token = renew_invitation(invitation=Invitation.objects.get(), actor=cast.alice)
    use_invitation(token=token, user=vera)
    assert (seat_of(vera).role, seat_of(vera).mandate) == (Role.ORDERER, None)
    assert "vera@elders.example" in text_of(browser.get(url("users", cast)))
