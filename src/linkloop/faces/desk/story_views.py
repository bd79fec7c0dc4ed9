"""What a story shows: typed steps from cause to outcome, in words, with who did them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from linkloop.core.money import Money
from linkloop.core.text import Text

StepKind = Literal[
    "event",  # something happened, said by a world
    "said",  # a link said an event in answer
    "fact",  # a row of fact changed
    "count",  # a count or a limit moved: quiet
    "learned",  # a memory changed because of an outcome
    "asked",  # a model was asked and answered
    "decided",  # a decision, with the gate's word
    "person",  # a person approved, adjusted, refused, took back
    "lapsed",  # nobody decided in time
    "sent",  # the effect stands in the outbox without an answer
    "settled",  # the world answered an effect
]
Tone = Literal["plain", "good", "bad", "wait"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step. `lane` is who did it (a link, a world's source, the gate, a person's name); `offset` its line in the
    log (0: none); `level` how deep in the chain of causes; `causes` the offset of the step that led to it."""

    kind: StepKind
    at: datetime
    text: Text
    lane: str
    tone: Tone = "plain"
    word: str = ""
    offset: int = 0
    id: str = ""
    causes: int = 0
    decision_id: str = ""
    at_risk: Money | None = None
    note: str = ""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """How long one decision took on the shop's clock: heard → decided → let go → settled (None: not yet, or never)."""

    decision_id: str
    title: Text
    status: str
    heard: datetime | None
    decided: datetime
    released: datetime | None
    settled: datetime | None
    by: str


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A case in words. `next` is the offset to go on from, 0 at the end; spans are those of all decisions."""

    case_id: str
    title: Text
    started: datetime
    ended: datetime
    now: datetime
    entries: int
    lanes: list[str]
    about: dict[str, list[str]]
    at_risk: list[Money]
    steps: list[Step]
    spans: list[Span]
    next: int = 0


class CaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """A case in one line: its first event in words, how its decisions stand, and what is at risk."""

    case_id: str
    title: Text
    started: datetime
    latest: datetime
    entries: int
    decisions: int
    statuses: dict[str, int]
    links: list[str]
    at_risk: list[Money]


class CaseLines(msgspec.Struct, frozen=True, kw_only=True):
    """A page of cases, latest decision first."""

    items: list[CaseLine]
    next: str = ""


class RelatedCase(msgspec.Struct, frozen=True, kw_only=True):
    """Another case that shares something: the field, its value, and what was decided there."""

    case_id: str
    shares: str
    value: str
    latest: datetime
    decisions: int
    kinds: list[str]
