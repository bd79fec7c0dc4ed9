"""Rules: decision tables in JDM files, judged by zen-engine before they go live and run compiled, as Models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from linkloop.core.question import Given, ModelCard, Question
from linkloop.engine import jdm
from linkloop.engine.rule_check import Finding
from linkloop.engine.rule_proof import prove, run_tests
from linkloop.engine.rule_table import RuleTable

PROOF_POINTS = 200  # questions on which a table's compiled form is compared with zen before it goes live
_PROVEN: set[tuple[bytes, type]] = set()  # what shipped and was proven in this process: the same bytes prove the same


class RuleModel:
    """A decision table as a Model."""

    def __init__(self, table: RuleTable) -> None:
        self.table = table
        self.card = ModelCard(
            name=table.name,
            version=table.version,
            question=table.question.__name__,
            driver="jdm",
            languages=("en", "zh"),
            measured_on=f"{len(table.file.linkloop.tests)} example tests",
        )

    def answer(self, question: Question[Any]) -> Given[Any]:
        return self.table.evaluate(question)


def load(source: Path | bytes, where: str = "") -> RuleTable:
    """A table that may go live: it is in order, answers everything, agrees with zen, and passes its example tests.

    Raises LinkloopError that names the row, column or test: `rules.size`, `rules.shape`, `rules.graph`,
    `rules.question`, `rules.row`, `rules.field`, `rules.cell`, `rules.output`, `rules.gap`, `rules.zen`,
    `rules.test`.
    """
    where = where or (source.name if isinstance(source, Path) else "decision table")
    body = source if isinstance(source, bytes) else _read(source, where)
    table = RuleTable(body, where)
    for finding in table.findings:
        if finding.kind == "gap":
            jdm.refuse(
                "rules.gap",
                finding.text.en,
                finding.text.zh,
                "Add a last row without conditions, or close the gap.",
                "请在最后加一行没有条件的规则，或者补上空缺。",
                where,
            )
    proof = body, table.question
    if not isinstance(source, Path) or proof not in _PROVEN:
        prove(table, PROOF_POINTS)
        run_tests(table)
    if isinstance(source, Path):
        _PROVEN.add(proof)
    return table


def check(table: RuleTable) -> tuple[Finding, ...]:
    """Gaps, unreachable rows and overlaps of a table, for the page on which a person edits it."""
    return table.findings


def _read(path: Path, where: str) -> bytes:
    with path.open("rb") as file:
        return file.read(jdm.MAX_BYTES + 1)
