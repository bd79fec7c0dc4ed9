"""Brings a fault to the actor that it concerns, remembers which are on, and refuses what makes no sense."""

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


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A fault that is on, until a moment."""

    fault: Fault
    until: datetime


class Troubles:
    """Knows every actor that can be disturbed."""

    def __init__(self, agenda: Agenda, catalog: Catalog, demand: Demand, payments: Payments, weather: Weather,
                 suppliers: Suppliers, errands: Errands) -> None:  # fmt: skip
        self._agenda, self._catalog, self._demand, self._payments = agenda, catalog, demand, payments
        self._weather, self._suppliers, self._errands = weather, suppliers, errands
        self._on: list[tuple[int, Fault]] = []

    def inject(self, fault: Fault) -> datetime:
        """Begin a fault now; returns when it ends. Raises Refused `sim.fault` when it names something unknown."""
        _check(fault, self._catalog)
        until = self._agenda.now + fault.minutes * MINUTE
        match fault:
            case DemandSpike():
                product = self._catalog.number[fault.product_id]
                self._demand.begin_spike(product, fault.factor)
                self._agenda.at(until, self._demand.end_spike, product, fault.factor)
            case Festival():
                self._demand.begin_festival(fault.factor)
                self._agenda.at(until, self._demand.end_festival, fault.factor)
            case PaymentFault():
                self._payments.breakdowns[fault.provider] = Breakdown(until, fault.success_rate, fault.error)
            case Typhoon():
                self._weather.strike(fault.region, until)
            case SupplierStrike():
                self._suppliers.strikes[fault.supplier_id] = until
            case LostReceipts():
                self._errands.trouble = (until, fault)
        self._on = [on for on in self._on if on[0] > self._agenda.now] + [(until, fault)]
        return from_micros(until)

    def on(self) -> tuple[Trouble, ...]:
        """The faults that are on now."""
        now = self._agenda.now
        return tuple(Trouble(fault=fault, until=from_micros(until)) for until, fault in self._on if until > now)


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
