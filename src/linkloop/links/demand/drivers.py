"""Drivers: what each day's forecast is made of, in units that add up to its mean, and the words for people."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from linkloop.commerce.demand import Driver
from linkloop.core.text import Text
from linkloop.links.demand import known
from linkloop.links.demand.history import Series
from linkloop.links.demand.panel import Array
from linkloop.links.demand.regression import ELASTICITY

LEAST = 0.05  # units of a day from which on a driver is named
PLAIN = ("level", "trend", "season")
NOTES = {
    "learned": ("", ""),
    "assumed": (" (assumed from published studies)", "（按公开研究假定）"),
    "unknown": (" (not known: this shop never had one)", "（未知：本店从未有过）"),
}
WORDS: dict[str, tuple[str, str]] = {
    "level": ("usual level of the last four weeks", "近四周的平时水平"),
    "trend": ("trend since then", "此后的趋势"),
    "season": ("weekday", "星期"),
    "override": ("a person's own number", "人工改动"),
    "spike": ("spike that is on", "正在发生的激增"),
    "price": ("price", "价格"),
    "promotion": ("promotion", "促销"),
    "live_show": ("live show", "直播"),
    "holiday": ("the shop's own holiday", "店铺自定节日"),
    "rain": ("rain", "降雨"),
    "heat": ("heat", "高温"),
    "cold": ("frost", "严寒"),
    "storm": ("storm", "大风"),
    "spring_festival_before": ("weeks before the Spring Festival", "春节前"),
    "spring_festival": ("Spring Festival", "春节"),
    "dragon_boat": ("Dragon Boat Festival", "端午"),
    "mid_autumn": ("Mid-Autumn Festival", "中秋"),
    "national_day": ("National Day", "国庆"),
    "labour_day": ("Labour Day", "劳动节"),
    "618": ("618", "618"),
    "618_sale": ("618 sale", "618 大促期"),
    "11.11": ("Double 11", "双十一"),
    "11.11_sale": ("Double 11 sale", "双十一大促期"),
    "12.12": ("Double 12", "双十二"),
    "valentine": ("Valentine's Day", "情人节"),
    "qixi_520": ("520", "520"),
    "black_friday": ("Black Friday", "黑色星期五"),
    "christmas_before": ("weeks before Christmas", "圣诞前"),
    "christmas": ("Christmas", "圣诞"),
    "new_year": ("New Year", "元旦"),
    "easter": ("Easter", "复活节"),
    "mothers_day": ("Mother's Day", "母亲节"),
}


def split(found: Series, mean: Array, effects: Array) -> list[list[dict[str, float]]]:
    """[n][h] name → units; they add up to `mean` [n, h]. What is known moves the mean by e to its effect times its
    value; the rest is the level of the last four weeks, the weekday, and the trend."""
    panel, days = found.panel, found.days
    n, horizon = mean.shape
    assert panel.known is not None
    ahead = panel.known[:, days : days + horizon]
    moved = mean[:, :, None] * (1 - np.exp(-np.clip(effects[:, None, :] * ahead, -4.0, 4.0)))
    moved = np.where(np.abs(moved) >= LEAST, moved, 0.0)
    rest = mean - moved.sum(axis=2)
    week = np.stack([rest[:, k : k + 7].mean(axis=1) for k in (range(0, horizon, 7) or [0])], axis=1)
    around = np.repeat(week, 7, axis=1)[:, :horizon]
    level = panel.units[:, max(days - 28, 0) : days].mean(axis=1)
    result: list[list[dict[str, float]]] = []
    for row in range(n):
        told = []
        for step in range(horizon):
            parts = {name: round(float(u), 2) for name, u in zip(panel.names, moved[row, step], strict=True) if u}
            season = round(float(rest[row, step] - around[row, step]), 2)
            usual = round(float(level[row]), 2)
            trend = round(float(mean[row, step]) - usual - season - sum(parts.values()), 2)
            told.append({"level": usual, "trend": trend, "season": season, **parts})
        result.append(told)
    return result


def known_of(found: Series, row: int, step: int) -> dict[str, float]:
    """Kind → its value on the step-th day ahead, where it is not the usual."""
    at = found.days + step
    values = {kind: float(value[row, at]) for kind, value in found.known.items()}
    return {kind: round(value, 4) for kind, value in values.items() if value != known.USUAL.get(kind, 0.0)}


def told(units: dict[str, float]) -> tuple[Driver, ...]:
    """The drivers of some days together, the largest first."""
    order = sorted(units.items(), key=lambda item: (item[0] != "level", -abs(item[1]), item[0]))
    return tuple([driver(name, value) for name, value in order if name == "level" or abs(value) >= LEAST])


def driver(name: str, units: float, basis: Literal["learned", "assumed", "unknown"] = "learned") -> Driver:
    """A driver with its sentence."""
    en, zh = WORDS.get(name, (name, name))
    sign = "" if name == "level" else "+" if units >= 0 else "−"
    size = f"{sign}{abs(units):.1f}"
    note = {"learned": ("", ""), "assumed": (", assumed", "，按公开研究假定"), "unknown": (", unknown", "，未知")}[
        basis
    ]
    return Driver(name, round(units, 3), Text(en=f"{en}: {size} units{note[0]}", zh=f"{zh}：{size} 件{note[1]}"), basis)


def what_if(kind: str, value: float, effects: dict[str, float], had: dict[str, float]) -> tuple[float, Any]:
    """By how many times demand changes when `kind` has this value instead of what it had; and what that rests on."""
    usual = known.USUAL.get(kind, 0.0)
    moved = float(known.scaled(kind, np.array(value)) - known.scaled(kind, np.array(had.get(kind, usual))))
    if kind in effects:
        return float(np.exp(np.clip(effects[kind] * moved, -4.0, 4.0))), "learned"
    if kind in ELASTICITY:
        return float(np.exp(np.clip(ELASTICITY[kind] * moved, -4.0, 4.0))), "assumed"
    return 1.0, "unknown"
