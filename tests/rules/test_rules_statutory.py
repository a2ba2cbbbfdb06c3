"""The dated figures of the law: what is shipped, how it is looked up, and what the loader refuses."""

import csv
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_testdata import FOLDER

from tegoed.rules.statutory import (
    StatutoryDataError,
    all_parameters,
    read_parameters,
    source_reference,
    statutory_cents,
    statutory_value,
)

HEADER = "product,parameter,value,unit,from,to,status,sources\n"
SOURCES = {"1": "somewhere"}
READ_FROM_THEIR_SOURCES = {("eco", "agreement", None, None)}
"""Taken from the listed sources themselves, after the facts beside the checkout were written down."""


def read(*rows):
    return read_parameters(HEADER + "\n".join(rows) + "\n", sources=SOURCES)


@pytest.mark.parametrize(
    ("product", "name", "on", "cents"),
    [
        ("meal", "face_value_max_exempt", date(2015, 12, 31), 700),
        ("meal", "face_value_max_exempt", date(2016, 1, 1), 800),
        ("meal", "face_value_max_exempt", date(2025, 12, 31), 800),
        ("meal", "face_value_max_exempt", date(2026, 1, 1), 1000),
        ("meal", "employer_share_max", date(2025, 12, 1), 691),
        ("meal", "employer_share_max", date(2026, 1, 1), 891),
        ("meal", "worker_share_min", date(2026, 1, 1), 109),
        ("eco", "annual_max", date(2026, 1, 1), 25000),
        ("gift", "annual_max_end_of_year", date(2016, 12, 31), 3500),
        ("gift", "annual_max_end_of_year", date(2017, 1, 1), 4000),
        ("sport_culture", "annual_max", date(2026, 1, 1), 10000),
        ("consumption", "reactivation_fee_next_max", date(2026, 1, 1), 500),
        ("gift", "annual_max_end_of_year", date(2002, 12, 31), None),
        ("meal", "no_such_parameter", date(2026, 1, 1), None),
        ("no_such_product", "annual_max", date(2026, 1, 1), None),
        ("consumption", "annual_max", date(2026, 1, 1), None),
    ],
)
def test_the_figure_of_the_day_is_found(product, name, on, cents):
    assert statutory_cents(product, name, on) == cents


def test_the_employer_share_and_the_worker_share_make_the_face_value():
    for on in (date(2014, 6, 1), date(2020, 6, 1), date(2026, 6, 1)):
        shares = statutory_cents("meal", "employer_share_max", on) + statutory_cents("meal", "worker_share_min", on)
        assert shares == statutory_cents("meal", "face_value_max_exempt", on)


def test_only_verified_or_derived_rows_are_shipped():
    assert len(all_parameters()) > 60
    assert all(parameter.status.startswith(("verified", "derived")) for parameter in all_parameters())
    assert statutory_value("meal", "face_value_max_announced", date(2026, 1, 1)) is None
    assert statutory_value("invoice", "vat_service_fee", date(2026, 1, 1)) is None


def test_every_figure_has_a_source_that_is_listed():
    for parameter in all_parameters():
        assert parameter.sources
        assert all(source_reference(number).startswith("http") for number in parameter.sources)


def test_the_shipped_rows_are_the_facts_they_were_taken_from():
    path = FOLDER.parent / "law" / "statutory_parameters.csv"
    if not path.exists():
        pytest.skip("the facts are not beside this checkout")
    with path.open(encoding="utf-8", newline="") as file:
        facts = [row for row in csv.DictReader(file) if row["status"].startswith(("verified", "derived"))]
    shipped = {(row.product, row.name, row.from_on, row.to_on): row for row in all_parameters()}
    for fact in facts:
        for product in fact["type"].split(";"):
            period = [date.fromisoformat(fact[end]) if fact[end] else None for end in ("from", "to")]
            row = shipped.pop((product, fact["parameter"], *period))
            assert (row.value, row.unit) == (fact["value"], fact["unit"])
    assert set(shipped) == READ_FROM_THEIR_SOURCES


@given(
    st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.sampled_from([(row.product, row.name) for row in all_parameters()])
)
def test_the_row_found_holds_on_the_day_and_is_the_only_one(on, key):
    holding = [row for row in all_parameters() if (row.product, row.name) == key and row.holds_on(on)]
    assert len(holding) <= 1
    assert statutory_value(*key, on) == (holding[0] if holding else None)


def test_a_figure_in_other_units_is_no_money():
    with pytest.raises(ValueError, match="months"):
        statutory_cents("meal", "validity", date(2026, 1, 1))
    with pytest.raises(ValueError, match="whole cents"):
        read("p,x,1.005,EUR,,,verified,1")[0].cents  # noqa: B018 - the question itself raises


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (",2020-01-01", "2020-01-01,"),
        (",", "2020-01-01,"),
        (",", ","),
        ("2020-01-01,2020-12-31", "2020-06-01,2020-06-30"),
        ("2020-06-01,2020-06-30", ",2021-01-01"),
    ],
)
def test_overlapping_periods_are_refused_by_name(first, second):
    rows = [f"meal,worker_share_min,1.09,EUR,{period},verified,1" for period in (first, second)]
    with pytest.raises(StatutoryDataError, match="overlap: meal,worker_share_min"):
        read(*rows)


def test_an_overlap_within_a_row_of_several_products_is_seen():
    with pytest.raises(StatutoryDataError, match="overlap: eco,x"):
        read("meal;eco,x,1,count,,,verified,1", "eco,x,2,count,2020-01-01,,verified,1")


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_periods_that_touch_do_not_overlap(last_day):
    next_day = last_day + timedelta(days=1)
    rows = read(f"p,x,2,count,{next_day},,verified,1", f"p,x,1,count,,{last_day},derived,1")
    assert [row.holds_on(last_day) for row in rows] == [False, True]
    assert [row.holds_on(next_day) for row in rows] == [True, False]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("meal,x,1,EUR,,,unverified,1", "not verified: meal,x"),
        ("meal,x,1,EUR,,,verified,2", "source not listed: meal,x"),
        ("meal,x,1,EUR,,,verified,", "source not listed: meal,x"),
        ("meal,x,1,EUR,2021-01-01,2020-01-01,verified,1", "ends before it starts: meal,x"),
    ],
)
def test_a_row_that_can_not_be_trusted_is_refused_by_name(row, message):
    with pytest.raises(StatutoryDataError, match=message):
        read(row)
