"""XML in pieces, elements out: the only place where bytes of a bank's XML are parsed.

Its one law: no file makes it fetch, expand or hold anything. No document type, no entities, no network; each element is
handed out as soon as it ends and then let go, so memory depends on one entry and never on the file. Caps: bytes of the
file, bytes between two elements handed out. It knows nothing of statements but which elements to hand out.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from lxml import etree

from tegoed.formats.camt053.refusals import (
    CamtCutShort,
    CamtDefinitions,
    CamtNotWellFormed,
    CamtTooLarge,
)

FILE_BYTES_MAX = 150_000_000  # 100,000 entries as the wordiest banks write them
ELEMENT_BYTES_MAX = 2_000_000  # between two elements handed out: one entry or detail has some thousands

_PIECE_BYTES = 1 << 16
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MESSAGE_LEVELS = 2
_NOTICED_AT_THE_END = {
    etree.ErrorTypes.ERR_INTERNAL_ERROR,  # an entity that nothing defines
    etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE,
}


class Stream:
    """The file, read piece by piece. `message()` first: what kind it is; then `events()`."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._kept: list[bytes] = []
        self._byte_count = 0

    def message(self) -> tuple[str, str, str]:
        """Namespace, name of the root element and name of its first child. The pieces looked at are kept."""
        parser = _parser(("start",))
        found: list[Any] = []
        for piece in self._pieces():
            self._kept.append(piece)
            if _DOCTYPE.search(piece.replace(b"\0", b"")):
                raise CamtDefinitions
            _feed(parser, piece)
            found += [element for _, element in parser.read_events()]
            if found:
                _refuse_definitions(found[0])
            if len(found) >= _MESSAGE_LEVELS:
                break
            if self._byte_count > ELEMENT_BYTES_MAX:
                raise _too_large("ELEMENT_BYTES_MAX", self._byte_count, ELEMENT_BYTES_MAX)
        else:
            _close(parser)
        namespace, _, root = str(found[0].tag).rpartition("}")
        child = str(found[1].tag).rpartition("}")[2] if len(found) > 1 else ""
        return namespace.lstrip("{"), root, child

    def events(self, *, starts: Iterable[str], ends: Iterable[str]) -> Iterator[tuple[str, Any]]:
        """(`start` or `end`, element) for elements of these names in Clark notation, as they come.

        Who receives an ended element reads it at once and lets it go (`let_go`): what is kept counts as memory.
        """
        ends = frozenset(ends)
        parser = _parser(("start", "end"), tag=sorted({*starts, *ends}))
        starts = frozenset(starts)
        since = 0
        for piece in self._pieces():
            since += len(piece)
            _feed(parser, piece)
            for event, element in parser.read_events():
                if event == "start":
                    if element.tag in starts:
                        _refuse_definitions(element)
                        yield event, element
                elif element.tag in ends:
                    since = 0
                    yield event, element
            if since > ELEMENT_BYTES_MAX:
                raise _too_large("ELEMENT_BYTES_MAX", since, ELEMENT_BYTES_MAX)
        _close(parser)
        yield from (
            (event, element)
            for event, element in parser.read_events()
            if element.tag in (starts if event == "start" else ends)
        )

    def _pieces(self) -> Iterator[bytes]:
        kept, self._kept = self._kept, []
        yield from kept
        while piece := self._source.read(_PIECE_BYTES):
            self._byte_count += len(piece)
            if self._byte_count > FILE_BYTES_MAX:
                raise _too_large("FILE_BYTES_MAX", self._byte_count, FILE_BYTES_MAX)
            yield piece


def let_go(element: Any) -> None:
    """Forget an element that was read, and the one of the same name before it. (The parser is still at this one.)"""
    element.clear()
    before = element.getprevious()
    if before is not None and before.tag == element.tag:
        element.getparent().remove(before)


def _parser(events: tuple[str, ...], tag: list[str] | None = None) -> Any:
    return etree.XMLPullParser(
        events=events,
        tag=tag,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _feed(parser: Any, piece: bytes) -> None:
    try:
        parser.feed(piece)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise CamtNotWellFormed(line=line, column=column) from None


def _close(parser: Any) -> None:
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        noticed = list(parser.feed_error_log)
        line, column = (noticed[-1].line, noticed[-1].column) if noticed else error.position
        if error.code in _NOTICED_AT_THE_END:
            raise CamtNotWellFormed(line=line, column=column) from None
        raise CamtCutShort(line=line) from None


def _refuse_definitions(element: Any) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise CamtDefinitions


def _too_large(limit: str, found: int, maximum: int) -> CamtTooLarge:
    return CamtTooLarge(limit=limit, found=found, maximum=maximum)
