"""axe finds nothing on the pages where orders are cancelled, changed and approved, and on the company's own page."""

import pytest
from bank import payment_of
from cast import PASSWORD, draft_of, hire
from looks import barriers
from steps import ALICE
from story import confirmed, invoiced, received_from_bank

from tegoed.billing.models import CreditNote
from tegoed.clients.actions import add_member
from tegoed.clients.models import Client, Role, User
from tegoed.flows.cancel_order import cancel_order
from tegoed.flows.change_order import change_order_after_confirm
from tegoed.orders.models import Order

pytestmark = pytest.mark.browser


@pytest.fixture
def paths(site) -> list[str]:
    """Alice's pages: a credited and a replaced order, one to cancel or change, one that waits for her approval."""
    bakery = site.cast.bakery
    people = hire(bakery, 3)
    credited, (product, _card) = invoiced(bakery, people)
    received_from_bank([payment_of(product, 1_000)])
    cancel_order(client=bakery, order_id=credited.pk, actor=site.cast.alice, reason_text="Wrong month")
    replaced, _invoices = invoiced(bakery, people)
    draft = change_order_after_confirm(client=bakery, order_id=replaced.pk, actor=site.cast.alice)
    open_order, _invoices = invoiced(bakery, people)
    otto = User.objects.create_user("otto@bakkerij.example", PASSWORD, full_name="Otto", language="en")
    add_member(client=bakery, user=otto, role=Role.ORDERER, actor=None)
    Client.objects.filter(pk=bakery.pk).update(needs_approval=True)
    bakery.refresh_from_db()
    waiting = confirmed(draft_of(bakery, people))
    Order.objects.filter(pk=waiting.pk).update(confirmed_by=otto)
    orders = [credited, replaced, draft, open_order, waiting]
    return [
        "", "orders/", *[f"orders/{order.pk}/" for order in orders], f"orders/{open_order.pk}/cancel/", "invoices/",
        f"invoices/{product.pk}/", f"credit-notes/{CreditNote.objects.first().pk}/", "company/",
    ]  # fmt: skip


def test_no_page_of_the_life_of_an_order_keeps_anybody_out(site, paths, axe: str) -> None:
    page = site.open_page(reduced_motion="reduce")
    site.sign_in(page, ALICE)
    addresses = [f"/c/{site.cast.bakery.pk}/{path}" for path in paths]
    assert barriers(page, addresses, axe=axe) == {}
