"""The cells that console and engine must read alike; console/src/pages/rules/cells.test.ts has the same cases."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path
from typing import Any

import pytest

from linkloop.engine.rule_cells import Span, Word, atoms

CASES: list[tuple[str, list[dict[str, Any]] | None]] = json.loads(
    Path(__file__).with_name("rule_cells.json").read_text(encoding="utf-8")
)


def told(found: tuple[Span | Word, ...] | None) -> list[dict[str, Any]] | None:
    if found is None:
        return None
    return [
        {**atom._asdict(), "low": _end(atom.low), "high": _end(atom.high)} if isinstance(atom, Span) else atom._asdict()
        for atom in found
    ]


def _end(bound: float) -> float | None:
    return None if abs(bound) == inf else bound


@pytest.mark.parametrize(("cell", "expected"), CASES)
def test_a_cell_is_read_as_the_console_reads_it(cell: str, expected: list[dict[str, Any]] | None) -> None:
    assert told(atoms(cell)) == expected
