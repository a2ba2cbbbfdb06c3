"""A line of text as it is kept."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tegoed.rules.texts import as_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  De   Smet\t", "De Smet"),
        ("Zoe\u0308", "Zoë"),
        ("\u202eneseJ", "neseJ"),
        ("Jan\x00\x1b", "Jan"),
        ("\u0646\u0627\u0645\u0647\u200c\u0647\u0627", "\u0646\u0627\u0645\u0647\u200c\u0647\u0627"),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
        ("\u200b", ""),
        ("\u200d \u200c", ""),
    ],
)
def test_what_nobody_sees_is_not_kept(typed, kept):
    assert as_line(typed) == kept


@given(st.text())
def test_a_line_stays_as_it_is_when_kept_again(text):
    line = as_line(text)
    assert as_line(line) == line
    assert not {"Cc", "Cs", "Zl", "Zp"} & {unicodedata.category(letter) for letter in line}
    assert line == line.strip()
