"""JDM files: the shape of a decision table as zen-engine and the GoRules editor write it, and our block beside it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NoReturn

import msgspec
from msgspec import Meta

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text

MAX_BYTES = 1_000_000
MAX_ROWS = 2_000
MAX_COLUMNS = 64

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Cell = Annotated[str, Meta(max_length=500)]


class Column(msgspec.Struct, frozen=True):
    """One column: `field` is a field of the question (input) or of its answer (output)."""

    id: Name
    field: Name
    name: str = ""


class Grid(msgspec.Struct, frozen=True, rename="camel"):
    """The content of a decision table node. A row maps column ids to cells, and has `_id` and `_description`."""

    inputs: Annotated[tuple[Column, ...], Meta(min_length=1, max_length=MAX_COLUMNS)]
    outputs: Annotated[tuple[Column, ...], Meta(min_length=1, max_length=MAX_COLUMNS)]
    rules: Annotated[tuple[dict[str, Cell], ...], Meta(min_length=1, max_length=MAX_ROWS)]
    hit_policy: Literal["first"] = "first"
    execution_mode: Literal["single"] = "single"
    input_field: None = None
    output_path: None = None


class Node(msgspec.Struct, frozen=True):
    """A node of the graph; only a decision table has content that counts."""

    id: Name
    type: Literal["inputNode", "decisionTableNode", "outputNode"]
    name: str = ""
    content: msgspec.Raw = msgspec.Raw(b"{}")


class Arrow(msgspec.Struct, frozen=True, rename="camel"):
    """An edge of the graph."""

    source_id: Name
    target_id: Name
    id: str = ""


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One example test: for this question (`given`) the answer must have these fields (`then`)."""

    name: Name
    given: dict[str, Any]
    then: Annotated[dict[str, Any], Meta(min_length=1)]


Unit = Literal["", "days", "money", "percent", "share", "times", "per_day"]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a field is called, its unit (money in minor units, a share from 0 to 1), and what its values are called."""

    title: Text
    unit: Unit = ""
    values: dict[str, Text] = {}


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Our block, `linkloop`, which zen ignores: what the table answers, how sure it is, and its example tests.

    `fields` are words for the fields of the question and of its answer, for people who read the table.
    """

    question: Name
    title: Text
    tests: Annotated[tuple[Example, ...], Meta(min_length=1, max_length=1_000)]
    name: str = ""
    confidence: Annotated[float, Meta(ge=0, le=1)] = 1.0
    fields: dict[str, Words] = {}


class File(msgspec.Struct, frozen=True):
    """A JDM file: one input node, one decision table and one output node in a row, and our block."""

    nodes: Annotated[tuple[Node, ...], Meta(min_length=3, max_length=3)]
    edges: Annotated[tuple[Arrow, ...], Meta(min_length=2, max_length=2)]
    linkloop: About


def refuse(code: str, en: str, zh: str, todo_en: str, todo_zh: str, where: str) -> NoReturn:
    """Raise the LinkloopError of a table that may not go live."""
    raise LinkloopError(code, Text(en=en, zh=zh), Text(en=todo_en, zh=todo_zh), where)


def parse(body: bytes, where: str) -> tuple[File, Grid]:
    """The file and its one table. Raises LinkloopError `rules.size`, `rules.shape` or `rules.graph`."""
    if len(body) > MAX_BYTES:
        refuse(
            "rules.size",
            f"the decision table is larger than {MAX_BYTES} bytes",
            f"决策表超过 {MAX_BYTES} 字节",
            "Split it into smaller tables.",
            "请拆成更小的表。",
            where,
        )
    try:
        file = msgspec.json.decode(body, type=File)
        tables = [node for node in file.nodes if node.type == "decisionTableNode"]
        grid = msgspec.json.decode(tables[0].content, type=Grid) if tables else None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        refuse(
            "rules.shape",
            f"this is not a decision table that may run here: {error}",
            f"这不是可以在此运行的决策表：{error}",
            "Use one input node, one decision table (hit policy first) and one output node, and no code nodes.",
            "请只用一个输入节点、一张决策表（命中策略 first）和一个输出节点，不要使用代码节点。",
            where,
        )
    ids = {node.type: node.id for node in file.nodes}
    wanted = [("inputNode", "decisionTableNode"), ("decisionTableNode", "outputNode")]
    drawn = {(edge.source_id, edge.target_id) for edge in file.edges}
    if grid is None or len(ids) != 3 or drawn != {(ids[a], ids[b]) for a, b in wanted}:
        refuse(
            "rules.graph",
            "the nodes are not joined as input → table → output",
            "节点没有连成 输入 → 决策表 → 输出",
            "Draw exactly these two edges.",
            "请只画这两条连线。",
            where,
        )
    return file, grid


def for_zen(grid: Grid) -> str:
    """The graph that zen runs: made anew from what was checked, so that nothing unchecked reaches it."""
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": c.id, "name": c.name, "field": c.field} for c in grid.inputs],
        "outputs": [{"id": c.id, "name": c.name, "field": c.field} for c in grid.outputs],
        "rules": [{"_id": rule["_id"], **_cells(grid, rule)} for rule in grid.rules],
    }
    spot = {"x": 0, "y": 0}
    graph = {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": spot},
            {"id": "table", "name": "table", "type": "decisionTableNode", "position": spot, "content": content},
            {"id": "out", "name": "out", "type": "outputNode", "position": spot},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }
    return msgspec.json.encode(graph).decode()


def _cells(grid: Grid, rule: dict[str, str]) -> dict[str, str]:
    return {column.id: rule.get(column.id, "") for column in (*grid.inputs, *grid.outputs)}
