"""The fields of a decision table: that its columns, cells and rows fit the question and its answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec
import zen
from msgspec import inspect

from linkloop.core.question import Question, answer_type
from linkloop.engine.jdm import Column, Grid, refuse
from linkloop.engine.rule_cells import Kind, Lane, atoms, fits

_KINDS: dict[type[inspect.Type], Kind] = {
    inspect.IntType: "int",
    inspect.FloatType: "float",
    inspect.StrType: "str",
    inspect.BoolType: "bool",
    inspect.LiteralType: "str",
}
# Pure functions and words of zen's language that a cell may use; `rand`, `date("now")` and the like would make an
# answer differ between now and a replay.
_WORDS = (
    {"true", "false", "null", "and", "or", "not", "in"}
    | {"abs", "min", "max", "sum", "avg", "floor", "ceil", "round"}
    | {"len", "contains", "startsWith", "endsWith", "lower", "upper"}
)
_TEXTS = re.compile(r"\"[^\"]*\"|'[^']*'")
_LITERAL = re.compile(
    r"\s*(?:(?P<number>-?\d+(?:\.\d+)?)|\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<word>true|false|null))\s*"
)
_DEEPEST = 16  # nested brackets in one cell


class Outcome:
    """What one row answers: a value made once, or expressions that zen computes for each question."""

    def __init__(self, fields: dict[str, Any], computed: dict[str, str], kind: type[msgspec.Struct]) -> None:
        self._fields = fields
        self._computed: dict[str, Any] = {name: zen.compile_expression(cell) for name, cell in computed.items()}
        self._kind = kind
        self.text = repr((fields, computed))
        self.value: Any = None if computed else msgspec.convert(fields, kind)

    def compute(self, question: Question[Any], where: str) -> Any:
        """The answer for this question. Raises LinkloopError `rules.answer` when a cell fails or does not fit."""
        try:
            facts = msgspec.to_builtins(question)
            computed = {name: cell.evaluate(facts) for name, cell in self._computed.items()}
            return msgspec.convert({**self._fields, **_present(computed)}, self._kind)
        except (RuntimeError, msgspec.ValidationError) as error:
            refuse(
                "rules.answer",
                f"the table cannot compute its answer: {error}",
                f"决策表算不出答案：{error}",
                "Correct the expression of the row that fired.",
                "请更正命中那一行的表达式。",
                where,
            )


def row_ids(grid: Grid, where: str) -> tuple[str, ...]:
    """The id of each row, in order. Raises LinkloopError `rules.row` for one that is missing or used twice."""
    ids = [rule.get("_id", "") for rule in grid.rules]
    for n, row in enumerate(ids):
        if not row or row in ids[:n]:
            refuse(
                "rules.row",
                f"row {n + 1} has no id of its own",
                f"第 {n + 1} 行没有自己的编号",
                "Give each row a unique _id.",
                "请给每一行一个不重复的 _id。",
                f"{where}, row {n + 1}",
            )
    return tuple(ids)


def lanes(grid: Grid, question: type[Question[Any]], where: str) -> tuple[Lane, ...]:
    """The input columns, compiled. Raises LinkloopError `rules.field` or `rules.cell`."""
    fields = field_types(question)
    check_columns(grid.inputs, fields, question.__name__, where)
    found: list[Lane] = []
    for column in grid.inputs:
        kind, words = kind_of(fields[column.field], column.field, where)
        cells = [rule.get(column.id, "") for rule in grid.rules]
        for rule, cell in zip(grid.rules, cells, strict=True):
            check_condition(cell, kind, words, fields, f"{where}, row {rule['_id']}, column {column.field}")
        found.append(Lane(column.field, kind, cells, words))
    return tuple(found)


def outcomes(grid: Grid, question: type[Question[Any]], where: str) -> tuple[Outcome, ...]:
    """What each row answers. Raises LinkloopError `rules.field`, `rules.cell` or `rules.output`."""
    kind = answer_type(question)
    check_columns(grid.outputs, field_types(kind), kind.__name__, where)
    inputs = field_types(question)
    return tuple(outcome(grid.outputs, rule, inputs, kind, where) for rule in grid.rules)


def outcome(
    columns: Iterable[Column], rule: dict[str, str], inputs: Iterable[str], kind: type[msgspec.Struct], where: str
) -> Outcome:
    """What one row answers. Raises LinkloopError `rules.cell` or `rules.output`."""
    fixed: dict[str, Any] = {}
    computed: dict[str, str] = {}
    for column in columns:
        cell = rule.get(column.id, "").strip()
        literal = _LITERAL.fullmatch(cell)
        if literal:
            fixed[column.field] = _value(literal)
        elif cell:
            check_expression(cell, inputs, f"{where}, row {rule['_id']}, column {column.field}", unary=False)
            computed[column.field] = cell
    try:
        return Outcome(_present(fixed), computed, kind)
    except msgspec.ValidationError as error:
        refuse(
            "rules.output",
            f"row {rule['_id']} does not answer {kind.__name__}: {error}",
            f"第 {rule['_id']} 行不能回答 {kind.__name__}：{error}",
            "Fill every output that has no default, with a value of its kind.",
            "请填写每个没有默认值的输出，类型要相符。",
            f"{where}, row {rule['_id']}",
        )


def field_types(kind: type[msgspec.Struct]) -> dict[str, inspect.Type]:
    """The fields of a question or answer and their types."""
    described = inspect.type_info(kind)
    assert isinstance(described, inspect.StructType)
    return {field.name: field.type for field in described.fields}


def check_columns(columns: Iterable[Column], fields: dict[str, inspect.Type], noun: str, where: str) -> None:
    """Raise LinkloopError `rules.field` for a column that is no field, or stands twice."""
    seen: set[str] = {"_id", "_description"}
    for column in columns:
        if column.field not in fields or column.field in seen or column.id in seen:
            refuse(
                "rules.field",
                f"column {column.field} is not a field of {noun}, or stands twice",
                f"列 {column.field} 不是 {noun} 的字段，或者重复了",
                f"Use each of these at most once: {', '.join(fields)}.",
                f"每个字段最多用一次：{'、'.join(fields)}。",
                f"{where}, column {column.field}",
            )
        seen |= {column.field, column.id} if column.field != column.id else {column.id}


def kind_of(described: inspect.Type, field: str, where: str) -> tuple[Kind, tuple[str, ...]]:
    """The kind of a field that rules can judge, and its few words. Raises LinkloopError `rules.field`."""
    kind = _KINDS.get(type(described))
    words = described.values if isinstance(described, inspect.LiteralType) else ()
    if kind is None or not all(isinstance(word, str) for word in words):
        refuse(
            "rules.field",
            f"column {field} is neither a number, a text nor yes/no",
            f"列 {field} 不是数字、文字或是/否",
            "Use another field of the question.",
            "请换一个字段。",
            f"{where}, column {field}",
        )
    return kind, tuple(str(word) for word in words)


def check_condition(cell: str, kind: Kind, words: tuple[str, ...], fields: Iterable[str], where: str) -> None:
    """Raise LinkloopError `rules.cell` for a condition that cannot be read, or can never hold."""
    found = atoms(cell.strip()) if cell.strip() else ()
    if found is None:
        check_expression(cell, fields, where, unary=True)
        return
    for atom in found:
        if not fits(atom, kind) or (words and atom[0] not in words):
            refuse(
                "rules.cell",
                f"{cell} can never hold for this column",
                f"{cell} 在这一列永远不成立",
                f"Write {_hint(kind, words)[0]}, or leave the cell empty for any.",
                f"请写{_hint(kind, words)[1]}；留空表示任意。",
                where,
            )


def _hint(kind: Kind, words: tuple[str, ...]) -> tuple[str, str]:
    if words:
        listed = ", ".join(f'"{word}"' for word in words)
        return f"one of {listed}", f"其中之一：{listed}"
    if kind == "bool":
        return "true or false", " true 或 false"
    if kind == "str":
        return 'texts in quotes, such as "a", "b"', '带引号的文字，例如 "a", "b"'
    return "a number, a comparison such as >= 3, or a range such as [1..3)", "数字、比较（如 >= 3）或区间（如 [1..3)）"


def check_expression(cell: str, fields: Iterable[str], where: str, *, unary: bool) -> None:
    """Refuse what zen cannot compile (it would silently never hold), what is not pure, and unknown names."""
    bare = _TEXTS.sub("", cell)
    strange = [w for w in re.findall(r"[^\W\d]\w*", bare) if w not in _WORDS and w not in fields]
    depth = deepest = 0
    for sign in bare:
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, depth)
    problem = f"unknown: {', '.join(strange)}" if strange else ""
    if deepest > _DEEPEST or re.search(r"[`#^]", bare):
        problem = "too deep, or a sign that is not allowed"
    if not problem:
        problem = _uncompiled(cell, unary)
    if problem:
        refuse(
            "rules.cell",
            f"the cell {cell} cannot be read ({problem})",
            f"看不懂单元格 {cell}（{problem}）",
            "Use fields of the question, numbers, texts in quotes, ranges and comparisons; an empty cell means any.",
            "请使用问题的字段、数字、带引号的文字、区间和比较；留空表示任意。",
            where,
        )


def _uncompiled(cell: str, unary: bool) -> str:
    """What zen's compiler says against a cell, or "". (Its validate_unary_expression refuses what its tables run.)"""
    try:
        zen.compile_unary_expression(cell) if unary else zen.compile_expression(cell)
    except RuntimeError as error:
        return str(error).partition("\n")[0][:200]
    return ""


def _value(literal: re.Match[str]) -> int | float | str | bool | None:
    part = literal.groupdict()
    if part["number"]:
        number = float(part["number"])
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if part["word"]:
        return {"true": True, "false": False, "null": None}[part["word"]]
    return part["double"] if part["double"] is not None else part["single"]


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
