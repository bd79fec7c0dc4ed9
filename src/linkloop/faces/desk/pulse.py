"""Pulse: how often everything is said, by whom, since the shop's midnight; read on from the log at each look."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, time
from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros, micros
from linkloop.core.vocabulary import actions
from linkloop.faces.desk import tail
from linkloop.store.schema import log
from linkloop.store.store import head_of

MINUTE = 60_000_000
WINDOW = 15  # minutes of the shop's clock that a rate is measured over
BINS = 10


class AskedNow(msgspec.Struct, frozen=True):
    """What the pulse needs of a question that was asked for a decision."""

    question: str
    model: str
    version: str
    confidence: float
    answered: dict[str, Any] = {}


class Decided(msgspec.Struct, frozen=True):
    """What the pulse needs of a decision; `world` is the one that takes its action."""

    id: str
    link: str
    action_kind: str
    status: str
    action: dict[str, Any] = {}
    late_ms: int = 0
    asked: tuple[AskedNow, ...] = ()
    world: str = ""


class Said(msgspec.Struct, frozen=True):
    """How often a speaker said one kind of thing today, and per minute over the last WINDOW minutes."""

    source: str
    kind: str
    today: int
    per_minute: float
    last_at: datetime


class Answers:
    """How a model answered one question today: how often, how sure, and what."""

    def __init__(self) -> None:
        self.count = 0
        self.bins = [0] * BINS
        self.sure = 0.0
        self.answers: Counter[str] = Counter()
        self.versions: set[str] = set()

    def add(self, asked: AskedNow) -> None:
        """Count one answer."""
        self.count += 1
        self.sure += asked.confidence
        self.bins[min(BINS - 1, max(0, int(asked.confidence * BINS)))] += 1
        self.versions.add(asked.version)
        values = asked.answered.values()
        said = next((one for one in values if isinstance(one, str)), None)
        if said is None:
            said = next((one for one in values if isinstance(one, bool | int)), None)
        if said is not None:
            self.answers[str(said)] += 1


class Pulse:
    """Counts of the shop's day. Thread-safe; `look` reads on and must come first."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._place = 0
        self._now = 0
        self.day = ""
        self.since: datetime = from_micros(0)
        self._minutes: dict[int, Counter[tuple[str, str]]] = {}
        self._today: Counter[tuple[str, str]] = Counter()
        self._last: dict[tuple[str, str], int] = {}
        self.decided: dict[str, Decided] = {}
        self.answers: dict[tuple[str, str], Answers] = {}

    def look(self, shop: Shop) -> Pulse:
        """Read what is new; at the shop's midnight counting begins anew."""
        with self._guard, shop.store.read() as connection:
            head, at = head_of(connection), shop.clock.now()
            local = at.astimezone(shop.zone)
            if local.date().isoformat() != self.day:
                self._begin(connection, datetime.combine(local.date(), time(), shop.zone), head)
            if self._place < head:
                self._read_on(shop, connection, head)
            return self

    def said(self) -> list[Said]:
        """Everything that was said today, by speaker and kind; rates end with the last minute that was told."""
        now = self._now
        recent: Counter[tuple[str, str]] = Counter()
        for minute in range(now - WINDOW + 1, now + 1):
            recent.update(self._minutes.get(minute, {}))
        return [
            Said(source, kind, count, recent[source, kind] / WINDOW, from_micros(self._last[source, kind]))
            for (source, kind), count in sorted(self._today.items())
        ]

    def _begin(self, connection: sa.Connection, midnight: datetime, head: int) -> None:
        self.day, self.since = midnight.date().isoformat(), midnight
        self._minutes, self._today, self._last = {}, Counter(), {}
        self.decided, self.answers = {}, {}
        self._place = tail.first_offset_at(connection, micros(midnight), head)

    def _read_on(self, shop: Shop, connection: sa.Connection, head: int) -> None:
        new = (log.c.offset > self._place) & (log.c.offset <= head)
        minute = (log.c.at - log.c.at % MINUTE).label("minute")
        query = (
            sa.select(minute, log.c.source, log.c.kind, sa.func.count().label("n"), sa.func.max(log.c.at).label("last"))
            .where(new)
            .group_by(minute, log.c.source, log.c.kind)
        )
        for row in connection.execute(query):
            who = (row.source, row.kind)
            self._minutes.setdefault(row.minute // MINUTE, Counter())[who] += row.n
            self._today[who] += row.n
            self._last[who] = max(row.last, self._last.get(who, 0))
        # The clock of a fast town runs ahead of what it has told; a bulk load bears the time of day of this machine.
        clock = micros(shop.clock.now()) // MINUTE
        self._now = max((one for one in self._minutes if one <= clock), default=clock)
        for stale in [one for one in self._minutes if one <= self._now - WINDOW]:
            del self._minutes[stale]
        decisions = sa.select(log.c.body).where(new, log.c.kind == "decisions").order_by(log.c.offset)
        for body in connection.execute(decisions).scalars():
            self._decide(shop, msgspec.json.decode(body, type=Decided))
        self._place = head

    def _decide(self, shop: Shop, decided: Decided) -> None:
        before = self.decided.get(decided.id)
        if before is None:
            for asked in decided.asked:
                self.answers.setdefault((asked.question, asked.model), Answers()).add(asked)
        world = before.world if before else _taker(shop, decided)
        self.decided[decided.id] = msgspec.structs.replace(decided, asked=(), action={}, world=world)


def _taker(shop: Shop, decided: Decided) -> str:
    kind = actions().get(decided.action_kind)
    if kind is None:
        return ""
    action = msgspec.convert(decided.action, kind)
    return next((world.name for world in shop.worlds if world.takes(action)), "")


def pulse(shop: Shop) -> Pulse:
    """The pulse of a shop, up to date."""
    return tail.of(shop, Pulse).look(shop)


def speaker(source: str) -> str:
    """The link or world that a log line's source belongs to: `sim:couriers` is sim, `hook:erp` channels."""
    name, _, rest = source.partition(":")
    known = {"file": "files", "clock": "loop", **dict.fromkeys(("hook", "channel", "webchat"), "channels")}
    return rest if name == "link" else known.get(name, name)
