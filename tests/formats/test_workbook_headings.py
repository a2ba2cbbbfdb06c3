"""Where the form is in a file: sheets, header, headings; and other kinds of files."""

from datetime import date

import pytest
from workbook_examples import HEADINGS, PERSON, ods, order, read, read_here, refusal_of, workbook, xls

from tegoed.formats.beneficiary_form import BENEFICIARY_FORM
from tegoed.formats.order_form import ORDER_FORM
from tegoed.formats.workbook.layout import LANGUAGES, REMARKS_HEADING
from tegoed.formats.workbook.refusal import WorkbookRefused


@pytest.mark.parametrize("layout", [BENEFICIARY_FORM, ORDER_FORM], ids=lambda layout: layout.key)
def test_every_heading_and_alias_is_recognised_whatever_the_case_and_marks(layout) -> None:
    names = [(*column.headings.values(), *column.aliases) for column in layout.columns]
    for turn in range(max(map(len, names))):
        headings = [f'"  {words[turn % len(words)].upper()} * \n(verplicht)"' for words in names]
        content = ";".join(headings) + "\n" + ";".join("?" for _ in headings)
        head, _, _ = read_here(content.encode(), layout=layout)
        assert head.keys == tuple(column.key for column in layout.columns)


def test_columns_stand_in_any_order_and_unknown_ones_are_skipped_with_a_word() -> None:
    content = order(
        ("a", "Peeters", 250, "eco", "88022999990"),
        headings=["Schoenmaat", "naam", "Bedrag (€)", "product*", "INSZ/NISS"],
    )
    head, rows, remarks = read_here(content)
    assert head.keys == ("last_name", "amount", "product", "identifier")
    assert head.positions == (1, 2, 3, 4)
    assert rows == [
        {
            "row": 2,
            "last_name": "Peeters",
            "amount": 25_000,
            "product": "eco",
            "identifier": ["niss", "88022999990", []],
        }
    ]
    assert [(r.row, r.column, r.code, r.is_warning) for r in remarks] == [(1, 0, "column-unknown", True)]


def test_the_header_is_found_below_a_title_and_beside_empty_columns() -> None:
    rows = [[], ["", "", "Bestelling van NV Peeters"], [], ["", "", *HEADINGS], ["", "", *PERSON]]
    head, found, remarks = read_here(workbook(("Blad1", rows)))
    assert (head.header_row, head.positions) == (4, (2, 3, 4, 5, 6))
    assert found[0]["row"] == 5
    assert remarks == []


def test_remarks_name_row_and_column_as_the_spreadsheet_shows_them() -> None:
    rows = [[], ["", *HEADINGS], ["", *PERSON], [], ["", "88022999990", "X", "eco", "veel", date(2026, 12, 1)]]
    _, found, remarks = read_here(workbook(("Blad1", rows)))
    assert [row["row"] for row in found] == [3, 5]
    assert [(r.row, r.column, r.column_key, r.code) for r in remarks] == [(5, 4, "amount", "amount-invalid")]


def test_a_file_without_our_headings_is_refused() -> None:
    assert refusal_of(order(("x", "y"), headings=["foo", "bar"])).params == {"reason": "header"}


def test_a_needed_column_that_is_missing_is_named_in_every_language() -> None:
    refusal = refusal_of(order(("Peeters", "eco"), headings=["Naam", "Product"]))
    assert refusal.params["reason"] == "column-missing"
    assert set(refusal.params["heading"]) == set(LANGUAGES)


def test_two_columns_that_mean_the_same_are_named() -> None:
    refusal = refusal_of(
        order(("A", "B", *PERSON[2:], PERSON[0]), headings=["Naam", "Achternaam", *HEADINGS[2:], "INSZ"])
    )
    assert refusal.params == {"reason": "heading-twice", "heading": "Achternaam", "cells": "A1, B1"}


def test_hidden_sheets_are_not_looked_at() -> None:
    content = workbook(("Blad1", [HEADINGS, PERSON]), ("Oud", [HEADINGS, PERSON, PERSON]), hidden=["Oud"])
    assert read_here(content)[0].sheet == "Blad1"


def test_a_form_on_a_hidden_sheet_only_is_told() -> None:
    content = workbook(("Blad1", [["iets"]]), ("Weg", [HEADINGS, PERSON]), hidden=["Weg"])
    assert refusal_of(content).params == {"reason": "header-hidden", "sheet": "Weg"}


