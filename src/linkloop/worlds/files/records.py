"""Records: a delimited text as rows of cells, in which nothing is skipped, merged or lost, whatever the text."""

from __future__ import annotations

import csv
import io
from collections import Counter, deque
from collections.abc import Iterator
from typing import TextIO

import msgspec

DELIMITERS = ",;\t|"
LONGEST = 1 << 20
"""Characters that a line, a record or a cell may have."""
_LINES = 256  # lines that one quoted record may span
_RUNAWAYS = 1000  # after so many unclosed quotes no record may span lines: keeps hostile files linear


class Broken(msgspec.Struct, frozen=True, gc=False):
    """A line that is no record, as it stands, with the code of the reason."""

    code: str
    text: str


class _Runaway(Exception):
    """A record went on too long."""


class _Piece(str):
    """A part of a line that is too long."""


class _Tape:
    """Lines for csv.reader that can be given back."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.back: deque[str] = deque()
        self.taken: list[str] = []
        self.span = _LINES
        self._inside = False

    def __iter__(self) -> _Tape:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= self.span:
            raise _Runaway
        line = self.back.popleft() if self.back else self._read()
        if not line:
            raise StopIteration
        self.taken.append(line)
        if isinstance(line, _Piece) or sum(map(len, self.taken)) > LONGEST:
            raise _Runaway
        return line

    def _read(self) -> str:
        line = self.stream.readline(LONGEST)
        cut = len(line) == LONGEST and line[-1] not in "\r\n"
        if cut or self._inside:
            self._inside = cut
            return _Piece(line)
        return line


def records(stream: TextIO, delimiter: str) -> Iterator[list[str] | Broken]:
    """Each record of a text (opened with newline=""), in order; an empty line gives an empty list.

    A quote that is not closed within 256 lines, or that is followed by something else than a delimiter, makes its
    first line `Broken`, and reading goes on with the next line: one bad quote never swallows the rows after it.
    """
    csv.field_size_limit(LONGEST)
    tape = _Tape(stream)
    runaways = 0
    reader = csv.reader(tape, delimiter=delimiter, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except (csv.Error, _Runaway) as error:
            first, *rest = tape.taken
            tape.back.extendleft(reversed(rest))
            tape.taken.clear()
            runaways += len(rest) > 0
            tape.span = _LINES if runaways < _RUNAWAYS else 1
            reader = csv.reader(tape, delimiter=delimiter, strict=True)
            huge = isinstance(first, _Piece) or (isinstance(error, csv.Error) and "limit" in str(error))
            yield Broken("row.huge" if huge else "row.quotes", first.rstrip("\r\n"))
            continue
        tape.taken.clear()
        yield row


def delimiter_of(text: str) -> str:
    """The delimiter that cuts the first lines of a text into the most regular rows; a comma when none does."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = [
            len(row) for row in records(io.StringIO(text, newline=""), delimiter) if isinstance(row, list) and row
        ]
        if not widths:
            continue
        width, times = Counter(w for w in widths).most_common(1)[0]
        score = (times / len(widths)) * min(width, 50) if width > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best
