"""Questions that people keep: SQL with a name, parameters and a chart, in versions, shared or for oneself."""

from __future__ import annotations

import time
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal
from uuid import uuid4

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.errors import Conflict, LinkloopError, NotFound, Refused
from linkloop.core.text import Text
from linkloop.engine.turn import Turn
from linkloop.faces.desk.workbench import Query, current
from linkloop.store.audit import Entry
from linkloop.store.schema import settings

_PREFIX = "questions/"
STARTER = "starter:"


class QuestionParam(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A blank of a question's SQL, `$name`, as a form asks for it; `default` is text."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,59}$")]
    kind: Literal["text", "number", "day", "bool"] = "text"
    default: Annotated[str, msgspec.Meta(max_length=500)] = ""


class ChartChoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a result is drawn; columns by name, `auto` lets the page guess."""

    kind: Literal["auto", "none", "line", "area", "bar", "scatter"] = "auto"
    x: Annotated[str, msgspec.Meta(max_length=200)] = ""
    y: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=200)], ...], msgspec.Meta(max_length=12)] = ()
    split: Annotated[str, msgspec.Meta(max_length=200)] = ""


class QuestionDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person writes of a question. `base` is the version that it changes: 0 for a new one."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    description: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    sql: Query
    params: Annotated[tuple[QuestionParam, ...], msgspec.Meta(max_length=20)] = ()
    chart: ChartChoice = ChartChoice()
    shared: bool = False
    base: Annotated[int, msgspec.Meta(ge=0)] = 0


class SavedQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it is kept; `name` and `description` of one that ships are in both languages. `at` is real time."""

    id: str
    version: int
    name: Text
    description: Text
    sql: str
    params: tuple[QuestionParam, ...] = ()
    chart: ChartChoice = ChartChoice()
    shared: bool = False
    owner: str = ""
    by: str = ""
    at: datetime | None = None
    deleted: bool = False
    starter: bool = False


def questions(shop: Shop, who: str) -> list[SavedQuestion]:
    """The questions that a person sees: those that ship, own ones, and what others share; own ones first."""
    with shop.store.read() as connection:
        query = sa.select(settings.c.name, settings.c.body).where(settings.c.name.startswith(_PREFIX))
        kept = [_decode(row.body) for row in connection.execute(query) if "@" not in row.name]
    seen = [one for one in kept if not one.deleted and (one.shared or one.owner == who)]
    seen.sort(key=lambda one: (one.owner != who, one.name.en.lower(), one.id))
    return seen + list(starters())


def question(shop: Shop, who: str, question_id: str) -> SavedQuestion:
    """One question. Raises NotFound `question.unknown`, also for one that somebody keeps for themselves."""
    for one in starters():
        if one.id == question_id:
            return one
    with shop.store.read() as connection:
        body = connection.execute(sa.select(settings.c.body).where(settings.c.name == _PREFIX + question_id)).scalar()
    return _seen(body, who, question_id)


def versions(shop: Shop, who: str, question_id: str) -> list[SavedQuestion]:
    """Every version of a question, latest first."""
    question(shop, who, question_id)
    if question_id.startswith(STARTER):
        return [question(shop, who, question_id)]
    query = sa.select(settings.c.body).where(settings.c.name.startswith(f"{_PREFIX}{question_id}@", autoescape=True))
    with shop.store.read() as connection:
        found = [_decode(row.body) for row in connection.execute(query)]
    return sorted(found, key=lambda one: -one.version)


def save(
    shop: Shop, who: str, draft: QuestionDraft, question_id: str = "", *, any_owner: bool = False
) -> SavedQuestion:
    """Keep a question, new or as the next version.

    Raises LinkloopError `sql.…` when its SQL may not run, Conflict `question.changed`, Refused `question.not_yours`.
    """
    shop.door.names(draft.sql)
    made = question_id or uuid4().hex

    def write(turn: Turn) -> SavedQuestion:
        before = _own(turn, who, made, any_owner) if question_id else None
        if before is not None and draft.base != before.version:
            raise Conflict(
                "question.changed",
                Text(
                    en=f"{before.by} saved version {before.version} in the meantime",
                    zh=f"{before.by} 已在此期间保存了第 {before.version} 版",
                ),
                Text(en="Open it anew, or save a copy.", zh="请重新打开，或另存为副本。"),
            )
        return _keep(
            turn,
            SavedQuestion(
                id=made,
                version=before.version + 1 if before else 1,
                name=Text(en=draft.name, zh=draft.name),
                description=Text(en=draft.description, zh=draft.description),
                sql=draft.sql,
                params=draft.params,
                chart=draft.chart,
                shared=draft.shared,
                owner=before.owner if before else who,
                by=who,
            ),
            before,
            "question.changed" if before else "question.saved",
        )

    return shop.loop.do(write)


def delete(shop: Shop, who: str, question_id: str, *, any_owner: bool = False) -> SavedQuestion:
    """Take a question out of the list; `restore` brings it back. Raises as `save`."""
    return _mark(shop, who, question_id, True, any_owner)


def restore(shop: Shop, who: str, question_id: str, *, any_owner: bool = False) -> SavedQuestion:
    """Bring a deleted question back. Raises as `save`."""
    return _mark(shop, who, question_id, False, any_owner)


def _mark(shop: Shop, who: str, question_id: str, deleted: bool, any_owner: bool) -> SavedQuestion:
    def write(turn: Turn) -> SavedQuestion:
        before = _own(turn, who, question_id, any_owner, deleted_too=True)
        if before.deleted == deleted:
            return before
        after = msgspec.structs.replace(before, deleted=deleted, version=before.version + 1, by=who)
        return _keep(turn, after, before, "question.deleted" if deleted else "question.restored")

    return shop.loop.do(write)


def _keep(turn: Turn, after: SavedQuestion, before: SavedQuestion | None, what: str) -> SavedQuestion:
    now = int(time.time() * 1e6)
    after = msgspec.structs.replace(after, at=from_micros(now))
    body, place = msgspec.json.encode(after), _PREFIX + after.id
    turn.w.settings += [(f"{place}@{after.version}", body, now, after.by), (place, body, now, after.by)]
    turn.w.audit.append(
        Entry(
            by=after.by,
            what=what,
            about=after.id,
            before=None if before is None else msgspec.to_builtins(before),
            after=msgspec.to_builtins(after),
        )
    )
    return after


def _own(turn: Turn, who: str, question_id: str, any_owner: bool, *, deleted_too: bool = False) -> SavedQuestion:
    if question_id.startswith(STARTER):
        raise _not_yours("this question ships with Linkloop", "该问题随 Linkloop 提供", question_id)
    found = _seen(current(turn, _PREFIX + question_id), who, question_id, any_owner, deleted_too)
    if found.owner != who and not any_owner:
        raise _not_yours(f"this question belongs to {found.owner}", f"该问题属于 {found.owner}", question_id)
    return found


def _seen(
    body: bytes | None, who: str, question_id: str, any_owner: bool = False, deleted_too: bool = False
) -> SavedQuestion:
    found = None if body is None else _decode(body)
    hidden = found is not None and not (found.shared or found.owner == who or any_owner)
    if found is None or hidden or (found.deleted and not deleted_too):
        raise NotFound(
            "question.unknown",
            Text(en="there is no such question", zh="没有这个问题"),
            Text(en="It may have been deleted; choose one from the list.", zh="它可能已被删除，请从列表中选择。"),
            where=question_id,
        )
    return found


def _not_yours(en: str, zh: str, where: str) -> LinkloopError:
    return Refused(
        "question.not_yours", Text(en=en, zh=zh), Text(en="Save a copy of it.", zh="请另存为副本。"), where=where
    )


def _decode(body: bytes) -> SavedQuestion:
    return msgspec.json.decode(body, type=SavedQuestion)


class _Shipped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A starter as `starters/starters.json` tells of it; its SQL is a file of its own."""

    file: str
    name: Text
    description: Text
    params: tuple[QuestionParam, ...] = ()
    chart: ChartChoice = ChartChoice()


@cache
def starters() -> tuple[SavedQuestion, ...]:
    """The questions that ship."""
    folder = files("linkloop.faces.desk") / "starters"
    told = msgspec.json.decode((folder / "starters.json").read_bytes(), type=list[_Shipped])
    return tuple(
        SavedQuestion(
            id=STARTER + one.file.removesuffix(".sql"),
            version=1,
            name=one.name,
            description=one.description,
            sql=(folder / one.file).read_text("utf-8"),
            params=one.params,
            chart=one.chart,
            shared=True,
            starter=True,
        )
        for one in told
    )
