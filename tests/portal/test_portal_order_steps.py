"""Alice places an order in three steps, makes mistakes, goes away and comes back."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from cast import draft_of, hire
from django.urls import reverse

from tegoed.beneficiaries.models import Beneficiary
from tegoed.orders.models import Order, OrderState
from tegoed.rules.dates import add_months, brussels_today


@pytest.fixture
def alice_browser(cast, browser_of):
    return browser_of(cast.alice)


@pytest.fixture
def step(cast):
    """The address of a step."""

    def address(name: str, order: Order | None = None) -> str:
        return reverse(f"portal:{name}", args=[cast.bakery.pk, order.pk] if order else [cast.bakery.pk])

    return address


def start(cast, browser, step, **changes) -> Order:
    """Step 1, filled in well."""
    wish = {"product": "meal", "reference": "November", "loading_on": brussels_today().isoformat()} | changes
    answer = browser.post(step("order-new"), wish)
    assert answer.status_code == 302, answer.context["form"].errors
    return Order.objects.latest("id")


def typed(people, count="20", value="8,00") -> dict[str, str]:
    """Step 2, the same for these people."""
    fields = {f"count-{person.pk}": count for person in people}
    return fields | {f"value-{person.pk}": value for person in people}


def hidden_fields(page) -> dict[str, str]:
    """What the form of the check page sends back."""
    return {"confirmed_total_cents": str(total_of(page)), "shown_mark": page.context["shown_mark"]}


def total_of(page) -> int:
    """The total that the check page asks to confirm."""
    return page.context["preview"].pricing.total_cents


def test_three_steps_make_a_confirmed_order(cast, alice_browser, step):
    people = hire(cast.bakery, 3)
    order = start(cast, alice_browser, step)
    answer = alice_browser.post(step("order-lines", order), typed(people) | {"action": "check"})
    assert answer["Location"] == step("order-check", order)
    check = alice_browser.get(answer["Location"])
    page = check.content.decode()
    assert "Face value of the vouchers" in page
    assert "First order" in page
    assert "sent once the card invoice is paid" in page
    confirmed = alice_browser.post(step("order-check", order), {"confirmed_total_cents": total_of(check)})
    assert confirmed["Location"] == step("order", order)
    order.refresh_from_db()
    assert (order.state, order.face_value_cents, order.beneficiary_count) == (OrderState.PROCESSING, 48_000, 3)
    assert order.total_cents == total_of(check)


def test_eco_vouchers_are_ordered_by_amount(cast, alice_browser, step):
    people = hire(cast.bakery, 2)
    order = start(cast, alice_browser, step, product="eco")
    fields = {f"amount-{people[0].pk}": "100.50", f"amount-{people[1].pk}": "", "action": "check"}
    alice_browser.post(step("order-lines", order), fields)
    assert [(line.beneficiary_id, line.amount_cents) for line in order.lines.all()] == [(people[0].pk, 10_050)]


def test_comma_and_point_mean_the_same(cast, alice_browser, step):
    people = hire(cast.bakery, 2)
    order = start(cast, alice_browser, step)
    alice_browser.post(
        step("order-lines", order),
        typed(people[:1], value="7,56") | typed(people[1:], value="7.56") | {"action": "save"},
    )
    assert {line.face_value_cents for line in order.lines.all()} == {756}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"product": "gift"}, "product"),
        ({"product": ""}, "product"),
        ({"loading_on": "yesterday"}, "loading_on"),
        ({"loading_on": (brussels_today() - timedelta(days=1)).isoformat()}, "loading_on"),
        ({"loading_on": (add_months(brussels_today(), 12) + timedelta(days=1)).isoformat()}, "loading_on"),
        ({"reference": "x" * 61}, "reference"),
        ({"reference": "88.02.29-999.90"}, "reference"),
    ],
)
def test_step_1_refuses_at_the_field_and_starts_nothing(changes, field, cast, alice_browser, step):
    wish = {"product": "meal", "reference": "", "loading_on": brussels_today().isoformat()} | changes
    answer = alice_browser.post(step("order-new"), wish)
    assert list(answer.context["form"].errors) == [field]
    assert not Order.objects.exists()


def test_without_a_contract_the_page_says_so(cast, alice_browser, step):
    cast.bakery.contracts.update(ends_on=brussels_today() - timedelta(days=1))
    page = alice_browser.get(step("order-new")).content.decode()
    assert "no running contract" in page
    assert 'name="loading_on"' not in page


@pytest.mark.parametrize(
    ("count", "value", "said"),
    [
        ("20.5", "8,00", "whole number"),
        ("-3", "8,00", "whole number"),
        ("40", "8,00", "whole number of vouchers"),
        ("20", "", "Enter an amount"),
        ("20", "0", "more than 0 euro"),
        ("20", "acht", "not an amount"),
        ("20", "1.234", "two decimals"),
        ("20", "15,00", "legal maximum"),
        ("20", "0,50", "at least"),
    ],
)
def test_a_bad_row_is_told_at_the_row_and_nothing_is_saved(count, value, said, cast, alice_browser, step):
    people = hire(cast.bakery, 2)
    order = start(cast, alice_browser, step)
    fields = typed(people[:1]) | typed(people[1:], count=count, value=value)
    answer = alice_browser.post(step("order-lines", order), fields | {"action": "check"})
    page = answer.content.decode()
    wrong = answer.context["form"].rows_with_error
    assert [row.beneficiary for row in wrong] == [people[1]]
    assert said in wrong[0].error
    assert f'id="error-{people[1].pk}"' in page
    assert f'aria-describedby="error-{people[1].pk}"' in page
    assert f'value="{value}"' in page
    assert not order.lines.exists()


def test_everybody_with_nothing_is_refused_with_a_reason(cast, alice_browser, step):
    people = hire(cast.bakery, 2)
    order = start(cast, alice_browser, step)
    answer = alice_browser.post(step("order-lines", order), typed(people, count="0") | {"action": "check"})
    assert answer.status_code == 200
    assert "Nobody gets anything yet" in answer.content.decode()


def test_one_button_fills_in_the_same_for_everybody_without_saving(cast, alice_browser, step):
    people = hire(cast.bakery, 3)
    order = start(cast, alice_browser, step)
    everybody = {"count-everybody": "18", "value-everybody": "7,00", "action": "fill"}
    answer = alice_browser.post(step("order-lines", order), typed(people) | everybody)
    assert {(row.typed.count, row.typed.value) for row in answer.context["form"].rows} == {("18", "7,00")}
    assert answer.context["form"].total_cents == 3 * 18 * 700
    assert not order.lines.exists()


def test_filling_in_something_impossible_keeps_what_was_typed(cast, alice_browser, step):
    people = hire(cast.bakery, 2)
    order = start(cast, alice_browser, step)
    answer = alice_browser.post(
        step("order-lines", order),
        typed(people, count="19") | {"count-everybody": "18", "value-everybody": "99", "action": "fill"},
    )
    assert {row.typed.count for row in answer.context["form"].rows} == {"19"}
    assert "legal maximum" in answer.context["form"].everybody.error


class FirstButton(HTMLParser):
    """The first submit button of the form with the lines: the one that the Enter key presses."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.found: dict[str, str | None] = {}

    def handle_starttag(self, tag, attrs) -> None:
        attributes = dict(attrs)
        self.inside = self.inside or "data-order-lines" in attributes
        if self.inside and tag == "button" and not self.found:
            self.found = attributes


