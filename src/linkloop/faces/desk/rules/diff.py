"""Differences between two sheets by row and cell, and a draft brought onto a version that went live meanwhile."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from linkloop.faces.desk.rules.views import (
    RuleCellDiff,
    RuleColumnDiff,
    RuleDiff,
    RuleMerge,
    RuleRowDiff,
    RuleSheet,
    RuleSheetRow,
    RuleSheetTest,
    RuleTestDiff,
    Side,
)


def diff(before: RuleSheet, after: RuleSheet) -> RuleDiff:
    """What changed from one sheet to the other, rows in the order of `after`, removed ones last."""
    return RuleDiff(
        rows=[*_rows(before, after)],
        columns=[
            *_columns("when", before.inputs, after.inputs),
            *_columns("then", before.outputs, after.outputs),
        ],
        tests=[*_tests(before, after)],
        title=before.title != after.title,
        confidence=before.confidence != after.confidence,
    )


def merge(base: RuleSheet, mine: RuleSheet, theirs: RuleSheet, based_on: str) -> RuleMerge:
    """My changes since `base` on top of theirs; where both changed one cell, mine is kept and the clash is told."""
    old = {row.id: row for row in base.rows}
    my = {row.id: row for row in mine.rows}
    clashes: list[tuple[str, RuleCellDiff]] = []
    rows: list[RuleSheetRow] = []
    for row in theirs.rows:
        if row.id in old and row.id not in my:
            if row != old[row.id]:
                clashes.append((row.id, RuleCellDiff("row", "", "", "changed")))
            continue  # I removed it
        rows.append(_merged(old.get(row.id), my[row.id], row, clashes) if row.id in my else row)
    there = {row.id for row in theirs.rows}
    for n, row in enumerate(mine.rows):
        if row.id in there or (row.id in old and row == old[row.id]):
            continue  # merged above, or they removed what I left as it was
        if row.id in old:
            clashes.append((row.id, RuleCellDiff("row", "", "", "removed")))
        places = {kept.id: m for m, kept in enumerate(rows)}
        above = next((places[r.id] for r in reversed(mine.rows[:n]) if r.id in places), -1)
        rows.insert(above + 1, row)
    return RuleMerge(
        sheet=RuleSheet(
            title=mine.title if mine.title != base.title else theirs.title,
            confidence=mine.confidence if mine.confidence != base.confidence else theirs.confidence,
            inputs=_merged_columns(base.inputs, mine.inputs, theirs.inputs),
            outputs=_merged_columns(base.outputs, mine.outputs, theirs.outputs),
            rows=tuple(rows),
            tests=_merged_tests(base, mine, theirs),
        ),
        based_on=based_on,
        clashes=[cell for _, cell in clashes],
        clashed_rows=[row for row, _ in clashes],
    )


def _merged(
    old: RuleSheetRow | None, mine: RuleSheetRow, theirs: RuleSheetRow, clashes: list[tuple[str, RuleCellDiff]]
) -> RuleSheetRow:
    before = old or RuleSheetRow(id=mine.id)
    values: dict[tuple[str, str], str] = {}
    for place in {**_cells(mine), **_cells(theirs), **_cells(before)}:
        was, my, their = (_cells(row).get(place, "") for row in (before, mine, theirs))
        if my != was and their not in (was, my):
            clashes.append((mine.id, RuleCellDiff(*place, before=their, after=my)))
        values[place] = my if my != was else their
    return RuleSheetRow(
        id=mine.id,
        when={field: cell for (side, field), cell in values.items() if side == "when" and cell},
        then={field: cell for (side, field), cell in values.items() if side == "then" and cell},
        note=values.get(("note", ""), ""),
    )


def _merged_tests(base: RuleSheet, mine: RuleSheet, theirs: RuleSheet) -> tuple[RuleSheetTest, ...]:
    """Tests by name: mine where I changed or removed them, theirs else."""
    old, my, their = ({test.name: test for test in sheet.tests} for sheet in (base, mine, theirs))
    kept = [my[name] if name in my and my[name] != old.get(name) else test for name, test in their.items()]
    kept = [test for test in kept if test.name in my or test.name not in old]
    return (*kept, *(t for name, t in my.items() if name not in their and t != old.get(name)))


def _merged_columns(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    kept = [field for field in theirs if field in mine or field not in base]
    return (*kept, *(field for field in mine if field not in base and field not in kept))


def _rows(before: RuleSheet, after: RuleSheet) -> Iterator[RuleRowDiff]:
    places = {row.id: n for n, row in enumerate(before.rows)}
    there = {row.id for row in after.rows}
    common = [places[row.id] for row in after.rows if row.id in places]
    still = _rising(common)
    for n, row in enumerate(after.rows):
        at = places.get(row.id, -1)
        if at < 0:
            yield RuleRowDiff(row.id, "added", -1, n, row.note, [*_changed(RuleSheetRow(id=row.id), row)])
        elif cells := [*_changed(before.rows[at], row)]:
            yield RuleRowDiff(row.id, "changed", at, n, row.note, cells)
        elif at not in still:
            yield RuleRowDiff(row.id, "moved", at, n, row.note, [])
    for n, row in enumerate(before.rows):
        if row.id not in there:
            yield RuleRowDiff(row.id, "removed", n, -1, row.note, [*_changed(row, RuleSheetRow(id=row.id))])


def _changed(before: RuleSheetRow, after: RuleSheetRow) -> Iterator[RuleCellDiff]:
    left, right = _cells(before), _cells(after)
    for side, field in {**left, **right}:
        one, other = left.get((side, field), ""), right.get((side, field), "")
        if one != other:
            yield RuleCellDiff(side, field, one, other)


def _cells(row: RuleSheetRow) -> dict[tuple[str, str], str]:
    return {
        **{("when", field): cell for field, cell in row.when.items()},
        **{("then", field): cell for field, cell in row.then.items()},
        ("note", ""): row.note,
    }


def _columns(side: Side, before: Sequence[str], after: Sequence[str]) -> Iterator[RuleColumnDiff]:
    yield from (RuleColumnDiff(side, field, "added") for field in after if field not in before)
    yield from (RuleColumnDiff(side, field, "removed") for field in before if field not in after)


def _tests(before: RuleSheet, after: RuleSheet) -> Iterator[RuleTestDiff]:
    left, right = {t.name: t for t in before.tests}, {t.name: t for t in after.tests}
    for name, test in right.items():
        if name not in left:
            yield RuleTestDiff(name, "added")
        elif left[name] != test:
            yield RuleTestDiff(name, "changed")
    yield from (RuleTestDiff(name, "removed") for name in left if name not in right)


def _rising(places: Sequence[int]) -> set[int]:
    """A longest rising subsequence: the rows that kept their order, so that the fewest count as moved."""
    tails: list[int] = []
    at: list[int] = []
    for place in places:
        n = bisect_left(tails, place)
        tails[n : n + 1] = [place]
        at.append(n)
    found: set[int] = set()
    want = len(tails) - 1
    for place, n in zip(reversed(places), reversed(at), strict=True):
        if n == want:
            found.add(place)
            want -= 1
    return found
