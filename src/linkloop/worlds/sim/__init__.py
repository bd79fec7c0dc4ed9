"""The simulated town: a World made of small seeded actors."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from linkloop.core.clock import minute_of
from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.core.world import Setup
from linkloop.worlds.sim.journal import Birth, born
from linkloop.worlds.sim.running import TownWorld


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person may set of the town. `start` (aware) is its first moment; by default nine in the morning
    of the shop's zone. `speed` is simulated seconds per real second, 0 as fast as possible. With `market` planned
    promotions, live shows and the weather act on demand, and their rows are said."""

    enabled: bool = True
    seed: Annotated[int, msgspec.Meta(ge=0)] = 1
    orders_per_day: Annotated[float, msgspec.Meta(gt=0, le=1_000_000)] = 1000.0
    speed: Annotated[float, msgspec.Meta(ge=0)] = 60.0
    history_days: Annotated[int, msgspec.Meta(ge=0, le=3660)] = 42
    festivals: bool = True
    market: bool = False
    start: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


def open_world(setup: Setup) -> TownWorld:
    """The town of a shop, ready to start; it goes on where the town in `setup.folder` ended, whatever ended it.

    Its money is CNY whatever the shop's currency is. Raises LinkloopError `sim.settings` that names the option, and
    Conflict `sim.journal` when the folder holds a town of other settings.
    """
    try:
        options = msgspec.convert(setup.options, Options)
    except msgspec.ValidationError as error:
        raise LinkloopError(
            "sim.settings",
            Text(en=f"the town cannot be set like this: {error}", zh=f"小镇的设置无效：{error}"),
            Text(en="Correct it under [town] in linkloop.toml.", zh="请在 linkloop.toml 的 [town] 中更正。"),
            where="[town]",
        ) from error
    folder = Path(setup.folder)
    before = born(folder)
    start = options.start or (before.start if before else _this_morning(ZoneInfo(setup.zone)))
    birth = Birth(
        seed=options.seed, orders_per_day=options.orders_per_day, start=minute_of(start).astimezone(UTC),
        zone=setup.zone, shop=setup.shop, festivals=options.festivals, history_days=options.history_days,
        market=options.market,
    )  # fmt: skip
    return TownWorld(birth, options.speed, folder)


def _this_morning(zone: ZoneInfo) -> datetime:
    return datetime.now(zone).replace(hour=9, minute=0, second=0, microsecond=0)
