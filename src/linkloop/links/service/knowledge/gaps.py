"""Gaps: questions that nothing answered, kept as they were asked and gathered by what they have in common."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import msgspec

from linkloop.commerce.knowledge import KnowledgeGap
from linkloop.commerce.understanding import Understanding
from linkloop.core.link import Context
from linkloop.core.table import Table
from linkloop.links.service.knowledge.grams import folded, terms

# What an article could have answered; where is my parcel, cancel and the like are answered from facts.
OPEN = ("other", "product_question", "size_advice", "compatibility", "coupon_question", "payment_problem")
NEVER_OURS = 0.5  # a question that is more probably none of ours is no gap
LONGEST = 300
ALIKE = 0.35  # share of common pieces from which two questions are one


def missed(ctx: Context, text: str, read: Understanding, *, unanswered: bool) -> Iterator[Table]:
    """A question that a person must answer though an article could have: kept, and counted when it comes again."""
    intent = read.intents[0].intent if read.intents else "other"
    plain = folded(text[:LONGEST])
    if not unanswered or intent not in OPEN or read.out_of_scope > NEVER_OURS or len(plain) < 2:
        return
    gap_id = f"gap-{zlib.crc32(plain.encode()):08x}-{len(plain)}"
    known = ctx.read(KnowledgeGap, gap_id)
    yield KnowledgeGap(
        gap_id=gap_id, intent=intent, example=text[:LONGEST], asked=known.asked + 1 if known else 1, last_at=ctx.now()
    )  # fmt: skip


class GapGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Questions that ask for the same: the most asked as example, how often all were asked, and their ids."""

    example: str
    intent: str
    asked: int
    gap_ids: tuple[str, ...]
    others: tuple[str, ...] = ()


def grouped(gaps: Sequence[KnowledgeGap]) -> list[GapGroup]:
    """Gaps by likeness, most asked first: each goes to the first group whose leader shares ALIKE of its pieces."""
    leaders: list[tuple[set[int], list[KnowledgeGap]]] = []
    for gap in sorted(gaps, key=lambda one: (-one.asked, one.gap_id)):
        pieces = set(terms(folded(gap.example)).tolist())
        best = max(leaders, key=lambda one: _alike(one[0], pieces), default=None)
        if best is not None and _alike(best[0], pieces) >= ALIKE:
            best[1].append(gap)
        else:
            leaders.append((pieces, [gap]))
    groups = [
        GapGroup(
            example=members[0].example, intent=members[0].intent, asked=sum(one.asked for one in members),
            gap_ids=tuple(one.gap_id for one in members), others=tuple(one.example for one in members[1:6]),
        )
        for _, members in leaders
    ]  # fmt: skip
    return sorted(groups, key=lambda one: (-one.asked, one.gap_ids))


def _alike(one: set[int], other: set[int]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))
