"""Sessions: a browser that somebody signed in with; it ends when it idles, when its time is up, or when told to."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.errors import NotFound
from linkloop.core.ids import new_id
from linkloop.core.text import Text
from linkloop.engine.turn import Turn
from linkloop.faces.desk import passwords
from linkloop.faces.desk.keys import digest
from linkloop.faces.desk.people import id_of
from linkloop.faces.desk.roles import Role
from linkloop.store.audit import Entry
from linkloop.store.schema import people, sessions

HOUR = 3_600 * 1_000_000
IDLE = 12 * HOUR  # a working day with its breaks
LONGEST = 7 * 24 * HOUR
MOST = 50  # open sessions of one person; the oldest end first


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """An open session as it may be shown; `current` is the one that asks."""

    id: str
    person: str
    at: datetime
    seen: datetime
    expires: datetime
    address: str
    agent: str
    current: bool


class Likes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person likes to see, on every machine; empty: as the browser says."""

    language: str = ""
    theme: str = ""


class SignedIn(NamedTuple):
    """Who a session belongs to."""

    id: str
    name: str
    role: Role
    seen: int
    expires: int
    likes: Likes


def begin(shop: Shop, name: str, kept: str, address: str, agent: str, now: int, *, instead: str = "") -> str | None:
    """Open a session for who gave the password that is kept as `kept`; gives the cookie, which is new each time.

    None when the account was disabled or its password changed meanwhile. `instead` is a cookie whose session ends.
    """
    secret = secrets.token_urlsafe(32)

    def work(turn: Turn) -> bool:
        row = turn.w.connection.execute(sa.select(people).where(people.c.id == id_of(name))).first()
        if row is None or row.disabled or row.password != kept:
            return False
        old = [sessions.c.expires <= now, sessions.c.seen <= now - IDLE]
        if instead:
            old.append(sessions.c.hash == digest(instead))
        turn.w.run(sa.delete(sessions).where(sa.or_(*old)))
        mine = sa.select(sessions.c.id).where(sessions.c.person == row.id).order_by(sessions.c.seen.desc())
        too_many = [one.id for one in turn.w.connection.execute(mine.offset(MOST - 1))]
        if too_many:
            turn.w.run(sa.delete(sessions).where(sessions.c.id.in_(too_many)))
        key = new_id(from_micros(now))
        turn.w.run(
            sa.insert(sessions).values(
                id=key,
                hash=digest(secret),
                person=row.id,
                at=now,
                seen=now,
                expires=now + LONGEST,
                address=address[:60],
                agent=agent[:200],
            )
        )
        turn.w.run(sa.update(people).where(people.c.id == row.id).values(seen=now))
        turn.w.audit.append(
            Entry(by=row.name, what="session.begin", about=row.name, after={"session": key, "address": address[:60]})
        )
        return True

    return secret if shop.loop.do(work) else None


def refused(shop: Shop, name: str, address: str, why: str, **more: Any) -> None:
    """Somebody could not sign in. `name` only of an account that exists: else it may be a password, typed too early."""
    told = {"address": address[:60], "why": why, **more}
    entry = Entry(by="", what="session.refused", about=name, after=told)
    shop.loop.do(lambda turn: turn.w.audit.append(entry))


def find(connection: sa.Connection, cookie: str, now: int) -> SignedIn | None:
    """Whose session this is, if it is still open."""
    query = (
        sa.select(sessions, people.c.name, people.c.role, people.c.likes, people.c.disabled)
        .join(people, people.c.id == sessions.c.person)
        .where(sessions.c.hash == digest(cookie))
    )
    row = connection.execute(query).first()
    if row is None or row.disabled or row.expires <= now or row.seen <= now - IDLE:
        return None
    likes = msgspec.json.decode(row.likes, type=Likes)
    return SignedIn(row.id, row.name, row.role, row.seen, min(row.expires, row.seen + IDLE), likes)


def touch(shop: Shop, key: str, now: int) -> None:
    """It was used."""
    shop.loop.do(lambda turn: turn.w.run(sa.update(sessions).where(sessions.c.id == key).values(seen=now)))


def list_sessions(shop: Shop, now: int, *, person: str = "", current: str = "") -> list[Session]:
    """Open sessions, the last used first; `person` empty: everybody's."""
    query = sa.select(sessions, people.c.name).join(people, people.c.id == sessions.c.person)
    query = query.where(sessions.c.expires > now, sessions.c.seen > now - IDLE).order_by(sessions.c.seen.desc())
    if person:
        query = query.where(sessions.c.person == id_of(person))
    with shop.store.read() as connection:
        return [
            Session(
                id=row.id,
                person=row.name,
                at=from_micros(row.at),
                seen=from_micros(row.seen),
                expires=from_micros(min(row.expires, row.seen + IDLE)),
                address=row.address,
                agent=row.agent,
                current=row.id == current,
            )
            for row in connection.execute(query)
        ]


def end(shop: Shop, key: str, by: str, *, of: str = "") -> None:
    """End one session, with `of` only that person's. Raises NotFound `session.unknown`."""

    def work(turn: Turn) -> None:
        row = turn.w.connection.execute(
            sa.select(sessions.c.person, people.c.name)
            .join(people, people.c.id == sessions.c.person)
            .where(sessions.c.id == key)
        ).first()
        if row is None or (of and row.person != id_of(of)):
            raise NotFound(
                "session.unknown",
                Text(en="there is no such session; it may have ended", zh="没有这个会话，可能已经结束"),
                where=key[:60],
            )
        turn.w.run(sa.delete(sessions).where(sessions.c.id == key))
        turn.w.audit.append(Entry(by=by, what="session.end", about=row.name, before={"session": key}))

    shop.loop.do(work)


def end_all(shop: Shop, person: str, by: str, *, keep: str = "") -> int:
    """End every session of a person but `keep`; gives how many there were."""

    def work(turn: Turn) -> int:
        mine = (sessions.c.person == id_of(person), sessions.c.id != keep)
        ended = turn.w.run(sa.delete(sessions).where(*mine))
        if ended:
            turn.w.audit.append(Entry(by=by, what="session.end_all", about=person, after={"sessions_ended": ended}))
        return ended

    return shop.loop.do(work)


def set_likes(shop: Shop, person: str, likes: Likes) -> None:
    """Keep a person's language and theme."""

    def work(turn: Turn) -> None:
        row = turn.w.connection.execute(sa.select(people.c.likes).where(people.c.id == id_of(person))).first()
        body = msgspec.json.encode(likes)
        if row is None or row.likes == body:
            return
        turn.w.run(sa.update(people).where(people.c.id == id_of(person)).values(likes=body))
        before = msgspec.json.decode(row.likes)
        turn.w.audit.append(Entry(by=person, what="session.likes", about=person, before=before, after=likes))

    shop.loop.do(work)


def raise_cost(shop: Shop, name: str, kept: str, password: str) -> str:
    """Keep a password with today's parameters, now that it was given; gives how it is kept."""
    new = passwords.hash_of(password)

    def work(turn: Turn) -> int:
        where = (people.c.id == id_of(name), people.c.password == kept)
        return turn.w.run(sa.update(people).where(*where).values(password=new))

    return new if shop.loop.do(work) else kept
