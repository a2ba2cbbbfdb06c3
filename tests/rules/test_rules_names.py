"""Names are compared however they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.names import ACCENTED_LETTERS, PLAIN_LETTERS, name_key, search_words, without_accents

NAME = st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèêëïöüçñøł' -", min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("De Smet", "Élodie"), ("DESMET", "elodie")),
        (("Van den Bossche", "Jean-Pierre"), ("Vandenbossche", "Jean Pierre")),
        (("D'Hondt", "An"), ("Dhondt", "An")),
        (("Yılmaz", "Deniz"), ("Yilmaz", "Deniz")),
        (("Peeters", "An"), ("An", "Peeters")),
    ],
)
def test_two_ways_to_write_a_name_are_one(one, other) -> None:
    assert name_key(*one) == name_key(*other)


def test_other_names_are_others() -> None:
    assert name_key("Peeters", "An") != name_key("Peeters", "Ann")


@given(NAME, NAME)
def test_capitals_accents_and_order_never_matter(last_name, first_name) -> None:
    assert name_key(last_name, first_name) == name_key(without_accents(first_name).upper(), last_name.upper())


def test_the_letters_of_the_database_are_those_of_python() -> None:
    assert len(ACCENTED_LETTERS) == len(PLAIN_LETTERS)
    for accented, plain in zip(ACCENTED_LETTERS, PLAIN_LETTERS, strict=True):
        assert without_accents(accented) == plain


def test_words_to_search_are_plain_and_few() -> None:
    assert search_words("  ÉLODIE  Łukasz de la x y z", count_max=3) == ["elodie", "lukasz", "de"]
