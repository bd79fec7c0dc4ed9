"""The session: who I am and what I may do, signing in and out, my password, my language and theme."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.params import JSONBody, QueryParameter

from linkloop.core.clock import from_micros
from linkloop.core.errors import LinkloopError, Refused
from linkloop.core.text import Text
from linkloop.faces.api.access import LIKES, UNKNOWN, UNTIL, WHO, Person, may
from linkloop.faces.api.attempts import Attempts
from linkloop.faces.api.door import SESSION, TOKEN, Door, cookies, csrf, set_cookie
from linkloop.faces.api.given import TheAttempts, TheDesk, TheDoor, TheWho, TheWork
from linkloop.faces.api.limits import Name, PathName
from linkloop.faces.api.problems import TooMany, Unauthorised
from linkloop.faces.api.security import TOKEN_S, address, https
from linkloop.faces.api.work import Work
from linkloop.faces.desk import passwords, people, sessions
from linkloop.faces.desk.desk import Desk
from linkloop.faces.desk.roles import PERMISSIONS, Permission, Role, covered
from linkloop.faces.desk.sessions import Likes, Session
from linkloop.store.schema import people as people_table

Password = Annotated[str, msgspec.Meta(max_length=1000)]
AccountName = Annotated[str, msgspec.Meta(max_length=200)]
Everybody = Annotated[bool, QueryParameter(description="Not only mine; for administrators")]


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks. `signed_in` is true for `local` too; `accounts` whether anybody has one (then everybody signs in);
    `token` whether the settings' token opens this server; `links` those whose decisions I may take (`*`: all); `csrf`
    goes with each change as x-linkloop-csrf; `problem` says why nobody is signed in."""

    signed_in: bool
    accounts: bool
    local: bool
    token: bool
    name: str
    role: Role | None
    via: Literal["session", "token", "local", ""]
    permissions: list[Permission]
    links: list[str]
    csrf: str
    language: str
    theme: str
    expires: datetime | None
    problem: str


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A name with its password, or the settings' token."""

    name: AccountName = ""
    password: Password = ""
    token: Password = ""


class PasswordChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The password so far, and the new one; every other session ends."""

    old: Password
    new: Password


class NewLikes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Empty: as the browser says."""

    language: Literal["", "en", "zh"] = ""
    theme: Literal["", "light", "dark", "system"] = ""


class Ended(msgspec.Struct, frozen=True):
    """How many sessions ended."""

    ended: int


@get("/session", tags=["session"], opt=may("anyone"))
async def me(request: Request[Any, Any, Any], desk: TheDesk, door: TheDoor) -> Me:
    """Who I am and what I may do; also for who is not signed in."""
    person = request.scope.get(WHO)  # type: ignore[call-overload]
    accounts = await door.accounts()
    if not isinstance(person, Person):
        problem = request.scope.get(UNKNOWN)  # type: ignore[call-overload]
        code = problem.code if isinstance(problem, LinkloopError) else ""
        return _nobody(accounts, bool(door.token), code)
    found = cookies({b"cookie": request.headers.get("cookie", "")})
    cookie = {"session": found.get(SESSION, ""), "token": found.get(TOKEN, "")}.get(person.via, "")
    likes: Likes = request.scope[LIKES]  # type: ignore[literal-required]
    until: int = request.scope[UNTIL]  # type: ignore[literal-required]
    return Me(
        signed_in=True,
        accounts=accounts,
        local=person.via == "local",
        token=bool(door.token),
        name=person.name,
        role=person.role,
        via=person.via,
        permissions=[one for one in PERMISSIONS if person.may(one)],
        links=covered(person.role, [link.name for link in desk.shop.links]),
        csrf=csrf(cookie) if cookie else "",
        language=likes.language,
        theme=likes.theme,
        expires=from_micros(until) if until else None,
        problem="",
    )


