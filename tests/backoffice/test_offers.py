"""Offers by sales, from the first line to the answer of the prospect (SPEC Q2)."""

import re
from datetime import timedelta

import django.test
import pytest
from cast import niss
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from office_day import office

from tegoed.audit.models import Event
from tegoed.clients.models import Tariff, User
from tegoed.outbox.actions import send_due_messages
from tegoed.outbox.models import Message
from tegoed.quotes.actions import Prospect, QuoteWish, make_quote
from tegoed.quotes.models import Lead, Quote, QuoteAcceptance
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Form, Product
from tegoed.rules.quoting import Circumstances

PROSPECT = Prospect(company_name="Fietsen <b>Claes</b>", contact_name="Ine\u2009Claes", email="ine@claes.example")
PRICES = {
    "service_basis_points": "0,50",
    "service_per_voucher_cents": "0",
    "loading_per_beneficiary_cents": "0,10",
    "card_production_cents": "2,00",
    "card_replacement_cents": "2,00",
    "card_delivery_per_site_cents": "0",
    "card_delivery_home_cents": "0",
    "paper_printing_per_voucher_cents": "0",
    "paper_delivery_per_site_cents": "0",
}
MEAL = {
    "product": "meal",
    "form": "electronic",
    "beneficiary_count": "40",
    "voucher_count": "20",
    "face_value": "8,00",
    "prices": "negotiated",
} | PRICES


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.staff_member)


@pytest.fixture
def other(cast, browser_of):
    eva = User.objects.create_user("eva@uitgever.example", full_name="Eva", language="en", is_staff=True)
    return browser_of(eva)


@pytest.fixture
def visitor(db) -> django.test.Client:
    cache.clear()
    return django.test.Client(headers={"accept-language": "en"})


@pytest.fixture
def quote(cast) -> Quote:
    """Made on the site, in French, by somebody who left a name."""
    wish = QuoteWish(
        product=Product.ECO, form=Form.ELECTRONIC, tariff=cast.tariff, beneficiary_count=40, amount_cents=400_000
    )
    return make_quote(
        wishes=[wish], circumstances=Circumstances(), language="fr", on=brussels_today(), prospect=PROSPECT
    )


@pytest.fixture
def offer(quote, browser) -> Quote:
    """A draft from that quote, with a negotiated meal line beside its own."""
    browser.post(office("offer-start", lead_id=quote.lead_id), {"source": quote.pk})
    draft = newest()
    assert add(browser, draft).status_code == 302
    return newest()


def newest() -> Quote:
    return Quote.objects.filter(kind="offer").latest("id")


def of(name: str, offer: Quote, **place: int) -> str:
    return office(name, offer_id=offer.pk, **place)


def shown_of(browser, address: str) -> str:
    return re.search(r'name="shown" value="(\w+)"', browser.get(address).text)[1]


def add(browser, offer: Quote, **typed: str):
    address = of("offer-line-add", offer)
    return browser.post(address, {"shown": shown_of(browser, address)} | MEAL | typed)


def send(browser, offer: Quote) -> Quote:
    browser.post(of("offer-send", offer), {"shown": shown_of(browser, of("offer-preview", offer))})
    offer.refresh_from_db()
    return offer


def version_after(browser, offer: Quote) -> Quote:
    browser.post(office("offer-start", lead_id=offer.lead_id), {"source": offer.pk})
    return newest()


def verbs(offer: Quote) -> list[str]:
    events = Event.objects.filter(subject_id=offer.pk, action__startswith="offer:").order_by("id")
    return [event.action.split(":")[1] for event in events]


