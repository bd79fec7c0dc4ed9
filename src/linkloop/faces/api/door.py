"""The door: who a request comes from, by its session, its token, or because only this machine can reach us."""

from __future__ import annotations

import hmac
import time
from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from typing import NamedTuple

from linkloop.app.shop import Shop
from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.faces.api.access import LOCAL, Person, unknown
from linkloop.faces.api.problems import Unauthorised
from linkloop.faces.api.work import Lane
from linkloop.faces.desk import keys, sessions
from linkloop.faces.desk.people import any_account
from linkloop.faces.desk.sessions import Likes
from linkloop.store.audit import Entry

SESSION, TOKEN = "linkloop_session", "linkloop_token"
FRESH_S = 1.0  # how long an answer of the store is believed: what the command line revokes is shut out by then
SEEN_US = 60 * 1_000_000
_ROOM = 10_000
SETTINGS = Person("token:settings", "admin", "token", "settings")


class Seen(NamedTuple):
    """Who asks, or why that is not known. `cookie` is what a browser sent by itself: changes need its csrf token."""

    person: Person | None
    problem: LinkloopError | None = None
    cookie: str = ""
    likes: Likes = Likes()
    expires: int = 0


class _Kept(NamedTuple):
    """An answer of the store, and until when it is believed."""

    seen: Seen
    until: float


class Door:
    """Answers from memory where it can; the store is read in `lane`, never in the event loop."""

    def __init__(
        self, shop: Shop, lane: Lane, *, token: str = "", alone: bool = True, now: Callable[[], float] = time.time
    ) -> None:
        self.shop = shop
        self.lane = lane
        self.token = token.encode()
        self.alone = alone
        self.now = now
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._accounts = False
        self._asked = float("-inf")
        self._turn = 0

    def micros(self) -> int:
        """The real time, in microseconds since 1970."""
        return int(self.now() * 1e6)

    def forget(self) -> None:
        """Something about people, sessions or tokens has changed here: ask the store again."""
        self._turn += 1
        self._kept.clear()
        self._asked = float("-inf")

    async def accounts(self) -> bool:
        """Whether anybody has an account. Once true it stays so: accounts are disabled, not removed."""
        if not self._accounts and self.now() - self._asked > FRESH_S:
            turn, asked = self._turn, self.now()
            found = await self.lane(self._any)
            if turn == self._turn:
                self._accounts, self._asked = found, asked
            return found
        return self._accounts

    async def local(self) -> bool:
        """Whether whoever reaches us speaks for the shop: no account, no token, and only this machine can."""
        return self.alone and not self.token and not await self.accounts()

    def right(self, given: str) -> bool:
        """Whether this is the token of the settings."""
        return bool(self.token) and hmac.compare_digest(given.encode(), self.token)

    async def who(self, headers: dict[bytes, str]) -> Seen:
        """Who sends these headers."""
        kind, _, given = headers.get(b"authorization", "").partition(" ")
        if kind.lower() == "bearer" and given.strip():
            return await self._bearer(given.strip())
        found = cookies(headers)
        problem: LinkloopError | None = None
        if session := found.get(SESSION, ""):
            seen = await self._asked_for(self._session, session)
            if seen.person is not None:
                return seen
            problem = seen.problem
        if (given := found.get(TOKEN, "")) and self.right(given):
            return Seen(SETTINGS, cookie=given)
        if await self.local():
            return Seen(LOCAL)
        if problem is None:
            problem = unknown() if await self.accounts() else wrong_token()
        return Seen(None, problem)

    async def signed_in(self, address: str) -> None:
        """The settings' token was given to a browser: put it on record."""
        entry = Entry(by=SETTINGS.name, what="session.begin", about=SETTINGS.name, after={"address": address})
        await self.lane(self.shop.loop.do, lambda turn: turn.w.audit.append(entry))

    async def _bearer(self, given: str) -> Seen:
        if self.right(given):
            return Seen(SETTINGS)
        return await self._asked_for(self._token, given)

    async def _asked_for(self, ask: Callable[[str], Seen], secret: str) -> Seen:
        place = ask.__name__ + keys.digest(secret).hex()
        kept = self._kept.get(place)
        if kept is not None and self.now() < kept.until:
            return kept.seen
        turn = self._turn
        seen = await self.lane(ask, secret)
        if turn == self._turn:
            self._kept[place] = _Kept(seen, self.now() + FRESH_S)
            while len(self._kept) > _ROOM:
                self._kept.popitem(last=False)
        return seen

    def _any(self) -> bool:
        with self.shop.store.read() as connection:
            return any_account(connection)

    def _session(self, cookie: str) -> Seen:
        now = self.micros()
        with self.shop.store.read() as connection:
            found = sessions.find(connection, cookie, now)
        if found is None:
            return Seen(None, expired())
        if now - found.seen > SEEN_US:
            sessions.touch(self.shop, found.id, now)
        return Seen(
            Person(found.name, found.role, "session", found.id), cookie=cookie, likes=found.likes, expires=found.expires
        )

    def _token(self, secret: str) -> Seen:
        now = self.micros()
        with self.shop.store.read() as connection:
            found = keys.holder(connection, secret, now)
        if found is None:
            return Seen(None, wrong_token())
        if now - found.used > SEEN_US:
            keys.touch(self.shop, found.id, now)
        return Seen(Person(f"token:{found.name}", found.role, "token", found.id))


def cookies(headers: dict[bytes, str]) -> dict[str, str]:
    """The cookies of a request; none where they cannot be read."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get(b"cookie", "")).items()}
    except CookieError:
        return {}


def csrf(cookie: str) -> str:
    """What a page of ours sends along with a change: it follows from the cookie, which no script can read."""
    return urlsafe_b64encode(sha256(b"linkloop csrf " + cookie.encode()).digest()[:24]).decode()


def set_cookie(name: str, value: str, seconds: int, *, secure: bool) -> str:
    """A cookie that scripts cannot read and other sites cannot have sent; `seconds` 0 removes it."""
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}" + ("; Secure" if secure else "")


def expired() -> Unauthorised:
    """The session was open once."""
    return Unauthorised(
        "session.expired",
        Text(en="your session has ended", zh="登录已过期"),
        Text(en="Sign in again; nothing that was saved is lost.", zh="请重新登录，已保存的内容不会丢失。"),
        where="session",
    )


def wrong_token() -> Unauthorised:
    """A token is missing or wrong."""
    return Unauthorised(
        "api.token",
        Text(en="the token is missing or wrong", zh="缺少令牌或令牌错误"),
        Text(
            en="Send `Authorization: Bearer <token>`, or open /?token=<token> once in a browser.",
            zh="请发送 `Authorization: Bearer <令牌>`，或在浏览器打开一次 /?token=<令牌>。",
        ),
        where="Authorization",
    )
