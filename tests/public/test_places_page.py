"""Acceptance points, as anybody finds them: without JavaScript, in four languages, by place, product and name."""

import html
import json
import re

import django.test
import pytest
from django.urls import reverse

from tegoed.merchants.importing import import_merchants
from tegoed.merchants.models import AcceptancePoint, Merchant
from tegoed.merchants.queries import RESULTS_MAX

HEAD = "Merchant;Acceptance point;Street and number;Postcode;Town;Latitude;Longitude;Vouchers;Online shop\n"
SHOPS = (
    HEAD
    + "Bakker Jan;Jan Gent;Veldstraat 1;9000;Gent;51.0397129;3.7141549;meal;\n"
    + "Bakker Jan;Jan Gentbrugge;Kaai 2;9050;Gent;51.0397129;3.7484;meal;\n"
    + "Fietsen Élan;Élan Liège;Rue Haute 5;4000;Liège;;;eco, sport and culture;\n"
    + "Fietsen Élan;Élan online;;;;;;eco;https://elan.example\n"
)
BLAND = '"><script>alert(1)</script>'


@pytest.fixture
def visitor() -> django.test.Client:
    return django.test.Client(headers={"accept-language": "en"})


@pytest.fixture
def shops(db) -> None:
    import_merchants(file_name="shops.csv", content=SHOPS.encode(), actor=None)


def search(visitor, **query):
    return visitor.get(reverse("places"), query)


def names(answer) -> list[str]:
    return [point.name for point in answer.context["points"]]


def test_everything_shows_by_name_and_the_menu_leads_there(visitor, shops) -> None:
    page = search(visitor)
    assert names(page) == ["Jan Gent", "Jan Gentbrugge", "Élan Liège", "Élan online"]
    assert f'href="{reverse("places")}"' in visitor.get("/").text


@pytest.mark.parametrize("town", ["Gent", "gand", "Ghent", "9000", "Gennt"])
def test_around_a_town_the_nearest_comes_first_with_its_distance(town, visitor, shops) -> None:
    page = search(visitor, where=town)
    assert names(page) == ["Jan Gent", "Jan Gentbrugge"]
    assert re.findall(r'place-distance">([^<]+)<', page.text) == ["&lt; 1 km", "2.4 km"]
    assert "2 acceptance points around Ghent" in page.text


def test_a_distance_is_written_as_the_reader_writes_it(shops) -> None:
    page = django.test.Client(headers={"accept-language": "nl"}).get(reverse("places"), {"where": "Gent"})
    assert "2,4 km" in page.text


def test_product_name_radius_and_online_narrow_the_list(visitor, shops) -> None:
    assert names(search(visitor, product="eco")) == ["Élan Liège", "Élan online"]
    assert names(search(visitor, name="elan lie")) == ["Élan Liège"]
    assert names(search(visitor, name="bakker gentbr")) == ["Jan Gentbrugge"]
    assert names(search(visitor, online="on", where="Gent")) == ["Élan online"]
    assert names(search(visitor, where="Gent", radius="2")) == ["Jan Gent"]
    assert "1 online shop takes them too" in search(visitor, where="Gent").text


def test_nothing_found_says_what_to_try_and_each_way_out_leads_on(visitor, shops) -> None:
    page = search(visitor, where="Gent", product="sport_culture", name="zzz", radius="100")
    ways = [way.label for way in page.context["ways_out"]]
    assert ways == ["Look without the name", "Look for all vouchers"]
    wider = search(visitor, where="Aalst", radius="10")
    assert names(wider) == []
    assert "Look within 25 km" in wider.text
    assert names(visitor.get(f"{reverse('places')}?{wider.context['ways_out'][0].query}")) == ["Jan Gentbrugge"]


def test_an_ambiguous_town_gives_a_choice_and_an_unknown_one_says_so(visitor, shops) -> None:
    page = search(visitor, where="Beveren", product="meal")
    assert names(page) == []
    choices = re.findall(r'href="\?([^"]+)">8800 Beveren', page.text)
    chosen = visitor.get(f"{reverse('places')}?{html.unescape(choices[0])}")
    assert chosen.context["search"].place.postcode == "8800"
    assert chosen.context["search"].wish.product == "meal"
    assert "know a town called “xyzzyx”" in html.unescape(search(visitor, where="xyzzyx").text)


def test_what_is_inactive_is_nowhere(visitor, shops) -> None:
    AcceptancePoint.objects.filter(name="Jan Gent").update(is_active=False)
    Merchant.objects.filter(name="Fietsen Élan").update(is_active=False)
    assert names(search(visitor)) == ["Jan Gentbrugge"]
    assert [one["name"] for one in visitor.get(reverse("places-map")).json()["points"]] == ["Jan Gentbrugge"]


@pytest.mark.parametrize(
    "query",
    [
        {"where": BLAND, "name": BLAND, "product": BLAND, "radius": BLAND, "page": BLAND},
        {"where": "x" * 5000},
        {"radius": "99999999"},
        {"name": "'; DROP TABLE x; -- & | ! ( ) :*"},
        {"name": "\x00"},
        {"page": "999999999999"},
        {"where": "\x00Gent"},
    ],
)
def test_nonsense_is_answered_calmly(query, visitor, shops) -> None:
    for name in ("places", "places-map"):
        answer = visitor.get(reverse(name), query)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text or answer["Content-Type"] == "application/json"


def test_html_in_names_is_text_and_the_map_gets_it_as_data(visitor, db) -> None:
    rows = f'"{BLAND.replace(chr(34), chr(34) * 2)}";;"<b>1";9000;"<i>";;;meal;\n'
    import_merchants(file_name="x.csv", content=(HEAD + rows).encode(), actor=None)
    page = search(visitor, where="9000")
    assert "<script>alert" not in page.text
    assert "<b>1" not in page.text
    answer = visitor.get(reverse("places-map"), {"where": "9000"})
    assert answer["Content-Type"] == "application/json"
    assert json.loads(answer.content)["points"][0]["name"] == BLAND


def test_more_than_a_list_can_hold_is_said_and_the_last_page_answers(
    visitor, db, django_assert_max_num_queries
) -> None:
    rows = "".join(f"Shop {number};;Street {number};9000;Gent;;;meal;\n" for number in range(RESULTS_MAX + 50))
    import_merchants(file_name="many.csv", content=(HEAD + rows).encode(), actor=None)
    with django_assert_max_num_queries(8):
        page = search(visitor, where="9000", page="9999")
    assert "More than 1,000 acceptance points" in page.text
    assert page.context["points"].number == RESULTS_MAX // 20
    points = visitor.get(reverse("places-map"), {"where": "9000"}).json()
    assert (len(points["points"]), points["is_cut"]) == (500, True)


def test_invented_merchants_say_so_each(visitor, db) -> None:
    import_merchants(file_name="x.csv", content=SHOPS.encode(), is_invented=True, actor=None)
    page = search(visitor)
    assert page.text.count('class="place-invented">Invented for the demo<') == 4
    assert all(one["is_invented"] for one in visitor.get(reverse("places-map")).json()["points"])


def test_whose_data_it_is_stands_on_the_page(visitor, shops) -> None:
    page = search(visitor).text
    for words in ("Statbel", "CC BY 4.0", "ODbL 1.0", "National Geographic Institute"):
        assert words in page, words


def test_nothing_changes_by_post(visitor, shops) -> None:
    assert visitor.post(reverse("places")).status_code == 405
    assert visitor.post(reverse("places-map")).status_code == 405
