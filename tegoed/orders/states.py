"""Which step an order may take (SPEC O3), as data."""

from tegoed.orders.models import OrderState as S

TRANSITIONS: dict[str, frozenset[str]] = {
    S.DRAFT: frozenset({S.AWAITING_APPROVAL, S.PROCESSING, S.CANCELLED}),
    S.AWAITING_APPROVAL: frozenset({S.PROCESSING, S.DRAFT, S.CANCELLED}),
    S.PROCESSING: frozenset({S.INVOICED, S.ON_HOLD}),
    S.ON_HOLD: frozenset({S.PROCESSING, S.CANCELLED}),
    S.INVOICED: frozenset({S.PAID, S.CANCELLED}),
    S.PAID: frozenset({S.LOADED, S.INVOICED}),  # back: its payment was undone or returned
    S.LOADED: frozenset(),
    S.CANCELLED: frozenset(),
}
