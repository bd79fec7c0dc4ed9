"""Workbooks: the sheets of an Excel file as Sources, read without trusting what the file says of its size."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from linkloop.worlds.files.source import BATCH, ROW, Batch, Source, bomb, header_at, headers, unreadable

LARGEST = 512 << 20
"""Bytes that a workbook may unpack to."""
_RATIO = 300  # unpacked to packed; a real sheet has 5 to 40
_SMALL = 16 << 20  # below this a ratio does not matter
_LARGEST_XLS = 128 << 20
_PIECE = 1 << 20


class SheetSource:
    """One sheet, in memory as text."""

    encoding = "excel"
    delimiter = ""

    def __init__(self, sheet: str, cells: pl.DataFrame, known: Callable[[str], bool]) -> None:
        self.sheet = sheet
        cells = cells.rename({name: str(at) for at, name in enumerate(cells.columns)})
        self._cells = cells.with_columns(pl.all().cast(pl.String).fill_null(""))
        first = [list(row) for row in self._cells.head(200).rows()]
        self._at = header_at(first, known)
        self.header = headers(first[self._at]) if self._at >= 0 else ()
        self.rows: int | None = max(0, cells.height - self._at - 1)

    def batches(self) -> Iterator[Batch]:
        """Rows that are not blank, text as Excel shows it; formulas give their last value, never run."""
        from linkloop.worlds.files.source import Refused

        if not self.header:
            return
        numbered = self._cells.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW))
        texts = pl.all().exclude(ROW)
        above = numbered.head(self._at).filter(pl.any_horizontal(texts != ""))
        refused = [Refused(row[-1], "row.preamble", list(row[:-1])) for row in above.rows()]
        width = len(self.header)
        body = numbered[self._at + 1 :].filter(pl.any_horizontal(texts.str.strip_chars() != ""))
        beyond = [str(at) for at in range(width, len(self._cells.columns))]
        if beyond:
            long = pl.any_horizontal(pl.col(beyond) != "")
            refused += [Refused(row[-1], "row.long", list(row[:-1])) for row in body.filter(long).rows()]
            body = body.filter(~long).drop(beyond)
        for start in range(0, max(1, body.height), BATCH):
            yield Batch(body[start : start + BATCH], refused if start == 0 else [])


def sheets(path: Path, known: Callable[[str], bool]) -> list[Source]:
    """Every sheet that has cells. Raises LinkloopError `file.bomb` or `file.unreadable`."""
    import fastexcel

    _guard(path)
    found: list[Source] = []
    try:
        book = fastexcel.read_excel(str(path))
        for name in book.sheet_names:
            sheet = book.load_sheet(name, header_row=None, dtypes="string")
            if sheet.width and sheet.total_height:
                found.append(SheetSource(name, sheet.to_polars(), known))
    except Exception as error:
        raise unreadable(path, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the Rust reader ends on what it did not expect
            raise
        raise unreadable(path, error) from None
    return found


def _guard(path: Path) -> None:
    """Unpack every member without keeping it, counting what really comes out."""
    size = path.stat().st_size
    if not zipfile.is_zipfile(path):
        if size > _LARGEST_XLS:
            raise bomb(path, f"{size >> 20} MiB of .xls", f".xls 有 {size >> 20} MiB")
        return
    allowed = min(LARGEST, max(_SMALL, size * _RATIO))
    total = 0
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as stream:
            for member in archive.infolist():
                stream.seek(member.header_offset + 26)
                lengths = stream.read(4)
                name, extra = (int.from_bytes(lengths[at : at + 2], "little") for at in (0, 2))
                stream.seek(member.header_offset + 30 + name + extra)
                total += _unpacked(stream.read(member.compress_size), member.compress_type, allowed - total)
                if total > allowed:
                    raise bomb(path, f"over {allowed >> 20} MiB", f"超过 {allowed >> 20} MiB")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError) as error:
        raise unreadable(path, error) from error


def _unpacked(packed: bytes, method: int, allowed: int) -> int:
    if method == zipfile.ZIP_STORED:
        return len(packed)
    if method != zipfile.ZIP_DEFLATED:
        raise NotImplementedError(f"compression method {method}")
    unpacker = zlib.decompressobj(-15)
    count = 0
    while packed and not unpacker.eof and count <= allowed:
        count += len(unpacker.decompress(packed, _PIECE))
        packed = unpacker.unconsumed_tail
    return count
