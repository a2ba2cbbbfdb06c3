"""What commands say and how they end when something is in the way; run here, in the test's own process and transaction."""

import pytest
from bank import Payment, coda_file
from cast import hire
from django.utils import translation

from tegoed.banking.models import Statement, StatementFile
from tegoed.beneficiaries.models import PersonIdentifier
from tegoed.cli import main
from tegoed.flows import receive_statement
from tegoed.flows.receive_statement import book_statement_file, receive_statement_file


@pytest.fixture
def run(capsys, monkeypatch):
    """Type a command; (how it ended, what it said, what it complained)."""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def typed(*words: object) -> tuple[int, str, str]:
        with translation.override("nl"), pytest.raises(SystemExit) as end:
            main([str(word) for word in words])
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return typed


def test_a_file_that_another_one_overtook_is_refused_and_not_called_booked(cast, run, tmp_path, monkeypatch) -> None:
    first = receive_statement_file(file_name="first.cod", content=coda_file([Payment(100)]), actor=None)
    path = tmp_path / "second.cod"
    path.write_bytes(coda_file([Payment(200)]))

    def overtaken(*, file_id: int):
        book_statement_file(file_id=first.pk)
        return book_statement_file(file_id=file_id)

    monkeypatch.setattr(receive_statement, "book_statement_file", overtaken)
    code, said, complained = run("import-statement", path)
    assert (code, said) == (1, "")
    assert "statement-changed" in complained
    assert (Statement.objects.count(), StatementFile.objects.filter(state="refused").count()) == (1, 1)


def test_a_file_that_a_worker_took_meanwhile_is_fine(cast, run, tmp_path, monkeypatch) -> None:
    path = tmp_path / "day.cod"
    path.write_bytes(coda_file([Payment(100)]))

    def worker_was_first(*, file_id: int):
        book_statement_file(file_id=file_id)
        return book_statement_file(file_id=file_id)

    monkeypatch.setattr(receive_statement, "book_statement_file", worker_was_first)
    code, said, complained = run("import-statement", path)
    assert (code, complained) == (0, "")
    assert "a worker books it already (Booked)" in said


def test_a_folder_is_no_bank_file(cast, run, tmp_path) -> None:
    code, _said, complained = run("import-statement", tmp_path)
    assert code == 1
    assert "Is a directory" in complained


def test_rotating_tells_how_many_and_twice_does_nothing(cast, run, settings) -> None:
    hire(cast.bakery, 3)
    settings.IDENTIFIER_ENCRYPTION_KEYS = f"new:{'A' * 43}= {settings.IDENTIFIER_ENCRYPTION_KEYS}"
    assert run("rotate-identifier-keys")[:2] == (0, "3 national numbers and 0 files encrypted with the newest key\n")
    assert run("rotate-identifier-keys")[1].startswith("0 national numbers and 0 files")
    assert set(PersonIdentifier.objects.values_list("key_id", flat=True)) == {"new"}


@pytest.mark.parametrize("words", [[], ["dance"], ["import-statement"], ["demo", "--port", "many"]])
def test_words_that_are_off_end_with_two(run, words) -> None:
    code, _said, complained = run(*words)
    assert code == 2
    assert "usage: tegoed" in complained


def test_books_of_an_installation_without_anything_agree(db, run) -> None:
    code, said, _complained = run("check-books")
    assert (code, "The books agree." in said) == (0, True)
