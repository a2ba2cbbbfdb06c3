"""Message catalogues: `update` brings them to the texts of today, `compile` makes what Django reads, `missing` lists gaps.

Babel does the work; Django's templates are first turned into Python by Django's own `templatize`. No gettext needed.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "tegoed"
LANGUAGES = ("nl", "fr", "de")
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def catalogue_path(language: str) -> Path:
    return SOURCES / "locale" / language / "LC_MESSAGES" / "django.po"


def sources() -> Iterator[tuple[Path, bytes]]:
    """Every file with texts, as Python source."""
    for path in sorted(SOURCES.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_bytes()
    for path in sorted([*SOURCES.rglob("templates/**/*.html"), *SOURCES.rglob("templates/**/*.txt")]):
        python = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield path, "\n".join(line.strip() for line in python.splitlines()).encode()  # its indentation means nothing


def texts_of_today() -> Catalog:
    """All texts to translate, with the files they stand in."""
    catalog = Catalog(project="Tegoed", charset="utf-8")
    for path, source in sources():
        where = str(path.relative_to(ROOT))
        for line, function, message, comments in extract_python(
            BytesIO(source), list(KEYWORDS), ["Translators:"], {"encoding": "utf-8"}
        ):
            _add(catalog, function, message, (where, line), comments)
    _add_library_texts(catalog)
    return catalog


def _add(catalog: Catalog, function: str, message: object, where: tuple[str, int], comments: list[str]) -> None:
    parts = list(message) if isinstance(message, tuple) else [message]
    context = parts.pop(0) if function.startswith(("pgettext", "npgettext")) else None
    texts = [part for part in parts if isinstance(part, str)]
    if not texts or not texts[0]:
        return
    is_plural = function.startswith(("ngettext", "npgettext")) and len(texts) > 1
    catalog.add(
        tuple(texts[:2]) if is_plural else texts[0], locations=[(where[0], 0)], auto_comments=comments, context=context
    )


def _add_library_texts(catalog: Catalog) -> None:
    """Texts that libraries show on our pages and that their own catalogues lack in one of our languages."""
    listed = ROOT / "tegoed" / "locale" / "library_texts.txt"
    if listed.exists():
        for text in listed.read_text(encoding="utf-8").splitlines():
            if text and not text.startswith("#"):
                catalog.add(
                    text.encode().decode("unicode_escape").encode("latin-1").decode(), locations=[("library", 0)]
                )


def update() -> None:
    """Write the catalogues anew: new texts empty, texts that went away left out, translations kept."""
    today = texts_of_today()
    for language in LANGUAGES:
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        known = read_po(BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(locale=language)
        known.update(today, no_fuzzy_matching=True)
        known.obsolete.clear()
        known.fuzzy = False
        with path.open("wb") as file:
            write_po(file, known, width=120, omit_header=False, sort_output=True, no_location=True)
        print(
            f"{language}: {sum(not is_translated(message) for message in known if message.id)} of {len(known)} missing"
        )


def is_translated(message: object) -> bool:
    texts = getattr(message, "string", "")
    return all(texts) if isinstance(texts, list | tuple) else bool(texts)


def compile_catalogues() -> None:
    """Write the `.mo` files beside the catalogues."""
    for language in LANGUAGES:
        path = catalogue_path(language)
        if path.exists():
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, read_po(BytesIO(path.read_bytes()), locale=language))


def print_missing() -> None:
    """List the texts without translation, language by language."""
    for language in LANGUAGES:
        for message in read_po(BytesIO(catalogue_path(language).read_bytes()), locale=language):
            if message.id and not is_translated(message):
                print(f"{language}\t{message.id!r}")


if __name__ == "__main__":
    {"update": update, "compile": compile_catalogues, "missing": print_missing}[sys.argv[1]]()
