"""The seeded shop: a town that always lives the same day and a half, and then stands still.

    python -m tests.console.seeded FOLDER          makes it there, for `LINKLOOP_FOLDER=FOLDER linkloop up`
    python -m tests.console.seeded FOLDER PORT     … and serves it there, its town paused, until Ctrl-C

Nothing here runs in a thread and no clock of this machine is read: every slice of the town, every effect and every
slow handler comes in one order, so that two machines make the same shop to the last row. It holds what pages have to
show: decisions that wait, a spike and a payment fault with their alerts, late parcels, rows in quarantine, a dead
letter, and conversations in every state (seeded_talks.py).
"""

from __future__ import annotations

import fcntl
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from linkloop.app.settings import Settings, load
from linkloop.app.shop import Shop
from linkloop.core.action import Errand, Receipt
from linkloop.core.clock import SimClock
from linkloop.core.world import Setup
from linkloop.engine import effects
from linkloop.faces.api.server import run
from linkloop.faces.desk.desk import Desk
from linkloop.worlds import channels, files, sim
from linkloop.worlds.channels.webchat import WebChat
from linkloop.worlds.sim.faults import DemandSpike, Fault, PaymentFault, Typhoon
from linkloop.worlds.sim.running import SLICE, TownWorld
from tests.console.seeded_talks import SECRET, Phones, Talks

OPENED = datetime(2026, 11, 23, 16, tzinfo=UTC)  # midnight of a Tuesday in Shanghai
NOW = OPENED + timedelta(hours=34, minutes=30)  # half past ten of the Wednesday, at which the shop stands still
SEED, ORDERS_PER_DAY, HISTORY_DAYS = 3, 450, 28
# (hours after the opening, what happens)
FAULTS: tuple[tuple[float, Fault], ...] = (
    (15.0, DemandSpike(product_id="SKU-004", factor=40.0, minutes=90)),
    (20.0, Typhoon(region="华东", minutes=36 * 60)),
    (21.0, Typhoon(region="华南", minutes=36 * 60)),
    (33.5, PaymentFault(provider="wechat_pay", success_rate=0.1, minutes=90)),
)
SETTINGS = f"""\
name = "demo"
[town]
seed = {SEED}
orders_per_day = {ORDERS_PER_DAY}
history_days = {HISTORY_DAYS}
speed = 60.0
[channels.webchat]
customer_secret = "{SECRET}"
[[gate.holds]]
action = "Compensate"
above = 1000
confidence_below = 0.3
[[gate.holds]]
action = "IssueCoupon"
above = 1000
confidence_below = 0.3
[[gate.holds]]
action = "Replenish"
above = 1500000
confidence_below = 0.3
[[gate.holds]]
action = "Reply"
confidence_below = 0.7
"""
ORDERS_WITH_ERRORS = """\
order_id,customer_id,placed_at,total
W1001,C000012,2026-11-20 10:15,128.00
W1002,C000019,2026-11-20 11:40,59.90
W1003,C000003,2026-13-45 09:00,88.00
W1004,C000044,2026-11-21 16:02,not a number
,C000051,2026-11-21 18:30,42.50
W1006,C000007,2026-11-22 20:11,310.00
"""


class _InOrder:
    """An executor that does what it was given, in order, when `run` is called: never within a turn of the loop."""

    def __init__(self) -> None:
        self._given: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []

    def submit(self, call: Callable[..., Any], *given: Any) -> None:
        self._given.append((call, given))

    def run(self) -> int:
        """Do what was given; how many."""
        done, self._given = self._given, []
        for call, given in done:
            call(*given)
        return len(done)

    def shutdown(self, **how: Any) -> None:
        """Nothing is left to wait for."""


class _Deaf:
    """A world that never takes anything in: what is sent to it ends as a dead letter."""

    name = "deaf"
    says = ()
    performs = frozenset({"IssueCoupon"})

    def start(self, inlet: object, clock: object) -> None:
        """Nothing runs."""

    def stop(self) -> None:
        """Nothing runs."""

    def __init__(self) -> None:
        self.order_id = ""

    def takes(self, action: Any) -> bool:
        """The first coupon, whatever becomes of it."""
        self.order_id = self.order_id or action.order_id
        return action.order_id == self.order_id

    def perform(self, errand: Errand) -> Receipt:
        raise TimeoutError("the coupon service did not answer in 10 s")

    def settled(self, key: str) -> Receipt | None:
        """It knows that nothing arrived, so it is sent again, until that is given up."""


