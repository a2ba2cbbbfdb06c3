"""Which step a lead may take (SPEC Q2), as data.

Its one law: nothing changes the state of a lead but along this table. Won is final: what follows is a client.
"""

from tegoed.quotes.models import LeadState as S

TRANSITIONS: dict[str, frozenset[str]] = {
    S.NEW: frozenset({S.CONTACTED, S.OFFERED, S.WON, S.LOST}),
    S.CONTACTED: frozenset({S.OFFERED, S.WON, S.LOST}),
    S.OFFERED: frozenset({S.CONTACTED, S.WON, S.LOST}),
    S.LOST: frozenset({S.CONTACTED, S.OFFERED, S.WON}),
    S.WON: frozenset(),
}

BY_HAND = (S.CONTACTED, S.LOST)
"""The steps that staff take themselves. An offer that goes out and one that is accepted take the others."""

WAITING = (S.NEW, S.CONTACTED, S.OFFERED)
"""Neither won nor lost."""


def steps_by_hand(state: str) -> list[S]:
    """What staff may make of a lead in that state, in order."""
    return [step for step in BY_HAND if step in TRANSITIONS[state]]
