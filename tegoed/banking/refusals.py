"""Why a statement file is refused although its own sums are right. Its form is judged by `tegoed.formats`."""

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
