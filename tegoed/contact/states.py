"""Which step a question may take (SPEC Q7), as data.

Its one law: nothing changes the state of a question but along this table. Answering once more is no step.
"""

from tegoed.contact.models import QuestionState as S

TRANSITIONS: dict[str, frozenset[str]] = {
    S.NEW: frozenset({S.IN_PROGRESS, S.ANSWERED, S.CLOSED}),
    S.IN_PROGRESS: frozenset({S.ANSWERED, S.CLOSED}),
    S.ANSWERED: frozenset({S.IN_PROGRESS, S.ANSWERED, S.CLOSED}),
    S.CLOSED: frozenset({S.IN_PROGRESS}),
}

WAITING = (S.NEW, S.IN_PROGRESS)
"""Nobody has answered yet."""


def may_become(state: str, wanted: str) -> bool:
    """Whether a question in that state may take that step."""
    return wanted in TRANSITIONS[state]
