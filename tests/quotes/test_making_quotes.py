"""A quote is written down as it was priced, with the lead of who left a name."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tegoed.audit.models import Event
from tegoed.errors import Refusal
from tegoed.quotes.actions import QUOTE_DAYS, Prospect, QuoteStepNotAllowed, QuoteWish, advance_quote, make_quote
from tegoed.quotes.costs import as_kept, from_kept
from tegoed.quotes.models import Lead, LeadState, Quote, QuoteState
from tegoed.quotes.queries import (
    can_be_accepted,
    circumstances_of,
    line_costs,
    quote_by_token,
    quote_costs,
    quoted_line,
)
from tegoed.rules.products import Form, Product
from tegoed.rules.quoting import Circumstances, price_quote

TODAY = date(2026, 11, 26)
PROSPECT = Prospect("Slagerij Maes", "An Maes", "an@maes.example")


def wishes(tariff) -> list[QuoteWish]:
    return [
        QuoteWish(Product.MEAL, Form.ELECTRONIC, tariff, 10, 10 * 20 * 800, voucher_count=20, face_value_cents=800),
        QuoteWish(Product.ECO, Form.ELECTRONIC, tariff, 6, 150_000),
        QuoteWish(Product.GIFT, Form.PAPER, tariff, 10, 40_000, face_value_cents=1_000),
    ]


def made(cast, prospect: Prospect | None = None, **options) -> Quote:
    asked = {"wishes": wishes(cast.tariff), "circumstances": Circumstances(site_count=2), "on": TODAY} | options
    return make_quote(language="fr", prospect=prospect, **asked)


def test_what_is_kept_is_what_the_rules_priced(cast) -> None:
    quote = quote_by_token(made(cast).token)
    lines = list(quote.lines.all())
    priced = price_quote([quoted_line(line) for line in lines], circumstances_of(quote))
    assert [line_costs(line) for line in lines] == priced
    assert [from_kept(as_kept(pricing)) for pricing in priced] == priced
    assert quote.total_cents == quote_costs(quote).total_cents == sum(pricing.total_cents for pricing in priced)
    assert [wish.as_quoted() for wish in wishes(cast.tariff)] == [quoted_line(line) for line in lines]
    event = Event.objects.get(action="quote:make")
    assert (event.subject_id, event.facts["total_cents"]) == (quote.pk, quote.total_cents)


def test_a_quote_stays_as_it_was_when_the_tariff_changes(cast) -> None:
    quote = made(cast)
    cast.tariff.card_production_cents = 9_999
    cast.tariff.save()
    assert quote_costs(quote_by_token(quote.token)).total_cents == quote.total_cents


def test_it_can_be_accepted_up_to_its_last_day_while_it_is_open(cast) -> None:
    quote = made(cast)
    assert quote.valid_until == TODAY + timedelta(days=QUOTE_DAYS)
    assert can_be_accepted(quote, quote.valid_until)
    assert not can_be_accepted(quote, quote.valid_until + timedelta(days=1))
    advance_quote(quote, QuoteState.DECLINED)
    assert not can_be_accepted(quote, TODAY)
    with pytest.raises(QuoteStepNotAllowed):
        advance_quote(quote, QuoteState.ACCEPTED)


def test_addresses_of_quotes_differ_and_are_long(cast) -> None:
    tokens = {made(cast).token for _again in range(5)}
    assert len(tokens) == 5
    assert min(map(len, tokens)) == 32


def test_who_comes_back_with_the_same_address_and_company_stays_one_lead(cast) -> None:
    first, again = made(cast, PROSPECT), made(cast, replace(PROSPECT, email="AN@maes.example", contact_name="x"))
    assert first.lead == again.lead
    assert Lead.objects.get().contact_name == "An Maes"
    assert made(cast, replace(PROSPECT, company_name="Other")).lead != first.lead
    assert made(cast).lead is None
    Lead.objects.filter(pk=first.lead.pk).update(state=LeadState.LOST)
    assert made(cast, PROSPECT).lead != first.lead


FAULTY = {
    "quote-empty": {"wishes": []},
    "quoted-sites-impossible": {"circumstances": Circumstances(site_count=0)},
}


@pytest.mark.parametrize("code", FAULTY)
def test_what_can_not_be_quoted_leaves_nothing_behind(cast, code) -> None:
    with pytest.raises(Refusal) as refused:
        made(cast, PROSPECT, **FAULTY[code])
    assert refused.value.code == code
    assert not Lead.objects.exists()
    assert not Quote.objects.exists()


def test_a_line_twice_is_refused(cast) -> None:
    with pytest.raises(Refusal) as refused:
        made(cast, wishes=wishes(cast.tariff)[1:2] * 2)
    assert refused.value.code == "quote-line-twice"
