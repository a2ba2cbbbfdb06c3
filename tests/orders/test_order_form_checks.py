"""What an order form may not ask: each finding names the row, the column and the remedy, and then nothing is stored."""

from datetime import date, timedelta

import pytest
from cast import draft_of, hire
from order_forms import KEYS, drafts_of, eco_row, meal_row, newcomer, remarks_of_form, staged_form, taken, workbook
from story import confirmed

from tegoed.beneficiaries.models import Beneficiary, Person, PersonIdentifier
from tegoed.clients.models import Issuer
from tegoed.flows.read_upload import read_upload
from tegoed.flows.receive_upload import receive_upload
from tegoed.flows.take_order_form import take_order_form
from tegoed.orders.actions import LineWish, set_order_lines, start_order
from tegoed.refusals import MESSAGES
from tegoed.rules.dates import brussels_today
from tegoed.rules.products import Product
from tegoed.uploads.actions import NewRemark, add_remarks
from tegoed.uploads.models import Upload, UploadKind, UploadState


def assert_refused(upload, *expected: tuple[int, str, str, str]) -> None:
    """With these remarks, each with a sentence, and nothing stored."""
    assert remarks_of_form(upload) == list(expected)
    assert upload.state == UploadState.REFUSED
    assert drafts_of(upload) == []
    for _row, _column, code, reason in expected:
        message = MESSAGES[code]
        assert reason in message if isinstance(message, dict) and reason else message


def test_a_product_without_contract_is_named_once_with_its_rows(cast) -> None:
    hire(cast.garage, 3)
    upload = taken(cast.garage, [eco_row(0), meal_row(1), eco_row(2)])
    assert_refused(upload, (5, "product", "order-form-contract-missing", ""))
    assert upload.remarks.get().params == {"product": "eco", "row_count": 2, "rows": "5, 7"}


def test_without_product_the_only_contract_counts(cast) -> None:
    hire(cast.garage, 1)
    upload = taken(cast.garage, [meal_row(0, product=None)])
    assert [order.product for order in drafts_of(upload)] == ["meal"]


def test_without_product_and_with_two_contracts_the_cell_is_asked_for(cast) -> None:
    hire(cast.bakery, 1)
    assert_refused(
        taken(cast.bakery, [meal_row(0, product=None)]), (5, "product", "order-form-cell-missing", "product")
    )


def read_from_file(client, rows: list[dict], keys: list[str]) -> Upload:
    """As the client sends it and the worker reads it."""
    upload = receive_upload(
        client=client,
        kind=UploadKind.ORDERS,
        file_name="bestelling.xlsx",
        content=workbook(rows, keys=keys),
        wishes={},
        actor=None,
    )
    read_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    return upload


def test_the_product_column_may_be_missing_where_one_contract_tells_it(cast) -> None:
    hire(cast.garage, 1)
    hire(cast.bakery, 1)
    keys = [key for key in KEYS if key != "product"]
    upload = read_from_file(cast.garage, [meal_row(0)], keys)
    assert [order.product for order in drafts_of(upload)] == ["meal"]
    refused = read_from_file(cast.bakery, [meal_row(0)], keys)
    assert (refused.state, refused.refusal_code) == (UploadState.REFUSED, "workbook-refused")
    assert refused.refusal_params["reason"] == "column-missing"
    assert refused.refusal_params["heading"]["en"] == "Product"


@pytest.mark.parametrize(
    ("facts", "column_key", "code", "reason"),
    [
        ({"loading_on": None}, "loading_on", "order-form-cell-missing", "loading_on"),
        ({"loading_on": date(2020, 1, 1)}, "loading_on", "loading-date-impossible", "past"),
        ({"loading_on": date(2099, 1, 1)}, "loading_on", "loading-date-impossible", "too-far"),
        ({"month_on": date(2019, 1, 1)}, "month_on", "month-impossible", "too-old"),
        ({"face_value": None}, "face_value", "order-form-cell-missing", "face_value"),
        ({"voucher_count": None, "amount": 160_00}, "voucher_count", "order-form-cell-missing", "voucher_count"),
        ({"voucher_count": 32}, "voucher_count", "voucher-count-impossible", ""),
        ({"amount": 161_00}, "amount", "amount-impossible", "product-differs"),
        ({"face_value": 0}, "face_value", "face-value-impossible", ""),
        ({"worker_share": 50}, "worker_share", "worker-share-below-minimum", "share"),
    ],
)
def test_a_meal_row_is_held_against_the_rules(cast, facts, column_key, code, reason) -> None:
    hire(cast.bakery, 2)
    upload = taken(cast.bakery, [meal_row(0), meal_row(1, **facts)])
    assert_refused(upload, (6, column_key, code, reason))


