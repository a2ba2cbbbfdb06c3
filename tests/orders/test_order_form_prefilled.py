"""The order form as it is downloaded: one row for each active beneficiary and product, with the amounts of last time."""

from datetime import date

import pytest
from cast import draft_of, hire, niss
from story import confirmed

from tegoed.audit.models import Event
from tegoed.beneficiaries.models import BeneficiaryProduct, PersonIdentifier
from tegoed.clients.actions import sign_contract
from tegoed.flows.write_order_form import empty_order_form, filled_order_form
from tegoed.formats.order_form import ORDER_FORM
from tegoed.formats.workbook.reader import FormHead, read_form
from tegoed.formats.workbook.refusal import WorkbookRefused
from tegoed.orders.actions import LineWish, set_order_lines, start_order
from tegoed.rules.products import Form, Product

LOADING_ON = date(2027, 1, 1)


def rows_of(file) -> list[dict]:
    """The rows of a form as we read them ourselves, by column key."""
    with file:
        head, *parts = read_form(file.read(), file_name="form.xlsx", layout=ORDER_FORM)
    assert isinstance(head, FormHead)
    return [dict(zip(head.keys, row[1:], strict=True)) for part in parts for row in part.rows]


def filled(client, *, language: str = "nl", actor=None) -> list[dict]:
    return rows_of(filled_order_form(client=client, language=language, loading_on=LOADING_ON, actor=actor))


@pytest.mark.parametrize("language", ["nl", "fr", "en", "de"])
def test_the_usual_amounts_of_the_active_people_in_every_language(cast, language) -> None:
    people = hire(cast.bakery, 3)
    people[1].is_active = False
    people[1].save()
    rows = filled(cast.bakery, language=language)
    assert [row["identifier"][1] for row in rows] == [niss(0), niss(2)]
    first = rows[0]
    told = ("last_name", "product", "voucher_count", "face_value", "amount", "loading_on", "site", "card_delivery")
    assert [first[key] for key in told] == [
        "Janssens 000",
        "meal",
        20,
        800,
        None,
        LOADING_ON.isoformat(),
        "Winkel",
        "site",
    ]


def test_the_last_order_comes_before_the_usual_amount(cast) -> None:
    people = hire(cast.bakery, 2)
    confirmed(draft_of(cast.bakery, people[:1], count=17))
    draft_of(cast.bakery, people, count=3)  # a draft is no order yet
    order = start_order(client=cast.bakery, product=Product.ECO, reference="", loading_on=date.today(), actor=None)
    wishes = [LineWish(beneficiary_id=people[1].pk, amount_cents=90_00)]
    confirmed(set_order_lines(client=cast.bakery, order_id=order.pk, wishes=wishes, actor=None))
    rows = [(row["identifier"][1], row["product"], row["voucher_count"], row["amount"]) for row in filled(cast.bakery)]
    assert rows == [
        (niss(0), "meal", 17, None),
        (niss(1), "eco", None, 90_00),
        (niss(1), "meal", 20, None),
    ]


def test_somebody_who_gets_nothing_yet_has_one_row_to_fill_in(cast) -> None:
    hire(cast.bakery, 1)
    hire(cast.garage, 1)
    BeneficiaryProduct.objects.all().delete()
    (at_bakery,), (at_garage,) = filled(cast.bakery), filled(cast.garage)
    assert (at_bakery["product"], at_bakery["voucher_count"]) == (None, None)
    assert at_garage["product"] == "meal"


def test_the_columns_are_those_the_contracts_need(cast) -> None:
    hire(cast.garage, 1)
    (only_meal,) = filled(cast.garage)
    assert "amount" not in only_meal
    assert "occasion" not in only_meal
    assert "identifier_is_temporary" not in only_meal
    sign_contract(
        client=cast.garage,
        product=Product.GIFT,
        form=Form.ELECTRONIC,
        tariff=cast.tariff,
        starts_on=date(2024, 1, 1),
        actor=None,
    )
    PersonIdentifier.objects.update(kind="temporary")
    (with_gifts,) = filled(cast.garage)
    assert {"amount", "occasion", "child_count", "voucher_count", "identifier_is_temporary"} <= with_gifts.keys()
    assert with_gifts["identifier"][:2] == ["temporary", niss(0)]


def test_each_download_is_in_the_trail(cast) -> None:
    hire(cast.bakery, 2)
    filled(cast.bakery, actor=cast.alice)
    empty = empty_order_form(client=cast.bakery, language="fr", actor=cast.alice)
    with pytest.raises(WorkbookRefused, match="no-rows"):
        rows_of(empty)
    events = Event.objects.filter(action="order-form:export", client_id=cast.bakery.pk).order_by("id")
    assert [event.facts for event in events] == [{"row_count": 2}, {"row_count": 0}]
    assert {event.actor_id for event in events} == {cast.alice.pk}
    assert niss(0) not in str([event.facts for event in events])


def test_another_clients_people_are_not_in_it(cast) -> None:
    hire(cast.bakery, 3)
    with pytest.raises(WorkbookRefused, match="no-rows"):
        filled(cast.garage)