def test_the_enter_key_changes_nothing(cast, alice_browser, step):
    people = hire(cast.bakery, 2)
    order = start(cast, alice_browser, step)
    parser = FirstButton()
    parser.feed(alice_browser.get(step("order-lines", order)).content.decode())
    assert parser.found["value"] == "show"
    answer = alice_browser.post(step("order-lines", order), typed(people, count="7") | {"action": "show"})
    assert {row.typed.count for row in answer.context["form"].rows} == {"7"}
    assert not order.lines.exists()


def test_a_draft_is_taken_up_again_as_it_was_left(cast, alice_browser, step):
    people = hire(cast.bakery, 3)
    order = start(cast, alice_browser, step)
    left = alice_browser.post(step("order-lines", order), typed(people[:2], count="11") | {"action": "save"})
    assert left["Location"] == reverse("portal:orders", args=[cast.bakery.pk])
    assert step("order-lines", order) in alice_browser.get(left["Location"]).content.decode()
    rows = {
        row.beneficiary: row.typed.count for row in alice_browser.get(step("order-lines", order)).context["form"].rows
    }
    assert rows == {people[0]: "11", people[1]: "11", people[2]: "0"}


def test_step_1_can_be_changed_and_another_product_starts_the_amounts_again(cast, alice_browser, step):
    order = draft_of(cast.bakery, hire(cast.bakery, 2))
    wish = {"reference": "December", "loading_on": brussels_today().isoformat()}
    alice_browser.post(step("order-start", order), wish | {"product": "meal"})
    order.refresh_from_db()
    assert (order.reference, order.lines.count()) == ("December", 2)
    alice_browser.post(step("order-start", order), wish | {"product": "eco"})
    order.refresh_from_db()
    assert (order.product, order.lines.count()) == ("eco", 0)


