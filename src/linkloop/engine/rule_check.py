"""Static checks of a decision table: gaps, unreachable rows and overlaps, over all values that it tells apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Literal

import msgspec

from linkloop.core.text import Text
from linkloop.engine.rule_cells import Lane, Segment

MAX_REGIONS = 50_000  # regions that are kept apart; a table with more is too tangled to prove
MAX_STEPS = 1_000_000  # regions × segments that are looked at, and pairs of rows: a second or two of work
MAX_OVERLAPS = 200  # more than a person reads


class Finding(msgspec.Struct, frozen=True):
    """What a static check found; `example` is a question for which it matters, field → value."""

    kind: Literal["gap", "unreachable", "overlap", "unproven"]
    rows: tuple[str, ...]
    text: Text
    example: dict[str, Any] = {}


def find(lanes: Sequence[Lane], rows: Sequence[str], answers: Sequence[str]) -> tuple[Finding, ...]:
    """Findings for a table, by gravity. `rows` are row ids, `answers` the text of what each row answers.

    Numbers are cut at the bounds that cells name, texts at the words; a column that only zen can read counts as
    "may fail" for gaps and "may hold" for reachability, so a gap reported there may be one that zen closes.
    Overlaps are reported only where neither row contains the other and their answers differ: under the hit policy
    `first` an order of rows from special to general is no fault.
    """
    everything = (1 << len(rows)) - 1
    doubtful = 0
    for lane in lanes:
        if not lane.plain:
            doubtful |= sum(1 << n for n in range(len(rows)) if lane.asks(n))
    regions = _regions([lane for lane in lanes if lane.plain], everything)
    if regions is None:
        asked = sum(1 << n for n in range(len(rows)) if any(lane.asks(n) for lane in lanes))
        return (_unproven(),) if asked != everything else (_ungrounded(), _unproven())
    return (
        *_gaps(regions, doubtful),
        *_unreachable(regions, rows, doubtful),
        *_overlaps(regions, rows, answers),
    )


def _regions(lanes: Sequence[Lane], everything: int) -> dict[int, dict[str, Any]] | None:
    """Set of rows that hold together → one question for which exactly these hold. None when there are too many."""
    found: dict[int, dict[str, Any]] = {everything: {}}
    steps = 0
    for lane in lanes:
        segments: dict[int, Segment] = {}
        for segment in lane.segments():
            segments.setdefault(segment.misses, segment)
        step: dict[int, dict[str, Any]] = {}
        steps += len(found) * len(segments)
        if steps > MAX_STEPS:
            return None
        for alive, example in found.items():
            for segment in segments.values():
                left = alive & ~segment.misses
                if left not in step:
                    step[left] = {**example, lane.field: segment.example}
                    if len(step) > MAX_REGIONS:
                        return None
        found = step
    return found


def _gaps(regions: dict[int, dict[str, Any]], doubtful: int) -> Iterator[Finding]:
    for alive, example in regions.items():
        if not alive & ~doubtful:
            yield Finding(
                "gap",
                (),
                Text(
                    en=f"no row answers {_say(example)}",
                    zh=f"没有任何一行回答 {_say(example)}",
                ),
                example,
            )
            return


def _unreachable(regions: dict[int, dict[str, Any]], rows: Sequence[str], doubtful: int) -> Iterator[Finding]:
    reached = 0
    for alive in regions:
        for n in _bits(alive):
            reached |= 1 << n
            if not doubtful >> n & 1:
                break
    for n, row in enumerate(rows):
        if not reached >> n & 1:
            yield Finding(
                "unreachable",
                (row,),
                Text(
                    en=f"row {row} can never answer: earlier rows take all of its cases",
                    zh=f"第 {row} 行永远不会生效：它的情形都被前面的行占了",
                ),
            )


def _overlaps(regions: dict[int, dict[str, Any]], rows: Sequence[str], answers: Sequence[str]) -> Iterator[Finding]:
    count = len(rows)
    together: dict[tuple[int, int], dict[str, Any]] = {}
    alone = [0] * count  # alone[a]: rows b such that a holds somewhere without b
    steps = 0
    for alive, example in regions.items():
        held = list(_bits(alive))
        steps += len(held) * (len(held) + 1) // 2
        if steps > MAX_STEPS:
            yield _tangled()
            break
        for i, a in enumerate(held):
            alone[a] |= ~alive
            for b in held[i + 1 :]:
                if answers[a] != answers[b]:
                    together.setdefault((a, b), example)
    crossing = (p for p in sorted(together.items()) if alone[p[0][0]] >> p[0][1] & 1 and alone[p[0][1]] >> p[0][0] & 1)
    for (a, b), example in islice(crossing, MAX_OVERLAPS):
        yield Finding(
            "overlap",
            (rows[a], rows[b]),
            Text(
                en=f"rows {rows[a]} and {rows[b]} both fit {_say(example)}; {rows[a]} wins by its place alone",
                zh=f"第 {rows[a]} 行和第 {rows[b]} 行都符合 {_say(example)}；只因 {rows[a]} 在前而生效",
            ),
            example,
        )


def _ungrounded() -> Finding:
    return Finding(
        "gap",
        (),
        Text(
            en="the table is too tangled to prove that it answers everything, and has no row without conditions",
            zh="这张表过于复杂，无法证明它能回答所有情形，且没有一行是无条件的",
        ),
    )


def _tangled() -> Finding:
    return Finding(
        "unproven",
        (),
        Text(
            en="too many rows hold together: not every overlap was looked for",
            zh="同时成立的行太多，没有检查全部重叠",
        ),
    )


def _unproven() -> Finding:
    return Finding(
        "unproven",
        (),
        Text(
            en="the table has too many regions: gaps and unreachable rows were not looked for",
            zh="这张表的区域太多，没有检查空缺和失效的行",
        ),
    )


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _say(example: dict[str, Any]) -> str:
    return ", ".join(f"{field} = {value}" for field, value in example.items()) or "*"
