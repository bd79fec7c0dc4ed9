"""Quarantine: rows that were not taken in, as a CSV that a person can mend and give back, safe to open in Excel."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.worlds.files.clean import Bad
from linkloop.worlds.files.encoding import SCAR
from linkloop.worlds.files.reasons import tell
from linkloop.worlds.files.source import ROW

EXTRA, REASON_EN, REASON_ZH = "_extra", "_reason_en", "_reason_zh"
OWN = (ROW, REASON_EN, REASON_ZH, EXTRA)
"""Columns that quarantine adds after the original ones; cells beyond the headers are in `_extra`, as CSV."""
# What Excel takes for a formula; a plain negative number stays as it is.
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*%?")


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """The slip beside a quarantined file (`.json`): where its rows came from, what is needed to take them in again,
    and the account: rows_in = rows_kept + rows_quarantined at import, `readmitted` and `dropped` of those since."""

    file: str
    sheet: str
    sha256: str
    external_id: str
    header: tuple[str, ...]
    mapping: dict[str, Any] | None
    rows_in: int
    rows_kept: int
    rows_quarantined: int
    readmitted: int = 0
    dropped: int = 0
    waiting: tuple[int, ...] = ()
    loads: tuple[int, ...] = ()
    numbers: dict[str, dict[str, tuple[str, int]]] = {}


class QuarantineFile:
    """Writes the rows of one import; the file appears under its name when it is closed, whole."""

    def __init__(self, path: Path, header: tuple[str, ...], own: dict[str, Text]) -> None:
        self.path = path
        self.rows = 0
        self.codes: Counter[str] = Counter()
        self.numbers: dict[str, dict[str, tuple[str, int]]] = {}
        self.waiting: list[int] = []
        self._header = header
        self._own = own
        self._draft = path.with_name(f".{path.name}.tmp")
        self._stream: Any = None
        self._writer: Any = None

    def write(self, bad: list[Bad]) -> None:
        """Add rows in their order."""
        if bad and self._stream is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self._draft.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._stream)
            self._writer.writerow([*map(safe, self._header), *OWN])
        width = len(self._header)
        for one in bad:
            why = tell(one.reasons, self._own)
            cells = [cell.replace(SCAR, "").replace("\0", "\\x00") for cell in one.cells]
            shown = [*cells[:width], *[""] * (width - len(cells))]
            beyond = _joined(cells[width:])
            self._writer.writerow([*map(safe, shown), one.row, safe(why.en), safe(why.zh), safe(beyond)])
            self.codes.update({code for code, _ in one.reasons})
            self.waiting.append(one.row)
            if one.numbers:
                self.numbers[str(one.row)] = one.numbers
        self.rows += len(bad)

    def close(self, slip: Slip) -> Path | None:
        """Put file and slip in their place; None when there was no row."""
        if self._stream is None:
            return None
        self._stream.close()
        numbered = msgspec.structs.replace(slip, numbers=self.numbers, waiting=tuple(self.waiting))
        write_slip(self.path, numbered)
        self._draft.replace(self.path)
        return self.path

    def discard(self) -> None:
        """Forget what was written."""
        if self._stream is not None:
            self._stream.close()
            self._draft.unlink(missing_ok=True)


def safe(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula: an apostrophe before what would be one."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def unsafe(cell: str) -> str:
    """The inverse of `safe`."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def slip_path(path: Path) -> Path:
    """Where the slip of a quarantined file is."""
    return path.with_suffix(".json")


def kept_folder(path: Path) -> Path:
    """Where the rows of the import that were kept wait for those that are mended (see Spool.keep)."""
    return path.with_suffix(".kept")


def write_slip(path: Path, slip: Slip) -> None:
    """Write the slip of a quarantined file, whole or not at all."""
    draft = path.with_name(f".{path.name}.slip.tmp")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(slip), indent=1))
    draft.replace(slip_path(path))


def read_slip(path: Path) -> Slip:
    """The slip of a quarantined file. Raises LinkloopError `quarantine.slip` when it is missing or spoilt."""
    try:
        return msgspec.json.decode(slip_path(path).read_bytes(), type=Slip)
    except (OSError, msgspec.DecodeError) as error:
        raise LinkloopError(
            "quarantine.slip",
            Text(en=f"the slip of this file cannot be read: {error}", zh=f"无法读取该文件的随附信息：{error}"),
            Text(
                en="Mend the file in the quarantine folder, beside its .json file.",
                zh="请在隔离文件夹里、与其 .json 文件放在一起修改。",
            ),
            where=path.name,
        ) from error


def cut_rows(path: Path, rows: set[int]) -> int:
    """Take rows out of a quarantined file by their numbers, the others stay as they stand; gives how many are left."""
    from linkloop.worlds.files.encoding import look

    draft = path.with_name(f".{path.name}.cut.tmp")
    left = 0
    encoding = look(path).encoding
    with (
        path.open(encoding=encoding, errors="linkloop.scar", newline="") as old,
        draft.open("w", encoding="utf-8-sig", newline="") as new,
    ):
        start = old.read(4096)
        old.seek(0)
        reader, writer = csv.reader(old, delimiter=_delimiter(start)), csv.writer(new)
        header = next(reader, [])
        at = [unsafe(name.removeprefix("\ufeff")) for name in header].index(ROW)
        writer.writerow(header)
        for cells in reader:
            said = cells[at].strip() if at < len(cells) else ""
            if said.isdigit() and int(said) in rows:
                continue
            writer.writerow(cells)
            left += 1
    draft.replace(path)
    return left


def _delimiter(start: str) -> str:
    from linkloop.worlds.files.records import delimiter_of

    return delimiter_of(start)


def _joined(cells: list[str]) -> str:
    if not any(cells):
        return ""
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()
