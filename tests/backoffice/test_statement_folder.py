"""The folder for bank files: what is complete is booked once and moved away, whatever lies there and whoever kills it."""

import os
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from bank import Payment, camt_file, coda_file, payment_of
from cast import draft_of, hire, play
from django.db import connection
from django.utils import translation
from story import confirmed

from tegoed.backoffice import statement_folder
from tegoed.backoffice.jobs import take_statement_folder_job
from tegoed.backoffice.statement_folder import FolderMissing, take_statement_folder
from tegoed.banking.models import Statement, StatementFile, StatementLine
from tegoed.flows.check_books import check_books
from tegoed.flows.invoice_order import invoice_order
from tegoed.flows.receive_statement import book_statement_file, receive_statement_file
from tegoed.orders.models import Order
from tegoed.rules.dates import brussels_today

TODAY = brussels_today()


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "bank"
    made.mkdir()
    return made


def put(folder: Path, name: str, content: bytes, *, age_seconds: float = 100) -> Path:
    path = folder / name
    path.write_bytes(content)
    at = path.stat().st_mtime - age_seconds
    os.utime(path, (at, at))
    return path


def names_in(folder: Path, place: str) -> list[str]:
    """Names as they were, without the moment in front."""
    return sorted(path.name.split("-", 3)[3] for path in (folder / place).iterdir())


def words_in(folder: Path, place: str) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted((folder / place).glob("*.why.txt")))


def day(number: int) -> bytes:
    """Three days, each of 100 cents, in turn CODA and camt.053."""
    write = camt_file if number % 2 else coda_file
    return write(
        [Payment(100)], sequence=number + 1, old_balance_cents=number * 100, on=TODAY - timedelta(days=3 - number)
    )


def test_a_file_is_booked_and_moved_to_done(folder, cast) -> None:
    order = confirmed(draft_of(cast.bakery, hire(cast.bakery, 2)))
    invoices = invoice_order(order_id=order.pk)
    put(folder, "monday.xml", camt_file([payment_of(invoice) for invoice in invoices]))
    report = take_statement_folder(folder)
    assert (report.done, report.refused, report.waiting) == (["monday.xml"], [], [])
    assert names_in(folder, "done") == ["monday.xml"]
    assert Order.objects.get().state == "paid"
    assert check_books().findings == []


def test_days_are_booked_in_their_order_whatever_their_names(folder, cast) -> None:
    for number, name in enumerate(["c.cod", "b.xml", "a.cod"]):
        put(folder, name, day(number))
    assert take_statement_folder(folder).done == ["c.cod", "b.xml", "a.cod"]
    assert list(Statement.objects.order_by("id").values_list("new_balance_cents", flat=True)) == [100, 200, 300]


def test_what_is_still_written_or_has_an_unfinished_name_is_left_alone(folder, cast) -> None:
    put(folder, "fresh.cod", day(0), age_seconds=5)
    put(folder, "half.cod.part", day(0))
    put(folder, ".hidden", day(0))
    assert take_statement_folder(folder).waiting == ["fresh.cod", "half.cod.part"]
    assert StatementFile.objects.count() == 0
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == [".hidden", "fresh.cod", "half.cod.part"]
    assert take_statement_folder(folder, settled_seconds=0).done == ["fresh.cod"]


def test_a_clock_ahead_of_ours_keeps_no_file_waiting_for_ever(folder, cast) -> None:
    put(folder, "ahead.cod", day(0), age_seconds=-86_400)
    assert take_statement_folder(folder).done == ["ahead.cod"]


def test_a_refused_file_is_put_apart_with_the_reason_in_words(folder, cast) -> None:
    put(folder, "photo.xml", b"\xff\xd8\xff\xe0 a photo")
    put(folder, "wrong.xml", day(1).replace(b"<Cd>CLBD</Cd>", b"<Cd>CLAV</Cd>"))
    assert take_statement_folder(folder).refused == ["wrong.xml", "photo.xml"]
    words = words_in(folder, "refused")
    assert "photo.xml: This is neither CODA nor camt.053." in words
    assert "wrong.xml: The statement Stmt[1]/Bal (line " in words
    assert "has no booked balance at its end (CLBD; it has: CLAV, OPBD)" in words
    assert StatementFile.objects.count() == 0


def test_the_same_day_again_is_done_with_a_word_and_books_nothing(folder, cast) -> None:
    put(folder, "one.cod", coda_file([Payment(5)]))
    take_statement_folder(folder)
    put(folder, "one.cod", coda_file([Payment(5)]))
    put(folder, "two.xml", camt_file([Payment(5)]))
    assert take_statement_folder(folder).done == ["one.cod", "two.xml"]
    assert StatementLine.objects.count() == 1
    assert "received before" in words_in(folder, "done")
    assert "is booked already" in words_in(folder, "done")


def test_a_day_waits_an_hour_for_the_one_before_it(folder, cast) -> None:
    put(folder, "first.cod", day(0))
    take_statement_folder(folder)
    late = put(folder, "third.cod", day(2))
    assert take_statement_folder(folder).waiting == ["third.cod"]
    assert not late.exists()
    put(folder, "second.xml", day(1))
    assert take_statement_folder(folder).done == ["second.xml", "third.cod"]


def test_a_day_whose_day_before_never_comes_is_refused(folder, cast) -> None:
    put(folder, "first.cod", day(0))
    put(folder, "third.cod", day(2), age_seconds=4_000)
    assert take_statement_folder(folder).refused == ["third.cod"]
    assert "a statement in between is missing" in words_in(folder, "refused")


