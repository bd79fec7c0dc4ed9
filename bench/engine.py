"""The engine: durable events per CPU-second against a bare sqlite3 loop, and what one decision costs.

python -m bench.engine
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.orders import LineSold, Order, OrderPlaced
from linkloop.commerce.parcels import Parcel, ParcelDelayed
from linkloop.commerce.remedies import Compensate, RemedyPolicy
from linkloop.core.decision import decide
from linkloop.core.link import Context, Link
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.core.world import Delivery
from linkloop.links import service
from linkloop.store.codec import encode
from linkloop.store.store import open_store

NOW = datetime(2026, 11, 24, tzinfo=UTC)
BATCH = 512
EVENTS = 20_000
DECISIONS = 3_000
ROUNDS = 5


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process, all threads."""
    started = time.process_time()
    work()
    return time.process_time() - started


def placed(n: int) -> OrderPlaced:
    lines = (LineSold(f"sku{n % 100}", 1, Money(9900, "CNY")), LineSold(f"sku{n % 37}", 2, Money(1900, "CNY")))
    at = NOW + timedelta(milliseconds=n)
    total = Money(13700, "CNY")
    return OrderPlaced(at=at, order_id=f"o{n}", customer_id=f"c{n % 900}", place="east", lines=lines, total=total)


def deliveries(start: int, count: int) -> list[Delivery]:
    return [Delivery(source="bench", external_id=str(n), said=(placed(n),)) for n in range(start, start + count)]


def ours(folder: Path) -> float:
    """Events per CPU-second through the loop: unique inbox row, log row, commit on disk, in batches."""
    shop = Shop(Settings(folder=str(folder)), links=[], worlds=[])
    batches = [deliveries(n, BATCH) for n in range(0, EVENTS, BATCH)]
    spent = cpu(lambda: [shop.loop.accept(batch) for batch in batches])
    shop.close()
    return EVENTS / spent


def bare(folder: Path, per_commit: int, events: int) -> float:
    """Events per CPU-second of a loop over the sqlite3 module: the same rows, tables, encoding and durability."""
    folder.mkdir()
    open_store(f"sqlite:///{folder}/bare.db").close()  # the same tables and indexes
    db = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "wal_autocheckpoint=4000"):
        db.execute(f"PRAGMA {pragma}")
    said = [placed(n) for n in range(events)]
    known = [(f"{n:036d}", str(n)) for n in range(events)]

    def work() -> None:
        for start in range(0, events, per_commit):
            db.execute("BEGIN IMMEDIATE")
            for n in range(start, min(start + per_commit, events)):
                event, (event_id, external_id) = said[n], known[n]
                row = (n, event_id, n, "order_placed", event.order_id, event_id, "bench", 1, encode(event))
                db.execute("INSERT INTO inbox VALUES (?,?,?,?)", ("bench", external_id, n, n))
                db.execute("INSERT INTO log VALUES (?,?,?,?,?,?,?,?,?)", row)
            db.execute("COMMIT")

    spent = cpu(work)
    db.close()
    return events / spent


def deciding() -> Link:
    """Event → two reads → one rule table → a decision: the shape of every policy, and nothing else."""
    link = Link("bench", title=("Bench", "测量"), decides=(Compensate,), asks=(RemedyPolicy,), rules=service.link.rules)

    @link.hears(ParcelDelayed)
    def on_delay(ctx: Context, event: ParcelDelayed) -> Iterator[Table]:
        order, parcel = ctx.read(Order, event.order_id), ctx.read(Parcel, event.parcel_id)
        assert order is not None
        assert order.total is not None
        assert parcel is not None
        late = (event.expected_at - (parcel.promised_at or event.at)).total_seconds() / 86400
        advice = ctx.ask(
            RemedyPolicy(late_days=late, mood="neutral", order_value=order.total.amount, compensated_before=0)
        )
        amount = min(order.total.share(0.1), Money(advice.value.amount_cap, "CNY"))
        yield decide(
            Compensate(
                order_id=order.order_id, customer_id=order.customer_id, cause="late", amount=amount, at_risk=amount
            ),
            Text(en=f"{late:.1f} days late", zh=f"迟到 {late:.1f} 天"),
        )

    return link


def decision_cost(folder: Path) -> float:
    """CPU milliseconds of one decision in a running state of 3,000 orders, commit included."""
    shop = Shop(Settings(folder=str(folder)), links=[deciding()], worlds=[])
    facts, events = [], []
    for n in range(DECISIONS):
        order = Order(order_id=f"o{n}", customer_id=f"c{n}", placed_at=NOW, total=Money(20_000, "CNY"))
        parcel = Parcel(parcel_id=f"p{n}", order_id=f"o{n}", customer_id=f"c{n}", promised_at=NOW)
        facts.append(Delivery(source="facts", external_id=str(n), said=(order, parcel)))
        late = ParcelDelayed(
            at=NOW, parcel_id=f"p{n}", order_id=f"o{n}", customer_id=f"c{n}", expected_at=NOW + timedelta(days=2)
        )
        events.append(Delivery(source="late", external_id=str(n), said=(late,)))
    for start in range(0, DECISIONS, BATCH):
        shop.loop.accept(facts[start : start + BATCH])
    shop.store.facts.forget()  # reads go to the database, as they do in a shop that was just started
    spent = cpu(lambda: [shop.loop.accept(events[n : n + 32]) for n in range(0, DECISIONS, 32)])
    with shop.store.read() as connection:
        made = connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar()
    assert made == DECISIONS, f"{made} effects of {DECISIONS}"
    shop.close()
    return spent / DECISIONS * 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mine, peer = [], []
        for n in range(ROUNDS):
            mine.append(ours(folder / f"ours{n}"))
            peer.append(bare(folder / f"bare{n}", BATCH, EVENTS))
        single = bare(folder / "single", 1, 2_000)
        ratio = sum(1 / p for p in peer) / sum(1 / m for m in mine)  # CPU of the one over CPU of the other, all rounds
        print(f"durable events per CPU-second: {statistics.median(mine):,.0f}")
        print(f"  bare sqlite3, {BATCH} events a commit: {statistics.median(peer):,.0f} → ours {ratio:.0%} (goal ≥ 50)")
        print(f"  bare sqlite3, one event a commit: {single:,.0f}  → ours {statistics.median(mine) / single:.1f} ×")
        costs = [decision_cost(folder / f"decide{n}") for n in range(ROUNDS)]
        cost = statistics.median(costs)
        print(f"one decision, event → 2 reads → rule table → gate → ledger → outbox: {cost:.2f} CPU-ms (goal ≤ 1.0)")


if __name__ == "__main__":
    main()
