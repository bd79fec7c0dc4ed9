"""Echo: what the shop made of a trouble, seen from its own log: what it noticed, how soon, and what it decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.watching import Alert
from linkloop.core.clock import from_micros, micros
from linkloop.core.errors import NotFound
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.faces.desk import tail
from linkloop.faces.desk.town import world_of
from linkloop.faces.desk.townmap import Underway
from linkloop.store.schema import log, state
from linkloop.store.store import head_of
from linkloop.worlds.sim.faults import DemandSpike, Fault, Festival, LostReceipts, PaymentFault, SupplierStrike, Typhoon
from linkloop.worlds.sim.places import CITIES, WAREHOUSES
from linkloop.worlds.sim.troubles import Trouble

LINGERS = timedelta(days=1)  # what is said after the end of a trouble that may still come of it
MOST = 50
_KINDS = ("alerts", "decisions", "parcel_delayed", "stock_promised", "payments_failing", "demand_spiked")


class EchoAlert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that the trouble set off; `after_s` is the shop's time between the two."""

    alert_id: str
    case_id: str
    opened_at: datetime
    ended_at: datetime | None
    after_s: float
    severity: str
    text: Text


class EchoDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that the trouble led to, as it stands."""

    id: str
    case_id: str
    at: datetime
    link: str
    action_kind: str
    about: str
    status: str
    at_risk: Money
    reason: Text


class EchoEvent(msgspec.Struct, frozen=True, kw_only=True):
    """How often something was said because of the trouble, and the case of the first time."""

    kind: str
    count: int
    first_at: datetime
    case_id: str


class Echo(msgspec.Struct, frozen=True, kw_only=True):
    """All that came of a trouble; of decisions the latest MOST are listed, `decided` counts all.

    `noticed_after_s` is the shop's time until the first alert or event that speaks of it, None while nothing does.
    """

    number: int
    type: str
    since: datetime
    until: datetime
    on: bool
    noticed_after_s: float | None
    alerts: list[EchoAlert]
    events: list[EchoEvent]
    decisions: list[EchoDecision]
    decided: int


class _Line(msgspec.Struct, frozen=True):
    kind: str
    key: str
    case_id: str
    at: int
    body: dict[str, Any]


def echo(shop: Shop, number: int) -> Echo:
    """What came of a trouble that is on or among the last that were. Raises NotFound `town.trouble`."""
    status = world_of(shop).status()
    trouble = next((one for one in (*status.troubles, *status.troubles_over) if one.number == number), None)
    if trouble is None:
        raise NotFound(
            "town.trouble",
            Text(en=f"the town remembers no trouble number {number}", zh=f"小镇不记得第 {number} 号状况"),
            where=str(number),
        )
    lines = _lines(shop, trouble)
    about = _About(shop, trouble.fault, lines)
    said = [line for line in lines if line.kind not in ("alerts", "decisions") and about.speaks_of(line)]
    alerts = _latest(line for line in lines if line.kind == "alerts" and about.speaks_of(line))
    opened = [alert for alert in alerts if alert.body["opened_at"] and _moment(alert) >= trouble.since]
    cases = {line.case_id for line in said} | {str(alert.body["case_id"]) for alert in opened} - {""}
    decisions = _latest(
        line for line in lines if line.kind == "decisions" and (line.case_id in cases or about.speaks_of(line))
    )
    noticed = [micros(_moment(alert)) for alert in opened] + [line.at for line in said]
    return Echo(
        number=number,
        type=type(trouble.fault).__name__,
        since=trouble.since,
        until=trouble.until,
        on=trouble.until > status.at,
        noticed_after_s=(min(noticed) - micros(trouble.since)) / 1e6 if noticed else None,
        alerts=[_alert(alert, trouble.since) for alert in opened],
        events=_counted(said),
        decisions=[_decision(line) for line in decisions[: -MOST - 1 : -1]],
        decided=len(decisions),
    )


def _lines(shop: Shop, trouble: Trouble) -> list[_Line]:
    since, until = micros(trouble.since), micros(trouble.until + LINGERS)
    with shop.store.read() as connection:
        start = tail.first_offset_at(connection, since, head_of(connection))
        query = (
            sa.select(log.c.kind, log.c.key, log.c.case_id, log.c.at, log.c.body)
            .where(log.c.offset > start, log.c.at.between(since, until), log.c.kind.in_(_KINDS))
            .order_by(log.c.offset)
        )
        return [_Line(r.kind, r.key, r.case_id, r.at, msgspec.json.decode(r.body)) for r in connection.execute(query)]


def _latest(lines: Iterable[_Line]) -> list[_Line]:
    """The last version of each row, in the order of their first."""
    found: dict[str, _Line] = {}
    for line in lines:
        found[line.key] = line
    return list(found.values())


class _About:
    """Knows what a line must say to be about a fault."""

    def __init__(self, shop: Shop, fault: Fault, lines: list[_Line]) -> None:
        self._fault = fault
        self._caught: set[str] = set()
        if isinstance(fault, Typhoon):
            held = {
                str(line.body["parcel_id"])
                for line in lines
                if line.kind == "parcel_delayed" and line.body.get("cause") == "typhoon"
            }
            self._caught = _through(shop, fault.region, held)

    def speaks_of(self, line: _Line) -> bool:
        body, metric = line.body, line.body.get("metric", "")
        match self._fault:
            case PaymentFault(provider=provider):
                return metric == f"provider:{provider}" or body.get("provider") == provider
            case DemandSpike(product_id=product):
                return metric == f"product:{product}" or (
                    line.kind == "demand_spiked" and body["product_id"] == product
                )
            case Festival():
                return metric == "orders" or (line.kind == "demand_spiked" and not body["product_id"])
            case Typhoon():
                return body.get("parcel_id") in self._caught and body.get("cause") == "typhoon"
            case SupplierStrike(supplier_id=supplier):
                asked = body.get("action", body) if line.kind in ("stock_promised", "decisions") else {}
                return asked.get("supplier_id") == supplier
            case LostReceipts():
                return line.kind == "decisions" and body["status"] == "unclear"
        return False


def _through(shop: Shop, region: str, parcels: set[str]) -> set[str]:
    """Which of these parcels come from or go to a region."""
    near = {city.name for city in CITIES if city.region == region}
    places = {place.place for place in WAREHOUSES if place.region == region}
    found: set[str] = set()
    wanted = sorted(parcels)
    with shop.store.read() as connection:
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            query = sa.select(state.c.body).where(state.c.kind == "parcels", state.c.key.in_(some))
            for body in connection.execute(query).scalars():
                parcel = msgspec.json.decode(body, type=Underway)
                if parcel.destination in near or parcel.origin in places:
                    found.add(parcel.parcel_id)
    return found


def _counted(said: list[_Line]) -> list[EchoEvent]:
    kinds: dict[str, list[_Line]] = {}
    for line in said:
        kinds.setdefault(line.kind, []).append(line)
    return [
        EchoEvent(kind=kind, count=len(found), first_at=from_micros(found[0].at), case_id=found[0].case_id)
        for kind, found in sorted(kinds.items())
    ]


def _moment(line: _Line) -> datetime:
    return datetime.fromisoformat(line.body["opened_at"])


def _alert(line: _Line, since: datetime) -> EchoAlert:
    alert = msgspec.convert(line.body, Alert)
    return EchoAlert(
        alert_id=alert.alert_id,
        case_id=alert.case_id,
        opened_at=alert.opened_at,
        ended_at=alert.ended_at,
        after_s=(alert.opened_at - since).total_seconds(),
        severity=alert.severity,
        text=alert.text,
    )


def _decision(line: _Line) -> EchoDecision:
    body = line.body
    return EchoDecision(
        id=body["id"],
        case_id=line.case_id,
        at=from_micros(line.at),
        link=body["link"],
        action_kind=body["action_kind"],
        about=body["about"],
        status=body["status"],
        at_risk=msgspec.convert(body["at_risk"], Money),
        reason=msgspec.convert(body["reason"], Text),
    )
