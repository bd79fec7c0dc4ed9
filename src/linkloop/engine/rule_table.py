"""A rule table: a checked decision table, compiled once, with zen-engine's own reading of it beside."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from operator import attrgetter
from typing import Any

import msgspec
import zen

from linkloop.core.question import Given, Question, RuleHit
from linkloop.core.vocabulary import questions
from linkloop.engine import jdm, rule_fields
from linkloop.engine.jdm import refuse
from linkloop.engine.rule_cells import Lane
from linkloop.engine.rule_check import find
from linkloop.engine.rule_fields import Outcome


class RuleTable:
    """A decision table whose shape, fields and cells are in order (`rules.load` also proves and tests it).

    `version` is a hash of what the table says (not of its layout); `title` is for people.
    """

    def __init__(self, body: bytes, where: str) -> None:
        self.file, self.grid = jdm.parse(body, where)
        self.where = where
        self.title = self.file.linkloop.title
        kind = questions().get(self.file.linkloop.question)
        if kind is None:
            refuse(
                "rules.question",
                f"no question is called {self.file.linkloop.question}",
                f"没有名为 {self.file.linkloop.question} 的问题",
                f"Use one of: {', '.join(sorted(questions()))}.",
                f"请使用其中之一：{'、'.join(sorted(questions()))}。",
                where,
            )
        self.question: type[Question[Any]] = kind
        self.name = self.file.linkloop.name or f"rules:{kind.__name__}"
        self.rows = rule_fields.row_ids(self.grid, where)
        self.lanes: tuple[Lane, ...] = rule_fields.lanes(self.grid, kind, where)
        self.outcomes: tuple[Outcome, ...] = rule_fields.outcomes(self.grid, kind, where)
        self.graph = jdm.for_zen(self.grid)
        self._decision: Any = zen.ZenEngine().create_decision(self.graph)
        texts = [rule.get("_description", "") for rule in self.grid.rules]
        said = msgspec.json.encode((self.graph, texts, self.file.linkloop), order="deterministic")
        self.version = blake2b(said, digest_size=6).hexdigest()
        self._hits = tuple((RuleHit(rule=row, text=text),) for row, text in zip(self.rows, texts, strict=True))
        self._near = {
            (n, m): RuleHit(rule=row, text=texts[n], missed=lane.field)
            for n, row in enumerate(self.rows)
            for m, lane in enumerate(self.lanes)
            if lane.asks(n)
        }
        fields = [lane.field for lane in self.lanes]
        self._values: Callable[[Question[Any]], tuple[Any, ...]] = (
            attrgetter(*fields) if len(fields) > 1 else lambda question: (getattr(question, fields[0]),)
        )
        self._full = (1 << len(self.rows)) - 1
        self.findings = find(self.lanes, self.rows, [outcome.text for outcome in self.outcomes])

    def evaluate(self, question: Question[Any]) -> Given[Any]:
        """The answer of the first row that fits; `near` are the rows above it that failed by one condition only.

        Raises LinkloopError `rules.gap` when no row fits, `rules.answer` when a computed cell fails and
        `rules.input` for a number that is not finite or beyond 64 bits.
        """
        once = twice = 0
        missed: list[int] = []
        for lane, value in zip(self.lanes, self._values(question), strict=True):
            rows = lane.misses(value, question)
            twice |= once & rows
            once |= rows
            missed.append(rows)
        fitting = self._full & ~once
        if not fitting:
            self._refuse_gap(question)
        first = fitting & -fitting
        near = once & ~twice & (first - 1)
        row = first.bit_length() - 1
        outcome = self.outcomes[row]
        value = outcome.value if outcome.value is not None else outcome.compute(question, self.where)
        return Given(
            value=value,
            confidence=self.file.linkloop.confidence,
            hits=self._hits[row],
            near=self._nearly(near, missed) if near else (),
        )

    def by_zen(self, question: Question[Any]) -> tuple[str, dict[str, Any]]:
        """What zen-engine itself makes of the same table: the id of the row that fired (or ""), and its fields.

        Raises LinkloopError `rules.answer` when it can make nothing of it.
        """
        try:
            answer: dict[str, Any] = self._decision.evaluate(msgspec.to_builtins(question), {"trace": True})
        except RuntimeError as error:
            refuse(
                "rules.answer",
                f"zen cannot compute the answer to {question}: {str(error)[:200]}",
                f"zen 算不出 {question} 的答案：{str(error)[:200]}",
                "Correct the expression of the row that fired.",
                "请更正命中那一行的表达式。",
                self.where,
            )
        steps: list[dict[str, Any]] = list(answer["trace"].values())
        fired: dict[str, Any] | None = next(step["traceData"] for step in steps if step["id"] == "table")
        return (self.rows[int(fired["index"])] if fired else ""), answer["result"]

    def misses(self, question: Question[Any]) -> list[tuple[str, ...]]:
        """For each row, in order, the fields whose condition the question fails; an empty one fits."""
        missed: list[list[str]] = [[] for _ in self.rows]
        for lane, value in zip(self.lanes, self._values(question), strict=True):
            rows = lane.misses(value, question)
            while rows:
                low = rows & -rows
                missed[low.bit_length() - 1].append(lane.field)
                rows ^= low
        return [tuple(fields) for fields in missed]

    def _nearly(self, rows: int, missed: list[int]) -> tuple[RuleHit, ...]:
        found: list[RuleHit] = []
        while rows:
            low = rows & -rows
            column = next(m for m, mask in enumerate(missed) if mask & low)
            found.append(self._near[low.bit_length() - 1, column])
            rows ^= low
        return tuple(found)

    def _refuse_gap(self, question: Question[Any]) -> None:
        refuse(
            "rules.gap",
            f"no row answers {question}",
            f"没有任何一行回答 {question}",
            "Add a last row without conditions.",
            "请在最后加一行没有条件的规则。",
            self.where,
        )
