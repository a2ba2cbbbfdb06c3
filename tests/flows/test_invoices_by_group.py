"""One invoice for each cost centre: an order is divided as it is taken on, and its invoices come to what was shown."""

from collections import Counter

import pytest
from cast import draft_of, hire
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from order_forms import drafts_of, eco_row, meal_row, taken
from story import paid

from tegoed.audit.models import Event
from tegoed.beneficiaries.actions import rename_cost_centre, set_billing_groups
from tegoed.beneficiaries.models import Beneficiary
from tegoed.beneficiaries.queries import billing_groups_of
from tegoed.billing.documents import document_of
from tegoed.billing.models import Invoice
from tegoed.cards.models import CardRequest
from tegoed.clients.models import BlockingRule, Client, Issuer, Tariff
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.change_order import change_order_after_confirm
from tegoed.flows.check_books import check_books
from tegoed.flows.confirm_order import approve_orders, confirm_order, confirm_orders, send_back_order
from tegoed.flows.invoice_order import invoice_order
from tegoed.flows.invoices_by_group import set_invoice_groups
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.orders.as_shown import OrderChangedMeanwhile, mark_of
from tegoed.orders.billing_groups import TooManyBillingGroups
from tegoed.orders.copying import copy_order
from tegoed.orders.models import Order, OrderState
from tegoed.orders.monthly_templates import make_draft, make_template
from tegoed.orders.queries import preview_of, previews_of, suggested_lines
from tegoed.rules.dates import add_months, brussels_today


def in_centres(client: Client, *centres: str) -> list[Beneficiary]:
    people = hire(client, len(centres), first=Beneficiary.objects.count())
    for person, centre in zip(people, centres, strict=True):
        person.cost_centre = centre
        person.save()
    return people


@pytest.fixture
def bakery(cast) -> Client:
    """Alice's bakery wants an invoice for each cost centre."""
    set_invoice_groups(client=cast.bakery, is_on=True, name_by_centre={}, actor=cast.alice)
    cast.bakery.refresh_from_db()
    return cast.bakery


def taken_on(*drafts: Order) -> list[Order]:
    """Confirmed at what is shown; all orders that came of it."""
    total = sum(preview.pricing.total_cents for preview in previews_of(drafts))
    known = set(Order.objects.values_list("pk", flat=True)) - {draft.pk for draft in drafts}
    confirm_orders(
        client=drafts[0].client, order_ids=[draft.pk for draft in drafts], actor=None, confirmed_total_cents=total
    )
    return list(Order.objects.exclude(pk__in=known).select_related("client").order_by("id"))


def invoices_for(orders: list[Order]) -> list[Invoice]:
    return [invoice for order in orders for invoice in invoice_order(order_id=order.pk)]


def people_of(order: Order) -> list[int]:
    return sorted(order.lines.values_list("beneficiary_id", flat=True))


def test_each_cost_centre_gets_an_order_and_invoices_that_name_it(bakery):
    shop, oven, other, none = in_centres(bakery, "SHOP", "OVEN", "SHOP", "")
    draft = draft_of(bakery, [shop, oven, other, none])
    preview = preview_of(draft)
    assert [part.name for part in preview.parts] == ["", "OVEN", "SHOP"]
    orders = taken_on(draft)
    assert [(order.billing_group, people_of(order)) for order in orders] == [
        ("", [none.pk]),
        ("OVEN", [oven.pk]),
        ("SHOP", [shop.pk, other.pk]),
    ]
    assert [order.split_from_id for order in orders] == [None, draft.pk, draft.pk]
    assert {order.reference for order in orders} == {"November"}
    invoices = invoices_for(orders)
    assert sum(invoice.total_cents for invoice in invoices) == preview.pricing.total_cents
    xml = {invoice.order.billing_group: document_of(invoice, "ubl").content.decode() for invoice in invoices}
    assert "<cbc:AccountingCost>OVEN</cbc:AccountingCost>" in xml["OVEN"]
    assert "<cbc:AccountingCost>zonder kostenplaats</cbc:AccountingCost>" in xml[""]
    assert check_books().findings == []


