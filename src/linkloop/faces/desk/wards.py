"""Wards: the quarantined files of a shop, each open for one person's change at a time, and how they are shown."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linkloop.app.shop import Shop
from linkloop.core.errors import NotFound
from linkloop.core.text import Text
from linkloop.faces.desk.quarantine_views import (
    RowChoice,
    RowReason,
    WardAccount,
    WardColumn,
    WardReason,
    WardRow,
    WardView,
)
from linkloop.store.audit import Entry

if TYPE_CHECKING:
    from linkloop.worlds.files.admitting import Going, Into, Record
    from linkloop.worlds.files.quarantine import Slip
    from linkloop.worlds.files.ward import Ward

_OPEN = 3  # wards held open
_LOOKED_THROUGH = 20_000  # waiting rows up to which a file is looked through for the list
_AUDITED = 200  # rows whose cells the audit holds; the record beside the file holds all
WINDOW = 500


class OpenWards:
    """The quarantined files of one shop; each is open for one change at a time."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.folder = shop.folder / "quarantine"
        self._open: OrderedDict[str, Ward] = OrderedDict()
        self._lock = threading.RLock()

    def path(self, ward_id: str) -> Path:
        """The file of a ward, whether it waits or is done. Raises NotFound `quarantine.unknown`."""
        found = sorted(self.folder.glob(f"{ward_id}/*.csv")) if ward_id.isalnum() else []
        if not found:
            raise NotFound(
                "quarantine.unknown",
                Text(en="there is no such quarantined file", zh="没有这个隔离文件"),
                Text(en="List them on the quarantine page.", zh="请在隔离区页面查看。"),
                where=ward_id,
            )
        return found[0]

    @contextmanager
    def ward(self, ward_id: str) -> Iterator[Ward]:
        """A ward as its files on disk are, for one caller at a time; what a crash interrupted is ended first."""
        from linkloop.worlds.files.admitting import finish
        from linkloop.worlds.files.ward import Ward, stamp

        with self._lock:
            if finish(self.path(ward_id), self.into()):
                self._open.pop(ward_id, None)
            path = self.path(ward_id)
            held = self._open.get(ward_id)
            if held is None or held.path != path or held.stamp != stamp(path):
                held = Ward(path)
            self._open[ward_id] = held
            self._open.move_to_end(ward_id)
            while len(self._open) > _OPEN:
                self._open.popitem(last=False)
            try:
                yield held
            except BaseException:
                self._open.pop(ward_id, None)  # half a change may be in it
                raise

    def chosen(self, ward: Ward, choice: RowChoice) -> list[int]:
        """The waiting rows of a choice, in the order of the file."""
        if choice.rows:
            named = set(choice.rows)
            return [row for row in ward.rows if row in named]
        return ward.matching(choice.code, choice.column, choice.state)

    def shown(self, ward: Ward, rows: list[int]) -> tuple[WardRow, ...]:
        """Rows as a person sees them."""
        fine = set(ward.draft.accepted)
        own = _own(ward)
        frame = ward.current(rows) if rows else ward.cells.head(0)
        width = len(ward.header)
        found = {cells[-1]: cells for cells in frame.rows()}
        return tuple(
            WardRow(
                row=row,
                cells=found[row][:width],
                extra=found[row][width],
                before={c: ward.original(row, c) for c in ward.draft.edits.get(row, {})},
                accepted=row in fine,
                reasons=tuple(RowReason(code, column, own(code)) for code, column in ward.reasons[row]),
            )
            for row in rows
        )

    def into(self) -> Into:
        """Where rows are taken in; what is done is in the audit before it counts as done."""
        from linkloop.worlds.files.admitting import Into

        return Into(engine=self.shop.store.engine, lake=self.shop.lake, folder=self.shop.folder, told=self._told)

    def _told(self, going: Going, done: list[Record]) -> None:
        first = done[:_AUDITED]
        entry = Entry(
            by=going.by,
            what="quarantine.readmit" if going.what == "readmitted" else "quarantine.dismiss",
            about=going.id,
            before=[{"row": one.row, "cells": one.before} for one in first],
            after={
                "rows": len(done),
                "note": going.note,
                "changed": [{"row": one.row, "cells": one.changed} for one in first if one.changed],
            },
        )
        self.shop.loop.do(lambda turn: turn.w.audit.append(entry))

    def paths(self) -> list[Path]:
        """Every file in the quarantine folder."""
        return sorted(self.folder.glob("*/*.csv")) if self.folder.is_dir() else []

    def view(self, ward_id: str, ward: Ward) -> WardView:
        """A ward as a person sees it."""
        counted: Counter[tuple[str, str]] = Counter()
        spoilt: Counter[str] = Counter()
        for reasons in ward.reasons.values():
            counted.update(reasons)
            spoilt.update({column for _, column in reasons})
        mapping, own = ward.mapping, _own(ward)
        gives: dict[str, list[str]] = {}
        for target in mapping.targets if mapping else ():
            for field, rule in target.columns.items():
                for column in rule.source:
                    gives.setdefault(column, []).append(f"{target.table}.{field}")
        return WardView(
            id=ward_id,
            file=ward.slip.file,
            sheet=ward.slip.sheet,
            at=datetime.fromtimestamp(ward.path.stat().st_mtime, UTC),
            version=ward.draft.version,
            mapping=mapping.name if mapping else "",
            recognised=mapping is not None,
            account=account_of(ward.slip),
            ready=sum(not reasons for reasons in ward.reasons.values()),
            edited=len(ward.draft.edits),
            columns=tuple(WardColumn(column=c, fields=tuple(gives.get(c, ())), rows=spoilt[c]) for c in ward.header),
            reasons=tuple(
                WardReason(code=code, column=column, text=own(code), rows=rows)
                for (code, column), rows in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
            ),
        )


def account_of(slip: Slip) -> WardAccount:
    """The account of a quarantined file: rows_in = rows_kept + waiting + readmitted + dismissed."""
    return WardAccount(
        rows_in=slip.rows_in,
        rows_kept=slip.rows_kept,
        waiting=len(slip.waiting),
        readmitted=slip.readmitted,
        dismissed=slip.dropped,
    )


def _own(ward: Ward) -> Any:
    """The sentence of a code, those of the mapping's own refusals too."""
    from linkloop.worlds.files.reasons import REASONS

    mapping = ward.mapping
    own = {f"refused.{n}": refusal.why for n, refusal in enumerate(mapping.refuse)} if mapping else {}
    return lambda code: REASONS.get(code) or own.get(code) or Text(en=code, zh=code)
