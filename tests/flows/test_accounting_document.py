"""What docs/accounting.md tells a bookkeeper is what the program books."""

import re
from pathlib import Path

import pytest
from accounting_scene import Scene
from accounting_stories import STORIES

from tegoed.flows.check_books import check_books
from tegoed.flows.journal_export import ACCOUNT_PATHS
from tegoed.ledger.models import AccountKind, Transfer, TransferKind

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "accounting.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| `(\w+)` \| ([\d,]+\.\d\d) \| `(\w+)` \|$", re.MULTILINE)
ACCOUNT = re.compile(r"^\| `(\w+)` \| (debit|credit|either) \| `([^`]+)` \| ", re.MULTILINE)


def section(heading: str) -> str:
    return DOCUMENT.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def examples() -> dict[str, list[tuple[str, str, int, str]]]:
    """The journal of each worked example, by its heading written as a name."""
    found = {}
    for part in section("Worked examples").split("\n### ")[1:]:
        heading, text = part.split("\n", 1)
        rows = [
            (debit, credit, int(re.sub(r"\D", "", amount)), kind) for debit, credit, amount, kind in ROW.findall(text)
        ]
        assert len(rows) == text.count("\n| `"), heading
        found[re.sub(r"\W+", "_", heading.lower()).strip("_")] = sorted(rows)
    return found


def test_every_example_is_played_and_every_story_is_told() -> None:
    assert list(examples()) == list(STORIES)


@pytest.mark.parametrize("name", STORIES)
def test_the_program_books_what_the_document_says(name, cast) -> None:
    scene = Scene(cast)
    STORIES[name](scene)
    assert scene.journal() == examples()[name]
    assert check_books().findings == []


def test_every_account_is_explained_under_the_name_it_has_in_the_journal() -> None:
    told = {name: path for name, _side, path in ACCOUNT.findall(section("The accounts"))}
    assert told == {str(kind): path for kind, path in ACCOUNT_PATHS.items()}


def test_every_word_of_the_examples_is_an_account_or_a_kind() -> None:
    for rows in examples().values():
        for debit, credit, _cents, kind in rows:
            assert {debit, credit} <= set(AccountKind)
            assert kind in set(TransferKind)


ARCHITECTURE = (Path(__file__).resolve().parents[2] / "docs" / "architecture.md").read_text(encoding="utf-8")
EVENT = re.compile(r"^\|[^|]*\|[^|]*\| `(\w+)` \| `([\w:…-]+)`(?:; [^|`]*`([\w:…-]+)`)?[^|`]* \|$", re.MULTILINE)


def event_keys() -> dict[str, list[re.Pattern[str]]]:
    """By kind, how the event table of architecture.md says that its keys are written (`N`, `A`, `R`, `k`: a number)."""
    found: dict[str, list[re.Pattern[str]]] = {}
    for kind, *keys in EVENT.findall(ARCHITECTURE):
        for key in filter(None, keys):
            pattern = re.sub(r"\b[NARk]\b", r"\\d+", key).replace("…", r"\w+")
            found.setdefault(kind, []).append(re.compile(pattern))
    return found


def test_every_kind_of_the_event_table_has_an_example() -> None:
    played = {kind for rows in examples().values() for *_, kind in rows}
    assert played == set(event_keys())


@pytest.mark.parametrize("name", STORIES)
def test_event_keys_are_written_as_the_event_table_says(name, cast) -> None:
    STORIES[name](Scene(cast))
    keys = event_keys()
    for kind, key in Transfer.objects.values_list("kind", "event_key"):
        assert any(pattern.fullmatch(key) for pattern in keys[kind]), key
