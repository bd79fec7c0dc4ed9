"""What the rules page shows and sends: sheets, fields, checks, trials, versions and differences."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from linkloop.core.text import Text
from linkloop.engine.rulebook import Way

Side = Literal["when", "then"]
Came = Literal["added", "removed", "changed", "moved"]
_Id = Annotated[str, Meta(max_length=200)]
_Cell = Annotated[str, Meta(max_length=4000)]  # longer than a table takes: the check says which cell it is


class RuleSheetRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row: conditions and results as JDM cells by field, and a note for people."""

    id: _Id
    when: dict[str, _Cell] = {}
    then: dict[str, _Cell] = {}
    note: _Cell = ""


class RuleSheetTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One example test."""

    name: _Id
    given: dict[str, Any]
    then: dict[str, Any]


class RuleSheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision table as a person edits it: fields of the question and of the answer, rows in order, tests."""

    title: Text
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[RuleSheetRow, ...]
    tests: tuple[RuleSheetTest, ...]
    confidence: float = 1.0


class RuleWord(msgspec.Struct, frozen=True):
    """A value that a field may have, and what it is called."""

    value: str
    title: Text


class RuleField(msgspec.Struct, frozen=True, kw_only=True):
    """A field of the question or of its answer. Money is in minor units, a share from 0 to 1."""

    name: str
    title: Text
    kind: Literal["int", "float", "str", "bool", "other"]
    unit: str = ""
    words: list[RuleWord] = []
    required: bool = True
    default: Any = None


class RuleDraftNote(msgspec.Struct, frozen=True, kw_only=True):
    """That a person keeps a draft; `stale` when another version went live since they began."""

    by: str
    at: datetime
    based_on: str
    revision: int
    stale: bool


class RuleDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft. `revision` counts its saves; `before` is the sheet that it began from."""

    by: str
    at: datetime
    based_on: str
    revision: int
    stale: bool
    sheet: RuleSheet
    before: RuleSheet


class RuleSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A table in one line. `fired` are the decisions of the last `days` days in which its rows fired, row by row."""

    name: str
    title: Text
    question: str
    asked: str
    link: str
    link_title: Text
    version: str
    shipped: bool
    since: datetime | None
    by: str
    note: str
    tests: int
    days: int
    rows: list[str]
    fired: list[int]
    drafts: list[RuleDraftNote]


class RuleDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A table with everything that its page needs."""

    summary: RuleSummary
    currency: str
    asks: list[RuleField]
    answers: list[RuleField]
    sheet: RuleSheet
    mine: RuleDraft | None


class RuleProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What keeps a draft from going live, pinned to a cell, a row, a column or a test where it can be."""

    code: str
    text: Text
    todo: Text
    row: str = ""
    column: str = ""
    side: str = ""
    test: int = -1


class RuleFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What a static check found, and a question for which it matters."""

    kind: Literal["gap", "unreachable", "overlap", "unproven"]
    rows: list[str]
    text: Text
    example: dict[str, Any]


class RuleTestResult(msgspec.Struct, frozen=True, kw_only=True):
    """How an example test came out."""

    name: str
    passed: bool
    row: str
    got: dict[str, Any]
    wrong: list[str]
    problem: RuleProblem | None = None


class RuleCellDiff(msgspec.Struct, frozen=True):
    """One cell before and after; `side` is when, then or note."""

    side: str
    field: str
    before: str
    after: str


class RuleRowDiff(msgspec.Struct, frozen=True):
    """One row before and after; places count from 0, -1 where it is not there."""

    row: str
    came: Came
    place_before: int
    place_after: int
    note: str
    cells: list[RuleCellDiff]


class RuleColumnDiff(msgspec.Struct, frozen=True):
    """A column that came or went."""

    side: Side
    field: str
    came: Came


class RuleTestDiff(msgspec.Struct, frozen=True):
    """An example test that came, went or changed."""

    name: str
    came: Came


class RuleDiff(msgspec.Struct, frozen=True, kw_only=True):
    """The difference between two sheets; empty when they say the same."""

    rows: list[RuleRowDiff] = []
    columns: list[RuleColumnDiff] = []
    tests: list[RuleTestDiff] = []
    title: bool = False
    confidence: bool = False

    def empty(self) -> bool:
        """Whether both sheets say the same."""
        return not (self.rows or self.columns or self.tests or self.title or self.confidence)


class RuleCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to say about a draft. `compared` questions were answered by zen as by the compiled table."""

    ready: bool
    version: str
    problems: list[RuleProblem]
    findings: list[RuleFinding]
    tests: list[RuleTestResult]
    compared: int
    diff: RuleDiff
    live: str


class RuleTrialRow(msgspec.Struct, frozen=True):
    """A row and the fields whose conditions the question fails; none: it fits."""

    row: str
    missed: list[str]


class RuleTrial(msgspec.Struct, frozen=True, kw_only=True):
    """What a sheet answers to one question, and what became of each row; `fired` is empty when no row fits."""

    fired: str
    answer: dict[str, Any]
    rows: list[RuleTrialRow]


class RuleAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A question that was really asked: in which decision, and which row answered."""

    decision_id: str
    case_id: str
    at: datetime
    action_kind: str
    given: dict[str, Any]
    answered: dict[str, Any]
    row: str
    version: str


class RuleVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a table and when it went live; the one that ships has no time and nobody behind it."""

    version: str
    live: bool
    shipped: bool
    n: int = 0
    at: datetime | None = None
    by: str = ""
    before: str = ""
    way: Way | Literal[""] = ""
    note: str = ""
    tried: dict[str, Any] = {}


class RuleMerge(msgspec.Struct, frozen=True, kw_only=True):
    """A draft brought onto the live version; `clashes` are cells that both changed (the draft's are kept)."""

    sheet: RuleSheet
    based_on: str
    clashes: list[RuleCellDiff]
    clashed_rows: list[str]
