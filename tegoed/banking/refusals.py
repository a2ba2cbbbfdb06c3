"""Why a statement file is refused although its own sums are right, and why money can't be placed or corrected.

The form of a file is judged by `tegoed.formats`.
"""

from tegoed.errors import Refusal


class StatementFileKnown(Refusal):
    """The same file was received before. Params: `file_name`, `received_at`."""

    code = "statement-file-known"


class StatementFileTooLarge(Refusal):
    """More bytes than the limit. Params: `byte_count`, `byte_count_max`."""

    code = "statement-file-too-large"


class StatementFileEmpty(Refusal):
    """A file without any statement."""

    code = "statement-file-empty"


class StatementAccountUnknown(Refusal):
    """A statement of an account that is not ours. Params: `iban`."""

    code = "statement-account-unknown"


class StatementCurrencyUnknown(Refusal):
    """A statement in another currency than euro. Params: `currency`."""

    code = "statement-currency-unknown"


class StatementKnown(Refusal):
    """That statement was booked before, from another file or format. Params: `iban`, `on` (day of its closing balance)."""

    code = "statement-known"


class StatementChanged(Refusal):
    """A statement of that number or day is booked, with other balances or amounts. Params: `iban`, `on`."""

    code = "statement-changed"


class StatementChainBroken(Refusal):
    """The old balance is not the new balance of the statement before. Params: `iban`, `expected_cents`, `found_cents`."""

    code = "statement-chain-broken"


class StatementTooEarly(Refusal):
    """A newer statement of this account is booked already. Params: `iban`, `year`, `sequence`, or reason `day` and `on`."""

    code = "statement-too-early"


class StatementOfFuture(Refusal):
    """The statement is dated later than today. Params: `iban`, `on`."""

    code = "statement-of-future"


class StatementAmountTooLarge(Refusal):
    """A line or balance larger than the ledger takes. Params: `iban`, `found_cents`, `maximum_cents`."""

    code = "statement-amount-too-large"


class InvoiceAccountMissing(Refusal):
    """No bank account is set for invoices."""

    code = "invoice-account-missing"


class LineNotInSuspense(Refusal):
    """The payment has its place already, or not so much of it is left. Params: `left_cents`, `wanted_cents`."""

    code = "line-not-in-suspense"


class NothingToPlace(Refusal):
    """No amount was given for any invoice, and none to keep on account."""

    code = "nothing-to-place"


class InvoiceNotOpen(Refusal):
    """An invoice is paid, credited or not of this client."""

    code = "invoice-not-open"


class InvoiceOpenLess(Refusal):
    """Less is open of an invoice than it should get. Params: `number`, `open_cents`, `wanted_cents`."""

    code = "invoice-open-less"


class LinePaysInvoiceAlready(Refusal):
    """A part of the same payment is on that invoice already. Params: `number`."""

    code = "line-pays-invoice-already"


class DifferenceTooLarge(Refusal):
    """More is missing of an invoice than may be written off. Params: `number`, `open_cents`, `maximum_cents`."""

    code = "difference-too-large"


class ProposalGone(Refusal):
    """What was proposed is no longer possible: the payment or an invoice changed meanwhile."""

    code = "proposal-gone"


class PaymentClaimedAlready(Refusal):
    """The client said already what the payment is for."""

    code = "payment-claimed-already"


class PaymentAnsweredAlready(Refusal):
    """The payment has its place by now, or the client said that it isn't its own."""

    code = "payment-answered-already"


class AllocationUndoneAlready(Refusal):
    """Somebody undid it meanwhile."""

    code = "allocation-undone-already"


class AllocationNotUndoable(Refusal):
    """It can't be undone. Reasons: `credited` (the invoice was credited since), `credit` (credit on account that was used)."""

    code = "allocation-not-undoable"


class CreditUsedAlready(Refusal):
    """The money on account was used meanwhile, so it can't come back."""

    code = "credit-used-already"


class LineNotExplainable(Refusal):
    """There is nothing unplaced of the line, or that explanation isn't for money of its direction."""

    code = "line-not-explainable"


class CorrectionAskedAlready(Refusal):
    """Another correction of the same money waits for a second person."""

    code = "correction-asked-already"


class CorrectionDecidedAlready(Refusal):
    """Somebody decided about it meanwhile."""

    code = "correction-decided-already"


class CorrectorIsAsker(Refusal):
    """Who asks for a correction of money can't approve it too (SPEC A2)."""

    code = "corrector-is-asker"
