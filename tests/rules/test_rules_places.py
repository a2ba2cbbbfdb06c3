"""Towns and postcodes, as people type them; distances."""

import pytest

from tegoed.rules.distance import box_around, kilometres_between
from tegoed.rules.places import find_place, place_of_postcode


@pytest.mark.parametrize(
    ("typed", "postcode"),
    [
        ("9000", "9000"),
        ("B-9000 Gent", "9000"),
        ("brussel", "1000"),
        ("Bruxelles", "1000"),
        ("BRÜSSEL", "1000"),
        ("Luik", "4000"),
        ("Liège", "4000"),
        ("liege", "4000"),
        ("Lüttich", "4000"),
        ("Gent", "9000"),
        ("Gand", "9000"),
        ("Ghent", "9000"),
        ("Bergen", "7000"),
        ("Mons", "7000"),
        ("St-Niklaas", "9100"),
        ("St. Vith", "4780"),
        ("Mariakerke", "9030"),
        ("Tongres", "3700"),
        ("Knokke", "8300"),
    ],
)
def test_a_town_is_found_by_any_of_its_names(typed, postcode) -> None:
    found = find_place(typed)
    assert found.place is not None
    assert (found.place.postcode, found.is_guess) == (postcode, False)


@pytest.mark.parametrize(("typed", "postcode"), [("Brusel", "1000"), ("Antwerpn", "2000"), ("Charlroi", "6000")])
def test_a_typing_error_is_forgiven_and_said(typed, postcode) -> None:
    found = find_place(typed)
    assert found.place is not None
    assert (found.place.postcode, found.is_guess) == (postcode, True)


def test_an_ambiguous_name_gives_a_choice() -> None:
    assert [place.label("nl") for place in find_place("Beveren").others] == [
        "8791 Beveren (Waregem)",
        "8800 Beveren (Roeselare)",
        "2070 Beveren-Kruibeke-Zwijndrecht",
    ]
    assert find_place("Beveren").place is None


def test_a_municipality_comes_before_a_locality_of_that_name_elsewhere() -> None:
    found = find_place("Machelen")
    assert (found.place.postcode, [place.label("fr") for place in found.others]) == ("1830", ["9870 Machelen (Zulte)"])


@pytest.mark.parametrize("typed", ["", "   ", "xyzzyx", "<script>alert(1)</script>", "9999", "\u202e", "a" * 10_000])
def test_what_is_no_town_is_none(typed) -> None:
    assert find_place(typed).place is None


def test_every_choice_can_be_typed_again() -> None:
    for typed in ("Beveren", "Sint", "9999", "Machelen"):
        for place in find_place(typed).others:
            assert find_place(place.label("nl")).place.postcode == place.postcode


def test_a_name_is_written_in_the_readers_language() -> None:
    liege = place_of_postcode("4000")
    assert [liege.name(language) for language in ("nl", "fr", "en", "de")] == ["Luik", "Liège", "Liège", "Lüttich"]


def test_a_postcode_without_coordinates_lies_in_the_middle_of_its_municipality() -> None:
    brucargo, zaventem = place_of_postcode("1931"), place_of_postcode("1930")
    assert kilometres_between(brucargo.latitude, brucargo.longitude, zaventem.latitude, zaventem.longitude) < 10


def test_distances_are_those_of_the_globe() -> None:
    """Brussels to Antwerp, grand places: 41.4 km as the crow flies."""
    assert kilometres_between(50.8467, 4.3525, 51.2211, 4.3997) == pytest.approx(41.77, abs=0.05)
    assert kilometres_between(50.0, 4.0, 50.0, 4.0) == 0
    box = box_around(50.8467, 4.3525, 10)
    assert kilometres_between(50.8467, 4.3525, box.north, 4.3525) == pytest.approx(10)
    assert kilometres_between(50.8467, 4.3525, 50.8467, box.east) >= 10
