"""Sheets of vouchers to print: ten to an A4 page, with cut marks, after a cover page for who brings them.

Its one law: every text comes written; nothing is translated or reckoned here, and no text is ever read as markup (typst
gets it as JSON strings). The barcode (Code 128) holds the number and nothing else. A sheet is written at one go, so whoever
asks for one keeps it to the size of a print batch.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import typst
from barcode.codex import Code128

_FOLDER = Path(__file__).parent
_ROOT = Path(__file__).parents[2]
_BAR_HEIGHT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherFace:
    """One voucher: `number` as the barcode holds it, the rest as it is read, in the language of its person."""

    number: str
    number_shown: str
    language: str
    product: str
    value: str
    person: str
    valid_until: str
    usage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherSheets:
    """The vouchers of one delivery place. `cover`: (label, value) for who brings them; `place` stands on each voucher."""

    language: str
    title: str
    issuer: str
    place: str
    cover: Sequence[tuple[str, str]]
    page_label: str
    vouchers: Sequence[VoucherFace]
    made_at: datetime


def write_voucher_pdf(sheets: VoucherSheets) -> bytes:
    """The PDF; the same sheets give the same bytes."""
    return cast("bytes", _compile(sheets, format="pdf"))


def write_voucher_png(sheets: VoucherSheets, *, pixels_per_inch: int = 300) -> list[bytes]:
    """The pages as pictures, the cover first: what a printer makes of them."""
    return cast("list[bytes]", _compile(sheets, format="png", ppi=pixels_per_inch))


def _compile(sheets: VoucherSheets, **options: Any) -> Any:
    told = asdict(sheets) | {"made_at": ""}
    for voucher in told["vouchers"]:
        voucher["barcode"] = barcode_svg(voucher["number"])
    compiler = typst.Compiler(str(_FOLDER / "template.typ"), root=str(_ROOT), ignore_system_fonts=True)
    timestamp = sheets.made_at.astimezone(UTC).replace(microsecond=0)
    return compiler.compile(sys_inputs={"sheets": json.dumps(told)}, timestamp=timestamp, **options)


def barcode_svg(number: str) -> str:
    """The number as Code 128: one path, a unit wide for each module, with the quiet zone that a reader asks for."""
    modules = Code128(number).build()[0]
    quiet = 10
    bars, start = [], 0
    for position in range(1, len(modules) + 1):
        if position == len(modules) or modules[position] != modules[start]:
            if modules[start] == "1":
                bars.append(f"M{start + quiet} 0h{position - start}v{_BAR_HEIGHT}h-{position - start}z")
            start = position
    width = len(modules) + 2 * quiet
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_BAR_HEIGHT}" width="{width}" '
        f'height="{_BAR_HEIGHT}" shape-rendering="crispEdges"><path d="{"".join(bars)}" fill="#000"/></svg>'
    )