@pytest.mark.parametrize(
    ("facts", "column_key", "code"),
    [
        ({"voucher_count": 5, "face_value": 50_00, "amount": None}, "face_value", "face-value-above-maximum"),
        ({"voucher_count": 5, "face_value": 50_00, "amount": 250_00}, "face_value", "face-value-above-maximum"),
        ({"voucher_count": None, "face_value": 10_01, "amount": 100_00}, "face_value", "face-value-above-maximum"),
        ({"voucher_count": 5, "face_value": 10_00, "amount": 60_00}, "amount", "amount-impossible"),
    ],
)
@pytest.mark.parametrize("allows_above_maximum", [False, True])
def test_an_eco_voucher_is_worth_what_the_law_allows_where_its_value_is_told(
    cast, facts, column_key, code, allows_above_maximum
) -> None:
    """The line keeps the amount only, so nobody could give a reason for the value later: it never passes."""
    Issuer.objects.update(allows_above_maximum=allows_above_maximum)
    hire(cast.bakery, 2)
    upload = taken(cast.bakery, [eco_row(0), eco_row(1, **facts)])
    assert_refused(upload, (6, column_key, code, "product-differs" if code == "amount-impossible" else ""))


@pytest.mark.parametrize(
    "facts",
    [
        {"voucher_count": 5, "face_value": 10_00, "amount": None},
        {"voucher_count": 5, "face_value": 10_00, "amount": 50_00},
        {"voucher_count": 0, "face_value": 0, "amount": 50_00},
        {"voucher_count": 5, "amount": 50_00},
    ],
)
def test_eco_vouchers_may_be_told_as_number_and_value(cast, facts) -> None:
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [eco_row(0, **facts)])
    assert remarks_of_form(upload) == []
    assert [line.amount_cents for line in drafts_of(upload)[0].lines.all()] == [50_00]


def test_the_face_value_of_the_month_of_performance_counts(cast) -> None:
    hire(cast.bakery, 1)
    december = meal_row(0, face_value=1000, month_on=date(2025, 12, 1))
    codes = [code for _row, _column, code, _reason in remarks_of_form(taken(cast.bakery, [december]))]
    assert codes[0] == "face-value-above-maximum"
    ready = taken(cast.bakery, [meal_row(0, face_value=1000, month_on=date(2026, 1, 1))])
    assert ready.state == UploadState.READY


def test_the_year_counts_earlier_orders_and_the_rows_above(cast) -> None:
    people = hire(cast.bakery, 3)
    order = start_order(client=cast.bakery, product=Product.ECO, reference="", loading_on=brussels_today(), actor=None)
    wishes = [LineWish(beneficiary_id=people[0].pk, amount_cents=200_00)]
    confirmed(set_order_lines(client=cast.bakery, order_id=order.pk, wishes=wishes, actor=None))
    later = brussels_today() + timedelta(days=1)
    month = brussels_today().replace(day=1)
    upload = taken(
        cast.bakery,
        [
            eco_row(0, 60_00),
            eco_row(1, 150_00),
            eco_row(2, 250_00),
            eco_row(1, 150_00, loading_on=later, month_on=month),
        ],
    )
    assert_refused(
        upload,
        (5, "amount", "amount-above-yearly-maximum", ""),
        (8, "amount", "amount-above-yearly-maximum", ""),
    )
    assert [remark.params["ordered_this_year_cents"] for remark in upload.remarks.order_by("row")] == [200_00, 150_00]


def test_the_same_person_twice_names_the_other_row(cast) -> None:
    hire(cast.bakery, 2)
    upload = taken(cast.bakery, [meal_row(0), meal_row(1), meal_row(0, voucher_count=5)])
    assert_refused(upload, (7, "identifier", "order-form-person-twice", ""))
    assert upload.remarks.get().params == {"row": 5}


def test_the_same_person_for_two_products_or_two_days_is_fine(cast) -> None:
    hire(cast.bakery, 1)
    tomorrow = brussels_today() + timedelta(days=1)
    upload = taken(cast.bakery, [meal_row(0), eco_row(0), meal_row(0, loading_on=tomorrow)])
    assert upload.state == UploadState.READY
    assert len(drafts_of(upload)) == 3


@pytest.mark.parametrize(
    ("column_key", "other"), [("last_name", "Dubois"), ("first_name", "Jan"), ("birth_on", date(1990, 1, 1))]
)
def test_one_number_with_two_names_is_refused(cast, column_key, other) -> None:
    rows = [meal_row(0, **newcomer(0)), eco_row(0, **newcomer(0) | {column_key: other})]
    assert_refused(taken(cast.bakery, rows), (6, column_key, "order-form-rows-disagree", column_key))
    assert not Person.objects.exists()


def test_names_that_differ_in_accents_only_are_one_name(cast) -> None:
    rows = [
        meal_row(0, **newcomer(0, last_name="De Smet", first_name="Élodie")),
        eco_row(0, **newcomer(0, last_name="DESMET", first_name="Elodie")),
    ]
    upload = taken(cast.bakery, rows)
    assert upload.state == UploadState.READY
    assert str(Beneficiary.objects.get()) == "De Smet Élodie"


