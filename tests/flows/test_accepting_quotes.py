"""From an accepted quote to a client with contracts and a welcome mail: once, whole, with the evidence kept."""

from dataclasses import replace
from threading import Barrier

import pytest
from at_once import at_once
from cast import Cast, play
from django.db import DatabaseError, transaction
from prospect import EMAIL, quote_of
from sales import an_offer

from tegoed.audit.models import Event
from tegoed.clients.models import Client, ContractSignature, Invitation, Tariff
from tegoed.clients.signatures import Signer
from tegoed.contact.models import ContactQuestion
from tegoed.flows import accept_quote as story
from tegoed.flows.accept_quote import NewCompany, accept_quote
from tegoed.flows.offers import draft_offer
from tegoed.outbox.models import Message
from tegoed.quotes import offers
from tegoed.quotes.acceptance import QuoteNotToBeAccepted, QuotePricesChanged
from tegoed.quotes.actions import Prospect
from tegoed.quotes.models import Lead, LeadState, Quote, QuoteAcceptance, QuoteState
from tegoed.quotes.offers import digest_of, open_offer
from tegoed.rules.dates import brussels_today
from tegoed.rules.enterprise import EnterpriseNumberInvalid

COMPANY = NewCompany(
    name="Slagerij Maes bv",
    enterprise_number="0428.759.497",
    vat_number=None,
    street="Veemarkt 3",
    postcode="2800",
    town="Mechelen",
    billing_email="facturen@maes.example",
    language="nl",
)
AN = Signer(
    name="An Maes",
    function="Zaakvoerder",
    statement="I accept.",
    language="en",
    ip_address="192.0.2.7",
    user_agent="Browser/1",
)


def accepted(quote: Quote, **particulars) -> Client | None:
    return accept_quote(quote_id=quote.pk, company=replace(COMPANY, **particulars), signer=AN, email=EMAIL)


def test_accepting_opens_client_site_and_contracts_at_the_quotes_tariff_with_evidence(cast: Cast) -> None:
    own = Tariff.objects.create(name="Offer 1", service_basis_points=50, is_negotiated=True)
    cast.tariff = own
    quote = quote_of(cast, prospect=Prospect("Slagerij Maes", "An", EMAIL))
    client = accepted(quote)
    assert (client.enterprise_number, client.vat_number, client.name) == ("0428759497", "BE0428759497", COMPANY.name)
    assert [contact.email for contact in client.billing_contacts.all()] == [COMPANY.billing_email]
    assert [(site.name, site.town) for site in client.sites.all()] == [("Hoofdzetel", "Mechelen")]
    contracts = list(client.contracts.order_by("id"))
    assert [(each.product, each.form, each.tariff) for each in contracts] == [
        ("meal", "electronic", own),
        ("eco", "electronic", own),
    ]
    signatures = ContractSignature.objects.filter(contract__in=contracts)
    told = {(each.name, each.statement, each.ip_address, each.quote_id, each.signed_by) for each in signatures}
    assert (told, len(signatures)) == ({("An Maes", "I accept.", "192.0.2.7", quote.pk, None)}, 2)
    quote.refresh_from_db()
    assert (quote.state, quote.acceptance.client, quote.acceptance.email) == (QuoteState.ACCEPTED, client, EMAIL)
    assert (quote.lead.state, quote.lead.client) == (LeadState.WON, client)
    invitation = Invitation.objects.get()
    assert (invitation.client, invitation.role, invitation.is_welcome) == (client, "owner", True)
    assert Event.objects.filter(action="quote:accept", client_id=client.pk, subject_id=quote.pk).count() == 1


def test_a_quote_without_a_name_gets_its_lead_by_being_accepted(cast: Cast) -> None:
    client = accepted(quote_of(cast))
    lead = Lead.objects.get()
    assert (lead.company_name, lead.email, lead.client, lead.state) == (client.name, EMAIL, client, LeadState.WON)


def test_who_is_not_liable_for_vat_has_no_vat_number(cast: Cast) -> None:
    assert accepted(quote_of(cast), vat_number="").vat_number == ""


def test_accepting_twice_gives_the_client_that_is_there(cast: Cast) -> None:
    quote = quote_of(cast)
    first = accepted(quote)
    assert accepted(quote, enterprise_number="0999.999.922", name="Somebody else") == first
    assert (Client.objects.count(), Message.objects.count(), QuoteAcceptance.objects.count()) == (3, 1, 1)


def test_a_company_that_is_a_client_gets_nothing_opened_and_staff_a_question(cast: Cast) -> None:
    quote = quote_of(cast)
    before = Client.objects.count()
    for _click in range(2):
        assert accepted(quote, enterprise_number="BE0403170701") is None
    quote.refresh_from_db()
    assert (Client.objects.count(), quote.state, Invitation.objects.count()) == (before, QuoteState.OPEN, 0)
    question = ContactQuestion.objects.get()
    assert (question.email, question.company) == (EMAIL, COMPANY.name)
    assert "0403.170.701" in question.message
    mail = Message.objects.get()
    assert mail.recipient == EMAIL
    assert cast.bakery.name not in mail.text + mail.subject
    assert accepted(quote) is not None  # with the right number it still can


