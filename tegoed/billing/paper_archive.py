"""Many invoices and credit notes as one ZIP, made while it is sent: PDF and XML of each, and an index (SPEC I5).

Its one law: what was sent to the client is in it byte for byte; one document is in memory at a time, whatever the number. A PDF
in another language is made for this reader and not kept (`documents`).
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime

from tegoed.billing.documents import Paper, document_of
from tegoed.billing.models import CreditNote
from tegoed.billing.paper_list import papers_by_key
from tegoed.clients.models import Client
from tegoed.errors import Refusal
from tegoed.formats.table_file import TableColumn, write_csv
from tegoed.rules.structured_communication import pretty

PAPERS_MAX = 1_000
"""The most papers of one archive: some minutes at worst, when every PDF has to be made in another language."""

_PAPERS_AT_ONCE = 50
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class TooManyPapers(Refusal):
    """More papers than one archive holds. Params: `count`, `papers_max`."""

    code = "too-many-papers"


class _Passage:
    """What ZipFile writes to: keeps the bytes until they are taken. It can't be wound back, and need not."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._kept.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        kept, self._kept = b"".join(self._kept), []
        return kept


def check_paper_count(count: int) -> None:
    """Raises `TooManyPapers`."""
    if count > PAPERS_MAX:
        raise TooManyPapers(count=count, papers_max=PAPERS_MAX)


def archive_of(
    client: Client,
    keys: Sequence[tuple[str, int]],
    *,
    columns: Sequence[TableColumn],
    kind_words: dict[str, str],
    language: str | None,
    reader_language: str,
    made_at: datetime,
) -> Iterator[bytes]:
    """The bytes of the archive, piece by piece; papers of another client are left out by who reads them.

    `language` is that of the PDFs, None for the one each was sent in. `columns` are the headings of the index: number,
    kind, issued, due, total, open, communication, PDF, XML; `kind_words` the words for `product`, `card`, `credit`.
    """
    passage = _Passage()
    index: list[list[object]] = []
    stamp = made_at.timetuple()[:6]
    with zipfile.ZipFile(passage, "w") as archive:  # type: ignore[call-overload]  # it writes and flushes: all it takes
        for start in range(0, len(keys), _PAPERS_AT_ONCE):
            for paper in papers_by_key(client, list(keys[start : start + _PAPERS_AT_ONCE])):
                names = []
                for document_format, suffix in (("pdf", "pdf"), ("ubl", "xml")):
                    wanted = language if document_format == "pdf" else None
                    document = document_of(paper, document_format, language=wanted)  # type: ignore[arg-type]
                    name = _UNSAFE.sub("_", f"{paper.number}.{suffix}")
                    _add(archive, name, bytes(document.content), stamp, is_packed=document_format == "pdf")
                    names.append(name)
                    yield passage.taken()
                index.append(_index_row(paper, names, kind_words))
        content = write_csv(columns, index, language=reader_language)
        _add(archive, "index.csv", content, stamp, is_packed=False)
    yield passage.taken()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, stamp: tuple[int, ...], *, is_packed: bool) -> None:
    info = zipfile.ZipInfo(name, date_time=stamp)  # type: ignore[arg-type]  # year to second
    info.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    archive.writestr(info, content)


def _index_row(paper: Paper, names: Sequence[str], kind_words: dict[str, str]) -> list[object]:
    if isinstance(paper, CreditNote):
        return [paper.number, kind_words["credit"], paper.issued_on, None, -paper.total_cents, None, "", *names]
    communication = pretty(paper.structured_communication)
    amounts = [paper.total_cents, paper.open_cents]
    return [paper.number, kind_words[paper.kind], paper.issued_on, paper.due_on, *amounts, communication, *names]
