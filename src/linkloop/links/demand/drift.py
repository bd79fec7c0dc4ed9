"""Drift: whether the latest errors still scatter around zero, and what people are told when they do not."""

from __future__ import annotations

from math import erfc, sqrt

import msgspec
import numpy as np

from linkloop.commerce.demand import ForecastState
from linkloop.commerce.time import DayClosed
from linkloop.commerce.watching import Alert
from linkloop.core.link import Context
from linkloop.core.table import join_key
from linkloop.core.text import Text
from linkloop.links.demand.panel import Array

LATEST = 14
OPENS, ENDS = 4.0, 2.0  # standard deviations at which an alert opens, and below which it is over
MOST_ALERTS = 5  # that open in a night
LEAST_UNITS = 7.0  # a week from which on drift is told: ranks of errors that are mostly "nothing sold" tell little


def running(scores: Array) -> float:
    """How far the sum of the latest errors lies from zero, in standard deviations of such a sum; their autocorrelation
    widens it. `scores` [m] are normal scores, oldest first; 0 without enough of them."""
    known = scores[scores != 0.0]
    if len(known) < LATEST + 6:
        return 0.0
    past, latest = known[:-LATEST], known[-LATEST:]
    centred = past - past.mean()
    size = float(centred @ centred)
    again = float(centred[1:] @ centred[:-1]) / size if size > 0 else 0.0
    stretch = (1 + max(again, 0.0)) / max(1 - max(again, 0.0), 0.1)
    sd = np.sqrt(max(size / len(past), 1e-9) * LATEST * stretch)
    return float((latest - past.mean()).sum() / sd)


def told(
    ctx: Context, event: DayClosed, states: list[ForecastState], units: Array
) -> tuple[list[Alert], list[ForecastState]]:
    """Alerts that open and end tonight, and the states with the day since which each is told.

    One opens at `OPENS` standard deviations and is over below `ENDS`; at most `MOST_ALERTS` open in a night, those of
    the most `units` of the coming week first.
    """
    alerts: list[Alert] = []
    found = list(states)
    for n in np.argsort(-units, kind="stable").tolist():
        state = states[n]
        before = ctx.read(Alert, alert_id(state.product_id, state.place))
        since = before.opened_at.date().isoformat() if before is not None and before.status == "open" else ""
        if (
            not since
            and abs(state.drift) >= OPENS
            and units[n] >= LEAST_UNITS
            and sum(one.status == "open" for one in alerts) < MOST_ALERTS
        ):
            alerts.append(_alert(event, state, before=None))
            since = event.day
        elif since and abs(state.drift) < ENDS and before is not None:
            alerts.append(_alert(event, state, before))
            since = ""
        found[n] = msgspec.structs.replace(state, told=since)
    return alerts, found


def alert_id(product_id: str, place: str) -> str:
    """The alert of a series: one, which opens again."""
    return f"forecast:{join_key((product_id, place))}"


def _alert(event: DayClosed, state: ForecastState, before: Alert | None) -> Alert:
    more = state.drift > 0
    name = f"{state.product_id} @ {state.place}"
    en = f"{name}: for {LATEST} days {'more' if more else 'less'} sells than was forecast; the forecast is learning it."
    zh = f"{name}：近 {LATEST} 天售出持续{'高于' if more else '低于'}预测，预测正在跟上。"
    if before is not None:
        en, zh = f"{name}: the forecast's errors scatter around zero again.", f"{name}：预测误差已重新围绕零波动。"
    return Alert(
        alert_id=alert_id(state.product_id, state.place),
        metric="forecast",
        status="open" if before is None else "over",
        severity="notice",
        text=Text(en=en, zh=zh),
        opened_at=event.at if before is None else before.opened_at,
        ended_at=None if before is None else event.at,
        observed=state.drift,
        expected=0.0,
        p_value=erfc(abs(state.drift) / sqrt(2.0)),
        case_id=event.case_id,
    )
