"""Labels from a CSV file: what messages really asked for; a row that cannot be one is named, and stops no other."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, cast, get_args

from linkloop.commerce.understanding import IntentLabel, IntentName
from linkloop.core.errors import LinkloopError, NotFound
from linkloop.core.text import Text
from linkloop.worlds.files.articles import Bad, decoded

INTENTS: tuple[str, ...] = get_args(IntentName)
LONGEST = 2000
_COLUMNS = {
    "text": ("text", "message", "content", "文本", "消息", "内容"),
    "intent": ("intent", "label", "意图", "诉求", "标签"),
    "message_id": ("message_id", "id", "编号", "消息编号"),
}


class Labels(NamedTuple):
    """Labels that were read, by message id, and the rows that could not be."""

    rows: tuple[IntentLabel, ...]
    bad: tuple[Bad, ...]


def read_labels(path: Path, by: str, at: datetime) -> Labels:
    """The labels of a CSV file with the columns text, intent and, where there is one, message_id.

    A row without an id is known by its text. Raises NotFound `labels.none` where no file is, LinkloopError
    `labels.columns` where a column is missing, and `articles.encoding` for what is no text.
    """
    if not path.is_file():
        raise NotFound(
            "labels.none",
            Text(en=f"{path} is not there", zh=f"{path} 不存在"),
            Text(
                en="Name a CSV file with the columns text and intent.", zh="请给出含 text 与 intent 两列的 CSV 文件。"
            ),
            where=str(path),
        )
    text = decoded(path.name, path.read_bytes())
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=text[:4096].count))
    headers = [(header or "").strip().casefold() for header in reader.fieldnames or ()]
    names = {field: next((name for name in names if name in headers), "") for field, names in _COLUMNS.items()}
    if not names["text"] or not names["intent"]:
        raise LinkloopError(
            "labels.columns",
            Text(en="there is no column for the text and the intent", zh="缺少文本列和意图列"),
            Text(
                en="Name two columns text and intent (消息, 意图).",
                zh="请把两列命名为 text 与 intent（或 消息、意图）。",
            ),
            path.name,
        )
    rows: dict[str, IntentLabel] = {}
    bad: list[Bad] = []
    for row in reader:
        given = {(key or "").strip().casefold(): value for key, value in row.items() if isinstance(value, str)}
        found = {field: given.get(column, "").strip() for field, column in names.items() if column}
        if wrong := _wrong(found, f"{path.name}:{reader.line_num}"):
            bad.append(wrong)
            continue
        key = found.get("message_id") or f"text-{blake2b(found['text'].encode(), digest_size=8).hexdigest()}"
        intent = cast(IntentName, found["intent"])
        rows[key] = IntentLabel(message_id=key, text=found["text"], intent=intent, by=by, labelled_at=at)
    return Labels(tuple(rows.values()), tuple(bad))


def _wrong(found: dict[str, str], where: str) -> Bad | None:
    if not found["text"] or len(found["text"]) > LONGEST:
        return Bad(
            where,
            Text(en=f"text: 1 to {LONGEST:,} characters are expected", zh=f"text：应为 1 到 {LONGEST:,} 个字符"),
            Text(en="Write what the customer wrote.", zh="请填写客户的原话。"),
        )
    if found["intent"] not in INTENTS:
        return Bad(
            where,
            Text(
                en=f"intent: {found['intent'][:40]!r} is not known",
                zh=f"intent：没有 {found['intent'][:40]!r} 这个意图",
            ),
            Text(en=f"Write one of {', '.join(INTENTS)}.", zh=f"请填写其中之一：{', '.join(INTENTS)}。"),
        )
    return None
