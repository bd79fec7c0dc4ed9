"""Brings a fault to the actor that it concerns and takes it back, remembers both, and refuses what makes no sense."""

from __future__ import annotations

from datetime import datetime
from math import isfinite

import msgspec

from linkloop.core.clock import from_micros
from linkloop.core.errors import Refused
from linkloop.core.text import Text
from linkloop.worlds.sim.agenda import MINUTE, Agenda
from linkloop.worlds.sim.catalog import Catalog
from linkloop.worlds.sim.errands import Errands
from linkloop.worlds.sim.faults import (
    DemandSpike,
    Fault,
    Festival,
    LostReceipts,
    PaymentFault,
    SupplierStrike,
    Typhoon,
)
from linkloop.worlds.sim.festival import Demand
from linkloop.worlds.sim.payments import PROVIDERS, Breakdown, Payments
from linkloop.worlds.sim.places import REGIONS
from linkloop.worlds.sim.suppliers import Suppliers
from linkloop.worlds.sim.weather import Weather

MOST_MINUTES, MOST_FACTOR = 60 * 24 * 60, 1000.0
REMEMBERS = 20  # troubles that are over


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A fault that is on, or was: since when, until when, and the number that it has in its town (1, 2, …)."""

    number: int
    fault: Fault
    since: datetime
    until: datetime


class Troubles:
    """Knows every actor that can be disturbed."""

    def __init__(self, agenda: Agenda, catalog: Catalog, demand: Demand, payments: Payments, weather: Weather,
                 suppliers: Suppliers, errands: Errands) -> None:  # fmt: skip
        self._agenda, self._catalog, self._demand, self._payments = agenda, catalog, demand, payments
        self._weather, self._suppliers, self._errands = weather, suppliers, errands
        self._count = 0
        self._known: list[tuple[int, Fault, int, int]] = []  # number, fault, since, until; oldest first
        self._lifts: dict[int, Fault] = {}  # what lifts demand and has to be taken back

    def inject(self, fault: Fault) -> datetime:
        """Begin a fault now; returns when it ends. Raises Refused `sim.fault` when it names something unknown."""
        _check(fault, self._catalog)
        now = self._agenda.now
        until = now + fault.minutes * MINUTE
        self._count += 1
        match fault:
            case DemandSpike():
                self._demand.begin_spike(self._catalog.number[fault.product_id], fault.factor)
            case Festival():
                self._demand.begin_festival(fault.factor)
            case _:
                self._bring(fault, until)
        if isinstance(fault, DemandSpike | Festival):
            self._lifts[self._count] = fault
            self._agenda.at(until, self._lower, self._count)
        over = [one for one in self._known if one[3] <= now][-REMEMBERS:]
        self._known = [one for one in self._known if one[3] > now or one in over] + [(self._count, fault, now, until)]
        return from_micros(until)

    def end(self, number: int) -> None:
        """End a trouble now. Raises Refused `sim.trouble` when none with this number is on; then nothing changes.

        What it has done stays done: a parcel that a typhoon caught is late. Goods that a strike held back leave now.
        """
        now = self._agenda.now
        spot = next((n for n, one in enumerate(self._known) if one[0] == number and one[3] > now), None)
        if spot is None:
            raise Refused(
                "sim.trouble",
                Text(en=f"no trouble number {number} is on", zh=f"没有正在进行的 {number} 号状况"),
                Text(en="It may have ended by itself; look again.", zh="它可能已自行结束，请刷新后再看。"),
                where="number",
            )
        _, fault, since, _ = self._known[spot]
        self._known[spot] = (number, fault, since, now)
        self._lower(number)
        self._take_back(fault)

    def on(self) -> tuple[Trouble, ...]:
        """The faults that are on now, oldest first."""
        return tuple(_trouble(one) for one in self._known if one[3] > self._agenda.now)

    def over(self) -> tuple[Trouble, ...]:
        """The last faults that are over, oldest first."""
        return tuple(_trouble(one) for one in self._known if one[3] <= self._agenda.now)[-REMEMBERS:]

    def _lower(self, number: int) -> None:
        """Demand that was lifted comes down, once."""
        match self._lifts.pop(number, None):
            case DemandSpike() as spike:
                self._demand.end_spike(self._catalog.number[spike.product_id], spike.factor)
            case Festival() as festival:
                self._demand.end_festival(festival.factor)

    def _bring(self, fault: Fault, until: int) -> None:
        match fault:
            case PaymentFault():
                self._payments.breakdowns[fault.provider] = Breakdown(until, fault.success_rate, fault.error)
            case Typhoon():
                self._weather.strike(fault.region, until)
            case SupplierStrike():
                self._suppliers.strikes[fault.supplier_id] = until
            case LostReceipts():
                self._errands.trouble = (until, fault)

    def _take_back(self, fault: Fault) -> None:
        """The actor is well again, or as ill as the latest trouble of the same kind that is still on makes it."""
        match fault:
            case PaymentFault():
                self._payments.breakdowns.pop(fault.provider, None)
            case Typhoon():
                self._weather.calm(fault.region, max((until for _, until in self._like(fault)), default=0))
            case SupplierStrike():
                self._suppliers.strikes.pop(fault.supplier_id, None)
            case LostReceipts():
                self._errands.trouble = None
        for other, until in self._like(fault)[-1:]:
            self._bring(other, until)
        if isinstance(fault, SupplierStrike) and fault.supplier_id not in self._suppliers.strikes:
            self._suppliers.resume(fault.supplier_id)

    def _like(self, fault: Fault) -> list[tuple[Fault, int]]:
        """Troubles that are on and concern the same actor in the same way, oldest first."""
        return [
            (other, until)
            for _, other, _, until in self._known
            if until > self._agenda.now and _concerns(other) == _concerns(fault)
        ]


def _concerns(fault: Fault) -> tuple[str, str]:
    match fault:
        case PaymentFault():
            return "payments", fault.provider
        case Typhoon():
            return "weather", fault.region
        case SupplierStrike():
            return "supplier", fault.supplier_id
        case LostReceipts():
            return "errands", ""
    return "demand", ""


def _trouble(known: tuple[int, Fault, int, int]) -> Trouble:
    number, fault, since, until = known
    return Trouble(number=number, fault=fault, since=from_micros(since), until=from_micros(until))


def _check(fault: Fault, catalog: Catalog) -> None:
    if not 1 <= fault.minutes <= MOST_MINUTES:
        raise _refused("minutes", f"1 … {MOST_MINUTES}")
    match fault:
        case DemandSpike() if fault.product_id not in catalog.number:
            raise _refused("product_id", "SKU-001 … SKU-120")
        case DemandSpike() | Festival() if not (isfinite(fault.factor) and 0 < fault.factor <= MOST_FACTOR):
            raise _refused("factor", f"0 < factor ≤ {MOST_FACTOR:.0f}")
        case PaymentFault() if fault.provider not in PROVIDERS:
            raise _refused("provider", ", ".join(PROVIDERS))
        case PaymentFault() if not 0 <= fault.success_rate <= 1:
            raise _refused("success_rate", "0 … 1")
        case PaymentFault() if not fault.error:
            raise _refused("error", "not empty")
        case Typhoon() if fault.region not in REGIONS:
            raise _refused("region", ", ".join(REGIONS))
        case SupplierStrike() if fault.supplier_id not in catalog.supplier:
            raise _refused("supplier_id", ", ".join(catalog.supplier))
        case LostReceipts() if not 0 <= fault.share <= 1:
            raise _refused("share", "0 … 1")


def _refused(field: str, allowed: str) -> Refused:
    return Refused(
        "sim.fault",
        Text(en=f"the town has no such {field}", zh=f"小镇里没有这样的 {field}"),
        Text(en=f"Give one of: {allowed}.", zh=f"请填写：{allowed}。"),
        where=field,
    )
