"""What would have happened otherwise: the shapes in which it is told."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.engine.gate import Word


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """One number of an alternative: a share (0 to 1), units, days, or money."""

    name: Text
    unit: Literal["share", "units", "days", "money"]
    value: float = 0.0
    money: Money | None = None


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """One way that it could have gone: what was weighed, its score, the chance that it is taken, and what it means.

    `worth` is the score where it counts money; `nothing` marks the one in which nothing is done. `estimates` come from
    the facts as they then stood.
    """

    name: str
    label: Text
    score: float
    worth: Money | None
    propensity: float
    chosen: bool
    nothing: bool
    estimates: list[Estimate] = []


class Flip(msgspec.Struct, frozen=True, kw_only=True):
    """One change that would have led to another verdict, found by ruling again with exactly this change.

    `by`: the decision itself (amount, confidence), the gate's policy, what was spent before, or a decision table.
    `before` → `after` is what changes; `verdict` what then comes out ("" where nothing would have been proposed).
    """

    by: Literal["decision", "policy", "spent", "rule", "policies"]
    what: str
    text: Text
    verdict: Word | Literal[""]
    before: Any = None
    after: Any = None
    currency: str = ""
    table: str = ""
    row: str = ""


class Otherwise(msgspec.Struct, frozen=True, kw_only=True):
    """What else could have happened. `verdict` is the gate's first word, `ruled_again` what today's policy would say
    of the same facts. `score_unit` says what scores count. `reproduced` says that the estimates lead to the very
    scores that were recorded; where they do not, there are none. `silent` says what the evidence does not tell.
    """

    decision_id: str
    verdict: Word | Literal["repeated"]
    ruled_again: Word | Literal["repeated"]
    score_unit: Text
    branches: list[Branch]
    reproduced: bool
    silent: list[Text]
    flips: list[Flip]
    stopped_early: bool = False
