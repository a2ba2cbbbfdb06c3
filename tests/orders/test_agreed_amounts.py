"""Orders above the attested amount: the client is warned on each page that confirms, nothing is refused, the trail keeps it."""

from datetime import date, timedelta

import pytest
from cast import draft_of, hire
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from order_forms import drafts_of, eco_row, meal_row, taken
from payroll import SIGNER
from story import confirmed

from tegoed.agreements.actions import attest_agreement
from tegoed.agreements.models import Attestation
from tegoed.audit.models import Event
from tegoed.clients.actions import sign_contract
from tegoed.clients.models import Tariff
from tegoed.orders.actions import LineWish, set_order_lines, start_order
from tegoed.orders.agreed_amounts import above_agreed, above_agreed_together, is_first_without_agreement
from tegoed.orders.models import Order, OrderState
from tegoed.rules.agreements import AgreementKind
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Form, Product

WARNING, HINT = "More than your agreement says", "On which agreement do these vouchers rest?"


def attested(cast, product: Product, cents: int, **changes) -> Attestation:
    told = {
        "kind": AgreementKind.COMPANY,
        "joint_committee": "200",
        "agreed_on": date(2026, 1, 5),
        "starts_on": date(2026, 1, 5),
        "ends_on": None,
        "knows_maximum": False,
        "signer": SIGNER,
        "actor": cast.alice,
    } | changes
    return attest_agreement(client=cast.bakery, product=product, amount_cents=cents, **told)


def by_amount(client, product: Product, amounts: dict, **facts) -> Order:
    order = start_order(client=client, product=product, reference="", loading_on=brussels_today(), actor=None, **facts)
    wishes = [LineWish(beneficiary_id=person.pk, amount_cents=cents) for person, cents in amounts.items()]
    return set_order_lines(client=client, order_id=order.pk, wishes=wishes, actor=None)


def events() -> list[dict]:
    return list(Event.objects.filter(action="order:exceed-agreement").order_by("id").values_list("facts", flat=True))


def page_of(browser, name: str, cast, pk: int) -> str:
    return " ".join(browser.get(reverse(f"portal:{name}", args=[cast.bakery.pk, pk])).content.decode().split())


def test_a_meal_order_above_the_attested_face_value_warns_and_goes_on(cast, browser_of) -> None:
    attestation = attested(cast, Product.MEAL, 750)
    order = draft_of(cast.bakery, hire(cast.bakery, 3))
    browser = browser_of(cast.alice)
    for name in ("order-lines", "order-check"):
        page = page_of(browser, name, cast, order.pk)
        assert WARNING in page
        assert "Meal vouchers, 3 people: a voucher of up to €8.00; the agreement that you attested says €7.50" in page
    assert confirmed(order).state == OrderState.PROCESSING
    assert events() == [{"agreed_cents": 750, "highest_cents": 800, "line_count": 3, "attestation_id": attestation.pk}]


def test_an_order_within_the_agreement_says_and_keeps_nothing(cast, browser_of) -> None:
    attested(cast, Product.MEAL, 800)
    order = draft_of(cast.bakery, hire(cast.bakery, 2))
    for name in ("order-lines", "order-check"):
        page = page_of(browser_of(cast.alice), name, cast, order.pk)
        assert WARNING not in page
        assert HINT not in page
    confirmed(order)
    assert events() == []


def test_lines_as_they_are_typed_warn_before_they_are_kept(cast, browser_of) -> None:
    attested(cast, Product.ECO, 10_000)
    person, other = hire(cast.bakery, 2)
    confirmed(by_amount(cast.bakery, Product.ECO, {person: 6_000}))
    draft = by_amount(cast.bakery, Product.ECO, {person: 1_000, other: 1_000})
    address = reverse("portal:order-lines", args=[cast.bakery.pk, draft.pk])
    typed = {f"amount-{person.pk}": "50", f"amount-{other.pk}": "50", "action": "show"}
    page = browser_of(cast.alice).post(address, typed).content.decode()
    assert "1 person: up to €110.00 in the year" in " ".join(page.split())
    assert above_agreed(draft) is None