def _nobody(accounts: bool, token: bool, problem: str) -> Me:
    return Me(
        signed_in=False,
        accounts=accounts,
        local=False,
        token=token,
        name="",
        role=None,
        via="",
        permissions=[],
        links=[],
        csrf="",
        language="",
        theme="",
        expires=None,
        problem=problem,
    )


@post("/session", status_code=200, tags=["session"], opt=may("anyone"))
async def sign_in(
    request: Request[Any, Any, Any],
    desk: TheDesk,
    work: TheWork,
    door: TheDoor,
    attempts: TheAttempts,
    data: JSONBody[SignIn],
) -> Response[Ended]:
    """Sign in: the answer sets the cookie, GET /session tells the rest. A wrong name looks like a wrong password."""
    where, key = address(request.scope), people.id_of(data.name)
    secure = https(request.scope, {b"origin": request.headers.get("origin", "")})
    old = cookies({b"cookie": request.headers.get("cookie", "")}).get(SESSION, "")
    knock = _Knock(desk, work, door, attempts, key, where)
    await knock.check()
    if data.token:
        if not door.right(data.token):
            await knock.refuse("token")
        attempts.succeeded(key, where)
        await door.signed_in(where)
        return Response(Ended(0), headers={"set-cookie": set_cookie(TOKEN, data.token, TOKEN_S, secure=secure)})
    cookie = await knock.open(data.password, request.headers.get("user-agent", ""), old)
    seconds = sessions.LONGEST // 1_000_000
    return Response(Ended(0), headers={"set-cookie": set_cookie(SESSION, cookie, seconds, secure=secure)})


class _Knock:
    """One attempt to sign in."""

    def __init__(self, desk: Desk, work: Work, door: Door, attempts: Attempts, key: str, where: str) -> None:
        self.desk, self.work, self.door, self.attempts = desk, work, door, attempts
        self.key, self.where = key, where

    async def check(self) -> None:
        """Raises TooMany while this name or address has to wait."""
        try:
            self.attempts.check(self.key, self.where)
        except TooMany as wait:
            if self.attempts.first_refusal(self.key, self.where):
                await self._record("waits", wait_s=wait.wait_s)
            raise

    async def open(self, password: str, agent: str, old: str) -> str:
        """The cookie of a new session. Raises Unauthorised `session.wrong`."""
        shop = self.desk.shop
        row = await self.work.door(self.row)
        kept = "" if row is None or row.disabled else row.password
        if not await self.work.passwords(passwords.right, kept, password):
            await self.refuse("unknown" if row is None else "disabled" if row.disabled else "password")
        if passwords.outdated(kept):
            kept = await self.work.passwords(sessions.raise_cost, shop, self.key, kept, password)
        now = self.door.micros()
        cookie = await self.work.door(sessions.begin, shop, self.key, kept, self.where, agent, now, instead=old)
        if not cookie:
            await self.refuse("disabled")
        assert cookie
        self.attempts.succeeded(self.key, self.where)
        self.door.forget()
        return cookie

    async def refuse(self, why: str) -> None:
        """Count it, record it, and say nothing about what was wrong."""
        locked = self.attempts.failed(self.key, self.where)
        await self._record(why, locked=locked)
        raise Unauthorised(
            "session.wrong",
            Text(en="this name and password do not go together", zh="名称或密码不正确"),
            Text(en="Check both; an administrator can set a new password.", zh="请检查后重试；管理员可重设密码。"),
            where="password",
        )

    async def _record(self, why: str, **more: Any) -> None:
        row = await self.work.door(self.row)
        await self.work.door(sessions.refused, self.desk.shop, "" if row is None else row.name, self.where, why, **more)

    def row(self) -> Any:
        """The account of this name, or None."""
        with self.desk.shop.store.read() as connection:
            return connection.execute(people_table.select().where(people_table.c.id == self.key)).first()


