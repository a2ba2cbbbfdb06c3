"""The bakery lets its social secretariat order: what Sofie and Tom then can, what they can't, and how it ends."""

import pytest
from at_once import at_once, one_waits_for_the_other
from cast import draft_of, hire, play
from django.conf import settings
from django.urls import reverse
from payroll import SIGNER, mandate_for, new_member, new_user, payroll_of
from story import invoiced

from tegoed.audit.models import Event
from tegoed.clients.actions import add_member
from tegoed.clients.company import set_four_eyes
from tegoed.clients.members import remove_member
from tegoed.clients.models import Client, Membership, Role, SecretariatMandate, SecretariatUser
from tegoed.clients.secretariats import end_mandate, join_secretariat, leave_secretariat, open_mandate
from tegoed.flows.secretariats import end_secretariat
from tegoed.orders.models import Order
from tegoed.outbox.models import Message


@pytest.fixture
def payroll(cast):
    return payroll_of(cast)


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.alice)


def url(name: str, cast, *ids: int) -> str:
    return reverse(f"portal:{name}", args=[cast.bakery.pk, *ids])


def bureau(name: str, payroll, *ids: int) -> str:
    return reverse(f"secretariat:{name}", args=[payroll.secretariat.pk, *ids])


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def seats(client: Client) -> dict[str, str]:
    return dict(Membership.objects.filter(client=client).values_list("user__full_name", "role"))


