"""The weather of each region: a Markov chain of clear sky, rain and typhoon, in steps of six hours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal
from zoneinfo import ZoneInfo

from linkloop.worlds.sim.agenda import HOUR, Agenda
from linkloop.worlds.sim.draws import Draws
from linkloop.worlds.sim.places import REGIONS

Sky = Literal["clear", "rain", "typhoon"]
STEP = 6 * HOUR
TO_RAIN, TO_CLEAR = 0.12, 0.45
# The western Pacific season; on average 7 typhoons a year reach the land of China (China Meteorological
# Administration's climate normal), nearly all of them in these regions and months.
TYPHOON_COASTS, TYPHOON_MONTHS, TO_TYPHOON, TYPHOON_STAYS = ("华东", "华南"), range(6, 11), 0.02, 0.80


class Weather:
    """`sky[region]` is the weather now; `on_typhoon` is called with the region when one makes landfall."""

    def __init__(self, agenda: Agenda, seed: int, zone: ZoneInfo) -> None:
        self._agenda = agenda
        self._zone = zone
        self._draws = Draws(seed, "weather")
        self._forced: dict[str, int] = {}
        self.sky: dict[str, Sky] = dict.fromkeys(REGIONS, "clear")
        self.on_typhoon: list[Callable[[str], None]] = []
        agenda.after(STEP, self._step)

    def strike(self, region: str, until: int) -> None:
        """A typhoon makes landfall in a region now and stays until a moment."""
        self._forced[region] = max(until, self._forced.get(region, 0))
        self._turn(region, "typhoon")

    def until(self, region: str) -> int:
        """Until when a typhoon that was brought to a region stays; 0 where none was."""
        return self._forced.get(region, 0)

    def calm(self, region: str, until: int) -> None:
        """A typhoon that was brought moves on into rain, unless another one stays until a moment that is to come."""
        self._forced[region] = until
        if until <= self._agenda.now and self.sky[region] == "typhoon":
            self._turn(region, "rain")

    def _step(self) -> None:
        month = self._agenda.today().astimezone(self._zone).month
        for region in REGIONS:
            chance = self._draws.uniform()
            if self._forced.get(region, 0) > self._agenda.now:
                continue
            self._turn(
                region, following(self.sky[region], chance, region in TYPHOON_COASTS and month in TYPHOON_MONTHS)
            )
        self._agenda.after(STEP, self._step)

    def _turn(self, region: str, sky: Sky) -> None:
        before, self.sky[region] = self.sky[region], sky
        if sky == "typhoon" != before:
            for hear in self.on_typhoon:
                hear(region)


def following(sky: Sky, chance: float, season: bool) -> Sky:
    """The sky a step later, by a number in [0, 1); only in the season is there a typhoon."""
    if sky == "clear":
        return "rain" if chance < TO_RAIN else "clear"
    if sky == "rain":
        if season and chance > 1 - TO_TYPHOON:
            return "typhoon"
        return "clear" if chance < TO_CLEAR else "rain"
    return "typhoon" if chance < TYPHOON_STAYS else "rain"


def rain_share() -> float:
    """The long-run share of steps with rain outside the typhoon season: a / (a + b) of a two-state chain."""
    return TO_RAIN / (TO_RAIN + TO_CLEAR)
