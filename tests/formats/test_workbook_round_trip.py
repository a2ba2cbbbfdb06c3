"""A form written and read back is the same, whatever stands in it, in every language, with any columns in any order."""

import io
import string
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from workbook_examples import read, read_here

from tegoed.formats.beneficiary_form import BENEFICIARY_FORM
from tegoed.formats.order_form import ORDER_FORM, USUAL_KEYS
from tegoed.formats.workbook.cells import COUNT_MAX, EMPTYING_MARKS, cell_text
from tegoed.formats.workbook.layout import LANGUAGES, ColumnKind
from tegoed.formats.workbook.writer import write_form
from tegoed.rules.identifiers import make_niss

FORMULA_LIKE = [
    "=1+1",
    "+32470",
    "-5",
    "@SUM(A1)",
    '=HYPERLINK("http://x")',
    "http://a.be",
    "<r><t>x</t></r>",
    "0012",
    "1E5",
]
NASTY = ["_x0041_", "a&b<c>", "O'Brien", '"quoted"', "naïve Ünal", "李小龍", "😀", "a\u200db", "]]>", "x" * 80]

texts = (
    st.one_of(
        st.sampled_from(FORMULA_LIKE + NASTY),
        st.text(alphabet=string.ascii_letters + string.digits + " .,;:=+-@<>&'\"_éèïÜßçñ", min_size=1, max_size=30),
    )
    .map(cell_text)
    .filter(bool)
)
days = st.dates(date(1900, 3, 1), date(2099, 12, 31)).map(date.isoformat)
numbers = st.builds(make_niss, birth_on=st.dates(date(1930, 1, 1), date(2020, 12, 31)), serial=st.integers(1, 998))


def values_of(column):
    if column.kind == ColumnKind.IDENTIFIER:
        return numbers
    if column.kind == ColumnKind.CHOICE:
        return st.sampled_from(sorted(column.choices))
    return {
        ColumnKind.TEXT: texts.map(lambda text: text[: column.length_max].strip()).filter(
            lambda text: not (column.can_be_emptied and text in EMPTYING_MARKS)
        ),
        ColumnKind.EMAIL: st.sampled_from(["a.b+c@example.be", "x@y.example"]),
        ColumnKind.DAY: days,
        ColumnKind.MONTH: days.map(lambda day: f"{day[:7]}-01"),
        ColumnKind.EURO: st.integers(0, 10**9),
        ColumnKind.COUNT: st.integers(0, COUNT_MAX),
        ColumnKind.YES_NO: st.booleans(),
    }[column.kind]


@st.composite
def forms(draw):
    layout = draw(st.sampled_from([BENEFICIARY_FORM, ORDER_FORM]))
    required = [column.key for column in layout.columns if column.is_required]
    others = [c.key for c in layout.columns if not c.is_required and c.key != "identifier_is_temporary"]
    chosen = draw(st.lists(st.sampled_from(others), unique=True, min_size=1))
    keys = draw(st.permutations([*required, *chosen]))
    cells = [
        values_of(layout.column(key)) if key == "identifier" else st.none() | values_of(layout.column(key))
        for key in keys
    ]
    rows = draw(st.lists(st.tuples(*cells), min_size=1, max_size=5))
    return layout, keys, rows, draw(st.sampled_from(LANGUAGES))


def written(layout, keys, rows, language, **wishes) -> bytes:
    target = io.BytesIO()
    write_form(target, layout=layout, language=language, keys=keys, rows=rows, **wishes)
    return target.getvalue()


@given(forms())
@settings(max_examples=60, deadline=None)
def test_a_form_written_and_read_back_is_the_same(form) -> None:
    layout, keys, rows, language = form
    head, back, remarks = read_here(written(layout, keys, rows, language), layout=layout)
    assert head.keys == tuple(keys)
    assert remarks == []
    assert [[row["row"], row["identifier"][1]] for row in back] == [
        [number, row[keys.index("identifier")]] for number, row in enumerate(rows, start=2)
    ]
    for row, told in zip(rows, back, strict=True):
        expected = {key: value for key, value in zip(keys, row, strict=True) if key != "identifier"}
        assert {key: told[key] for key in expected} == expected


def test_the_child_process_reads_the_same_as_this_one() -> None:
    rows = [["88022999990", "=cmd|' /C calc'!A0", "eco", 25_000, "2026-12-01"]]
    content = written(ORDER_FORM, ["identifier", "last_name", "product", "amount", "loading_on"], rows, "nl")
    assert read(content) == read_here(content)
    assert read(content)[1][0]["last_name"] == "=cmd|' /C calc'!A0"


def test_nothing_in_a_form_is_a_formula_or_a_link() -> None:
    import zipfile

    rows = [["88022999990", text, "eco"] for text in FORMULA_LIKE]
    content = written(ORDER_FORM, ["identifier", "last_name", "product"], rows, "fr", facts={"=A1": "=B1"})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = b"".join(archive.read(name) for name in archive.namelist())
    assert b"<f>" not in parts
    assert b"hyperlink" not in parts.replace(b"relationships/hyperlink", b"")
    assert b"<t>&lt;r&gt;" in parts


def test_a_temporary_number_comes_back_as_one() -> None:
    keys = ["identifier", "identifier_is_temporary", "last_name"]
    content = written(BENEFICIARY_FORM, keys, [["TMP-12", True, "A"], ["88022999990", False, "B"]], "de")
    _, rows, remarks = read_here(content, layout=BENEFICIARY_FORM)
    assert [row["identifier"] for row in rows] == [["temporary", "TMP-12", []], ["niss", "88022999990", []]]
    assert remarks == []


def test_an_empty_form_says_that_it_has_no_rows() -> None:
    from workbook_examples import refusal_of

    content = written(ORDER_FORM, list(USUAL_KEYS), [], "en")
    refusal = refusal_of(content)
    assert refusal.params == {"reason": "no-rows", "sheet": "Order"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_offers_choices_and_help_and_keeps_the_header_in_sight(language) -> None:
    import zipfile

    content = written(
        ORDER_FORM,
        None,
        [],
        language,
        choices={"site": [f"Plaats {number}, met komma" for number in range(100)], "product": ["meal", "eco"]},
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = archive.read("xl/workbook.xml").decode()
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
        guide = archive.read("xl/worksheets/sheet1.xml").decode()
    assert ORDER_FORM.sheet_names[language] in book
    assert 'state="hidden"' in book
    assert 'state="frozen"' in sheet
    assert "autoFilter" in sheet
    assert sheet.count("<dataValidation ") == len(ORDER_FORM.columns)
    assert "$100" in sheet
    assert ORDER_FORM.columns[0].headings[language] in sheet
    assert ORDER_FORM.columns[0].headings[language] in guide


def test_the_writer_needs_no_more_of_its_library_than_it_has() -> None:
    """`StreamedSheet` builds on what a worksheet keeps inside; a new version that moved it would show here."""
    sheet = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True}).add_worksheet()
    assert {"previous_row", "row_data_fh", "dim_rowmin", "dim_colmax"} <= set(vars(sheet))
    sheet.row_data_fh.close()
