"""E-invoices as the office sees them: what waits for somebody and why, sent again or left unsent, where each client gets them."""

import pytest
from cast import hire
from django.utils import translation
from office_day import office, ordered

from tegoed.clients.models import Client
from tegoed.outbox.models import Transmission, TransmissionState
from tegoed.outbox.transmissions import send_due_transmissions


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.staff_member)


@pytest.fixture
def one(cast) -> Transmission:
    ordered(cast.bakery, hire(cast.bakery, 1))
    return Transmission.objects.order_by("id")[0]


def refused(one: Transmission) -> None:
    fault = {"reason": "buyer-number", "where": "EndpointID", "found": "0403170702"}
    Transmission.objects.filter(pk=one.pk).update(
        state=TransmissionState.REFUSED_BY_RULES, refusals=[{"code": "peppol-fault", "params": fault}]
    )


def shown(browser, **query: str) -> list[str]:
    return [one.number for one in browser.get(office("transmissions"), query).context["transmissions"]]


def test_the_queue_is_filtered_by_state_number_and_address(one, browser) -> None:
    other = Transmission.objects.exclude(pk=one.pk).get()
    refused(one)
    assert shown(browser) == [other.number, one.number]
    assert shown(browser, state="attention") == shown(browser, state="refused_by_rules") == [one.number]
    assert shown(browser, state="queued") == [other.number]
    assert shown(browser, words=one.number[:6]) == [one.number]
    assert len(shown(browser, words="0403170701")) == 2
    assert shown(browser, words="nobody") == shown(browser, state="nonsense") == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "The client&#x27;s enterprise number 0403170702 is not valid."),
        ("nl", "Het ondernemingsnummer 0403170702 van de klant is niet geldig."),
        ("fr", "Le numéro d&#x27;entreprise 0403170702 du client n&#x27;est pas valable."),
        ("de", "Die Unternehmensnummer 0403170702 des Kunden ist ungültig."),
    ],
)
def test_a_refusal_is_told_in_words_with_its_remedy(cast, one, browser, language, words) -> None:
    refused(one)
    cast.staff_member.language = language
    cast.staff_member.save()
    page = browser.get(office("transmission", transmission_id=one.pk)).content.decode()
    assert words in page
    assert "buyer-number" not in page


def test_the_overview_counts_what_waits_for_somebody(one, browser) -> None:
    refused(one)
    Transmission.objects.exclude(pk=one.pk).update(state=TransmissionState.FAILED)
    page = browser.get(office("overview"))
    assert page.context["e_invoices_waiting"] == {"refused_by_rules": 1, "failed": 1}
    assert "1 refused by the rules, 1 not delivered" in page.content.decode()


def test_what_was_refused_goes_out_once_it_is_mended_and_staff_ask(one, browser) -> None:
    refused(one)
    page = browser.get(office("transmission", transmission_id=one.pk)).content.decode()
    assert "Check and send again" in page
    answer = browser.post(office("transmission-retry", transmission_id=one.pk), follow=True)
    assert "waits to be sent again" in answer.content.decode()
    one.refresh_from_db()
    assert (one.state, one.refusals) == (TransmissionState.QUEUED, [])
    send_due_transmissions()
    page = browser.get(office("transmission", transmission_id=one.pk)).content.decode()
    assert "Check and send again" not in page
    assert "by itself" in page
    assert "dora@uitgever.example" in page


def test_still_refused_it_says_so_and_stays(cast, browser) -> None:
    cast.issuer.vat_number = "BE0123456740"  # wrong check digits: the PDF can be made, the network would refuse the XML
    cast.issuer.save()
    ordered(cast.bakery, hire(cast.bakery, 1))
    one = Transmission.objects.order_by("id")[0]
    answer = browser.post(office("transmission-retry", transmission_id=one.pk), follow=True).content.decode()
    assert "Still not sent" in answer
    assert "The issuer&#x27;s VAT number BE0123456740 is missing or not valid." in answer
    one.refresh_from_db()
    assert one.state == TransmissionState.REFUSED_BY_RULES
    assert send_due_transmissions() == 0


def test_left_unsent_it_stays_unsent(one, browser) -> None:
    browser.post(office("transmission-cancel", transmission_id=one.pk))
    send_due_transmissions()
    one.refresh_from_db()
    assert one.state == TransmissionState.CANCELLED


def test_what_is_on_its_way_can_not_be_taken_back(one, browser) -> None:
    send_due_transmissions()
    answer = browser.post(office("transmission-cancel", transmission_id=one.pk), follow=True)
    assert "in another state by now" in answer.content.decode()


def test_an_answer_of_the_network_is_shown_as_text(one, browser) -> None:
    Transmission.objects.filter(pk=one.pk).update(state=TransmissionState.FAILED, last_error="<b>unknown</b>")
    page = browser.get(office("transmission", transmission_id=one.pk)).content.decode()
    assert "&lt;b&gt;unknown&lt;/b&gt;" in page


def test_staff_say_where_a_client_receives_e_invoices(cast, browser) -> None:
    address = office("client-peppol", client_id=cast.bakery.pk)
    assert "0208:0403170701" in browser.get(address).content.decode()
    wrong = browser.post(address, {"is_on_peppol": "on", "peppol_id": "9925:BE0403170701"})
    assert "scheme 0208" in wrong.content.decode()
    browser.post(address, {"is_on_peppol": "on", "peppol_id": "0202.239.951"})
    assert Client.objects.get(pk=cast.bakery.pk).peppol_id == "0208:0202239951"
    assert "0208:0202239951" in browser.get(office("client", client_id=cast.bakery.pk)).content.decode()
    browser.post(address, {"peppol_id": ""})
    assert not Client.objects.get(pk=cast.bakery.pk).is_on_peppol
    assert "by mail only" in browser.get(office("client", client_id=cast.bakery.pk)).content.decode()


def test_every_state_has_words_for_what_now(one, browser) -> None:
    for state in TransmissionState.values:
        Transmission.objects.filter(pk=one.pk).update(state=state)
        with translation.override("en"):
            assert browser.get(office("transmission", transmission_id=one.pk)).context["next_words"]
