"""A copy starts from another order, leaves out who left, and orders nothing by itself."""

from datetime import date

import pytest
import time_machine
from cast import draft_of, hire
from story import confirmed

from tegoed.audit.actions import Action
from tegoed.audit.models import Event
from tegoed.beneficiaries.models import Beneficiary
from tegoed.clients.queries import ContractMissing
from tegoed.orders.copying import copy_order
from tegoed.orders.models import Order, OrderState
from tegoed.orders.queries import left_out_of, suggested_lines
from tegoed.rules.dates import brussels_today


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel("2026-11-10T10:00:00Z"):
        yield


def amounts_of(order: Order) -> dict[int, tuple[int, int, int]]:
    lines = order.lines.all()
    return {line.beneficiary_id: (line.voucher_count, line.face_value_cents, line.amount_cents) for line in lines}


def test_a_copy_has_the_lines_of_those_who_are_still_active(cast):
    stays, leaves = hire(cast.bakery, 2)
    source = confirmed(draft_of(cast.bakery, [stays, leaves], loading_on=date(2026, 11, 20)))
    Beneficiary.objects.filter(pk=leaves.pk).update(is_active=False)
    copy = copy_order(client=cast.bakery, order_id=source.pk, actor=cast.alice)
    assert amounts_of(copy) == {stays.pk: (20, 800, 16_000)}
    assert list(left_out_of(source)) == [leaves]
    assert (copy.state, copy.loading_on, copy.reference) == (OrderState.DRAFT, brussels_today(), "November")
    assert Event.objects.get(action=Action.ORDER_COPIED).facts == {"source_id": source.pk}
    assert copy.transitions.get().reason == "copied"
    assert [line.voucher_count for line in suggested_lines(copy)] == [20]


def test_the_month_stays_as_far_from_the_loading_date(cast):
    source = draft_of(cast.bakery, hire(cast.bakery, 1))
    Order.objects.filter(pk=source.pk).update(loading_on="2026-09-05", month_on="2026-08-01")
    copy = copy_order(client=cast.bakery, order_id=source.pk, actor=None)
    assert (copy.loading_on, copy.month_on) == (date(2026, 11, 10), date(2026, 10, 1))


def test_a_correction_keeps_day_and_month_and_says_what_it_replaces(cast):
    source = draft_of(cast.bakery, hire(cast.bakery, 1), loading_on=date(2026, 12, 4))
    Order.objects.filter(pk=source.pk).update(
        month_on="2026-11-01", worker_share_cents=150, above_maximum_reason="Because", state="cancelled"
    )
    source.refresh_from_db()
    copy = copy_order(client=cast.bakery, order_id=source.pk, actor=None, replaces=source, reason="corrects")
    assert (copy.loading_on, copy.month_on) == (date(2026, 12, 4), date(2026, 11, 1))
    assert (copy.replaces, copy.worker_share_cents, copy.above_maximum_reason) == (source, 150, "")
    assert copy.transitions.get().reason == "corrects"


def test_another_clients_order_and_a_missing_contract_are_not_copied(cast):
    source = draft_of(cast.bakery, hire(cast.bakery, 1))
    with pytest.raises(Order.DoesNotExist):
        copy_order(client=cast.garage, order_id=source.pk, actor=None)
    cast.bakery.contracts.update(ends_on=date(2026, 11, 1))
    with pytest.raises(ContractMissing):
        copy_order(client=cast.bakery, order_id=source.pk, actor=None)
    assert Order.objects.count() == 1


def test_copying_200_lines_takes_a_few_statements(cast, django_assert_max_num_queries):
    source = draft_of(cast.bakery, hire(cast.bakery, 200))
    with django_assert_max_num_queries(10):
        copy = copy_order(client=cast.bakery, order_id=source.pk, actor=None)
    assert copy.lines.count() == 200
