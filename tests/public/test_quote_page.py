"""The calculator of quotes, and the page of one that was kept: what a prospect sees, and what bad input gets."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import django.test
import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from tegoed.clients.models import Tariff
from tegoed.outbox.models import Message
from tegoed.quotes.models import Lead, Quote, QuoteState
from tegoed.quotes.queries import quote_costs
from tegoed.rules.pricing import CostReason

PAGE = "/quote/"
MEAL = {"meal": "on", "meal_people": "10", "meal_value": "8,00", "meal_days": "20", "meal_share": "1,09"}
ECO = {"eco": "on", "eco_people": "4", "eco_total": "1.000,00"}
PAPER = {"gift": "on", "gift_form": "paper", "gift_people": "5", "gift_total": "150", "gift_value": "1000"}
CARDS = {"same": "on", "delivery": "site", "sites": "1"}
ASKED = MEAL | CARDS
PROSPECT = {"company_name": "Slagerij Maes", "contact_name": "An Maes", "email": "an@maes.example"}
HOSTILE = "<script>alert(1)</script>\"'&"


@pytest.fixture
def visitor(cast) -> django.test.Client:
    cache.clear()  # the count of attempts
    return django.test.Client(headers={"accept-language": "en"})


def figures(visitor, asked: dict[str, str], **headers: str):
    return visitor.get(PAGE, asked, headers=headers)


def keep(visitor, asked: dict[str, str] = ASKED, **prospect: str):
    return visitor.post(PAGE, {"asked": urlencode(asked)} | prospect)


def kept(visitor, asked: dict[str, str] = ASKED, **prospect: str) -> Quote:
    answer = keep(visitor, asked, **prospect)
    assert answer.status_code == 302, answer.context["form"].errors
    quote = Quote.objects.latest("pk")
    assert answer.headers["Location"] == reverse("quote-stored", args=[quote.token])
    return quote


def test_without_a_script_the_page_counts_what_its_address_says(visitor) -> None:
    page = figures(visitor, MEAL | ECO | PAPER | CARDS)
    assert page.status_code == 200
    for fact in ("10 people × 20 × €8.00", "4 people, €250.00 each on average", "5 people, 15 vouchers of €10.00"):
        assert fact in page.text
    assert "nobody knows yet who has one" in page.text
    assert page.context["sums"].face_value_cents == 160_000 + 100_000 + 15_000
    assert 'value="8,00"' in page.text  # as it was typed


def test_where_vouchers_on_paper_are_brought_and_what_one_more_place_costs_is_said(visitor) -> None:
    Tariff.objects.update(paper_delivery_per_site_cents=1_250)
    words = "Each further place costs €12.50 more"
    page = figures(visitor, PAPER | {"delivery": "site", "sites": "2"})
    assert "brought to at most 2 places" in page.text
    assert words in page.text
    assert "brought to 1 place" in figures(visitor, PAPER | {"delivery": "home", "home_sites": "0"}).text
    assert words not in figures(visitor, ASKED).text


def test_a_script_that_follows_the_typing_gets_the_same_figures_and_no_page(visitor) -> None:
    page, part = figures(visitor, ASKED), figures(visitor, ASKED, hx_request="true")
    assert part.context["sums"] == page.context["sums"]
    assert "<html" not in part.text
    assert 'id="quote-spoken" hx-swap-oob="innerHTML"' in part.text
    assert part.headers["Vary"].startswith("HX-Request") or "HX-Request" in part.headers["Vary"]


def test_the_first_look_has_a_total_and_the_law_beside_it(visitor) -> None:
    page = visitor.get(PAGE)
    assert page.context["sums"].total_cents > 160_000
    for figure in ("At most €10.00 (since 1 January 2026)", "At least €1.09", "€8.91", "€4.00", "€250.00 a year"):
        assert figure in page.text


def test_only_what_the_law_allows_on_paper_is_asked_on_paper(visitor) -> None:
    form = visitor.get(PAGE).context["form"]
    assert [name for name in form.fields if name.endswith("_form")] == ["gift_form", "sport_culture_form"]
    assert "consumption" not in form.fields
    tricked = figures(visitor, MEAL | CARDS | {"meal_form": "paper"})
    assert tricked.context["costs"][0].title == "Meal vouchers"


FAULTY = [
    ({"meal_people": "0"}, "meal_people", "from 1 to 1,000,000"),
    ({"meal_people": "10000000"}, "meal_people", "from 1 to 1,000,000"),
    ({"meal_people": "-5"}, "meal_people", "from 1 to 1,000,000"),
    ({"meal_people": "ten"}, "meal_people", "whole number"),
    ({"meal_people": "9" * 5_000}, "meal_people", "at most 20 characters"),
    ({"meal_value": "12"}, "meal_value", "€10.00 (since 1 January 2026; source:"),
    ({"meal_value": "-8"}, "meal_value", "below zero"),
    ({"meal_value": ""}, "meal_value", "more than 0 euro"),
    ({"meal_value": HOSTILE[:19]}, "meal_value", "not an amount"),
    ({"meal_days": "31"}, "meal_days", "from 0 to"),
    ({"meal_days": "0"}, "meal_days", "at least one voucher"),
    ({"meal_share": "1,00"}, "meal_share", "at least €1.09"),
    ({"meal_share": "0"}, "meal_share", "at least €1.09"),
    ({"meal_share": "9"}, "meal_share", "smaller share"),
    ({"sites": "0"}, "sites", "from 1 to 10,000"),
    ({"sites": "1000000"}, "sites", "from 1 to 10,000"),
    (ECO | {"eco_total": "0"}, "eco_total", "Enter the total for all"),
    (PAPER | {"gift_total": "155"}, "gift_total", "Enter €150.00 or €160.00"),
    (PAPER | {"gift_value": ""}, "gift_value", "can be worth 5, 10, 20, 25, 50 euro"),
    (PAPER | {"gift_value": "700"}, "gift_value", "not one of the available choices"),
    ({"delivery": "pigeon"}, "delivery", "not one of the available choices"),
]


@pytest.mark.parametrize(("change", "field", "words"), FAULTY)
def test_a_fault_stands_at_its_field_and_nothing_is_kept(visitor, change, field, words) -> None:
    with translation.override("en"), time_machine.travel("2026-11-26T10:00:00+01:00"):  # a month of thirty days
        asked = ASKED | change
        page = figures(visitor, asked)
        assert list(page.context["form"].errors) == [field]
        assert words in page.context["form"].errors[field][0]
        assert "sums" not in page.context
        assert HOSTILE not in page.text
        assert keep(visitor, asked).status_code == 422
    assert not Quote.objects.exists()


def test_a_state_that_the_page_did_not_write_is_not_kept(visitor) -> None:
    for asked in ("", "meal=on&" * 400, "%ff%00", "same=on"):
        assert visitor.post(PAGE, {"asked": asked}).status_code == 422
    assert not Quote.objects.exists()


def test_what_is_typed_at_a_product_that_is_off_counts_for_nothing(visitor) -> None:
    asked = ASKED | {"eco_people": "-3", "eco_total": "x" * 30, "home_sites": "many"}
    assert figures(visitor, asked).context["sums"] == figures(visitor, ASKED).context["sums"]
    nothing = figures(visitor, CARDS | {"eco_people": "4"})
    assert "Choose at least one product" in nothing.text


def test_a_quote_is_kept_without_a_name(visitor) -> None:
    quote = kept(visitor)
    assert (quote.lead, quote.language, quote_costs(quote).total_cents) == (None, "en", quote.total_cents)
    page = visitor.get(reverse("quote-stored", args=[quote.token]))
    assert page.context["sums"].total_cents == quote.total_cents
    assert "Mail it to me" not in page.text
    assert visitor.post(reverse("quote-mail", args=[quote.token])).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "a" * 64 + "@" + ".".join(["b" * 60] * 4) + ".be",  # longer than the database keeps
        "a" * 65 + "@maes.example",
        "=?utf-8?q?an?=@maes.example",  # a mail program sends it to an@maes.example
        '"an@maes.example"@elsewhere.example',
        "an@[127.0.0.1]",
        "an@" + "ü" * 60 + ".example",
        "an@maes.example\nBcc: bob@maes.example",
    ],
)
def test_an_address_that_mail_would_not_go_to_as_it_stands_is_refused(visitor, address) -> None:
    answer = keep(visitor, contact_name="An", email=address)
    assert (answer.status_code, list(answer.context["prospect"].errors)) == (422, ["email"])


def test_who_leaves_a_name_leaves_an_address_too(visitor) -> None:
    for left, missing in (({"contact_name": "An"}, "email"), ({"email": "an@maes.example"}, "contact_name")):
        answer = keep(visitor, **left)
        assert answer.status_code == 422
        assert list(answer.context["prospect"].errors) == [missing]
    assert not Quote.objects.exists()
    quote = kept(visitor, contact_name="An Maes", email="an@maes.example")
    assert quote.lead.company_name == "An Maes"
    tricks = ("an@maes.example, b@x.example", "an@maes.example\nBcc: b@x.example", "an", "a@b")
    assert [keep(visitor, contact_name="An", email=trick).status_code for trick in tricks] == [422] * 4


def test_typed_names_are_only_letters_on_the_page_and_in_the_pdf(visitor) -> None:
    quote = kept(visitor, **(PROSPECT | {"company_name": HOSTILE, "contact_name": "#emph[An]\r\nMaes"}))
    page = visitor.get(reverse("quote-stored", args=[quote.token]))
    assert "<script>alert" not in page.text
    assert Lead.objects.get().contact_name == "#emph[An] Maes"
    paper = visitor.get(reverse("quote-pdf", args=[quote.token]))
    assert paper.content.startswith(b"%PDF")
    assert f"quote-{quote.pk}.pdf" in paper.headers["Content-Disposition"]


def test_who_types_the_address_and_company_of_another_is_told_no_name(visitor) -> None:
    kept(visitor, **PROSPECT)
    guessed = kept(visitor, **(PROSPECT | {"contact_name": "Somebody"}))
    assert guessed.lead.contact_name == "An Maes"
    paper = visitor.get(reverse("quote-pdf", args=[guessed.token])).content
    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages)
    assert "Slagerij Maes" in words
    assert "An Maes" not in words


def test_it_is_mailed_to_the_address_left_with_it_and_only_a_few_times(visitor) -> None:
    quote = kept(visitor, **PROSPECT)
    answers = [visitor.post(reverse("quote-mail", args=[quote.token]), follow=True).text for _again in range(5)]
    sent = list(Message.objects.filter(kind="quote"))
    assert [message.recipient for message in sent] == ["an@maes.example"] * 3
    assert [("On its way" in text, "few times already" in text) for text in answers] == [(True, False)] * 3 + [
        (False, True)
    ] * 2
    (document,) = sent[0].documents.all()
    assert bytes(document.content).startswith(b"%PDF")
    assert quote.token in sent[0].text
    assert "Maes" not in sent[0].subject + sent[0].text


def test_keeping_quotes_has_a_limit_and_the_form_stays_as_it_was(visitor) -> None:
    for _again in range(15):
        kept(visitor)
    refused = keep(visitor, **PROSPECT)
    assert (refused.status_code, Quote.objects.count()) == (429, 15)
    assert "Wait an hour" in refused.text
    assert 'value="Slagerij Maes"' in refused.text


def test_an_expired_quote_says_so_and_starts_a_new_one(visitor) -> None:
    quote = kept(visitor, MEAL | PAPER | CARDS | {"sites": "3", "meal_share": "2,00"})
    Quote.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    page = visitor.get(reverse("quote-stored", args=[quote.token]))
    assert "no longer good" in page.text
    again = visitor.get(PAGE + page.context["again"])
    assert again.context["sums"].total_cents == quote.total_cents
    assert again.context["form"].wishes[0].worker_share_cents == 200


def test_an_address_nobody_was_given_is_not_found(visitor) -> None:
    quote = kept(visitor)
    Quote.objects.filter(pk=quote.pk).update(state=QuoteState.DRAFT)
    for token in (quote.token, "x" * 32, "0", "\0", "a" * 900):
        for name in ("quote-stored", "quote-pdf"):
            assert visitor.get(reverse(name, args=[token])).status_code == 404
    assert visitor.get(reverse("quote-mail", args=[quote.token])).status_code == 405


def test_without_standard_prices_the_page_says_whom_to_ask(visitor, cast) -> None:
    type(cast.tariff).objects.update(is_standard=False)
    page = visitor.get(PAGE)
    assert page.status_code == 200
    assert "we make you an offer" in page.text


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
def test_the_page_and_its_paper_speak_the_language_of_the_reader(visitor, language) -> None:
    reader = django.test.Client(headers={"accept-language": language})
    quote = kept(reader, MEAL | ECO | CARDS)
    page = reader.get(reverse("quote-stored", args=[quote.token]))
    assert "People" not in page.text
    assert quote.language == language
    assert reader.get(reverse("quote-pdf", args=[quote.token])).content.startswith(b"%PDF")


def test_home_delivery_counts_each_home(visitor) -> None:
    quote = kept(visitor, MEAL | {"same": "on", "delivery": "home", "home_sites": "0", "sites": ""})
    costs = {cost.reason: cost.quantity for cost in quote_costs(quote).card_costs}
    assert costs == {CostReason.CARD_REPLACEMENT: 10, CostReason.CARD_DELIVERY_HOME: 10}
