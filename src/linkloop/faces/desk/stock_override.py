"""Overrides: a person's own number for the coming days, with the reason, taken back whole, and who said what before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, NamedTuple

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.demand import Forecast, ForecastOverride
from linkloop.commerce.stock import StockLevel
from linkloop.core.clock import from_micros, micros
from linkloop.core.errors import Conflict, LinkloopError, NotFound
from linkloop.core.table import join_key, key_of, table_name
from linkloop.core.text import Text
from linkloop.engine.turn import Turn
from linkloop.faces.desk.stock_views import OverrideEdit
from linkloop.faces.desk.today_frame import frame
from linkloop.store.audit import Entry
from linkloop.store.schema import log

MOST_DAYS = 90
MOST_UNITS = 10_000_000.0
KEPT = 40  # edits that are shown

Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", description="YYYY-MM-DD, a day of the shop")]


class OverrideBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`units` are of all days from `since` to `until` together, spread as the forecast has them; None takes the numbers
    back. `seen` is the edit that the page had for these days: who was slower is told so."""

    place: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    since: Day
    until: Day
    units: Annotated[float, msgspec.Meta(ge=0, le=MOST_UNITS)] | None
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    seen: Annotated[str, msgspec.Meta(max_length=60)] = ""


class UndoBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which edit is taken back, and why."""

    place: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    edit: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    reason: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class Version(NamedTuple):
    """A row as it once stood, and when it was said, in microseconds."""

    row: ForecastOverride
    at: int


def override(shop: Shop, product_id: str, body: OverrideBody, by: str) -> OverrideEdit:
    """Write a person's number over the forecast of some days.

    Raises NotFound `row.unknown`, LinkloopError `override.days` or `override.reason` that names the field, Conflict
    `override.changed` where these days were edited since.
    """
    days = _days(shop, body)

    def work(turn: Turn) -> OverrideEdit:
        facts = turn.w.facts
        if facts.get(StockLevel, join_key((product_id, body.place)))[0] is None:
            raise _unknown(product_id, body.place)
        standing = [facts.get(ForecastOverride, join_key((product_id, body.place, day)))[0] for day in days]
        newest = max((row.made_at for row in standing if row is not None and row.made_at is not None), default=None)
        if newest is not None and _name(newest) != body.seen:
            raise _changed(product_id)
        means = [row.mean if (row := _forecast(turn, product_id, body.place, day)) else 0.0 for day in days]
        shares = [mean / sum(means) for mean in means] if sum(means) > 0 else [1 / len(days)] * len(days)
        at = shop.clock.now()
        if newest is not None:
            at = max(at, newest + timedelta(microseconds=1))  # a simulated clock may stand still
        rows = [
            ForecastOverride(
                product_id=product_id, place=body.place, day=day, reason=body.reason.strip(), by=by, made_at=at,
                units=None if body.units is None else round(body.units * share, 3),
            )
            for day, share in zip(days, shares, strict=True)
        ]  # fmt: skip
        _put(turn, rows, [row for row in standing if row is not None], by, "forecast.overridden")
        return _edit(rows, at, stands=True)

    return shop.loop.do(work)


def undo(shop: Shop, product_id: str, body: UndoBody, by: str) -> OverrideEdit:
    """Put back what stood before an edit. Raises NotFound `override.unknown`, Conflict `override.changed`."""
    found = versions(shop, product_id, body.place)
    mine = {day: n for day, rows in found.items() for n, one in enumerate(rows) if _of(one.row) == body.edit}
    if not mine:
        raise NotFound(
            "override.unknown",
            Text(en="there is no such edit of this forecast", zh="没有对该预测的这次修改"),
            Text(en="Reload the page.", zh="请刷新页面。"),
            where=body.edit,
        )

    def work(turn: Turn) -> OverrideEdit:
        rows, before = [], []
        for day, n in sorted(mine.items()):
            now = turn.w.facts.get(ForecastOverride, join_key((product_id, body.place, day)))[0]
            if now is None or now.made_at is None or _name(now.made_at) != body.edit:
                raise _changed(product_id)
            earlier = found[day][n - 1].row if n else None
            at = max(shop.clock.now(), now.made_at + timedelta(microseconds=1))
            reason = body.reason.strip() or (earlier.reason if earlier else "")
            units = earlier.units if earlier else None
            rows.append(msgspec.structs.replace(now, units=units, reason=reason, by=by, made_at=at))
            before.append(now)
        _put(turn, rows, before, by, "forecast.override_undone")
        return _edit(rows, rows[0].made_at or shop.clock.now(), stands=True)

    return shop.loop.do(work)


def history(shop: Shop, product_id: str, place: str) -> list[OverrideEdit]:
    """Every edit of a forecast, the latest first."""
    edits: dict[int, list[Version]] = {}
    found = versions(shop, product_id, place)
    for rows in found.values():
        for one in rows:
            edits.setdefault(one.at, []).append(one)
    last = {day: rows[-1] for day, rows in found.items()}
    told: list[OverrideEdit] = []
    for at, rows in sorted(edits.items(), reverse=True)[:KEPT]:
        mine = sorted((one.row for one in rows), key=lambda row: row.day)
        stands = mine[0].made_at is not None and all(last[one.row.day] == one for one in rows)
        told.append(_edit(mine, from_micros(at), stands=stands))
    return told


def versions(shop: Shop, product_id: str, place: str) -> dict[str, list[Version]]:
    """Day → every version of its override, oldest first, as the log has them."""
    prefix = f"{join_key((product_id, place))}|"
    query = (
        sa.select(log.c.body, log.c.at)
        .where(log.c.kind == table_name(ForecastOverride), log.c.is_event == 0)
        .where(log.c.key >= prefix, log.c.key < prefix[:-1] + "}")
        .order_by(log.c.offset)
    )
    found: dict[str, list[Version]] = {}
    with shop.store.read() as connection:
        for body, at in connection.execute(query):
            row = msgspec.json.decode(body, type=ForecastOverride)
            # What a program says may have no moment of its own.
            found.setdefault(row.day, []).append(Version(row, at if row.made_at is None else micros(row.made_at)))
    return found


def _days(shop: Shop, body: OverrideBody) -> list[str]:
    today = frame(shop.clock.now(), shop.zone).day
    if not body.reason.strip():
        raise LinkloopError(
            "override.reason",
            Text(en="an override needs a reason", zh="修改预测须填写原因"),
            Text(en="Say in a few words what you know.", zh="请用几个字说明依据。"),
            where="reason",
        )
    try:
        since, until = date.fromisoformat(body.since), date.fromisoformat(body.until)
    except ValueError:
        raise _wrong_days("since" if not _is_day(body.since) else "until") from None
    if since < today:
        raise _wrong_days("since")
    if until < since or (until - today).days > MOST_DAYS:
        raise _wrong_days("until")
    return [(since + timedelta(days=n)).isoformat() for n in range((until - since).days + 1)]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _wrong_days(where: str) -> LinkloopError:
    return LinkloopError(
        "override.days",
        Text(en="these days cannot be overridden", zh="这些日期不能修改"),
        Text(
            en=f"From today to at most {MOST_DAYS} days ahead, the first day before the last.",
            zh=f"可选今天起至多 {MOST_DAYS} 天，起始日不晚于结束日。",
        ),
        where=where,
    )


def _forecast(turn: Turn, product_id: str, place: str, day: str) -> Forecast | None:
    return turn.w.facts.get(Forecast, join_key((product_id, place, day)))[0]


def _put(turn: Turn, rows: list[ForecastOverride], before: list[ForecastOverride], by: str, what: str) -> None:
    for row in rows:
        assert row.made_at is not None
        turn.w.row(row, micros(row.made_at), f"person:{by}")
    about = key_of(rows[0]).rsplit("|", 1)[0]
    turn.w.audit.append(Entry(by=by, what=what, about=about, before=before or None, after=rows))


def _edit(rows: list[ForecastOverride], at: datetime, *, stands: bool) -> OverrideEdit:
    first, last = rows[0], rows[-1]
    units = [row.units for row in rows if row.units is not None]
    return OverrideEdit(
        edit=_name(at), at=at, by=first.by, reason=first.reason, since=first.day, until=last.day,
        units=round(sum(units), 2) if units else None, stands=stands,
    )  # fmt: skip


def _of(row: ForecastOverride) -> str:
    return _name(row.made_at) if row.made_at is not None else ""


def _name(at: datetime) -> str:
    """The name of an edit: its moment, to the microsecond."""
    return str(micros(at))


def _unknown(product_id: str, place: str) -> NotFound:
    return NotFound(
        "row.unknown",
        Text(en=f"{product_id} does not lie at {place}", zh=f"{place} 没有 {product_id} 的库存"),
        Text(en="Choose a place of the product's stock page.", zh="请在商品的库存页选择一个仓库。"),
        where="place",
    )


def _changed(product_id: str) -> Conflict:
    return Conflict(
        "override.changed",
        Text(en="somebody changed these days meanwhile", zh="这些日期已被他人修改"),
        Text(en="Reload, and make your change again.", zh="请刷新后重新修改。"),
        where=product_id,
    )
