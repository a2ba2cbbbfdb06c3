"""A bank's file, whatever its format: `read_bank_file` gives its statements.

Its one law: a file is right as a whole or refused as a whole, by a refusal of its own format. It guesses nothing from the
file's name.
"""

from tegoed.formats.bank_statement import BankStatement
from tegoed.formats.coda import bank_statement_of, read_coda


def read_bank_file(content: bytes, *, is_one_of_several_files: bool) -> list[BankStatement]:
    """The statements of the file, in its order. Raises `coda.CodaRefused`.

    `is_one_of_several_files`: the bank may spread one delivery over files that each announce another one (CODA).
    """
    return [
        bank_statement_of(statement)
        for statement in read_coda(content, is_one_of_several_files=is_one_of_several_files)
    ]
