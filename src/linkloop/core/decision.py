"""Decision: why an Action should be taken, what the gate said, and later what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal

import msgspec

from linkloop.core.action import Action, effect_key
from linkloop.core.money import Money
from linkloop.core.question import RuleHit
from linkloop.core.table import Table
from linkloop.core.text import Text

Status = Literal[
    "held",  # waits for a person
    "refused",  # by the gate or by a person
    "allowed",  # in the outbox
    "done",  # the world did it
    "failed",  # the world refused it
    "unclear",  # the world may have done it; being reconciled
    "undone",  # taken back
    "repeated",  # the same effect was already asked for: nothing was sent
]


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """An option that was weighed; `propensity` is the probability (0 to 1) with which the policy would take it."""

    name: str
    score: float
    propensity: float = 0.0
    chosen: bool = False


class Read(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A fact that was looked at: the table, the key, and the log offset of the version that was seen (0: absent)."""

    table: str
    key: str
    offset: int


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question that was asked and what was answered, as plain values; a `live` answer cannot be had again, so a
    replay takes this one."""

    question: str
    asked: dict[str, Any]
    answered: dict[str, Any]
    model: str
    version: str
    confidence: float
    hits: tuple[RuleHit, ...] = ()
    near: tuple[RuleHit, ...] = ()
    live: bool = False


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing the gate looked at: the limit, what is used, and what it led to."""

    name: str
    verdict: Literal["allow", "hold", "refuse"]
    text: Text
    limit: int = 0
    used: int = 0


class Decision(Table, frozen=True, kw_only=True):
    """One decision. A Link gives the first six fields; the engine fills the rest and the ledger keeps every version."""

    __table__: ClassVar[str] = "decisions"
    __key__: ClassVar[tuple[str, ...]] = ("id",)
    __index__: ClassVar[tuple[str, ...]] = ("status", "case_id")

    action_kind: str
    action: dict[str, Any]
    reason: Text
    confidence: float
    at_risk: Money
    alternatives: tuple[Alternative, ...] = ()
    effect_key: str = ""

    id: str = ""
    at: datetime | None = None
    link: str = ""
    about: str = ""
    case_id: str = ""
    cause_id: str = ""
    cause_kind: str = ""
    horizon: int = 0
    late_ms: int = 0
    reads: tuple[Read, ...] = ()
    asked: tuple[Asked, ...] = ()
    checks: tuple[Check, ...] = ()
    status: Status = "held"
    decide_by: datetime | None = None
    by: str = ""
    note: str = ""
    reference: str = ""
    outcome: dict[str, Any] = {}
    undoes: str = ""


def decide(
    action: Action,
    reason: Text,
    *,
    confidence: float = 1.0,
    alternatives: tuple[Alternative, ...] = (),
    decide_by: datetime | None = None,
) -> Decision:
    """A Decision for a Link to yield: take `action`, because of `reason`; after `decide_by` an approval is too late."""
    return Decision(
        action_kind=type(action).__name__,
        action=msgspec.to_builtins(action),
        effect_key=effect_key(action),
        about=str(getattr(action, action.__about__, "")) if action.__about__ else "",
        at_risk=action.at_risk,
        reason=reason,
        confidence=confidence,
        alternatives=alternatives,
        decide_by=decide_by,
    )
