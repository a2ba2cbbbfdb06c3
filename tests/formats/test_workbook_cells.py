"""Cells as people and spreadsheets write them."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.errors import Refusal
from tegoed.formats.beneficiary_form import BENEFICIARY_FORM
from tegoed.formats.order_form import ORDER_FORM
from tegoed.formats.workbook import cells
from tegoed.formats.workbook.days import read_day, read_month
from tegoed.formats.workbook.layout import ColumnKind
from tegoed.refusals import sentence_of
from tegoed.rules.identifiers import make_niss

TODAY = date(2026, 11, 23)


def national(value):
    return cells.read_national(value, TODAY)[1]


def reason_of(read, *given) -> str:
    with pytest.raises(Refusal) as caught:
        read(*given)
    return caught.value.params.get("reason", "")


@pytest.mark.parametrize(
    ("value", "cents"),
    [(8.0, 800), (8.000000000000002, 800), (1.1 * 3, 330), ("8,00", 800), ("8.00", 800), ("€ 8,00", 800), ("1.234,56", 123456),
     ("1 234,56", 123456), (0.0, 0), (0.07, 7), (1234567.89, 123456789)],
)  # fmt: skip
def test_amounts_are_read_as_typed_or_stored(value, cents) -> None:
    assert cells.read_euro(value) == cents


@pytest.mark.parametrize(
    ("value", "reason"),
    [(8.005, "decimals"), (-1.0, "negative"), (1e300, "too-large"), (float("nan"), "too-large"), ("1.234", "ambiguous"),
     ("acht", "format"), (date(2026, 1, 8), "format")],
)  # fmt: skip
def test_amounts_that_could_mean_something_else_are_refused(value, reason) -> None:
    assert reason_of(cells.read_euro, value) == reason


@given(st.integers(0, 10**9))
def test_every_amount_survives_being_a_float(cents) -> None:
    assert cells.read_euro(cents / 100) == cents


@pytest.mark.parametrize(
    "value", [88022999990.0, "88022999990", "88.02.29-999.90", " 88 02 29 999 90 ", "'88022999990", '="88022999990"',
              "8.8022999990E10", "8,8022999990E+10"],
)  # fmt: skip
def test_a_national_number_is_read_however_it_is_written(value) -> None:
    assert national(value) == "88022999990"


@given(st.builds(make_niss, birth_on=st.dates(date(2000, 1, 1), date(2009, 12, 31)), serial=st.integers(1, 998)))
def test_lost_zeros_are_put_back_and_told(number) -> None:
    restored = national(float(number))
    assert restored == number
    assert isinstance(restored, cells.Restored)
    assert not isinstance(national(number), cells.Restored)


@pytest.mark.parametrize(
    ("value", "reason"),
    [("8.8023E+10", "digits-lost"), (88023000000.0, "digits-lost"), ("88022999970", "check-digits"), ("TMP12", "characters"),
     ("123", "length"), (date(1988, 2, 29), "date"), (88022999990.5, "length")],
)  # fmt: skip
def test_numbers_the_spreadsheet_spoilt_are_refused(value, reason) -> None:
    assert reason_of(national, value) == reason


def test_a_refused_number_is_not_among_the_facts() -> None:
    with pytest.raises(Refusal) as caught:
        national("88022999970")
    assert "88022999970" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "day"),
    [(date(1988, 2, 29), "1988-02-29"), (datetime(1988, 2, 29, 13, 5), "1988-02-29"), ("29/02/1988", "1988-02-29"),
     ("29-2-1988", "1988-02-29"), ("29.02.1988", "1988-02-29"), ("1988-02-29", "1988-02-29"), ("1988-02-29T00:00:00", "1988-02-29"),
     ("29/02/1988 00:00", "1988-02-29"), ("29 februari 1988", "1988-02-29"), ("1er août 2001", "2001-08-01"),
     ("3. März 1999", "1999-03-03"), ("19880229", "1988-02-29"), ("29021988", "1988-02-29"), (19880229.0, "1988-02-29"),
     ("20121987", "1987-12-20")],
)  # fmt: skip
def test_days_are_read_day_first(value, day) -> None:
    assert read_day(value) == day


@pytest.mark.parametrize(
    ("value", "reason"),
    [("31/02/2026", "impossible"), ("02/13/1988", "impossible"), ("29/02/88", "short-year"), (32202.0, "number"),
     ("32202", ""), (time(1, 2), "number"), (timedelta(3), "number"), ("29/02/0988", "far"), ("soon", ""), ("１/２/2026", "")],
)  # fmt: skip
def test_days_that_could_be_another_are_refused(value, reason) -> None:
    assert reason_of(read_day, value) == reason


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_is_the_same_in_every_spelling(day) -> None:
    for pattern in ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%Y%m%d", "%d%m%Y", "%d.%m.%Y"):
        assert read_day(day.strftime(pattern)) == day.isoformat()


@pytest.mark.parametrize(
    "value", ["2026-01", "01/2026", "1/2026", "1-2026", "2026/1", "januari 2026", "Janvier 2026", "January 2026", "Januar 2026",
              "jan. 2026", "JAN-2026", date(2026, 1, 17), "17/01/2026", 202601.0, "202601"],
)  # fmt: skip
def test_months_are_read_in_figures_and_words(value) -> None:
    assert read_month(value) == "2026-01-01"


@pytest.mark.parametrize("value", ["13/2026", "2026", 46023.0, "januari", "", time(1)])
def test_what_is_no_month_is_refused(value) -> None:
    with pytest.raises(Refusal):
        read_month(value)


@pytest.mark.parametrize(
    ("value", "count"), [(20.0, 20), ("20", 20), ("20,00", 20), ("20.0", 20), (0.0, 0), (19.9999999999, 20)]
)
def test_counts_are_whole_numbers(value, count) -> None:
    assert cells.read_count(value) == count


@pytest.mark.parametrize(
    "value", [-1.0, 20.5, "20,5", "twintig", True, float("inf"), float("nan"), 1e18, date(2026, 1, 20), "²"]
)
def test_what_is_no_count_is_refused(value) -> None:
    with pytest.raises(Refusal):
        cells.read_count(value)


@pytest.mark.parametrize("value", ["ja", "JA", "Oui", "yes", "Ja.", "x", "X", "1", 1.0, "true", True, "vrai", "✓"])
def test_yes_in_four_languages(value) -> None:
    assert cells.read_yes_no(value) is True


@pytest.mark.parametrize("value", ["nee", "Neen", "non", "no", "Nein", "0", 0.0, "FALSE", False, "n"])
def test_no_in_four_languages(value) -> None:
    assert cells.read_yes_no(value) is False


@pytest.mark.parametrize("value", ["misschien", 2.0, date(2026, 1, 1), "janee"])
def test_neither_yes_nor_no_is_refused(value) -> None:
    with pytest.raises(Refusal):
        cells.read_yes_no(value)


@pytest.mark.parametrize(
    ("value", "code"),
    [("Maaltijdcheques", "meal"), ("maaltijdcheque", "meal"), ("CHEQUES-REPAS", "meal"), ("chèques repas", "meal"),
     ("Eco vouchers", "eco"), ("ökoschecks", "eco"), ("sport_culture", "sport_culture"), ("Sport- und Kulturschecks", "sport_culture")],
)  # fmt: skip
def test_choices_are_read_in_any_language_and_spelling(value, code) -> None:
    assert cells.choice_reader(ORDER_FORM.column("product"))(value) == code


def test_an_unknown_choice_names_those_there_are() -> None:
    with pytest.raises(Refusal) as caught:
        cells.choice_reader(ORDER_FORM.column("card_delivery"))("naar de maan")
    assert caught.value.params["words"]["fr"] == "Lieu de travail, Domicile"


@pytest.mark.parametrize(
    ("value", "text"),
    [("  Jan \t de\nWit ", "Jan de Wit"), ("a\u00a0b", "a b"), ("x\x00y\x07", "xy"), ("\u202eevil", "evil"), (12.0, "12"),
     (12.5, "12.5"), ("e\u0301", "é"), ("\ufeffa", "a")],
)  # fmt: skip
def test_text_is_cleaned_of_what_nobody_sees(value, text) -> None:
    assert cells.read_text(value, 80) == text


def test_a_text_that_became_a_date_is_refused() -> None:
    assert reason_of(cells.read_text, date(2026, 2, 1), 80) == "date"


@pytest.mark.parametrize("text", ["88022999990", "nr. 88.02.29-999.90", 88022999990.0])
def test_a_national_number_is_no_name(text) -> None:
    assert reason_of(cells.read_text, text, 80) == "national-number"


def test_a_text_too_long_is_refused_with_the_limit() -> None:
    with pytest.raises(Refusal) as caught:
        cells.read_text("x" * 31, 30)
    assert caught.value.params == {"reason": "too-long", "length_max": 30}


@pytest.mark.parametrize("value", ["jan", "jan@", "@x.be", "a b@x.be", "a@b", "a@-x.be", "a@x.be\nb@y.be", 5.0])
def test_what_is_no_email_address_is_refused(value) -> None:
    with pytest.raises(Refusal):
        cells.read_email(value, 254)


ANYTHING = st.one_of(
    st.text(max_size=40), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.times(), st.timedeltas()
)


READ_AS = dict.fromkeys(ColumnKind, (list, tuple, str, int, bool)) | {
    ColumnKind.TEXT: str,
    ColumnKind.EMAIL: str,
    ColumnKind.DAY: str,
    ColumnKind.MONTH: str,
    ColumnKind.EURO: int,
    ColumnKind.COUNT: int,
    ColumnKind.CHOICE: str,
    ColumnKind.YES_NO: bool,
}


@given(ANYTHING)
def test_any_value_in_any_column_is_read_or_refused(value) -> None:
    for column in ORDER_FORM.columns:
        refused = read = None
        try:
            read = cells.reader_of(column, today=TODAY)(value)
        except Refusal as refusal:
            refused = refusal
        assert read is None or isinstance(read, READ_AS[column.kind]), (column.key, value, read)
        assert refused is None or sentence_of(refused) is not None, refused


@given(
    st.sampled_from(BENEFICIARY_FORM.columns), st.sampled_from(cells.EMPTYING_MARKS), st.sampled_from(["", " ", "\n"])
)
def test_a_dash_alone_empties_only_what_may_be_empty(column, mark, space) -> None:
    read = cells.reader_of(column, today=TODAY)
    value = f"{space}{mark}{space}"
    if column.key in {"email", "staff_number", "cost_centre", "home_street", "home_postcode", "home_town"}:
        assert read(value) == ""
    elif column.kind == ColumnKind.TEXT:
        assert read(value) == mark
    else:
        with pytest.raises(Refusal):
            read(value)


@given(st.sampled_from(["staff_number", "cost_centre"]), st.text(alphabet="-–—A1 ", min_size=2, max_size=20))
def test_more_than_a_dash_is_kept_as_it_is(key, text) -> None:
    kept = cells.cell_text(text)
    expected = "" if kept in cells.EMPTYING_MARKS else kept
    assert cells.reader_of(BENEFICIARY_FORM.column(key), today=TODAY)(text) == expected
