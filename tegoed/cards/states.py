"""Which move a card may make (SPEC C2), as data.

Its one law: nothing changes the state of a card but along this table. Reporting, making and expiring cards are moves;
why somebody needs a new one is decided elsewhere (`tegoed.rules.card_need`).
"""

from tegoed.rules.card_need import CardState as S

TRANSITIONS: dict[S, frozenset[S]] = {
    S.AWAITING_PAYMENT: frozenset({S.REQUESTED, S.CANCELLED}),
    S.REQUESTED: frozenset({S.IN_PRODUCTION, S.CANCELLED}),
    S.IN_PRODUCTION: frozenset({S.SHIPPED}),
    S.SHIPPED: frozenset({S.DELIVERED, S.BLOCKED, S.EXPIRED, S.REPLACED}),
    S.DELIVERED: frozenset({S.ACTIVE, S.BLOCKED, S.EXPIRED, S.REPLACED}),
    S.ACTIVE: frozenset({S.BLOCKED, S.EXPIRED, S.REPLACED}),
    S.BLOCKED: frozenset({S.ACTIVE, S.REPLACED}),
    S.EXPIRED: frozenset(),
    S.REPLACED: frozenset(),
    S.CANCELLED: frozenset(),
}

NEXT_IN_PRODUCTION: dict[S, S] = {
    S.REQUESTED: S.IN_PRODUCTION,
    S.IN_PRODUCTION: S.SHIPPED,
    S.SHIPPED: S.DELIVERED,
    S.DELIVERED: S.ACTIVE,
}
"""The way of a card from request to use, one step at a time, as card operations take it."""

COMING_STATES = (S.AWAITING_PAYMENT, S.REQUESTED, S.IN_PRODUCTION, S.SHIPPED)
"""Not with the person yet."""

IN_USE_STATES = (S.DELIVERED, S.ACTIVE)
"""With the person."""

LATE_STATES = (S.REQUESTED, S.IN_PRODUCTION, S.SHIPPED)
"""Late once the expected day has gone by. One that waits for the client's payment is not late."""


def states_before(to_state: S) -> frozenset[S]:
    """From where a card may come into that state."""
    return frozenset(state for state, reachable in TRANSITIONS.items() if to_state in reachable)
