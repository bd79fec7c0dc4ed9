"""The couriers: parcels are packed, travel through the weather, are late now and then, and arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linkloop.commerce.parcels import Parcel, ParcelDelayed, ParcelDelivered, ParcelStatus
from linkloop.core.clock import from_micros
from linkloop.worlds.sim.agenda import DAY, HOUR, Agenda
from linkloop.worlds.sim.draws import Draws, running
from linkloop.worlds.sim.messages import Messages
from linkloop.worlds.sim.places import CITIES, DISTANCE, WAREHOUSES
from linkloop.worlds.sim.purchase import Purchase
from linkloop.worlds.sim.retention import Retention
from linkloop.worlds.sim.returns import Returns
from linkloop.worlds.sim.weather import Weather

# carrier → (share of parcels, how slow it is relative to the others)
CARRIERS: dict[str, tuple[float, float]] = {
    "sf": (0.18, 0.80),
    "jd": (0.17, 0.85),
    "zto": (0.30, 1.02),
    "yto": (0.22, 1.05),
    "ems": (0.13, 1.20),
}
HANDLING_HOURS, HANDLING_SD = 9.0, 4.0
PICKUP_DAYS, KM_PER_DAY = 0.75, 850.0
TRANSIT_CV, RAIN_FACTOR = 0.25, 1.12
MISHAP, MISHAP_DAYS, MISHAP_SD = 0.035, 2.2, 1.2
MISHAPS = ("sorting_error", "address_unclear", "depot_overload")
TYPHOON_DAYS, TYPHOON_SD, TYPHOON_CATCHES = 1.6, 0.7, 0.8
ANNOUNCED = 0.75
# The promise covers handling and PROMISE × the usual transit, plus nine hours in hand: about 8 % of parcels come
# later, the share of the public Olist data set (96,470 delivered orders of 2016–18, 8.1 % after the estimate).
PROMISE, IN_HAND_DAYS = 1.22, 0.37


@dataclass(slots=True, eq=False)
class Carriage:
    """One parcel on its way; a change of plan raises `turn`, which makes older appointments void."""

    purchase: Purchase
    carrier: str
    base_days: float
    shipped: int = 0
    arrives: int = 0
    turn: int = 0
    status: ParcelStatus = "packed"
    cause: str = ""


class Couriers:
    """Moves every paid purchase to its shopper, once."""

    def __init__(
        self, agenda: Agenda, weather: Weather, messages: Messages, retention: Retention, returns: Returns, seed: int
    ) -> None:
        self._agenda, self._weather = agenda, weather
        self._messages, self._retention, self._returns = messages, retention, returns
        self._draws = Draws(seed, "couriers")
        self._names = list(CARRIERS)
        self._shares = running([share for share, _ in CARRIERS.values()])
        self.travelling: dict[str, Carriage] = {}
        self.delivered = 0
        self.late = 0
        weather.on_typhoon.append(self._caught)

    def pack(self, purchase: Purchase) -> Parcel:
        """A parcel for a paid purchase, with the promise that the shopper is told."""
        carrier = self._names[self._draws.weighted(self._shares)]
        distance = DISTANCE[purchase.place][purchase.goes_to()]
        base = (PICKUP_DAYS + distance / KM_PER_DAY) * CARRIERS[carrier][1]
        carriage = Carriage(purchase, carrier, base)
        purchase.parcel_id = f"P{purchase.order_id}"
        purchase.promised = self._agenda.now + int(HANDLING_HOURS * HOUR + (PROMISE * base + IN_HAND_DAYS) * DAY)
        self.travelling[purchase.parcel_id] = carriage
        self._agenda.after(self._draws.gamma(HANDLING_HOURS, HANDLING_SD) * HOUR, self._ship, carriage)
        return _row(carriage)

    def call_back(self, purchase: Purchase) -> Parcel | None:
        """Take a parcel that has not been picked up off the shelf for outgoing goods; None when there is none."""
        carriage = self.travelling.get(purchase.parcel_id)
        if carriage is None or carriage.status != "packed":
            return None
        del self.travelling[purchase.parcel_id]
        carriage.status = "returned"
        return _row(carriage)

    def waits(self, purchase: Purchase) -> bool:
        """Whether a purchase has not been picked up yet."""
        carriage = self.travelling.get(purchase.parcel_id)
        return carriage is not None and carriage.status == "packed"

    def redirect(self, purchase: Purchase) -> Parcel:
        """A parcel that has not been picked up goes to where its purchase now goes; the promise stays."""
        carriage = self.travelling[purchase.parcel_id]
        distance = DISTANCE[purchase.place][purchase.goes_to()]
        carriage.base_days = (PICKUP_DAYS + distance / KM_PER_DAY) * CARRIERS[carriage.carrier][1]
        return _row(carriage)

    def _ship(self, carriage: Carriage) -> None:
        draws, purchase, now = self._draws, carriage.purchase, self._agenda.now
        if purchase.status == "cancelled":
            return
        skies = {self._weather.sky[region] for region in _ends(purchase)}
        days = draws.gamma(carriage.base_days, carriage.base_days * TRANSIT_CV)
        if "rain" in skies:
            days *= RAIN_FACTOR
            carriage.cause = "rain"
        if "typhoon" in skies:
            days += draws.gamma(TYPHOON_DAYS, TYPHOON_SD)
            carriage.cause = "typhoon"
        if draws.happens(MISHAP):
            days += draws.gamma(MISHAP_DAYS, MISHAP_SD)
            carriage.cause = draws.pick(MISHAPS)
        carriage.shipped, carriage.status, purchase.status = now, "shipped", "shipped"
        carriage.arrives = now + int(days * DAY)
        late = carriage.arrives > purchase.promised
        announced = late and draws.happens(ANNOUNCED)
        self._agenda.say("couriers", f"ship:{purchase.parcel_id}", _row(carriage), purchase.row())
        self._agenda.at(carriage.arrives, self._arrive, carriage, 0)
        if announced:
            news = now + int(draws.between(0.3, 1.0) * max(purchase.promised - now, HOUR))
            self._agenda.at(news, self._announce, carriage, 0)
        elif late:
            self._agenda.at(purchase.promised, self._overdue, carriage)
        else:
            self._messages.on_the_way(purchase, carriage.arrives)

    def _announce(self, carriage: Carriage, turn: int) -> None:
        purchase = carriage.purchase
        if turn != carriage.turn or carriage.status == "delivered" or carriage.arrives <= self._agenda.now:
            return
        carriage.status = "delayed"
        self._agenda.say(
            "couriers", f"delay:{purchase.parcel_id}:{turn}", _row(carriage),
            ParcelDelayed(
                at=self._agenda.today(), parcel_id=purchase.parcel_id, order_id=purchase.order_id,
                customer_id=purchase.person.customer_id, expected_at=from_micros(carriage.arrives),
                cause=carriage.cause or "depot_overload",
            ),
        )  # fmt: skip
        self._upset(carriage, announced=True)

    def _overdue(self, carriage: Carriage) -> None:
        if carriage.status == "shipped":
            self._upset(carriage, announced=False)

    def _upset(self, carriage: Carriage, announced: bool) -> None:
        purchase = carriage.purchase
        purchase.late_days = max(0.0, (carriage.arrives - purchase.promised) / DAY)
        if not purchase.delayed:
            self._retention.upset(purchase)
            self._messages.about_late(purchase, announced)

    def _arrive(self, carriage: Carriage, turn: int) -> None:
        if turn != carriage.turn:
            return
        purchase, now = carriage.purchase, self._agenda.now
        late_days = max(0.0, (now - purchase.promised) / DAY)
        carriage.status, purchase.status, purchase.late_days = "delivered", "delivered", late_days
        del self.travelling[purchase.parcel_id]
        self.delivered += 1
        self.late += late_days > 0
        self._agenda.say(
            "couriers", f"deliver:{purchase.parcel_id}", _row(carriage), purchase.row(),
            ParcelDelivered(
                at=self._agenda.today(), parcel_id=purchase.parcel_id, order_id=purchase.order_id,
                customer_id=purchase.person.customer_id, carrier=carriage.carrier,
                days=round((now - carriage.shipped) / DAY, 4), late_days=round(late_days, 4),
            ),
        )  # fmt: skip
        self._returns.consider(purchase)
        self._messages.after_delivery(purchase)

    def _caught(self, region: str) -> None:
        for carriage in list(self.travelling.values()):
            purchase = carriage.purchase
            if carriage.status == "packed" or region not in _ends(purchase) or not self._draws.happens(TYPHOON_CATCHES):
                continue
            carriage.turn += 1
            carriage.cause = "typhoon"
            carriage.arrives += int(self._draws.gamma(TYPHOON_DAYS, TYPHOON_SD) * DAY)
            self._agenda.at(carriage.arrives, self._arrive, carriage, carriage.turn)
            if carriage.arrives > purchase.promised:
                self._agenda.after(self._draws.between(0.1, 3.0) * HOUR, self._announce, carriage, carriage.turn)


def _ends(purchase: Purchase) -> tuple[str, str]:
    """The regions that a parcel leaves from and goes to."""
    return WAREHOUSES[purchase.place].region, CITIES[purchase.goes_to()].region


def _row(carriage: Carriage) -> Parcel:
    purchase = carriage.purchase
    return Parcel(
        parcel_id=purchase.parcel_id, order_id=purchase.order_id, customer_id=purchase.person.customer_id,
        carrier=carriage.carrier, status=carriage.status, origin=WAREHOUSES[purchase.place].place,
        destination=CITIES[purchase.goes_to()].name,
        shipped_at=from_micros(carriage.shipped) if carriage.shipped else None,
        promised_at=from_micros(purchase.promised),
        expected_at=_expected(carriage),
        delivered_at=from_micros(carriage.arrives) if carriage.status == "delivered" else None,
    )  # fmt: skip


def _expected(carriage: Carriage) -> datetime | None:
    """What the carrier says: the usual time until it admits a delay, then the truth."""
    if carriage.status == "packed":
        return None
    if carriage.status == "shipped":
        return from_micros(carriage.shipped + int(carriage.base_days * DAY))
    return from_micros(carriage.arrives)
