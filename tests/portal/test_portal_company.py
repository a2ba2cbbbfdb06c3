"""The company page: Alice corrects what stands on invoices and switches four eyes on and off; all of it in the trail."""

import pytest
from cast import PASSWORD, draft_of, hire
from django.urls import reverse
from story import confirmed, invoiced

from tegoed.audit.models import Event
from tegoed.clients.actions import add_member
from tegoed.clients.models import Client, Role, User
from tegoed.orders.models import OrderState

CORRECT = {
    "street": "Nieuwstraat 7",
    "postcode": "9000",
    "town": "Gent",
    "billing_email": "facturen@bakkerij.example",
    "language": "fr",
}


@pytest.fixture
def alice_browser(cast, browser_of):
    return browser_of(cast.alice)


def url(name: str, cast) -> str:
    return reverse(f"portal:{name}", args=[cast.bakery.pk])


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def add_ann(cast) -> User:
    user = User.objects.create_user("ann@bakkerij.example", PASSWORD, full_name="Ann", language="en")
    add_member(client=cast.bakery, user=user, role=Role.APPROVER, actor=None)
    return user


def test_alice_corrects_the_address_and_the_next_invoice_carries_it(cast, alice_browser):
    people = hire(cast.bakery, 1)
    _order, (before, _card) = invoiced(cast.bakery, people)
    page = text_of(alice_browser.post(url("company-edit", cast), CORRECT, follow=True))
    assert "Nieuwstraat 7" in page
    client = Client.objects.get(pk=cast.bakery.pk)
    _order, (after,) = invoiced(client, people)
    assert after.buyer["street"] == "Nieuwstraat 7"
    assert before.buyer["street"] == "Grote Markt 1"
    changed = Event.objects.get(action="client:change").facts["changed"]
    assert changed["town"] == ["Antwerpen", "Gent"]


def test_saving_the_same_again_leaves_no_trail(cast, alice_browser):
    same = {name: getattr(cast.bakery, name) for name in CORRECT}
    alice_browser.post(url("company-edit", cast), same)
    assert not Event.objects.filter(action="client:change").exists()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("billing_email", "nobody"),
        ("billing_email", "=?utf-8?q?an?=@maes.example"),
        ("street", ""),
        ("town", "Gent\nB"),
        ("language", "xx"),
    ],
)
def test_what_cannot_stand_on_an_invoice_is_refused_beside_its_field(field, typed, cast, alice_browser):
    answer = alice_browser.post(url("company-edit", cast), CORRECT | {field: typed})
    assert field in answer.context["form"].errors
    assert Client.objects.get(pk=cast.bakery.pk).street == "Grote Markt 1"


def test_four_eyes_switches_on_and_off_and_waiting_orders_keep_waiting(cast, alice_browser):
    add_ann(cast)
    alice_browser.post(url("company-four-eyes", cast), {"four_eyes": "on"})
    waiting = confirmed(draft_of(cast.bakery, hire(cast.bakery, 1)))
    assert waiting.state == OrderState.AWAITING_APPROVAL
    page = text_of(alice_browser.get(url("company", cast)))
    assert "Alice, Ann" in page
    assert "Orders wait for approval now" in page
    answer = alice_browser.post(url("company-four-eyes", cast), {"four_eyes": "off"}, follow=True)
    assert "Orders that wait already still need approval" in text_of(answer)
    waiting.refresh_from_db()
    assert waiting.state == OrderState.AWAITING_APPROVAL
    assert confirmed(draft_of(cast.bakery, hire(cast.bakery, 1, first=5))).state == OrderState.PROCESSING
    facts = Event.objects.filter(action="client:change").order_by("id").values_list("facts", flat=True)
    assert [fact["changed"]["needs_approval"] for fact in facts] == [[False, True], [True, False]]


def test_four_eyes_of_one_person_is_refused(cast, alice_browser):
    answer = alice_browser.post(url("company-four-eyes", cast), {"four_eyes": "on"}, follow=True)
    assert "nobody could approve" in text_of(answer)
    assert not Client.objects.get(pk=cast.bakery.pk).needs_approval


def test_others_may_look_but_only_owners_change(cast, browser_of):
    ann = add_ann(cast)
    for user in (cast.bob, ann):
        browser = browser_of(user)
        assert browser.get(url("company", cast)).status_code == 200
        assert browser.get(url("company-edit", cast)).status_code == 403
        assert browser.post(url("company-edit", cast), CORRECT).status_code == 403
        assert browser.post(url("company-four-eyes", cast), {"four_eyes": "on"}).status_code == 403
    for name in ("company", "company-edit"):
        assert browser_of(cast.charlie).get(url(name, cast)).status_code == 404