def test_somebody_inactive_is_named_with_the_remedy(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    person.is_active = False
    person.save()
    upload = taken(cast.bakery, [meal_row(0)])
    assert_refused(upload, (5, "identifier", "order-form-person-inactive", ""))
    assert upload.remarks.get().params == {"beneficiary": str(person)}


def test_what_the_form_says_differently_is_a_warning_and_changes_nothing(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    rows = [meal_row(0, last_name="Anders", first_name=person.first_name.upper(), birth_on=date(1999, 1, 1))]
    upload = taken(cast.bakery, rows)
    assert remarks_of_form(upload) == [
        (5, "last_name", "order-form-person-differs", "last_name"),
        (5, "birth_on", "order-form-person-differs", "birth_on"),
    ]
    assert (upload.state, upload.warning_count) == (UploadState.READY, 2)
    name = str(person)
    person.refresh_from_db()
    assert str(person) == name


@pytest.mark.parametrize(
    ("facts", "column_key", "reason"),
    [
        ({"last_name": None}, "last_name", "last_name"),
        ({"first_name": ""}, "first_name", "first_name"),
        ({"birth_on": None}, "birth_on", "birth_on"),
        ({"site": "Maan"}, "site", "site-unknown"),
        ({"site": None}, "site", "site"),
        ({"card_delivery": None, "site": None}, "site", "site"),
        ({"card_delivery": "home", "home_street": "Dorp 1", "home_town": "Gent"}, "home_street", "home"),
    ],
)
def test_somebody_unknown_must_be_complete(cast, facts, column_key, reason) -> None:
    upload = taken(cast.bakery, [meal_row(0, **newcomer(0, **facts))])
    assert_refused(upload, (5, column_key, "order-form-newcomer-incomplete", reason))
    assert not Person.objects.exists()


def test_nobody_new_is_born_after_today(cast) -> None:
    upload = taken(cast.bakery, [meal_row(0, **newcomer(0, birth_on=brussels_today() + timedelta(days=1)))])
    assert_refused(upload, (5, "birth_on", "birth-date-in-future", ""))
    assert not Person.objects.exists()


def test_somebody_new_who_looks_like_a_person_with_a_temporary_number_is_a_warning(cast) -> None:
    (person,) = hire(cast.bakery, 1)
    PersonIdentifier.objects.update(kind="temporary")
    facts = newcomer(1, last_name=person.last_name.upper(), first_name=person.first_name, birth_on=person.birth_on)
    upload = taken(cast.bakery, [meal_row(1, **facts)])
    assert remarks_of_form(upload) == [(5, "identifier", "looks-like-known", "")]
    assert upload.state == UploadState.READY


def test_a_closed_site_is_no_place_for_a_card(cast) -> None:
    cast.bakery.sites.filter(name="Winkel").update(is_active=False)
    upload = taken(cast.bakery, [meal_row(0, **newcomer(0, site="Winkel"))])
    assert_refused(upload, (5, "site", "order-form-newcomer-incomplete", "site-unknown"))


def test_another_clients_people_and_sites_are_unknown_here(cast) -> None:
    hire(cast.garage, 1)
    upload = taken(cast.bakery, [meal_row(0, site="Garage")])
    assert {reason for _row, _column, _code, reason in remarks_of_form(upload)} == {
        "last_name",
        "first_name",
        "birth_on",
        "site-unknown",
    }


def test_a_form_that_asks_for_nothing_is_told_so(cast) -> None:
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [meal_row(0, voucher_count=0), eco_row(0, 0)])
    assert_refused(upload, (4, "", "order-form-asks-nothing", ""))


def test_too_many_loading_dates_are_a_mistake(cast) -> None:
    hire(cast.bakery, 1)
    rows = [meal_row(0, loading_on=brussels_today() + timedelta(days=days)) for days in range(61)]
    assert_refused(taken(cast.bakery, rows), (65, "loading_on", "order-form-too-many-orders", ""))


def test_a_cell_that_could_not_be_read_gets_no_second_remark(cast) -> None:
    hire(cast.bakery, 1)
    upload = staged_form(cast.bakery, [meal_row(0, loading_on=None)])
    add_remarks(upload=upload, remarks=[NewRemark(row=5, code="day-unreadable", column_key="loading_on")])
    take_order_form(upload=upload)
    assert [code for _row, _column, code, _reason in remarks_of_form(upload)] == ["day-unreadable"]


def test_where_the_issuer_allows_it_a_figure_above_a_maximum_only_warns(cast) -> None:
    Issuer.objects.update(allows_above_maximum=True)
    hire(cast.bakery, 1)
    upload = taken(cast.bakery, [eco_row(0, 300_00)])
    assert (upload.state, remarks_of_form(upload)) == (
        UploadState.READY,
        [(5, "amount", "amount-above-yearly-maximum", "nothing-earlier")],
    )


def test_what_waits_in_drafts_does_not_count_for_a_form(cast) -> None:
    people = hire(cast.bakery, 1)
    draft_of(cast.bakery, people)
    assert taken(cast.bakery, [meal_row(0)]).state == UploadState.READY
