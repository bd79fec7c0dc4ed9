"""Access: who a request comes from, and that every route names what it takes to use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from linkloop.core.errors import Refused
from linkloop.core.text import Text
from linkloop.faces.api.problems import Unauthorised
from linkloop.faces.desk.roles import PERMISSIONS, ROLES, Permission, Role, covers

R = TypeVar("R")
# "anyone" needs no account (signing in, visitors, health); "self" is what everybody who is known may do for himself.
Needed = Permission | Literal["anyone", "self"]
# What the guard leaves in the scope of a request: who it is, why that is not known, what he likes, until when (real
# microseconds), and how to ask again.
WHO, UNKNOWN, LIKES, UNTIL, AGAIN = (f"linkloop_{name}" for name in ("person", "unknown", "likes", "until", "again"))


class Person(msgspec.Struct, frozen=True):
    """Who speaks: a signed-in person, a program's token, or `local` on a shop without accounts that only this machine
    reaches. `key` is the session's or token's id."""

    name: str
    role: Role
    via: Literal["session", "token", "local"] = "local"
    key: str = ""

    def may(self, permission: Permission) -> bool:
        """Whether this person's role holds the permission."""
        return permission in ROLES[self.role]

    def said(self, name: str) -> str:
        """Whose name goes on record where a body names somebody: only `local`, who is nobody, is believed."""
        return (name or self.name) if self.via == "local" else self.name


LOCAL = Person("local", "admin")


def may(permission: Needed) -> dict[str, Any]:
    """The `opt` of a route: `@get("/x", opt=may("see"))`."""
    return {"may": permission}


def person_of(request: Request[Any, Any, Any]) -> Person:
    """Who this request comes from. Raises Unauthorised `session.none` where that is not known."""
    found = request.scope.get(WHO)  # type: ignore[call-overload]
    if not isinstance(found, Person):
        raise request.scope.get(UNKNOWN) or unknown()  # type: ignore[call-overload]
    return found


def check(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of every route, before its body is read: what is not marked is closed.

    Raises Unauthorised `session.none`, or Refused `access.denied` / `access.unmarked`.
    """
    if connection.scope.get("method") == "OPTIONS":
        return  # the framework's own: it tells the methods and nothing else
    needed = handler.opt.get("may")
    if needed == "anyone":
        return
    person = connection.scope.get(WHO)
    if not isinstance(person, Person):
        raise connection.scope.get(UNKNOWN) or unknown()
    if needed == "self" or (needed in PERMISSIONS and person.may(needed)):
        return
    if needed not in PERMISSIONS:
        raise Refused(
            "access.unmarked",
            Text(en="nobody has said who may use this", zh="该接口未声明所需权限"),
            where=str(connection.scope["path"])[:200],
        )
    raise Refused(
        "access.denied",
        Text(
            en=f"{person.name} is {NAMES[person.role].en}, which does not include: {DOES[needed].en}",
            zh=f"{person.name} 的角色是{NAMES[person.role].zh}，不含此权限：{DOES[needed].zh}",
        ),
        Text(en="Ask an administrator for the role, or for the deed.", zh="请联系管理员授予角色或代为操作。"),
        where=needed,
    )


def check_link(who: Person, link: str, where: str = "") -> None:
    """Raises Refused `access.link` when this person's role does not decide for this link."""
    if not covers(who.role, link):
        raise Refused(
            "access.link",
            Text(
                en=f"{who.name} is {NAMES[who.role].en} and does not decide for the link {link}",
                zh=f"{who.name} 的角色是{NAMES[who.role].zh}，无权处理环节 {link} 的决策",
            ),
            Text(en="Leave it to who is in charge of that link.", zh="请交由负责该环节的人员处理。"),
            where=where or link,
        )


def for_link(who: Person, link: str, where: str, deed: Callable[[], R]) -> Callable[[], R]:
    """The deed, once it is sure that this person's role decides for this link: raises as `check_link`."""

    def run() -> R:
        check_link(who, link, where=where)
        return deed()

    return run


def unknown() -> Unauthorised:
    """Nobody is signed in."""
    return Unauthorised(
        "session.none",
        Text(en="nobody is signed in", zh="尚未登录"),
        Text(
            en="Sign in, or send `Authorization: Bearer <token>`.",
            zh="请先登录，或发送 `Authorization: Bearer <令牌>`。",
        ),
        where="Authorization",
    )


NAMES: dict[str, Text] = {
    "operator": Text(en="an operator", zh="运营"),
    "planner": Text(en="a planner", zh="计划"),
    "service": Text(en="in service", zh="客服"),
    "live": Text(en="in live", zh="直播"),
    "marketer": Text(en="a marketer", zh="营销"),
    "data": Text(en="in data", zh="数据"),
    "admin": Text(en="an administrator", zh="管理员"),
}
DOES: dict[str, Text] = {
    "see": Text(en="seeing the shop", zh="查看店铺"),
    "sql": Text(en="SQL and export", zh="SQL 与导出"),
    "decide": Text(en="deciding", zh="审批决策"),
    "rules": Text(en="decision tables and what-if", zh="规则与推演"),
    "data": Text(en="imports and quarantine", zh="导入与隔离区"),
    "run": Text(en="worlds, connectors, dead letters and saying events", zh="外部世界、连接、死信与写入事件"),
    "settings": Text(en="budgets and settings", zh="预算与设置"),
    "people": Text(en="people, tokens and the audit", zh="人员、令牌与审计"),
}
