"""Rehearsal: one decision's cause heard again and again with changed models; what was read once is not read again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from linkloop.core.decision import Decision
from linkloop.core.table import Table, table_name
from linkloop.engine.remembered import behind
from linkloop.engine.replay import Draft, Machine, cause_of, first_offset
from linkloop.engine.turn import Turn
from linkloop.engine.verdicts import Verdicts
from linkloop.models.matrix import Matrix
from linkloop.store.facts import PastFacts
from linkloop.store.sql.door import Extra, Result, SqlDoor
from linkloop.store.writes import WriteStatements

T = TypeVar("T", bound=Table)


class KeptFacts(PastFacts):
    """Facts of the past, which stay as they are: each is looked up once."""

    def __init__(self, connection: sa.Connection, horizon: int) -> None:
        super().__init__(connection, horizon)
        self._rows: dict[tuple[int, str, str], tuple[Any, int]] = {}
        self._lists: dict[tuple[int, str, str, str], list[Any]] = {}

    def get(self, kind: type[T], key: str) -> tuple[T | None, int]:
        place = (self.horizon, table_name(kind), key)
        if place[1:] in self.own:
            return super().get(kind, key)
        if place not in self._rows:
            self._rows[place] = super().get(kind, key)
        return self._rows[place]

    def where(self, kind: type[T], field: str, value: str) -> list[tuple[T, int]]:
        if self.own:
            return super().where(kind, field, value)
        place = (self.horizon, table_name(kind), field, value)
        if place not in self._lists:
            self._lists[place] = super().where(kind, field, value)
        return self._lists[place]


class KeptDoor:
    """A door to SQL that answers the same question about the same past from memory."""

    def __init__(self, door: SqlDoor) -> None:
        self._door = door
        self._kept: dict[bytes, Result] = {}

    def query(
        self, sql: str, params: Mapping[str, Any], *, as_of: int, extra: Extra | None = None, **limits: Any
    ) -> Result:
        """As `SqlDoor.query`; `limits` are its own and the same for all that a link asks."""
        place = msgspec.json.encode((sql, dict(params), as_of), order="deterministic")
        if extra or place not in self._kept:
            found = self._door.query(sql, params, as_of=as_of, extra=extra, **limits)
            if extra:
                return found
            self._kept[place] = found
        return self._kept[place]


class Rehearsal:
    """What comes of one decision's effect under changed models, with the facts of then; nothing is written.

    `recorded` is the decision as it was first taken, `connection` must stay open. Raises NotFound `decision.cause`.
    """

    def __init__(self, machine: Machine, connection: sa.Connection, recorded: Decision) -> None:
        self._machine = machine
        self._connection = connection
        self._recorded = recorded
        self._event = cause_of(connection, recorded)
        self._facts = KeptFacts(connection, recorded.horizon)
        self._door: Any = KeptDoor(machine.door)  # a Turn asks a door for nothing but `query`
        self._ruled_at = first_offset(connection, recorded.id) - 1
        self._given = behind(connection, recorded)

    def ruled(self, matrix: Matrix) -> Decision | None:
        """The same effect (by its key) as the link would propose it with these models, as the gate would have ruled on
        it just then; None where it would not be proposed."""
        machine, recorded, facts = self._machine, self._recorded, self._facts
        facts.horizon = recorded.horizon
        facts.own.clear()
        draft = Draft(self._connection, WriteStatements(machine.store.engine), facts, recorded.horizon)
        verdicts = Verdicts(machine.gate, machine.clock, "rehearsal", lambda action: False)
        turn = Turn(draft, machine.wiring, matrix, self._door, verdicts, machine.clock)
        turn.remembered = self._given
        link = machine.wiring.link(recorded.link)
        for hearing in link.hearings:
            if not isinstance(self._event, hearing.event):
                continue
            found = turn.proposals(link, hearing.handler, self._event, recorded.horizon, recorded.effect_key)
            if found:
                facts.horizon = self._ruled_at
                return turn.verdicts.propose(draft, found[0], f"link:{link.name}")
        return None
