"""No national number leaves in a log line, however it is written and wherever it stands, traces included."""

import json
import logging
import logging.config
from io import StringIO

import pytest
import structlog
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from tegoed.log_safety import CUT
from tegoed.rules.identifiers import IdentifierInvalid, read_identifier
from tegoed.rules.structured_communication import make_structured_communication, pretty

NUMBER = "85010212345"
GAPS = ("", "", " ", ".", "-", "/", "\u00a0", "\u2011", " - ", ". ")
spellings = st.lists(st.sampled_from(GAPS), min_size=10, max_size=10).map(
    lambda gaps: "".join(digit + gap for digit, gap in zip(NUMBER, [*gaps, ""], strict=True))
)
around = st.sampled_from(["", "niss=", " ", "(", "é", "x", ":", '"'])


@pytest.fixture(scope="module")
def logged():
    """Log with the settings of the product; the lines that came out."""
    formatter = logging.config.DictConfigurator(settings.LOGGING).configure_formatter(
        dict(settings.LOGGING["formatters"]["json"])
    )

    def lines_of(write) -> list[str]:
        stream = StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter)
        logger = logging.getLogger("tests.log_safety")
        logger.handlers, logger.propagate = [handler], False
        write(structlog.get_logger("tests.log_safety"), logger)
        return stream.getvalue().splitlines()

    return lines_of


def digits_of(line: str) -> str:
    return "".join(character for character in json.dumps(json.loads(line) | {"timestamp": ""}) if character.isdigit())


@given(spellings, around, around)
def test_however_it_is_written_it_is_cut_out_of_every_place(logged, spelling, before, after) -> None:
    told = f"{before}{spelling}{after}"

    def write(log, standard) -> None:
        log.error(told)
        log.error("x", value=told)
        log.error("x", **{told: 1})
        log.error("x", value={told: [("a", {told})]})
        log.error("x", value=told.encode())
        log.error("x", value=ValueError(told))
        standard.error("x %s", told)
        standard.error(told)

    lines = logged(write)
    assert len(lines) == 8
    for line in lines:
        assert NUMBER not in digits_of(line)
        assert CUT in line or "\\\\x" in line  # bytes that are not ASCII are spelled as escapes


@pytest.mark.parametrize("depth", [1, 5, 6, 7, 30])
def test_however_deep_it_lies_it_is_cut_out(logged, depth) -> None:
    value: object = NUMBER
    for level in range(depth):
        value = {"a": value} if level % 2 else [value]
    (line,) = logged(lambda log, _standard: log.error("x", value=value))
    assert NUMBER not in line
    assert CUT in line


@pytest.mark.parametrize("value", [int(NUMBER), -int(NUMBER), float(NUMBER)])
def test_as_a_number_it_is_cut_out_too(logged, value) -> None:
    (line,) = logged(lambda log, _standard: log.error("x", value=value, deep=[{"a": value}]))
    assert NUMBER not in line


@pytest.mark.parametrize("which", ["structlog", "standard"])
def test_the_trace_of_an_exception_is_cleaned_with_its_causes(logged, which) -> None:
    def write(log, standard) -> None:
        try:
            try:
                int(f"{NUMBER}x")
            except ValueError as error:
                raise RuntimeError(f"no such person: {NUMBER[:6]}-{NUMBER[6:]}") from error
        except RuntimeError:
            (log if which == "structlog" else standard).exception("failed")

    (line,) = logged(write)
    assert NUMBER not in digits_of(line)
    assert "RuntimeError" in json.loads(line)["exception"]
    assert json.loads(line)["exception"].count(CUT) == 2


def test_what_the_rules_read_as_a_number_the_log_cuts_out(logged) -> None:
    """The two lists of separators are written down twice; here they are held side by side."""
    separators = [chr(point) for point in (*range(32, 48), 0xA0, 0x2009, 0x2010, 0x2011, 0x2013, 0x202F)]
    read_over = []
    for separator in separators:
        told = f"{NUMBER[:2]}{separator}{NUMBER[2:]}"
        try:
            read_identifier(told)
        except IdentifierInvalid as refusal:
            if refusal.params["reason"] == "characters":
                continue
        read_over.append(separator)
        (line,) = logged(lambda log, _standard, told=told: log.error(told))
        assert json.loads(line)["event"] == CUT
    assert len(read_over) >= 8


@pytest.mark.parametrize(
    "harmless",
    [
        make_structured_communication(1_260_000_042),
        pretty(make_structured_communication(1_260_000_042)),
        "P2026-000001",
        "BE68 5390 0754 7034",
        "2026-11-23 10:03:26.123456",
        "127.0.0.1:8000",
        "88.02.**-***.**",
    ],
)
def test_what_operators_need_to_read_stays(logged, harmless) -> None:
    (line,) = logged(lambda log, _standard: log.error("x", value=harmless, seconds=0.123456789, ratio=12.345678901))
    assert (json.loads(line)["value"], json.loads(line)["ratio"]) == (harmless, 12.345678901)
