"""People: accounts with a role; every change is in the audit, and somebody can always let the others in."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.errors import Conflict, LinkloopError, NotFound, Refused
from linkloop.core.text import Text
from linkloop.engine.turn import Turn
from linkloop.faces.desk import passwords
from linkloop.faces.desk.roles import Role
from linkloop.store.audit import Entry
from linkloop.store.schema import people, sessions

_NAME = re.compile(r"\w(?:[\w .@'\-]{0,58}[\w.])?")
_TAKEN = frozenset({"local", "loop", "link", "token", "person", "cli", "system"})


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A person who may sign in; `seen` is the last time, `sessions` how many are open."""

    name: str
    role: Role
    at: datetime
    by: str
    seen: datetime | None
    disabled: datetime | None
    sessions: int


def id_of(name: str) -> str:
    """The key of a name: `Li Lei`, `li lei` and full-width letters are one person."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def any_account(connection: sa.Connection) -> bool:
    """Whether anybody has an account; from then on everybody signs in."""
    return connection.execute(sa.select(people.c.id).limit(1)).first() is not None


def list_accounts(shop: Shop) -> list[Account]:
    """Everybody, by name; who was disabled stands at the end."""
    count = sa.select(sa.func.count()).where(sessions.c.person == people.c.id).scalar_subquery().label("open")
    query = sa.select(people, count).order_by(people.c.disabled > 0, people.c.id)
    with shop.store.read() as connection:
        return [_account(row) for row in connection.execute(query)]


def add(shop: Shop, name: str, role: Role, password: str, by: str, now: int) -> Account:
    """A new account. The first must be an administrator's, so that there is somebody to add the next.

    Raises LinkloopError `people.name`, Refused `people.password` / `people.first`, Conflict `people.exists`.
    """
    shown = unicodedata.normalize("NFKC", name).strip()
    if not _NAME.fullmatch(shown) or id_of(shown) in _TAKEN:
        raise LinkloopError(
            "people.name",
            Text(en=f"{name[:60]!r} cannot be a name here", zh=f"不能使用名称 {name[:60]!r}"),
            Text(
                en="Take 1 to 60 letters, digits, spaces, or . _ - @ '.",
                zh="请用 1 至 60 个文字、字母、数字、空格或 . _ - @ '。",
            ),
            where="name",
        )
    passwords.check(password, shown)
    kept = passwords.hash_of(password)

    def work(turn: Turn) -> None:
        connection = turn.w.connection
        if not any_account(connection) and role != "admin":
            raise Refused(
                "people.first",
                Text(en="the first account must be an administrator's", zh="第一个账号必须是管理员"),
                Text(en="Add an admin first; it can add everybody else.", zh="请先添加管理员，再由其添加其他人。"),
                where="role",
            )
        if connection.execute(sa.select(people.c.id).where(people.c.id == id_of(shown))).first():
            raise Conflict(
                "people.exists",
                Text(en=f"there is an account {shown}", zh=f"账号 {shown} 已存在"),
                Text(en="Take another name, or change that account.", zh="请换用其他名称，或修改该账号。"),
                where=shown,
            )
        turn.w.run(
            sa.insert(people).values(
                id=id_of(shown), name=shown, role=role, password=kept, likes=b"{}", at=now, by=by, seen=0, disabled=0
            )
        )
        turn.w.audit.append(Entry(by=by, what="people.add", about=shown, after={"role": role}))

    shop.loop.do(work)
    return account(shop, shown)


def account(shop: Shop, name: str) -> Account:
    """One account. Raises NotFound `people.unknown`."""
    with shop.store.read() as connection:
        row = _row(connection, name)
        count = sa.select(sa.func.count()).where(sessions.c.person == row.id)
        return _account(row, connection.execute(count).scalar_one())


def set_role(shop: Shop, name: str, role: Role, by: str) -> Account:
    """Give another role, at once. Raises NotFound `people.unknown`, Refused `people.last_admin`."""

    def work(turn: Turn) -> None:
        row = _row(turn.w.connection, name)
        if row.role == role:
            return
        if role != "admin":
            _keep_an_admin(turn.w.connection, row)
        turn.w.run(sa.update(people).where(people.c.id == row.id).values(role=role))
        turn.w.audit.append(
            Entry(by=by, what="people.role", about=row.name, before={"role": row.role}, after={"role": role})
        )

    shop.loop.do(work)
    return account(shop, name)


def set_disabled(shop: Shop, name: str, disabled: bool, by: str, now: int) -> Account:
    """Shut somebody out and end what is open, or let in again. The account stays, since records name it.

    Raises NotFound `people.unknown`, Refused `people.last_admin`.
    """

    def work(turn: Turn) -> None:
        row = _row(turn.w.connection, name)
        if bool(row.disabled) == disabled:
            return
        ended = 0
        if disabled:
            _keep_an_admin(turn.w.connection, row)
            ended = turn.w.run(sa.delete(sessions).where(sessions.c.person == row.id))
        turn.w.run(sa.update(people).where(people.c.id == row.id).values(disabled=now if disabled else 0))
        told = {"sessions_ended": ended} if disabled else None
        turn.w.audit.append(
            Entry(by=by, what="people.disable" if disabled else "people.enable", about=row.name, after=told)
        )

    shop.loop.do(work)
    return account(shop, name)


def set_password(shop: Shop, name: str, password: str, by: str, *, keep: str = "", what: str = "people.reset") -> int:
    """A new password; every session but `keep` ends. Gives how many ended.

    Raises NotFound `people.unknown`, Refused `people.password`.
    """
    passwords.check(password, name)
    kept = passwords.hash_of(password)

    def work(turn: Turn) -> int:
        row = _row(turn.w.connection, name)
        turn.w.run(sa.update(people).where(people.c.id == row.id).values(password=kept))
        ended = turn.w.run(sa.delete(sessions).where(sessions.c.person == row.id, sessions.c.id != keep))
        turn.w.audit.append(Entry(by=by, what=what, about=row.name, after={"sessions_ended": ended}))
        return ended

    return shop.loop.do(work)


def _row(connection: sa.Connection, name: str) -> Any:
    row = connection.execute(sa.select(people).where(people.c.id == id_of(name))).first()
    if row is None:
        raise NotFound(
            "people.unknown",
            Text(en=f"there is no account {name[:60]}", zh=f"没有账号 {name[:60]}"),
            Text(en="List them with `linkloop people list`.", zh="可用 `linkloop people list` 查看。"),
            where=name[:60],
        )
    return row


def _keep_an_admin(connection: sa.Connection, row: Any) -> None:
    others = sa.select(people.c.id).where(people.c.role == "admin", people.c.disabled == 0, people.c.id != row.id)
    if row.role == "admin" and not row.disabled and connection.execute(others.limit(1)).first() is None:
        raise Refused(
            "people.last_admin",
            Text(en=f"{row.name} is the last administrator", zh=f"{row.name} 是最后一位管理员"),
            Text(en="Make somebody else an administrator first.", zh="请先指定另一位管理员。"),
            where=row.name,
        )


def _account(row: Any, open_sessions: int | None = None) -> Account:
    return Account(
        name=row.name,
        role=row.role,
        at=from_micros(row.at),
        by=row.by,
        seen=from_micros(row.seen) if row.seen else None,
        disabled=from_micros(row.disabled) if row.disabled else None,
        sessions=row.open if open_sessions is None else open_sessions,
    )
