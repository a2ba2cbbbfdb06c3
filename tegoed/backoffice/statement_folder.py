"""A folder in which the bank's files are dropped: each complete one is booked and moved away, with words when refused.

Its one law: killed at any point, nothing is booked twice and no file is lost. A file is first claimed by moving it to
`working/`, then taken in (the database knows it by its content), booked, and moved to `done/` or `refused/`; what lies in
`working/` at the start of a look is gone on with. One process looks at a time. Nothing but plain files is ever opened.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import structlog
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tegoed.banking.models import StatementFile, StatementFileState
from tegoed.banking.refusals import (
    StatementChainBroken,
    StatementFileKnown,
    StatementFileTooLarge,
    StatementKnown,
)
from tegoed.errors import Refusal
from tegoed.flows.receive_statement import book_statement_file, receive_statement_file
from tegoed.formats.bank_file import HEAD_BYTES, day_made
from tegoed.refusals import message_of
from tegoed.refusals.banking import told, told_again

log = structlog.get_logger(__name__)

WORKING, DONE, REFUSED = "working", "done", "refused"
SETTLED_SECONDS = 60
"""So long nothing was written to a file before it is taken for complete."""
EARLIER_DAY_SECONDS = 3_600
"""So long a file waits in the folder for the day before it, which may come after it."""
NAME_LENGTH_MAX = 50
FILES_MAX = 500
"""How many one look takes; the next look takes the rest."""

_UNFINISHED_ENDINGS = (".part", ".partial", ".filepart", ".tmp", ".crdownload")


class FileNotPlain(Refusal):
    """A link, a device or the like in the folder: never opened."""

    code = "statement-file-not-plain"


class FileNotReadable(Refusal):
    """The file can't be read. Params: `error` (in the words of the system)."""

    code = "statement-file-not-readable"


class FolderMissing(Refusal):
    """The folder is not there or can't be written. Params: `folder`, `error`."""

    code = "statement-folder-missing"


@dataclass(slots=True)
class FolderReport:
    """Names of the files by what became of them."""

    done: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


class _Waits(Exception):  # noqa: N818 - no error: the next look goes on with the file
    """The file stays where it is until the next look."""


def take_statement_folder(folder: Path, *, settled_seconds: float = SETTLED_SECONDS) -> FolderReport | None:
    """Book every complete file of the folder; None when another process is at it. Raises `FolderMissing`.

    Complete: nothing written for `settled_seconds`, and no name of an unfinished transfer (`.part`, a dot in front, ...).
    Files of several days may lie there in any order.
    """
    report = FolderReport()
    with _only_one_looks() as is_ours:
        if not is_ours:
            return None
        try:
            for name in (WORKING, DONE, REFUSED):
                (folder / name).mkdir(exist_ok=True)
            _claim_complete(folder, report, settled_seconds=settled_seconds)
            _take_claimed(folder, report)
        except OSError as error:
            raise FolderMissing(folder=str(folder), error=error.strerror or str(error)) from error
    return report