@pytest.mark.parametrize("state", [QuoteState.DECLINED, QuoteState.REPLACED, QuoteState.WITHDRAWN, QuoteState.DRAFT])
def test_what_is_not_open_cannot_be_accepted(cast: Cast, state) -> None:
    quote = quote_of(cast)
    Quote.objects.update(state=state)
    with pytest.raises(QuoteNotToBeAccepted):
        accepted(quote)
    assert Client.objects.count() == 2


def test_after_its_last_day_it_cannot_be_accepted(cast: Cast) -> None:
    quote = quote_of(cast)
    Quote.objects.update(valid_until=quote.made_on)
    assert accepted(quote) is not None
    other = quote_of(cast)
    Quote.objects.filter(pk=other.pk).update(valid_until=other.made_on.replace(year=2025))
    with pytest.raises(QuoteNotToBeAccepted):
        accepted(other, enterprise_number="0123456749")


def test_what_costs_something_else_by_now_is_not_accepted(cast: Cast) -> None:
    quote = quote_of(cast)
    Tariff.objects.update(card_production_cents=9_900)
    with pytest.raises(QuotePricesChanged):
        accepted(quote)


def test_a_wrong_number_opens_nothing(cast: Cast) -> None:
    with pytest.raises(EnterpriseNumberInvalid):
        accepted(quote_of(cast), enterprise_number="0428.759.498")
    assert Client.objects.count() == 2


def test_ended_before_the_last_step_nothing_is_left_and_it_can_be_done_again(cast: Cast, monkeypatch) -> None:
    quote = quote_of(cast)

    def cut(*_args: object) -> None:
        raise ConnectionAbortedError

    monkeypatch.setattr(story, "send_invitation", cut)
    with pytest.raises(ConnectionAbortedError), transaction.atomic():
        accepted(quote)
    monkeypatch.undo()
    quote.refresh_from_db()
    left = (Client.objects.count(), Invitation.objects.count(), QuoteAcceptance.objects.count(), Lead.objects.count())
    assert (left, quote.state) == ((2, 0, 0, 0), QuoteState.OPEN)
    assert accepted(quote) is not None


def test_what_was_agreed_is_never_changed(cast: Cast) -> None:
    accepted(quote_of(cast))
    for rows in (QuoteAcceptance.objects, ContractSignature.objects):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(name="Somebody else")


def test_two_browsers_at_once_open_one_client(committed_database) -> None:
    quote = quote_of(play())
    results = at_once(*[lambda: accepted(quote)] * 3)
    assert len(set(results)) == 1
    counts = (Client.objects.count(), Invitation.objects.count(), Message.objects.count(), Lead.objects.count())
    assert counts == (3, 1, 1, 1)


def test_two_quotes_at_once_for_one_company_open_one_client(committed_database) -> None:
    cast = play()
    quotes = [quote_of(cast), quote_of(cast)]
    results = at_once(*[lambda quote=quote: accepted(quote) for quote in quotes])
    assert sorted(result is None for result in results) == [False, True]
    assert Client.objects.filter(enterprise_number="0428759497").count() == 1
    assert ContactQuestion.objects.count() == 1


def meeting(monkeypatch, module, name: str, gate: Barrier) -> None:
    """Whoever comes to that function waits for the other one first."""
    function = getattr(module, name)

    def waiting(*values, **named):
        gate.wait(timeout=20)
        return function(*values, **named)

    monkeypatch.setattr(module, name, waiting)


def test_two_quotes_of_one_lead_at_once_open_both_companies(committed_database, monkeypatch) -> None:
    cast = play()
    quotes = [quote_of(cast, prospect=Prospect("Maes", "An Maes", EMAIL)) for _each in range(2)]
    meeting(monkeypatch, story, "check_can_be_accepted", Barrier(2))
    numbers = ("0428.759.497", "0999.999.922")
    results = at_once(
        *[
            lambda quote=quote, number=number: accepted(quote, enterprise_number=number)
            for quote, number in zip(quotes, numbers, strict=True)
        ]
    )
    assert [client.enterprise_number for client in results] == ["0428759497", "0999999922"]
    assert Lead.objects.get().client in results


def test_a_next_version_begun_while_an_offer_is_accepted_is_refused(committed_database, monkeypatch) -> None:
    cast = play()
    offer = an_offer(cast)
    open_offer(offer_id=offer.pk, shown=digest_of(offer), on=brussels_today(), actor=cast.staff_member)
    gate = Barrier(2)
    meeting(monkeypatch, story, "check_can_be_accepted", gate)
    meeting(monkeypatch, offers, "_check_may_be_followed", gate)
    lead, source = offer.lead, Quote.objects.get(pk=offer.pk)
    client, refused = at_once(
        lambda: accepted(offer),
        lambda: draft_offer(lead=lead, source=source, on=brussels_today(), actor=cast.staff_member),
    )
    assert (client.name, type(refused)) == (COMPANY.name, offers.OfferAccepted)
