"""One turn of the loop: deliveries are taken in and heard, link by link, inside one transaction."""

from __future__ import annotations

import time
import traceback
from collections import deque
from collections.abc import Callable
from operator import itemgetter
from typing import Any, NamedTuple

from msgspec.structs import replace

from linkloop.commerce.time import AlarmRang
from linkloop.core.clock import Clock, SimClock, micros
from linkloop.core.decision import Asked, Decision, Read
from linkloop.core.errors import LinkloopError
from linkloop.core.event import Event
from linkloop.core.ids import child_id
from linkloop.core.link import Handler, Link
from linkloop.core.table import Table, key_of, table_name
from linkloop.core.vocabulary import action_of
from linkloop.core.world import Accepted, Delivery, latest
from linkloop.engine.alarms import rang
from linkloop.engine.context import LinkContext, undeclared
from linkloop.engine.remembered import Remembered
from linkloop.engine.verdicts import Verdicts
from linkloop.engine.wiring import Wiring
from linkloop.models.matrix import Matrix
from linkloop.store.codec import encode
from linkloop.store.facts import PastFacts
from linkloop.store.sql.door import Extra, SqlDoor
from linkloop.store.writes import Writes

HOP_LIMIT = 16
MOST_ROWS = 2_000_000  # that a link's query may find; beyond, the event is buried: a part would be judged as the whole
TIMEOUT_S = 60.0  # of one query of a link: a night looks over years
PATIENCE_S = 0.3  # the most that the loop, which hears one event after the other, waits for a live model


class Said(NamedTuple):
    """One thing that a handler yielded, with what it had read and asked for it."""

    item: Table
    reads: tuple[Read, ...]
    asked: tuple[Asked, ...]


def hear(handler: Handler, context: LinkContext, event: Event) -> list[Said]:
    """Run a handler to its end; nothing that it says counts unless it comes through."""
    said: list[Said] = []
    for item in handler(context, event):
        said.append(Said(item, *context.take_trace()) if isinstance(item, Decision) else Said(item, (), ()))
    return said


def rows(
    door: SqlDoor, query: str, params: dict[str, Any], *, as_of: int, extra: Extra | None = None
) -> list[dict[str, Any]]:
    """All rows of a link's query. Raises LinkloopError as `SqlDoor.query`: `sql.rows` beyond MOST_ROWS, too."""
    found = door.query(query, params, max_rows=MOST_ROWS, timeout_s=TIMEOUT_S, as_of=as_of, extra=extra, whole=True)
    return found.dicts()


