"""The Excel form that Alice filled in."""

from collections.abc import Sequence
from io import BytesIO

from tegoed.demo.people import InventedPerson
from tegoed.formats.beneficiary_form import BENEFICIARY_FORM
from tegoed.formats.workbook.writer import write_form

COLUMNS = (
    "identifier", "last_name", "first_name", "birth_on", "gender", "card_delivery", "site",
    "meal_voucher_count", "meal_face_value",
)  # fmt: skip
USUAL_VOUCHERS, USUAL_FACE_VALUE_CENTS = 20, 800


def beneficiary_form_of(people: Sequence[InventedPerson], *, site_names: Sequence[str]) -> bytes:
    """A row for each: 20 meal vouchers of 8 €, the card goes to the workplace."""
    target = BytesIO()
    rows = [
        [
            person.niss,
            person.last_name,
            person.first_name,
            person.birth_on.isoformat(),
            person.gender,
            "site",
            site_names[person.site_number],
            USUAL_VOUCHERS,
            USUAL_FACE_VALUE_CENTS,
        ]
        for person in people
    ]
    write_form(target, layout=BENEFICIARY_FORM, language="en", keys=COLUMNS, rows=rows, choices={"site": site_names})
    return target.getvalue()