def test_somebody_who_left_meanwhile_is_named_not_dropped_in_silence(cast, alice_browser, step):
    people = hire(cast.bakery, 2)
    order = start(cast, alice_browser, step)
    Beneficiary.objects.filter(pk=people[1].pk).update(is_active=False)
    answer = alice_browser.post(step("order-lines", order), typed(people) | {"action": "check"})
    assert answer.context["form"].left_out == 1
    assert not order.lines.exists()
    again = alice_browser.post(step("order-lines", order), typed(people[:1]) | {"action": "check"})
    assert again["Location"] == step("order-check", order)


def test_rows_for_people_of_another_company_are_not_taken(cast, alice_browser, step):
    hire(cast.bakery, 1)
    stranger = hire(cast.garage, 1, first=50)[0]
    order = start(cast, alice_browser, step)
    alice_browser.post(step("order-lines", order), typed([stranger]) | {"action": "save"})
    assert not order.lines.exists()


def test_costs_that_changed_are_shown_and_asked_again(cast, alice_browser, step):
    people = hire(cast.bakery, 2)
    order = draft_of(cast.bakery, people)
    shown = total_of(alice_browser.get(step("order-check", order)))
    cast.tariff.loading_per_beneficiary_cents += 100
    cast.tariff.save()
    answer = alice_browser.post(step("order-check", order), {"confirmed_total_cents": shown})
    order.refresh_from_db()
    assert order.state == OrderState.DRAFT
    assert "The costs changed" in answer.content.decode()
    assert total_of(answer) > shown
    alice_browser.post(step("order-check", order), {"confirmed_total_cents": total_of(answer)})
    order.refresh_from_db()
    assert order.state == OrderState.PROCESSING


@pytest.mark.parametrize("name", ["order-start", "order-lines"])
def test_changes_sent_after_confirming_are_told_to_be_too_late(name, cast, alice_browser, step):
    people = hire(cast.bakery, 1)
    order = draft_of(cast.bakery, people)
    alice_browser.post(step("order-check", order), hidden_fields(alice_browser.get(step("order-check", order))))
    late = typed(people, count="1") | {"action": "save", "product": "meal", "loading_on": brussels_today().isoformat()}
    answer = alice_browser.post(step(name, order), late, follow=True)
    assert answer.redirect_chain[-1][0] == step("order", order)
    assert "can&#x27;t be changed any more" in answer.content.decode()
    assert order.lines.get().voucher_count == 20


def test_lines_sent_for_the_product_of_before_are_not_kept(cast, alice_browser, step):
    people = hire(cast.bakery, 1)
    order = draft_of(cast.bakery, people)
    alice_browser.post(step("order-start", order), {"product": "eco", "loading_on": brussels_today().isoformat()})
    alice_browser.post(
        step("order-lines", order), {f"amount-{people[0].pk}": "100", "product": "eco", "action": "save"}
    )
    answer = alice_browser.post(step("order-lines", order), typed(people) | {"product": "meal", "action": "save"})
    assert "for another product by now" in answer.content.decode()
    assert order.lines.get().amount_cents == 100_00


