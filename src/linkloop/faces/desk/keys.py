"""Keys: tokens with which programs speak to a shop; shown once, kept as a hash, with a role, an end and a last use."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.errors import LinkloopError, NotFound
from linkloop.core.ids import new_id
from linkloop.core.text import Text
from linkloop.engine.turn import Turn
from linkloop.faces.desk.roles import Role
from linkloop.store.audit import Entry
from linkloop.store.schema import tokens

PREFIX = "llt_"  # so that a scanner of leaked secrets, and a reader, know what it is
DAY = 86_400 * 1_000_000


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A token as it may be shown: everything but the secret."""

    id: str
    name: str
    role: Role
    at: datetime
    by: str
    expires: datetime | None
    used: datetime | None
    revoked: datetime | None


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A token just made; `secret` is told this once."""

    key: Key
    secret: str


class Holder(NamedTuple):
    """Whose token it is."""

    id: str
    name: str
    role: Role
    used: int


def digest(secret: str) -> bytes:
    """What is kept of a token or a cookie: they are random, so that a plain hash tells nothing."""
    return sha256(secret.encode()).digest()


def make(shop: Shop, name: str, role: Role, days: int, by: str, now: int) -> NewKey:
    """A token for a program; `days` 0: until it is revoked. Raises LinkloopError `tokens.name`."""
    name = name.strip()
    if not 0 < len(name) <= 60 or not name.isprintable():
        raise LinkloopError(
            "tokens.name",
            Text(en="a token needs the name of the program that holds it", zh="令牌需要注明使用它的程序名称"),
            Text(en="1 to 60 characters.", zh="1 至 60 个字符。"),
            where="name",
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    key = new_id(from_micros(now))
    expires = now + days * DAY if days else 0

    def work(turn: Turn) -> None:
        turn.w.run(
            sa.insert(tokens).values(
                id=key, name=name, role=role, hash=digest(secret), at=now, by=by, expires=expires, used=0, revoked=0
            )
        )
        told = {"id": key, "role": role, "expires": from_micros(expires) if expires else None}
        turn.w.audit.append(Entry(by=by, what="tokens.add", about=name, after=told))

    shop.loop.do(work)
    return NewKey(key=next(one for one in list_keys(shop) if one.id == key), secret=secret)


def list_keys(shop: Shop) -> list[Key]:
    """Every token, latest first; those that count no more at the end."""
    with shop.store.read() as connection:
        rows = connection.execute(sa.select(tokens).order_by(tokens.c.revoked > 0, tokens.c.id.desc())).all()
    return [_key(row) for row in rows]


def revoke(shop: Shop, key: str, by: str, now: int) -> None:
    """It counts no more; its record stays. Raises NotFound `tokens.unknown`."""

    def work(turn: Turn) -> None:
        row = turn.w.connection.execute(sa.select(tokens).where(tokens.c.id == key)).first()
        if row is None:
            raise NotFound("tokens.unknown", Text(en="there is no such token", zh="没有这个令牌"), where=key[:60])
        if row.revoked:
            return
        turn.w.run(sa.update(tokens).where(tokens.c.id == key).values(revoked=now))
        turn.w.audit.append(Entry(by=by, what="tokens.revoke", about=row.name, before={"id": key, "role": row.role}))

    shop.loop.do(work)


def holder(connection: sa.Connection, secret: str, now: int) -> Holder | None:
    """Whose token this is, if it counts now."""
    row = connection.execute(sa.select(tokens).where(tokens.c.hash == digest(secret))).first()
    if row is None or row.revoked or (row.expires and row.expires <= now):
        return None
    return Holder(row.id, row.name, row.role, row.used)


def touch(shop: Shop, key: str, now: int) -> None:
    """It was used."""
    shop.loop.do(lambda turn: turn.w.run(sa.update(tokens).where(tokens.c.id == key).values(used=now)))


def _key(row: Any) -> Key:
    return Key(
        id=row.id,
        name=row.name,
        role=row.role,
        at=from_micros(row.at),
        by=row.by,
        expires=from_micros(row.expires) if row.expires else None,
        used=from_micros(row.used) if row.used else None,
        revoked=from_micros(row.revoked) if row.revoked else None,
    )
