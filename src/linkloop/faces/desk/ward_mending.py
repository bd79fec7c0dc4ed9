"""Mending: cells of waiting rows are changed one by one or many at once, and what is wrong is looked at anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from linkloop.core.errors import NotFound
from linkloop.core.text import Text
from linkloop.faces.desk.quarantine_views import (
    CellChange,
    FixExample,
    FixReport,
    How,
    RowChoice,
    UploadReport,
    WardRows,
    WardView,
)
from linkloop.faces.desk.wards import OpenWards

if TYPE_CHECKING:
    from linkloop.worlds.files.mapping import Mapping


class Mending(OpenWards):
    """What a person does to rows before they are taken in; nothing here reaches the tables."""

    def edit(self, ward_id: str, cells: list[CellChange]) -> WardRows:
        """Change cells; gives their rows, checked anew. Raises NotFound `quarantine.cell`."""
        from linkloop.worlds.files.quarantine import EXTRA

        with self.ward(ward_id) as ward:
            for cell in cells:
                if cell.row not in ward.place or cell.column not in (*ward.header, EXTRA):
                    raise _no_cell(cell.row, cell.column)
            touched = ward.change((cell.row, cell.column, cell.text) for cell in cells)
            ward.recheck(touched)
            ward.save()
            rows = self.shown(ward, touched)
            return WardRows(version=ward.draft.version, start=0, of=len(rows), rows=rows)

    def accept(self, ward_id: str, choice: RowChoice, accepted: bool) -> WardView:
        """Say that rows are fine as they are (or not): what is wrong with their shape or key does not count then."""
        with self.ward(ward_id) as ward:
            rows = self.chosen(ward, choice)
            fine = set(ward.draft.accepted)
            ward.draft.accepted = sorted(fine | set(rows) if accepted else fine - set(rows))
            ward.recheck(rows)
            ward.save()
            return self.view(ward_id, ward)

    def fix(
        self, ward_id: str, choice: RowChoice, how: How, column: str, find: str, value: str, month_first: bool,
        preview: bool,
    ) -> FixReport:  # fmt: skip
        """Apply a function to one column of the chosen rows, and of no others; or show what it would do."""
        import polars as pl

        from linkloop.worlds.files.fixes import Fix, fixed
        from linkloop.worlds.files.quarantine import EXTRA

        with self.ward(ward_id) as ward:
            if column not in (*ward.header, EXTRA):
                raise _no_cell(0, column)
            rows = self.chosen(ward, choice)
            before = [ward.cell(row, column) for row in rows]
            if how == "undo":
                after = [ward.original(row, column) for row in rows]
            else:
                fix = Fix(how=how, column=column, find=find, value=value, month_first=month_first)
                after = fixed(fix, pl.Series("v", before, dtype=pl.String)).to_list()
            changes = {r: new for r, old, new in zip(rows, before, after, strict=True) if old != new}
            edits = {row: {**ward.draft.edits.get(row, {}), column: text} for row, text in changes.items()}
            told = ward.judge(list(changes), edits) if changes else {}
            ready = {row for row in rows if not ward.reasons[row]}
            then = (ready - changes.keys()) | {row for row, reasons in told.items() if not reasons}
            old = dict(zip(rows, before, strict=True))
            report = FixReport(
                preview=preview,
                matched=len(rows),
                changed=len(changes),
                ready_before=len(ready),
                ready_after=len(then),
                examples=tuple(
                    FixExample(row=row, before=old[row], after=text, ready=row in then)
                    for row, text in list(changes.items())[:20]
                ),
            )
            if changes and not preview:
                ward.change((row, column, text) for row, text in changes.items())
                ward.recheck(list(changes))
                ward.save()
            return report

    def undo(self, ward_id: str, choice: RowChoice) -> WardView:
        """Forget every change to the chosen rows."""
        with self.ward(ward_id) as ward:
            rows = self.chosen(ward, choice)
            gone = set(rows)
            ward.draft.edits = {row: cells for row, cells in ward.draft.edits.items() if row not in gone}
            ward.draft.accepted = [row for row in ward.draft.accepted if row not in gone]
            ward.recheck(rows)
            ward.save()
            return self.view(ward_id, ward)

    def give_mapping(self, ward_id: str, mapping: Mapping) -> WardView:
        """Read the rows of a file by another mapping, as one that was not recognised needs."""
        import msgspec

        from linkloop.worlds.files import choosing
        from linkloop.worlds.files.mapping_file import from_builtins

        with self.ward(ward_id) as ward:
            checked = from_builtins(msgspec.to_builtins(mapping), ward.slip.file)
            choosing.fitting_header(checked, ward.header, ward.slip.file)
            ward.draft.mapping = msgspec.to_builtins(checked)
            ward.recheck()
            ward.save()
            return self.view(ward_id, ward)

    def hand_out(self, ward_id: str, choice: RowChoice, folder: Path, kind: Literal["csv", "xlsx"]) -> tuple[str, Path]:
        """Write the chosen rows to a file in a folder; gives the name that it should have, and where it is."""
        from linkloop.worlds.files.handing import hand_out

        with self.ward(ward_id) as ward:
            made = folder / f"rows.{kind}"
            hand_out(ward, self.chosen(ward, choice), made, kind)
            whole = ".".join(filter(None, (ward.slip.file, ward.slip.sheet)))
            return f"{whole}.quarantine.{kind}", made

    def take_back(self, ward_id: str, file: Path) -> UploadReport:
        """Take the changes of a file that was handed out and mended. Raises LinkloopError `quarantine.columns`."""
        from linkloop.worlds.files.handing import take_back

        with self.ward(ward_id) as ward:
            back = take_back(ward, file)
            touched = ward.change(back.cells)
            ward.recheck(touched)
            ward.save()
            return UploadReport(
                found=len(back.known),
                changed=len(back.cells),
                absent=len(set(ward.rows) - set(back.known)),
                unknown=back.unknown,
                ready=sum(not reasons for reasons in ward.reasons.values()),
            )


def _no_cell(row: int, column: str) -> NotFound:
    return NotFound(
        "quarantine.cell",
        Text(en="this row is not waiting any more, or has no such column", zh="该行已不在等待中，或没有这一列"),
        Text(en="Reload the rows.", zh="请重新载入各行。"),
        where=f"{row} {column}"[:200],
    )
