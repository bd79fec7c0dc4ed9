"""The network's map: its places, destinations and arcs as the newest night has them, by row and not by guess."""

from __future__ import annotations

from typing import TypeVar

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.lanes import Centre, Destination, Lane
from linkloop.commerce.network import NetworkArc, NetworkCategory, NetworkCentre, NetworkPlan
from linkloop.commerce.stock import Place
from linkloop.core.decision import Decision
from linkloop.core.money import Money
from linkloop.core.table import Table, table_name
from linkloop.core.text import Text
from linkloop.faces.desk.network_views import NetworkDestination, NetworkMap, NetworkPlace, NetworkProposal, RouteChange
from linkloop.faces.desk.things_rows import Rows
from linkloop.faces.desk.town_faults import REGION_NAMES
from linkloop.store.schema import state

T = TypeVar("T", bound=Table)
_PROPOSALS = "SELECT id FROM decisions WHERE action_kind = 'Replan' ORDER BY id DESC LIMIT 10"
SQL = {
    "plans": "SELECT * FROM network_plans",
    "arcs": (
        "SELECT a.* FROM network_arcs AS a JOIN network_plans AS p USING (plan, made_on)\n"
        "ORDER BY plan, parcels_per_day DESC"
    ),
    "lanes": "SELECT * FROM lanes ORDER BY origin, destination, mode",
    "places": "SELECT * FROM places LEFT JOIN centres USING (place)",
}


def network_map(shop: Shop) -> NetworkMap:
    """Everything that the map shows."""
    with shop.store.read() as connection:
        places, centres = every(connection, Place), {row.place: row for row in every(connection, Centre)}
        destinations, plans = every(connection, Destination), every(connection, NetworkPlan)
        made = {row.plan: row.made_on for row in plans}
        arcs = [row for row in every(connection, NetworkArc) if row.made_on == made.get(row.plan)]
        loads = [row for row in every(connection, NetworkCentre) if row.made_on == made.get(row.plan)]
        kept = [row for row in every(connection, NetworkCategory) if row.made_on == made.get(row.plan)]
        proposals = _proposals(shop, Rows(shop, connection))
        lanes = connection.execute(
            sa.select(sa.func.count()).where(state.c.kind == table_name(Lane))
        ).scalar()  # fmt: skip
    by_load = {(row.plan, row.place): row for row in loads}
    served = _served(arcs)
    regions = {row.region for row in (*places, *destinations) if row.region}
    return NetworkMap(
        places=[
            _place(row, centres.get(row.place), by_load.get(("present", row.place)), by_load.get(("best", row.place)))
            for row in places
            if row.latitude is not None and row.longitude is not None
        ],
        destinations=[
            _destination(row, served) for row in destinations if row.latitude is not None and row.longitude is not None
        ],
        regions=[(key, Text(REGION_NAMES.get(key, key), key)) for key in sorted(regions)],
        lanes=lanes or 0,
        plans=sorted(plans, key=lambda row: row.plan, reverse=True),
        arcs=sorted(arcs, key=lambda row: (row.plan, -row.parcels_per_day, row.origin, row.destination, row.mode)),
        categories=sorted(kept, key=lambda row: (row.plan, row.category, row.place)),
        proposals=proposals,
        unplaced=sum(row.latitude is None or row.longitude is None for row in (*places, *destinations)),
        currency=next((row.cost.currency for row in plans), shop.settings.currency),
        sql=SQL,
    )


def every(connection: sa.Connection, kind: type[T]) -> list[T]:
    """All rows of a class, by key."""
    query = sa.select(state.c.body).where(state.c.kind == table_name(kind)).order_by(state.c.key)
    return [msgspec.json.decode(body, type=kind) for body in connection.execute(query).scalars()]


def _proposals(shop: Shop, rows: Rows) -> list[NetworkProposal]:
    """The changes of the network that were decided, the latest first."""
    found = rows.many(Decision, [row[0] for row in shop.door.query(_PROPOSALS).rows])
    return [_proposal(one) for one in sorted(found, key=lambda one: one.id, reverse=True)]


def _proposal(one: Decision) -> NetworkProposal:
    assert one.at is not None
    action = one.action
    return NetworkProposal(
        id=one.id, at=one.at, status=one.status, reason=one.reason, decide_by=one.decide_by, at_risk=one.at_risk,
        moves=msgspec.convert(action.get("moves", ()), list[RouteChange]), opens=list(action.get("opens", ())),
        closes=list(action.get("closes", ())),
        saves=msgspec.convert(action["saves"], Money) if action.get("saves") else None,
    )  # fmt: skip


def _served(arcs: list[NetworkArc]) -> dict[tuple[str, str], tuple[float, float, str]]:
    """(plan, destination) → parcels a day in all, and the place that sends most of them."""
    found: dict[tuple[str, str], tuple[float, float, str]] = {}
    for arc in arcs:
        if arc.kind != "delivery":
            continue
        key = (arc.plan, arc.destination)
        total, most, place = found.get(key, (0.0, -1.0, ""))
        best = (arc.parcels_per_day, arc.origin) if arc.parcels_per_day > most else (most, place)
        found[key] = (total + arc.parcels_per_day, *best)
    return found


def _place(
    row: Place, centre: Centre | None, present: NetworkCentre | None, best: NetworkCentre | None
) -> NetworkPlace:
    assert row.latitude is not None
    assert row.longitude is not None
    return NetworkPlace(
        place=row.place, name=row.name, city=row.city, region=row.region, latitude=row.latitude,
        longitude=row.longitude, state=centre.state if centre else "open",
        capacity=centre.parcels_per_day if centre else 0, fixed=centre.fixed_per_day if centre else None,
        present=present.parcels_per_day if present else 0.0, best=best.parcels_per_day if best else 0.0,
        open_at_best=best.open if best else None,
    )  # fmt: skip


def _destination(row: Destination, served: dict[tuple[str, str], tuple[float, float, str]]) -> NetworkDestination:
    assert row.latitude is not None
    assert row.longitude is not None
    now, best = served.get(("present", row.destination)), served.get(("best", row.destination))
    return NetworkDestination(
        destination=row.destination, name=Text(row.english or row.destination, row.destination), region=row.region,
        latitude=row.latitude, longitude=row.longitude, parcels=round(now[0] if now else best[0] if best else 0.0, 2),
        present=now[2] if now else "", best=best[2] if best else "",
    )  # fmt: skip
