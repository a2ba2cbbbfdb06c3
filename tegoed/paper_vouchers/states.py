"""Which move a print batch may make, as data.

Its one law: nothing changes the state of a batch but along this table. What was printed badly goes back to be printed
again, with the same numbers; what was delivered stays so.
"""

from tegoed.paper_vouchers.models import PrintBatchState as S

TRANSITIONS: dict[S, frozenset[S]] = {
    S.TO_PRINT: frozenset({S.PRINTED}),
    S.PRINTED: frozenset({S.DELIVERED, S.TO_PRINT}),
    S.DELIVERED: frozenset(),
}