def build(folder: Path) -> None:
    """Make the shop in an empty folder and close it."""
    folder.mkdir(parents=True)
    (folder / "linkloop.toml").write_text(SETTINGS, encoding="utf-8")
    settings = load(folder, {})
    shop, town, chat = _opened(settings)
    shop.take_in_past()
    talks = Talks(shop, chat, lambda: _live_effects(shop))
    moments = [(OPENED + timedelta(hours=hours), fault) for hours, fault in FAULTS]
    while town.status().at < NOW:
        if NOW - town.status().at <= SLICE:
            talks.morning(NOW)
        _live(shop, town)
        if town.status().at < NOW:
            talks.live()
        while moments and town.status().at >= moments[0][0]:
            town.inject(moments.pop(0)[1])
    _import(shop)
    _live_effects(shop)
    shop.lapsing.sweep()
    while shop.lander.land():
        pass
    town.stop()
    shop.close()


def _opened(settings: Settings) -> tuple[Shop, TownWorld, WebChat]:
    def setup(name: str, **options: Any) -> Setup:
        home = str(Path(settings.folder) / "worlds" / name)
        return Setup(folder=home, shop=settings.name, zone=settings.zone, currency=settings.currency, options=options)

    options = {"seed": SEED, "orders_per_day": ORDERS_PER_DAY, "history_days": HISTORY_DAYS, "speed": 0}
    town = sim.open_world(setup("sim", start=OPENED.isoformat(), **options))
    webchat = {f: getattr(settings.channels, f) for f in settings.channels.__struct_fields__}
    written = channels.open_world(setup("channels", **webchat))
    shop = Shop(settings, worlds=[_Deaf(), Phones(), written, files.open_world(setup("files")), town])
    shop.clock = shop.loop.clock = shop.loop.verdicts.clock = SimClock(OPENED)
    shop.effects._lanes = [_InOrder()] * effects.LANES  # type: ignore[list-item]
    shop.loop.on_errand = shop.effects.take
    shop.loop.verdicts.performs = shop.effects.performs
    return shop, town, written.webchat


def _live(shop: Shop, town: TownWorld) -> None:
    """One slice of the town's time, and everything that comes of it."""
    advance = shop.clock.advance  # type: ignore[attr-defined]
    town._turn(advance)
    town._say(shop.loop)
    _live_effects(shop)
    shop.slow.step()
    shop.lapsing.sweep()


def _live_effects(shop: Shop) -> None:
    while shop.loop.turn() or shop.effects._lanes[0].run() or shop.effects.sweep():  # type: ignore[attr-defined]
        pass


def _import(shop: Shop) -> None:
    """A merchant's file of which three rows cannot be taken."""
    file = shop.folder / "orders of last week.csv"
    file.write_text(ORDERS_WITH_ERRORS, encoding="utf-8")
    Desk(shop).import_paths([file], at=NOW)
    file.unlink()


def made_once(folder: Path) -> Path:
    """The shop in `folder`, made by whoever comes first; copy it before it is opened."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            fresh = folder.with_name(f"{folder.name}.new")
            shutil.rmtree(fresh, ignore_errors=True)
            with _without_waiting():
                build(fresh)
            fresh.rename(folder)
    return folder


@contextmanager
def _without_waiting() -> Iterator[None]:
    """An effect that is unclear is looked up again at once."""
    wait, effects.BACKOFF_S = effects.BACKOFF_S, 0.0
    try:
        yield
    finally:
        effects.BACKOFF_S = wait


@contextmanager
def standing(folder: Path) -> Iterator[Shop]:
    """The shop of a copied folder, running, its town paused."""
    shop = Shop(load(folder, {}))
    town = shop.world("sim")
    assert isinstance(town, TownWorld)
    town.pause()
    shop.start()
    try:
        yield shop
    finally:
        shop.stop()


def main(folder: Path, port: int = 0) -> None:
    """Make the shop, and serve it where a port is given."""
    made_once(folder)
    if port:
        with standing(folder) as shop:
            shop.settings = msgspec.structs.replace(shop.settings, port=port)
            run(Desk(shop), lambda url: print(url, flush=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
