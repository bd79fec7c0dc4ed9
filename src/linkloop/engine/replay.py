"""Replay: a past period heard again with changed rules, models or limits, and any one decision executed again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.commerce.loop import ActionSettled
from linkloop.commerce.time import AlarmRang
from linkloop.core.clock import Clock, micros
from linkloop.core.decision import Decision
from linkloop.core.errors import NotFound
from linkloop.core.event import Event
from linkloop.core.text import Text
from linkloop.core.vocabulary import events
from linkloop.engine.gate import Gate
from linkloop.engine.recall import place_of, recall
from linkloop.engine.remembered import Remembered, behind
from linkloop.engine.turn import Turn
from linkloop.engine.verdicts import Verdicts
from linkloop.engine.wiring import Wiring
from linkloop.models.matrix import Matrix
from linkloop.store.alarms import AlarmQueue
from linkloop.store.codec import decode, encode, kind_of
from linkloop.store.facts import PastFacts
from linkloop.store.ledger import entries
from linkloop.store.schema import inbox, ledger_entries, log
from linkloop.store.sql.door import SqlDoor
from linkloop.store.store import Store
from linkloop.store.writes import Writes, WriteStatements

WORLDLY = log.c.source.not_like("link:%") & log.c.source.not_like("person:%")


class Machine(msgspec.Struct, frozen=True):
    """What a replay runs with: the shop's own parts, or changed ones in their place."""

    store: Store
    wiring: Wiring
    matrix: Matrix
    door: SqlDoor
    gate: Gate
    clock: Clock


class Draft(Writes):
    """Writes that are never flushed; what was sent is looked up as it stood at the horizon."""

    def sent(self, effect_key: str) -> tuple[Any, ...] | None:
        row = super().sent(effect_key)
        if row is None:
            return None
        decision = self.facts.get(Decision, row[1])[0]
        if decision is None:
            return None
        status = {"refused": "cancelled", "failed": "refused", "undone": "undone"}.get(decision.status, "done")
        return (*row[:6], status, *row[7:])

    def _alarms(self) -> AlarmQueue:
        return AlarmQueue(None, None)

    def decision(self, decision: Decision, entry: str, at: int, source: str) -> None:
        self.row(decision, at, source)


class Reexecution(msgspec.Struct, frozen=True):
    """Whether one decision comes out the same, byte for byte; else what is different, field by field."""

    decision_id: str
    same: bool
    recorded: dict[str, Any]
    again: dict[str, Any]
    different: tuple[str, ...] = ()


def reexecute(machine: Machine, decision_id: str) -> Reexecution:
    """Hear the cause of a decision again with the facts as they then stood. Raises NotFound."""
    with machine.store.read() as connection:
        history = list(entries(connection, decision_id))
        if not history:
            raise NotFound(
                "decision.unknown", Text(en="there is no such decision", zh="没有这条决策"), where=decision_id
            )
        recorded = history[0].decision
        event = cause_of(connection, recorded)
        facts = PastFacts(connection, recorded.horizon)
        turn = _turn(machine, connection, facts, recorded.horizon, behind(connection, recorded))
        again = _again(turn, machine, event, recorded, first_offset(connection, decision_id))
    left, right = _timeless(recorded), None if again is None else _timeless(again)
    left_bytes, right_bytes = encode(left), b"{}" if right is None else encode(right)
    old: dict[str, Any] = msgspec.json.decode(left_bytes)  # as the API and the ledger show it
    new: dict[str, Any] = msgspec.json.decode(right_bytes)
    same = left_bytes == right_bytes
    return Reexecution(decision_id, same, old, new, tuple(sorted(f for f in old if old[f] != new.get(f))))


def first_offset(connection: sa.Connection, decision_id: str) -> int:
    """The log offset at which a decision was written first; the gate ruled just before."""
    query = sa.select(sa.func.min(log.c.offset)).where(
        log.c.kind == "decisions", log.c.key == decision_id, log.c.is_event == 0
    )
    return int(connection.execute(query).scalar_one())


def _timeless(decision: Decision) -> Decision:
    """How long the machine took is not part of the judgement."""
    return msgspec.structs.replace(decision, late_ms=0)


def _again(turn: Turn, machine: Machine, event: Event, recorded: Decision, offset: int) -> Decision | None:
    link = machine.wiring.link(recorded.link)
    for hearing in link.hearings:
        if not isinstance(event, hearing.event):
            continue
        for filled in turn.proposals(link, hearing.handler, event, recorded.horizon):
            if filled.id == recorded.id:
                facts = turn.w.facts
                assert isinstance(facts, PastFacts)
                facts.horizon = offset - 1  # the gate ruled just before the decision was written
                return turn.verdicts.propose(turn.w, filled, f"link:{link.name}")
    return None


