"""Quarantine: waiting rows are listed with what is wrong, and taken in or dismissed; every row stays accounted for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.faces.desk.quarantine_views import (
    AdmitReport,
    RecordView,
    RowChoice,
    WardAccount,
    WardRows,
    WardSummary,
    WardView,
)
from linkloop.faces.desk.ward_mending import Mending
from linkloop.faces.desk.wards import account_of

_LOOKED_THROUGH = 20_000  # waiting rows up to which a file is looked through for the list
WINDOW = 500


class Wards(Mending):
    """The quarantine of one shop."""

    def list(self) -> list[WardSummary]:
        """Every quarantined file, latest first; those without waiting rows too, for what became of them."""
        found = [self._summary(path) for path in self.paths()]
        return sorted((one for one in found if one), key=lambda one: one.at, reverse=True)

    def get(self, ward_id: str) -> WardView:
        """One file. Raises NotFound `quarantine.unknown`."""
        with self.ward(ward_id) as ward:
            return self.view(ward_id, ward)

    def rows(self, ward_id: str, choice: RowChoice, start: int, count: int) -> WardRows:
        """A window of waiting rows."""
        with self.ward(ward_id) as ward:
            chosen = self.chosen(ward, choice)
            window = chosen[max(0, start) : max(0, start) + min(count, WINDOW)]
            return WardRows(version=ward.draft.version, start=start, of=len(chosen), rows=self.shown(ward, window))

    def record(self, ward_id: str) -> list[RecordView]:
        """What became of the rows of a file, latest first."""
        from linkloop.worlds.files.admitting import records

        return [
            RecordView(what=r.what, row=r.row, at=r.at, by=r.by, note=r.note, before=r.before, changed=r.changed)
            for r in reversed(records(self.path(ward_id))[-1000:])
        ]

    def admit(self, ward_id: str, choice: RowChoice, by: str, note: str) -> AdmitReport:
        """Take in the chosen rows that are good; the others stay. Raises Conflict `import.busy`."""
        from linkloop.worlds.files.admitting import admit

        with self.ward(ward_id) as ward:
            rows = self.chosen(ward, choice)
            if not rows:
                raise _none()
            left = admit(ward, rows, self.into(), by=by, note=note, at=self.shop.clock.now())
            return AdmitReport(admitted=len(rows) - len(left), left=len(left), account=self._account_now(ward_id))

    def dismiss(self, ward_id: str, choice: RowChoice, by: str, note: str) -> AdmitReport:
        """Put the chosen rows on record as not wanted, with the reason. Raises LinkloopError `quarantine.reason`."""
        from linkloop.worlds.files.admitting import dismiss

        if not note.strip():
            raise LinkloopError(
                "quarantine.reason",
                Text(en="a row is dismissed only with a reason", zh="放弃数据行必须填写原因"),
                Text(en="Say why; it stays on record.", zh="请写明原因，它会留在记录里。"),
            )
        with self.ward(ward_id) as ward:
            rows = self.chosen(ward, choice)
            if not rows:
                raise _none()
            dismiss(ward, rows, self.into(), by=by, note=note, at=self.shop.clock.now())
            return AdmitReport(admitted=0, left=0, account=self._account_now(ward_id))

    def _summary(self, path: Path) -> WardSummary | None:
        from linkloop.worlds.files.quarantine import read_slip

        try:
            slip = read_slip(path)
        except LinkloopError:
            return None  # no file of ours
        ward_id = path.parent.name
        view: WardView | None = None
        if slip.waiting and len(slip.waiting) <= _LOOKED_THROUGH:
            view = self.get(ward_id)
        return WardSummary(
            id=ward_id,
            file=slip.file,
            sheet=slip.sheet,
            at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
            mapping=str((slip.mapping or {}).get("name", "")),
            recognised=slip.mapping is not None,
            account=view.account if view else account_of(slip),
            ready=view.ready if view else 0,
            edited=view.edited if view else 0,
            reasons=view.reasons if view else None if slip.waiting else (),
        )

    def _account_now(self, ward_id: str) -> WardAccount:
        from linkloop.worlds.files.quarantine import read_slip

        return account_of(read_slip(self.path(ward_id)))


def _none() -> LinkloopError:
    return LinkloopError(
        "quarantine.none",
        Text(en="no row is chosen", zh="没有选中任何行"),
        Text(en="Choose rows that are waiting.", zh="请选择等待中的行。"),
    )
