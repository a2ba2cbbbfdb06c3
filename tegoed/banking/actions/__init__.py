"""Writes on bank statements. `tegoed.flows` tells the whole stories.

`statements` keeps, reads and checks files · `chain` what is booked already and what may come next · `placing` finds the
place of each line · `returns` what the bank takes back · `allocations` what staff place, undo and explain · `proposing` what
a line in suspense could be for · `corrections` four eyes.
"""

from tegoed.banking.actions.placing import PlacedLine, lock_named_invoices, place_movements
from tegoed.banking.actions.statements import (
    StatementToBook,
    keep_statement,
    keep_statement_file,
    mark_file_booked,
    mark_file_refused,
    open_content,
    statements_to_book,
)

__all__ = [
    "PlacedLine",
    "StatementToBook",
    "keep_statement",
    "keep_statement_file",
    "lock_named_invoices",
    "mark_file_booked",
    "mark_file_refused",
    "open_content",
    "place_movements",
    "statements_to_book",
]