@contextmanager
def _only_one_looks() -> Iterator[bool]:
    """Whether this process may look: a lock over several transactions, which ends with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended('statement-folder', 0))")
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended('statement-folder', 0))")


def _claim_complete(folder: Path, report: FolderReport, *, settled_seconds: float) -> None:
    """Move what is complete to `working/`. A file of that name there already is gone on with first."""
    now = timezone.now().timestamp()
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)[:FILES_MAX]
    for entry in found:
        if entry.is_dir(follow_symlinks=False) or entry.name.startswith("."):
            continue
        written_at = entry.stat(follow_symlinks=False).st_mtime
        is_settled = abs(now - written_at) >= settled_seconds  # a clock ahead of ours settles as well
        claimed = folder / WORKING / entry.name
        if not is_settled or entry.name.lower().endswith(_UNFINISHED_ENDINGS) or os.path.lexists(claimed):
            report.waiting.append(entry.name)
        else:
            Path(entry.path).rename(claimed)


def _take_claimed(folder: Path, report: FolderReport) -> None:
    """Again and again over what is claimed, as long as one was booked: the day before another may come after it."""
    waiting = sorted((folder / WORKING).iterdir(), key=lambda path: (_day_of(path), path.name))
    while waiting:
        left = [path for path in waiting if not _take(path, folder, report)]
        if len(left) == len(waiting):
            break
        waiting = left
    for path in waiting:
        _wait_or_refuse(path, folder, report)


def _take(path: Path, folder: Path, report: FolderReport) -> bool:
    """Have one file booked and put it away; False when the day before it is missing."""
    try:
        words = _booked(path)
    except StatementChainBroken:
        return False
    except _Waits:
        report.waiting.append(path.name)
    except Refusal as refusal:
        _refuse(path, folder, report, refusal)
    except OSError:
        raise
    except Exception:  # a fault of our own: the file stays, and the others go on
        log.exception("statement-file-not-taken", file_name=_name_of(path))
        report.waiting.append(path.name)
    else:
        _put_away(path, folder / DONE, words)
        report.done.append(path.name)
    return True


def _refuse(path: Path, folder: Path, report: FolderReport, refusal: Refusal) -> None:
    _put_away(path, folder / REFUSED, message_of(told(refusal)))
    report.refused.append(path.name)
    log.warning("statement-file-refused-in-folder", file_name=_name_of(path), code=refusal.code)


def _day_of(path: Path) -> date:
    try:
        with _opened(path) as file:
            return day_made(file.read(HEAD_BYTES))
    except (Refusal, OSError):
        return date.max


def _wait_or_refuse(path: Path, folder: Path, report: FolderReport) -> None:
    """A file whose day before is missing waits an hour for it."""
    if timezone.now().timestamp() - path.lstat().st_mtime < EARLIER_DAY_SECONDS:
        report.waiting.append(path.name)
        return
    try:
        _booked(path)
    except Refusal as refusal:
        _refuse(path, folder, report, refusal)
    else:
        _put_away(path, folder / DONE, "")
        report.done.append(path.name)


def _booked(path: Path) -> str:
    """Have the file booked, unless it is already; words for whoever looks later, if there is something to say.

    Raises the refusals of `receive_statement_file`, `FileNotPlain`, `FileNotReadable`.
    """
    content = _content_of(path)
    try:
        file = receive_statement_file(file_name=_name_of(path), content=content, actor=None)
    except StatementKnown as known:
        return message_of(told(known))
    except StatementFileKnown as known:
        file = StatementFile.objects.exclude(state=StatementFileState.REFUSED).get(sha256=sha256(content).hexdigest())
        if file.state == StatementFileState.BOOKED:
            return message_of(told(known))
    del content
    book_statement_file(file_id=file.pk)
    file.refresh_from_db(fields=["state", "refusal_code", "refusal_params"])
    if file.state == StatementFileState.REFUSED:
        raise told_again(file.refusal_code, file.refusal_params)
    if file.state == StatementFileState.RECEIVED:  # a worker is booking it
        raise _Waits
    return ""


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The file, if it is a plain one: no link is followed, and nobody waits for the other end of a pipe."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if path.is_symlink():
            raise FileNotPlain from None
        raise FileNotReadable(error=error.strerror) from None
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise FileNotPlain
    with os.fdopen(number, "rb") as file:
        yield file


def _content_of(path: Path) -> bytes:
    with _opened(path) as opened:
        number = opened.fileno()
        facts = os.fstat(number)
        if facts.st_size > settings.STATEMENT_FILE_BYTES_MAX:
            raise StatementFileTooLarge(byte_count=facts.st_size, byte_count_max=settings.STATEMENT_FILE_BYTES_MAX)
        try:
            content = opened.read(settings.STATEMENT_FILE_BYTES_MAX + 1)
        except OSError as error:
            raise FileNotReadable(error=error.strerror) from None
        if os.fstat(number).st_size != len(content):
            raise _Waits  # somebody writes to it still
        return content


def _put_away(path: Path, folder: Path, words: str) -> None:
    """Move the file under a name of its own, its words beside it. Words first: a file that was moved is not looked at again."""
    name = f"{timezone.localtime():%Y%m%d-%H%M%S-%f}-{_name_of(path)}"
    if words:
        (folder / f"{name}.why.txt").write_text(f"{_name_of(path)}: {words}\n", encoding="utf-8")
    path.rename(folder / name)


def _name_of(path: Path) -> str:
    """The file's name as text that can be kept and written anywhere: names of files may be any bytes."""
    return path.name.encode(errors="replace").decode()[-NAME_LENGTH_MAX:]
