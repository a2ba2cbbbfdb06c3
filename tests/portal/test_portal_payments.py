"""The client's page of payments without a number: seen by its members, answered by who may order, walled from others."""

import pytest
from bank import Payment
from cast import PASSWORD, hire
from django.urls import reverse
from story import invoiced, paid, received_from_bank

from tegoed.banking.models import Proposal, StatementLine
from tegoed.clients.actions import add_member
from tegoed.clients.models import Client, Role, User


def address(name: str, client: Client, **more: int) -> str:
    return reverse(f"portal:{name}", kwargs={"client_id": client.pk, **more})


@pytest.fixture
def invoices(cast):
    """Two open invoices of the bakery, which paid from its account before; and a payment of the first without number."""
    people = hire(cast.bakery, 3)
    paid(*invoiced(cast.bakery, people)[1])
    first = invoiced(cast.bakery, people)[1][0]
    second = invoiced(cast.bakery, people, count=19)[1][0]
    received_from_bank([Payment(first.total_cents, free="november", name="BAKKERIJ PEETERS BVBA")])
    return first, second


def line() -> StatementLine:
    return StatementLine.objects.get(state="suspense")


def test_the_overview_says_that_a_payment_waits(invoices, cast, browser_of) -> None:
    text = browser_of(cast.alice).get(address("overview", cast.bakery)).content.decode()
    assert "We received a payment we could not place: is it yours?" in text
    assert address("payments", cast.bakery) in text
    paid(invoices[0])
    received_from_bank([])
    other = browser_of(cast.charlie).get(address("overview", cast.garage)).content.decode()
    assert "could not place" not in other


def test_the_page_shows_amount_day_masked_counterparty_and_choices(invoices, cast, browser_of) -> None:
    first, second = invoices
    text = browser_of(cast.alice).get(address("payments", cast.bakery)).content.decode()
    assert f"Yes, it is for invoice {first.number}" in text
    assert f"It is for invoice {second.number}" in text
    assert "BAK••• PEE••• BVB•••" in text
    assert "BE71096123456769" not in text.replace(" ", "")
    assert "6769" in text


def test_one_click_claims_and_the_page_says_so(invoices, cast, browser_of) -> None:
    browser = browser_of(cast.alice)
    answer = browser.post(
        address("payment-claim", cast.bakery, line_id=line().pk), {"invoice": [invoices[0].pk]}, follow=True
    )
    assert "You told us what it is for" in answer.content.decode()
    claim = Proposal.objects.get(state="claimed")
    assert (claim.claimed_by, claim.parts.get().invoice) == (cast.alice, invoices[0])
    again = browser.post(
        address("payment-claim", cast.bakery, line_id=line().pk), {"invoice": [invoices[1].pk]}, follow=True
    )
    assert "You told us already" in again.content.decode()


def test_the_pages_stop_asking_once_it_was_answered(invoices, cast, browser_of) -> None:
    browser = browser_of(cast.alice)
    pages = [address("overview", cast.bakery), address("invoices", cast.bakery)]
    assert all("Say what it is for" in browser.get(page).content.decode() for page in pages)
    browser.post(address("payment-claim", cast.bakery, line_id=line().pk), {"invoice": [invoices[0].pk]})
    assert not any("Say what it is for" in browser.get(page).content.decode() for page in pages)


def test_an_accountant_is_led_to_the_payment_and_may_not_answer(invoices, cast, browser_of) -> None:
    accountant = User.objects.create_user("ann@kantoor.example", PASSWORD, full_name="Ann", language="en")
    add_member(client=cast.bakery, user=accountant, role=Role.ACCOUNTANT, actor=None)
    browser = browser_of(accountant)
    text = browser.get(address("invoices", cast.bakery)).content.decode()
    assert address("payments", cast.bakery) in text
    assert "Say what it is for" not in text
    assert "Ask an owner or orderer" in browser.get(address("payments", cast.bakery)).content.decode()
    assert browser.post(address("payment-claim", cast.bakery, line_id=line().pk)).status_code == 403


@pytest.mark.parametrize("name", ["payment-claim", "payment-deny"])
def test_a_second_answer_is_told_that_nothing_waits_any_more(invoices, cast, browser_of, name) -> None:
    browser, line_id = browser_of(cast.alice), line().pk
    browser.post(address("payment-deny", cast.bakery, line_id=line_id))
    again = browser.post(address(name, cast.bakery, line_id=line_id), {"invoice": [invoices[0].pk]}, follow=True)
    assert again.status_code == 200
    assert "no longer waits for your word" in again.content.decode()
    assert not Proposal.objects.filter(state="claimed").exists()
    assert Proposal.objects.filter(state="denied").count() == 1


@pytest.mark.parametrize("invoice", ["x", "1" * 40, "²"])
def test_an_address_that_makes_no_sense_is_not_there(invoices, cast, browser_of, invoice) -> None:
    answer = browser_of(cast.alice).post(address("payment-claim", cast.bakery, line_id=line().pk), {"invoice": invoice})
    assert answer.status_code == 404


def test_a_viewer_sees_it_and_may_not_answer(invoices, cast, browser_of) -> None:
    browser = browser_of(cast.bob)
    text = browser.get(address("payments", cast.bakery)).content.decode()
    assert "Ask an owner or orderer" in text
    for name in ("payment-claim", "payment-deny"):
        assert browser.post(address(name, cast.bakery, line_id=line().pk)).status_code == 403


def test_another_company_finds_nothing(invoices, cast, browser_of) -> None:
    browser = browser_of(cast.charlie)
    assert "Yes, it is" not in browser.get(address("payments", cast.garage)).content.decode()
    for name in ("payment-claim", "payment-deny"):
        assert browser.post(address(name, cast.garage, line_id=line().pk)).status_code == 404
        assert browser.post(address(name, cast.bakery, line_id=line().pk)).status_code == 404
    assert not Proposal.objects.filter(state__in=["claimed", "denied"]).exists()


def test_an_invoice_of_another_company_can_not_be_claimed(invoices, cast, browser_of) -> None:
    _order, (foreign, *_rest) = invoiced(cast.garage, hire(cast.garage, 1, first=9))
    answer = browser_of(cast.alice).post(
        address("payment-claim", cast.bakery, line_id=line().pk), {"invoice": foreign.pk}, follow=True
    )
    assert "not open any more" in answer.content.decode()
    assert not Proposal.objects.filter(state="claimed").exists()


def test_not_ours_is_not_asked_again(invoices, cast, browser_of) -> None:
    browser = browser_of(cast.alice)
    browser.post(address("payment-deny", cast.bakery, line_id=line().pk))
    assert "Nothing waits for your word" in browser.get(address("payments", cast.bakery)).content.decode()
