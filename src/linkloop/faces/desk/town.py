"""The town's controls: how the simulated world is doing, its speed, and troubles to try the shop with."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.errors import LinkloopError, NotFound
from linkloop.core.text import Text
from linkloop.worlds.sim.faults import Fault
from linkloop.worlds.sim.running import TownWorld
from linkloop.worlds.sim.town import TownStatus

Order = Literal["pause", "resume", "speed", "inject"]


def town(shop: Shop) -> TownStatus:
    """The town at a glance. Raises NotFound `town.none` for a shop without one."""
    return _world(shop).status()


def town_do(shop: Shop, do: Order, speed: float | None = None, fault: dict[str, Any] | None = None) -> TownStatus:
    """Pause, resume, set `speed` (simulated seconds per second, 0: as fast as possible) or inject a `fault`.

    A fault is `{"type": "DemandSpike", …fields}`, see `linkloop.worlds.sim.faults`. Raises LinkloopError
    `town.order` when what the order needs is missing or wrong.
    """
    world = _world(shop)
    if do == "pause":
        world.pause()
    elif do == "resume":
        world.resume()
    elif do == "speed" and speed is not None:
        world.set_speed(speed)
    elif do == "inject" and fault is not None:
        try:
            world.inject(msgspec.convert(fault, Fault))
        except msgspec.ValidationError as error:
            raise _wrong(str(error), "fault") from error
    else:
        raise _wrong(f"{do!r} is no order, or lacks its speed or fault", "do")
    return world.status()


def _world(shop: Shop) -> TownWorld:
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
            en="Orders: pause, resume, speed (with speed), inject (with a fault and its type).",
            zh="可用指令：pause、resume、speed（附 speed）、inject（附 fault 及其 type）。",
        ),
        where,
    )
