"""Flips by a rule: another value in one column of a decision table, the row it leads to, and what would come of it.

Each is heard again by the real link with exactly that answer, and ruled on by the real gate.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.decision import Asked, Decision
from linkloop.core.errors import LinkloopError
from linkloop.core.question import Given, Model, ModelCard, Question
from linkloop.core.text import Text
from linkloop.engine.gate import Word
from linkloop.engine.rehearsal import Rehearsal
from linkloop.engine.rule_table import RuleTable
from linkloop.faces.desk.otherwise_views import Flip
from linkloop.faces.desk.plain import money
from linkloop.faces.desk.rule_story import both, cell, column, condition, is_table, table_of
from linkloop.models.route import choose

BUDGET_S = 4.0  # of hearing again; what is nearest comes first
MOST = 12  # flips of one table that are looked at


class Neighbour(NamedTuple):
    """A row that another value of one field leads to, with one such value and what the row answers."""

    field: str
    value: Any
    row: str
    answer: msgspec.Struct
    distance: float


class RuleFlips(NamedTuple):
    """What was found; `early`: time ran out before all were tried; `lost`: tables whose version is not at hand."""

    flips: list[Flip]
    early: bool
    lost: list[str]


class Instead:
    """A model that answers one question with a given answer, and every other as the real one does."""

    def __init__(self, real: Model, question: Question[Any], answer: msgspec.Struct) -> None:
        self._real, self._question, self._answer = real, question, answer

    @property
    def card(self) -> ModelCard:
        return self._real.card

    def answer(self, question: Question[Any]) -> Given[Any]:
        given = self._real.answer(question)
        return msgspec.structs.replace(given, value=self._answer) if question == self._question else given


def neighbours(table: RuleTable, question: Question[Any]) -> list[Neighbour]:
    """Every row that changing one field alone leads to, nearest value first; columns that only zen reads are left."""
    now = _row(table, question)
    found: dict[tuple[str, str], Neighbour] = {}
    for lane in table.lanes:
        if not lane.plain:
            continue
        was = getattr(question, lane.field)
        for segment in lane.segments():
            other = msgspec.structs.replace(question, **{lane.field: segment.example})
            given = _evaluated(table, other)
            if given is None or given.hits[0].rule == now:
                continue
            near = Neighbour(lane.field, segment.example, given.hits[0].rule, given.value, _apart(was, segment.example))
            place = (lane.field, near.row)
            if place not in found or near.distance < found[place].distance:
                found[place] = near
    return sorted(found.values(), key=lambda one: (one.distance, one.field, one.row))


def rule_flips(shop: Shop, connection: sa.Connection, decision: Decision, verdict: Word) -> RuleFlips:
    """Changes of one condition that lead to another verdict or to no proposal."""
    until = time.monotonic() + BUDGET_S
    rehearsal = Rehearsal(shop.machine(), connection, decision)
    known: dict[tuple[str, bytes], Decision | None] = {}
    flips: list[Flip] = []
    lost: list[str] = []
    for asked, table in _tables(shop, connection, decision):
        if table is None:
            lost.append(asked.model)
            continue
        question = msgspec.convert(asked.asked, table.question)
        for near in neighbours(table, question)[:MOST]:
            place = (table.name, msgspec.json.encode(near.answer, order="deterministic"))
            if place not in known:
                if time.monotonic() > until:
                    return RuleFlips(flips, True, lost)
                real = choose(shop.matrix.candidates(table.question))
                known[place] = rehearsal.ruled(shop.matrix.with_model(Instead(real, question, near.answer)))
            again = known[place]
            after: Word | str = "" if again is None else _WORDS.get(again.status, "")
            if after != verdict:
                flips.append(_flip(table, asked, near, again, after))
    return RuleFlips(flips, False, lost)


def _tables(shop: Shop, connection: sa.Connection, decision: Decision) -> Iterator[tuple[Asked, RuleTable | None]]:
    """Each question that a table answered, once, with the version that answered it where that is at hand."""
    seen: set[bytes] = set()
    for asked in decision.asked:
        body = msgspec.json.encode((asked.question, asked.asked), order="deterministic")
        if is_table(shop, asked.model) and body not in seen:
            seen.add(body)
            yield asked, table_of(shop, connection, asked.model, asked.version)


def _flip(table: RuleTable, asked: Asked, near: Neighbour, again: Decision | None, after: str) -> Flip:
    wanted, name = condition(cell(table, near.row, near.field) or _said(near.value)), column(table, near.field)
    was, row = asked.asked.get(near.field), both(_description(table, near.row))
    if again is None:
        so = Text(en="it would not have been proposed", zh="就不会提出")
    else:
        risk = money(msgspec.to_builtins(again.at_risk))
        so = Text(en=f"{risk} would have been proposed", zh=f"提出的金额将为 {risk}")
    return Flip(
        by="rule",
        what=near.field,
        text=Text(
            en=f"if “{name.en}” were {wanted.en} (it was {_said(was)}), the rule “{row.en}” would have counted: "
            f"{so.en}",
            zh=f"如果“{name.zh}”{wanted.zh}（当时为 {_said(was)}），将命中规则“{row.zh}”：{so.zh}",
        ),
        verdict=after,  # type: ignore[arg-type]  # one of the gate's words, or none
        before=was,
        after=near.value,
        table=table.name,
        row=near.row,
    )


def _said(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _row(table: RuleTable, question: Question[Any]) -> str:
    given = _evaluated(table, question)
    return given.hits[0].rule if given else ""


def _evaluated(table: RuleTable, question: Question[Any]) -> Given[Any] | None:
    try:
        return table.evaluate(question)
    except LinkloopError:  # a gap, or a cell that cannot be computed for this value
        return None


def _description(table: RuleTable, row: str) -> str:
    return next((rule.get("_description", "") for rule in table.grid.rules if rule["_id"] == row), "")


def _apart(was: Any, value: Any) -> float:
    """How far two values of one field are apart, 0 to 1 for numbers by their size; any other word is 1 away."""
    if isinstance(was, bool) or not isinstance(was, int | float) or not isinstance(value, int | float):
        return 1.0
    return abs(was - value) / (abs(was) + abs(value) or 1.0)


_WORDS: dict[str, Word] = {"allowed": "allow", "held": "hold", "refused": "refuse"}
