"""Formats: the tables of a file, by what is in it and not by its suffix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from linkloop.worlds.files import parquet, textfile, workbook
from linkloop.worlds.files.source import Source

SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".parquet", ".pq"})
"""Files of a folder that are looked into."""


def open_sources(path: Path, encoding: str, known: Callable[[str], bool]) -> list[Source]:
    """The tables of a file, by what is in it and not by its suffix; `known` tells whether a cell reads like a header.

    Raises LinkloopError `file.unreadable`, `file.bomb` when it cannot be read or would not fit in memory.
    """
    with path.open("rb") as stream:
        start = stream.read(8)
    if start[:4] == b"PAR1":
        return [parquet.ParquetSource(path)]
    if start[:4] == b"PK\x03\x04" or start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return workbook.sheets(path, known)
    return [textfile.TextSource(path, encoding, known)]
