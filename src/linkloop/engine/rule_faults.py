"""Faults: everything that keeps a decision table from being read, each pinned to its row and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from linkloop.core.errors import LinkloopError
from linkloop.core.question import Question, answer_type
from linkloop.core.vocabulary import questions
from linkloop.engine import jdm, rule_fields
from linkloop.engine.jdm import Grid
from linkloop.engine.rule_table import RuleTable

MOST = 500  # faults that are listed: more than a person mends before asking again
_COLUMN = re.compile(r"\$\.(\w+)|field `(\w+)`")


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong; `row` is a row id, `column` a field, `side` where it stands, all empty for the whole."""

    error: LinkloopError
    row: str = ""
    column: str = ""
    side: str = ""


def examine(body: bytes, where: str) -> tuple[RuleTable | None, list[Fault]]:
    """The table when nothing is wrong with its shape, fields and cells; else every fault (at most MOST)."""
    try:
        file, grid = jdm.parse(body, where)
    except LinkloopError as error:
        return None, [Fault(error)]
    kind = questions().get(file.linkloop.question)
    found: list[Fault] = []
    if kind is not None:
        for fault in _faults(grid, kind, where):
            found.append(fault)
            if len(found) == MOST:
                return None, found
    if found:
        return None, found
    try:
        return RuleTable(body, where), []
    except LinkloopError as error:
        return None, [Fault(error)]


def _faults(grid: Grid, question: type[Question[Any]], where: str) -> Iterator[Fault]:
    inputs, answer = rule_fields.field_types(question), answer_type(question)
    if error := _caught(lambda: rule_fields.row_ids(grid, where)):
        at = int(error.where.rsplit(" ", 1)[1]) - 1
        yield Fault(error, row=grid.rules[at].get("_id", ""))
        return
    broken = False
    for side, columns, fields, noun in (
        ("when", grid.inputs, inputs, question.__name__),
        ("then", grid.outputs, rule_fields.field_types(answer), answer.__name__),
    ):
        if error := _caught(lambda c=columns, f=fields, n=noun: rule_fields.check_columns(c, f, n, where)):
            broken = True
            yield Fault(error, column=error.where.rsplit(", column ", 1)[1], side=side)
    if broken:
        return
    for column in grid.inputs:
        described = inputs[column.field]
        if error := _caught(lambda c=column, d=described: rule_fields.kind_of(d, c.field, where)):
            yield Fault(error, column=column.field, side="when")
            continue
        kind, words = rule_fields.kind_of(described, column.field, where)
        for rule in grid.rules:
            cell, place = rule.get(column.id, ""), f"{where}, row {rule['_id']}, column {column.field}"
            try:
                rule_fields.check_condition(cell, kind, words, inputs, place)
            except LinkloopError as error:
                yield Fault(error, rule["_id"], column.field, "when")
    for rule in grid.rules:
        try:
            rule_fields.outcome(grid.outputs, rule, inputs, answer, where)
        except LinkloopError as error:
            yield Fault(error, rule["_id"], _column(error), "then")


def _caught(check: Callable[[], object]) -> LinkloopError | None:
    try:
        check()
    except LinkloopError as error:
        return error
    return None


def _column(error: LinkloopError) -> str:
    """The output that an error is about: named by its place, or by msgspec in its sentence."""
    if error.code == "rules.cell":
        return error.where.rsplit(", column ", 1)[1]
    named = _COLUMN.search(error.text.en)
    return (named[1] or named[2]) if named else ""
