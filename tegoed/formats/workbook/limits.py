"""How much of a spreadsheet is read at most.

Its one law: each limit has a name and a reason here; nothing that a file says about itself moves it.
Measured on a form of 100,000 rows as we write it, with 16 columns: 7 MB, 84 MB inflated, 165 MB of memory to read.
"""

from dataclasses import asdict, dataclass
from typing import Any

_MEGABYTE = 1_000_000

FILE_BYTES_MAX = 32 * _MEGABYTE
"""The most that is read, and that an installation may set as its own limit (`TEGOED_UPLOAD_BYTES_MAX`)."""
REMARKS_MAX = 10_000
"""Errors of one file that are told one by one, and as many warnings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """The limits of one reading.

    `inflated_bytes_max`: all members of the archive together, really inflated: twice an honest 100,000-row form, under the
    170 MB of a small bomb. `inflation_ratio_max`: of one member above `inflation_floor_bytes`; honest sheets stay
    under 60. `silence_seconds_max`: how long the child may say nothing; `cpu_seconds_max`: its computing in all.
    `error_count_max` and `warning_count_max`: remarks told; a file with more has one remark that says so.
    """

    file_bytes_max: int = FILE_BYTES_MAX
    inflated_bytes_max: int = 160 * _MEGABYTE
    inflation_ratio_max: int = 200
    inflation_floor_bytes: int = 10 * _MEGABYTE
    member_count_max: int = 1_000
    sheet_count_max: int = 50
    row_count_max: int = 200_000
    column_count_max: int = 256
    header_row_max: int = 20
    batch_row_count: int = 5_000
    error_count_max: int = REMARKS_MAX
    warning_count_max: int = REMARKS_MAX
    memory_bytes_max: int = 768 * _MEGABYTE
    cpu_seconds_max: int = 60
    silence_seconds_max: int = 60

    def as_facts(self) -> dict[str, Any]:
        """The limits as a JSON object; `ReadLimits(**facts)` reads it back."""
        return asdict(self)


DEFAULT = ReadLimits()
