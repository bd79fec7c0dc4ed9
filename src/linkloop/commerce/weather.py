"""Weather: what each region's day was like, or is forecast to be."""

from datetime import datetime
from typing import ClassVar, Literal

from linkloop.core.table import Table

Told = Literal["observed", "forecast"]


class Weather(Table, frozen=True, kw_only=True, gc=False):
    """The weather of a region on a day: forecast while it is to come, and written over by what was observed.

    Temperature is the day's mean in °C, precipitation in mm of the day, wind the day's strongest mean over ten minutes
    in m/s. `warning` counts the colours of the China Meteorological Administration: 0 none, 1 blue, 2 yellow, 3 orange,
    4 red. `made_at` is when the forecast was made, or the day was observed.
    """

    __table__: ClassVar[str] = "weather"
    __key__: ClassVar[tuple[str, ...]] = ("region", "day")
    __index__: ClassVar[tuple[str, ...]] = ("region",)

    region: str
    day: str
    told: Told
    temperature_c: float
    precipitation_mm: float = 0.0
    wind_ms: float = 0.0
    warning: int = 0
    made_at: datetime | None = None