def test_links_pipes_and_folders_are_never_opened(folder, cast, tmp_path) -> None:
    secret = put(tmp_path, "secret.cod", day(0))
    (folder / "link.cod").symlink_to(secret)
    (folder / "nowhere.cod").symlink_to(tmp_path / "missing")
    os.mkfifo(folder / "pipe.cod")
    (folder / "inner.cod").mkdir()
    report = take_statement_folder(folder, settled_seconds=0)
    assert report.refused == ["link.cod", "nowhere.cod", "pipe.cod"]
    assert "This is a link or a device" in words_in(folder, "refused")
    assert (secret.exists(), (folder / "inner.cod").is_dir(), StatementFile.objects.count()) == (True, True, 0)


def test_a_huge_file_is_refused_unread(folder, cast, settings) -> None:
    settings.STATEMENT_FILE_BYTES_MAX = 1_000
    with (folder / "huge.cod").open("wb") as file:
        file.truncate(5_000_000_000)
    assert take_statement_folder(folder, settled_seconds=0).refused == ["huge.cod"]
    assert "too large" in words_in(folder, "refused")


def test_a_file_that_may_not_be_read_is_put_apart(folder, cast, monkeypatch) -> None:
    put(folder, "locked.cod", day(0))

    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(statement_folder.os, "open", denied)
    assert take_statement_folder(folder).refused == ["locked.cod"]
    assert "can't be read: Permission denied" in words_in(folder, "refused")


def test_a_fault_of_our_own_keeps_the_file_and_does_not_stop_the_others(folder, cast, monkeypatch) -> None:
    put(folder, "first.cod", day(0))
    put(folder, "second.xml", day(1))

    def faulty(*, file_name: str, **rest: object):
        if file_name == "first.cod":
            raise RuntimeError("a mistake")
        return receive_statement_file(file_name=file_name, **rest)

    monkeypatch.setattr(statement_folder, "receive_statement_file", faulty)
    report = take_statement_folder(folder)
    assert (report.done, report.waiting) == (["second.xml"], ["first.cod"])
    assert (folder / "working" / "first.cod").exists()


def test_names_may_be_any_bytes_and_of_any_length(folder, cast) -> None:
    odd = os.fsdecode(b"day \xff\n'\"<b>.cod")
    put(folder, odd, day(0))
    put(folder, "n" * 250 + ".xml", day(1))
    assert len(take_statement_folder(folder).done) == 2
    assert StatementFile.objects.filter(state="booked").count() == 2


def test_a_folder_that_is_not_there_says_so(tmp_path, cast) -> None:
    with pytest.raises(FolderMissing):
        take_statement_folder(tmp_path / "missing")


def test_one_process_looks_at_a_time(folder, cast) -> None:
    put(folder, "one.cod", day(0))
    options = connection.get_connection_params()
    with psycopg.connect(
        **{name: options[name] for name in ("dbname", "user", "host", "port", "password") if options.get(name)}
    ) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('statement-folder', 0))")
        assert take_statement_folder(folder) is None
        other.execute("SELECT pg_advisory_unlock(hashtextextended('statement-folder', 0))")
    assert take_statement_folder(folder).done == ["one.cod"]


def test_the_job_looks_into_the_folder_of_the_settings(folder, cast, settings) -> None:
    put(folder, "one.cod", day(0))
    settings.STATEMENT_FOLDER = ""
    take_statement_folder_job(timestamp=0)
    assert (folder / "one.cod").exists()
    settings.STATEMENT_FOLDER = str(folder)
    take_statement_folder_job(timestamp=0)
    assert names_in(folder, "done") == ["one.cod"]


class Killed(BaseException):
    """What nothing catches, as nothing catches a SIGKILL; what was not committed is rolled back just so."""


@pytest.mark.usefixtures("committed_database")
def test_killed_before_or_after_any_step_nothing_is_lost_or_booked_twice(folder, monkeypatch) -> None:
    """The looks are killed at the first step, then at the second, and so on, until one comes through."""
    play()
    for number, name in enumerate(["c.cod", "b.xml", "a.cod"]):
        put(folder, name, day(number))
    put(folder, "bad.xml", b"<nothing/>")
    steps = {"left": 0, "kills": 0}

    def deadly(do):
        def step(*arguments, **options):
            for moment in ("before", "after"):
                if moment == "after":
                    result = do(*arguments, **options)
                steps["left"] -= 1
                if steps["left"] == 0:
                    steps["kills"] += 1
                    raise Killed
            return result

        return step

    monkeypatch.setattr(Path, "rename", deadly(Path.rename))
    monkeypatch.setattr(Path, "write_text", deadly(Path.write_text))
    monkeypatch.setattr(statement_folder, "receive_statement_file", deadly(receive_statement_file))
    monkeypatch.setattr(statement_folder, "book_statement_file", deadly(book_statement_file))
    for count in range(1, 60):
        steps["left"] = count % 7 + 1
        try:
            take_statement_folder(folder)
        except Killed:
            continue
        if not list((folder / "working").iterdir()):
            break
    steps["left"] = 0
    take_statement_folder(folder)
    assert steps["kills"] >= 5
    assert [name for name in names_in(folder, "done") if not name.endswith(".why.txt")] == ["a.cod", "b.xml", "c.cod"]
    assert "bad.xml" in names_in(folder, "refused")
    assert list(StatementLine.objects.order_by("id").values_list("amount_cents", flat=True)) == [100, 100, 100]
    assert check_books().findings == []
