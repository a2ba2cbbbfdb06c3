"""Requests to correct money: asked by one member of staff, decided by another (SPEC A2).

Its one law: who asks never approves: checked here, and by the database. What a correction does is told in `tegoed.flows`.
"""

from datetime import datetime

from tegoed.banking.models import (
    Allocation,
    Correction,
    CorrectionKind,
    CorrectionState,
    Explanation,
    StatementLine,
)
from tegoed.banking.refusals import CorrectionAskedAlready, CorrectionDecidedAlready, CorrectorIsAsker
from tegoed.clients.models import User


def ask_correction(
    *,
    kind: CorrectionKind,
    line: StatementLine | None,
    allocation: Allocation | None = None,
    explanation: Explanation | str = "",
    note: str = "",
    actor: User,
) -> Correction:
    """Write the request down; the caller holds the line. Raises `CorrectionAskedAlready`.

    The same wish of the same person again (a double click) gives the request that is there.
    """
    wish = {"kind": kind, "line": line, "allocation": allocation, "explanation": explanation, "note": note}
    waiting = Correction.objects.filter(line=line, allocation=allocation, state=CorrectionState.ASKED).first()
    if waiting is None:
        return Correction.objects.create(**wish, asked_by=actor)
    if waiting.asked_by_id == actor.pk and all(getattr(waiting, name) == value for name, value in wish.items()):
        return waiting
    raise CorrectionAskedAlready


def decide_correction(*, correction_id: int, state: CorrectionState, actor: User, at: datetime) -> Correction:
    """Close a request. The caller holds the line. Raises `CorrectionDecidedAlready`, `CorrectorIsAsker`.

    Who asked may take the request back (refuse it), not approve it.
    """
    correction = Correction.objects.select_for_update().get(pk=correction_id)
    if correction.state != CorrectionState.ASKED:
        raise CorrectionDecidedAlready
    is_asker = correction.asked_by_id == actor.pk
    if is_asker and state == CorrectionState.APPROVED:
        raise CorrectorIsAsker
    correction.state = state
    correction.decided_by = None if is_asker else actor
    correction.decided_at = at
    correction.save(update_fields=["state", "decided_by", "decided_at"])
    return correction
