"""Cells of a decision table: read once into bit masks of rows, so that a value finds its rows by one bisection.

zen-engine stays the authority on what a cell means. A plain cell (numbers, ranges, comparisons, texts, yes/no,
lists of them) is compiled here; any other, and any value for which zen's decimals and our floats could differ,
is judged by zen's own compiled expression.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import nextafter
from typing import Any, Literal, NamedTuple

import msgspec
import zen

from linkloop.engine.jdm import refuse

Kind = Literal["int", "float", "str", "bool"]

_NUMBER = r"-?\d+(?:\.\d+)?"
_ATOM = re.compile(
    rf"""\s*(?:
      (?P<open>[\[(])\s*(?P<low>{_NUMBER})\s*\.\.\s*(?P<high>{_NUMBER})\s*(?P<close>[\])])
    | (?P<op>>=|<=|>|<|==|!=)\s*(?P<bound>{_NUMBER})
    | (?P<number>{_NUMBER})
    | (?P<differs>!=|==)?\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')
    | (?P<truth>true|false)
    )\s*(?:,|$)""",
    re.VERBOSE,
)
_DIGITS = 12  # a plain number has at most so many: then two that differ are too far apart for rounding to matter
_SURE = 1e15  # beyond it a float has no fraction and zen may refuse it


class Span(NamedTuple):
    """Numbers from `low` to `high`, each end within it or not; `differs` turns it round."""

    low: float
    high: float
    low_in: bool
    high_in: bool
    differs: bool = False

    def holds(self, value: float) -> bool:
        above = value >= self.low if self.low_in else value > self.low
        below = value <= self.high if self.high_in else value < self.high
        return (above and below) != self.differs


class Word(NamedTuple):
    """One text or yes/no value; `differs` turns it round."""

    value: str | bool
    differs: bool = False

    def holds(self, value: str | bool) -> bool:
        return (value == self.value) != self.differs


def atoms(cell: str) -> tuple[Span | Word, ...] | None:
    """The alternatives that a plain cell lists, or None for a cell that only zen can read."""
    found: list[Span | Word] = []
    at = 0
    while at < len(cell):
        match = _ATOM.match(cell, at)
        if match is None or (match.end() == len(cell) and cell.rstrip().endswith(",")):
            return None
        found.append(_atom(match))
        at = match.end()
    digits = (len(re.sub(r"\D", "", n)) for n in re.findall(_NUMBER, re.sub(r"\"[^\"]*\"|'[^']*'", "", cell)))
    return None if any(n > _DIGITS for n in digits) else tuple(found)


def _atom(match: re.Match[str]) -> Span | Word:
    part = match.groupdict()
    inf = float("inf")
    if part["open"]:
        return Span(float(part["low"]), float(part["high"]), part["open"] == "[", part["close"] == "]")
    if part["number"]:
        value = float(part["number"])
        return Span(value, value, True, True)
    if part["op"]:
        bound = float(part["bound"])
        match part["op"]:
            case ">" | ">=":
                return Span(bound, inf, part["op"] == ">=", True)
            case "<" | "<=":
                return Span(-inf, bound, True, part["op"] == "<=")
            case operator:
                return Span(bound, bound, True, True, operator == "!=")
    if part["truth"]:
        return Word(part["truth"] == "true")
    text = part["double"] if part["double"] is not None else part["single"]
    return Word(text, part["differs"] == "!=")


def _stretches(span: Span, points: Sequence[float]) -> list[tuple[int, int]]:
    """The index ranges of the ascending points for which a span holds."""
    low = (bisect_left if span.low_in else bisect_right)(points, span.low)
    high = max(low, (bisect_right if span.high_in else bisect_left)(points, span.high))
    return [(0, low), (high, len(points))] if span.differs else [(low, high)]


def fits(atom: Span | Word, kind: Kind) -> bool:
    """Whether an atom can hold for a field of this kind: zen counts a comparison of unlike kinds as false."""
    if isinstance(atom, Span):
        return kind in ("int", "float")
    return isinstance(atom.value, bool) == (kind == "bool") and kind not in ("int", "float")


class Segment(NamedTuple):
    """Values of a column that no row tells apart: one of them, and which rows refuse them (a bit per row)."""

    example: Any
    misses: int


class Lane:
    """One input column over all rows. `misses(value, question)` has bit n set where row n refuses the value."""

    def __init__(self, field: str, kind: Kind, cells: Sequence[str], known: Sequence[Any] = ()) -> None:
        self.field = field
        self.kind: Kind = kind
        self._known = known
        self._rows: dict[str, int] = {}  # cell → the rows that have it
        for n, cell in enumerate(cells):
            if cell.strip():
                self._rows[cell.strip()] = self._rows.get(cell.strip(), 0) | 1 << n
        self._zen: dict[str, Any] = {cell: zen.compile_unary_expression(cell) for cell in self._rows}
        self._plain = {cell: atoms(cell) for cell in self._rows}
        self.plain = all(self._plain.values())
        """Whether every cell is plain: then `segments` is the whole truth about the column."""
        self._points: list[float] = []
        self._spans: list[int | None] = []
        self._words: dict[str | bool, int] = {}
        self._else = 0
        self._class = bool if kind == "bool" else str
        if self.plain and kind in ("int", "float"):
            self._cut()
        elif self.plain:
            words = {a.value for found in self._plain.values() for a in found or () if isinstance(a, Word)}
            values = {*words, *known} if kind == "str" else {True, False}
            self._words = self._refused_words({*values, self._other()})
            self._else = self._words[self._other()]

    def misses(self, value: Any, question: msgspec.Struct) -> int:
        """Rows that refuse `value`; cells may name other fields of the `question`."""
        kind = value.__class__
        if self._spans:
            if (kind is float or kind is int) and value == value:
                points = self._points
                rows = self._spans[bisect_left(points, value) + bisect_right(points, value)]
                if rows is not None:
                    return rows
        elif self._words and kind is self._class:
            return self._words.get(value, self._else)
        return self._by_zen(value, question)

    def asks(self, row: int) -> bool:
        """Whether a row says anything about this column."""
        return any(rows >> row & 1 for rows in self._rows.values())

    def segments(self) -> list[Segment]:
        """The finitely many kinds of value that the plain column can tell apart, each with an example."""
        if self.kind in ("int", "float"):
            examples = self._examples()
            return [Segment(x, rows) for x, rows in zip(examples, self._refused_numbers(examples), strict=True)]
        words = self._known or sorted(self._words, key=str)
        return [Segment(word, self._words[word]) for word in words]

    def _by_zen(self, value: Any, question: msgspec.Struct) -> int:
        if isinstance(value, int | float) and not abs(value) < 2**63:
            refuse(
                "rules.input",
                f"{value} is not a number that a rule can judge",
                f"{value} 不是规则能判断的数字",
                "Send a finite number that fits 64 bits.",
                "请给出一个 64 位以内的有限数字。",
                self.field,
            )
        rows = 0
        scope = {**msgspec.to_builtins(question), "$": value}
        for cell, compiled in self._zen.items():
            try:
                held = compiled.evaluate(scope) is True
            except RuntimeError:  # zen's tables count a cell that fails as one that does not hold
                held = False
            rows |= 0 if held else self._rows[cell]
        return rows

    def _refused_words(self, values: set[str | bool]) -> dict[str | bool, int]:
        """For each value the rows that refuse it."""
        held = dict.fromkeys(values, 0)
        for cell, found in self._plain.items():
            words = [a for a in found or () if isinstance(a, Word)]
            if any(word.differs for word in words):
                takers = [value for value in values if any(word.holds(value) for word in words)]
            else:
                takers = list({word.value for word in words})
            for value in takers:
                held[value] |= self._rows[cell]
        asking = self._asking()
        return {value: asking & ~rows for value, rows in held.items()}

    def _refused_numbers(self, points: Sequence[float]) -> list[int]:
        """For each of the ascending numbers the rows that refuse it, by one sweep over the stretches of each cell."""
        flips = [0] * (len(points) + 1)
        for cell, found in self._plain.items():
            stretches = sorted(s for a in found or () if isinstance(a, Span) for s in _stretches(a, points))
            end = 0
            for low, high in stretches:
                low = max(low, end)
                if low < high:
                    flips[low] ^= self._rows[cell]
                    flips[high] ^= self._rows[cell]
                    end = high
        asking = self._asking()
        return [asking & ~held for held in accumulate(flips[:-1], int.__xor__)]

    def _asking(self) -> int:
        rows = 0
        for mask in self._rows.values():
            rows |= mask
        return rows

    def _bounds(self) -> list[float]:
        spans = [a for found in self._plain.values() for a in found or () if isinstance(a, Span)]
        return sorted({end for s in spans for end in (s.low, s.high) if abs(end) < _SURE})

    def _cut(self) -> None:
        """Points between which no cell changes its mind; where zen's decimals may round onto a bound, None."""
        bounds = self._bounds()
        points = {-_SURE, _SURE}
        for bound in bounds:
            near = max(abs(bound) * 1e-14, 1e-27)
            points |= {bound, nextafter(bound - near, -1e300), nextafter(bound + near, 1e300)}
        self._points = sorted(points)
        exact = set(bounds)
        sure = sorted({*exact, *((a + b) / 2 for a, b in pairwise(self._points) if not {a, b} & exact)})
        rows = dict(zip(sure, self._refused_numbers(sure), strict=True))
        self._spans = [None, None]
        for low, high in pairwise(self._points):
            guarded = low in exact or high in exact
            self._spans += [None if guarded else rows[(low + high) / 2], rows[high] if high in exact else None]
        self._spans += [None]

    def _examples(self) -> list[float | int]:
        bounds = self._bounds()
        if not bounds:
            return [0]
        edges = [bounds[0] - 2, *bounds, bounds[-1] + 2]
        found: list[float | int] = []
        for low, high in pairwise(edges):
            middle = (low + high) / 2
            if self.kind == "int":
                whole = int(low // 1) + 1
                found += [whole] if whole < high else []
            else:
                found.append(middle)
            if high in bounds and (self.kind == "float" or high == int(high)):
                found.append(int(high) if self.kind == "int" else high)
        return found

    def _other(self) -> str | bool:
        """A value that no cell names."""
        other = "…"
        while self.kind == "str" and any(other in cell for cell in self._rows):
            other += "…"
        return False if self.kind == "bool" else other
