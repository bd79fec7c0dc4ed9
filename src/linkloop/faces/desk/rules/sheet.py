"""Sheets: a JDM file as a person edits it, and back, without loss of what the person does not see."""

from __future__ import annotations

from typing import Any

import msgspec

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.engine import jdm
from linkloop.faces.desk.rules.views import RuleSheet, RuleSheetRow, RuleSheetTest


def sheet_of(body: bytes) -> RuleSheet:
    """The sheet of a JDM file that was live."""
    file, grid = jdm.parse(body, "rules")
    return RuleSheet(
        title=file.linkloop.title,
        confidence=file.linkloop.confidence,
        inputs=tuple(c.field for c in grid.inputs),
        outputs=tuple(c.field for c in grid.outputs),
        rows=tuple(
            RuleSheetRow(
                id=rule["_id"],
                when={c.field: rule[c.id] for c in grid.inputs if rule.get(c.id)},
                then={c.field: rule[c.id] for c in grid.outputs if rule.get(c.id)},
                note=rule.get("_description", ""),
            )
            for rule in grid.rules
        ),
        tests=tuple(RuleSheetTest(name=t.name, given=t.given, then=t.then) for t in file.linkloop.tests),
    )


def body_of(base: bytes, sheet: RuleSheet) -> bytes:
    """The JDM file that says what the sheet says; ids and names of columns, layout and words are those of `base`.

    Raises LinkloopError `rules.shape` for values that JSON of 64-bit numbers cannot hold.
    """
    file: dict[str, Any] = msgspec.json.decode(base)
    table = next(node for node in file["nodes"] if node["type"] == "decisionTableNode")
    content = table["content"]
    inputs = _columns(content["inputs"], sheet.inputs, {"_id", "_description"})
    outputs = _columns(content["outputs"], sheet.outputs, {"_id", "_description", *(c["id"] for c in inputs)})
    rules = [
        {
            "_id": row.id,
            "_description": row.note,
            **{c["id"]: row.when[c["field"]] for c in inputs if row.when.get(c["field"])},
            **{c["id"]: row.then[c["field"]] for c in outputs if row.then.get(c["field"])},
        }
        for row in sheet.rows
    ]
    table["content"] = {**content, "inputs": inputs, "outputs": outputs, "rules": rules}
    tests = [{"name": t.name, "given": t.given, "then": t.then} for t in sheet.tests]
    file["linkloop"] = {**file["linkloop"], "title": sheet.title, "confidence": sheet.confidence, "tests": tests}
    try:
        return msgspec.json.encode(file)
    except (OverflowError, UnicodeEncodeError) as error:
        raise LinkloopError(
            "rules.shape",
            Text(en=f"a value cannot be kept: {error}", zh=f"有一个值无法保存：{error}"),
            Text(en="Use numbers that fit 64 bits, and plain text.", zh="请使用 64 位以内的数字和普通文字。"),
        ) from error


def _columns(before: list[dict[str, Any]], fields: tuple[str, ...], taken: set[str]) -> list[dict[str, Any]]:
    known = {column["field"]: column for column in before}
    taken = taken | {column["id"] for column in before}
    found: list[dict[str, Any]] = []
    for field in fields:
        column = known.pop(field, None)
        if column is None:
            name = field or "column"
            while name in taken:
                name += "_"
            column = {"id": name, "name": field, "field": field}
            taken.add(name)
        found.append(column)
    return found
