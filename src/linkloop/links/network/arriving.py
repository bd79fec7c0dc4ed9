"""The model that answers ArrivalTime: a calibrated distribution from what was learned of parcels that arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from math import expm1
from typing import Any

import numpy as np

from linkloop.commerce.lanes import Destination, Lane
from linkloop.commerce.stock import Place, ShopDay
from linkloop.commerce.transit import Arrival, ArrivalTime, TransitEffect, TransitErrors
from linkloop.commerce.weather import Weather
from linkloop.core.errors import Refused
from linkloop.core.feed import Read, RowModel
from linkloop.core.question import Given, ModelCard
from linkloop.core.table import join_key
from linkloop.core.text import Text
from linkloop.links.network import transit
from linkloop.links.network.geo import distance
from linkloop.links.network.sky import SKY_WORDS, sky
from linkloop.links.network.transit import Belief, Clues, Effect, Key

SHOP = "shop"
KNOWN = 20.0  # parcels of a lane after which its answer is half as sure as it can be


def clues_of(
    read: Read, origin: str, destination: str, carrier: str, mode: str, shipped_at: datetime, *, weight_g: int = 0,
    promised_at: datetime | None = None,
) -> Clues:  # fmt: skip
    """The clues of a parcel as rows tell them: its lane or distance, the weekday, the weather at both ends."""
    place, to = read(Place, origin), read(Destination, destination)
    lane = read(Lane, join_key((origin, destination, mode)))
    opened = read(ShopDay, SHOP)
    local = shipped_at + timedelta(minutes=opened.ahead_minutes if opened else 0)
    regions = dict.fromkeys(region for region in (place and place.region, to.region if to else destination) if region)
    return transit.clues(
        origin, destination, carrier, mode,
        kilometres=lane.distance_km if lane else distance(place, to),
        agreed_days=lane.transit_days if lane else 0.0,
        weight_g=weight_g,
        weekday=local.weekday(),
        weather=sky(_weather(read, regions, local)),
        promised_days=None if promised_at is None else (promised_at - shipped_at) / timedelta(days=1),
    )  # fmt: skip


def belief_of(read: Read, keys: Iterable[Key]) -> Belief:
    """What the rows say of these kinds."""
    belief = Belief()
    for kind, name in keys:
        row = read(TransitEffect, join_key((kind, name)))
        if row is not None:
            belief.effects[kind, name] = Effect(row.mean, row.variance, row.parcels)
        if kind in transit.MOST and (found := read(TransitErrors, join_key((kind, name)))) is not None:
            belief.errors[kind, name] = np.array(found.counts)
            if found.promised:
                belief.late[kind, name] = np.array(found.promised)
    noise, pool = read(TransitEffect, "noise|"), read(TransitEffect, "pool|")
    if noise is not None:
        belief.noise = Effect(noise.mean, 0.0, noise.parcels)
    belief.pool = pool.mean if pool is not None else 0.0
    return belief


def keys_of(given: Clues) -> list[Key]:
    """Every kind that a parcel belongs to."""
    return list(dict.fromkeys((*given.chain, *(key for key, _ in given.terms))))


class ArrivalModel(RowModel):
    """Looks up what is known of the kinds that a parcel belongs to; no table feeds it."""

    @property
    def card(self) -> ModelCard:
        """Who answers."""
        return ModelCard(
            name="arrival-times", version="1", question="ArrivalTime", driver="rows", latency_ms_p50=1.0,
            latency_ms_p99=20.0, trained_by="links/network/learning.py",
        )  # fmt: skip

    def answer_at(self, question: Any, horizon: int, read: Read) -> Given[Arrival]:
        """As FedModel says. Refused `network.asked` when the promise or `now` lies before the parcel left."""
        _check(question)
        given = clues_of(
            read, question.origin, question.destination, question.carrier, question.mode, question.shipped_at,
            weight_g=question.weight_g, promised_at=question.promised_at,
        )  # fmt: skip
        belief = belief_of(read, keys_of(given))
        points, cdf = belief.below(given)
        gone = max((question.now - question.shipped_at) / timedelta(days=1), 0.0) if question.now else 0.0
        found = transit.quantiles(points, cdf, transit.LEVELS, gone)
        lane = belief.effect(("lane", f"{question.origin}>{question.destination}")).parcels
        due = None
        if question.promised_at is not None:
            days = (question.promised_at - question.shipped_at) / timedelta(days=1)
            due = round(transit.by(points, cdf, days, gone), 4)
        return Given(
            value=Arrival(
                question.shipped_at,
                transit.LEVELS,
                tuple(np.round(found, 3).tolist()),
                round(transit.mean_days(points, cdf), 3),
                lane,
                due,
                tuple(_reasons(belief, given, lane)),
            ),
            confidence=round(lane / (lane + KNOWN), 4),
        )


def _weather(read: Read, regions: Iterable[str], local: datetime) -> list[Weather]:
    """The weather of the day on which a parcel leaves and of the day after, at both ends."""
    days = [(local + timedelta(days=n)).date().isoformat() for n in (0, 1)]
    rows: list[Weather | None] = [read(Weather, join_key((region, day))) for region in regions for day in days]
    return [row for row in rows if row is not None]


def _reasons(belief: Belief, given: Clues, lane: int) -> Iterable[Text]:
    every = belief.effect(("all", "")).parcels
    if every == 0:
        yield Text(
            en="no parcel has been learned from yet: this is what the distance suggests",
            zh="还没有可供学习的包裹：按距离估计",
        )
    else:
        yield Text(
            en=f"{lane} parcels of this lane, {every} in all, the latest count most",
            zh=f"本线路 {lane} 件、全部 {every} 件包裹，近期权重更大",
        )
    told: dict[str, Callable[[str], Text]] = {
        "weather": lambda name: SKY_WORDS[name],
        "carrier": lambda name: Text(en=f"carrier {name}", zh=f"承运商 {name}"),
        "weekday": lambda _: Text(en="the weekday on which it leaves", zh="发出当天为星期几"),
    }
    for key, size in given.terms:
        longer = expm1(belief.effect(key).mean * size)
        if key[0] in told and key[1] and abs(longer) >= 0.03:
            what = told[key[0]](key[1])
            yield Text(en=f"{what.en}: {longer:+.0%} days", zh=f"{what.zh}：天数 {longer:+.0%}")


def _check(question: ArrivalTime) -> None:
    """Times that cannot be."""
    for field in ("promised_at", "now"):
        moment = getattr(question, field)
        if field == "now" and moment is not None and moment < question.shipped_at:
            raise Refused(
                "network.asked",
                Text(en="`now` lies before the parcel leaves", zh="`now` 早于包裹离开的时间"),
                Text(en="Leave `now` out for a parcel that has not left.", zh="未发出的包裹请不要填写 `now`。"),
                where=field,
            )
        if moment is not None and moment.tzinfo is None:
            raise Refused(
                "network.asked",
                Text(en=f"`{field}` has no time zone", zh=f"`{field}` 缺少时区"),
                Text(en="Give it with its offset, as 2026-11-26T09:00:00+08:00.",
                     zh="请带上时差，例如 2026-11-26T09:00:00+08:00。"),
                where=field,
            )  # fmt: skip
