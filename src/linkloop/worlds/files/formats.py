"""Formats: the tables of a file, by what is in it and not by its suffix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.worlds.files import parquet, textfile, workbook
from linkloop.worlds.files.source import Source

SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".parquet", ".pq"})
"""Files of a folder that are looked into."""
_OTHERS: dict[bytes, Text] = {
    b"%PDF": Text(en="a PDF", zh=" PDF 文件"),
    b"\x89PNG": Text(en="a picture", zh="图片"),
    b"\xff\xd8\xff": Text(en="a picture", zh="图片"),
    b"GIF8": Text(en="a picture", zh="图片"),
    b"\x1f\x8b": Text(en="a gzip archive", zh=" gzip 压缩包"),
    b"7z\xbc\xaf": Text(en="a 7-Zip archive", zh=" 7-Zip 压缩包"),
    b"Rar!": Text(en="a RAR archive", zh=" RAR 压缩包"),
    b"SQLite f": Text(en="a database", zh="数据库文件"),
}
"""How files begin that are no tables, so that nobody is asked to map their bytes."""


def open_sources(path: Path, encoding: str, known: Callable[[str], bool]) -> list[Source]:
    """The tables of a file, by what is in it and not by its suffix; `known` tells whether a cell reads like a header.

    Raises LinkloopError `file.unreadable`, `file.kind`, `file.bomb` when it cannot be read, is no table, or would not
    fit in memory.
    """
    with path.open("rb") as stream:
        start = stream.read(8)
    for sign, kind in _OTHERS.items():
        if start.startswith(sign):
            raise LinkloopError(
                "file.kind",
                Text(en=f"this is {kind.en}, not a table", zh=f"这是{kind.zh}，不是表格"),
                Text(en="Give CSV, Excel (.xlsx, .xls) or Parquet.", zh="请提供 CSV、Excel（.xlsx、.xls）或 Parquet。"),
                where=path.name,
            )
    if start[:4] == b"PAR1":
        return [parquet.ParquetSource(path)]
    if start[:4] == b"PK\x03\x04" or start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return workbook.sheets(path, known)
    return [textfile.TextSource(path, encoding, known)]