@pytest.mark.parametrize("change", ["who gets how much", "loading date"])
def test_an_order_changed_in_another_tab_is_shown_and_asked_again_though_it_costs_the_same(
    change, cast, alice_browser, step
):
    people = hire(cast.bakery, 2)
    order = start(cast, alice_browser, step)
    few_and_many = typed(people[:1], count="5") | typed(people[1:], count="15") | {"action": "check"}
    alice_browser.post(step("order-lines", order), few_and_many)
    shown = alice_browser.get(step("order-check", order))
    if change == "loading date":
        later_on = (brussels_today() + timedelta(days=1)).isoformat()
        alice_browser.post(step("order-start", order), {"product": "meal", "loading_on": later_on})
    else:
        many_and_few = typed(people[:1], count="15") | typed(people[1:], count="5") | {"action": "check"}
        alice_browser.post(step("order-lines", order), many_and_few)
    answer = alice_browser.post(step("order-check", order), hidden_fields(shown))
    order.refresh_from_db()
    assert order.state == OrderState.DRAFT
    assert "This order was changed after you opened this page" in answer.content.decode()
    assert total_of(answer) == total_of(shown)
    alice_browser.post(step("order-check", order), hidden_fields(answer))
    order.refresh_from_db()
    assert order.state == OrderState.PROCESSING


@pytest.mark.parametrize("nonsense", ["", "abc", "-1", "1e9", "٣"])
def test_a_total_that_is_no_number_confirms_nothing(nonsense, cast, alice_browser, step):
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    assert alice_browser.post(step("order-check", order), {"confirmed_total_cents": nonsense}).status_code == 200
    order.refresh_from_db()
    assert order.state == OrderState.DRAFT


def test_confirming_twice_leads_to_the_order(cast, alice_browser, step):
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    total_cents = total_of(alice_browser.get(step("order-check", order)))
    for _press in range(2):
        answer = alice_browser.post(step("order-check", order), {"confirmed_total_cents": total_cents})
        assert answer["Location"] == step("order", order)
    assert order.transitions.filter(to_state=OrderState.PROCESSING).count() == 1


@pytest.mark.parametrize("name", ["order-start", "order-lines", "order-check", "order-discard"])
def test_the_steps_of_a_confirmed_order_lead_to_the_order(name, cast, alice_browser, step):
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    total_cents = total_of(alice_browser.get(step("order-check", order)))
    alice_browser.post(step("order-check", order), {"confirmed_total_cents": total_cents})
    assert alice_browser.get(step(name, order))["Location"] == step("order", order)
    assert alice_browser.post(step(name, order), {"action": "save"})["Location"] == step("order", order)


def test_a_draft_whose_loading_date_passed_goes_back_to_step_1(cast, alice_browser, step):
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    Order.objects.filter(pk=order.pk).update(loading_on=brussels_today() - timedelta(days=2))
    answer = alice_browser.get(step("order-check", order), follow=True)
    assert answer.redirect_chain[-1][0] == step("order-start", order)
    assert "loading date is in the past" in answer.content.decode()


def test_a_draft_without_lines_can_not_be_confirmed(cast, alice_browser, step):
    hire(cast.bakery, 1)
    order = start(cast, alice_browser, step)
    assert alice_browser.get(step("order-check", order))["Location"] == step("order-lines", order)
    assert alice_browser.post(step("order-check", order), {"confirmed_total_cents": 0})["Location"] == step(
        "order-lines", order
    )


def test_a_draft_is_discarded_after_a_question(cast, alice_browser, step):
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    alice_browser.get(step("order-discard", order))
    order.refresh_from_db()
    assert order.state == OrderState.DRAFT
    alice_browser.post(step("order-discard", order))
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED


def test_step_2_with_200_people_takes_few_queries(cast, alice_browser, step, django_assert_max_num_queries):
    people = hire(cast.bakery, 200)
    order = draft_of(cast.bakery, people)
    alice_browser.get(reverse("sessions"))  # the first page of a session notes where somebody is signed in
    with django_assert_max_num_queries(14):
        alice_browser.get(step("order-lines", order))
    with django_assert_max_num_queries(19):
        alice_browser.get(step("order-check", order))
    with django_assert_max_num_queries(22):
        alice_browser.post(step("order-lines", order), typed(people) | {"action": "save"})
