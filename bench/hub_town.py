"""The town with the service link off, with the old policy by mood, and on: the same seeds, one shop each, paired.

python -m bench.hub_town [seeds] [days]

Each run is the whole shop (loop, gate, ledger, every link) over a simulated town, in one thread, so that a run is a
function of its seed. Nobody sits at the desk: whatever waits for a person waits on, which is the worst case for the
link. Retention is the mean of the true probabilities to come back of shoppers with a late parcel, which only the town
knows; intervals are 95 % of the mean over seeds by Student's t, of paired differences where two are compared.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from scipy import stats as scistats

from bench.town import Errands
from linkloop.app.settings import Settings, Town
from linkloop.app.shop import Shop, installed_links
from linkloop.commerce.conversations import Conversation, Message
from linkloop.commerce.remedies import RemedyOption, RemedyOutcome, RemedySafety, Rescue
from linkloop.core.action import Errand
from linkloop.core.clock import SimClock
from linkloop.core.table import join_key
from linkloop.links.service import choosing, remedy
from linkloop.links.service import policy as by_mood
from linkloop.worlds.sim.running import TownWorld
from linkloop.worlds.sim.town import Town as Streets

SEEDS, DAYS, ORDERS, FIRST = 5, 16, 100, 300
START = datetime(2026, 3, 1, 16, tzinfo=UTC)
STEP, HOUR = timedelta(seconds=10), 360
ARMS = ("off", "by mood", "on")
MARGIN = 0.3
FIGURES = {
    "answered": "share of customers' messages that got an answer, %",
    "median_s": "median time to an answer, s",
    "p90_s": "90th percentile of it, s",
    "first": "conversations solved at first contact by the bot, %",
    "person": "conversations that wait for a person, %",
    "stay": "true chance that a shopper with a late parcel comes back, %",
    "stayed": "share that really came back, %",
    "cost": "remedies paid or used, yuan a late parcel",
    "net": "margin of orders kept less remedies, yuan a late parcel",
}


def lived(arm: str, seed: int, days: int) -> dict[str, float]:
    """One town with one arm; its figures."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        settings = Settings(folder=folder, town=Town(orders_per_day=ORDERS, speed=0, history_days=28))
        links = [link for link in installed_links() if arm != "off" or link.name != "service"]
        shop = Shop(settings, links=links)
        world = next(w for w in shop.worlds if isinstance(w, TownWorld))
        shop.take_in_past()
        clock = shop.clock
        assert isinstance(clock, SimClock)
        town = Streets(seed, ORDERS, START, "Asia/Shanghai", settings.name)
        shop.effects.worlds = [Errands(town), *(w for w in shop.worlds if w is not world)]
        errands: deque[Errand] = deque()
        shop.loop.on_errand = errands.append
        shop.loop.verdicts.performs = shop.effects.performs
        shop.lander.start()
        kept = (choosing.offers, choosing.choose)
        if arm == "by mood":
            choosing.offers, choosing.choose = _money_only(kept[0]), _chooser(shop)
        try:
            _live(shop, town, clock, errands, days)
            return _figures(shop, town)
        finally:
            choosing.offers, choosing.choose = kept
            shop.lander.stop()
            shop.close()


def _live(shop: Shop, town: Streets, clock: SimClock, errands: deque[Errand], days: int) -> None:
    now, end, n = START, START + timedelta(days=days), 0
    while now < end:
        now, n = now + STEP, n + 1
        batch = list(town.run_until(now))
        clock.advance(now)
        if batch:
            shop.loop.accept(batch)
        while errands:
            shop.effects._carry(errands.popleft())
            while shop.loop.turn():
                pass
        if n % HOUR == 0:
            shop.slow.step()
            shop.lapsing.sweep()


def _money_only(offers: Any) -> Any:
    return lambda *asked: tuple(o for o in offers(*asked) if o.kind in ("none", "money"))


def _chooser(shop: Shop) -> Any:
    """The policy of before: Thompson sampling over counts by remedy and mood."""

    def choose(
        offered: Any, context: Any, worth: int, belief: object, safety: RemedySafety, seed: str
    ) -> choosing.Chosen:
        found = {o.name: shop.store.facts.get(RemedyOutcome, join_key((o.name, context.mood)))[0] for o in offered}
        seen = {name: row for name, row in found.items() if row is not None}
        options = [by_mood.Option(o.name, o.amount) for o in offered]
        picked = by_mood.choose(options, context.mood, worth, seen, seed)
        offer = next(o for o in offered if o.name == picked.option.remedy)
        logged = tuple(
            RemedyOption(name=a.name, kind=o.kind, amount=o.amount, score=a.score, propensity=a.propensity)
            for a, o in zip(picked.alternatives, offered, strict=True)
        )
        return choosing.Chosen(offer, picked.propensity, picked.better, logged, safety)

    return choose


