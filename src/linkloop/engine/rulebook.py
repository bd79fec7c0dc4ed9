"""The rulebook: which version of each decision table and of the gate's policy is live, and every one that ever was."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from linkloop.core.errors import Conflict, NotFound, Refused
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
SHIPPED = b""  # kept in place of a body: the version that ships with the link is live
Way = Literal["live", "back", "shipped"]


class RuleChange(msgspec.Struct, frozen=True, kw_only=True):
    """One time that another version of a table went live. `at` in real microseconds since 1970.

    `way`: a draft went live, an older version came back, or the version that ships was restored.
    """

    n: int
    at: int
    by: str
    version: str
    before: str
    way: Way
    note: str
    tried: dict[str, Any] = {}
    """What a what-if had shown of this version before it went live."""


class Rulebook:
    """Tables ship with links; a person's version takes their place once it has passed its own tests."""

    def __init__(self, store: Store, links: Sequence[Link], matrix: Matrix) -> None:
        self.store = store
        self.matrix = matrix
        self.live: dict[str, RuleTable] = {}
        self.bodies: dict[str, bytes] = {}
        self.shipped: dict[str, tuple[RuleTable, bytes]] = {}
        self.homes: dict[str, Link] = {}
        kept = self._all()
        for link in links:
            for path in sorted(link.rules.rglob("*.rules.json")) if link.rules else ():
                shipped = load(path)
                self.shipped[shipped.name] = shipped, path.read_bytes()
                self.homes[shipped.name] = link
                self._take(shipped.name, kept.get(f"rules/{shipped.name}", SHIPPED))

    def change(
        self,
        turn: Turn,
        table: RuleTable,
        body: bytes,
        by: str,
        *,
        based_on: str,
        note: str,
        way: Way = "live",
        tried: dict[str, Any] | None = None,
    ) -> RuleChange:
        """Make a loaded table live, durably, in place of the version that its author had before them.

        Raises NotFound `rules.unknown`, Refused `rules.question_changed` or `rules.same`, and Conflict `rules.moved`
        when another version went live meanwhile. When the turn cannot be committed, call `reload`.
        """
        old = self.known(table.name)
        if old.question is not table.question:
            raise Refused(
                "rules.question_changed",
                Text(
                    en=f"{table.name} answers {old.question.__name__}",
                    zh=f"{table.name} 回答的是 {old.question.__name__}",
                ),
                where=table.name,
            )
        if old.version != based_on:
            raise self._moved(table.name, based_on)
        if old.version == table.version:
            raise Refused(
                "rules.same",
                Text(en="this is what is live already", zh="这与正在生效的版本相同"),
                Text(en="Change something first.", zh="请先做修改。"),
                where=table.name,
            )
        now, place = int(time.time() * 1e6), f"rules/{table.name}"
        unwritten = sum(name.startswith(f"{place}#") for name, *_ in turn.w.settings)
        change = RuleChange(
            n=len(self.history(table.name, turn.w.connection)) + unwritten + 1,
            at=now,
            by=by,
            version=table.version,
            before=old.version,
            way=way,
            note=note,
            tried=tried or {},
        )
        kept = SHIPPED if way == "shipped" else body
        turn.w.settings += [
            (f"{place}@{old.version}", self.bodies[table.name], now, by),
            (f"{place}@{table.version}", body, now, by),
            (f"{place}#{change.n:06}", msgspec.json.encode(change), now, by),
            (place, kept, now, by),
        ]
        self._go_live(table, body)
        return change

    def known(self, name: str) -> RuleTable:
        """The table that is live under this name. Raises NotFound `rules.unknown`."""
        if name in self.live:
            return self.live[name]
        raise NotFound(
            "rules.unknown",
            Text(en=f"no link has a table called {name}", zh=f"没有环节使用名为 {name} 的决策表"),
            Text(en=f"Known: {', '.join(sorted(self.live))}.", zh=f"已有：{'、'.join(sorted(self.live))}。"),
            where=name,
        )

    def history(self, name: str, connection: sa.Connection | None = None) -> list[RuleChange]:
        """Every change of a table's live version, latest first."""
        query = (
            sa.select(settings.c.body)
            .where(settings.c.name.startswith(f"rules/{name}#", autoescape=True))
            .order_by(settings.c.name.desc())
        )
        if connection is not None:
            rows = connection.execute(query).all()
        else:
            with self.store.read() as reading:
                rows = reading.execute(query).all()
        return [msgspec.json.decode(row.body, type=RuleChange) for row in rows]

    def body(self, name: str, version: str) -> bytes:
        """A version's JDM file. Raises NotFound `rules.unknown` or `rules.version`."""
        if self.known(name).version == version:
            return self.bodies[name]
        table, shipped = self.shipped[name]
        if table.version == version:
            return shipped
        with self.store.read() as connection:
            place = settings.c.name == f"rules/{name}@{version}"
            found = connection.execute(sa.select(settings.c.body).where(place)).scalar()
        if found is None:
            raise NotFound(
                "rules.version",
                Text(en=f"{name} never had a version {version}", zh=f"{name} 没有版本 {version}"),
                where=version,
            )
        return found

    def reload(self, name: str) -> None:
        """Take what the store keeps of a table: after a turn that made it live and was not committed."""
        self._take(name, self._all().get(f"rules/{name}", SHIPPED))

    def gate_policy(self, default: GatePolicy) -> GatePolicy:
        """The policy that a person set, else the one of the settings file."""
        body = self._all().get(GATE)
        return default if body is None else msgspec.json.decode(body, type=GatePolicy)

    def _moved(self, name: str, based_on: str) -> Conflict:
        last = next(iter(self.history(name)), None)
        by = last.by if last else "?"
        return Conflict(
            "rules.moved",
            Text(
                en=f"version {self.live[name].version} went live meanwhile, by {by}; yours is based on {based_on}",
                zh=f"期间 {by} 已让版本 {self.live[name].version} 生效，而你的修改基于 {based_on}",
            ),
            Text(
                en="Look at the difference, then bring your changes onto the live version.",
                zh="请查看差异，再把你的修改合并到正在生效的版本上。",
            ),
            where=name,
        )

    def _take(self, name: str, body: bytes) -> None:
        table, shipped = self.shipped[name]
        self._go_live(load(body), body) if body != SHIPPED else self._go_live(table, shipped)

    def _go_live(self, table: RuleTable, body: bytes) -> None:
        self.live[table.name] = table
        self.bodies[table.name] = body
        self.matrix.register(RuleModel(table))

    def _all(self) -> dict[str, bytes]:
        names = sa.or_(
            settings.c.name == GATE,
            settings.c.name.startswith("rules/") & settings.c.name.not_like("%@%") & settings.c.name.not_like("%#%"),
        )
        with self.store.read() as connection:
            return {
                r.name: r.body for r in connection.execute(sa.select(settings.c.name, settings.c.body).where(names))
            }


def set_gate_policy(turn: Turn, policy: GatePolicy, by: str) -> None:
    """Make a policy the gate's, durably and at once."""
    turn.w.settings.append((GATE, msgspec.json.encode(policy), int(time.time() * 1e6), by))
    turn.verdicts.gate.policy = policy
