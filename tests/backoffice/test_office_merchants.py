"""Merchants and acceptance points by hand, as staff do; each deed in the trail."""

import pytest
from office_day import office

from tegoed.audit.models import Event
from tegoed.merchants.models import AcceptancePoint, Merchant

BLAND = "<img src=x onerror=alert(1)>"
SHOP = {"name": "Jan Gent", "products": ["meal", "eco"], "street": "Veldstraat 1", "postcode": "9000", "town": "Gent"}


@pytest.fixture
def browser(cast, browser_of):
    return browser_of(cast.staff_member)


def added(browser, **facts) -> Merchant:
    browser.post(office("merchant-add"), {"name": "Bakker Jan", "is_active": "on"} | facts)
    return Merchant.objects.latest("id")


def point_added(browser, merchant: Merchant, **facts):
    address = office("point-add", merchant_id=merchant.pk)
    return browser.post(address, SHOP | {"is_active": "on"} | facts)


def found(browser, **query) -> list[str]:
    return [merchant.name for merchant in browser.get(office("merchants"), query).context["merchants"]]


def test_a_merchant_and_its_points_are_added_changed_and_deactivated(cast, browser) -> None:
    merchant = added(browser, enterprise_number="0403.170.701", website="jan.example")
    assert (merchant.enterprise_number, merchant.website) == ("0403170701", "https://jan.example")
    point_added(browser, merchant)
    point = AcceptancePoint.objects.get()
    address = office("point-change", merchant_id=merchant.pk, point_id=point.pk)
    browser.post(address, SHOP | {"postcode": "4000", "town": "Liège"})
    moved = AcceptancePoint.objects.get()
    assert (moved.is_active, moved.postcode, round(moved.latitude, 1)) == (False, "4000", 50.6)
    browser.post(office("merchant-change", merchant_id=merchant.pk), {"name": "Jan & co"})
    moved.refresh_from_db()
    assert moved.merchant_name == "Jan & co"
    assert not Merchant.objects.get().is_active
    trail = list(Event.objects.order_by("id").values_list("actor_label", "action"))
    assert trail[-4:] == [
        (cast.staff_member.email, action) for action in ("merchant:add", "point:add", "point:change", "merchant:change")
    ]
    page = browser.get(office("merchant", merchant_id=merchant.pk)).text
    assert "9000 → 4000" in page


def test_merchants_are_found_by_name_without_accents_by_number_and_by_state(browser) -> None:
    added(browser, name="Épicerie Noël", enterprise_number="0202239951")
    added(browser, name="Bakker Jan", is_active="")
    assert found(browser, words="epicerie noel") == ["Épicerie Noël"]
    assert found(browser, words="BE 0202.239.951") == ["Épicerie Noël"]
    assert found(browser, state="inactive") == ["Bakker Jan"]
    assert found(browser, words="%_!") == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"products": []}, "products"),
        ({"products": ["beer"]}, "products"),
        ({"postcode": "9999"}, "postcode"),
        ({"street": ""}, "street"),
        ({"latitude": "51"}, "latitude"),
        ({"latitude": "3.7", "longitude": "51"}, "latitude"),
        ({"online_address": "https://jan.example"}, "online_address"),
        ({"street": "", "postcode": "", "town": "", "online_address": "javascript:alert(1)"}, "online_address"),
        ({"street": "", "postcode": "", "town": ""}, "__all__"),
    ],
)
def test_a_point_that_makes_no_sense_is_refused_on_the_form(facts, field, browser) -> None:
    answer = point_added(browser, added(browser), **facts)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert AcceptancePoint.objects.count() == 0


def test_the_same_merchant_or_shop_twice_is_refused(browser) -> None:
    merchant = added(browser)
    assert browser.post(office("merchant-add"), {"name": "BAKKER JAN"}).status_code == 422
    point_added(browser, merchant)
    assert point_added(browser, merchant, street="VELDSTRAAT 1").status_code == 422
    assert (Merchant.objects.count(), AcceptancePoint.objects.count()) == (1, 1)


def test_html_in_names_stays_text_and_a_point_belongs_to_its_merchant(browser) -> None:
    merchant, other = added(browser, name=BLAND), added(browser, name="Other")
    point_added(browser, merchant, name=BLAND, town=BLAND)
    for address in (office("merchants"), office("merchant", merchant_id=merchant.pk)):
        assert BLAND not in browser.get(address).text
    point = AcceptancePoint.objects.get()
    assert browser.get(office("point-change", merchant_id=other.pk, point_id=point.pk)).status_code == 404
