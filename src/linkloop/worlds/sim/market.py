"""The market around the shop: its plans act on what is wanted and paid, the weather on who comes, and rows say both."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from linkloop.commerce.weather import Weather as WeatherRow
from linkloop.core.clock import from_micros, micros
from linkloop.core.table import Table
from linkloop.worlds.sim import climate
from linkloop.worlds.sim.agenda import HOUR, Agenda
from linkloop.worlds.sim.draws import Draws
from linkloop.worlds.sim.festival import Demand
from linkloop.worlds.sim.places import CITIES, REGIONS
from linkloop.worlds.sim.plans import AHEAD_DAYS, SHOW_HOUR, SHOW_HOURS, SHOW_LIFT, Plans, lift_of
from linkloop.worlds.sim.season import hour_shares
from linkloop.worlds.sim.weather import STEP, TYPHOON_COASTS, TYPHOON_MONTHS, Sky, Weather, following

FORECAST_DAYS = 7
WARNING = {"clear": 0, "rain": 0, "typhoon": 4}
_SHARE = {
    region: sum(city.weight for city in CITIES if city.region == region) / sum(city.weight for city in CITIES)
    for region in REGIONS
}


class Market:
    """Sets what each day's plans and each quarter of a day's weather do to demand, and says what is known of them."""

    def __init__(
        self, agenda: Agenda, plans: Plans, demand: Demand, weather: Weather, zone: ZoneInfo, seed: int
    ) -> None:
        self._agenda, self._plans, self._demand, self._weather = agenda, plans, demand, weather
        self._zone, self._seed = zone, seed
        self._skies: dict[str, list[Sky]] = {region: [] for region in REGIONS}
        self._turned = agenda.now
        today = self._today()
        self._plan(today)
        agenda.say("market", "plans", *(row for n in range(AHEAD_DAYS) for row in self._rows(today, n)))
        weather.on_typhoon.append(self._feel)
        self._blow()
        agenda.at(self._moment(today, SHOW_HOUR), self._show, True)
        agenda.at(self._moment(today, SHOW_HOUR + SHOW_HOURS), self._show, False)

    def day_closed(self, day: date) -> None:
        """A day is over: say how its weather was, what the next days' is expected to be, and what was planned anew."""
        following_day = day + timedelta(days=1)
        self._plan(following_day)
        said: list[Table] = [self._observed(region, day) for region in REGIONS]
        said += [self._forecast(region, day, n + 1) for region in REGIONS for n in range(FORECAST_DAYS)]
        said += self._plans.rows(following_day + timedelta(days=AHEAD_DAYS - 1), self._zone)
        self._agenda.say("market", f"day:{day.isoformat()}", *said)
        turned = self._turned == self._agenda.now  # this midnight's sky is the new day's
        self._skies = {region: skies[-1:] if turned else [] for region, skies in self._skies.items()}
        self._agenda.at(self._moment(following_day, SHOW_HOUR), self._show, True)
        self._agenda.at(self._moment(following_day, SHOW_HOUR + SHOW_HOURS), self._show, False)

    def _rows(self, today: date, n: int) -> list[Table]:
        said: list[Table] = list(self._plans.rows(today + timedelta(days=n), self._zone))
        if n < FORECAST_DAYS:
            said += [self._forecast(region, today - timedelta(days=1), n + 1) for region in REGIONS]
        return said

    def _plan(self, day: date) -> None:
        discounts = self._plans.discounts(day)
        self._demand.promote({product: (lift_of(share), share) for product, share in discounts.items()})

    def _show(self, begins: bool) -> None:
        shown = self._plans.shown(self._today()) if begins else ()
        self._demand.show(dict.fromkeys(shown, SHOW_LIFT))

    def _blow(self) -> None:
        """Every six hours, after the weather has turned."""
        self._turned = self._agenda.now
        for region in REGIONS:
            self._skies[region].append(self._weather.sky[region])
        self._feel("")
        self._agenda.after(STEP, self._blow)

    def _feel(self, _: str) -> None:
        """The sky that is now acts on who comes; a typhoon at once."""
        today = self._today()
        lifts = {
            region: climate.lift(self._weather.sky[region], self._temperature(region, today)) for region in REGIONS
        }
        self._demand.blow(lifts, sum(_SHARE[region] * lifts[region] for region in REGIONS))

    def _observed(self, region: str, day: date) -> WeatherRow:
        at = self._moment(day + timedelta(days=1), 0)
        skies = self._skies[region]
        if self._turned == self._agenda.now and len(skies) > 1:
            skies = skies[:-1]
        return told(region, day, skies, self._temperature(region, day), from_micros(at))

    def _forecast(self, region: str, made: date, ahead: int) -> WeatherRow:
        """What the town's own chains expect: rain by its chance, warmth as today's fades; a typhoon that is on stays
        until the moment that is known."""
        day = made + timedelta(days=ahead)
        warmth = climate.normal(region, day) + climate.KEEPS**ahead * climate.anomaly(self._seed, region, made)
        sky = self._weather.sky[region]
        mid = self._moment(day, 12)
        stays = sky == "typhoon" and mid < self._weather.until(region)
        steps = [climate.rain_ahead(sky, (ahead - 1) * climate.STEPS_A_DAY + n) for n in range(climate.STEPS_A_DAY)]
        rain = climate.TYPHOON_MM * climate.STEPS_A_DAY if stays else climate.RAIN_MM * sum(steps)
        return WeatherRow(
            region=region, day=day.isoformat(), told="forecast", temperature_c=round(warmth, 1),
            precipitation_mm=round(rain, 1), wind_ms=climate.WINDS["typhoon" if stays else "clear"],
            warning=WARNING["typhoon"] if stays else 0, made_at=from_micros(self._agenda.now),
        )  # fmt: skip

    def _temperature(self, region: str, day: date) -> float:
        return climate.normal(region, day) + climate.anomaly(self._seed, region, day)

    def _today(self) -> date:
        return from_micros(self._agenda.now).astimezone(self._zone).date()

    def _moment(self, day: date, hour: int) -> int:
        return micros(datetime.combine(day, datetime.min.time(), self._zone)) + hour * HOUR


