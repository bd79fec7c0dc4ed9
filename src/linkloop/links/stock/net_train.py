"""Trains the net that orders many products (`net.py`) from shops that it makes itself; needs torch.

    python -m linkloop.links.stock.net_train --seconds 90 --out ordering.onnx

Hindsight-differentiable policy optimisation (Alvo, Russo & Kanoria, 2023) over a family of products: every round draws
hundreds of products with their own pace, week, scatter, drift, lead time, case, minimum and prices, tells the net what
`rolling.told` would have told of their past, and derives the cost of six weeks through the simulator's steps. Whole
cases and the trigger are passed straight through; what falls is the mean logarithm of a product's cost.
"""

from __future__ import annotations

import argparse
import json
from copy import deepcopy
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

import numpy as np

from linkloop.links.stock.learner import needs_torch, torch
from linkloop.links.stock.net import COLUMNS, FILE, WEEK
from linkloop.links.stock.rolling import Reals, Shelves, Told, told
from linkloop.links.stock.terms import Floats, Leads

PAST, STEPS, WARM, UNITS = 35, 42, 12, 32
SEED, EVERY = 20_261, 15


class Family(NamedTuple):
    """(n) products: their past and coming days (days, n), what was known of them, and what they are bought under."""

    units: Reals
    given: Told
    shelves: Shelves
    price: Reals
    line: Reals


def family(rng: np.random.Generator, n: int) -> Family:
    """Draw `n` products: slow to fast, calm to lumpy, near and far, with and without cases."""
    days = PAST + STEPS
    pace = np.exp(rng.uniform(np.log(0.05), np.log(60), n))
    week = np.exp(rng.normal(0, 1, (7, n)) * rng.uniform(0, 0.5, n))
    drift = np.exp(np.cumsum(rng.normal(0, 1, (days, n)) * rng.uniform(0, 0.03, n), axis=0))
    bump = np.where(rng.random((days, n)) < 0.02, rng.uniform(1, 4, (days, n)), 1.0)
    mean = pace * (week / week.mean(axis=0))[np.arange(days) % 7] * drift * np.where(rng.random(n) < 0.4, bump, 1.0)
    size = np.exp(rng.uniform(np.log(0.3), np.log(30), n))
    units = rng.poisson(rng.gamma(size, np.minimum(mean, 500) / size)).astype(np.float64)
    lead = rng.uniform(1, 16, n)
    pack = np.where(rng.random(n) < 0.4, 1.0, np.ceil(np.minimum(pace * np.exp(rng.uniform(-1.5, 2.0, n)), 200)))
    least = np.where(rng.random(n) < 0.5, 1.0, np.ceil(np.minimum(pace * np.exp(rng.uniform(-1.5, 2.3, n)), 300)))
    shelves = Shelves(
        lead=lead, lead_sd=lead * rng.choice([0.0, 0.1, 0.2, 0.35], n), case=pack, least=least,
        cost=np.ones(n), earns=np.ones(n), segment=np.zeros(n, np.int64),
    )  # fmt: skip
    price = np.exp(rng.uniform(np.log(20), np.log(4000), n))
    line = np.exp(rng.uniform(np.log(3), np.log(500), n))
    return Family(units, told(units, PAST, shelves), shelves, price, line)


class Trained(NamedTuple):
    """The net as ONNX, the rounds that it took, and the mean logarithm of held-out products' cost, before and after."""

    onnx: bytes
    rounds: int
    before: float
    after: float


def train(seconds: float, n: int = 384, rate: float = 2.5e-3, seed: int = SEED) -> Trained:
    """Learn for `seconds` of CPU from `n` products a round; what was best on watched products is kept, and fresh ones
    tell what it is worth."""
    needs_torch()
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = make()
    steps = torch.optim.Adam(net.parameters(), lr=rate)
    begun, costs = process_time(), list[float]()
    watched, fresh = (family(np.random.default_rng(seed + k), 1024) for k in (1, 2))

    def judge(given: Family) -> float:
        with torch.no_grad():
            return float(rolled(net, given, np.random.default_rng(seed)))

    before = judge(fresh)
    best, kept = judge(watched), deepcopy(net.state_dict())
    while (used := process_time() - begun) < seconds:
        for group in steps.param_groups:
            group["lr"] = rate * (1 - used / seconds) + 1e-5
        cost = rolled(net, family(rng, n), rng)
        steps.zero_grad()
        cost.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        steps.step()
        costs.append(float(cost.detach()))
        if len(costs) % EVERY == 0:
            now = judge(watched)
            print(f"round {len(costs)}, {used:.0f} CPU-s: {np.mean(costs[-EVERY:]):.4f}, watched {now:.4f}", flush=True)
            if now < best:
                best, kept = now, deepcopy(net.state_dict())
    net.load_state_dict(kept)
    return Trained(exported(net), len(costs), before, judge(fresh))


