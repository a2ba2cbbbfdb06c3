"""Somebody at a spreadsheet: cells typed over in a workbook as it came, and what stands in it read back."""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from xml.etree import ElementTree as ET

from python_calamine import CalamineWorkbook

from tegoed.formats.workbook.layout import FormLayout
from tegoed.formats.workbook.reader import FormHead, read_form

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ET.register_namespace("", MAIN)
ET.register_namespace("r", RELATIONS)


def typed(content: bytes, cells: Mapping[tuple[int, str], str | int], *, layout: FormLayout) -> bytes:
    """The same workbook with these cells typed over, by (row, column key); all the rest of the file stays as it is."""
    head = next(iter(read_form(content, file_name="form.xlsx", layout=layout)))
    assert isinstance(head, FormHead)
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        sheet = _part_of(old, head.sheet)
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, _typed_over(part, cells, head) if name == sheet else part)
    return target.getvalue()


def rows_of(content: bytes, sheet: str) -> list[list]:
    """What stands in a sheet, header included."""
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(sheet).to_python()


def _part_of(book: zipfile.ZipFile, sheet: str) -> str:
    names = [node.get("name") for node in ET.fromstring(book.read("xl/workbook.xml")).iter(f"{{{MAIN}}}sheet")]
    return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"


def _typed_over(part: bytes, cells: Mapping[tuple[int, str], str | int], head: FormHead) -> bytes:
    root = ET.fromstring(part)
    rows = {int(row.get("r", 0)): row for row in root.iter(f"{{{MAIN}}}row")}
    for (row, key), value in cells.items():
        letter = chr(ord("A") + head.positions[head.keys.index(key)])
        cell = _cell(rows[row], f"{letter}{row}")
        for child in list(cell):
            cell.remove(child)
        if isinstance(value, int):
            cell.attrib.pop("t", None)
            ET.SubElement(cell, f"{{{MAIN}}}v").text = str(value)
        else:
            cell.set("t", "inlineStr")
            ET.SubElement(ET.SubElement(cell, f"{{{MAIN}}}is"), f"{{{MAIN}}}t").text = value
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _cell(row: ET.Element, name: str) -> ET.Element:
    """The cell of this name; made in its place when nothing was ever written there."""
    names = [re.sub(r"\d", "", cell.get("r", "")) for cell in row]
    letter = re.sub(r"\d", "", name)
    if letter in names:
        return row[names.index(letter)]
    cell = ET.Element(f"{{{MAIN}}}c", {"r": name})
    row.insert(sum(1 for other in names if other < letter), cell)
    return cell
