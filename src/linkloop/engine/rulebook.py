"""The rulebook: which version of each decision table and of the gate's policy is live, and every one that ever was."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from linkloop.core.errors import NotFound, Refused
from linkloop.core.link import Link
from linkloop.core.text import Text
from linkloop.engine.gate import GatePolicy
from linkloop.engine.rule_table import RuleTable
from linkloop.engine.rules import RuleModel, load
from linkloop.engine.turn import Turn
from linkloop.models.matrix import Matrix
from linkloop.store.schema import settings
from linkloop.store.store import Store

GATE = "gate"


class RuleVersion(msgspec.Struct, frozen=True):
    """One version of a table that was live: since when (real microseconds since 1970) and by whom."""

    name: str
    version: str
    at: int
    by: str


class Rulebook:
    """Tables ship with links; a person's version takes their place once it has passed its own tests."""

    def __init__(self, store: Store, links: Sequence[Link], matrix: Matrix) -> None:
        self.store = store
        self.matrix = matrix
        self.live: dict[str, RuleTable] = {}
        self.bodies: dict[str, bytes] = {}
        kept = self._all()
        for link in links:
            for path in sorted(link.rules.glob("*.rules.json")) if link.rules else ():
                shipped = load(path)
                body = kept.get(f"rules/{shipped.name}", path.read_bytes())
                self._go_live(load(body), body)

    def put(self, turn: Turn, body: bytes, by: str) -> RuleTable:
        """Make a new version of a table live, durably. Raises LinkloopError `rules.…` when it may not."""
        table = load(body)
        old = self.live.get(table.name)
        if old is None:
            raise NotFound(
                "rules.unknown",
                Text(en=f"no link has a table called {table.name}", zh=f"没有环节使用名为 {table.name} 的决策表"),
                Text(en=f"Known: {', '.join(sorted(self.live))}.", zh=f"已有：{'、'.join(sorted(self.live))}。"),
            )
        if old.question is not table.question:
            raise Refused(
                "rules.question_changed",
                Text(
                    en=f"{table.name} answers {old.question.__name__}",
                    zh=f"{table.name} 回答的是 {old.question.__name__}",
                ),
                where=table.name,
            )
        now = int(time.time() * 1e6)
        place = f"rules/{table.name}"
        turn.w.settings.append((f"{place}@{old.version}", self.bodies[table.name], now, by))
        turn.w.settings += [(f"{place}@{table.version}", body, now, by), (place, body, now, by)]
        self._go_live(table, body)
        return table

    def versions(self, name: str) -> list[RuleVersion]:
        """Every version of a table that a person made live or replaced, latest first."""
        query = sa.select(settings.c.name, settings.c.at, settings.c.by).where(settings.c.name.like(f"rules/{name}@%"))
        with self.store.read() as connection:
            rows = connection.execute(query.order_by(settings.c.at.desc())).all()
        return [RuleVersion(name, row.name.rsplit("@", 1)[1], row.at, row.by) for row in rows]

    def gate_policy(self, default: GatePolicy) -> GatePolicy:
        """The policy that a person set, else the one of the settings file."""
        body = self._all().get(GATE)
        return default if body is None else msgspec.json.decode(body, type=GatePolicy)

    def _go_live(self, table: RuleTable, body: bytes) -> None:
        self.live[table.name] = table
        self.bodies[table.name] = body
        self.matrix.register(RuleModel(table))

    def _all(self) -> dict[str, bytes]:
        with self.store.read() as connection:
            return {row.name: row.body for row in connection.execute(sa.select(settings.c.name, settings.c.body))}


def set_gate_policy(turn: Turn, policy: GatePolicy, by: str) -> None:
    """Make a policy the gate's, durably and at once."""
    turn.w.settings.append((GATE, msgspec.json.encode(policy), int(time.time() * 1e6), by))
    turn.verdicts.gate.policy = policy
