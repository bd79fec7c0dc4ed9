"""Text files: delimited text of any encoding as a Source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

import polars as pl

from linkloop.worlds.files.encoding import SCAR
from linkloop.worlds.files.records import LONGEST, Broken, delimiter_of, records
from linkloop.worlds.files.source import BATCH, ROW, Batch, Refused, header_at, headers

_LOOK = 200  # records to look at for the header and the delimiter


class TextSource:
    """A delimited text; read again from its start for each call of `batches`."""

    sheet = ""
    rows: int | None = None

    def __init__(self, path: Path, encoding: str, known: Callable[[str], bool]) -> None:
        self.path = path
        self.encoding = encoding
        with self._open() as stream:
            start = "".join(islice(iter(lambda: stream.readline(LONGEST), ""), _LOOK))[: 4 * LONGEST]
        self.delimiter = delimiter_of(start)
        with self._open() as stream:
            first = [r if isinstance(r, list) else [] for r in islice(records(stream, self.delimiter), _LOOK)]
        self._at = header_at(first, known)
        self.header = headers(first[self._at]) if self._at >= 0 else ()

    def batches(self) -> Iterator[Batch]:
        """Every record below the header; those above it, if any, are refused as `row.preamble`."""
        with self._open() as stream:
            numbered = enumerate(records(stream, self.delimiter), 1)
            while read := list(islice(numbered, BATCH)):
                yield self._batch(read)

    def _open(self) -> TextIO:
        return self.path.open(encoding=self.encoding, errors="linkloop.scar", newline="")

    def _batch(self, read: list[tuple[int, list[str] | Broken]]) -> Batch:
        width, header = len(self.header), self._at + 1
        numbers: list[int] = []
        rows: list[list[str]] = []
        refused: list[Refused] = []
        for number, record in read:
            if isinstance(record, Broken):
                code = "row.bytes" if SCAR in record.text else record.code
                refused.append(Refused(number, code, record.text.split(self.delimiter)))
            elif number == header or not "".join(record).strip():
                continue
            elif number < header:
                refused.append(Refused(number, "row.preamble", record))
            elif len(record) == width:
                numbers.append(number)
                rows.append(record)
            elif len(record) > width and not any(record[width:]):
                numbers.append(number)
                rows.append(record[:width])
            else:
                refused.append(Refused(number, "row.long" if len(record) > width else "row.short", record))
        columns = zip(*rows, strict=True) if rows else [()] * width
        cells = {str(at): pl.Series(column, dtype=pl.String) for at, column in enumerate(columns)}
        return Batch(pl.DataFrame({**cells, ROW: pl.Series(numbers, dtype=pl.Int64)}), refused)
