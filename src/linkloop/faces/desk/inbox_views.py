"""What the inbox shows: one line per decision, counts, and how the lines are ordered."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from linkloop.core.decision import Status
from linkloop.core.money import Money
from linkloop.core.text import Text

Sort = Literal["urgency", "risk", "due", "newest"]


class InboxAsk(msgspec.Struct, frozen=True, kw_only=True):
    """Which decisions, in which order. Empty fields do not filter; `text` is looked for in what a person reads."""

    statuses: tuple[Status, ...] = ("held",)
    sort: Sort = "urgency"
    kind: str = ""
    link: str = ""
    about: str = ""
    case_id: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 50
    cursor: str = ""


class InboxItem(msgspec.Struct, frozen=True, kw_only=True):
    """One decision in one line. `urgency` is minor units of money per hour of time left; `waits` why it is held."""

    id: str
    title: Text
    reason: Text
    action_kind: str
    about: str
    link: str
    case_id: str
    status: Status
    at: datetime
    decide_by: datetime | None
    at_risk: Money
    confidence: float
    sure: Text
    urgency: int
    waits: Text | None
    by: str
    note: str
    undoable: bool


class InboxPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the inbox. `as_of` is the moment that the whole walk is ordered by; `scanned_all` is false where a
    search stopped early: `next` goes on from there."""

    items: list[InboxItem]
    next: str
    as_of: datetime
    scanned_all: bool = True


class KindCount(msgspec.Struct, frozen=True, kw_only=True):
    """Held decisions of one action kind by one link, and the money at risk in each currency."""

    action_kind: str
    link: str
    held: int
    at_risk: list[Money]


class InboxCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many decisions stand how, what is held by kind, and how many of these are due within the hour."""

    as_of: datetime
    statuses: dict[str, int]
    kinds: list[KindCount]
    at_risk: list[Money]
    due_soon: int
    kinds_ever: list[str]
    links: list[str]
