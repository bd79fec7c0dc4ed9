"""Learning times: what the parcels that arrived since the last night say of carriers, lanes, weather and weekdays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from linkloop.commerce.time import DayClosed
from linkloop.commerce.transit import EffectKind, TransitEffect, TransitErrors
from linkloop.core.link import Context
from linkloop.core.table import Table
from linkloop.links.network.arriving import belief_of, clues_of, keys_of
from linkloop.links.network.transit import Belief, Clues

BEGINS = timedelta(days=400)  # the first night learns from parcels of the past year
MODE = "courier"
_ARRIVED = """
SELECT p.parcel_id, p.carrier, p.origin, p.destination, p.shipped_at, p.promised_at, p.delivered_at,
  coalesce(sum(l.quantity * g.weight_g), 0)::BIGINT AS weight_g
FROM parcels p
  LEFT JOIN order_lines l ON l.order_id = p.order_id AND l.quantity > 0
  LEFT JOIN products g ON g.product_id = l.product_id
WHERE p.status = 'delivered' AND p.delivered_at > p.shipped_at AND p.delivered_at > $since AND p.delivered_at <= $until
  AND p.destination <> ''
GROUP BY ALL ORDER BY p.delivered_at, p.parcel_id
"""


def close_day(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """Learn from what arrived since the last night: one pass in the order of arrival, one row per kind touched."""
    noise = ctx.read(TransitEffect, "noise|")
    since = noise.learned_to if noise and noise.learned_to else event.at - BEGINS
    rows = ctx.sql(_ARRIVED, since=since, until=event.at)
    if not rows:
        return
    given = [_clues(ctx, row) for row in rows]
    belief = belief_of(ctx.read, dict.fromkeys(key for clues in given for key in keys_of(clues)))
    for row, clues in zip(rows, given, strict=True):
        belief.learn(clues, (row["delivered_at"] - row["shipped_at"]) / timedelta(days=1))
    yield from _rows(belief, _aware(rows[-1]["delivered_at"]))


def _clues(ctx: Context, row: dict[str, Any]) -> Clues:
    return clues_of(
        ctx.read, row["origin"], row["destination"], row["carrier"], MODE, _aware(row["shipped_at"]),
        weight_g=row["weight_g"], promised_at=_aware(row["promised_at"]) if row["promised_at"] else None,
    )  # fmt: skip


def _rows(belief: Belief, to: datetime) -> Iterator[Table]:
    for kind, name in sorted(belief.changed):
        known: EffectKind = kind  # type: ignore[assignment]  # clues name no other
        effect = belief.effects.get((kind, name))
        if effect is not None:
            yield TransitEffect(
                kind=known, name=name, mean=round(effect.mean, 6), variance=round(effect.variance, 8),
                parcels=effect.parcels, learned_to=to,
            )  # fmt: skip
        if (counts := belief.errors.get((kind, name))) is not None:
            late = belief.late.get((kind, name))
            yield TransitErrors(
                kind=known, name=name, counts=tuple(counts.round(3).tolist()),
                promised=() if late is None else tuple(late.round(3).tolist()), learned_to=to,
            )  # fmt: skip
    parcels = belief.noise.parcels
    yield TransitEffect(kind="noise", name="", mean=round(belief.noise.mean, 6), variance=0.0, parcels=parcels,
                        learned_to=to)  # fmt: skip
    yield TransitEffect(kind="pool", name="", mean=round(belief.pool, 6), variance=0.0, parcels=parcels, learned_to=to)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
