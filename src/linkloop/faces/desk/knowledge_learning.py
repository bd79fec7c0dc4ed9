"""Learning to find: articles are encoded where an encoder is configured, and what finding gains by it is learned."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.knowledge import Article, ArticleVectors, Embed, FindingGate
from linkloop.core.errors import NotFound
from linkloop.core.question import Model
from linkloop.core.table import Table
from linkloop.engine.turn import Turn
from linkloop.faces.desk.knowledge import all_articles
from linkloop.faces.desk.service_saying import say_once
from linkloop.links.service.knowledge.fusion import load
from linkloop.links.service.knowledge.gate import learn
from linkloop.links.service.knowledge.vectors import digest_of, parts_of
from linkloop.models.embedding import Encoder, is_encoder
from linkloop.models.route import choose
from linkloop.store.schema import state

AT_ONCE = 200  # articles that are encoded and written in one step


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """What learning came to: how many articles were encoded now, by which encoder, and the gates."""

    encoder: str
    encoded: int
    gates: list[FindingGate]


def learn_finding(shop: Shop, by: str) -> Learned:
    """Encode what no vectors hold for, and learn the gates of the known questions and of the encoder.

    Raises NotFound `model.silent` when the encoder does not answer; what was encoded before stays.
    """
    encoder = encoder_of(shop)
    named, encoded = ("", 0) if encoder is None else encode_missing(shop, encoder, by)
    articles, vectors = all_articles(shop), vectors_of(shop, named) if named else {}
    now = shop.clock.now()
    names = ["", named] if named else [""]
    gates = [learn(name, articles, vectors if name else {}, load(), now) for name in names]

    def say(turn: Turn) -> tuple[Table, ...]:
        return tuple(gates)

    brief = {one.encoder or "words": one.open for one in gates}
    say_once(shop, "knowledge.learn", named, by, "", say, brief=lambda turn: brief)
    return Learned(encoder=named, encoded=encoded, gates=gates)


def encoder_of(shop: Shop) -> Encoder | None:
    """The model that answers Embed here, where it embeds many texts."""
    try:
        found: Model = choose(shop.matrix.candidates(Embed))
    except NotFound:
        return None
    return found if is_encoder(found) else None


def encode_missing(shop: Shop, encoder: Encoder, by: str) -> tuple[str, int]:
    """Vectors for all articles that have none of what they say now: (the encoder's name, how many articles)."""
    named = encoder.embed_many(["x"])[0].encoder
    known = vectors_of(shop, named)
    waiting = [
        one
        for one in all_articles(shop)
        if not one.withdrawn and (one.article_id not in known or known[one.article_id].digest != digest_of(one))
    ]
    for start in range(0, len(waiting), AT_ONCE):
        made = encoded(encoder, waiting[start : start + AT_ONCE])
        about = f"{len(made)}"
        say_once(shop, "knowledge.encode", about, by, "", lambda turn, rows=made: rows, brief=lambda turn: named)
    return named, len(waiting)


def encoded(encoder: Encoder, articles: list[Article]) -> tuple[ArticleVectors, ...]:
    """The vectors of articles; what has no direction is none at all."""
    parts = [parts_of(one) for one in articles]
    found = iter(encoder.embed_many([text for some in parts for text in some]))
    rows: list[ArticleVectors] = []
    for article, some in zip(articles, parts, strict=True):
        mine = [next(found) for _ in some]
        size = max((len(one.values) for one in mine), default=0)
        if size:
            values = b"".join(one.values or bytes(size) for one in mine)
            rows.append(
                ArticleVectors(
                    article_id=article.article_id, encoder=mine[0].encoder, digest=digest_of(article), size=size,
                    values=values,
                )
            )  # fmt: skip
    return tuple(rows)


def vectors_of(shop: Shop, encoder: str) -> dict[str, ArticleVectors]:
    """The latest vectors of an encoder, by article."""
    query = sa.select(state.c.body).where(state.c.kind == "article_vectors")
    with shop.store.read() as connection:
        rows = [msgspec.json.decode(body, type=ArticleVectors) for body in connection.execute(query).scalars()]
    return {row.article_id: row for row in rows if row.encoder == encoder}
