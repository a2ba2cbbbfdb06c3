"""Structured communications: made, read, and found in what people write on a transfer."""

import csv
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_testdata import shared_testdata
from stdnum.be import ogm_vcs

from tegoed.rules.structured_communication import (
    find_structured_communications,
    make_structured_communication,
    pretty,
    read_structured_communication,
)

BASES = st.integers(0, 10**10 - 1)
VALID = "010806817183"
OTHER = "312401398067"


@given(BASES)
def test_a_made_communication_reads_back_in_every_dress(base):
    communication = make_structured_communication(base)
    dressed = pretty(communication)
    for text in (
        communication,
        dressed,
        dressed.replace("+", "*"),
        f" {dressed} ",
        dressed.strip("+"),
        " ".join(communication),
    ):
        assert read_structured_communication(text) == communication
        assert find_structured_communications(text) == (communication,)


@given(BASES)
def test_the_library_agrees_with_what_is_made(base):
    assert ogm_vcs.validate(make_structured_communication(base)) == make_structured_communication(base)


@given(st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_the_library_agrees_on_any_twelve_digits(digits):
    assert (read_structured_communication(digits) is not None) == (ogm_vcs.is_valid(digits) or digits == "000000000097")


def test_remainder_zero_is_written_97():
    assert make_structured_communication(97) == "000000009797"
    assert make_structured_communication(0) == "000000000097"
    assert read_structured_communication("000000009700") is None


@given(BASES, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(base, position, shift):
    digits = make_structured_communication(base)
    changed = digits[:position] + str((int(digits[position]) + shift) % 10) + digits[position + 1 :]
    assert read_structured_communication(changed) is None
    assert find_structured_communications(changed) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+++",
        "010806817100",
        "01080681718",
        "0108068171830",
        "+++010/8068/17183",
        "+++010/8068/17183***",
        "010/8068/17183+++",
        "x010806817183",
        "010-8068-17183",
        "\uff10\uff11\uff10\uff18\uff10\uff16\uff18\uff11\uff17\uff11\uff18\uff13",
        "٠١٠٨٠٦٨١٧١٨٣",
        "010806817183\x00",
        VALID + " " * 50 + "1",
    ],
)
def test_anything_else_is_not_a_communication(text):
    assert read_structured_communication(text) is None


def test_collected_vectors_come_out_as_expected():
    with shared_testdata("numbers/found_vectors.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "ogm"]
    assert len(rows) >= 16
    for row in rows:
        assert (read_structured_communication(row["value"]) is not None) == row["expected"].startswith("valid"), row


@pytest.mark.parametrize("number", [-1, 10**10])
def test_a_base_of_more_than_ten_digits_is_a_fault(number):
    with pytest.raises(ValueError, match="ten digits"):
        make_structured_communication(number)


@pytest.mark.parametrize("text", ["010806817100", "0108", "", "\uff10" * 12])
def test_only_a_valid_communication_is_written(text):
    with pytest.raises(ValueError, match="not a structured communication"):
        pretty(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("betaling factuur +++010/8068/17183+++ dank u", (VALID,)),
        ("factuur 2026 010/8068/17183", (VALID,)),
        ("OGM:010806817183.", (VALID,)),
        ("***010/8068/171\n83***", (VALID,)),
        ("010806817\r\n183", (VALID,)),
        ("010 8068 17183", (VALID,)),
        ("010.8068.17183", (VALID,)),
        ("010 / 8068 / 17183", (VALID,)),
        (f"{OTHER} en {VALID}", (OTHER, VALID)),
        (f"{OTHER} {VALID}", (OTHER, VALID)),
        (f"{VALID} {OTHER} {VALID}", (VALID, OTHER)),
        ("0108068171830", ()),
        ("9010806817183", ()),
        ("\uff11010806817183", ()),
        ("010806817100", ()),
        ("010 8068 of 17183", ()),
        ("010/8068/" + " " * 5 + "17183", ()),
        ("", ()),
    ],
)
def test_communications_are_found_in_free_text(text, found):
    assert find_structured_communications(text) == found


@pytest.mark.parametrize(
    "iban", ["BE68539007547034", "BE68 5390 0754 7034", "be68 5390 0754 7034", "BE 68 5390 0754 7034"]
)
def test_a_belgian_account_number_is_not_taken_for_a_communication(iban):
    # The control: its last twelve digits have the very check digits of a communication.
    assert find_structured_communications("539007547034") == ("539007547034",)
    assert find_structured_communications(f"van {iban} voor {VALID}") == (VALID,)


@given(st.lists(BASES, max_size=5), st.text(alphabet="abc +*\n€é,;:-", min_size=1, max_size=10))
def test_all_communications_between_other_words_are_found_once_in_order(bases, words):
    communications = [make_structured_communication(base) for base in bases]
    text = f"x{words}x".join(pretty(communication) for communication in communications)
    assert find_structured_communications(text) == tuple(dict.fromkeys(communications))


@given(st.text(alphabet="0123456789 /.+*\nBE\uff11", max_size=60))
def test_whatever_is_found_is_valid_and_stands_in_the_text(text):
    digits_of_text = "".join(character for character in text if character.isdigit())
    for communication in find_structured_communications(text):
        assert read_structured_communication(communication) == communication
        assert communication in digits_of_text


@pytest.mark.parametrize("piece", ["1 ", "1/", "12345678901 ", "+++", "BE68 5390 ", "010/8068/1718 ", "   ", "1" * 50])
def test_hostile_text_takes_time_in_proportion(piece):
    def seconds(length):
        text = (piece * (length // len(piece) + 1))[:length]
        started = time.process_time()
        find_structured_communications(text)
        read_structured_communication(text)
        return time.process_time() - started

    # Sixteen times the text: quadratic work would take 256 times as long.
    large, small = (min(seconds(length) for _ in range(3)) for length in (160_000, 10_000))
    assert large < 64 * max(small, 0.005)