def rolled(net: Any, given: Family, rng: np.random.Generator) -> Any:
    """The mean logarithm of a product's cost: a tenth less is as good for the dear one as for the cheap one."""
    shelves, n = given.shelves, len(given.price)
    late = torch.from_numpy(Leads(shelves.lead, shelves.lead_sd).draw(STEPS, (1, n), rng)[:, 0])
    ring = max(int(late.max()), 1)
    columns = _columns(given)
    pace = np.maximum(given.given.mean[0, 0] / (shelves.lead + 1), 0.02)
    scale = torch.from_numpy(
        (np.sqrt(2 * given.line * pace) + 2 * np.sqrt(given.given.variance[0, 0])).astype(np.float32)
    )
    pack, least = _tensor(shelves.case), _tensor(shelves.least)
    price, line = _tensor(given.price), _tensor(given.line)
    ways = torch.arange(ring)[:, None]
    pipe = torch.where(ways < _tensor(shelves.lead), _tensor(pace), torch.zeros(()))
    shelf = _tensor(np.sqrt(given.given.variance[0, 0]) + rng.uniform(0, 7, n) * pace)
    total = torch.zeros(n)
    for step in range(STEPS):
        shelf, pipe = shelf + pipe[0], torch.cat((pipe[1:], torch.zeros(1, n)))
        coming = pipe.sum(0)
        low, high = net(torch.cat((torch.stack((shelf, coming), 1), columns[step]), 1)).unbind(1)
        position = shelf + coming
        soft = torch.sigmoid((low - position) / (0.05 * low.detach() + 0.5))
        gate = (position < low).float() + soft - soft.detach()
        wish = torch.relu(high - position)
        whole = torch.ceil(torch.maximum(wish, least) / pack - 1e-4) * pack
        order = gate * (whole.detach() + wish - wish.detach())
        pipe = pipe + torch.where(ways == late[step] - 1, order, torch.zeros(()))
        shelf = shelf + torch.where(late[step] == 0, order, torch.zeros(()))
        asked = _tensor(given.units[PAST + step])
        short = torch.relu(asked - shelf)
        shelf = torch.relu(shelf - asked)
        if step >= WARM:
            total = total + (shelf + price * short + line * gate) / scale
    return torch.log(total / (STEPS - WARM) + 0.05).mean()


def _columns(given: Family) -> Any:
    """(steps, n, 10): the net's input but for what lies and comes."""
    told_, shelves = given.given, given.shelves
    fixed = np.stack((shelves.lead, shelves.lead_sd, shelves.case, shelves.least, given.price, given.line), 1)
    moving = (
        told_.mean[:, 0], np.sqrt(told_.variance[:, 0]), told_.mean[:, WEEK], np.sqrt(told_.variance[:, WEEK]),
    )  # fmt: skip
    every = np.broadcast_to(fixed, (STEPS, *fixed.shape))
    return torch.from_numpy(np.concatenate((np.stack(moving, 2), every), 2).astype(np.float32))


def _tensor(values: Reals | Floats) -> Any:
    return torch.from_numpy(np.asarray(values, np.float32))


def make() -> Any:
    """The net: (n, 12) → (n, 2), `low` and `high` in units."""

    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            linear, bend = torch.nn.Linear, torch.nn.SiLU
            self.layers = torch.nn.Sequential(linear(11, UNITS), bend(), linear(UNITS, UNITS), bend(), linear(UNITS, 2))
            torch.nn.init.zeros_(self.layers[-1].weight)
            torch.nn.init.zeros_(self.layers[-1].bias)

        def forward(self, state: Any) -> Any:
            on_hand, on_order, mean, sd, week, week_sd, lead, lead_sd, pack, least, price, line = state.unbind(1)
            pace = torch.clamp((week - mean) / 6, min=0.01)
            batch = torch.sqrt(2 * line * pace)  # Wilson's lot, from which `high` begins
            safe = torch.sqrt(torch.log1p(price / (1 + batch / pace)))  # about the newsvendor's normal quantile
            seen = torch.stack((
                torch.log1p(on_hand / (mean + sd)), torch.log1p(on_order / (mean + sd)), torch.log(mean + 0.05),
                torch.log((sd + 0.05) / (mean + 0.05)), torch.log((week_sd + 0.05) / (sd + 0.05)), torch.log(lead + 1),
                lead_sd / (lead + 1), torch.log1p(pack / (pace + 0.1)), torch.log1p(least / (pace + 0.1)),
                torch.log(price) - 5, torch.log(line) - 3,
            ), 1)  # fmt: skip
            lifted, longer = self.layers(seen).unbind(1)
            low = mean + sd * safe * torch.exp(torch.clamp(lifted, -3, 2)) - 0.3 * sd
            high = torch.clamp(low, min=0.0) + (batch + 0.5) * torch.exp(torch.clamp(longer, -3, 2))
            return torch.stack((torch.clamp(low, min=0.0), high), 1)

    return Net()


def exported(net: Any) -> bytes:
    """The net as an ONNX file."""
    written = BytesIO()
    torch.onnx.export(
        net.eval(), (torch.ones(2, len(COLUMNS)),), written, input_names=["state"], output_names=["marks"],
        dynamic_axes={"state": {0: "n"}, "marks": {0: "n"}}, dynamo=False,
    )  # fmt: skip
    return written.getvalue()


def card(trained: Trained, seconds: float) -> dict[str, Any]:
    """What is known of the net: written beside it, checked by a test."""
    return {
        "name": "ordering",
        "version": "1",
        "trained_by": "links/stock/net_train.py",
        "data": "products that the script draws itself; no shop's data",
        "licence": "Apache-2.0",
        "seed": SEED,
        "cpu_seconds": seconds,
        "rounds": trained.rounds,
        "held_out_log_cost_before": round(trained.before, 4),
        "held_out_log_cost_after": round(trained.after, 4),
        "input": list(COLUMNS),
        "output": ["low", "high"],
        "sha256": sha256(trained.onnx).hexdigest(),
    }


def main() -> None:
    """Train; write the file and its card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=90.0, help="CPU seconds of training")
    parser.add_argument("--out", type=Path, default=FILE)
    asked = parser.parse_args()
    trained = train(asked.seconds)
    asked.out.write_bytes(trained.onnx)
    asked.out.with_suffix(".card.json").write_text(json.dumps(card(trained, asked.seconds), indent=2) + "\n", "utf-8")
    print(f"{trained.rounds} rounds; held out {trained.before:.4f} → {trained.after:.4f}; {len(trained.onnx):,} bytes")


if __name__ == "__main__":
    main()
