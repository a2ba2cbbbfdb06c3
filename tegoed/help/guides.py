"""The user guides to the Excel forms as PDF (SPEC H2): made once for each form and language, then kept.

Its one law: they are the same for everybody, so they hold nothing of a client.
"""

from functools import lru_cache

from tegoed.formats.beneficiary_form import BENEFICIARY_FORM
from tegoed.formats.guide_pdf import write_guide_pdf
from tegoed.formats.order_form import ORDER_FORM
from tegoed.formats.workbook.layout import FormLayout
from tegoed.rules.dates import brussels_today

FORMS: dict[str, FormLayout] = {form.key: form for form in (BENEFICIARY_FORM, ORDER_FORM)}
AUTHOR = "Tegoed"


@lru_cache(maxsize=16)
def guide_pdf(form: str, language: str) -> bytes:
    """The guide to one of `FORMS` in one of the four languages. Raises `KeyError` for another form."""
    return write_guide_pdf(FORMS[form], language=language, author=AUTHOR, on=brussels_today())