class Turn:
    """Takes deliveries in and lets links hear them; everything goes into `writes`, nothing is sent from here."""

    def __init__(
        self, writes: Writes, wiring: Wiring, matrix: Matrix, door: SqlDoor, verdicts: Verdicts, clock: Clock
    ) -> None:
        self.w = writes
        self.wiring = wiring
        self.matrix = matrix
        self.door = door
        self.verdicts = verdicts
        self.clock = clock
        self.remembered: Remembered | None = None  # a replay's: live models are not asked again
        self.to_hear: deque[tuple[Event, float]] = deque()
        self.taken: dict[tuple[str, str], Accepted] = {}
        self.heard = 0
        self._filed = 0  # rows of `w` that are in `_said`
        self._said: dict[type[Table], dict[int | str, tuple[int, Table]]] = {}

    def seen_before(self, deliveries: list[Delivery]) -> dict[tuple[str, str], Accepted]:
        """Which of these deliveries the inbox already has, or another piece of this turn's work brought."""
        ids: dict[str, list[str]] = {}
        for delivery in deliveries:
            ids.setdefault(delivery.source, []).append(delivery.external_id)
        known = {
            (source, external_id): Accepted(first=first, last=last, repeated=True)
            for source, wanted in ids.items()
            for external_id, first, last in self.w.boxed(source, wanted)
        }
        for delivery in deliveries:
            if (key := (delivery.source, delivery.external_id)) in self.taken:
                known[key] = self.taken[key]
        return known

    def accept(self, delivery: Delivery, known: dict[tuple[str, str], Accepted]) -> Accepted:
        """Take one delivery in, once, and let everything that follows from it be heard before the next.

        In a simulated shop time passes by what is said: alarms that are due by then ring first.
        """
        key = (delivery.source, delivery.external_id)
        if key in known:
            return known[key]
        if isinstance(self.clock, SimClock) and (reached := latest(delivery.said)) is not None:
            self.ring(micros(reached), on_time=True)
        first = self.w.head + 1
        started = time.monotonic()
        source, external_id = key
        at = 0
        for n, item in enumerate(delivery.said):
            if isinstance(item, Event):
                event_id = item.id or child_id(item.at, source, external_id, str(n))
                case_id = item.case_id or event_id
                self.say(replace(item, id=event_id, case_id=case_id, source=source, external_id=external_id), started)
            else:
                at = at or micros(latest(delivery.said) or self.clock.now())
                self.w.row(item, at, source)
        last = self.w.head
        known[key] = self.taken[key] = Accepted(first=first, last=last, repeated=True)
        self.w.inbox.append((source, external_id, first, last))
        if self.to_hear:
            self.drain()
        return Accepted(first=first, last=last)

    def say(self, event: Event, started: float) -> None:
        """Append an event and queue it for its hearers."""
        self.w.event(event)
        if type(event) in self.wiring.fast:
            self.to_hear.append((event, started))

    def ring(self, until: int, *, on_time: bool, most: int = 0) -> int:
        """Let every alarm that is due by `until` (microseconds) be heard, one after another, by moment and key.

        `on_time`: each rings at the very moment that it was set for, as in a town whose time passes in steps; else at
        `until`, which is now. Gives how many rang, at most `most` (0: all).
        """
        count = 0
        while (count < most or not most) and (waiting := self.w.alarms.take(until)) is not None:
            self.hear_alarm(rang(waiting, max(waiting.due, waiting.set_at) if on_time else until))
            count += 1
        return count

    def hear_alarm(self, event: AlarmRang) -> None:
        """Append an alarm that rings, and let it be heard with all that comes of it."""
        if event.hop > HOP_LIMIT:
            for link, _ in self.wiring.fast.get(AlarmRang, ()):
                self.bury(link.name, event, RuntimeError(f"hop limit {HOP_LIMIT}: alarms that ring at once set alarms"))
            return
        self.say(event, time.monotonic())
        self.drain()

    def drain(self) -> None:
        """Let everything that is queued be heard, and what comes of it, in the order of the log."""
        while self.to_hear:
            event, started = self.to_hear.popleft()
            for link, handler in self.wiring.fast.get(type(event), ()):
                self._hear(link, handler, event, started)
            self.heard += 1

    def hear_all(self, event: Event, started: float, later: Callable[[str], None]) -> None:
        """Let every hearer of an event hear it, slow ones last; `later` brings the facts up to a link's time."""
        self.to_hear.append((event, started))
        self.drain()
        for name, kinds in self.wiring.slow.items():
            if (handler := kinds.get(table_name(type(event)))) is not None:
                later(name)
                self._hear(self.wiring.link(name), handler, event, started)
        self.drain()

    def hear_one(self, link: str, event: Event) -> None:
        """Let one link hear an event again, by whichever handler it has for it; a failure buries it again."""
        for hearing in self.wiring.link(link).hearings:
            if hearing.event is type(event):
                self._hear(self.wiring.link(link), hearing.handler, event, time.monotonic())
        self.drain()

    def proposals(
        self, link: Link, handler: Handler, event: Event, horizon: int, effect_key: str = ""
    ) -> list[Decision]:
        """What decisions a handler would propose, filled in but not ruled on; with an `effect_key` only the first that
        asks for this effect, and what the handler would say after it is not waited for."""
        context = self._context(link, event, time.monotonic())
        found: list[Decision] = []
        for n, item in enumerate(handler(context, event)):
            if not isinstance(item, Decision):
                continue
            one = filled(
                Said(item, *context.take_trace()),
                event,
                link.name,
                child_id(event.at, event.id, link.name, str(n)),
                horizon,
                0,
            )
            if not effect_key or item.effect_key == effect_key:
                found.append(one)
            if effect_key and found:
                break
        return found

    def _context(self, link: Link, event: Event, started: float) -> LinkContext:
        answer_by = started + event.__deadline_ms__ / 1000 if event.__deadline_ms__ else 0.0
        seats = self.wiring.seats()
        facts = self.w.facts
        # What a replay writes itself is not fed: no link says what models are fed by.
        past = isinstance(facts, PastFacts)
        horizon, rows = (facts.horizon, ()) if past else (self.w.head, self.w.rows)
        return LinkContext(
            link, event, facts, self.matrix, self._sql, seats, horizon=horizon, rows=rows, answer_by=answer_by,
            remembered=self.remembered, patience_s=PATIENCE_S,
        )  # fmt: skip

    def _hear(self, link: Link, handler: Handler, event: Event, started: float) -> None:
        deadline = event.__deadline_ms__
        horizon = self.w.head
        context = self._context(link, event, started)
        try:
            said = hear(handler, context, event)
            late = int((time.monotonic() - started) * 1000 - deadline) if deadline else 0
            self.apply(link, event, said, horizon, max(0, late), started)
        except Exception as error:  # a link's fault stops that link's answer to that event, nothing else
            self.bury(link.name, event, error)

    def _sql(self, query: str, params: dict[str, Any]) -> list[dict[str, Any]]:
        # A replay writes behind its horizon, where the past has rows of its own.
        facts = self.w.facts
        as_of = facts.horizon if isinstance(facts, PastFacts) else self.w.head
        return rows(self.door, query, params, as_of=as_of, extra=self._unwritten())

    def _unwritten(self) -> dict[type[Table], list[tuple[int, Table]]]:
        """What this transaction says, for SQL to see on top of the log: every event, and of a row its last version.

        A night says some thousands of rows; each is looked at once, however many queries come."""
        for offset, row in self.w.rows[self._filed :]:
            key = offset if isinstance(row, Event) else key_of(row)
            self._said.setdefault(type(row), {})[key] = (offset, row)
        self._filed = len(self.w.rows)
        return {kind: sorted(rows.values(), key=itemgetter(0)) for kind, rows in self._said.items()}

    def apply(self, link: Link, event: Event, said: list[Said], horizon: int, late_ms: int, started: float) -> None:
        """Write what a handler said: rows and events as they are, decisions through the gate."""
        for one in said:
            if isinstance(one.item, Decision):
                if type(action_of(one.item)) not in link.decides:
                    raise undeclared(link, f"decides {one.item.action_kind}")
            elif type(one.item) not in link.says:
                raise undeclared(link, f"says {type(one.item).__name__}")
        source = f"link:{link.name}"
        for n, one in enumerate(said):
            item_id = child_id(event.at, event.id, link.name, str(n))
            if isinstance(one.item, Decision):
                self.verdicts.propose(self.w, filled(one, event, link.name, item_id, horizon, late_ms), source)
            elif isinstance(one.item, Event):
                child = replace(
                    one.item,
                    id=item_id,
                    case_id=event.case_id,
                    cause_id=event.id,
                    hop=event.hop + 1,
                    source=source,
                )
                if child.hop > HOP_LIMIT:
                    self.bury(link.name, child, RuntimeError(f"hop limit {HOP_LIMIT}: links are talking in circles"))
                else:
                    self.say(child, started)
            else:
                self.w.row(one.item, micros(event.at), source, event)

    def bury(self, consumer: str, event: Event, error: Exception) -> None:
        """Keep an event that a link could not hear, with the reason, for a person to look at and retry."""
        if isinstance(error, LinkloopError):
            error.add_note(error.say("en"))  # with what to do
        problem = "".join(traceback.format_exception(error, limit=-4))[-4000:]
        letter_id = child_id(event.at, event.id, consumer, "dead")
        self.w.dead.append(
            (letter_id, micros(event.at), "event", consumer, event.id, problem, encode(event), "waiting")
        )


def filled(one: Said, event: Event, link: str, decision_id: str, horizon: int, late_ms: int) -> Decision:
    """A link's proposal with everything that makes it a decision that can be explained and executed again."""
    assert isinstance(one.item, Decision)
    return replace(
        one.item,
        id=decision_id,
        at=event.at,
        link=link,
        case_id=event.case_id,
        cause_id=event.id,
        cause_kind=event.__class__.__name__,
        horizon=horizon,
        late_ms=late_ms,
        reads=one.reads,
        asked=one.asked,
    )
