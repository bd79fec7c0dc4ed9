"""The town's controls: how the simulated world is doing, its pace, and troubles to try the shop with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.errors import LinkloopError, NotFound
from linkloop.core.text import Text
from linkloop.store.audit import Entry
from linkloop.worlds.sim.faults import Fault
from linkloop.worlds.sim.running import TownWorld
from linkloop.worlds.sim.town import TownStatus

Order = Literal["pause", "resume", "speed", "step", "inject", "end"]
Stop = Literal["hour", "day"]


class TownOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the town shall do. `speed` (simulated seconds per second, 0: as fast as possible) is for "speed"; `fault`
    for "inject"; `number`, the trouble to end, for "end"; `to`, the next full hour or day of the shop's zone to live
    up to and stand still at, for "step".
    """

    do: Order
    speed: Annotated[float, msgspec.Meta(ge=0, le=1e9)] | None = None
    fault: dict[str, Any] | None = None
    number: int | None = None
    to: Stop | None = None


def town(shop: Shop) -> TownStatus:
    """The town at a glance. Raises NotFound `town.none` for a shop without one."""
    return world_of(shop).status()


def town_do(shop: Shop, order: TownOrder, by: str) -> TownStatus:
    """Carry out an order, and write into the audit who gave it and what changed.

    A fault is `{"type": "DemandSpike", …fields}`, see `linkloop.worlds.sim.faults`. Raises LinkloopError
    `town.order` when what the order needs is missing or wrong, Refused `sim.…` when the town cannot do it.
    """
    world = world_of(shop)
    before = world.status()
    about = _carry_out(shop, world, order, before)
    after = world.status()
    entry = Entry(by=by, what=f"town.{order.do}", about=about, before=_noted(before), after=_noted(after))
    shop.loop.do(lambda turn: turn.w.audit.append(entry))
    return after


def _carry_out(shop: Shop, world: TownWorld, order: TownOrder, before: TownStatus) -> str:
    match order:
        case TownOrder(do="pause"):
            world.pause()
        case TownOrder(do="resume"):
            world.resume()
        case TownOrder(do="speed", speed=float(speed) | int(speed)):
            world.set_speed(speed)
        case TownOrder(do="step", to="hour" | "day" as to):
            world.step(_next(before.at.astimezone(shop.zone), to))
        case TownOrder(do="inject", fault=dict(fault)):
            try:
                typed = msgspec.convert(fault, Fault)
            except msgspec.ValidationError as error:
                raise _wrong(str(error), "fault") from error
            world.inject(typed)
            return type(typed).__name__
        case TownOrder(do="end", number=int(number)):
            world.end(number)
            return next((type(one.fault).__name__ for one in before.troubles if one.number == number), "")
        case _:
            raise _wrong(f"{order.do!r} lacks what it needs", "do")
    return ""


def _next(local: datetime, to: Stop) -> datetime:
    """The next full hour, or the next midnight, of the shop's zone."""
    if to == "hour":
        return local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), local.tzinfo)


def _noted(status: TownStatus) -> dict[str, Any]:
    """What an order may change, for the audit."""
    return {
        "at": status.at,
        "speed": status.speed,
        "paused": status.paused,
        "stepping_to": status.stepping_to,
        "troubles": msgspec.to_builtins(status.troubles),
    }


def world_of(shop: Shop) -> TownWorld:
    """The town's world. Raises NotFound `town.none`."""
    world = shop.world("sim")
    if not isinstance(world, TownWorld):
        raise NotFound(
            "town.none",
            Text(en="this shop has no simulated town", zh="该店铺没有模拟小镇"),
            Text(
                en="Switch it on in linkloop.toml: [town] enabled = true.",
                zh="请在 linkloop.toml 开启：[town] enabled = true。",
            ),
        )
    return world


def _wrong(text: str, where: str) -> LinkloopError:
    return LinkloopError(
        "town.order",
        Text(en=text, zh=f"指令无效：{text}"),
        Text(
            en="Orders: pause, resume, speed (with speed), step (to hour or day), inject (with a fault and its type), "
            "end (with a trouble's number).",
            zh="可用指令：pause、resume、speed（附 speed）、step（to 为 hour 或 day）、inject（附 fault 及其 type）、"
            "end（附状况编号 number）。",
        ),
        where,
    )