def told(region: str, day: date, skies: list[Sky], temperature: float, at: datetime) -> WeatherRow:
    """The weather of a day that was: of its skies, each of six hours."""
    worst: Sky = "typhoon" if "typhoon" in skies else "rain" if "rain" in skies else "clear"
    rain = sum({"clear": 0.0, "rain": climate.RAIN_MM, "typhoon": climate.TYPHOON_MM}[sky] for sky in skies)
    return WeatherRow(
        region=region, day=day.isoformat(), told="observed", temperature_c=round(temperature, 1), precipitation_mm=rain,
        wind_ms=climate.WINDS[worst], warning=WARNING[worst], made_at=at,
    )  # fmt: skip


class PastMarket:
    """The same market in the days before the opening: a day at once."""

    def __init__(self, plans: Plans, weights: list[float], zone: ZoneInfo, seed: int) -> None:
        self._plans, self._weights, self._zone, self._seed = plans, weights, zone, seed
        self._draws = Draws(seed, "past weather")
        self._sky: dict[str, Sky] = dict.fromkeys(REGIONS, "clear")
        evening = hour_shares()[60 * SHOW_HOUR : 60 * (SHOW_HOUR + SHOW_HOURS)]
        self._shown = 1 + sum(evening) * (SHOW_LIFT - 1)

    def day(self, day: date, at: int) -> tuple[list[float], dict[int, float], dict[str, float], list[Table]]:
        """Weights of products, discounts, how many times as many people of each region buy, and the rows."""
        weights, discounts = list(self._weights), self._plans.discounts(day)
        for product, share in discounts.items():
            weights[product] *= lift_of(share)
        for product in self._plans.shown(day):
            weights[product] *= self._shown
        lifts: dict[str, float] = {}
        rows: list[Table] = list(self._plans.rows(day, self._zone))
        for region in REGIONS:
            season = region in TYPHOON_COASTS and day.month in TYPHOON_MONTHS
            skies: list[Sky] = []
            for _ in range(climate.STEPS_A_DAY):
                self._sky[region] = following(self._sky[region], self._draws.uniform(), season)
                skies.append(self._sky[region])
            warmth = climate.normal(region, day) + climate.anomaly(self._seed, region, day)
            lifts[region] = sum(climate.lift(sky, warmth) for sky in skies) / len(skies)
            rows.append(told(region, day, skies, warmth, from_micros(at)))
        return weights, discounts, lifts, rows

    @staticmethod
    def people(lifts: dict[str, float]) -> float:
        """How many times as many people buy in all."""
        return sum(_SHARE[region] * lifts[region] for region in REGIONS)
