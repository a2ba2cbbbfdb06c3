"""Which step a transmission may take (SPEC I4), as data.

Its one law: nothing changes the state of a transmission but along this table (`transmissions.move`). Staying `queued` after
a try that failed for the moment is no step.
"""

from tegoed.outbox.models import TransmissionState as S

TRANSITIONS: dict[str, frozenset[str]] = {
    S.QUEUED: frozenset({S.SENT, S.FAILED, S.REFUSED_BY_RULES, S.CANCELLED}),
    S.REFUSED_BY_RULES: frozenset({S.QUEUED, S.CANCELLED}),
    S.SENT: frozenset({S.DELIVERED, S.FAILED}),
    S.FAILED: frozenset({S.QUEUED, S.REFUSED_BY_RULES, S.CANCELLED}),
    S.DELIVERED: frozenset(),
    S.CANCELLED: frozenset({S.QUEUED, S.REFUSED_BY_RULES}),
}

WAITING_FOR_STAFF = (S.REFUSED_BY_RULES, S.FAILED)
"""Nothing goes on by itself: somebody has to mend, retry or cancel."""

RETRIED_BY_HAND = frozenset(state for state, reachable in TRANSITIONS.items() if S.QUEUED in reachable)
CANCELLED_BY_HAND = frozenset(state for state, reachable in TRANSITIONS.items() if S.CANCELLED in reachable)
