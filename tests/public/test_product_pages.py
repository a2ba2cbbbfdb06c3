"""What the public pages say of each product is the law's own, of the day, with its source."""

from datetime import UTC, datetime

import django.test
import pytest
import time_machine
from django.urls import reverse

from tegoed.public.product_facts import PRODUCTS_SHOWN, facts_of
from tegoed.public.product_words import WORDS
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import is_open_for_orders
from tegoed.rules.statutory import source_reference, statutory_value


def page_of(slug: str, language: str = "en") -> str:
    answer = django.test.Client(headers={"accept-language": language}).get(reverse("product", args=[slug]))
    assert answer.status_code == 200
    return answer.text


def test_the_meal_page_tells_the_maximum_of_the_day_it_is_read(db):
    with time_machine.travel(datetime(2025, 12, 31, 12, tzinfo=UTC), tick=False):
        before = page_of("meal")
    with time_machine.travel(datetime(2026, 1, 2, 12, tzinfo=UTC), tick=False):
        after = page_of("meal")
    assert "€8.00" in before
    assert "€6.91" in before
    assert "€10.00" not in before
    assert "€10.00" in after
    assert "€8.91" in after
    assert "since 1 January 2026" in after


@pytest.mark.parametrize("product", PRODUCTS_SHOWN)
def test_each_fact_has_a_period_and_a_source_that_stands_on_the_page(db, product):
    page = page_of(WORDS[product].slug, "fr")
    facts = facts_of(product, on=brussels_today())
    assert len(facts) >= 3
    assert all(fact.period and fact.sources for fact in facts)
    validity = statutory_value(product, "validity", brussels_today())
    address = source_reference(validity.sources[0]).split(" ")[0]
    assert f'href="{address}"' in page


def test_every_product_open_for_orders_has_its_page(db):
    overview = django.test.Client().get(reverse("products")).text
    for product in WORDS:
        assert is_open_for_orders(product, brussels_today())
        assert reverse("product", args=[WORDS[product].slug]) in overview


@pytest.mark.parametrize("slug", ["consumption", "lunch", "meal-"])
def test_another_word_is_no_page(db, slug):
    assert django.test.Client().get(f"/products/{slug}/").status_code == 404
