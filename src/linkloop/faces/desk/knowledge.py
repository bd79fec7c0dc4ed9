"""Knowledge at the desk: articles are listed, searched, written and withdrawn, each change on record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.knowledge import Article, ArticleChanged, ArticleKind, Embed, Embedding, Passage, Retrieve
from linkloop.core.errors import Conflict, NotFound
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.core.world import Delivery
from linkloop.engine.asking import ask_now
from linkloop.engine.turn import Turn
from linkloop.faces.desk.reading import bounded
from linkloop.faces.desk.service_saying import say_once
from linkloop.faces.desk.views import Page
from linkloop.models.embedding import is_encoder
from linkloop.models.route import choose
from linkloop.store.audit import Entry
from linkloop.store.codec import encode
from linkloop.store.schema import state

LONGEST = 100_000
LONGEST_ASKED = 160  # signs of a question that an encoder gets
Question = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
SOURCE = "knowledge"


class ArticleBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article as a person writes it; `updated_at` is that of the version that it was made from (none: a new one)."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    body: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)]
    kind: ArticleKind = "help"
    language: Annotated[str, msgspec.Meta(max_length=35)] = ""
    topic: Annotated[str, msgspec.Meta(max_length=200)] = ""
    asked: Annotated[tuple[Question, ...], msgspec.Meta(max_length=200)] = ()
    url: Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^(?:https?://\S+)?$")] = ""
    valid_from: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    valid_until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    updated_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What an import came to: articles that were new or changed, and those that were there as they are."""

    changed: int
    same: int


def all_articles(shop: Shop) -> list[Article]:
    """Every article, withdrawn ones too, by id."""
    query = sa.select(state.c.body).where(state.c.kind == "articles").order_by(state.c.key)
    with shop.store.read() as connection:
        return [msgspec.json.decode(body, type=Article) for body in connection.execute(query).scalars()]


def list_articles(
    shop: Shop, *, text: str = "", topic: str = "", language: str = "", withdrawn: bool = False, limit: int = 50,
    cursor: str = "",
) -> Page[Article]:  # fmt: skip
    """Articles by id, a page at a time; `text` is a part of the title or the id."""
    limit, low = bounded(limit), text.casefold()
    found = [
        one
        for one in all_articles(shop)
        if one.article_id > cursor
        and one.withdrawn == withdrawn
        and topic in ("", one.topic)
        and language in ("", one.language)
        and (not low or low in one.title.casefold() or low in one.article_id.casefold())
    ]
    return Page(found[:limit], found[limit - 1].article_id if len(found) > limit else "")


def find(shop: Shop, text: str, language: str = "", limit: int = 5) -> list[Passage]:
    """The passages that the bot would find for a text now, with the probability that each answers it."""
    asked = Retrieve(
        text=text, at=shop.clock.now(), language=language, limit=bounded(limit), near=direction(shop, text)
    )
    return list(ask_now(shop.store, shop.matrix, asked).value.passages)


def direction(shop: Shop, text: str) -> Embedding:
    """Where a text lies for the encoder of this shop, as the bot asks it; nowhere without one or while it is silent."""
    try:
        return ask_now(shop.store, shop.matrix, Embed(text=text[:LONGEST_ASKED])).value
    except NotFound:
        return Embedding()


def directions(shop: Shop, texts: Sequence[str]) -> list[Embedding]:
    """As `direction`, of many texts at once."""
    try:
        model = choose(shop.matrix.candidates(Embed))
        if is_encoder(model):
            return model.embed_many([text[:LONGEST_ASKED] for text in texts])
    except NotFound:
        pass
    return [Embedding() for _ in texts]


def article(shop: Shop, article_id: str) -> Article:
    """One article. Raises NotFound `article.unknown`."""
    query = sa.select(state.c.body).where(state.c.kind == "articles", state.c.key == article_id)
    with shop.store.read() as connection:
        body = connection.execute(query).scalar()
    if body is None:
        raise _unknown(article_id)
    return msgspec.json.decode(body, type=Article)


def save(shop: Shop, article_id: str, body: ArticleBody, by: str, key: str = "") -> Article:
    """Write an article, new or in place of the version that it was made from. Raises Conflict `article.moved`."""
    fields = {f: getattr(body, f) for f in ArticleBody.__struct_fields__ if f != "updated_at"}

    def say(turn: Turn) -> tuple[Table, ...]:
        before, _ = turn.w.facts.get(Article, article_id)
        if before is not None and before.updated_at != body.updated_at:
            raise _moved(article_id)
        now = shop.clock.now()
        source = before.source if before else "desk"
        row = Article(article_id=article_id, source=source, updated_at=now, **fields)
        return row, ArticleChanged(at=now, article_id=article_id, by=by)

    said = msgspec.json.encode(body).decode()
    say_once(shop, "knowledge.save", article_id, by, key, say, body=said, brief=lambda turn: _brief(turn, article_id))
    return article(shop, article_id)


def withdraw(shop: Shop, article_id: str, by: str, key: str = "") -> Article:
    """Take an article out of the answers; it stays on record. Raises NotFound `article.unknown`."""

    def say(turn: Turn) -> tuple[Table, ...]:
        before, _ = turn.w.facts.get(Article, article_id)
        if before is None:
            raise _unknown(article_id)
        now = shop.clock.now()
        row = msgspec.structs.replace(before, withdrawn=True, updated_at=now)
        return row, ArticleChanged(at=now, article_id=article_id, by=by)

    say_once(shop, "knowledge.withdraw", article_id, by, key, say, brief=lambda turn: _brief(turn, article_id))
    return article(shop, article_id)


def take(shop: Shop, articles: Iterable[Article], by: str) -> Taken:
    """Take imported articles in, each once for what it says; all or nothing, with one line on record."""
    given = list(articles)

    def work(turn: Turn) -> Taken:
        now = shop.clock.now()
        changed = 0
        for one in given:
            before, _ = turn.w.facts.get(Article, one.article_id)
            if before is not None and msgspec.structs.replace(before, updated_at=one.updated_at) == one:
                continue
            changed += 1
            row = msgspec.structs.replace(one, updated_at=one.updated_at or now)
            news = ArticleChanged(at=now, article_id=one.article_id, by=by)
            digest = blake2b(encode(row) + str(turn.w.head).encode(), digest_size=12).hexdigest()
            turn.accept(Delivery(source=SOURCE, external_id=f"{one.article_id}:{digest}", said=(row, news)), {})
        if changed:
            counts: dict[str, Any] = {"changed": changed, "same": len(given) - changed}
            turn.w.audit.append(Entry(by=by, what="knowledge.import", about=f"{changed}", before=None, after=counts))
        return Taken(changed=changed, same=len(given) - changed)

    return shop.loop.do(work)


def _brief(turn: Turn, article_id: str) -> Any:
    row, _ = turn.w.facts.get(Article, article_id)
    return None if row is None else {"title": row.title, "withdrawn": row.withdrawn, "body": row.body[:2000]}


def _unknown(article_id: str) -> NotFound:
    return NotFound(
        "article.unknown",
        Text(en=f"there is no article {article_id}", zh=f"没有编号为 {article_id} 的文章"),
        Text(en="Look for it in the list.", zh="请在列表中查找。"),
        where=article_id,
    )


def _moved(article_id: str) -> Conflict:
    return Conflict(
        "article.moved",
        Text(en="this article was changed meanwhile", zh="这篇文章期间已被修改"),
        Text(en="Look at what it says now, then write again.", zh="请先查看现在的内容，再重新修改。"),
        where=article_id,
    )
