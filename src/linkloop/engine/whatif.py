"""What if: the difference between what was decided in a period and what a changed shop would have decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec
import sqlalchemy as sa

from linkloop.core.clock import micros
from linkloop.core.decision import Decision
from linkloop.engine.replay import Machine, recorded, rehear
from linkloop.store.schema import log
from linkloop.store.store import head_of

_SUBSTANCE = ("action_kind", "action", "status", "confidence", "reason", "alternatives")


class Tally(msgspec.Struct, frozen=True):
    """Decisions of one action kind: how many of each verdict, and money at risk that went out (minor units)."""

    action_kind: str
    decisions: int
    allowed: int
    held: int
    refused: int
    repeated: int
    money_out: int
    cases: int


class Change(msgspec.Struct, frozen=True):
    """One decision that comes out differently; `before` or `after` is None where there is none."""

    decision_id: str
    case_id: str
    at: datetime | None
    link: str
    fields: tuple[str, ...]
    before: Decision | None
    after: Decision | None


class ReplayReport(msgspec.Struct, frozen=True):
    """What a replay found. `changes` holds the first `limit`; `changed` counts them all."""

    since: int
    until: int
    before: tuple[Tally, ...]
    after: tuple[Tally, ...]
    changed: int
    cases_changed: int
    money_before: int
    money_after: int
    changes: tuple[Change, ...]


def offsets(connection: sa.Connection, start: datetime | None, end: datetime | None) -> tuple[int, int]:
    """Log offsets (since, until] of a period of event time; open ends reach to the ends of the log."""
    since, until = 0, head_of(connection)
    if start is not None:
        query = sa.select(sa.func.min(log.c.offset)).where(log.c.is_event == 1, log.c.at >= micros(start))
        found = connection.execute(query).scalar()
        since = until if found is None else int(found) - 1
    if end is not None:
        query = sa.select(sa.func.max(log.c.offset)).where(log.c.is_event == 1, log.c.at < micros(end))
        last = int(connection.execute(query).scalar() or since)
        # What the last event led to stands behind it, up to the next event.
        query = sa.select(sa.func.min(log.c.offset)).where(log.c.is_event == 1, log.c.offset > last)
        found = connection.execute(query).scalar()
        until = until if found is None else int(found) - 1
        until = until if last > since else since
    return since, max(since, until)


def what_if(
    machine: Machine,
    start: datetime | None,
    end: datetime | None,
    *,
    limit: int = 200,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> ReplayReport:
    """Replay a period with `machine` and compare with what the ledger recorded."""
    with machine.store.read() as connection:
        since, until = offsets(connection, start, end)
        before = recorded(connection, since, until)
    after = {decision.id: decision for decision in rehear(machine, since, until, progress)}
    changes = [
        change
        for key in sorted(before.keys() | after.keys())
        if (change := _compare(key, before.get(key), after.get(key))) is not None
    ]
    return ReplayReport(
        since=since,
        until=until,
        before=tallies(before.values()),
        after=tallies(after.values()),
        changed=len(changes),
        cases_changed=len({change.case_id for change in changes}),
        money_before=_money_out(before.values()),
        money_after=_money_out(after.values()),
        changes=tuple(changes[:limit]),
    )


def tallies(decisions: Iterable[Decision]) -> tuple[Tally, ...]:
    """Counts and money per action kind, sorted by kind."""
    kinds: dict[str, list[Decision]] = {}
    for decision in decisions:
        kinds.setdefault(decision.action_kind, []).append(decision)
    return tuple(
        Tally(
            kind,
            len(them),
            *(sum(d.status == status for d in them) for status in ("allowed", "held", "refused", "repeated")),
            money_out=_money_out(them),
            cases=len({d.case_id for d in them}),
        )
        for kind, them in sorted(kinds.items())
    )


def _money_out(decisions: Iterable[Decision]) -> int:
    return sum(d.at_risk.amount for d in decisions if d.status == "allowed")


def _compare(key: str, before: Decision | None, after: Decision | None) -> Change | None:
    one = before or after
    assert one is not None
    if before is None or after is None:
        fields: tuple[str, ...] = ("only before",) if after is None else ("only after",)
    else:
        fields = tuple(f for f in _SUBSTANCE if getattr(before, f) != getattr(after, f))
    return Change(key, one.case_id, one.at, one.link, fields, before, after) if fields else None
