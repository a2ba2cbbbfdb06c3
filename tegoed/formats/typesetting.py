"""From a typst template and its texts to a paper as bytes: PDF/A-2a (archive, tagged for screen readers), or pictures of it.

Its one law: the texts go in as one JSON string under one name, so no text is ever read as markup; fonts are those inside the
typst wheel and the time stamp is the caller's, so the same texts give the same bytes. A character that none of our fonts draws
(an emoji) shows as a box, which the archive standard forbids: the file is then plain PDF.
"""

import json
import os
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import typst

PDF_STANDARD = "a-2a"
PREVIEW_PPI = 144.0
_ROOT = Path(__file__).parents[1]

# Workers draw side by side, each on its own core: helper threads inside typst only cost. Read once, at its first page.
os.environ.setdefault("RAYON_NUM_THREADS", "1")

# A compiler serves one thread at a time ("Already borrowed" otherwise) and keeps its fonts and its parsed template.
_of_thread = threading.local()


def write_pdf(template: Path, texts: Mapping[str, Any], *, name: str, stamped_at: datetime) -> bytes:
    """The paper as PDF. `name`: under which the template finds its texts. Raises `typst.TypstError` for a faulty template."""
    content = json.dumps(texts)
    options = {"format": "pdf", "timestamp": stamped_at.astimezone(UTC).replace(microsecond=0)}
    try:
        return cast("bytes", _compile(template, name, content, pdf_standards=[PDF_STANDARD], **options))
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
    return cast("bytes", _compile(template, name, content, **options))


def write_pictures(template: Path, texts: Mapping[str, Any], *, name: str, ppi: float = PREVIEW_PPI) -> list[bytes]:
    """The same pages as PNG, one each, for a look at them."""
    pages = _compile(template, name, json.dumps(texts), format="png", ppi=ppi)
    return [pages] if isinstance(pages, bytes) else pages


def start_of_day(on: date) -> datetime:
    """The time stamp of a paper that is only dated."""
    return datetime.combine(on, datetime.min.time(), tzinfo=UTC)


def _compile(template: Path, name: str, content: str, **options: Any) -> Any:
    compilers: dict[Path, Any] = _of_thread.__dict__.setdefault("compilers", {})
    if template not in compilers:
        compilers[template] = typst.Compiler(str(template), root=str(_ROOT), ignore_system_fonts=True)
    return compilers[template].compile(sys_inputs={name: content}, **options)
