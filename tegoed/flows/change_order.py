"""The client changes an order after confirming it, until it is paid (SPEC O6).

Its one law: what was confirmed and invoiced is never edited. The order is cancelled, its invoices credited, and a new
draft with the same lines takes its place, which the client changes and confirms like any other.
"""

from django.db import transaction

from tegoed.clients.models import Client, User
from tegoed.flows.cancel_order import cancel_order
from tegoed.orders.copying import copy_order
from tegoed.orders.models import Order


@transaction.atomic
def change_order_after_confirm(
    *, client: Client, order_id: int, actor: User | None, shown_credited_cents: int | None = None
) -> Order:
    """Cancel the order and open the draft that replaces it; the draft. Arguments as `cancel_order`.

    Both or neither: raises what `cancel_order` raises, and `ContractMissing`.
    """
    cancelled = cancel_order(client=client, order_id=order_id, actor=actor, shown_credited_cents=shown_credited_cents)
    return copy_order(client=client, order_id=order_id, actor=actor, replaces=cancelled)
