"""The client's own workbook comes back with the remarks in place, and can be mended and sent as is."""

import io
import re
import zipfile
from datetime import date, datetime

import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st
from workbook_examples import HEADINGS, PERSON, order, read_here, workbook

from tegoed.formats.order_form import ORDER_FORM
from tegoed.formats.workbook.layout import LANGUAGES, REMARKS_HEADING
from tegoed.formats.workbook.refusal import WorkbookRefused
from tegoed.formats.workbook.remarked import write_remarked


def remarked(content: bytes, remarks=(), *, sheet="Blad1", header_row=1, language="nl", file_name="f.xlsx") -> bytes:
    target = io.BytesIO()
    write_remarked(
        target,
        content=content,
        file_name=file_name,
        layout=ORDER_FORM,
        sheet=sheet,
        header_row=header_row,
        remarks=remarks,
        language=language,
    )
    return target.getvalue()


def cells_of(content: bytes) -> list[list]:
    return list(python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).iter_rows())


def parts_of(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_what_the_client_typed_comes_back_with_the_remarks_beside_it() -> None:
    typed = [
        ["Onze bestelling"],
        [*HEADINGS, "Schoenmaat"],
        [88022999990, "Peeters", "eco", "acht", date(2026, 12, 1), 42],
        ["=1+1", True, "", 12.5, datetime(2026, 12, 1, 13, 5), None],
    ]
    content = workbook(("Mijn blad", typed))
    back = remarked(
        content,
        [(3, 3, "Schrijf een bedrag.", False), (3, 0, "Kijk dit na.", True), (4, None, "Hele rij.", False)],
        sheet="Mijn blad",
        header_row=2,
    )
    rows = cells_of(back)
    assert [row[:6] for row in rows] == [row[:6] for row in cells_of(content)]
    assert [row[6] for row in rows] == ["", REMARKS_HEADING["nl"], "Schrijf een bedrag. Kijk dit na.", "Hele rij."]
    parts = parts_of(back)
    assert "Mijn blad" in parts["xl/workbook.xml"]
    assert "Schrijf een bedrag." in parts["xl/comments1.xml"]
    assert "FFC7CE" in parts["xl/styles.xml"]
    assert "FFEB9C" in parts["xl/styles.xml"]
    assert "<f>" not in parts["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sent_again_it_reads_as_before_without_a_word_on_our_column(language) -> None:
    content = order(PERSON, ("12345", "X", "eco", 3, "morgen"))
    before = read_here(content)
    back = remarked(content, [(3, 0, "=Fout", False)], language=language)
    assert read_here(back) == before


def test_a_second_round_takes_the_place_of_the_first() -> None:
    first = remarked(order(PERSON, PERSON), [(2, 1, "eerste ronde", False), (3, None, "ook eerste", False)])
    second = remarked(first, [(3, 1, "tweede ronde", False)], language="fr")
    rows = cells_of(second)
    assert [len(row) for row in rows] == [6, 6, 6]
    assert [row[5] for row in rows] == [REMARKS_HEADING["fr"], "", "tweede ronde"]


def test_a_column_of_remarks_in_the_middle_keeps_the_cells_in_order() -> None:
    content = workbook(("Blad1", [[*HEADINGS, REMARKS_HEADING["nl"], "Extra"], [*PERSON, "oud", "blijft"]]))
    back = remarked(content, [(2, 1, "nieuw", False)])
    sheet = parts_of(back)["xl/worksheets/sheet1.xml"]
    assert re.findall(r'<c r="([A-Z]+)2"', sheet) == list("ABCDEFG")
    assert cells_of(back)[1][5:] == ["nieuw", "blijft"]


def test_mended_in_place_it_is_accepted() -> None:
    back = remarked(order(("88022999990", "Peeters", "eco", "acht", date(2026, 12, 1))), [(2, 3, "Fout", False)])
    mended = parts_of(back)["xl/worksheets/sheet1.xml"].replace(">acht<", ">8,00<")
    from workbook_examples import edited

    content = edited(back, lambda name, text: mended.encode() if name == "xl/worksheets/sheet1.xml" else text)
    _, rows, remarks = read_here(content)
    assert rows[0]["amount"] == 800
    assert remarks == []


def test_a_remark_on_an_empty_cell_colours_it_and_one_far_below_is_no_trouble() -> None:
    back = remarked(
        order(("88022999990", "Peeters", "eco", None, PERSON[4])), [(2, 3, "Leeg", False), (900, 0, "Weg", False)]
    )
    assert "Leeg" in parts_of(back)["xl/comments1.xml"]
    assert "Weg" not in str(parts_of(back))


def test_a_csv_comes_back_as_a_workbook() -> None:
    content = "INSZ;Naam;Product\n88022999990;Désiré;éco\n".encode("cp1252")
    back = remarked(content, [(2, 2, "Fout", False)], sheet="f", file_name="f.csv")
    assert cells_of(back)[1] == ["88022999990", "Désiré", "éco", "Fout"]


def test_a_sheet_that_is_not_there_is_refused() -> None:
    with pytest.raises(WorkbookRefused):
        remarked(order(PERSON), sheet="Anders")


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=15),
                           st.floats(-1e15, 1e15), st.booleans(), st.dates(date(1900, 3, 1), date(2099, 1, 1))), min_size=3, max_size=3),
        min_size=1, max_size=4,
    ),
    st.lists(st.tuples(st.integers(1, 8), st.none() | st.integers(0, 9), st.text(max_size=10), st.booleans()), max_size=5),
)  # fmt: skip
@settings(deadline=None, max_examples=10)
def test_any_cells_with_any_remarks_come_back_the_same(rows, remarks) -> None:
    content = workbook(("Blad1", [["INSZ", "Product", "Naam"], *rows]))
    before, after = cells_of(content), cells_of(remarked(content, remarks))
    assert [row[:3] for row in after][: len(before)] == before
