"""A loaded order never says that vouchers can be spent by somebody whose card is still to come."""

import pytest
from cast import hire
from django.urls import reverse
from story import invoiced, paid

from tegoed.cards.models import Card
from tegoed.flows.load_due_orders import load_due_orders


@pytest.mark.parametrize(
    ("card_invoice_is_paid", "card_state", "words"),
    [
        (False, None, "sent once the card invoice is paid"),
        (True, None, "The new cards are expected by"),
        (True, "delivered", "on the cards and can be spent"),
    ],
)
def test_the_order_tells_where_its_cards_are(cast, browser_of, card_invoice_is_paid, card_state, words) -> None:
    order, invoices = invoiced(cast.bakery, hire(cast.bakery, 2))
    paid(*invoices[: 2 if card_invoice_is_paid else 1])
    load_due_orders()
    if card_state:
        Card.objects.update(state=card_state)
    address = reverse("portal:order", kwargs={"client_id": cast.bakery.pk, "order_id": order.pk})
    assert words in browser_of(cast.alice).get(address).content.decode()
