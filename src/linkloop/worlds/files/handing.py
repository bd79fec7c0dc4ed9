"""Handing: waiting rows handed out as a file that a person mends elsewhere, and what was mended taken back."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Literal, NamedTuple

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.worlds.files.encoding import look
from linkloop.worlds.files.formats import open_sources
from linkloop.worlds.files.quarantine import EXTRA, OWN, REASON_EN, REASON_ZH, safe, unsafe
from linkloop.worlds.files.reasons import tell
from linkloop.worlds.files.sheet import write_sheet
from linkloop.worlds.files.source import ROW
from linkloop.worlds.files.ward import Ward


class Back(NamedTuple):
    """What came back: changed cells (row, column, text), rows that are waiting here, rows that are not."""

    cells: list[tuple[int, str, str]]
    known: list[int]
    unknown: int


def hand_out(ward: Ward, rows: list[int], to: Path, kind: Literal["csv", "xlsx"]) -> None:
    """Write rows with what was changed and what is still wrong, in the shape of a quarantined file."""
    mapping = ward.mapping
    own = {f"refused.{at}": refusal.why for at, refusal in enumerate(mapping.refuse)} if mapping else {}
    header = [*ward.header, *OWN]
    width = len(ward.header)
    told = {ROW: width, REASON_EN: width + 1, REASON_ZH: width + 2, EXTRA: width + 3}
    lines: list[list[str]] = []
    for cells in ward.current(rows).rows():
        why = tell([(code, column) for code, column in ward.reasons[cells[-1]]], own)
        line = [*cells[:width], *[""] * len(OWN)]
        for name, text in ((ROW, str(cells[-1])), (REASON_EN, why.en), (REASON_ZH, why.zh), (EXTRA, cells[width])):
            line[told[name]] = text
        lines.append(line)
    if kind == "xlsx":
        write_sheet(to, header, lines)
        return
    with to.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([safe(name) for name in header])
        writer.writerows([[safe(cell) for cell in line] for line in lines])


def take_back(ward: Ward, file: Path) -> Back:
    """The cells in which a file differs from the rows as they are now; a row that it lacks is left alone.

    Raises LinkloopError `quarantine.columns` when it has no row numbers or none of the columns.
    """
    names = {*ward.header, *OWN}
    for source in open_sources(file, look(file).encoding, lambda cell: unsafe(cell) in names):
        at = {unsafe(name): str(place) for place, name in reversed(list(enumerate(source.header)))}
        shared = [name for name in (*ward.header, EXTRA) if name in at]
        if ROW not in at or not shared:
            continue
        changed: list[tuple[int, str, str]] = []
        known: list[int] = []
        unknown = 0
        for batch in source.batches():
            for row in batch.cells.rows(named=True):
                said = str(row[at[ROW]] or "").strip().removesuffix(".0")
                number = int(said) if said.isascii() and said.isdigit() and len(said) < 16 else -1
                if number not in ward.place:
                    unknown += 1
                    continue
                known.append(number)
                for name in shared:
                    cell = row[at[name]]
                    text = unsafe("" if cell is None else str(cell))
                    if text != ward.cell(number, name):
                        changed.append((number, name, text))
            unknown += len(batch.refused)
        return Back(changed, known, unknown)
    raise LinkloopError(
        "quarantine.columns",
        Text(en=f"the column “{ROW}” with the row numbers is missing", zh=f"缺少记录行号的“{ROW}”列"),
        Text(en="Mend the file as it was downloaded, with all its columns.", zh="请在下载的文件上修改，并保留所有列。"),
        where=file.name,
    )
