"""Views of a what-if: how far it is, and what would have been decided otherwise."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.engine.whatif import Tally

State = Literal["waiting", "running", "done", "cancelled", "failed"]


class RuleTally(msgspec.Struct, frozen=True, kw_only=True):
    """Decisions of one kind of action as they were and as they would have been; money that went out in minor units."""

    action_kind: str
    before: Tally | None
    after: Tally | None


class RuleOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """One decision on one side of a what-if; `rule` is the row of the table that stood behind it."""

    action_kind: str
    status: str
    money: Money
    reason: Text
    confidence: float
    about: str
    rule: str
    rule_note: str


class RuleChanged(msgspec.Struct, frozen=True, kw_only=True):
    """One decision that would have come out differently; a side is None where there would be none."""

    decision_id: str
    case_id: str
    at: datetime | None
    link: str
    before: RuleOutcome | None
    after: RuleOutcome | None


class RuleWhatIfResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a what-if found; `changes` are the first SHOWN of `changed`."""

    decisions: int
    changed: int
    cases_changed: int
    money_before: int
    money_after: int
    tallies: list[RuleTally]
    changes: list[RuleChanged]


class RuleWhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """A what-if: of which version, on which period, how far it is, and what it found."""

    id: str
    name: str
    version: str
    by: str
    at: datetime
    start: datetime | None
    end: datetime | None
    state: State
    events: int
    done: int
    took_s: float
    left_s: float | None
    problem: Text | None = None
    result: RuleWhatIfResult | None = None


class RulePeriod(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay of a period would take; `first` and `last` are the ends of everything that happened."""

    events: int
    seconds: float
    first: datetime | None
    last: datetime | None
