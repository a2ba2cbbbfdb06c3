"""What kind of file it really is, by its content; its name tells nothing.

Its one law: what isn't recognised is refused by reason, before any parser opens it. It only looks at signatures and the
table of contents of an archive: whether the inside is harmless is for `archive`.
"""

import io
import struct
import zipfile
from enum import StrEnum

from tegoed.formats.workbook.limits import DEFAULT, ReadLimits
from tegoed.formats.workbook.refusal import WorkbookRefused

_BYTES_OF_MEGABYTE = 1_000_000
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"
_END_OF_ARCHIVE = b"PK\x05\x06"
_END_OF_ARCHIVE_BYTES = 22
_ARCHIVE_COMMENT_BYTES_MAX = 65_535
_BYTES_OF_ENTRY_MAX = 1_000
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_TEXT_SAMPLE_BYTES = 100_000
_BLANK = b"\0 \t\r\n"
_MARKUP_STARTS = (b"<", b"{\\rtf", b"%PDF", b"%!PS")


class FileKind(StrEnum):
    """The files that are read."""

    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"
    CSV = "csv"


def sniff(content: bytes, *, limits: ReadLimits = DEFAULT) -> FileKind:
    """The kind of the file. Costs milliseconds, so a web request may ask.

    Raises `WorkbookRefused`: `empty`, `file-too-large`, `type`, `web-page`, `password`, `macro`, `damaged`.
    """
    if not content[:_TEXT_SAMPLE_BYTES].strip(_BLANK):
        raise WorkbookRefused(reason="empty")
    if len(content) > limits.file_bytes_max:
        raise WorkbookRefused(reason="file-too-large", megabytes_max=limits.file_bytes_max // _BYTES_OF_MEGABYTE)
    if content.startswith(_ZIP):
        return _kind_of_archive(content, limits)
    if content.startswith(_OLE):
        return _kind_of_compound(content)
    return _kind_of_text(content)


def open_archive(content: bytes, limits: ReadLimits) -> zipfile.ZipFile:
    """The archive with a table of contents of bounded size. Raises `WorkbookRefused` (`damaged`, `bomb`)."""
    tail = content[-(_ARCHIVE_COMMENT_BYTES_MAX + _END_OF_ARCHIVE_BYTES) :]
    end = tail.rfind(_END_OF_ARCHIVE)
    if end < 0 or len(tail) - end < _END_OF_ARCHIVE_BYTES:
        raise WorkbookRefused(reason="damaged")
    entry_count, table_bytes = struct.unpack_from("<HI", tail, end + 10)
    if entry_count > limits.member_count_max or table_bytes > limits.member_count_max * _BYTES_OF_ENTRY_MAX:
        raise WorkbookRefused(reason="bomb")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except Exception as error:  # the table of contents is hostile: whatever its reader says, it is damaged
        raise WorkbookRefused(reason="damaged") from error
    if len(archive.infolist()) > limits.member_count_max:
        raise WorkbookRefused(reason="bomb")
    return archive


def _kind_of_archive(content: bytes, limits: ReadLimits) -> FileKind:
    archive = open_archive(content, limits)
    names = {name.replace("\\", "/").lower() for name in archive.namelist()}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise WorkbookRefused(reason="macro")
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        raise WorkbookRefused(reason="password")
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    if "content.xml" in names and _ODS_TYPE in content[:200]:
        return FileKind.ODS
    raise WorkbookRefused(reason="type")


def _kind_of_compound(content: bytes) -> FileKind:
    """An OLE file: an old workbook, or a new one behind a password."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise WorkbookRefused(reason="password")
    if "_VBA_PROJECT_CUR".encode("utf-16-le") in content:
        raise WorkbookRefused(reason="macro")
    if any(f"{name}\0".encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return FileKind.XLS
    raise WorkbookRefused(reason="type")


def _kind_of_text(content: bytes) -> FileKind:
    sample = content[:_TEXT_SAMPLE_BYTES]
    if sample.startswith(_UTF16):
        return FileKind.CSV
    start = sample.removeprefix(_UTF8_MARK).lstrip()
    if start[:15].lower().startswith((b"<html", b"<!doctype html", b"<table")):
        raise WorkbookRefused(reason="web-page")
    if b"\0" in content or start.startswith(_MARKUP_STARTS):
        raise WorkbookRefused(reason="type")
    return FileKind.CSV
