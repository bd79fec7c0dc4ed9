"""How long a parcel takes: effects on the logarithm of days that add up, errors as they were, and what was promised."""

from __future__ import annotations

from math import exp, log, sqrt
from typing import NamedTuple

import numpy as np

from linkloop.links.network.errors import BINS, EDGES, WIDTHS, Vector, add, bell, bin_of, shrunk
from linkloop.links.network.sky import BELIEVED

Key = tuple[str, str]
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975, 0.99)
PICKUP_DAYS = 0.75
KM_PER_DAY = {"courier": 700.0, "road": 500.0, "rail": 500.0, "air": 2500.0, "sea": 500.0}  # agreed before any data
UNKNOWN_DAYS = 3.0
# Prior standard deviations of the effects (log of days): how far a carrier, a lane … is thought to lie from the usual.
PRIOR = {"all": 0.7, "band": 0.2, "mode": 0.5, "carrier": 0.25, "lane": 0.3, "carrier_lane": 0.15, "weight": 0.1,
         "weekday": 0.1, "weather": 0.3, "promise": 0.5}  # fmt: skip
FRESH = 400.0  # an effect is never surer than after this many parcels: times change
NOISE, NOISE_TRUST = 0.35, 30.0
ABOVE = bell(0.0, 1.0)
PROMISED = bell(-0.1, 0.3)
MOST = {"all": 3000.0, "carrier": 1000.0, "lane": 300.0}
HEDGE, STEP = 0.995, 0.1
SAME = float(EDGES[BINS // 2 + 1])  # what arrives within a sixth of a per cent of the promised time keeps the promise


class Clues(NamedTuple):
    """What is known before a parcel leaves: `base` (log of the days agreed), its terms with their size, the chain of
    kinds whose errors it shares (widest first), and the log of the days promised, if any."""

    base: float
    terms: tuple[tuple[Key, float], ...]
    chain: tuple[Key, ...]
    promised: float | None


class Effect(NamedTuple):
    """Mean and variance of an effect, and the parcels it was learned from."""

    mean: float
    variance: float
    parcels: int = 0


def clues(
    origin: str, destination: str, carrier: str, mode: str, *, kilometres: float = 0.0, agreed_days: float = 0.0,
    weight_g: int = 0, weekday: int | None = None, weather: str = "", promised_days: float | None = None,
) -> Clues:  # fmt: skip
    """The clues of a parcel. `agreed_days` goes before the distance; without both three days are taken."""
    days = agreed_days or (PICKUP_DAYS + kilometres / KM_PER_DAY.get(mode, 700.0) if kilometres else UNKNOWN_DAYS)
    base = log(max(days, 0.1))
    lane = f"{origin}>{destination}"
    names = [("all", ""), ("mode", mode), ("band", _band(kilometres)), ("lane", lane), ("weight", _weight(weight_g))]
    if carrier:
        names += [("carrier", carrier), ("carrier_lane", f"{carrier}|{lane}")]
    if weekday is not None:
        names.append(("weekday", str(weekday)))
    if weather:
        names.append(("weather", weather))
    terms = [(name, 1.0) for name in names]
    promised = log(max(promised_days, 0.1)) if promised_days is not None else None
    if promised is not None:
        terms.append((("promise", mode), promised - base))
    chain = (("all", ""), *([("carrier", carrier)] if carrier else []), ("lane", lane))
    return Clues(base, tuple(terms), chain, promised)


class Belief:
    """What is known of times: effects, errors about them, errors about promises. `learn` takes parcels as they arrive.

    Effects are learned by a Kalman filter with a diagonal covariance (assumed density filtering): an effect of a kind
    not seen yet is 0 ± its prior. What is left over is kept as counts, shrunk from lane to carrier to all; the same of
    real against promised days. Both are pooled, each by how well it foretold before (Vovk's aggregating, faded).
    """

    def __init__(self) -> None:
        self.effects: dict[Key, Effect] = {}
        self.errors: dict[Key, Vector] = {}
        self.late: dict[Key, Vector] = {}
        self.noise = Effect(NOISE**2, 0.0, 0)
        self.pool = 0.0  # log odds of the effects against the promise
        self.changed: set[Key] = set()

    def effect(self, key: Key) -> Effect:
        """What is known of an effect, or its prior."""
        believed = BELIEVED.get(key[1], 0.0) if key[0] == "weather" else 0.0
        return self.effects.get(key) or Effect(believed, PRIOR[key[0]] ** 2)

    def expect(self, given: Clues) -> tuple[float, float]:
        """Mean and standard deviation of the log of days."""
        mean, variance = given.base, self.noise.mean
        for key, size in given.terms:
            effect = self.effect(key)
            mean += effect.mean * size
            variance += effect.variance * size * size
        return mean, sqrt(variance)

    def shares(self, given: Clues) -> tuple[Vector, Vector]:
        """Shares of the bins of standardised errors, and of log(real / promised)."""
        return (
            shrunk(ABOVE, [self.errors.get(key) for key in given.chain]),
            shrunk(PROMISED, [self.late.get(key) for key in given.chain]),
        )

    def below(self, given: Clues) -> tuple[Vector, Vector]:
        """Points on the log of days, and P(log days ≤ point). A promise says nothing until one was seen kept or not."""
        if given.promised is not None and ("all", "") not in self.late:
            given = given._replace(promised=None, terms=tuple(t for t in given.terms if t[0][0] != "promise"))
        mean, sd = self.expect(given)
        mine, theirs = self.shares(given)
        points, cdf = mean + sd * EDGES, np.concatenate([[0.0], np.cumsum(mine)])
        if given.promised is None:
            return points, cdf
        other, told = given.promised + EDGES, np.concatenate([[0.0], np.cumsum(theirs)])
        every = np.union1d(points, other)
        weight = 1.0 / (1.0 + exp(-self.pool))
        return every, weight * np.interp(every, points, cdf) + (1 - weight) * np.interp(every, other, told)

    def learn(self, given: Clues, days: float) -> None:
        """One parcel of these clues took this many days."""
        value = log(max(days, 0.1))
        mean, sd = self.expect(given)
        if given.promised is not None:
            self._weigh(given, value, mean, sd)
            for key in given.chain:
                self.late[key] = add(self.late.get(key), value - given.promised, MOST[key[0]])
        for key in given.chain:
            self.errors[key] = add(self.errors.get(key), (value - mean) / sd, MOST[key[0]])
        miss = float(np.clip(value - mean, -4 * sd, 4 * sd))  # one parcel that was lost moves no lane
        for key, size in given.terms:
            before = self.effect(key)
            gain = before.variance * size / (sd * sd)
            floor = PRIOR[key[0]] ** 2 / FRESH
            after = max(before.variance * (1 - gain * size), min(floor, before.variance))
            self.effects[key] = Effect(before.mean + gain * miss, after, before.parcels + 1)
        share = self.noise.mean / (sd * sd)
        count = min(self.noise.parcels, FRESH * 5) + NOISE_TRUST
        told = (self.noise.mean * count + miss * miss * share) / (count + 1)
        self.noise = Effect(max(told, 1e-4), 0.0, self.noise.parcels + 1)
        self.changed.update((*given.chain, *(key for key, _ in given.terms)))

    def _weigh(self, given: Clues, value: float, mean: float, sd: float) -> None:
        mine, theirs = self.shares(given)
        n, m = bin_of((value - mean) / sd), bin_of(value - given.promised)  # type: ignore[operator]
        odds = log(max(mine[n] / WIDTHS[n] / sd, 1e-9)) - log(max(theirs[m] / WIDTHS[m], 1e-9))
        self.pool = float(np.clip(HEDGE * self.pool + STEP * np.clip(odds, -5, 5), -6, 6))


def quantiles(points: Vector, cdf: Vector, levels: tuple[float, ...], after: float = 0.0) -> Vector:
    """Days at each level; with `after` (days) those of a parcel that has not arrived by then."""
    gone = float(np.interp(log(after), points, cdf)) if after > 0 else 0.0
    wanted = gone + np.array(levels) * (1.0 - gone)
    climbing = np.maximum.accumulate(cdf + np.arange(len(cdf)) * 1e-12)
    return np.exp(np.interp(wanted, climbing, points))


def by(points: Vector, cdf: Vector, days: float, after: float = 0.0) -> float:
    """P(arrives within `days`), of one that has not arrived by `after`."""
    if days <= 0 or days <= after:
        return 0.0
    gone = float(np.interp(log(after), points, cdf)) if after > 0 else 0.0
    here = float(np.interp(log(days) + SAME, points, cdf))
    return float(np.clip((here - gone) / max(1.0 - gone, 1e-9), 0.0, 1.0))


def mean_days(points: Vector, cdf: Vector) -> float:
    """Mean days of the distribution, its last hundredth left out (a bin that is open has no middle)."""
    levels = (np.arange(99) + 0.5) / 100
    return float(quantiles(points, cdf, tuple(levels)).mean())


def _band(kilometres: float) -> str:
    return "" if kilometres <= 0 else str(int(np.searchsorted([50, 150, 400, 800, 1500, 3000], kilometres)))


def _weight(grams: int) -> str:
    return "" if grams <= 0 else str(int(np.searchsorted([500, 2000, 10_000, 50_000, 500_000], grams)))
