"""What one rule costs: our compiled decision tables, with hits and near misses, beside the bare zen-engine call.

    python -m bench.rules

Both answer the same questions from the same table in turns, so that a busy machine hurts both alike; the figures are
CPU time of this process (zen's threads included).
"""

from __future__ import annotations

import importlib
import pkgutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import zen

import linkloop.commerce
from linkloop.core.question import Question
from linkloop.engine.rule_proof import regions
from linkloop.engine.rules import RuleModel, RuleTable, load

TABLES = Path(__file__).parents[1] / "src" / "linkloop" / "links"
ROUNDS = 7
QUESTIONS = 100


def cpu_us(call: Callable[[Any], Any], asked: list[Any], times: int) -> float:
    """CPU microseconds of one call."""
    started = time.process_time()
    for _ in range(times):
        for question in asked:
            call(question)
    return (time.process_time() - started) / times / len(asked) * 1e6


def measure(table: RuleTable) -> dict[str, float]:
    """Median CPU microseconds per evaluation of each way to ask."""
    asked: list[Question[Any]] = list(regions(table, QUESTIONS))
    facts = [msgspec.to_builtins(question) for question in asked]
    bare = zen.ZenEngine().create_decision(table.graph)
    for question in asked:
        assert table.by_zen(question)[0] == table.evaluate(question).hits[0].rule
    model = RuleModel(table)
    found: dict[str, list[float]] = {"zen": [], "zen with trace": [], "ours": []}
    for _ in range(ROUNDS):
        found["zen"].append(cpu_us(bare.evaluate, facts, 1))
        found["zen with trace"].append(cpu_us(lambda given: bare.evaluate(given, {"trace": True}), facts, 1))
        found["ours"].append(cpu_us(model.answer, asked, 20))
    return {name: statistics.median(values) for name, values in found.items()}


def main() -> None:
    """Print the figures of every table that ships, and the median milliseconds of loading, testing and proving one."""
    for module in pkgutil.iter_modules(linkloop.commerce.__path__, "linkloop.commerce."):
        importlib.import_module(module.name)  # a table names its question: every one must be known
    for path in sorted(TABLES.glob("**/*.rules.json")):
        started = time.process_time()
        table = load(path)
        loading = (time.process_time() - started) * 1e3
        found = measure(table)
        print(
            f"{path.name} ({len(table.rows)} rows × {len(table.lanes)} columns): "
            f"ours, with hits and near misses {found['ours']:.1f} µs CPU; "
            f"bare zen-engine {found['zen']:.0f} µs ({found['zen'] / found['ours']:.0f}×), "
            f"with its trace {found['zen with trace']:.0f} µs; load + proof {loading:.0f} ms"
        )


if __name__ == "__main__":
    main()