def test_cost_centres_of_one_group_share_their_invoices(cast, bakery):
    people = in_centres(bakery, "SHOP 1", "SHOP 2", "OVEN")
    set_billing_groups(client=bakery, name_by_centre={"SHOP 1": "Shops", "SHOP 2": "Shops"}, actor=cast.alice)
    orders = taken_on(draft_of(bakery, people))
    assert [(order.billing_group, order.beneficiary_count) for order in orders] == [("OVEN", 1), ("Shops", 2)]


def test_a_client_that_did_not_ask_keeps_one_order_and_no_name(cast):
    people = in_centres(cast.bakery, "SHOP", "OVEN")
    (order,) = taken_on(draft_of(cast.bakery, people))
    assert order.billing_group is None
    invoice = invoice_order(order_id=order.pk)[0]
    assert b"AccountingCost" not in document_of(invoice, "ubl").content


def test_a_group_follows_the_new_name_of_its_cost_centre(cast, bakery):
    in_centres(bakery, "OLD", "THERE")
    set_billing_groups(client=bakery, name_by_centre={"OLD": "Together"}, actor=cast.alice)
    rename_cost_centre(client=bakery, old="OLD", new="NEW", actor=cast.alice)
    assert billing_groups_of(bakery) == {"NEW": "Together"}
    rename_cost_centre(client=bakery, old="NEW", new="THERE", actor=cast.alice)
    assert billing_groups_of(bakery) == {}


def test_what_was_set_is_in_the_trail_and_another_clients_groups_have_no_say(cast, bakery):
    people = in_centres(bakery, "SHOP", "OVEN")
    set_invoice_groups(
        client=cast.garage, is_on=True, name_by_centre={"SHOP": "All", "OVEN": "All"}, actor=cast.charlie
    )
    assert len(taken_on(draft_of(bakery, people))) == 2
    events = Event.objects.filter(client_id=cast.garage.pk, facts__has_key="changed").order_by("id")
    facts = [event.facts["changed"] for event in events]
    assert facts == [{"OVEN": ["OVEN", "All"], "SHOP": ["SHOP", "All"]}, {"invoices_by_group": [False, True]}]


def test_one_workplace_gets_its_cards_by_one_delivery(cast, bakery):
    Tariff.objects.update(card_delivery_per_site_cents=500)
    people = in_centres(bakery, "SHOP", "OVEN")
    Beneficiary.objects.update(site=bakery.sites.order_by("id").first())
    costs = [
        {cost.reason: cost.quantity for cost in part.pricing.card_costs}
        for part in preview_of(draft_of(bakery, people)).parts
    ]
    assert [part.get("card_delivery_site", 0) for part in costs] == [1, 0]


def test_people_who_moved_to_another_cost_centre_since_are_asked_again(bakery):
    people = in_centres(bakery, "SHOP", "SHOP", "OVEN")
    draft = draft_of(bakery, people)
    shown, total = mark_of([draft]), preview_of(draft).pricing.total_cents
    Beneficiary.objects.filter(pk=people[0].pk).update(cost_centre="OVEN")
    with pytest.raises(OrderChangedMeanwhile):
        confirm_order(client=bakery, order_id=draft.pk, actor=None, confirmed_total_cents=total, shown_mark=shown)


def test_more_groups_than_can_be_followed_are_refused_and_nothing_changes(bakery, monkeypatch):
    for module in ("tegoed.orders.queries", "tegoed.flows.confirm_order"):
        monkeypatch.setattr(f"{module}.BILLING_GROUPS_MAX", 2)
    draft = draft_of(bakery, in_centres(bakery, "A", "B", "C"))
    assert preview_of(draft).group_count == 3
    with pytest.raises(TooManyBillingGroups) as refused:
        taken_on(draft)
    assert refused.value.params == {"group_count": 3, "group_count_max": 2}
    assert Order.objects.get().state == OrderState.DRAFT


