"""Letters: what could not be heard, done or taken in, in words; retried, or dropped with a reason, many at once."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.errors import LinkloopError, NotFound
from linkloop.core.text import Text
from linkloop.faces.desk import deciding
from linkloop.faces.desk.reading import bounded
from linkloop.store.schema import dead_letters, log, outbox


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A dead letter: what happened in words, what to do, and the case and the decision that it belongs to.

    `kind` is the event or the action, `key` what it is about; `message` says what went wrong, `problem` all of it.
    """

    id: str
    at: datetime
    what: str
    consumer: str
    kind: str
    key: str
    case_id: str
    decision_id: str
    title: Text
    todo: Text
    message: str
    problem: str
    attempts: int
    body: dict[str, Any]
    status: str


class LetterPage(msgspec.Struct, frozen=True, kw_only=True):
    """Letters, latest first; how many wait in all, and how many of them for each who could not (`consumer`)."""

    letters: list[Letter]
    waiting: int
    by_consumer: dict[str, int]
    by_kind: dict[str, int]


class LetterOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one letter; `problem` says why it could not be done."""

    id: str
    done: bool
    problem: Text | None = None


def list_letters(shop: Shop, status: str, consumer: str, limit: int) -> LetterPage:
    """Letters with a status (`waiting`, `retried`, `dropped`; empty: all) and of a consumer."""
    query = sa.select(dead_letters).order_by(dead_letters.c.at.desc(), dead_letters.c.id).limit(bounded(limit))
    if status:
        query = query.where(dead_letters.c.status.startswith(status, autoescape=True))
    if consumer:
        query = query.where(dead_letters.c.consumer == consumer)
    waiting = sa.select(dead_letters.c.consumer, sa.func.count()).where(dead_letters.c.status == "waiting")
    with shop.store.read() as connection:
        letters = [_letter(connection, row) for row in connection.execute(query)]
        counted = {row[0]: row[1] for row in connection.execute(waiting.group_by(dead_letters.c.consumer))}
    kinds: dict[str, int] = {}
    for letter in letters:
        if letter.status == "waiting":
            kinds[letter.kind] = kinds.get(letter.kind, 0) + 1
    return LetterPage(letters=letters, waiting=sum(counted.values()), by_consumer=counted, by_kind=kinds)


def retry_letters(shop: Shop, ids: list[str], by: str) -> list[LetterOutcome]:
    """Hear events again, reconcile and send effects again; each on its own, so that one does not keep the others."""
    outcomes: list[LetterOutcome] = []
    for letter_id in ids:
        outcomes.append(_done(shop, letter_id, lambda one=letter_id: deciding.retry(shop, one, by)))
    return outcomes


def drop_letters(shop: Shop, ids: list[str], by: str, note: str) -> list[LetterOutcome]:
    """Have nothing done about letters; they stay on record with the reason. Raises LinkloopError `letter.reason`."""
    if not note.strip():
        raise LinkloopError(
            "letter.reason",
            Text(en="a dead letter is dropped only with a reason", zh="放弃死信必须填写原因"),
            Text(en="Say why; it stays on record.", zh="请写明原因，它会留在记录里。"),
        )
    outcomes: list[LetterOutcome] = []
    for letter_id in ids:
        outcomes.append(_done(shop, letter_id, lambda one=letter_id: deciding.drop(shop, one, by, note)))
    return outcomes


def _done(shop: Shop, letter_id: str, do: Any) -> LetterOutcome:
    try:
        do()
    except NotFound as error:
        return LetterOutcome(id=letter_id, done=False, problem=error.text)
    except LinkloopError as error:
        return LetterOutcome(id=letter_id, done=False, problem=error.text)
    return LetterOutcome(id=letter_id, done=True)


def _letter(connection: sa.Connection, row: Any) -> Letter:
    case_id = decision_id = key = ""
    kind, attempts = row.what, 0
    if row.what == "effect":
        effect = connection.execute(sa.select(outbox).where(outbox.c.effect_key == row.ref)).first()
        if effect is not None:
            case_id, decision_id, kind = effect.case_id, effect.decision_id, effect.action_kind
            key, attempts = effect.about, effect.attempt
    elif row.what == "event":
        line = connection.execute(sa.select(log).where(log.c.id == row.ref, log.c.is_event == 1).limit(1)).first()
        if line is not None:
            case_id, kind, key = line.case_id, line.kind, line.key
    return Letter(
        id=row.id,
        at=from_micros(row.at),
        what=row.what,
        consumer=row.consumer,
        kind=kind,
        key=key,
        case_id=case_id,
        decision_id=decision_id,
        title=_title(row.what, row.consumer, kind, key),
        todo=_todo(row.what, row.problem),
        message=_message(row.problem),
        problem=row.problem,
        attempts=attempts,
        body=_body(row.body),
        status=row.status,
    )


def _title(what: str, consumer: str, kind: str, key: str) -> Text:
    about = f" ({key})" if key else ""
    about_zh = f"（{key}）" if key else " "
    match what:
        case "effect":
            by, by_zh = ("", "") if consumer in ("", kind) else (f" by {consumer}", f"{consumer} ")
            return Text(
                en=f"{kind}{about} could not be carried out{by}", zh=f"{by_zh}未能执行 {kind}{about_zh}".strip()
            )
        case "event":
            return Text(
                en=f"the link {consumer} failed on {kind}{about}", zh=f"环节 {consumer} 处理 {kind}{about_zh}时出错"
            )
        case _:
            return Text(en=f"what {consumer} delivered could not be taken in", zh=f"无法接收 {consumer} 送来的内容")


_TODO: tuple[tuple[str, Text], ...] = (
    (
        r"(?i)LookupError|KeyError|no order|not found|unknown",
        Text(
            en="A fact that it needs is missing. Import it or wait until it arrives, then retry.",
            zh="缺少处理所需的数据。请先导入或等它到达，再重试。",
        ),
    ),
    (
        r"(?i)time.?out|timed out|connection|refused|unreachable|503|502|429",
        Text(
            en="The other side did not answer. Check it on the Worlds page, then retry: nothing is done twice.",
            zh="对方没有响应。请在“世界”页面检查连接后重试：不会重复执行。",
        ),
    ),
    (
        r"(?i)hop|circle|loop",
        Text(
            en="Links answered each other in a circle and were stopped. Drop it, and look at the map for the circle.",
            zh="环节之间互相触发形成循环，已被中止。请放弃它，并在环路图中查看循环。",
        ),
    ),
    (
        r"(?i)does not declare|undeclared|may not say",
        Text(
            en="The link said what it does not declare. It is a fault of the link: retry after it is corrected.",
            zh="环节发出了未声明的内容，属于环节的缺陷：修正后再重试。",
        ),
    ),
)


def _todo(what: str, problem: str) -> Text:
    for pattern, text in _TODO:
        if re.search(pattern, problem):
            return text
    if what == "effect":
        return Text(
            en="Retry: it is first looked up whether it was done after all, and only sent again if it was not.",
            zh="可以重试：系统会先核对它是否其实已经完成，确认没有完成才会再次发送。",
        )
    return Text(
        en="Retry when the cause is gone, or drop it with a reason; it stays on record either way.",
        zh="原因排除后重试，或写明原因后放弃；两种情况都会留下记录。",
    )


def _message(problem: str) -> str:
    """What was said of the failure, without the way to it."""
    lines = [line.strip() for line in problem.splitlines() if line.strip()]
    return lines[-1] if lines else problem


def _body(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return {"text": body[:2000].decode("utf-8", "replace")}
    return found if isinstance(found, dict) else {"value": found}
