"""Spike: what of a product's forecast moves at once when more of it sells than is usual."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from linkloop.commerce.demand import Forecast, ForecastChanged, ForecastState
from linkloop.commerce.stock import DemandSpiked
from linkloop.core.link import Context
from linkloop.core.table import Table, join_key
from linkloop.links.demand import drivers
from linkloop.links.demand.model import FIELDS

MOST_TIMES = 10.0  # a spike of more is believed to be this many times the usual
SPIKE_HALVES = 1.0  # days in which a spike's excess halves
ROUGHLY = 1.3  # a plan explains this many times what was learned of it: an hour of the day is not its mean


def spiked(ctx: Context, event: DemandSpiked) -> Iterator[Table]:
    """Lift the product's coming days by what the spike brings beyond what was planned for the day: its excess halves
    every day. A spike of the whole shop waits for the night. Only rows of this product are touched."""
    if not event.product_id or event.expected <= 0:
        return
    rows = ctx.read(Forecast, product_id=event.product_id)
    newest = max((row.made_on for row in rows), default="")
    for place in sorted({row.place for row in rows}):
        if event.place not in ("", place):
            continue
        mine = sorted((row for row in rows if row.place == place and row.made_on == newest), key=lambda row: row.day)
        if mine and "live_show" in mine[0].known:  # its hours are many times as busy as the day that was forecast
            continue
        planned = _planned(ctx, mine)
        times = min(event.observed / event.expected / planned, MOST_TIMES)
        if planned > 1 and times <= ROUGHLY:
            continue
        lifted = [lift(row, 1 + (times - 1) * 0.5 ** (n / SPIKE_HALVES) / 2) for n, row in enumerate(mine[:7])]
        yield from lifted
        if lifted:
            yield ForecastChanged(
                at=event.at,
                product_id=event.product_id,
                place=place,
                days=len(lifted),
                units_before=round(sum(row.mean for row in mine[:7]), 2),
                units_after=round(sum(row.mean for row in lifted), 2),
                why=f"spike: {event.observed} sold in {event.window_minutes} minutes, {event.expected:.1f} are usual",
            )


def lift(row: Forecast, times: float) -> Forecast:
    """The row with `times` as much of everything, which its drivers tell."""
    moved = {field: round(getattr(row, field) * times, 3) for field in (*FIELDS, "mean")}
    told = {**row.drivers, "spike": round(row.drivers.get("spike", 0.0) + row.mean * (times - 1), 3)}
    return msgspec.structs.replace(row, **moved, drivers=told, model=f"{row.model}+spike")


def _planned(ctx: Context, mine: list[Forecast]) -> float:
    """By how many times what was known of the first day ahead lifts it: at least 1."""
    state = ctx.read(ForecastState, join_key((mine[0].product_id, mine[0].place))) if mine and mine[0].known else None
    times = 1.0
    for kind, value in mine[0].known.items() if state else ():
        times *= drivers.what_if(kind, value, state.effects if state else {}, {})[0]
    return max(times, 1.0)
