"""What the page of one decision shows: the proposal, its evidence, its way through the outbox, its history."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from linkloop.core.decision import Decision
from linkloop.core.text import Text
from linkloop.faces.desk.adjusting import AdjustField
from linkloop.faces.desk.inbox_views import InboxItem


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """The event that a decision answers."""

    offset: int
    kind: str
    at: datetime
    key: str
    source: str
    text: Text
    body: dict[str, Any]


class SeenFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that was looked at, with its values as they stood then.

    `how`: a row, a list of rows by an index field, a query, or a row that was not there. `changed` says that the row
    is another one by now. `offset` is the version's place in the log, `rows` how many rows a list then had.
    """

    table: str
    key: str
    how: Literal["row", "list", "query", "absent"]
    offset: int
    at: datetime | None = None
    source: str = ""
    body: dict[str, Any] | None = None
    rows: list[dict[str, Any]] = []
    changed: bool = False


class RuleLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a decision table that fired, or nearly did: `missed` the field, `wanted` the cell, `was` the value."""

    rule: str
    text: Text
    missed: str = ""
    wanted: str = ""
    was: Any = None


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A question that was asked: what went in and came out, by which version of which model, in words too.

    `card` is set where a model of that name is here; `current` where it still has that version.
    """

    question: str
    about: Text
    asked: dict[str, Any]
    answered: dict[str, Any]
    model: str
    version: str
    confidence: float
    sure: Text
    by_rules: bool
    card: bool
    current: bool
    hits: list[RuleLine]
    near: list[RuleLine]


class OutboxState(msgspec.Struct, frozen=True, kw_only=True):
    """Where the effect stands: status of the outbox, tries, what went wrong, and the dead letter if there is one."""

    effect_key: str
    status: str
    text: Text
    attempt: int
    reference: str
    problem: str
    dead_letter: str = ""


class LedgerLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the decision's history, in words and with its hash."""

    seq: int
    at: datetime
    entry: str
    text: Text
    status: str
    by: str
    note: str
    hash: str


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one decision. `now` is the shop's clock; `undone_by` the decision that took it back."""

    item: InboxItem
    now: datetime
    decision: Decision
    heard: Heard | None
    facts: list[SeenFact]
    judged: list[Judged]
    history: list[LedgerLine]
    outbox: OutboxState | None
    fields: list[AdjustField]
    undo_kind: str = ""
    undone_by: str = ""
    repeats: str = ""
