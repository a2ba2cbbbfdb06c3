"""Which step a quote may take, as data. Accepted, declined, replaced and withdrawn are final (SPEC Q2, Q3)."""

from tegoed.quotes.models import QuoteState as S

TRANSITIONS: dict[str, frozenset[str]] = {
    S.DRAFT: frozenset({S.OPEN, S.WITHDRAWN}),
    S.OPEN: frozenset({S.ACCEPTED, S.DECLINED, S.REPLACED, S.WITHDRAWN}),
    S.ACCEPTED: frozenset(),
    S.DECLINED: frozenset(),
    S.REPLACED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
