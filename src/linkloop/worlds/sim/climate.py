"""The town's climate: each region's temperature of a day, and what rain and storms do to those who would buy."""

from __future__ import annotations

from datetime import date, timedelta
from math import cos, pi

from linkloop.worlds.sim.draws import once
from linkloop.worlds.sim.weather import TO_CLEAR, TO_RAIN, Sky

# Mean of the coldest and of the warmest month in °C, rounded from China's climate normals of the regions' great cities
# (Shanghai, Guangzhou, Beijing, Wuhan, Chengdu, Xi'an, Shenyang).
NORMALS = {
    "华东": (5.0, 29.0), "华南": (14.0, 29.0), "华北": (-3.0, 27.0), "华中": (4.0, 29.5), "西南": (6.0, 26.5),
    "西北": (1.0, 27.5), "东北": (-11.0, 25.0),
}  # fmt: skip
COLDEST = 20  # day of the year
ANOMALY_C, KEEPS, REMEMBERS = 2.5, 0.7, 8  # sd of a day's own part, what stays of it the next day, days it is felt
STEPS_A_DAY, RAIN_MM, TYPHOON_MM = 4, 5.0, 40.0  # a step is six hours of weather
WINDS: dict[Sky, float] = {"clear": 4.0, "rain": 7.0, "typhoon": 28.0}
# Stated effects on how many of a region's people come to buy: rain keeps them at home and on their phones, a typhoon
# takes their power and their minds off it, each degree above 28 °C keeps a few more indoors.
RAIN_LIFT, TYPHOON_LIFT, HEAT_LIFT, HOT_C = 1.10, 0.55, 0.04, 28.0


def normal(region: str, day: date) -> float:
    """The mean temperature that is usual on this day of the year, °C."""
    low, high = NORMALS[region]
    return (low + high) / 2 - (high - low) / 2 * cos(2 * pi * (day.timetuple().tm_yday - COLDEST) / 365.25)


def anomaly(seed: int, region: str, day: date) -> float:
    """By how much a day is warmer than usual, °C: an autoregressive process of order one, cut after a week."""
    return sum(
        KEEPS**back * ANOMALY_C * once(seed, "climate", region, (day - timedelta(days=back)).isoformat()).normal()
        for back in range(REMEMBERS)
    )


def lift(sky: Sky, temperature: float) -> float:
    """How many times as many people of a region buy under this sky at this temperature."""
    times = {"clear": 1.0, "rain": RAIN_LIFT, "typhoon": TYPHOON_LIFT}[sky]
    return times * (1 + HEAT_LIFT * max(temperature - HOT_C, 0.0))


def rain_ahead(sky: Sky, steps: int) -> float:
    """The chance of rain so many steps ahead, outside the typhoon season: a two-state chain forgets geometrically."""
    usual = TO_RAIN / (TO_RAIN + TO_CLEAR)
    return usual + ((sky != "clear") - usual) * (1 - TO_RAIN - TO_CLEAR) ** steps