def test_orders_that_were_one_do_not_hold_each_other_back(bakery):
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)
    orders = taken_on(draft_of(bakery, in_centres(bakery, "SHOP", "OVEN")))
    assert all(invoice_order(order_id=order.pk) for order in orders)
    (later,) = taken_on(draft_of(bakery, in_centres(bakery, "SHOP")))
    assert invoice_order(order_id=later.pk) == []
    later.refresh_from_db()
    assert later.state == OrderState.ON_HOLD


def test_held_back_together_they_go_on_together(cast, bakery):
    Issuer.objects.update(blocking_rule=BlockingRule.ANY_OPEN)
    first = invoices_for(taken_on(draft_of(bakery, in_centres(bakery, "SHOP"))))
    held = taken_on(draft_of(bakery, in_centres(bakery, "SHOP", "OVEN")))
    assert invoices_for(held) == []
    paid(*first)
    assert all(invoice_order(order_id=order.pk) for order in held)


def test_each_part_is_paid_and_loaded_by_itself(bakery):
    orders = taken_on(draft_of(bakery, in_centres(bakery, "SHOP", "OVEN")))
    invoices = invoices_for(orders)
    paid(*[invoice for invoice in invoices if invoice.order_id == orders[1].pk])
    load_due_orders()
    states = dict(Order.objects.values_list("billing_group", "state"))
    assert states == {"OVEN": OrderState.INVOICED, "SHOP": OrderState.LOADED}
    assert check_books().findings == []


def test_four_eyes_look_at_one_order_that_is_divided_when_approved(cast, bakery):
    Client.objects.filter(pk=bakery.pk).update(needs_approval=True)
    draft = draft_of(bakery, in_centres(bakery, "SHOP", "OVEN"))
    total = preview_of(draft).pricing.total_cents
    confirm_order(client=bakery, order_id=draft.pk, actor=None, confirmed_total_cents=total)
    waiting = Order.objects.get()
    assert (waiting.state, waiting.total_cents, waiting.billing_group) == (OrderState.AWAITING_APPROVAL, total, None)
    send_back_order(client=bakery, order_id=draft.pk, actor=cast.alice, reason_text="look again")
    assert Order.objects.get().state == OrderState.DRAFT
    confirm_order(client=bakery, order_id=draft.pk, actor=None, confirmed_total_cents=total)
    approve_orders(client=bakery, order_ids=[draft.pk], actor=cast.alice, confirmed_total_cents=total)
    assert [order.billing_group for order in Order.objects.order_by("id")] == ["OVEN", "SHOP"]
    assert sum(order.total_cents for order in Order.objects.all()) == total


def test_a_copy_takes_all_parts_and_the_next_order_starts_from_all(bakery):
    people = in_centres(bakery, "SHOP", "OVEN", "")
    orders = taken_on(draft_of(bakery, people, count=7))
    for order in orders:
        copy = copy_order(client=bakery, order_id=order.pk, actor=None)
        assert people_of(copy) == [person.pk for person in people]
        assert copy.billing_group is None
    fresh = draft_of(bakery, [])
    Order.objects.filter(pk=fresh.pk).update(lines_are_set=False)
    fresh.refresh_from_db()
    assert {line.beneficiary.pk: line.voucher_count for line in suggested_lines(fresh)} == {p.pk: 7 for p in people}


def test_the_monthly_order_of_a_part_is_for_everybody(bakery):
    people = in_centres(bakery, "SHOP", "OVEN")
    orders = taken_on(draft_of(bakery, people))
    today = brussels_today()
    template = make_template(
        client=bakery, order_id=orders[1].pk, name="Monthly", loading_day=today.day, draft_days_before=0, actor=None
    )
    draft = make_draft(template_id=template.pk, today=add_months(today, 1))
    assert draft is not None
    assert people_of(draft) == [person.pk for person in people]


