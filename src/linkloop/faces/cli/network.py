"""`linkloop network`: who serves whom, now and at best, and what becomes of it if something changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from linkloop.core.errors import Refused
from linkloop.faces.cli.frame import WordedGroup, command
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.words import error, say

if TYPE_CHECKING:
    from linkloop.commerce.network import LaneChange, NetworkFigures, NetworkOutlook, NewCentre
    from linkloop.faces.desk.network_views import NetworkMap

PARTS = ("freight", "fixed", "inventory", "lateness", "weather", "lost")


@click.group("network", cls=WordedGroup)
def network() -> None:
    pass


@command("plan")
def plan(session: Session) -> None:
    from linkloop.faces.desk.network_map import network_map

    with session.desk() as desk:
        found = network_map(desk.shop)
    if session.json:
        session.data(found)
    else:
        _plans(session, found)


@command("what-if")
@click.option("--close", "closed", multiple=True)
@click.option("--open", "opened", multiple=True)
@click.option("--lane", "lanes", multiple=True)
@click.option("--typhoon", "typhoon", multiple=True)
@click.option("--demand", "demand", type=float, default=1.0, show_default=True)
def what_if(
    session: Session, closed: tuple[str, ...], opened: tuple[str, ...], lanes: tuple[str, ...],
    typhoon: tuple[str, ...], demand: float,
) -> None:  # fmt: skip
    from linkloop.commerce.network import NetworkWhatIf
    from linkloop.engine.asking import ask_now

    asked = NetworkWhatIf(
        closed=closed, opened=tuple(map(_centre, opened)), lanes=tuple(map(_lane, lanes)), typhoon=typhoon,
        demand_times=demand,
    )  # fmt: skip
    with session.desk() as desk:
        outlook = ask_now(desk.shop.store, desk.shop.matrix, asked).value
    if session.json:
        session.data(outlook)
    elif outlook.before is None or outlook.kept is None or outlook.after is None:
        session.note(say("network.none"))
    else:
        _compare(session, outlook, [outlook.before, outlook.kept, outlook.after])


def _plans(session: Session, found: NetworkMap) -> None:
    if not found.plans:
        session.note(say("network.none"))
        return
    plans = found.plans
    session.line(say("network.made", day=plans[0].made_on, days=plans[0].scenarios))
    session.line()
    heads = [say("network.figure"), *(say(f"network.{one.plan}") for one in plans)]
    rows: list[Any] = [[say("network.cost"), *(str(one.cost) for one in plans)]]
    rows += [
        [say(f"network.{part}"), *(_money(one.costs.get(part, 0), one.cost.currency) for one in plans)]
        for part in PARTS
    ]
    rows += [
        [say("network.on_time"), *(f"{one.on_time:.1%}" for one in plans)],
        [say("network.promise"), *(f"{one.promise_days:.1f}" for one in plans)],
        [say("network.bound"), *(_money(one.bound, found.currency) for one in plans)],
        [say("network.gap"), *(f"{one.gap:.4%}" for one in plans)],
    ]
    session.table(heads, rows)
    session.line()
    session.table(
        [say(f"network.{name}") for name in ("place", "state", "now", "best_load", "capacity")],
        [[one.place, say(f"network.is.{one.state}"), one.present, one.best, one.capacity or None]
         for one in found.places],
    )  # fmt: skip
    session.line()
    session.table(
        [say(f"network.{name}") for name in ("destination", "parcels", "from_now", "from_best")],
        [[one.destination, one.parcels, one.present, one.best] for one in found.destinations],
    )
    for one in found.proposals[:1]:
        session.line()
        session.line(say("network.proposal", id=one.id, status=say(f"status.{one.status}")))


def _compare(session: Session, outlook: NetworkOutlook, all_three: list[NetworkFigures]) -> None:
    currency = all_three[0].currency
    rows: list[Any] = [[say("network.cost"), *(_money(one.cost, currency) for one in all_three)]]
    rows += [
        [say(f"network.{part}"), *(_money(one.costs.get(part, 0), currency) for one in all_three)] for part in PARTS
    ]
    rows += [
        [say("network.on_time"), *(f"{one.on_time:.1%}" for one in all_three)],
        [say("network.mean"), *(f"{one.mean_days:.2f}" for one in all_three)],
        [say("network.promise"), *(f"{one.promise_days:.2f}" for one in all_three)],
        [say("network.unserved"), *(f"{one.unserved:.1f}" for one in all_three)],
    ]
    for place in sorted({place for one in all_three for place in one.centres}):
        loads = [one.centres.get(place) for one in all_three]
        rows.append([place, *("" if load is None else f"{load:.1f}" for load in loads)])
    session.table([say("network.figure"), *(say(f"network.{name}") for name in ("before", "kept", "after"))], rows)
    session.line()
    session.line(say("network.proven", gap=f"{outlook.gap:.4%}", bound=_money(outlook.bound, currency)))
    if outlook.moved:
        session.line(say("network.moved", names=", ".join(outlook.moved)))


def _money(amount: float, currency: str) -> str:
    from linkloop.core.money import Money

    return str(Money(round(amount), currency))


def _centre(text: str) -> NewCentre:
    """`NAME,LATITUDE,LONGITUDE[,FIXED A DAY in minor units]`."""
    from linkloop.commerce.network import NewCentre

    parts = [part.strip() for part in text.split(",")]
    try:
        name, latitude, longitude = parts[:3]
        return NewCentre(name, float(latitude), float(longitude), int(parts[3]) if len(parts) > 3 else 0)
    except ValueError as wrong:
        raise error(Refused, "network.open", given=text) from wrong


def _lane(text: str) -> LaneChange:
    """`ORIGIN>DESTINATION=TIMES`; an end that is left out is any."""
    from linkloop.commerce.network import LaneChange

    ends, _, times = text.rpartition("=")
    origin, arrow, destination = ends.partition(">")
    try:
        if not arrow:
            raise ValueError(text)
        return LaneChange(origin.strip(), destination.strip(), cost_times=float(times))
    except ValueError as wrong:
        raise error(Refused, "network.lane", given=text) from wrong


network.add_command(plan)
network.add_command(what_if)