@delete("/session", status_code=200, tags=["session"], opt=may("self"))
async def sign_out(desk: TheDesk, work: TheWork, door: TheDoor, who: TheWho) -> Response[Ended]:
    """End this session; the cookies go."""
    if who.via == "session":
        await work.door(sessions.end, desk.shop, who.key, who.name)
        door.forget()
    response = Response(Ended(int(who.via == "session")), headers={"clear-site-data": '"cache"'})
    for name in (SESSION, TOKEN):
        response.set_cookie(key=name, value="", max_age=0, path="/", httponly=True, samesite="strict")
    return response


@post("/session/password", status_code=200, tags=["session"], opt=may("self"))
async def change_password(
    request: Request[Any, Any, Any],
    desk: TheDesk,
    work: TheWork,
    door: TheDoor,
    attempts: TheAttempts,
    who: TheWho,
    data: JSONBody[PasswordChange],
) -> Ended:
    """Change my password; every other session of mine ends."""
    check_own(who)
    knock = _Knock(desk, work, door, attempts, people.id_of(who.name), address(request.scope))
    await knock.check()
    row = await work.door(knock.row)
    if not await work.passwords(passwords.right, row.password, data.old):
        await knock.refuse("password")
    given = (desk.shop, who.name, data.new, who.name)
    ended = await work.passwords(people.set_password, *given, keep=who.key, what="session.password")
    door.forget()
    return Ended(ended)


@put("/session/likes", status_code=200, tags=["session"], opt=may("self"))
async def like(desk: TheDesk, work: TheWork, door: TheDoor, who: TheWho, data: JSONBody[NewLikes]) -> NewLikes:
    """Keep my language and theme, so that I find them on every machine."""
    check_own(who)
    await work.door(sessions.set_likes, desk.shop, who.name, Likes(language=data.language, theme=data.theme))
    door.forget()
    return data


@get("/sessions", tags=["session"], opt=may("self"))
async def list_sessions(
    desk: TheDesk, work: TheWork, door: TheDoor, who: TheWho, everybody: Everybody = False
) -> list[Session]:
    """My open sessions; with `everybody` (people only) those of all."""
    person = "" if everybody and who.may("people") else who.name
    if person and who.via != "session":
        return []
    return await work.quick(sessions.list_sessions, desk.shop, door.micros(), person=person, current=who.key)


@delete("/sessions/{session_id:str}", status_code=200, tags=["session"], opt=may("self"))
async def end_session(desk: TheDesk, work: TheWork, door: TheDoor, who: TheWho, session_id: PathName) -> Ended:
    """End one session: mine, or (people only) anybody's."""
    of = "" if who.may("people") else who.name
    await work.quick(sessions.end, desk.shop, session_id, who.name, of=of)
    door.forget()
    return Ended(1)


@delete("/sessions", status_code=200, tags=["session"], opt=may("self"))
async def sign_out_everywhere(desk: TheDesk, work: TheWork, door: TheDoor, who: TheWho, person: Name = "") -> Ended:
    """End all of my sessions but this one, or (people only) all of somebody's."""
    if person and people.id_of(person) != people.id_of(who.name):
        if not who.may("people"):
            raise Refused(
                "access.denied",
                Text(en="only an administrator ends other people's sessions", zh="只有管理员可以结束他人的会话"),
                where="person",
            )
        await work.quick(people.account, desk.shop, person)
        ended = await work.quick(sessions.end_all, desk.shop, person, who.name)
    else:
        check_own(who)
        ended = await work.quick(sessions.end_all, desk.shop, who.name, who.name, keep=who.key)
    door.forget()
    return Ended(ended)


def check_own(who: Person) -> None:
    """Raises Refused `session.nobody` for what only a signed-in person has."""
    if who.via != "session":
        raise Refused(
            "session.nobody",
            Text(en=f"{who.name} is no person with an account", zh=f"{who.name} 不是有账号的人员"),
            Text(en="Sign in with a name and a password.", zh="请用名称与密码登录。"),
            where="session",
        )


ROUTES = [
    me,
    sign_in,
    sign_out,
    change_password,
    like,
    list_sessions,
    end_session,
    sign_out_everywhere,
]
