"""Why a story stops."""

from tegoed.errors import Refusal


class OrderEmpty(Refusal):
    """There is nobody in the order."""

    code = "order-empty"


class CostsChanged(Refusal):
    """The costs are no longer those shown. Params: `shown_cents`, `total_cents`."""

    code = "costs-changed"