def signed(cast, browser, payroll) -> SecretariatMandate:
    told = {"secretariat": payroll.secretariat.pk, "name": "Alice Peeters", "function": "Zaakvoerder", "agreed": "on"}
    answer = browser.post(url("secretariat", cast), told, REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Firefox/130")
    assert answer.status_code == 302
    return SecretariatMandate.objects.get(client=cast.bakery)


def test_alice_signs_and_the_people_of_the_secretariat_order_from_then_on(cast, browser, browser_of, payroll) -> None:
    sofie = browser_of(payroll.sofie)
    assert sofie.get(url("orders", cast)).status_code == 404
    mandate = signed(cast, browser, payroll)
    kept = (mandate.name, mandate.function, mandate.language, mandate.ip_address, mandate.user_agent)
    assert kept == ("Alice Peeters", "Zaakvoerder", "en", "192.0.2.7", "Firefox/130")
    assert mandate.statement.startswith("I may act for the company, and I let the social secretariat")
    assert seats(cast.bakery) == {"Alice": "owner", "Bob": "viewer", "Sofie": "orderer", "Tom": "orderer"}
    people = hire(cast.bakery, 1)
    assert sofie.get(url("orders", cast)).status_code == 200
    start = {"product": "meal", "loading_on": "2099-01-04", "month": "2099-01", "reference": "via Sofie"}
    sofie.post(url("order-new", cast), start)
    assert sofie.get(url("order-lines", cast, draft_of(cast.bakery, people).pk)).status_code == 200
    assert sofie.get(url("beneficiary-add", cast)).status_code == 200
    assert sofie.get(url("invoices", cast)).status_code == 200
    for name in ("company-edit", "secretariat", "user-invite", "log", "direct-debit-sign"):
        assert sofie.get(url(name, cast)).status_code == 403, name
    assert sofie.post(url("secretariat-end", cast, mandate.pk)).status_code == 403
    page = text_of(browser.get(url("users", cast)))
    assert "Through Loonburo vzw" in page
    added = Event.objects.filter(action="member:add", client_id=cast.bakery.pk, facts__secretariat="Loonburo vzw")
    assert added.count() == 2


def test_without_a_tick_nothing_is_signed_and_a_closed_secretariat_is_not_offered(cast, browser, payroll) -> None:
    told = {"secretariat": payroll.secretariat.pk, "name": "Alice", "function": "Owner"}
    assert browser.post(url("secretariat", cast), told).status_code == 422
    end_secretariat(secretariat=payroll.secretariat, actor=cast.staff_member)
    assert browser.post(url("secretariat", cast), told | {"agreed": "on"}).status_code == 422
    assert not SecretariatMandate.objects.exists()


def test_owners_and_secretariat_read_of_the_start_and_the_end_of_a_mandate(cast, browser, payroll) -> None:
    cast.alice.language = "fr"
    cast.alice.save()
    mandate = signed(cast, browser, payroll)
    page = text_of(browser.post(url("secretariat-end", cast, mandate.pk), follow=True))
    assert "signé par Alice Peeters" in page
    browser.post(url("secretariat-end", cast, mandate.pk))  # once more: nothing
    mails = Message.objects.filter(kind="secretariat_mandate").order_by("id")
    assert [(mail.recipient, mail.language) for mail in mails] == [
        ("alice@bakkerij.example", "fr"),
        ("info@loonburo.example", "nl"),
    ] * 2
    assert seats(cast.bakery) == {"Alice": "owner", "Bob": "viewer"}


def test_who_joins_later_acts_too_and_who_leaves_acts_no_more(cast, payroll, browser_of) -> None:
    mandate_for(payroll.secretariat, cast.bakery, cast.alice)
    mandate_for(payroll.secretariat, cast.garage, cast.charlie)
    uma = new_user("uma")
    join_secretariat(secretariat=payroll.secretariat, user=uma, is_manager=False, actor=None)
    assert Membership.objects.filter(user=uma, role=Role.ORDERER).count() == 2
    open_session = browser_of(uma)
    assert open_session.get(url("orders", cast)).status_code == 200
    assert browser_of(payroll.sofie).post(bureau("remove", payroll, uma.pk)).status_code == 302
    assert open_session.get(url("orders", cast)).status_code == 404
    assert open_session.get(bureau("clients", payroll)).status_code == 404


def test_a_member_in_the_own_right_keeps_that_through_a_mandate_and_after_it(cast, browser, payroll) -> None:
    erik = new_member(cast, "erik", Role.APPROVER)
    join_secretariat(secretariat=payroll.secretariat, user=erik, is_manager=False, actor=None)
    mandate = mandate_for(payroll.secretariat, cast.bakery, cast.alice)
    assert seats(cast.bakery)["Erik"] == "approver"
    seat = Membership.objects.get(user=erik)
    page = text_of(browser.post(url("user-remove", cast, seat.pk), follow=True))
    assert "still orders for it through Loonburo vzw" in page
    assert seats(cast.bakery)["Erik"] == "orderer"
    through = Membership.objects.get(user=erik)
    assert browser.post(url("user", cast, through.pk), {"role": "owner"}).status_code == 422
    browser.post(url("user-remove", cast, through.pk))
    assert seats(cast.bakery)["Erik"] == "orderer"
    end_mandate(client=cast.bakery, mandate_id=mandate.pk, actor=cast.alice)
    assert "Erik" not in seats(cast.bakery)


def test_who_works_for_two_secretariats_goes_on_through_the_other(cast, payroll) -> None:
    other = payroll.secretariat.__class__.objects.create(
        name="Ander Buro", enterprise_number="0123456749", email="ander@buro.example"
    )
    join_secretariat(secretariat=other, user=payroll.tom, is_manager=False, actor=None)
    first = mandate_for(payroll.secretariat, cast.bakery, cast.alice)
    second = mandate_for(other, cast.bakery, cast.alice)
    end_mandate(client=cast.bakery, mandate_id=first.pk, actor=cast.alice)
    assert Membership.objects.get(user=payroll.tom).mandate == second
    leave_secretariat(secretariat=other, user_id=payroll.tom.pk, actor=cast.staff_member)
    assert seats(cast.bakery) == {"Alice": "owner", "Bob": "viewer"}


def test_a_mandate_can_always_be_ended_and_the_page_says_when_nobody_is_left_to_approve(cast, browser, payroll) -> None:
    mandate = signed(cast, browser, payroll)
    set_four_eyes(client=cast.bakery, is_on=True, actor=cast.alice)
    page = text_of(browser.post(url("secretariat-end", cast, mandate.pk), follow=True))
    assert "too few people" in page
    assert seats(cast.bakery) == {"Alice": "owner", "Bob": "viewer"}


def test_a_mandate_of_another_company_is_not_there(cast, browser, payroll) -> None:
    theirs = mandate_for(payroll.secretariat, cast.garage, cast.charlie)
    assert browser.post(url("secretariat-end", cast, theirs.pk)).status_code == 404
    assert payroll.tom.memberships.filter(client=cast.garage).exists()


def test_five_hundred_clients_are_found_by_name_and_cost_no_query_each(
    cast, browser_of, payroll, django_assert_max_num_queries
) -> None:
    people = hire(cast.bakery, 1)
    mandate_for(payroll.secretariat, cast.bakery, cast.alice)
    invoiced(cast.bakery, people)
    draft_of(cast.bakery, people)
    Client.objects.bulk_create(
        Client(
            name=f"Bedrijf {number:03d}",
            enterprise_number=f"{number:010d}",
            street="Straat 1",
            postcode="9000",
            town="Gent",
            billing_email="x@bedrijf.example",
        )
        for number in range(500)
    )
    companies = Client.objects.filter(name__startswith="Bedrijf")
    SecretariatMandate.objects.bulk_create(
        SecretariatMandate(
            client=company, secretariat=payroll.secretariat, signed_by=cast.alice, name="A", function="B", statement="C"
        )
        for company in companies
    )
    late = new_user("late")
    with django_assert_max_num_queries(12):
        join_secretariat(secretariat=payroll.secretariat, user=late, is_manager=False, actor=None)
    assert late.memberships.count() == 501
    browser = browser_of(late)
    assert browser.get("/")["Location"] == bureau("clients", payroll)
    with django_assert_max_num_queries(9):
        page = text_of(browser.get(bureau("clients", payroll)))
    assert page.count("/c/") < 4 * settings.PAGE_ROWS_MAX
    assert "Page 1 of 21" in page
    assert "1 not finished" in page
    found = text_of(browser.get(bureau("clients", payroll), {"q": "bedrijf 49"}))
    assert found.count('class="row-title"') == 10
    assert "No client found" in text_of(browser.get(bureau("clients", payroll), {"q": "<script>\0"}))
    with django_assert_max_num_queries(20):
        overview = text_of(browser.get(url("overview", cast)))
    assert "All clients of the secretariat" in overview
    assert "Bedrijf" not in overview
    with django_assert_max_num_queries(20):
        end_secretariat(secretariat=payroll.secretariat, actor=cast.staff_member)
    assert not Membership.objects.exclude(mandate=None).exists()
    assert Message.objects.filter(kind="secretariat_mandate", event_key__contains=":ended:").count() == 502
    assert browser.get(bureau("clients", payroll)).status_code == 404


NAMES = ("clients", "colleagues", "invite", "remove", "invitation-renew", "invitation-withdraw")
OF_MANAGERS = {"invite", "remove", "invitation-renew", "invitation-withdraw"}


def test_the_pages_of_a_secretariat_open_for_its_people_only(cast, browser_of, payroll) -> None:
    browser_of(payroll.sofie).post(
        bureau("invite", payroll), {"full_name": "Uma", "email": "uma@loonburo.example", "language": "nl"}
    )
    invitation = payroll.secretariat.invitations.get()

    def address(name: str) -> str:
        ids = [payroll.tom.pk] if name == "remove" else [invitation.pk] if name.startswith("invitation") else []
        return bureau(name, payroll, *ids)

    for user, status in ((cast.alice, 404), (cast.charlie, 404), (cast.staff_member, 404), (None, 302)):
        for name in NAMES:
            for method in ("get", "post"):
                assert getattr(browser_of(user), method)(address(name)).status_code == status, (name, method)
    tom = browser_of(payroll.tom)
    for name in NAMES:
        assert tom.get(address(name)).status_code == (403 if name in OF_MANAGERS else 200), name
        assert tom.post(address(name)).status_code == (403 if name in OF_MANAGERS else 405), name
    sofie = browser_of(payroll.sofie)
    assert sofie.post(bureau("remove", payroll, payroll.sofie.pk), follow=True).status_code == 200
    assert SecretariatUser.objects.filter(user=payroll.sofie).exists()
    assert sofie.post(bureau("remove", payroll, cast.alice.pk)).status_code == 404


def test_signing_and_joining_at_once_leaves_nobody_out(committed_database) -> None:
    cast = play()
    payroll = payroll_of(cast)
    uma = new_user("uma")
    results = at_once(
        lambda: open_mandate(client=cast.bakery, secretariat=payroll.secretariat, signer=SIGNER, actor=cast.alice),
        lambda: join_secretariat(secretariat=payroll.secretariat, user=uma, is_manager=False, actor=None),
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert seats(cast.bakery)["Uma"] == "orderer"


def test_a_mandate_that_is_being_ended_gives_nobody_a_seat(committed_database) -> None:
    cast = play()
    payroll = payroll_of(cast)
    membership = add_member(client=cast.bakery, user=payroll.tom, role=Role.VIEWER, actor=None)
    mandate = mandate_for(payroll.secretariat, cast.bakery, cast.alice)
    one_waits_for_the_other(
        lambda: end_mandate(client=cast.bakery, mandate_id=mandate.pk, actor=cast.alice),
        lambda: remove_member(client=cast.bakery, membership_id=membership.pk, actor=cast.alice),
    )
    assert seats(cast.bakery) == {"Alice": "owner", "Bob": "viewer"}


def test_an_order_made_under_a_mandate_goes_on_after_it(cast, payroll) -> None:
    mandate = mandate_for(payroll.secretariat, cast.bakery, cast.alice)
    order, _invoices = invoiced(cast.bakery, hire(cast.bakery, 1))
    end_mandate(client=cast.bakery, mandate_id=mandate.pk, actor=cast.alice)
    assert Order.objects.get(pk=order.pk).state == "invoiced"
