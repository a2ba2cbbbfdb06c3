"""Why a story stops."""

from tegoed.errors import Refusal


class OrderEmpty(Refusal):
    """There is nobody in the order."""

    code = "order-empty"


class CostsChanged(Refusal):
    """The costs are no longer those shown. Params: `shown_cents`, `total_cents`."""

    code = "costs-changed"


class OrderNotAwaitingApproval(Refusal):
    """Somebody approved the order, or sent it back, in the meantime. Params: `order_id`, `state`."""

    code = "order-not-awaiting-approval"


class ApproverIsConfirmer(Refusal):
    """Who confirmed an order can't approve it too: that takes a second pair of eyes. Params: `order_id`."""

    code = "approver-is-confirmer"


class FormConfirmedWhole(Refusal):
    """The orders of one Excel form are confirmed, approved and discarded together. Params: `order_id`."""

    code = "order-form-confirmed-whole"


class FormHasNoDrafts(Refusal):
    """The drafts of the Excel form are gone: cancelled one by one. Params: `upload_id`."""

    code = "order-form-has-no-drafts"


class FormAwaitsApproval(Refusal):
    """The orders of the Excel form wait for approval, so the form can't be discarded. Params: `upload_id`."""

    code = "order-form-awaits-approval"


class OrderNotCancellable(Refusal):
    """An order is cancelled or changed only until it is paid. Param: `reason` (its state)."""

    code = "order-not-cancellable"


class CancellationChanged(Refusal):
    """Cancelling no longer takes back what the page said. Params: `shown_cents`, `total_cents` (what it would credit)."""

    code = "cancellation-changed"


class CardsHoldOrder(Refusal):
    """Before invoicing: its cards are being made already, or another order counts on them. Params: `reason`, `orders`."""

    code = "order-held-by-cards"


class DayWithoutStatement(Refusal):
    """No statement of the account ends on that day, so there is nothing to close. Params: `iban`, `on`."""

    code = "day-without-statement"


class DayNotOver(Refusal):
    """A day is closed when it is over in Brussels. Params: `on`."""

    code = "day-not-over"


class DayDiffers(Refusal):
    """Books and bank don't say the same of that day. Params: `iban`, `on`."""

    code = "day-differs"


class DayFiguresChanged(Refusal):
    """The figures are no longer those that the page showed. Params: `on`."""

    code = "day-figures-changed"


class DayClosedAlready(Refusal):
    """Somebody closed that day, and nothing was posted for it since. Params: `on`."""

    code = "day-closed-already"


class StatementTooLongForPaper(Refusal):
    """A statement of account has more entries than a PDF may. Params: `count`, `entries_max`."""

    code = "statement-too-long-for-paper"
