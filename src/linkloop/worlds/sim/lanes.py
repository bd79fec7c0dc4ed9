"""The lanes: what ways from each warehouse to each city cost and take, who is asked first, and changes of that."""

from __future__ import annotations

from linkloop.commerce.lanes import Centre, Destination, Lane, Routing
from linkloop.commerce.network import Replan, RevertReplan, RouteMove
from linkloop.core.action import Errand, Receipt
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.worlds.sim.agenda import Agenda
from linkloop.worlds.sim.couriers import CARRIERS, IN_HAND_DAYS, KM_PER_DAY, PICKUP_DAYS, PROMISE, RAIN_FACTOR
from linkloop.worlds.sim.lorries import KM_A_DAY
from linkloop.worlds.sim.places import CITIES, DISTANCE, NEAREST, WAREHOUSES, apart
from linkloop.worlds.sim.shelves import Shelves
from linkloop.worlds.sim.weather import rain_share

# Fen, stated: a parcel of up to a kilogram costs ¥3.20 nearby and ¥0.28 more for every 100 km, further kilograms ¥0.60
# and ¥0.09 for every 100 km; a warehouse ¥0.90 a day for each order of the town's usual day, two months of that to
# open and one to close.
PARCEL, PARCEL_KM, KILO, KILO_KM = 320, 0.28, 60, 0.09
FIXED, OPENING, CLOSING = 90, 60, 30
LORRY, LORRY_KM = 90, 0.05
ROOM = 1.5  # a warehouse can send this many times the orders of a usual day
SLOWNESS = sum(share * slow for share, slow in CARRIERS.values())
ON_TIME = 0.92


class Lanes:
    """Carries out Replan and RevertReplan: which warehouse a city's orders are asked of first, and which are open."""

    def __init__(self, agenda: Agenda, shelves: Shelves, orders_per_day: float) -> None:
        self._agenda, self._shelves = agenda, shelves
        self._room, self._fixed = max(1, round(orders_per_day * ROOM)), round(orders_per_day * FIXED)
        self.first = [order[0] for order in NEAREST]
        self.closed: list[int] = []
        self._done: list[str] = []

    def rows(self) -> list[Table]:
        """Cities, centres, lanes and routing as the town opens."""
        found: list[Table] = [
            Destination(destination=city.name, english=city.english, region=city.region, country="CN",
                        latitude=city.latitude, longitude=city.longitude)
            for city in CITIES
        ]  # fmt: skip
        for w in range(len(WAREHOUSES)):
            found.append(self._centre(w))
            found += [_delivery(w, c) for c in range(len(CITIES))]
            found += [_transfer(w, other) for other in range(len(WAREHOUSES)) if other != w]
        return found + [self._routing(c) for c in range(len(CITIES))]

    def replan(self, errand: Errand, action: Replan) -> Receipt:
        """Change who is asked first and which are open. Refused, with nothing changed: what is not there, a second
        change of one wave, or no warehouse left."""
        if action.wave in self._done:
            return Receipt(status="refused", detail="already changed in this wave")
        receipt = self._change(errand, action.moves, action.opens, action.closes)
        if receipt.status == "done":
            self._done.append(action.wave)
        return receipt

    def revert(self, errand: Errand, action: RevertReplan) -> Receipt:
        """Take the change of a wave back. Refused when there was none."""
        if action.wave not in self._done:
            return Receipt(status="refused", detail="no change of this wave")
        back = tuple(RouteMove(move.destination, move.to_place, move.from_place) for move in action.moves)
        receipt = self._change(errand, back, action.closes, action.opens)
        if receipt.status == "done":
            self._done.remove(action.wave)
        return receipt

    def _change(self, errand: Errand, moves: tuple[RouteMove, ...], opens: tuple[str, ...],
                closes: tuple[str, ...]) -> Receipt:  # fmt: skip
        city, number = {c.name: n for n, c in enumerate(CITIES)}, {w.place: n for n, w in enumerate(WAREHOUSES)}
        named = [*opens, *closes, *(move.to_place for move in moves)]
        if any(move.destination not in city for move in moves) or any(place not in number for place in named):
            return Receipt(status="refused", detail="unknown city or warehouse")
        shut = sorted({*self.closed, *(number[p] for p in closes)} - {number[p] for p in opens})
        if len(shut) == len(WAREHOUSES):
            return Receipt(status="refused", detail="no warehouse would be open")
        self.closed = shut
        for move in moves:
            self.first[city[move.destination]] = number[move.to_place]
        self._shelves.ask(self._orders())
        said: list[Table] = [self._routing(city[move.destination]) for move in moves]
        said += [self._centre(number[place]) for place in sorted({*opens, *closes})]
        if said:
            self._agenda.say("lanes", f"replan:{errand.key}", *said)
        return Receipt(status="done", reference=f"NET-{errand.key[:12]}")

    def _orders(self) -> list[list[int]]:
        """By city: the warehouses in the order in which they are asked, none that is closed."""
        return [
            [w for w in dict.fromkeys((self.first[c], *NEAREST[c])) if w not in self.closed] for c in range(len(CITIES))
        ]

    def _centre(self, warehouse: int) -> Centre:
        return Centre(
            place=WAREHOUSES[warehouse].place, state="closed" if warehouse in self.closed else "open",
            fixed_per_day=Money(self._fixed, "CNY"), opening_cost=Money(self._fixed * OPENING, "CNY"),
            closing_cost=Money(self._fixed * CLOSING, "CNY"),
            parcels_per_day=self._room,
        )  # fmt: skip

    def _routing(self, city: int) -> Routing:
        return Routing(destination=CITIES[city].name, place=WAREHOUSES[self.first[city]].place)


def _delivery(warehouse: int, city: int) -> Lane:
    far = DISTANCE[warehouse][city]
    days = (PICKUP_DAYS + far / KM_PER_DAY) * SLOWNESS
    return Lane(
        origin=WAREHOUSES[warehouse].place, destination=CITIES[city].name, distance_km=round(far, 1),
        per_parcel=Money(round(PARCEL + PARCEL_KM * far), "CNY"), per_kg=Money(round(KILO + KILO_KM * far), "CNY"),
        transit_days=round(days, 3), promise_days=round(PROMISE * days + IN_HAND_DAYS, 3), reliability=ON_TIME,
        weather_risk=round(rain_share(), 3), weather_days=round((RAIN_FACTOR - 1) * days, 3),
    )  # fmt: skip


def _transfer(warehouse: int, other: int) -> Lane:
    far = apart(warehouse, other)
    return Lane(
        origin=WAREHOUSES[warehouse].place, destination=WAREHOUSES[other].place, mode="road", kind="transfer",
        distance_km=round(far, 1), per_parcel=Money(round(LORRY + LORRY_KM * far), "CNY"),
        transit_days=round(far / KM_A_DAY, 3),
    )  # fmt: skip
