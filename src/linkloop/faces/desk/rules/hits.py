"""Hits: how often each row fired in real decisions, counted from the ledger once and kept up to date."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from weakref import WeakKeyDictionary

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros, micros
from linkloop.core.decision import Decision
from linkloop.faces.desk.rules.views import RuleAsked
from linkloop.store.schema import ledger, ledger_entries

DAY = 86_400_000_000  # microseconds
MOST_DAYS = 92
MOST_ENTRIES = 200_000  # of the ledger, latest first, that are counted at all
SEARCHED = 5_000  # entries that are looked through for questions that were really asked


class _Hit(msgspec.Struct):
    rule: str


class _Asked(msgspec.Struct):
    model: str
    hits: tuple[_Hit, ...] = ()


class _Body(msgspec.Struct):
    asked: tuple[_Asked, ...] = ()


class _Tally:
    """Per table and row: day → decisions in which the row fired."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seq = -1
        self.days: dict[str, dict[int, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))

    def catch_up(self, connection: sa.Connection) -> None:
        if self.seq < 0:
            self.seq = max(0, (connection.execute(sa.select(sa.func.max(ledger.c.seq))).scalar() or 0) - MOST_ENTRIES)
        query = (
            sa.select(ledger_entries.c.seq, ledger_entries.c.at, ledger_entries.c.entry, ledger_entries.c.body)
            .where(ledger_entries.c.seq > self.seq)
            .order_by(ledger_entries.c.seq)
        )
        for row in connection.execution_options(yield_per=1000).execute(query):
            self.seq = row.seq
            if row.entry in ("decided", "repeated"):
                for asked in msgspec.json.decode(row.body, type=_Body).asked:
                    for hit in asked.hits:
                        self.days[asked.model][row.at // DAY][hit.rule] += 1


_TALLIES: WeakKeyDictionary[Shop, _Tally] = WeakKeyDictionary()
_TALLIES_LOCK = threading.Lock()


def hits(shop: Shop, days: int) -> dict[str, Counter[str]]:
    """Table → row → decisions of the last `days` days of the shop's clock in which the row fired."""
    with _TALLIES_LOCK:
        tally = _TALLIES.setdefault(shop, _Tally())
    since = micros(shop.clock.now()) // DAY - min(days, MOST_DAYS)
    with tally.lock, shop.store.read() as connection:
        tally.catch_up(connection)
        return {
            table: sum((rows for day, rows in by_day.items() if day > since), Counter())
            for table, by_day in tally.days.items()
        }


def asked(shop: Shop, name: str, row: str, limit: int) -> list[RuleAsked]:
    """Questions that the table was really asked lately, latest first; `row` keeps those that it answered."""
    shop.rules.known(name)
    query = (
        sa.select(ledger_entries.c.at, ledger_entries.c.body)
        .where(ledger_entries.c.entry.in_(("decided", "repeated")))
        .order_by(ledger_entries.c.seq.desc())
        .limit(SEARCHED)
    )
    found: list[RuleAsked] = []
    with shop.store.read() as connection:
        for line in connection.execution_options(yield_per=200).execute(query):
            if name.encode() not in line.body:
                continue
            decision = msgspec.json.decode(line.body, type=Decision)
            for one in decision.asked:
                hit = one.hits[0].rule if one.hits else ""
                if one.model == name and (not row or hit == row):
                    found.append(
                        RuleAsked(
                            decision_id=decision.id,
                            case_id=decision.case_id,
                            at=from_micros(line.at),
                            action_kind=decision.action_kind,
                            given=one.asked,
                            answered=one.answered,
                            row=hit,
                            version=one.version,
                        )
                    )
            if len(found) >= limit:
                break
    return found[:limit]
