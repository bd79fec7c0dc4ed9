"""A shop with a town that stands still and lives only when a test steps it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop, installed_links
from linkloop.core.clock import SimClock
from linkloop.core.world import Setup
from linkloop.faces.desk.town import TownOrder, town_do
from linkloop.worlds import channels, files, sim

OPENS = datetime(2026, 3, 2, 1, tzinfo=UTC)  # nine in the morning in Shanghai, a Monday
PATIENCE = 60.0


@contextmanager
def town_shop(folder: Path, **town: Any) -> Iterator[Shop]:
    """A running shop, its town paused at OPENS; 3,000 orders a day."""
    options = {"seed": 4, "orders_per_day": 3000.0, "speed": 0.0, "history_days": 7, "start": OPENS, **town}
    settings = Settings(folder=str(folder))
    setup: dict[str, Any] = {"shop": "demo", "zone": settings.zone, "currency": "CNY"}
    world = sim.open_world(Setup(folder=str(folder / "sim"), options=options, **setup))
    world.pause()
    others = [channels.open_world(Setup(folder=str(folder / "channels"), **setup)),
              files.open_world(Setup(folder=str(folder / "files"), **setup))]  # fmt: skip
    shop = Shop(settings, links=installed_links(), worlds=[world, *others])
    assert isinstance(shop.clock, SimClock)
    shop.clock._now = OPENS  # a new shop's clock begins this morning; this town's long before
    shop.start()
    try:
        yield shop
    finally:
        shop.stop()


def step(shop: Shop, hours: int) -> None:
    """Let the town live this many hours, and wait until the shop has heard all of it."""
    for _ in range(hours):
        town_do(shop, TownOrder(do="step", to="hour"), "test")
        settled(shop)


def settled(shop: Shop) -> None:
    """Return when the town stands still and no effect waits."""
    world = shop.world("sim")
    assert isinstance(world, sim.TownWorld)
    deadline = time.monotonic() + PATIENCE
    while not world.status().paused:
        assert time.monotonic() < deadline
        time.sleep(0.01)