def test_an_offer_goes_out_once_with_link_and_paper_in_the_language_of_the_prospect(offer, browser, visitor) -> None:
    assert visitor.get(reverse("quote-stored", args=[offer.token])).status_code == 404
    preview = browser.get(of("offer-preview", offer)).text
    shown = re.search(r'name="shown" value="(\w+)"', preview)[1]
    for _twice in range(2):
        browser.post(of("offer-send", offer), {"shown": shown})
    send_due_messages()
    (sent,) = mail.outbox
    assert sent.to == [PROSPECT.email]
    assert str(offer.pk) in sent.subject
    assert f"http://localhost{reverse('quote-stored', args=[offer.token])}" in sent.body
    assert "au maximum" in sent.body
    assert "0.5 %" in browser.get(of("offer", offer)).text
    ((name, content, kind),) = sent.attachments
    assert (name, content[:5], kind) == (f"offer-{offer.pk}.pdf", b"%PDF-", "application/pdf")
    offer.refresh_from_db()
    assert (offer.state, offer.lead.state) == ("open", "offered")
    assert visitor.get(reverse("quote-stored", args=[offer.token])).status_code == 200
    assert verbs(offer) == ["start", "change", "change", "send"]


def test_an_offer_costs_what_a_quote_of_the_same_lines_costs(cast, offer) -> None:
    eco, meal = offer.lines.order_by("position")
    tariff = meal.tariff
    assert (tariff.name, tariff.is_negotiated) == (f"Offer {offer.pk} v1 meal electronic", True)
    assert (tariff.service_basis_points, tariff.card_production_cents, tariff.vat_basis_points) == (50, 200, 2100)
    assert eco.tariff == cast.tariff
    wishes = [
        QuoteWish(
            product=Product.ECO, form=Form.ELECTRONIC, tariff=cast.tariff, beneficiary_count=40, amount_cents=400_000
        ),
        QuoteWish(
            product=Product.MEAL,
            form=Form.ELECTRONIC,
            tariff=tariff,
            beneficiary_count=40,
            amount_cents=640_000,
            voucher_count=20,
            face_value_cents=800,
        ),
    ]
    again = make_quote(wishes=wishes, circumstances=Circumstances(), language="nl", on=brussels_today())
    assert offer.total_cents == again.total_cents
    assert [line.costs for line in offer.lines.all()] == [line.costs for line in again.lines.all()]


def test_a_fee_above_the_law_or_a_line_that_can_not_be_is_refused_and_nothing_kept(offer, browser) -> None:
    gift = {"product": "gift", "amount": "1600,00"}
    refused = [
        ({"card_replacement_cents": "50,00"}, gift),
        ({}, {"beneficiary_count": "10000000"}),
        ({}, {}),
        ({}, gift | {"amount": "0,01"}),
        ({}, {"product": "eco", "form": "paper", "amount": "1600,00", "face_value": "10"}),
        ({"service_basis_points": "100,01"}, gift),
        ({}, gift | {"form": "paper", "face_value": "99999999"}),
    ]
    for prices, typed in refused:
        answer = add(browser, offer, **prices, **typed)
        assert answer.status_code == 422, typed
    assert offer.lines.count() == 2
    assert Tariff.objects.filter(is_negotiated=True).count() == 1


def test_a_line_is_changed_back_to_the_standard_and_taken_out(cast, offer, browser) -> None:
    address = of("offer-line", offer, position=2)
    browser.post(address, MEAL | {"prices": "standard", "beneficiary_count": "41", "shown": shown_of(browser, address)})
    line = offer.lines.get(product="meal")
    assert (line.tariff, line.beneficiary_count, line.amount_cents) == (cast.tariff, 41, 656_000)
    assert not Tariff.objects.filter(is_negotiated=True).exists()
    browser.post(of("offer-line-remove", offer, position=1), {"shown": shown_of(browser, of("offer", offer))})
    assert [(line.position, line.product) for line in offer.lines.all()] == [(1, "meal")]