def _figures(shop: Shop, town: Streets) -> dict[str, float]:
    messages, talks = _rows(shop, Message), _rows(shop, Conversation)
    by_talk: dict[str, list[Message]] = {}
    for message in sorted(messages, key=lambda m: (m.sent_at, m.message_id)):
        by_talk.setdefault(message.conversation_id, []).append(message)
    waits: list[float] = []
    asked = firsts = begun = 0
    waiting = {t.conversation_id for t in talks if t.status in ("waiting", "with_person")}
    for key, said in by_talk.items():
        theirs = [m for m in said if m.author == "customer" and _wants(town, m)]
        if not theirs:
            continue
        begun += 1
        for one in theirs:
            asked += 1
            answer = next((m for m in said if m.author != "customer" and m.sent_at > one.sent_at), None)
            if answer is not None:
                waits.append((answer.sent_at - one.sent_at).total_seconds())
        ours = any(m.author != "customer" for m in said)
        firsts += len(theirs) == 1 and ours and key not in waiting
    people = town.retention
    outcomes = max(1, people.stayed + people.left)
    cost = town.remedies.paid_out + people.redeemed
    return {
        "answered": 100 * len(waits) / max(1, asked),
        "median_s": statistics.median(waits) if waits else float("nan"),
        "p90_s": float(np.quantile(waits, 0.9)) if waits else float("nan"),
        "first": 100 * firsts / max(1, begun),
        "person": 100 * len(waiting & set(by_talk)) / max(1, begun),
        "stay": 100 * people.chances / outcomes,
        "stayed": 100 * people.stayed / outcomes,
        "cost": cost / outcomes / 100,
        "net": (people.worth_kept * MARGIN - cost) / outcomes / 100,
        "late": float(outcomes),
        "rescues": float(len(_rows(shop, Rescue))),
    }


def _wants(town: Streets, message: Message) -> bool:
    meant = town.messages.meant.get(message.message_id)
    return meant is None or meant.intent not in ("thanks", "greeting", "yes", "no")


def _rows(shop: Shop, kind: Any) -> list[Any]:
    with shop.store.read() as connection:
        query = "SELECT body FROM state WHERE kind = ?"
        bodies = connection.exec_driver_sql(query, (kind.__table__,)).scalars()
        return [msgspec.json.decode(body, type=kind) for body in bodies]


def interval(values: list[float]) -> str:
    """A mean with half the width of its 95 % interval."""
    if any(v != v for v in values):
        return "–"
    half = float(scistats.t.ppf(0.975, len(values) - 1)) * float(np.std(values, ddof=1)) / len(values) ** 0.5
    return f"{float(np.mean(values)):.2f} ± {half:.2f}"


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    days = int(sys.argv[2]) if len(sys.argv) > 2 else DAYS
    assert remedy.choosing is choosing
    found: dict[str, list[dict[str, float]]] = {arm: [] for arm in ARMS}
    for seed in range(seeds):
        for arm in ARMS:
            started = time.process_time()
            found[arm].append(lived(arm, FIRST + seed, days))
            print(
                f"  seed {FIRST + seed} {arm}: {time.process_time() - started:.0f} s CPU", file=sys.stderr, flush=True
            )
    late = [sum(run[k] for run in found["on"]) for k in ("late", "rescues")]
    print(f"{seeds} seeds, {days} days of a shop of {ORDERS} orders a day")
    print(f"with the link on: {late[0]:.0f} outcomes of late parcels, {late[1]:.0f} rescues")
    heads = (*ARMS, "on − off", "on − by mood")
    print(f"{'figure':62} " + " ".join(f"{head:>16}" for head in heads))
    for key, title in FIGURES.items():
        values = {arm: [run[key] for run in runs] for arm, runs in found.items()}
        columns = [values[arm] for arm in ARMS]
        columns += [[a - b for a, b in zip(values["on"], values[arm], strict=True)] for arm in ("off", "by mood")]
        print(f"{title:62} " + " ".join(f"{interval(column):>16}" for column in columns))


if __name__ == "__main__":
    main()
