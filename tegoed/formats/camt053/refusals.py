"""Why a camt.053 file is refused, one class for each reason.

Its one law: a refused file has had no effect whatever, and the refusal says where to look. Params, where they make
sense: `path` (of the element, `Stmt[1]/Ntry[3]/Amt`), `line` (of the file, from 1; of the entry or detail that holds
the element), `expected` and `found`. Amounts in params are cents, or the text of the file where it is no amount.
"""

from typing import ClassVar

from tegoed.errors import Refusal


class CamtRefused(Refusal):
    """The file is not read, or the statements are not written."""

    code: ClassVar[str] = "camt-refused"


class CamtNotWellFormed(CamtRefused):
    """It begins as XML and isn't; params `line`, `column`."""

    code: ClassVar[str] = "camt-not-well-formed"


class CamtCutShort(CamtRefused):
    """The file ends before its last element does; param `line`."""

    code: ClassVar[str] = "camt-cut-short"


class CamtDefinitions(CamtRefused):
    """The file brings a document type or entities: no bank sends those, and they can be used to attack a reader."""

    code: ClassVar[str] = "camt-definitions"


class CamtTooDeep(CamtRefused):
    """Elements inside elements, further than any bank goes; params `path`, `line`, `maximum`."""

    code: ClassVar[str] = "camt-too-deep"


class CamtTooLarge(CamtRefused):
    """More than a bank sends in a day; params `limit` (its name), `found`, `maximum`."""

    code: ClassVar[str] = "camt-too-large"


class CamtWrongMessage(CamtRefused):
    """Another message than a statement; params `found`, `reason` (`camt.052`, `camt.054`, `pain`, or empty)."""

    code: ClassVar[str] = "camt-wrong-message"


class CamtStatementMissing(CamtRefused):
    """The message holds no statement."""

    code: ClassVar[str] = "camt-statement-missing"


class CamtElementMissing(CamtRefused):
    """An element that must be there is not, or is empty."""

    code: ClassVar[str] = "camt-element-missing"


class CamtElementTwice(CamtRefused):
    """An element that may be there once is there again."""

    code: ClassVar[str] = "camt-element-twice"


class CamtElementWrong(CamtRefused):
    """An element with a value that its definition does not allow; param `found`."""

    code: ClassVar[str] = "camt-element-wrong"


class CamtFractionOfCent(CamtRefused):
    """An amount with a part of a cent; it can't be kept in cents. Param `found`."""

    code: ClassVar[str] = "camt-fraction-of-cent"


class CamtCurrencyWrong(CamtRefused):
    """An amount in another currency than the account's; params `expected`, `found`."""

    code: ClassVar[str] = "camt-currency-wrong"


class CamtBalanceMissing(CamtRefused):
    """No booked balance at the begin or at the end; params `reason` (`opening`, `closing`), `found` (the kinds given)."""

    code: ClassVar[str] = "camt-balance-missing"


class CamtBalanceTwice(CamtRefused):
    """More than one balance of a kind: which one holds can't be known. Param `found`, the kind."""

    code: ClassVar[str] = "camt-balance-twice"


class CamtBalanceWrong(CamtRefused):
    """Opening balance plus entries is not the closing balance."""

    code: ClassVar[str] = "camt-balance-wrong"


class CamtDetailsWrong(CamtRefused):
    """The details of an entry do not add up to it."""

    code: ClassVar[str] = "camt-details-wrong"


class CamtCountWrong(CamtRefused):
    """The file counts another number of entries, or of details under an entry."""

    code: ClassVar[str] = "camt-count-wrong"


class CamtTotalsWrong(CamtRefused):
    """The summary's sum is not that of the entries, or a batch's sum not that of its details."""

    code: ClassVar[str] = "camt-totals-wrong"


class CamtNotWritable(CamtRefused):
    """A value that the format can't hold; params `field` and where it makes sense `found`."""

    code: ClassVar[str] = "camt-not-writable"