def test_the_second_of_two_who_change_a_draft_is_told_and_keeps_what_was_typed(offer, browser, other) -> None:
    address = of("offer-terms", offer)
    terms = {
        "has_same_people": "yes",
        "card_delivery": "site",
        "site_count": "2",
        "valid_until": str(brussels_today() + timedelta(days=10)),
        "language": "fr",
        "message": "Bonjour",
        "shown": shown_of(browser, address),
    }
    assert browser.post(address, terms).status_code == 302
    late = other.post(address, terms | {"message": "Trop tard"})
    assert late.status_code == 422
    assert "Trop tard</textarea>" in late.text
    assert "A colleague changed this draft" in late.text
    offer.refresh_from_db()
    assert (offer.message, offer.site_count) == ("Bonjour", 2)
    before = {"shown": terms["shown"]}
    assert add(other, offer, product="gift", amount="1600,00", **before).status_code == 422
    other.post(of("offer-line-remove", offer, position=1), before)
    other.post(of("offer-send", offer), before)
    offer.refresh_from_db()
    assert (offer.state, offer.lines.count()) == ("draft", 2)


@pytest.mark.parametrize("days", [-1, 400])
def test_an_offer_is_good_until_a_day_that_can_be(days, offer, browser) -> None:
    address = of("offer-terms", offer)
    typed = {"has_same_people": "yes", "card_delivery": "site", "site_count": "1", "language": "nl"}
    typed |= {"valid_until": str(brussels_today() + timedelta(days=days)), "shown": shown_of(browser, address)}
    assert browser.post(address, typed).status_code == 422


def test_prices_that_changed_since_are_shown_before_they_are_sent(cast, offer, browser) -> None:
    shown = shown_of(browser, of("offer-preview", offer))
    Tariff.objects.filter(pk=cast.tariff.pk).update(service_basis_points=300)
    stale = browser.post(of("offer-send", offer), {"shown": shown}, follow=True)
    fresh = browser.post(of("offer-send", offer), {"shown": shown_of(browser, of("offer-preview", offer))}, follow=True)
    assert "A colleague changed this draft" in stale.text
    assert "A price or a rule changed" in fresh.text
    total_before, lines = offer.total_cents, offer.lines.count()
    offer.refresh_from_db()
    assert offer.total_cents > total_before
    assert (offer.state, offer.lines.count(), Message.objects.filter(kind="offer").count()) == ("draft", lines, 0)
    assert send(browser, offer).state == "open"


def test_a_new_version_replaces_the_one_that_is_out(offer, browser, visitor) -> None:
    send(browser, offer)
    draft = version_after(browser, offer)
    assert version_after(browser, offer) == draft
    assert (draft.version, draft.previous, draft.lines.count()) == (2, offer, 2)
    tariffs = {line.tariff for line in draft.lines.all()} & {line.tariff for line in offer.lines.all()}
    assert not any(tariff.is_negotiated for tariff in tariffs)
    offer.refresh_from_db()
    assert offer.state == "open"
    send(browser, draft)
    offer.refresh_from_db()
    assert (offer.state, draft.state) == ("replaced", "open")
    old = visitor.get(reverse("quote-stored", args=[offer.token])).text
    assert reverse("quote-stored", args=[draft.token]) in old
    assert reverse("quote-decline", args=[offer.token]) not in old
    assert Message.objects.filter(kind="offer").count() == 2


def test_what_was_accepted_meanwhile_is_not_replaced(offer, browser) -> None:
    draft = version_after(browser, send(browser, offer))
    Quote.objects.filter(pk=offer.pk).update(state="accepted")
    assert send(browser, draft).state == "draft"
    assert Message.objects.filter(kind="offer").count() == 1


def test_a_draft_given_up_leaves_its_place_and_no_tariff(offer, browser) -> None:
    send(browser, offer)
    draft = version_after(browser, offer)
    browser.post(of("offer-withdraw", draft))
    draft.refresh_from_db()
    assert browser.get(reverse("quote-stored", args=[draft.token])).status_code == 404
    assert (draft.state, draft.previous, Tariff.objects.filter(is_negotiated=True).count()) == ("withdrawn", None, 1)
    assert version_after(browser, offer).version == 2


