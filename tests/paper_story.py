"""Gift orders on paper, as far as a test needs them: confirmed, invoiced, paid."""

from datetime import date

from bank import payment_of
from story import received_from_bank

from tegoed.clients.actions import sign_contract
from tegoed.flows.confirm_order import confirm_order
from tegoed.flows.invoice_order import invoice_order
from tegoed.orders.actions import LineWish, set_order_lines, start_order
from tegoed.orders.models import Order
from tegoed.orders.queries import preview_of
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Form, Product


def sign_gift_on_paper(client, tariff) -> None:
    sign_contract(
        client=client,
        product=Product.GIFT,
        form=Form.PAPER,
        tariff=tariff,
        starts_on=date(2024, 1, 1),
        actor=None,
    )


def paper_draft(client, people, *, amount_cents=4_000, value_cents=1_000, loading_on=None, reason="") -> Order:
    order = start_order(
        client=client,
        product=Product.GIFT,
        reference="December",
        loading_on=loading_on or brussels_today(),
        actor=None,
        form=Form.PAPER,
        paper_value_cents=value_cents,
    )
    wishes = [LineWish(beneficiary_id=person.pk, amount_cents=amount_cents) for person in people]
    return set_order_lines(client=client, order_id=order.pk, wishes=wishes, actor=None, above_maximum_reason=reason)


def paid_paper_order(client, people, **particulars) -> Order:
    """Confirmed, invoiced and paid; not loaded yet."""
    order = paper_draft(client, people, **particulars)
    total_cents = preview_of(order).pricing.total_cents
    confirm_order(client=client, order_id=order.pk, actor=None, confirmed_total_cents=total_cents)
    received_from_bank([payment_of(invoice) for invoice in invoice_order(order_id=order.pk)])
    order.refresh_from_db()
    assert order.state == "paid"
    return order
