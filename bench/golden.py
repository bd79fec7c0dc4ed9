"""The golden thirty seconds: from a negative event until there is a remedy or a person, in a running shop, open loop.

python -m bench.golden [negative events a second] [seconds]

Messages come by a Poisson process at their own times, whether the shop keeps up or not; a time is counted from when
the message should have come. One in five is a negative event (an angry customer with a late parcel, a fake, a wish for
a person), the others ask where their parcel is in peace. A negative event is over when what was decided about it is
durable (a remedy in the outbox, or the conversation waiting for a person), and again when the world has carried the
remedy out.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from bench._service_cpu import cpu_s
from linkloop.app.settings import Settings
from linkloop.app.shop import Shop, installed_links
from linkloop.commerce.conversations import MessageReceived, Reply
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.remedies import Compensate, IssueCoupon, RemedySafety, Rescue
from linkloop.core.action import Action, Errand, Receipt
from linkloop.core.clock import Clock
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.world import Delivery, Inlet
from linkloop.engine.gate import GatePolicy
from linkloop.links.service.choosing import SAFETY

RATE, SECONDS, WARM = 20.0, 60.0, 5.0
NEGATIVE = (
    "我的包裹怎么还没到，太气人了！！", "where is my parcel?! this is ridiculous, so late!!",
    "等了这么多天，太差劲了，快递到底在哪",
    "这是假货！我要打12315投诉你们", "I want to talk to a human",
)  # fmt: skip
CALM = ("where is my parcel?", "我的快递到哪里了", "请问包裹什么时候到")


class Sink:
    """Carries everything out at once and keeps when."""

    name = "sink"
    says: tuple[type[Table], ...] = ()
    performs = frozenset(kind.__name__ for kind in (Reply, Compensate, IssueCoupon))

    def __init__(self) -> None:
        self.done: dict[str, float] = {}

    def start(self, inlet: Inlet, clock: Clock) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        """Nothing to stop."""

    def takes(self, action: Action) -> bool:
        return True

    def perform(self, errand: Errand) -> Receipt:
        if isinstance(errand.action, Compensate | IssueCoupon):
            self.done[errand.action.order_id] = time.perf_counter()
        return Receipt(status="done", reference=errand.key[:8])

    def settled(self, key: str) -> Receipt | None:
        return None


def people(count: int, now: datetime) -> list[Delivery]:
    """Customers, each with an order whose parcel is late."""
    found: list[Delivery] = []
    for n in range(count):
        rows = (
            Customer(customer_id=f"c{n}", language="zh-CN", country="CN", lifetime_value=Money(60_000, "CNY")),
            Order(order_id=f"LL{n:06}", customer_id=f"c{n}", status="shipped", placed_at=now - timedelta(days=9),
                  total=Money(20_000, "CNY"), channel="web"),
            Parcel(parcel_id=f"PLL{n:06}", order_id=f"LL{n:06}", customer_id=f"c{n}", carrier="顺丰", status="delayed",
                   promised_at=now - timedelta(days=3), expected_at=now + timedelta(days=1)),
        )  # fmt: skip
        found.append(Delivery(source="bench", external_id=f"c{n}", said=rows))
    return found


def message(n: int, negative: bool, dice: random.Random) -> Delivery:
    text = dice.choice(NEGATIVE if negative else CALM)
    event = MessageReceived(
        at=datetime.now(UTC), message_id=f"m{n}", conversation_id=f"v{n}", channel="web", text=text,
        customer_id=f"c{n}", order_id=f"LL{n:06}",
    )  # fmt: skip
    return Delivery(source="bench", external_id=f"m{n}", said=(event,))


def lived(folder: Path, rate: float, seconds: float) -> None:
    dice = random.Random(7)
    times, t = [], 0.0
    while t < seconds:
        t += dice.expovariate(5 * rate)
        times.append(t)
    sink = Sink()
    shop = Shop(Settings(folder=str(folder), gate=GatePolicy()), links=installed_links(), worlds=[sink])
    shop.start()
    now = datetime.now(UTC)
    world = people(len(times), now)
    for start in range(0, len(world), 500):
        shop.loop.accept(world[start : start + 500])
    room = RemedySafety(name=SAFETY, safe_value=1e9)
    shop.loop.accept([Delivery(source="bench", external_id="room", said=(room,))])
    landed: dict[int, float] = {}
    left = threading.Semaphore(0)
    begin = time.perf_counter() + 0.5
    negative = [n for n in range(len(times)) if n % 5 == 0]
    spent = cpu_s()
    for n, due in enumerate(times):
        pause = begin + due - time.perf_counter()
        if pause > 0:
            time.sleep(pause)

        def done(_: object, n: int = n) -> None:
            landed[n] = time.perf_counter()
            left.release()

        shop.loop.submit([message(n, n % 5 == 0, dice)]).add_done_callback(done)
    for _ in times:
        left.acquire()
    until = time.monotonic() + 20
    while time.monotonic() < until and not shop.effects.idle():
        time.sleep(0.05)
    spent = cpu_s() - spent
    with shop.store.read() as connection:
        bodies = connection.exec_driver_sql("SELECT body FROM state WHERE kind = 'rescues'").scalars()
        rescues = {r.conversation_id: r for r in (msgspec.json.decode(body, type=Rescue) for body in bodies)}
    shop.stop()
    counted = [n for n in negative if times[n] > WARM]
    decided = [landed[n] - begin - times[n] for n in counted if f"v{n}" in rescues]
    carried = [sink.done[f"LL{n:06}"] - begin - times[n] for n in counted if f"LL{n:06}" in sink.done]
    every = [landed[n] - begin - times[n] for n in range(len(times)) if times[n] > WARM]
    steps: dict[str, int] = {}
    for n in counted:
        step = rescues[f"v{n}"].step if f"v{n}" in rescues else "nothing"
        steps[step] = steps.get(step, 0) + 1
    print(f"{len(times) / seconds:.0f} messages/s, {len(counted) / (seconds - WARM):.1f} negative events/s, open loop")
    print(f"negative event → remedy or person, durable: {shown(decided)} (goal p99 ≤ 1,000)")
    print(f"negative event → remedy carried out by the world: {shown(carried)}")
    print(f"any message → everything that follows durable: {shown(every)}")
    print(f"of {len(counted)} negative events: " + ", ".join(f"{k} {v}" for k, v in sorted(steps.items())))
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"CPU-ms a message (shop and load together): {spent / len(times) * 1000:.2f}")
    print(f"load of this machine ({os.cpu_count()} cores), mean of 1, 5 and 15 minutes: {busy}")


def shown(seconds: list[float]) -> str:
    """Quantiles in milliseconds."""
    found = sorted(seconds)
    if not found:
        return "none"
    at = [found[min(len(found) - 1, int(q * len(found)))] * 1000 for q in (0.5, 0.99, 0.999)]
    return f"n {len(found)}, p50 {at[0]:.1f}, p99 {at[1]:.1f}, p99.9 {at[2]:.1f}, worst {found[-1] * 1000:.1f} ms"


def main() -> None:
    rate = float(sys.argv[1]) if len(sys.argv) > 1 else RATE
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    with tempfile.TemporaryDirectory() as folder:
        lived(Path(folder), rate, seconds)


if __name__ == "__main__":
    main()