def test_staff_see_who_accepted_with_which_words_and_when_an_offer_expires(cast, offer, browser) -> None:
    send(browser, offer)
    Quote.objects.filter(pk=offer.pk).update(valid_until=brussels_today() + timedelta(days=3))
    page = office("lead", lead_id=offer.lead_id)
    assert "expires soon" in browser.get(page).text
    Quote.objects.filter(pk=offer.pk).update(state="accepted")
    QuoteAcceptance.objects.create(
        quote=offer,
        client=cast.garage,
        email="ine@claes.example",
        name="Ine <i>Claes</i>",
        function="Zaakvoerder",
        statement="Ik aanvaard dit aanbod.",
        language="nl",
        ip_address="192.0.2.7",
        user_agent="Browser",
    )
    for address in (page, of("offer", offer)):
        shown = browser.get(address).text
        for words in ("Ine &lt;i&gt;Claes", "Zaakvoerder", "Ik aanvaard dit aanbod.", "192.0.2.7", cast.garage.name):
            assert words in shown, words
    assert "New version" not in browser.get(of("offer", offer)).text


def test_a_withdrawn_offer_says_so_and_can_not_be_declined(offer, browser, visitor) -> None:
    send(browser, offer)
    browser.post(of("offer-withdraw", offer))
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert (
        reverse("quote-decline", args=[offer.token])
        not in visitor.get(reverse("quote-stored", args=[offer.token])).text
    )
    visitor.post(reverse("quote-decline", args=[offer.token]), {"reason": "Te duur"})
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert verbs(offer)[-1] == "withdraw"


def test_the_prospect_declines_and_staff_read_why(offer, browser, visitor) -> None:
    decline = reverse("quote-decline", args=[offer.token])
    assert visitor.post(decline).status_code == 404
    send(browser, offer)
    page = visitor.get(reverse("quote-stored", args=[offer.token])).text
    assert decline in page
    visitor.post(decline, {"reason": f"Mijn nummer is {niss(1)}"})
    visitor.post(decline, {"reason": "x" * 1_001})
    offer.refresh_from_db()
    assert offer.state == "open"
    for _twice in range(2):
        visitor.post(decline, {"reason": "Te duur <script>"})
    offer.refresh_from_db()
    assert (offer.state, offer.decline.reason) == ("declined", "Te duur <script>")
    shown = browser.get(of("offer", offer)).text
    assert "Te duur &lt;script&gt;" in shown
    assert verbs(offer)[-2:] == ["send", "decline"]


def test_an_expired_offer_or_a_quote_is_not_declined(quote, offer, browser, visitor) -> None:
    assert visitor.post(reverse("quote-decline", args=[quote.token])).status_code == 404
    assert visitor.post(reverse("quote-decline", args=["guess"])).status_code == 404
    send(browser, offer)
    Quote.objects.filter(pk=offer.pk).update(valid_until=brussels_today() - timedelta(days=1))
    visitor.post(reverse("quote-decline", args=[offer.token]))
    offer.refresh_from_db()
    assert offer.state == "open"
    assert "Expired" in browser.get(of("offer", offer)).text


def test_what_is_out_is_not_changed_and_another_leads_quote_is_no_source(offer, quote, browser) -> None:
    send(browser, offer)
    for name in ("offer-terms", "offer-line-add", "offer-preview"):
        assert browser.get(of(name, offer)).status_code == 404
    stranger = Lead.objects.create(company_name="X", contact_name="Y", email="x@y.example", language="nl")
    assert browser.post(office("offer-start", lead_id=stranger.pk), {"source": quote.pk}).status_code == 404


def test_an_offer_begins_without_products_and_its_page_says_so(quote, browser) -> None:
    browser.post(office("offer-start", lead_id=quote.lead_id))
    assert newest().lines.count() == 0
    answer = browser.get(of("offer", newest()))
    assert (answer.status_code, "No product yet" in answer.text) == (200, True)