def test_changing_one_part_leaves_the_others_and_a_copy_takes_the_change(bakery):
    people = in_centres(bakery, "SHOP", "OVEN")
    oven, shop = taken_on(draft_of(bakery, people))
    invoices_for([oven, shop])
    correction = change_order_after_confirm(client=bakery, order_id=shop.pk, actor=None)
    assert people_of(correction) == [people[0].pk]
    correction.lines.update(voucher_count=3, amount_cents=3 * 800)
    (corrected,) = taken_on(correction)
    assert (corrected.billing_group, corrected.replaces_id) == ("SHOP", shop.pk)
    copy = copy_order(client=bakery, order_id=oven.pk, actor=None)
    assert dict(copy.lines.values_list("beneficiary_id", "voucher_count")) == {people[0].pk: 3, people[1].pk: 20}
    cancel_order(client=bakery, order_id=oven.pk, actor=None)
    assert check_books().findings == []


def test_the_orders_of_an_excel_form_are_divided_together_with_one_card_a_person(cast, bakery):
    people = in_centres(bakery, "SHOP", "OVEN")
    upload = taken(bakery, [meal_row(0), eco_row(0), eco_row(1)])
    assert len(people) == Beneficiary.objects.count()
    drafts = drafts_of(upload)
    orders = taken_on(*drafts)
    assert Counter(order.billing_group for order in orders) == {"SHOP": 2, "OVEN": 1}
    assert CardRequest.objects.count() == 2
    assert {order.upload_id for order in orders} == {upload.pk}
    shown = sum(order.total_cents for order in orders)
    assert sum(invoice.total_cents for invoice in invoices_for(orders)) == shown


def test_a_large_order_of_many_groups_takes_no_statement_for_each_person(bakery, django_assert_max_num_queries):
    def statements(count: int) -> int:
        people = in_centres(bakery, *(f"C{number % 3}" for number in range(count)))
        draft = draft_of(bakery, people)
        total = preview_of(draft).pricing.total_cents
        with django_assert_max_num_queries(1_000) as asked:
            confirm_order(client=bakery, order_id=draft.pk, actor=None, confirmed_total_cents=total)
        return len(asked)

    assert statements(6) == statements(24)


@settings(max_examples=12, deadline=None)
@given(
    told=st.lists(
        st.tuples(st.sampled_from(["", "A", "B", "C", "D"]), st.sets(st.sampled_from(["meal", "late"]), min_size=1)),
        min_size=1,
        max_size=7,
    ),
    groups=st.dictionaries(st.sampled_from(["A", "B", "C"]), st.sampled_from(["A", "D", "X"]), max_size=3),
    basis_points=st.integers(0, 333),
    vouchers=st.integers(1, 23),
)
def test_for_any_people_and_groups_the_invoices_come_to_what_was_shown(bakery, told, groups, basis_points, vouchers):
    client = bakery
    with transaction.atomic():
        Tariff.objects.update(service_basis_points=basis_points, card_delivery_per_site_cents=333)
        people = in_centres(client, *(centre for centre, _drafts in told))
        set_billing_groups(client=client, name_by_centre=groups, actor=None)
        drafts = []
        for name in ("meal", "late"):
            in_it = [person for person, (_centre, names) in zip(people, told, strict=True) if name in names]
            if in_it:
                drafts.append(draft_of(client, in_it, count=vouchers, face_value_cents=777))
        shown = sum(preview.pricing.total_cents for preview in previews_of(drafts))
        orders = taken_on(*drafts)
        invoices = invoices_for(orders)
        assert sum(invoice.total_cents for invoice in invoices) == shown
        assert sum(order.total_cents for order in orders) == shown
        # a model beside it: who stands where
        expected = Counter(groups.get(centre, centre) if centre else "" for centre, names in told for _name in names)
        found = Counter()
        for order in orders:
            found[order.billing_group] += order.lines.count()
            of_group = {
                groups.get(line.beneficiary.cost_centre, line.beneficiary.cost_centre) for line in order.lines.all()
            }
            assert of_group == {order.billing_group}
        assert found == expected
        assert CardRequest.objects.count() == len(people)
        assert sum(order.lines.filter(card_request__isnull=False).count() for order in orders) == len(people)
        assert len({(invoice.order_id, invoice.kind) for invoice in invoices}) == len(invoices)
        assert check_books().findings == []
        transaction.set_rollback(True)
