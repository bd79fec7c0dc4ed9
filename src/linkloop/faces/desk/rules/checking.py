"""Checking: everything that keeps a draft from going live, and what it answers to a question; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.engine.rule_faults import Fault, examine
from linkloop.engine.rule_proof import prove, run_test
from linkloop.engine.rule_table import RuleTable
from linkloop.engine.rules import PROOF_POINTS
from linkloop.faces.desk.rules.diff import diff
from linkloop.faces.desk.rules.sheet import body_of, sheet_of
from linkloop.faces.desk.rules.views import (
    RuleCheck,
    RuleFinding,
    RuleProblem,
    RuleSheet,
    RuleTestResult,
    RuleTrial,
    RuleTrialRow,
)

LONGEST_CELL = 500
LARGE = 300  # rows: from here on a draft is compared with zen on fewer questions while it is edited
_NOWHERE = Text(en="", zh="")


def check(shop: Shop, name: str, sheet: RuleSheet) -> RuleCheck:
    """Faults pinned to their cells, static findings, example tests and the comparison with zen.

    What is `ready` here may go live, but for a table of more than LARGE rows, which is proven in full only then.
    Raises NotFound `rules.unknown`.
    """
    live = shop.rules.known(name)
    base = shop.rules.bodies[name]
    changes = diff(sheet_of(base), sheet)

    def found(problems: list[RuleProblem], table: RuleTable | None = None, **more: Any) -> RuleCheck:
        told = {"ready": False, "findings": [], "tests": [], "compared": 0, **more}
        version = table.version if table else ""
        return RuleCheck(version=version, problems=problems, diff=changes, live=live.version, **told)

    if problems := [*_too_long(sheet)]:
        return found(problems)
    try:
        table, faults = examine(body_of(base, sheet), name)
    except LinkloopError as error:
        return found([_problem(error)])
    if table is None:
        return found([_pinned(fault) for fault in faults])
    findings = [RuleFinding(kind=f.kind, rows=list(f.rows), text=f.text, example=f.example) for f in table.findings]
    tests = [_tested(table, n) for n in range(len(sheet.tests))]
    gaps = [_gap(finding) for finding in findings if finding.kind == "gap"]
    compared, disputes = (0, []) if gaps else _proven(table)
    failing = [t.problem for t in tests if t.problem]
    return found(
        [*gaps, *disputes, *failing],
        table,
        ready=not (gaps or disputes or failing),
        findings=findings,
        tests=tests,
        compared=compared,
    )


def trial(shop: Shop, name: str, sheet: RuleSheet, given: dict[str, Any]) -> RuleTrial:
    """What a sheet answers to one question. Raises LinkloopError: as of `load`, `input.invalid`, `rules.input`."""
    shop.rules.known(name)
    table = RuleTable(body_of(shop.rules.bodies[name], sheet), name)
    try:
        question = msgspec.convert(given, table.question)
    except msgspec.ValidationError as error:
        raise LinkloopError(
            "input.invalid",
            Text(en=str(error), zh=f"输入无效：{error}"),
            Text(en="Give every field of the question a value of its kind.", zh="请为问题的每个字段填写相应类型的值。"),
            where=name,
        ) from error
    missed = table.misses(question)
    rows = [RuleTrialRow(row, list(fields)) for row, fields in zip(table.rows, missed, strict=True)]
    if all(missed):
        return RuleTrial(fired="", answer={}, rows=rows)
    answered = table.evaluate(question)
    return RuleTrial(fired=answered.hits[0].rule, answer=msgspec.to_builtins(answered.value), rows=rows)


def _too_long(sheet: RuleSheet) -> Iterator[RuleProblem]:
    for row in sheet.rows:
        cells = [("when", f, c) for f, c in row.when.items()] + [("then", f, c) for f, c in row.then.items()]
        for side, field, cell in [*cells, ("note", "", row.note)]:
            if len(cell) > LONGEST_CELL:
                yield RuleProblem(
                    code="rules.cell",
                    text=Text(
                        en=f"the cell has {len(cell)} characters; {LONGEST_CELL} fit",
                        zh=f"单元格有 {len(cell)} 个字符，最多 {LONGEST_CELL} 个",
                    ),
                    todo=Text(en="Make it shorter, or two rows of it.", zh="请缩短，或拆成两行。"),
                    row=row.id,
                    column=field,
                    side=side,
                )
    for n, test in enumerate(sheet.tests):
        if not test.then or not test.name:
            yield RuleProblem(
                code="rules.test",
                text=Text(en="a test needs a name and an expected answer", zh="测试需要名称和期望的答案"),
                todo=Text(en="Name it, and say what must come out.", zh="请命名，并填写应得的结果。"),
                test=n,
            )


def _tested(table: RuleTable, n: int) -> RuleTestResult:
    result = run_test(table, table.file.linkloop.tests[n])
    problem = None if result.error is None else _problem(result.error, test=n, row=result.row)
    return RuleTestResult(
        name=result.name,
        passed=result.error is None,
        row=result.row,
        got=result.got,
        wrong=list(result.wrong),
        problem=problem,
    )


def _proven(table: RuleTable) -> tuple[int, list[RuleProblem]]:
    try:
        return prove(table, PROOF_POINTS if len(table.rows) <= LARGE else PROOF_POINTS // 10), []
    except LinkloopError as error:
        # A test that is no question is told with the tests already.
        return 0, [] if error.code == "rules.test" else [_problem(error)]


def _gap(finding: RuleFinding) -> RuleProblem:
    return RuleProblem(
        code="rules.gap",
        text=finding.text,
        todo=Text(
            en="Add a last row without conditions, or close the gap.",
            zh="请在最后加一行没有条件的规则，或者补上空缺。",
        ),
    )


def _pinned(fault: Fault) -> RuleProblem:
    return _problem(fault.error, row=fault.row, column=fault.column, side=fault.side)


def _problem(error: LinkloopError, **pin: Any) -> RuleProblem:
    return RuleProblem(code=error.code, text=error.text, todo=error.todo or _NOWHERE, **pin)
