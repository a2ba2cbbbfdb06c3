"""The form on which a client hands in beneficiaries: its columns and its guide, in four languages (SPEC B6).

Its one law: an empty cell or a column left out changes nothing; only `identifier` must be there. Headings, help, aliases
and choices stand in `person_columns.json` (who the person is, shared with the order form) and `beneficiary_columns.json`
(whether active, and what the person usually gets). It knows no beneficiary: see `beneficiaries`.
"""

from pathlib import Path

from tegoed.formats.workbook.layout import FormLayout, columns_of_file, words_of_file

_FOLDER = Path(__file__).parent

BENEFICIARY_FORM = FormLayout(
    key="beneficiaries",
    **words_of_file(_FOLDER / "beneficiary_form.json"),
    columns=(
        *columns_of_file(_FOLDER / "person_columns.json"),
        *columns_of_file(_FOLDER / "beneficiary_columns.json"),
    ),
)
