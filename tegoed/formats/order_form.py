"""The order form: who gets which vouchers, how many, and when; its columns and its guide in four languages (SPEC O2).

Its one law: one row is one person and one product; several products, sites and cost centres may stand in one file.
Headings, help, aliases and choices stand in `person_columns.json` (who the person is, shared with the beneficiary form),
`order_columns.json` (what everybody needs) and `order_extra_columns.json` (what some contracts need). It knows no order
and no price: see `orders`.
"""

from pathlib import Path

from tegoed.formats.workbook.layout import FormLayout, columns_of_file, words_of_file

_FOLDER = Path(__file__).parent
_PERSON = {column.key: column for column in columns_of_file(_FOLDER / "person_columns.json")}

USUAL_KEYS = (
    "identifier",
    "last_name",
    "first_name",
    "birth_on",
    "language",
    "card_delivery",
    "site",
    "cost_centre",
    "product",
    "voucher_count",
    "face_value",
    "amount",
    "loading_on",
)
"""The columns of the form as handed out, before what the client's contracts add."""

ORDER_FORM = FormLayout(
    key="orders",
    **words_of_file(_FOLDER / "order_form.json"),
    columns=(
        *(_PERSON[key] for key in USUAL_KEYS if key in _PERSON),
        *columns_of_file(_FOLDER / "order_columns.json"),
        *columns_of_file(_FOLDER / "order_extra_columns.json"),
        *(column for key, column in _PERSON.items() if key not in USUAL_KEYS),
    ),
)
