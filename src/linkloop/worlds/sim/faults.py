"""What can be done to the town from outside: typed troubles, each with a beginning now and an end."""

from __future__ import annotations

from typing import Literal

import msgspec


class DemandSpike(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One product is wanted `factor` times as much (above 0); everything else as before."""

    product_id: str
    factor: float = 8.0
    minutes: int = 60


class Festival(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The whole shop sees `factor` times as many visits."""

    factor: float = 3.0
    minutes: int = 24 * 60


class PaymentFault(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A payment provider succeeds with this rate only (0 to 1) and gives this error."""

    provider: str
    success_rate: float = 0.3
    minutes: int = 30
    error: str = "provider_unavailable"


class Typhoon(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A typhoon makes landfall in a region: parcels that travel to or from it are held up by days."""

    region: str = "华东"
    minutes: int = 36 * 60


class SupplierStrike(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A supplier sends nothing until the strike is over; what has left still arrives."""

    supplier_id: str
    minutes: int = 5 * 24 * 60


class LostReceipts(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A share of errands gets no answer (`unknown`): with `effect="done"` they happened, with `"none"` they did not."""

    share: float = 1.0
    effect: Literal["done", "none"] = "done"
    minutes: int = 60


Fault = DemandSpike | Festival | PaymentFault | Typhoon | SupplierStrike | LostReceipts