def test_a_years_total_counts_earlier_orders_and_all_occasions_together(cast) -> None:
    sign_contract(
        client=cast.bakery,
        product=Product.GIFT,
        form=Form.ELECTRONIC,
        tariff=Tariff.objects.get(),
        starts_on=date(2024, 1, 1),
        actor=None,
    )
    attested(cast, Product.GIFT, 4_000)
    person, other = hire(cast.bakery, 2)
    confirmed(by_amount(cast.bakery, Product.GIFT, {person: 3_000}, occasion="end_of_year"))
    order = by_amount(cast.bakery, Product.GIFT, {person: 5_000, other: 4_000}, occasion="marriage")
    above = above_agreed(order)
    assert above is not None
    assert (above.highest_cents, above.line_count) == (8_000, 1)


def test_the_attestation_of_the_month_of_performance_counts(cast) -> None:
    order = draft_of(cast.bakery, hire(cast.bakery, 1))
    month_on = order.month_on
    attested(cast, Product.MEAL, 700, ends_on=date(month_on.year, month_on.month, 1))
    assert above_agreed(order) is None
    attested(cast, Product.MEAL, 750, starts_on=month_on.replace(day=20))
    assert above_agreed(order) is not None


def test_another_company_has_no_part_in_it(cast) -> None:
    attested(cast, Product.MEAL, 100)
    order = draft_of(cast.garage, hire(cast.garage, 1))
    assert above_agreed(order) is None
    confirmed(order)
    assert events() == []


def test_without_any_attestation_the_first_order_hints_and_the_next_does_not(cast, browser_of) -> None:
    people = hire(cast.bakery, 1)
    browser = browser_of(cast.alice)
    first = draft_of(cast.bakery, people)
    assert HINT in page_of(browser, "order-check", cast, first.pk)
    confirmed(first)
    second = draft_of(cast.bakery, people)
    page = page_of(browser, "order-check", cast, second.pk)
    assert HINT not in page
    assert WARNING not in page
    eco = by_amount(cast.bakery, Product.ECO, {people[0]: 1_000})
    assert is_first_without_agreement(eco)


def test_the_orders_of_a_form_count_one_after_the_other_and_are_confirmed(cast, browser_of) -> None:
    attested(cast, Product.MEAL, 750)
    attested(cast, Product.ECO, 10_000)
    hire(cast.bakery, 2)
    later = brussels_today() + timedelta(days=1)
    rows = [meal_row(0), eco_row(0, 6_000), eco_row(1, 4_000), eco_row(0, 5_000, loading_on=later)]
    upload = taken(cast.bakery, rows)
    browser = browser_of(cast.alice)
    page = browser.get(reverse("portal:order-import", args=[cast.bakery.pk, upload.pk]))
    assert WARNING in page.content.decode()
    shown = above_agreed_together(drafts_of(upload))
    assert [above.highest_cents for above in shown.values()] == [800, 11_000]
    browser.post(
        reverse("portal:order-import-confirm", args=[cast.bakery.pk, upload.pk]),
        {
            "confirmed_total_cents": page.context["review"].total_cents,
            "shown_mark": page.context["review"].shown_mark,
        },
    )
    assert [facts["highest_cents"] for facts in events()] == [800, 11_000]
    assert set(Order.objects.filter(upload=upload).values_list("state", flat=True)) == {OrderState.PROCESSING}


def test_who_approves_reads_the_warning_too(cast, browser_of) -> None:
    cast.bakery.needs_approval = True
    cast.bakery.save()
    attested(cast, Product.MEAL, 750)
    order = confirmed(draft_of(cast.bakery, hire(cast.bakery, 1)))
    assert order.state == OrderState.AWAITING_APPROVAL
    assert WARNING in page_of(browser_of(cast.alice), "order", cast, order.pk)


@pytest.mark.parametrize("count", [1, 40])
def test_it_takes_two_statements_whatever_the_number_of_lines(count, cast) -> None:
    attested(cast, Product.MEAL, 750)
    order = draft_of(cast.bakery, hire(cast.bakery, count))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        above = above_agreed(order)
    assert above is not None
    assert above.line_count == count
    assert len(queries) == 2
