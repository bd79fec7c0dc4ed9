"""Source: one table of a file, as batches of raw cells that every format gives in the same shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec
import polars as pl

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text

BATCH = 50_000
"""Rows that are in memory as raw cells at a time."""
ROW = "_row"
"""The column with the number of a row: as a spreadsheet shows it (header = 1); from 1 in Parquet."""
_HEADER_WITHIN = 30


class Refused(msgspec.Struct, frozen=True, gc=False):
    """A row that could not even be cut into cells: its number, the code of the reason, what stands there."""

    row: int
    code: str
    cells: list[str]


class Batch(NamedTuple):
    """Rows: `cells` has a column per header, named "0", "1", … (text, or the type of a Parquet column), and `_row`."""

    cells: pl.DataFrame
    refused: list[Refused]


class Source(Protocol):
    """One table: a text file, a sheet of a workbook, a Parquet file. `batches` may be asked for more than once."""

    sheet: str
    header: tuple[str, ...]
    encoding: str
    delimiter: str
    rows: int | None

    def batches(self) -> Iterator[Batch]: ...


def header_at(rows: Sequence[Sequence[str]], known: Callable[[str], bool]) -> int:
    """Which of the first rows is the header: that with most known names, else the first that is not blank; -1: none."""
    best, most = -1, 0
    for at, row in enumerate(rows[:_HEADER_WITHIN]):
        score = sum(known(cell) for cell in row)
        if score > most or (best < 0 and any(cell.strip() for cell in row)):
            best, most = at, score
    return best


def headers(cells: Sequence[str]) -> tuple[str, ...]:
    """Header cells as unique names: empty ones at the end are cut, others are numbered, the second "x" is "x (2)"."""
    trimmed = [" ".join(cell.split()) for cell in cells]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    seen: Counter[str] = Counter()
    names: list[str] = []
    for number, cell in enumerate(trimmed, 1):
        name = cell or f"column {number}"
        seen[name] += 1
        while name in names:
            name = f"{cell} ({seen[cell]})"
            seen[cell] += 1
        names.append(name)
    return tuple(names)


def unreadable(path: Path, error: BaseException | str) -> LinkloopError:
    """The refusal of a file that its format's reader cannot read."""
    why = str(error).splitlines()[0] if str(error) else type(error).__name__
    return LinkloopError(
        "file.unreadable",
        Text(en=f"the file cannot be read: {why}", zh=f"无法读取文件：{why}"),
        Text(en="Open it in the program that wrote it and save it again.", zh="请用生成它的程序打开并重新保存。"),
        where=path.name,
    )


def bomb(path: Path, en: str, zh: str) -> LinkloopError:
    """The refusal of a file that would grow beyond what memory holds."""
    return LinkloopError(
        "file.bomb",
        Text(en=f"the file unpacks to more than is allowed: {en}", zh=f"文件解压后超过上限：{zh}"),
        Text(en="Save it as CSV or Parquet, in parts.", zh="请另存为 CSV 或 Parquet，并分成几份。"),
        where=path.name,
    )
