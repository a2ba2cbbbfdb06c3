"""How a spreadsheet is refused as a whole, and the codes of the remarks on its cells.

Its one law: every code here has a sentence with the remedy in `tegoed/refusals/workbook.py`, and no params hold what
stands in an identifier's cell.
"""

from tegoed.errors import Refusal


class WorkbookRefused(Refusal):
    """The file can't be read as the form; nothing of it was used. `reason` says why.

    `empty` · `file-too-large` (`megabytes_max`) · `type` · `web-page` · `password` · `macro` · `damaged` · `bomb` ·
    `entities` · `memory` · `time` · `formula` (`cell`, `sheet`) · `formula-error` (`cell`, `sheet`) ·
    `merged` (`cells`, `sheet`) · `header` · `header-hidden` (`sheet`) · `column-missing` (`heading`: word by language) ·
    `heading-twice` (`heading`, `cells`) · `several-sheets` (`sheets`) · `too-many-sheets` (`count_max`) ·
    `too-many-columns` (`count_max`) · `too-many-rows` (`count_max`) · `no-rows` (`sheet`).
    """

    code = "workbook-refused"


class CellIdentifierUnreadable(Refusal):
    """Reasons: `length` (`digit_count`), `characters`, `check-digits`, `digits-lost`, `date`."""

    code = "cell-identifier"


class CellTextUnreadable(Refusal):
    """Reasons: `too-long` (`length_max`), `date` (the spreadsheet made a date of it), `national-number` (in it)."""

    code = "cell-text"


class CellEmailUnreadable(Refusal):
    code = "cell-email"


class CellDayUnreadable(Refusal):
    """Reasons: `number`, `short-year`, `impossible`, `far` (`year_min`, `year_max`)."""

    code = "cell-day"


class CellMonthUnreadable(Refusal):
    """Reasons: `far` (`year_min`, `year_max`)."""

    code = "cell-month"


class CellCountUnreadable(Refusal):
    """Reasons: `too-large` (`count_max`)."""

    code = "cell-count"


class CellChoiceUnknown(Refusal):
    """`words`: the choices by language, joined."""

    code = "cell-choice"


class CellYesNoUnreadable(Refusal):
    code = "cell-yes-no"


class RowWithoutIdentifier(Refusal):
    code = "row-without-identifier"


class ZerosRestored(Refusal):
    """A warning: the check digits proved which leading zeros the spreadsheet dropped."""

    code = "zeros-restored"


class ColumnUnknown(Refusal):
    """A warning: the column is skipped. `heading`."""

    code = "column-unknown"


class RemarksCut(Refusal):
    """More remarks than are told. `count_max`."""

    code = "remarks-cut"
