"""What is refused about agreements: each for its reason, before anything is written."""

from collections.abc import Sequence

from tegoed.errors import Refusal


class AttestationImpossible(Refusal):
    """What is attested can't be. Reasons: `future` (agreed later than today), `too-old`, `ends-before`, `amount` (none)."""

    code = "attestation-impossible"


class AttestedAboveMaximum(Refusal):
    """The amount is above the maximum of the law, and nobody said that this is known. Params: the figures and their source."""

    code = "attested-above-maximum"


class SectorAgreementKnown(Refusal):
    """There is a row of that joint committee, product and first day already, and it says something else."""

    code = "sector-agreement-known"


class SectorAgreementEndsBefore(Refusal):
    """The last day lies before the first."""

    code = "sector-agreement-ends-before"


class SectorTableRefused(Refusal):
    """Rows of the table can't be taken in, so none is. `faults`: the number of each row and why. Params: `fault_count`."""

    code = "sector-table-refused"

    def __init__(self, *, faults: Sequence[tuple[int, Refusal]] = ()) -> None:
        self.faults = list(faults)
        super().__init__(fault_count=len(self.faults))
