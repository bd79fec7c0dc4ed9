"""Sheets: an Excel workbook (ECMA-376) written row by row, so that its size never is in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from io import TextIOWrapper
from math import isfinite
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

LONGEST_CELL = 32_767
"""Characters that Excel takes in one cell."""

_MOMENT, _DAY, _HEAD = 1, 2, 3  # places in cellXfs below
_EPOCH = datetime(1899, 12, 30)
_EXACT = 10**15  # a whole number beyond this would lose digits as an Excel number
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" \
ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" \
ContentType="application/xml"/><Override PartName="/xl/workbook.xml" \
ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override \
PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>\
{sheets}</Types>"""
_SHEET_TYPE = (
    '<Override PartName="/xl/worksheets/sheet{n}.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
)
_RELS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" \
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>\
</Relationships>"""
_STYLES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt \
numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/></font><font>\
<b/><sz val="11"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill \
patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/>\
</cellStyleXfs><cellXfs count="4"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="14" \
applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs><cellStyles \
count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""
_BOOK = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" \
xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{sheets}</sheets></workbook>"""
_BOOK_RELS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{sheets}<Relationship \
Id="rIdStyles" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" \
Target="styles.xml"/></Relationships>"""
_SHEET = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet '
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{view}<sheetData>'
)
_FROZEN = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
    'state="frozen"/></sheetView></sheetViews>'
)


def write_book(path: Path, sheets: Iterable[tuple[str, Iterable[Iterable[Any]]]]) -> None:
    """Write sheets (title, rows) one after the other; the first row of each is its bold, frozen head.

    Numbers, truth values, days and moments (naive: Excel knows no zones) keep their type; text is only ever text, so
    that no cell is a formula. A text beyond 32,767 characters is cut.
    """
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=5) as book:
        names: list[str] = []
        for title, rows in sheets:
            names.append(title)
            with (
                book.open(f"xl/worksheets/sheet{len(names)}.xml", "w", force_zip64=True) as raw,
                TextIOWrapper(raw, "utf-8", newline="") as sheet,
            ):
                sheet.write(_SHEET.format(view=_FROZEN))
                for n, row in enumerate(rows, 1):
                    cells = "".join(_cells(row, head=n == 1))
                    sheet.write(f'<row r="{n}">{cells}</row>')
                sheet.write("</sheetData></worksheet>")
        told = list(enumerate(names, 1))
        book.writestr("[Content_Types].xml", _TYPES.format(sheets="".join(_SHEET_TYPE.format(n=n) for n, _ in told)))
        book.writestr("_rels/.rels", _RELS)
        book.writestr("xl/styles.xml", _STYLES)
        book.writestr(
            "xl/workbook.xml",
            _BOOK.format(
                sheets="".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in told)
            ),
        )
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
        links = "".join(f'<Relationship Id="rId{n}" Type="{kind}" Target="worksheets/sheet{n}.xml"/>' for n, _ in told)
        book.writestr("xl/_rels/workbook.xml.rels", _BOOK_RELS.format(sheets=links))


def _cells(row: Iterable[Any], *, head: bool) -> Iterator[str]:
    for value in row:
        if value is None:
            yield "<c/>"
        elif isinstance(value, bool):
            yield f'<c t="b"><v>{int(value)}</v></c>'
        elif (number := _number(value)) is not None:
            yield f"<c><v>{number}</v></c>"
        elif isinstance(value, datetime):
            yield f'<c s="{_MOMENT}"><v>{(value - _EPOCH).total_seconds() / 86400!r}</v></c>'
        elif isinstance(value, date):
            yield f'<c s="{_DAY}"><v>{(value - _EPOCH.date()).days}</v></c>'
        else:
            style = f' s="{_HEAD}"' if head else ""
            yield f'<c t="inlineStr"{style}><is><t xml:space="preserve">{_text(str(value))}</t></is></c>'


def _number(value: Any) -> str | None:
    if isinstance(value, int):
        return str(value) if abs(value) < _EXACT else None
    if isinstance(value, float):
        return repr(value) if isfinite(value) else None
    return str(value) if isinstance(value, Decimal) and value.is_finite() else None


def _text(value: str) -> str:
    """Text as XML 1.0 takes it; what it cannot hold is written as Excel does, `_x0001_`."""
    value = _ESCAPED.sub("_x005F_", value[:LONGEST_CELL])
    value = _FORBIDDEN.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    return escape(value).replace("\r", "_x000D_")
