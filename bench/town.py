"""The town: simulated events per CPU-second, and what a day of a 1,000-order shop costs from event to effect.

python -m bench.town
"""

from __future__ import annotations

import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from linkloop.app.settings import Settings, Town
from linkloop.app.shop import Shop
from linkloop.core.action import Errand, Receipt
from linkloop.core.clock import SimClock
from linkloop.core.event import Event
from linkloop.worlds.sim.running import TownWorld
from linkloop.worlds.sim.town import Town as Streets

ORDERS = 1000
START = datetime(2026, 11, 23, 16, tzinfo=UTC)  # midnight in Shanghai
CHUNK = 64


def generated() -> tuple[int, float]:
    """Events that the town alone says in a day, and the CPU seconds that it takes."""
    town = Streets(7, ORDERS, START, "Asia/Shanghai", "bench")
    started = time.process_time()
    events = sum(isinstance(item, Event) for d in town.run_until(START + timedelta(days=1)) for item in d.said)
    return events, time.process_time() - started


def lived(folder: Path) -> tuple[dict[str, int], float]:
    """A day of the whole shop, as fast as it goes: the town, every link, gate, ledger, effects, SQL, lake."""
    settings = Settings(folder=str(folder), town=Town(orders_per_day=ORDERS, speed=0, history_days=28))
    shop = Shop(settings)
    world = next(w for w in shop.worlds if isinstance(w, TownWorld))
    shop.take_in_past()
    clock = shop.clock
    assert isinstance(clock, SimClock)
    town = Streets(7, ORDERS, START, "Asia/Shanghai", settings.name)
    streets = Errands(town)
    shop.effects.worlds = [streets, *(w for w in shop.worlds if w is not world)]
    shop.loop.start()
    shop.effects.start()
    shop.slow.start()
    shop.lander.start()
    started = time.process_time()
    day = town.run_until(START + timedelta(days=1))
    while True:
        with streets.lock:
            batch = list(islice(day, CHUNK))
            clock.advance(town.now())
        if not batch:
            break
        shop.loop.accept(batch)
    until = time.monotonic() + 120
    while time.monotonic() < until and not (shop.slow.idle() and shop.effects.idle()):
        time.sleep(0.05)
    spent = time.process_time() - started
    with shop.store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT kind, count(*) FROM log WHERE is_event = 1 OR kind = 'decisions' GROUP BY kind"
        )
        counts = {row[0]: row[1] for row in rows}
    shop.slow.stop()
    shop.effects.stop()
    shop.loop.stop()
    shop.lander.stop()
    shop.close()
    return counts, spent


class Errands:
    """The town as the world that carries errands out, without its own thread."""

    name = "sim"
    says = TownWorld.says
    performs = TownWorld.performs

    def __init__(self, town: Streets) -> None:
        self.town = town
        self.lock = threading.Lock()

    def perform(self, errand: Errand) -> Receipt:
        with self.lock:
            return self.town.perform(errand)

    def settled(self, key: str) -> Receipt | None:
        with self.lock:
            return self.town.settled(key)

    def takes(self, action: object) -> bool:
        return getattr(action, "channel", "sim") != "webchat"

    def start(self, inlet: object, clock: object) -> None:
        """The bench moves the time."""

    def stop(self) -> None:
        """Nothing to stop."""


def main() -> None:
    events, spent = generated()
    print(f"simulated events per CPU-second: {events / spent:,.0f} ({events:,} events of a day in {spent:.2f} s CPU)")
    with tempfile.TemporaryDirectory() as folder:
        counts, spent = lived(Path(folder))
    orders, decisions = counts.get("order_placed", 0), counts.get("decisions", 0)
    said = sum(n for kind, n in counts.items() if kind != "decisions")
    print(f"a day of a {ORDERS:,}-order shop, everything on: {spent:.1f} s CPU (goal ≤ 20)")
    print(f"  {orders:,} orders, {said:,} events, {decisions:,} decision versions; {said / spent:,.0f} events a CPU-s")


if __name__ == "__main__":
    main()
