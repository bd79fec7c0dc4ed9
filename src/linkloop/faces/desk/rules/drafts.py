"""Drafts: each person's own, saved as they type, so that nobody overwrites another, nor themselves in a second tab."""

from __future__ import annotations

import time

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.errors import Conflict, NotFound
from linkloop.core.text import Text
from linkloop.engine.turn import Turn
from linkloop.faces.desk.rules.diff import merge
from linkloop.faces.desk.rules.sheet import sheet_of
from linkloop.faces.desk.rules.views import RuleDraft, RuleDraftNote, RuleMerge, RuleSheet
from linkloop.store.schema import settings


class _Kept(msgspec.Struct, frozen=True):
    """A draft as it is stored; `sheet` None: it was given up or went live."""

    revision: int
    based_on: str
    sheet: RuleSheet | None


def drafts(shop: Shop, name: str) -> list[RuleDraftNote]:
    """Who keeps a draft of this table, latest first."""
    prefix = f"drafts/rules/{name}/"
    query = sa.select(settings).where(settings.c.name.startswith(prefix, autoescape=True))
    live = shop.rules.known(name).version
    with shop.store.read() as connection:
        rows = connection.execute(query.order_by(settings.c.at.desc())).all()
    return [
        RuleDraftNote(
            by=row.by,
            at=from_micros(row.at),
            based_on=kept.based_on,
            revision=kept.revision,
            stale=kept.based_on != live,
        )
        for row in rows
        if (kept := msgspec.json.decode(row.body, type=_Kept)).sheet is not None
    ]


def draft(shop: Shop, name: str, person: str) -> RuleDraft | None:
    """A person's draft, or None."""
    live = shop.rules.known(name).version
    with shop.store.read() as connection:
        row = connection.execute(sa.select(settings).where(settings.c.name == _place(name, person))).first()
    kept = None if row is None else msgspec.json.decode(row.body, type=_Kept)
    if row is None or kept is None or kept.sheet is None:
        return None
    return RuleDraft(
        by=person,
        at=from_micros(row.at),
        based_on=kept.based_on,
        revision=kept.revision,
        stale=kept.based_on != live,
        sheet=kept.sheet,
        before=sheet_of(shop.rules.body(name, kept.based_on)),
    )


def draft_of(shop: Shop, name: str, person: str) -> RuleDraft:
    """A person's draft. Raises NotFound `rules.no_draft`."""
    found = draft(shop, name, person)
    if found is None:
        raise NotFound(
            "rules.no_draft",
            Text(en=f"{person} keeps no draft of {name}", zh=f"{person} 没有 {name} 的草稿"),
            where=name,
        )
    return found


def save(shop: Shop, name: str, person: str, sheet: RuleSheet, based_on: str, revision: int) -> RuleDraft:
    """Keep a draft. `revision` is the one that was last seen, 0 for none.

    Raises Conflict `rules.draft_moved` when it was saved meanwhile from elsewhere: nothing is overwritten.
    """
    shop.rules.body(name, based_on)  # refuses a version that never was

    def work(turn: Turn) -> None:
        last = _revision(turn, name, person)
        if last != revision:
            raise Conflict(
                "rules.draft_moved",
                Text(
                    en="this draft was saved from another window meanwhile; nothing was overwritten",
                    zh="这份草稿已在别的窗口保存过；没有覆盖任何内容",
                ),
                Text(
                    en="Load the saved draft, or keep yours in its place.",
                    zh="请载入已保存的草稿，或用你当前的内容替换它。",
                ),
                where=f"revision {last}",
            )
        _keep(turn, name, person, _Kept(revision + 1, based_on, sheet))

    shop.loop.do(work)
    return draft_of(shop, name, person)


def discard(shop: Shop, name: str, person: str) -> None:
    """Give a draft up. Raises NotFound `rules.no_draft`."""
    draft_of(shop, name, person)
    shop.loop.do(lambda turn: forget(turn, name, person))


def forget(turn: Turn, name: str, person: str) -> None:
    """Within a turn: the person keeps no draft any more; its revisions go on counting."""
    if last := _revision(turn, name, person):
        _keep(turn, name, person, _Kept(last + 1, "", None))


def merged(shop: Shop, name: str, sheet: RuleSheet, based_on: str) -> RuleMerge:
    """A draft's changes brought onto the version that is live now; nothing is written."""
    base = sheet_of(shop.rules.body(name, based_on))
    live = shop.rules.known(name).version
    return merge(base, sheet, sheet_of(shop.rules.bodies[name]), live)


def _place(name: str, person: str) -> str:
    return f"drafts/rules/{name}/{person}"


def _revision(turn: Turn, name: str, person: str) -> int:
    place = _place(name, person)
    body = next((row[1] for row in reversed(turn.w.settings) if row[0] == place), None)
    if body is None:
        body = turn.w.connection.execute(sa.select(settings.c.body).where(settings.c.name == place)).scalar()
    return 0 if body is None else msgspec.json.decode(body, type=_Kept).revision


def _keep(turn: Turn, name: str, person: str, kept: _Kept) -> None:
    turn.w.settings.append((_place(name, person), msgspec.json.encode(kept), int(time.time() * 1e6), person))
