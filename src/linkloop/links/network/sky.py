"""The sky of a parcel's way as one word: the worst warning of both ends, else how much rain."""

from __future__ import annotations

from collections.abc import Iterable

from linkloop.commerce.weather import Weather
from linkloop.core.text import Text

RAIN_MM, HEAVY_MM = 10.0, 50.0  # moderate rain and rainstorm of a day (GB/T 28592: 10–24.9 and 50–99.9 mm)
# Change of the logarithm of days before anything was seen (stated): a red warning about doubles the time.
BELIEVED = {"rain": 0.05, "heavy_rain": 0.12, "blue": 0.15, "yellow": 0.25, "orange": 0.45, "red": 0.70}
_COLOURS = ("", "blue", "yellow", "orange", "red")
SKY_WORDS = {
    "rain": Text(en="rain on the way", zh="途中有雨"),
    "heavy_rain": Text(en="heavy rain on the way", zh="途中有暴雨"),
    "blue": Text(en="a blue weather warning on the way", zh="途中有蓝色天气预警"),
    "yellow": Text(en="a yellow weather warning on the way", zh="途中有黄色天气预警"),
    "orange": Text(en="an orange weather warning on the way", zh="途中有橙色天气预警"),
    "red": Text(en="a red weather warning on the way", zh="途中有红色天气预警"),
}


def sky(rows: Iterable[Weather]) -> str:
    """The colour of the worst warning, `heavy_rain`, `rain`, or nothing."""
    rows = tuple(rows)
    worst = max((row.warning for row in rows), default=0)
    if worst:
        return _COLOURS[min(worst, 4)]
    wet = max((row.precipitation_mm for row in rows), default=0.0)
    return "heavy_rain" if wet >= HEAVY_MM else "rain" if wet >= RAIN_MM else ""