def cause_of(connection: sa.Connection, decision: Decision) -> Event:
    """The event that a decision answers. Raises NotFound `decision.cause`."""
    query = sa.select(log.c.kind, log.c.body).where(log.c.case_id == decision.case_id, log.c.id == decision.cause_id)
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(
            "decision.cause",
            Text(en="what caused this decision is not in the log", zh="日志中没有该决策的起因"),
            Text(en="A person's own decision has no event to hear again.", zh="由人作出的决策没有可重放的事件。"),
            where=decision.id,
        )
    event = decode(kind_of(row.kind), row.body)
    assert isinstance(event, Event)
    return event


def _turn(machine: Machine, connection: sa.Connection, facts: PastFacts, head: int, given: Remembered) -> Turn:
    draft = Draft(connection, WriteStatements(machine.store.engine), facts, head)
    verdicts = Verdicts(machine.gate, machine.clock, "replay", lambda action: False)
    turn = Turn(draft, machine.wiring, machine.matrix, machine.door, verdicts, machine.clock)
    turn.remembered = given
    return turn


def rehear(
    machine: Machine, since: int, until: int, progress: Callable[[int, int], None] = lambda done, of: None
) -> Iterator[Decision]:
    """Hear all that worlds said in log offsets (since, until] again; yields decisions as the gate first ruled on them.

    Rows that worlds said count at their time, rows that links said after `since` do not: the replay makes its own
    (queries by `ctx.sql` see both, its own on top). Outcomes are heard only of effects that this run also wants;
    how the world would have answered others is not known and not made up.
    """
    with machine.store.read() as connection:
        facts = PastFacts(connection, since, since=since)
        past = recorded(connection, since, until).values()
        turn = _turn(machine, connection, facts, since, Remembered(past))
        spans = {
            (row.source, row.external_id): (row.first, row.last)
            for row in connection.execute(sa.select(inbox).where(inbox.c.last > since, inbox.c.first <= until))
        }
        rows = connection.execution_options(yield_per=1000).execute(
            sa.select(log.c.offset, log.c.kind, log.c.body)
            .where(log.c.offset > since, log.c.offset <= until, log.c.is_event == 1, WORLDLY)
            .order_by(log.c.offset)
        )
        wanted: set[str] = set()
        slow = {kind for kinds in machine.wiring.slow.values() for kind in kinds}
        taken = {(d.cause_id, d.link): d.horizon for d in past if _kind(d.cause_kind) in slow}
        recall(connection, turn.w.alarms, since, until)
        for row in rows:
            event = decode(kind_of(row.kind), row.body)
            assert isinstance(event, Event)
            progress(row.offset - since, until - since)
            if isinstance(event, AlarmRang) and not turn.w.alarms.drop(*place_of(event)):
                continue  # here it was not set, or for another moment
            if isinstance(event, ActionSettled) and not _happened(event, wanted, facts, since):
                continue
            end: int = max(row.offset, spans.get((event.source, event.external_id), (0, 0))[1])
            mark = len(turn.w.rows)
            if not isinstance(event, AlarmRang):  # what only this run set rings as time passes
                facts.horizon = turn.w.head = spans.get((event.source, event.external_id), (row.offset, 0))[0] - 1
                turn.ring(micros(event.at), on_time=True)
            facts.horizon = turn.w.head = end
            turn.hear_all(event, time.monotonic(), partial(_move, turn, facts, taken, event.id, end))
            for _, said in turn.w.rows[mark:]:
                if isinstance(said, Decision):
                    wanted.add(said.id)
                    yield said


def _move(turn: Turn, facts: PastFacts, taken: dict[tuple[str, str], int], event_id: str, end: int, link: str) -> None:
    """A slow handler saw a snapshot that was taken when it came to it, later than the event: just before the link's
    first row after the event, where it decided nothing that would tell it exactly."""
    snapshot = taken.get((event_id, link))
    if snapshot is None:
        query = sa.select(sa.func.min(log.c.offset)).where(log.c.offset > end, log.c.source == f"link:{link}")
        first = turn.w.connection.execute(query).scalar()
        snapshot = end if first is None else int(first) - 1
    facts.horizon = snapshot
    turn.w.head = max(turn.w.head, snapshot)


def _kind(event_class: str) -> str:
    return next((name for name, kind in events().items() if kind.__name__ == event_class), "")


def _happened(event: ActionSettled, wanted: set[str], facts: PastFacts, since: int) -> bool:
    return event.decision_id in wanted or facts.get(Decision, event.decision_id)[1] <= since


def recorded(connection: sa.Connection, since: int, until: int) -> dict[str, Decision]:
    """The decisions of a period as the gate first ruled on them, by id."""
    first = (  # a decision belongs to the period in which it was made, not to that in which it was settled
        sa.select(log.c.key)
        .where(log.c.kind == "decisions", log.c.is_event == 0, log.c.offset <= until)
        .group_by(log.c.key)
        .having(sa.func.min(log.c.offset) > since)
    )
    query = sa.select(ledger_entries.c.decision_id, ledger_entries.c.body).where(
        ledger_entries.c.entry.in_(("decided", "repeated")), ledger_entries.c.decision_id.in_(first)
    )
    found = {row.decision_id: msgspec.json.decode(row.body, type=Decision) for row in connection.execute(query)}
    return {key: value for key, value in found.items() if not value.link.startswith("person:")}