def test_two_sheets_with_rows_are_refused_by_name() -> None:
    content = workbook(("Jan", [HEADINGS, PERSON]), ("Feb", [HEADINGS, PERSON]))
    assert refusal_of(content).params == {"reason": "several-sheets", "sheets": "Jan, Feb"}


def test_an_empty_second_form_does_no_harm() -> None:
    content = workbook(("Leeg", [HEADINGS]), ("Vol", [HEADINGS, PERSON]), ("Niets", []))
    assert read_here(content)[0].sheet == "Vol"


def test_too_many_sheets_are_refused() -> None:
    content = workbook(*[(f"B{number}", [["x"]]) for number in range(60)])
    assert refusal_of(content).params == {"reason": "too-many-sheets", "count_max": 50}


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_column_of_remarks_is_skipped_without_a_word(language) -> None:
    content = order((*PERSON, "Dit is fout"), headings=[*HEADINGS, REMARKS_HEADING[language]])
    _, rows, remarks = read_here(content)
    assert len(rows) == 1
    assert remarks == []


def test_rows_without_anything_are_left_out_and_rows_without_identifier_remarked() -> None:
    content = order(PERSON, ("", "  ", "", None, None), (None, "Totaal", None, 250, None), PERSON)
    _, rows, remarks = read_here(content)
    assert [row["row"] for row in rows] == [2, 4, 5]
    assert [(r.row, r.column, r.code) for r in remarks] == [(4, 0, "row-without-identifier")]


def test_booleans_are_not_taken_for_the_number_one() -> None:
    content = order(
        ("88022999990", "eco", 1, True),
        ("88022999990", "eco", True, 1),
        headings=["INSZ", "Product", "Aantal", "Tijdelijk nummer"],
    )
    _, rows, remarks = read_here(content)
    assert rows[0]["identifier"] == ["temporary", "88022999990", ["looks-like-national-number"]]
    assert [(r.row, r.column_key) for r in remarks] == [(3, "voucher_count")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_is_read_in_every_usual_writing(encoding, delimiter) -> None:
    amount = "8,50" if delimiter != "," else '"8,50"'
    rows = [
        delimiter.join(["INSZ", "Naam", "Product", "Bedrag"]),
        delimiter.join(["88022999990", "Désiré", "Éco-chèques", amount]),
        "",
    ]
    head, found, remarks = read_here("\r\n".join(rows).encode(encoding), file_name="personeel mei.csv")
    assert head.sheet == "personeel mei"
    assert found == [
        {"row": 2, "identifier": ["niss", "88022999990", []], "last_name": "Désiré", "product": "eco", "amount": 850}
    ]
    assert remarks == []


def test_csv_rows_of_different_lengths_are_read() -> None:
    content = b"INSZ;Product;Naam\n88022999990;eco\n88022999990;eco;X;;;;\n\n;;\n"
    _, rows, remarks = read_here(content)
    assert [(row["row"], row["last_name"]) for row in rows] == [(2, None), (3, "X")]
    assert remarks == []


def test_a_csv_cell_without_end_is_damaged() -> None:
    content = b'INSZ;Product\n"88022999990;eco\n' + b"x" * 200_000
    assert refusal_of(content).params["reason"] == "damaged"


def test_an_xls_is_read() -> None:
    content = xls(["INSZ", "Naam", "Product", "Bedrag"], [88022999990.0, "Désiré", "eco", 8.5])
    head, rows, remarks = read_here(content)
    assert head.sheet == "Blad"
    assert rows == [
        {"row": 2, "identifier": ["niss", "88022999990", []], "last_name": "Désiré", "product": "eco", "amount": 850}
    ]
    assert remarks == []


EMPTY_ODS_ROWS = (
    '<table:table-row table:number-rows-repeated="1048570">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)


def test_an_ods_is_read_and_its_million_empty_rows_are_left_out() -> None:
    head, rows, _ = read_here(ods(HEADINGS[:3], PERSON[:3], below=EMPTY_ODS_ROWS))
    assert head.sheet == "Blad"
    assert [(row["row"], row["product"]) for row in rows] == [(2, "eco")]


def test_an_ods_that_repeats_a_value_over_the_whole_sheet_is_refused() -> None:
    filled = EMPTY_ODS_ROWS.replace(
        "<table:table-cell ", '<table:table-cell office:value-type="float" office:value="1" '
    )
    with pytest.raises(WorkbookRefused):
        read(ods(HEADINGS[:3], PERSON[:3], below=filled))


def test_an_ods_behind_a_password_is_told() -> None:
    assert refusal_of(ods(HEADINGS, manifest="<manifest:encryption-data/>")).params["reason"] == "password"
