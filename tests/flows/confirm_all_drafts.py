"""A process that confirms every draft, to be killed by test_kills.py: `python confirm_all_drafts.py`."""

from tegoed import local

local.fill_environment()

import django

django.setup()

from tegoed.flows.confirm_order import confirm_order
from tegoed.orders.models import Order, OrderState
from tegoed.orders.queries import preview_of

if __name__ == "__main__":
    print("at work", flush=True)
    for order in (
        Order.objects.select_related("client", "contract__tariff").filter(state=OrderState.DRAFT).order_by("id")
    ):
        total = preview_of(order).pricing.total_cents
        confirm_order(client=order.client, order_id=order.pk, actor=None, confirmed_total_cents=total)
    print("done", flush=True)
