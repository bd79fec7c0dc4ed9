"""What the desk shows: the structs that CLI, API and SDK exchange."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from linkloop.core.decision import Decision
from linkloop.core.text import Text

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A page of a long list; `next` is the cursor of the following page, empty at the end."""

    items: list[T]
    next: str = ""


class TableInfo(msgspec.Struct, frozen=True):
    """A table: its class, columns with SQL types, key, and how many rows are hot (in the state)."""

    name: str
    noun: str
    doc: str
    key: tuple[str, ...]
    columns: dict[str, str]


class LogEntry(msgspec.Struct, frozen=True):
    """One line of the log."""

    offset: int
    id: str
    at: datetime
    kind: str
    key: str
    case_id: str
    source: str
    is_event: bool
    body: dict[str, Any]


class Effect(msgspec.Struct, frozen=True):
    """One effect of the outbox."""

    effect_key: str
    decision_id: str
    case_id: str
    action_kind: str
    about: str
    status: str
    attempt: int
    reference: str
    problem: str
    action: dict[str, Any]


class DeadLetter(msgspec.Struct, frozen=True):
    """Something that could not be heard or done, kept until a person retries or drops it."""

    id: str
    at: datetime
    what: str
    consumer: str
    ref: str
    problem: str
    body: dict[str, Any]
    status: str


class HistoryEntry(msgspec.Struct, frozen=True):
    """One ledger entry of a decision."""

    seq: int
    at: datetime
    entry: str
    status: str
    by: str
    note: str
    hash: str


class Why(msgspec.Struct, frozen=True):
    """A decision explained: sentences for a person, the cause, the facts that were read, and its history."""

    decision: Decision
    sentences: list[Text]
    cause: LogEntry | None
    facts: list[LogEntry]
    history: list[HistoryEntry]


class CaseSummary(msgspec.Struct, frozen=True):
    """A chain of causes in one line."""

    case_id: str
    started: datetime
    first: str
    entries: int
    decisions: int


class Case(msgspec.Struct, frozen=True):
    """One timeline from cause to outcome."""

    case_id: str
    timeline: list[LogEntry]


class QuestionInfo(msgspec.Struct, frozen=True):
    """A question, its JSON Schema in and out, and who answers it."""

    name: str
    doc: str
    asks: dict[str, Any]
    answers: dict[str, Any]
    models: list[str]


class ShopStatus(msgspec.Struct, frozen=True):
    """How the shop is doing. `at` is the shop's clock; counts are since it was opened, money in minor units."""

    name: str
    at: datetime
    zone: str
    currency: str
    head: int
    running: bool
    links: list[str]
    worlds: list[str]
    held: int
    outbox: dict[str, int]
    dead_letters: int
    lake_lag: int
    heard: int
    commits: int


class Finding(msgspec.Struct, frozen=True):
    """One thing that doctor looked at: ok, warning or error, and what to do."""

    name: str
    verdict: str
    text: Text
    todo: Text = Text(en="", zh="")
