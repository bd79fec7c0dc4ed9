"""The proof of a rule table: zen-engine and the compiled table agree, and the example tests that came with it pass."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from math import prod
from random import Random
from typing import Any

import msgspec
from msgspec import inspect

from linkloop.core.errors import LinkloopError
from linkloop.core.question import Question
from linkloop.core.text import Text
from linkloop.engine.jdm import Example, refuse
from linkloop.engine.rule_table import RuleTable


class TestResult(msgspec.Struct, frozen=True):
    """How one example test came out: the answer, the row that gave it, and what is wrong (None: it passed)."""

    name: str
    got: dict[str, Any]
    row: str
    wrong: tuple[str, ...] = ()
    error: LinkloopError | None = None


def run_tests(table: RuleTable) -> None:
    """Ask zen and the compiled table every example. Raises LinkloopError `rules.test`, naming test, row and column."""
    for test in table.file.linkloop.tests:
        result = run_test(table, test)
        if result.error is not None:
            raise result.error


def run_test(table: RuleTable, test: Example) -> TestResult:
    """Ask zen and the compiled table one example."""
    where = f"{table.where}, test {test.name}"
    try:
        question = _question(table, test, where)
        given = table.evaluate(question)
        compare(table, question)
    except LinkloopError as error:
        return TestResult(test.name, {}, "", (), error)
    got = msgspec.to_builtins(given.value)
    row = given.hits[0].rule
    wrong = tuple(column for column, wanted in test.then.items() if column not in got or got[column] != wanted)
    if not wrong:
        return TestResult(test.name, got, row)
    column, wanted = wrong[0], test.then[wrong[0]]
    error = LinkloopError(
        "rules.test",
        Text(
            en=f"test {test.name}: {column} is {got.get(column)} by row {row}, and should be {wanted}",
            zh=f"测试 {test.name}：{column} 由第 {row} 行得出 {got.get(column)}，应为 {wanted}",
        ),
        Text(
            en="Correct the row, or the test if the wish has changed.",
            zh="请更正这一行；若期望已变，请改测试。",
        ),
        f"{where}, row {row}, column {column}",
    )
    return TestResult(test.name, got, row, wrong, error)


def prove(table: RuleTable, most: int) -> int:
    """Compare with zen on one question per region of values, all of them or `most` picked evenly; gives how many."""
    count = 0
    for question in regions(table, most):
        compare(table, question)
        count += 1
    return count


def regions(table: RuleTable, most: int) -> Iterator[Question[Any]]:
    """Questions that between them take every combination of values that the table's plain columns tell apart.

    Raises LinkloopError `rules.test` when the first example test, which gives the other fields, is no question.
    """
    _question(table, table.file.linkloop.tests[0], f"{table.where}, test {table.file.linkloop.tests[0].name}")
    values = [[segment.example for segment in lane.segments()] if lane.plain else [] for lane in table.lanes]
    fixed = _defaults(table)
    axes = [(lane.field, found) for lane, found in zip(table.lanes, values, strict=True) if found]
    total = prod(len(found) for _, found in axes)
    if total <= most:
        picks: Iterator[tuple[Any, ...]] = product(*(found for _, found in axes))
    else:
        dice = Random(table.version)
        picks = (tuple(dice.choice(found) for _, found in axes) for _ in range(most))
    for pick in picks:
        given = {**fixed, **{field: value for (field, _), value in zip(axes, pick, strict=True)}}
        with suppress(msgspec.ValidationError):  # a value that the field itself does not take is never asked
            yield msgspec.convert(given, table.question)


def compare(table: RuleTable, question: Question[Any]) -> None:
    """Raise LinkloopError `rules.zen` unless zen fires the same row, with the same answer."""
    row, fields = table.by_zen(question)
    try:
        given = table.evaluate(question)
    except LinkloopError as error:
        if error.code == "rules.gap" and not row:
            return
        raise
    got = msgspec.to_builtins(given.value)
    same = given.hits[0].rule == row and all(_alike(got.get(name), value) for name, value in fields.items())
    if not same:
        refuse(
            "rules.zen",
            f"zen answers {fields} by row {row} and the compiled table {got} by row {given.hits[0].rule}: {question}",
            f"zen 由第 {row} 行得出 {fields}，编译后的表由第 {given.hits[0].rule} 行得出 {got}：{question}",
            "Report this table as a fault of Linkloop; write the row's cells in a plainer form meanwhile.",
            "请把这张表作为 Linkloop 的缺陷报告；暂时请把这一行写得更简单。",
            f"{table.where}, row {given.hits[0].rule}",
        )


def _alike(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, int | float):
        return abs(ours - theirs) <= 1e-12 * max(1.0, abs(ours))  # zen computes with decimals
    return ours == theirs


def _question(table: RuleTable, test: Example, where: str) -> Question[Any]:
    try:
        return msgspec.convert(test.given, table.question)
    except msgspec.ValidationError as error:
        refuse(
            "rules.test",
            f"test {test.name} does not ask a {table.question.__name__}: {error}",
            f"测试 {test.name} 提的不是 {table.question.__name__}：{error}",
            "Give every field that has no default, with a value of its kind.",
            "请填写每个没有默认值的字段，类型要相符。",
            where,
        )


def _defaults(table: RuleTable) -> dict[str, Any]:
    """Values for the fields that no plain column asks for: those of the first example test."""
    described = inspect.type_info(table.question)
    assert isinstance(described, inspect.StructType)
    given = table.file.linkloop.tests[0].given
    return {field.name: given[field.name] for field in described.fields if field.name in given}
