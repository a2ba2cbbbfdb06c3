"""Staff take in a social secretariat, invite its first manager, and close it."""

import pytest
from cast import PASSWORD
from office_day import office
from payroll import mandate_for, payroll_of

from tegoed.clients.invitations import open_account, renew_invitation
from tegoed.clients.models import Invitation, Membership, SecretariatUser, SocialSecretariat
from tegoed.outbox.models import Message

NEW = {
    "name": "Loonburo <i>vzw</i>",
    "enterprise_number": "BE 0428.759.497",
    "email": "info@loonburo.example",
    "language": "nl",
}
MANAGER = {"full_name": "Sofie", "email": "sofie@loonburo.example", "language": "nl", "is_manager": "on"}


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.staff_member)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_secretariat_is_taken_in_once_and_its_manager_comes_by_invitation(cast, browser, browser_of) -> None:
    page = text_of(browser.post(office("secretariat-add"), NEW, follow=True))
    assert "Loonburo &lt;i&gt;vzw&lt;/i&gt;" in page
    made = SocialSecretariat.objects.get()
    assert made.enterprise_number == "0428759497"
    again = browser.post(office("secretariat-add"), NEW | {"name": "Another"})
    assert again.status_code == 422
    assert "already" in text_of(again)
    browser.post(office("secretariat", secretariat_id=made.pk), MANAGER)
    _renewed, token = renew_invitation(invitation=Invitation.objects.get(), actor=None)
    _used, sofie = open_account(token=token, full_name="Sofie", password=PASSWORD, language="nl")
    assert SecretariatUser.objects.get(user=sofie).is_manager
    assert browser_of(sofie).get("/")["Location"] == f"/secretariat/{made.pk}/"
    assert "Sofie" in text_of(browser.get(office("secretariat", secretariat_id=made.pk)))
    assert "0428.759.497" in text_of(browser.get(office("secretariats"), {"words": "0428.759"}))
    assert "No social secretariat found" in text_of(browser.get(office("secretariats"), {"words": "nobody"}))


@pytest.mark.parametrize("number", ["0428.759.498", "", "12"])
def test_a_wrong_enterprise_number_is_refused_beside_its_field(number, cast, browser) -> None:
    answer = browser.post(office("secretariat-add"), NEW | {"enterprise_number": number})
    assert answer.status_code == 422
    assert not SocialSecretariat.objects.exists()


def test_a_closed_secretariat_loses_its_mandates_and_its_links(cast, browser, browser_of) -> None:
    payroll = payroll_of(cast)
    mandate_for(payroll.secretariat, cast.bakery, cast.alice)
    shown = office("secretariat", secretariat_id=payroll.secretariat.pk)
    browser.post(shown, MANAGER | {"email": "uma@loonburo.example"})
    page = text_of(browser.post(office("secretariat-close", secretariat_id=payroll.secretariat.pk), follow=True))
    assert "1 mandate ended" in page
    assert not Membership.objects.exclude(mandate=None).exists()
    assert Invitation.objects.get().revoked_at is not None
    assert Message.objects.filter(event_key__contains=":ended:", recipient=cast.alice.email).exists()
    assert browser_of(payroll.tom).get(f"/secretariat/{payroll.secretariat.pk}/").status_code == 404
    browser.post(shown, MANAGER | {"email": "vera@loonburo.example"})
    assert Invitation.objects.count() == 1
    browser.post(office("secretariat-reopen", secretariat_id=payroll.secretariat.pk))
    assert browser_of(payroll.tom).get(f"/secretariat/{payroll.secretariat.pk}/").status_code == 200
    assert not Membership.objects.exclude(mandate=None).exists()
