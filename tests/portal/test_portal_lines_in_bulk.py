"""Step 2 with many people: the same for some of them, working days less absences, totals, and the way out to Excel."""

import re
from datetime import date

import pytest
import time_machine
from cast import draft_of, hire
from django.urls import reverse
from story import confirmed

from tegoed.beneficiaries.models import Beneficiary
from tegoed.orders.actions import start_order
from tegoed.orders.models import Order
from tegoed.portal.forms import order_lines
from tegoed.rules.products import Product


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel("2026-11-10T10:00:00Z"):
        yield


@pytest.fixture
def people(cast):
    """Four at two workplaces; the first two of the cost centre Shop."""
    hired = hire(cast.bakery, 4)
    Beneficiary.objects.filter(pk__in=[person.pk for person in hired[:2]]).update(cost_centre="Shop")
    return hired


@pytest.fixture
def order(cast) -> Order:
    return start_order(
        client=cast.bakery, product=Product.MEAL, reference="", loading_on=date(2026, 11, 20), actor=None
    )


@pytest.fixture
def step_2(cast, browser_of, order):
    """Send step 2, or look at it without fields."""
    browser = browser_of(cast.alice)

    def send(fields: dict[str, str] | None = None, **more: str):
        where = reverse("portal:order-lines", args=[cast.bakery.pk, order.pk])
        return browser.get(where) if fields is None else browser.post(where, fields | more)

    return send


def typed(people, count="20", value="8,00") -> dict[str, str]:
    fields = {f"count-{person.pk}": count for person in people}
    return fields | {f"value-{person.pk}": value for person in people}


def counts(answer) -> list[str]:
    return [row.typed.count for row in answer.context["form"].rows]


def test_only_the_ticked_rows(people, step_2):
    ticked = {f"tick-{people[1].pk}": "on", f"tick-{people[3].pk}": "on"}
    answer = step_2(typed(people) | ticked, **{"whom": "ticked", "count-everybody": "7", "action": "fill"})
    assert counts(answer) == ["20", "7", "20", "7"]
    assert [row.is_ticked for row in answer.context["form"].rows] == [False, True, False, True]
    assert {row.typed.value for row in answer.context["form"].rows} == {"8,00"}


def test_only_one_workplace(cast, people, step_2):
    site = people[0].site
    answer = step_2(typed(people), **{"whom": f"site:{site.pk}", "value-everybody": "7,50", "action": "fill"})
    assert [row.typed.value for row in answer.context["form"].rows] == ["7,50", "8,00", "7,50", "8,00"]
    assert f'value="site:{site.pk}" selected' in answer.content.decode()


def test_only_one_cost_centre(people, step_2):
    answer = step_2(typed(people), **{"whom": "centre:Shop", "count-everybody": "3", "action": "fill"})
    assert counts(answer) == ["3", "3", "20", "20"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"whom": "ticked", "count-everybody": "3"}, "Tick the people first"),
        ({"whom": "site:999999", "count-everybody": "3"}, "Tick the people first"),
        ({"whom": "site:nonsense", "count-everybody": "3"}, "Tick the people first"),
        ({"whom": "all"}, "Fill in what each of them gets"),
        ({"whom": "all", "count-everybody": "3.5"}, "whole number"),
    ],
)
def test_filling_that_can_not_be_says_why_and_changes_nothing(fields, said, people, step_2):
    answer = step_2(typed(people), **fields, action="fill")
    assert said in answer.context["form"].everybody.error
    assert counts(answer) == ["20"] * 4


def test_working_days_less_the_days_of_absence(order, people, step_2):
    """November 2026 has 20 working days: 21 weekdays, of which 11 November is a holiday."""
    absent = {f"absent-{people[1].pk}": "3", f"absent-{people[2].pk}": "31"}
    answer = step_2(typed(people, count="0") | absent, whom="all", action="days")
    assert counts(answer) == ["20", "17", "0", "20"]
    assert "November 2026 has 20 working days" in answer.content.decode()
    assert not order.lines.exists()


def test_an_absence_that_is_no_number_is_told_at_its_row(people, step_2):
    answer = step_2(typed(people) | {f"absent-{people[0].pk}": "half"}, whom="all", action="days")
    assert "whole number of days" in answer.context["form"].rows[0].error
    assert answer.context["form"].rows[0].typed.absent == "half"


def test_who_gets_nothing_is_counted(people, step_2):
    answer = step_2(typed(people[:3]), action="show")
    assert answer.context["form"].not_included_count == 1
    assert re.search(r"<span data-not-included>1</span>\s*of 4", answer.content.decode())


def test_the_first_wrong_row_is_one_press_away(people, step_2):
    page = step_2(typed(people) | {f"count-{people[2].pk}": "99"}, action="check").content.decode()
    assert f'href="#count-{people[2].pk}"' in page
    assert f'id="count-{people[2].pk}"' in page


def test_a_draft_saved_with_nobody_opens_with_nobody(cast, people, order, step_2):
    confirmed(draft_of(cast.bakery, people))
    assert counts(step_2()) == ["20"] * 4
    assert step_2(typed(people, count="0"), action="save").status_code == 302
    order.refresh_from_db()
    assert (order.lines_are_set, order.lines.count()) == (True, 0)
    assert counts(step_2()) == ["0"] * 4


def test_too_many_people_for_a_page_are_led_to_the_excel_form(people, order, step_2, monkeypatch, cast, browser_of):
    monkeypatch.setattr("tegoed.portal.views.order_steps.LINES_BY_HAND_MAX", 3)
    page = step_2().content.decode()
    assert "up to 3 people" in page
    assert "data-order-lines" not in page
    check = reverse("portal:order-check", args=[cast.bakery.pk, order.pk])
    assert check not in page
    Order.objects.filter(pk=order.pk).update(lines_are_set=True)
    assert check in step_2().content.decode()


def test_a_page_of_as_many_people_as_it_takes_fits_in_what_django_reads(settings):
    fields_of_a_person = 4
    assert order_lines.LINES_BY_HAND_MAX * fields_of_a_person < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_a_viewer_may_not_fill_in(cast, people, order, browser_of):
    where = reverse("portal:order-lines", args=[cast.bakery.pk, order.pk])
    assert browser_of(cast.bob).post(where, typed(people) | {"action": "save"}).status_code == 403
    assert browser_of(cast.charlie).get(where).status_code == 404


def test_shares_that_rows_of_a_form_told_stay_when_amounts_are_changed_by_hand(people, order, step_2):
    step_2(typed(people), action="save")
    order.lines.filter(beneficiary=people[1]).update(worker_share_cents=250)
    step_2(typed(people, count="12"), action="save")
    lines = {line.beneficiary: (line.voucher_count, line.worker_share_cents) for line in order.lines.all()}
    assert lines[people[1]] == (12, 250)
    assert lines[people[0]] == (12, None)
