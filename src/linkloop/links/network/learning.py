"""Learning: every parcel that arrives is counted on its lane, for its carrier, and among all."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from linkloop.commerce.demand import KnownDay
from linkloop.commerce.network import LaneTimes
from linkloop.commerce.parcels import Parcel, ParcelDelivered
from linkloop.core.link import Context
from linkloop.core.table import join_key
from linkloop.links.network.arrival import counted

LONGEST_DAYS = 365.0
ROUGH_MM = 10.0  # millimetres of rain in a day from which on a parcel's weather is rough (heavy rain: WMO)


def arrive(ctx: Context, event: ParcelDelivered) -> Iterator[LaneTimes]:
    """The counts with one more parcel; a parcel without a carrier or with a senseless time teaches nothing."""
    if not event.carrier or not 0 <= event.days <= LONGEST_DAYS:
        return
    parcel = ctx.read(Parcel, event.parcel_id)
    rough = parcel is not None and _rough(ctx, parcel)
    keys = [("", "", ""), (event.carrier, "", "")]
    if parcel is not None and parcel.origin and parcel.destination:
        keys.append((event.carrier, parcel.origin, parcel.destination))
    for carrier, origin, destination in keys:
        row = ctx.read(LaneTimes, join_key((carrier, origin, destination, str(rough)))) or LaneTimes(
            carrier=carrier, origin=origin, destination=destination, weather=rough
        )
        yield msgspec.structs.replace(
            row, parcels=row.parcels + 1, counts=counted(row.counts, event.days), updated_at=event.at
        )


def _rough(ctx: Context, parcel: Parcel) -> bool:
    """Whether it is known that it rained hard where a parcel left on the day it left."""
    if parcel.shipped_at is None:
        return False
    day = parcel.shipped_at.date().isoformat()
    for place in (parcel.origin, ""):
        known = ctx.read(KnownDay, join_key(("weather", "", place, day)))
        if known is not None and known.value >= ROUGH_MM:
            return True
    return False
