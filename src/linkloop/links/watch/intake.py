"""Intake: a file of which too much could not be used is an alert, not a line in a log."""

from __future__ import annotations

from collections.abc import Iterator

from linkloop.commerce.loop import FileImported
from linkloop.commerce.watching import Alert
from linkloop.core.link import Context
from linkloop.core.table import Table
from linkloop.core.text import Text

TOO_MANY = 0.05  # share of rows in quarantine; an import of good data stays far below 1 %
FEWEST = 10


def look_at(ctx: Context, event: FileImported) -> Iterator[Table]:
    """Warn when more than a twentieth of a file (and at least ten rows) went into quarantine; over when mended."""
    alert_id = f"import:{event.file}"
    bad = event.rows_quarantined
    unusual = bad >= FEWEST and bad > TOO_MANY * event.rows_in
    before = ctx.read(Alert, alert_id)
    if not unusual and (before is None or before.status == "over"):
        return
    yield Alert(
        alert_id=alert_id,
        metric="import",
        status="open" if unusual else "over",
        severity="warning",
        text=Text(
            en=f"{event.file}: {bad} of {event.rows_in} rows could not be used and wait in quarantine.",
            zh=f"{event.file}：{event.rows_in} 行中有 {bad} 行无法使用，已放入隔离区。",
        ),
        opened_at=before.opened_at if before and before.status == "open" else ctx.now(),
        ended_at=None if unusual else ctx.now(),
        observed=float(bad),
        expected=TOO_MANY * event.rows_in,
        p_value=0.0,
        case_id=event.case_id,
    )
