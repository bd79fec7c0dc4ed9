"""Quality review: a fair sample of conversations that are over, and the marks that people give them."""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b
from typing import Annotated

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Conversation
from linkloop.commerce.desk import QualityReview
from linkloop.core.clock import micros
from linkloop.core.table import join_key
from linkloop.core.text import Text
from linkloop.engine.turn import Turn
from linkloop.faces.desk.service_holding import unknown
from linkloop.faces.desk.things_rows import Rows
from linkloop.store.audit import Entry
from linkloop.store.schema import state

BACK = timedelta(days=30)
# What is looked at; each mark is 0 (no), 1 (partly) or 2 (yes).
RUBRIC: dict[str, Text] = {
    "right": Text(en="What was asked was answered, and right", zh="答其所问，且正确"),
    "grounded": Text(en="It rests on facts of the shop", zh="依据店铺事实"),
    "kind": Text(en="It was said kindly and clearly", zh="语气友善，表达清楚"),
    "within_policy": Text(en="Nothing was promised beyond policy", zh="没有超出政策的承诺"),
}
Mark = Annotated[int, msgspec.Meta(ge=0, le=2)]


class Marks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person's marks for one conversation."""

    right: Mark
    grounded: Mark
    kind: Mark
    within_policy: Mark
    note: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class QualitySample(msgspec.Struct, frozen=True, kw_only=True):
    """Conversations to look at, and what to look at."""

    items: list[Conversation]
    rubric: dict[str, Text]
    of: int


class QualityReport(msgspec.Struct, frozen=True, kw_only=True):
    """Mean marks (0 to 2) of the last 30 days, all together, and of what people had a hand in and the bot alone."""

    reviews: int
    marks: dict[str, float]
    bot: dict[str, float]
    person: dict[str, float]
    items: list[QualityReview]


def sample(shop: Shop, by: str, size: int, seed: str = "") -> QualitySample:
    """Solved conversations of the last 30 days that `by` has not marked, drawn evenly; the same `seed` (default: the
    shop's day) draws the same ones."""
    now = shop.clock.now()
    seed = seed or now.astimezone(shop.zone).date().isoformat()
    query = sa.select(state.c.body).where(state.c.kind == "conversations", state.c.ix2 == "solved")
    with shop.store.read() as connection:
        rows = [msgspec.json.decode(body, type=Conversation) for body in connection.execute(query).scalars()]
        known = Rows(shop, connection)
        recent = [r for r in rows if not r.continued_by and r.solved_at is not None and now - r.solved_at <= BACK]
        marked = {
            row.conversation_id
            for row in known.many(QualityReview, (join_key((r.conversation_id, by)) for r in recent))
        }
    left = [row for row in recent if row.conversation_id not in marked]
    return QualitySample(items=sorted(left, key=lambda row: _draw(seed, row))[:size], rubric=RUBRIC, of=len(left))


def review(shop: Shop, conversation_id: str, by: str, marks: Marks) -> QualityReview:
    """Keep a person's marks; they may change their mind. Raises NotFound `conversation.unknown`."""

    def work(turn: Turn) -> QualityReview:
        if turn.w.facts.get(Conversation, conversation_id)[0] is None:
            raise unknown(conversation_id)
        before = turn.w.facts.get(QualityReview, join_key((conversation_id, by)))[0]
        made = QualityReview(
            conversation_id=conversation_id, by=by, at=shop.clock.now(), right=marks.right, grounded=marks.grounded,
            kind=marks.kind, within_policy=marks.within_policy, note=marks.note,
        )  # fmt: skip
        turn.w.row(made, micros(made.at), f"person:{by}")
        turn.w.audit.append(Entry(by=by, what="service.review", about=conversation_id, before=before, after=made))
        return made

    return shop.loop.do(work)


def report(shop: Shop) -> QualityReport:
    """What people thought of the last 30 days, latest first."""
    since = shop.clock.now() - BACK
    query = sa.select(state.c.body).where(state.c.kind == "quality_reviews")
    with shop.store.read() as connection:
        every = [msgspec.json.decode(body, type=QualityReview) for body in connection.execute(query).scalars()]
        found = sorted((r for r in every if r.at >= since), key=lambda r: (r.at, r.conversation_id), reverse=True)
        talks = {c.conversation_id: c for c in Rows(shop, connection).many(Conversation, _ids(found))}
    by_person = {key for key, row in talks.items() if row.handed_over or row.holder == "person"}
    return QualityReport(
        reviews=len(found),
        marks=_means(found),
        bot=_means([r for r in found if r.conversation_id not in by_person]),
        person=_means([r for r in found if r.conversation_id in by_person]),
        items=found[:200],
    )


def _ids(found: list[QualityReview]) -> set[str]:
    return {one.conversation_id for one in found}


def _means(found: list[QualityReview]) -> dict[str, float]:
    return {name: round(sum(getattr(r, name) for r in found) / len(found), 3) for name in RUBRIC} if found else {}


def _draw(seed: str, row: Conversation) -> bytes:
    """A fair lot: a function of the seed and the conversation alone."""
    return blake2b(f"{seed}\x1f{row.conversation_id}".encode(), digest_size=8).digest()
