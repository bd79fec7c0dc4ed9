"""Remedies: does the contextual policy find the town's hidden truth, and better than the one by mood alone?

python -m bench.remedies [seeds]

Customers with late parcels come one after another; each policy chooses within the shipped decision table and hears
DELAY customers later whether they stayed, by the town's own (hidden) probabilities. Regret is what the best allowed
remedy would have been worth more, by the truth. Intervals are 95 % of the mean over seeds, paired: all policies meet
the same customers.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from pathlib import Path

import numpy as np
from scipy import stats as scistats

from linkloop.commerce.remedies import RemedyGiven, RemedyOption, RemedyOutcome, RemedyPolicy, RemedySafety
from linkloop.commerce.understanding import Mood
from linkloop.engine.rules import load
from linkloop.links import service
from linkloop.links.service import choosing, ope
from linkloop.links.service import policy as by_mood
from linkloop.links.service.stays import Context, features, learned, prior
from linkloop.worlds.sim import retention as truth

SEEDS, CUSTOMERS, DELAY = 12, 2000, 40
FIRST = 7000  # seeds of the report; the policy was shaped on others (from 1000)
POLICIES = ("nothing", "safe choice", "by mood", "contextual, money only", "contextual, no safety", "contextual")


class Customer:
    """One late parcel of the town: what is known, and what is hidden."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.late = float(min(rng.gamma(1.3, 1.6) + 1.0, 12.0))
        angry = min(0.15 + 0.175 * self.late, 0.8)
        moods: tuple[Mood, ...] = ("angry", "anxious", "neutral")
        self.mood: Mood = moods[int(rng.choice(3, p=[angry, (1 - angry) * 0.6, (1 - angry) * 0.4]))]
        self.value = int(np.exp(rng.normal(np.log(16_000), 0.8)))
        self.orders = int(rng.poisson(1.0))
        self.worth = int(np.exp(rng.normal(np.log(25_000), 0.7)))
        self.luck = float(rng.random())

    def stays(self, kind: str, amount: int) -> float:
        share = amount / self.value
        return truth.stay_probability(
            self.mood,
            self.late,
            True,
            share if kind == "money" else 0.0,
            size=truth.size_of(self.value),
            loyal=self.orders > 0,
            coupon_share=share if kind == "coupon" else 0.0,
            free_shipping=kind == "free_shipping",
        )

    def worth_of(self, offer: choosing.Offer) -> float:
        return self.stays(offer.kind, offer.amount) * (self.worth - offer.kept) - offer.sure


def lived(name: str, seed: int, table) -> tuple[np.ndarray, list[RemedyGiven], float]:
    """One policy for one seed: regret and true stay per customer, the log, and the CPU seconds that choosing took."""
    rng = np.random.default_rng(seed)
    posterior, safety = prior(), RemedySafety(name=choosing.SAFETY)
    counts: dict[tuple[str, str], RemedyOutcome] = {}
    waiting: deque[tuple[Customer, choosing.Offer, RemedyGiven]] = deque()
    found, log, spent = [], [], 0.0
    for n in range(CUSTOMERS):
        one = Customer(rng)
        asked = RemedyPolicy(late_days=one.late, mood=one.mood, order_value=one.value, compensated_before=0)
        advice = table.evaluate(asked).value
        offered = choosing.offers(one.value, advice)
        best = max(one.worth_of(o) for o in offered)
        context = Context(one.mood, "late", one.late, one.value, one.orders)
        started = time.process_time()
        options: tuple[RemedyOption, ...] = ()
        if name == "by mood":
            money = [o for o in offered if o.kind in ("none", "money")]
            seen = {r: row for (r, m), row in counts.items() if m == one.mood}
            picked = by_mood.choose(
                [by_mood.Option(o.name, o.amount) for o in money], one.mood, one.worth, seen, f"{seed}:{n}"
            )
            offer = next(o for o in money if o.name == picked.option.remedy)
        elif name.startswith("contextual"):
            if "money" in name:
                offered = tuple(o for o in offered if o.kind in ("none", "money"))
            room = RemedySafety(name="x", safe_value=1e15) if "no safety" in name else safety
            chosen = choosing.choose(offered, context, one.worth, posterior, room, f"{seed}:{n}")
            offer, safety, options = chosen.offer, chosen.safe if "no safety" not in name else safety, chosen.options
        elif name == "safe choice":
            xs = np.stack([features(context, o.kind, o.amount) for o in offered])
            guess = 1 / (1 + np.exp(-(xs @ prior().mean)))
            worth = guess * np.array([one.worth - o.kept for o in offered]) - np.array([o.sure for o in offered])
            offer = offered[int(worth.argmax())]
        else:
            offer = offered[0]
        spent += time.process_time() - started
        found.append((best - one.worth_of(offer), one.stays(offer.kind, offer.amount), offer.sure))
        given = RemedyGiven(
            order_id=f"o{n}", customer_id=f"c{n}", remedy=offer.name, mood=one.mood, cause="late", kind=offer.kind,
            late_days=one.late, order_value=one.value, worth=one.worth, orders=one.orders, options=options,
        )  # fmt: skip
        waiting.append((one, offer, given))
        if len(waiting) > DELAY:
            past, had, row = waiting.popleft()
            stayed = past.luck < past.stays(had.kind, had.amount)
            known = Context(past.mood, "late", past.late, past.value, past.orders)
            started = time.process_time()
            if name.startswith("contextual"):
                posterior = learned(posterior, features(known, had.kind, had.amount), stayed)
            spent += time.process_time() - started
            before = counts.get((had.name, past.mood)) or RemedyOutcome(remedy=had.name, mood=past.mood)
            counts[had.name, past.mood] = RemedyOutcome(
                remedy=had.name, mood=past.mood, stayed=before.stayed + stayed, left=before.left + (not stayed)
            )
            log.append(_settled(row, stayed))
    return np.array(found), log, spent


