"""The unmatched payment: it comes without communication, the client is mailed and claims it, finance confirms, vouchers load."""

import pytest
from bank import Payment
from cast import hire
from playwright.sync_api import expect
from steps import ALICE, DESKTOP, DORA, PHONE_WITHOUT_SCRIPT, see_state
from story import invoiced, paid, received_from_bank

from tegoed.flows.check_books import check_books
from tegoed.flows.load_due_orders import load_due_orders
from tegoed.outbox.models import Message
from tegoed.wallets.queries import balances_of_order

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("options", [DESKTOP, PHONE_WITHOUT_SCRIPT], ids=["desktop", "phone without JavaScript"])
def test_a_payment_without_communication_becomes_vouchers(site, worker, options) -> None:
    bakery = site.cast.bakery
    people = hire(bakery, 3)
    paid(*invoiced(bakery, people)[1])
    load_due_orders()
    order, (product,) = invoiced(bakery, people)
    received_from_bank([Payment(product.total_cents, free="november", name="BAKKERIJ PEETERS BVBA")])
    mail = Message.objects.get(kind="payment_unplaced")
    assert mail.recipient == bakery.billing_email
    assert f"/c/{bakery.pk}/payments/" in mail.text

    alice, dora = site.open_page(**options), site.open_page(**options)
    site.sign_in(alice, ALICE)
    alice.goto(f"/c/{bakery.pk}/")
    alice.get_by_role("link", name="Say what it is for").click()
    alice.get_by_role("button", name=f"Yes, it is for invoice {product.number}").click()
    expect(alice.get_by_text("You told us what it is for")).to_be_visible()

    site.sign_in(dora, DORA)
    dora.goto("/office/suspense/?kind=claimed")
    row = dora.locator("tbody tr")
    expect(row).to_have_count(1)
    row.get_by_role("link").first.click()
    expect(dora.get_by_text("The client says so.")).to_be_visible()
    with worker.held():
        dora.get_by_role("button", name="Confirm the claim").click()
        expect(dora.get_by_text("The payment is placed.")).to_be_visible()

    alice.goto(f"/c/{bakery.pk}/orders/{order.pk}/")
    see_state(alice, "Loaded", by_itself=options.get("java_script_enabled", True))
    assert sorted(balances_of_order(order.pk).values()) == [16_000] * 3
    assert check_books().findings == []
