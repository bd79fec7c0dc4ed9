"""Event: a Table row that says what happened, when, about which key, and because of what."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from linkloop.core.table import Table


class Event(Table, frozen=True, kw_only=True, gc=False):
    """One thing that happened.

    `at` is when it happened (aware, UTC). `__about__` names the field that order is kept by; `__deadline_ms__`
    is how long its hearers have. The log fills what its speaker leaves empty: `id`, `case_id` (one per chain of
    causes), `cause_id`, `hop` (length of the chain), `source` and `external_id` (unique per source).
    """

    __key__: ClassVar[tuple[str, ...]] = ("id",)
    __about__: ClassVar[str] = "id"
    __deadline_ms__: ClassVar[int] = 0

    at: datetime
    id: str = ""
    case_id: str = ""
    cause_id: str = ""
    hop: int = 0
    source: str = ""
    external_id: str = ""


def about(event: Event) -> str:
    """The key that an event is about: order is kept per this key."""
    return str(getattr(event, event.__about__))
