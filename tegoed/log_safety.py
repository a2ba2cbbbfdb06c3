"""The last stop before a log line is written: whatever looks like a national number or a secret address is cut out.

Its one law: no eleven digits that could be a NISS or BIS number leave in a log, in whatever field, with or without dots
and dashes, and no part of an address long enough to be a one-time link (Django's own lines name addresses when something
fails). It is the net under the rule that nobody logs one in the first place (SPEC X2), not a licence to.
"""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# The gaps are those that `rules.identifiers` reads over, wherever somebody put them.
_GAP = "[ \\t\u00a0\u202f\u2009./\u2010\u2011\u2013-]{0,3}"
_LOOKS_LIKE_IDENTIFIER = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{10}}(?!\d)")
_SECRET_IN_ADDRESS = re.compile(r"(?<=/)[A-Za-z0-9_-]{32,}(?![A-Za-z0-9_.-])")
_DEPTH_MAX = 6
CUT = "[identifier]"
CUT_SECRET = "[secret]"  # noqa: S105 - what stands in its place


def _clean(value: Any, depth: int = 0) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        value = bytes(value).decode(errors="replace")  # in its repr an escape such as xa9 would stick to the digits
    if isinstance(value, str):
        return _SECRET_IN_ADDRESS.sub(CUT_SECRET, _LOOKS_LIKE_IDENTIFIER.sub(CUT, value))
    if value is None:
        return None
    if isinstance(value, bool | int | float):
        is_whole = not isinstance(value, float) or value.is_integer()
        return CUT if is_whole and _LOOKS_LIKE_IDENTIFIER.search(str(int(value))) else value
    if isinstance(value, dict) and depth < _DEPTH_MAX:
        return {_clean(str(key), depth + 1): _clean(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and depth < _DEPTH_MAX:
        return [_clean(item, depth + 1) for item in value]
    return _clean(str(value))


def without_identifiers_in(text: str) -> str:
    """A text that somebody typed, before it is kept where no national number may stand."""
    return _LOOKS_LIKE_IDENTIFIER.sub(CUT, text)


def without_identifiers(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: the same event with `[identifier]` where a national number stood."""
    return {_clean(key): _clean(value) for key, value in event.items()}


def configure() -> None:
    """Make structlog hand its events to the standard logging set up in settings."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