def _settled(row: RemedyGiven, stayed: bool) -> RemedyGiven:
    import msgspec

    return msgspec.structs.replace(row, stayed=stayed, learned=True, settled=True)


def interval(values: list[float]) -> str:
    mean, error = float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))
    half = float(scistats.t.ppf(0.975, len(values) - 1)) * error
    return f"{mean:8.2f} ± {half:.2f}"


def recovered(log: list[RemedyGiven], seed: int) -> list[tuple[str, float, float, float, bool]]:
    """Doubly robust estimates of fixed policies from one seed's log, against the truth of the same customers."""
    known, cases = ope.cases_of(log)
    rng = np.random.default_rng(seed)
    people = {f"o{n}": Customer(rng) for n in range(CUSTOMERS)}
    rows = []
    for name in ("none", "5%", "10%", "20%"):
        pick = ope.always(name)
        _, _, robust = ope.estimates(cases, ope.targets(known, pick), stay=True)
        real = float(np.mean([_true(people[g.order_id], g.options[pick(g)]) for g in known]))
        rows.append((name, robust.value, real, robust.effective, robust.low <= real <= robust.high))
    return rows


def _true(one: Customer, option: RemedyOption) -> float:
    return one.stays(option.kind, option.amount)


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    table = load(Path(service.__file__).with_name("remedy.rules.json"))
    runs = {name: [lived(name, FIRST + seed, table) for seed in range(seeds)] for name in POLICIES}
    print(f"{seeds} seeds, {CUSTOMERS:,} late parcels each, outcomes {DELAY} customers later; yuan a customer")
    print(f"{'policy':24} {'regret, all':>20} {'regret, last half':>20} {'stay, last half':>20} {'paid':>18}  CPU-ms")
    half = CUSTOMERS // 2
    for name, found in runs.items():
        regret = interval([float(f[:, 0].mean()) / 100 for f, _, _ in found])
        late = interval([float(f[half:, 0].mean()) / 100 for f, _, _ in found])
        stay = interval([100 * float(f[half:, 1].mean()) for f, _, _ in found])
        paid = interval([float(f[half:, 2].mean()) / 100 for f, _, _ in found])
        cpu = float(np.mean([s for _, _, s in found])) / CUSTOMERS * 1000
        print(f"{name:24} {regret:>20} {late:>20} {stay:>20} {paid:>18}  {cpu:.2f}")
    for name, rival in (
        ("contextual, money only", "by mood"),
        ("contextual", "by mood"),
        ("contextual", "safe choice"),
    ):
        gains = [
            float(a[0][half:, 0].mean() - b[0][half:, 0].mean()) / 100
            for a, b in zip(runs[rival], runs[name], strict=True)
        ]
        print(f"{name} against {rival}, last half, paired: {interval(gains)} yuan a customer better")
    rows = [recovered(log, FIRST + seed) for seed, (_, log, _) in enumerate(runs["contextual"])]
    print("off-policy, share that stays, doubly robust against the truth (mean over seeds; interval covers the truth)")
    for n, name in enumerate(("none", "5%", "10%", "20%")):
        guess, real, eff, ok = (float(np.mean([float(r[n][k]) for r in rows])) for k in (1, 2, 3, 4))
        print(f"  always {name:5} {guess:.4f}, true {real:.4f}; {eff:.0f} choices; covered {ok:.0%}")


if __name__ == "__main__":
    main()
