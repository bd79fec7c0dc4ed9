"""Festivals: days of the Chinese and the Western year that move what people buy, and how near they are.

Lunar festivals are tabled for 2010 to 2050 (Spring Festival, Dragon Boat, Mid-Autumn: MMDD of each), as ICU's Chinese
calendar tells them; outside these years only festivals of the solar calendar are known.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np

from linkloop.links.demand.panel import Array

FIRST_YEAR = 2010
_LUNAR = (
    "021406160922",
    "020306060912",
    "012306230930",
    "021006120919",
    "013106020908",
    "021906200927",
    "020806090915",
    "012805301004",
    "021606180924",
    "020506070913",
    "012506251001",
    "021206140921",
    "020106030910",
    "012206220929",
    "021006100917",
    "012905311006",
    "021706190925",
    "020706090915",
    "012605281003",
    "021306160922",
    "020206050912",
    "012306241001",
    "021106120919",
    "013106010908",
    "021906200927",
    "020806100916",
    "012805301004",
    "021506180924",
    "020406070913",
    "012405271002",
    "021206140920",
    "020106030910",
    "012206220928",
    "021006110917",
    "013005311005",
    "021706190925",
    "020606080915",
    "012605291004",
    "021406150922",
    "020206040911",
    "012306230930",
)
# Days from the festival, first to last, in which it moves demand: before it and after it differ.
SPANS = {
    "spring_festival_before": (-21, -4),
    "spring_festival": (-3, 7),
    "dragon_boat": (-5, 0),
    "mid_autumn": (-10, 0),
    "national_day": (0, 6),
    "labour_day": (-1, 3),
    "618": (-1, 0),
    "618_sale": (-17, 2),
    "11.11": (0, 0),
    "11.11_sale": (-20, -1),
    "12.12": (0, 0),
    "valentine": (-5, 0),
    "qixi_520": (-3, 0),
    "black_friday": (0, 3),
    "christmas_before": (-20, -1),
    "christmas": (0, 1),
    "new_year": (-1, 1),
    "easter": (-6, 1),
    "mothers_day": (-7, 0),
}
NAMES = tuple(SPANS)


def days_of(year: int) -> dict[str, date]:
    """Name → its day in this year; the lunar ones only where they are tabled."""
    found = {
        "national_day": date(year, 10, 1),
        "labour_day": date(year, 5, 1),
        "618": date(year, 6, 18),
        "618_sale": date(year, 6, 18),
        "11.11": date(year, 11, 11),
        "11.11_sale": date(year, 11, 11),
        "12.12": date(year, 12, 12),
        "valentine": date(year, 2, 14),
        "qixi_520": date(year, 5, 20),
        "black_friday": _weekday(year, 11, 3, 4) + timedelta(days=1),
        "christmas_before": date(year, 12, 25),
        "christmas": date(year, 12, 25),
        "new_year": date(year, 1, 1),
        "easter": easter(year),
        "mothers_day": _weekday(year, 5, 6, 2),
    }
    if 0 <= year - FIRST_YEAR < len(_LUNAR):
        code = _LUNAR[year - FIRST_YEAR]
        spring, boat, autumn = (date(year, int(code[k : k + 2]), int(code[k + 2 : k + 4])) for k in (0, 4, 8))
        found |= {
            "spring_festival_before": spring,
            "spring_festival": spring,
            "dragon_boat": boat,
            "mid_autumn": autumn,
        }
    return found


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def columns(first: date, days: int) -> Array:
    """[days, festival] 1 on each day that lies in the festival's span, in the order of NAMES."""
    found = np.zeros((days, len(NAMES)))
    for year in range(first.year - 1, (first + timedelta(days=days)).year + 2):
        for name, day in _cached(year).items():
            start, end = SPANS[name]
            low, high = (day - first).days + start, (day - first).days + end + 1
            if high > 0 and low < days:
                found[max(low, 0) : min(high, days), NAMES.index(name)] = 1.0
    return found


@cache
def _cached(year: int) -> dict[str, date]:
    return days_of(year)


def _weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth such weekday (0: Monday) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
