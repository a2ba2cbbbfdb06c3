"""What is refused about merchants and acceptance points. Lists as CSV have refusals of their own in `formats`."""

from tegoed.errors import Refusal


class MerchantKnownAlready(Refusal):
    """Another merchant has that enterprise number, or without one that name. Param: `name` of the other."""

    code = "merchant-known-already"


class PointKnownAlready(Refusal):
    """The merchant has a point in that street, or at that web address. Param: `name` of the other."""

    code = "point-known-already"


class MerchantFileChangedMeanwhile(Refusal):
    """What the file would change is no longer what was shown: somebody changed merchants meanwhile. Shown anew."""

    code = "merchant-file-changed-meanwhile"


class MerchantFileDecided(Refusal):
    """The file was taken over or given up before."""

    code = "merchant-file-decided"


class MerchantRowsFaulty(Refusal):
    """Rows have faults; nothing was taken over. Params: `fault_count`; `row`, `heading` and `refusal` of the first."""

    code = "merchant-rows-faulty"
