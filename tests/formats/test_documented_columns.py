"""The integrator's guide names the columns of both Excel forms as they are."""

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

from tegoed.formats.beneficiary_form import BENEFICIARY_FORM
from tegoed.formats.order_form import ORDER_FORM
from tegoed.formats.workbook.layout import LANGUAGES
from tegoed.formats.workbook.limits import DEFAULT

ROOT = Path(__file__).resolve().parents[2]


@cache
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("form_columns_tool", ROOT / "tools" / "form_columns.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows_of_guide() -> list[list[str]]:
    lines = [line for line in tool().documented().splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_guide_has_the_tables_of_today() -> None:
    assert tool().documented() == tool().tables(), "run: .venv/bin/python tools/form_columns.py update"


def test_every_column_of_both_forms_stands_in_the_guide_once_with_its_four_headings() -> None:
    told = [row for row in rows_of_guide() if len(row) == len(("key", *LANGUAGES, "holds", "beneficiaries", "orders"))]
    headings_by_key = {row[0].strip("`"): row[1:5] for row in told}
    assert len(headings_by_key) == len(told)
    for layout, place in ((BENEFICIARY_FORM, 6), (ORDER_FORM, 7)):
        assert {row[0].strip("`") for row in told if row[place]} == {column.key for column in layout.columns}
        needed = {row[0].strip("`") for row in told if row[place] == "needed"}
        assert needed == {column.key for column in layout.columns if column.is_required}
        for column in layout.columns:
            assert headings_by_key[column.key] == [column.headings[language] for language in LANGUAGES]


def test_the_guide_names_the_limits_of_the_reader() -> None:
    guide = (ROOT / "docs" / "integrator.md").read_text(encoding="utf-8")
    for limit in (
        f"{DEFAULT.row_count_max:,} rows",
        f"{DEFAULT.column_count_max} columns",
        f"{DEFAULT.sheet_count_max} sheets",
    ):
        assert limit in guide
