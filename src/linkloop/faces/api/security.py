"""Security: who may speak to the server, decided before a request reaches any route."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

import msgspec

from linkloop.core.errors import LinkloopError, Refused
from linkloop.core.text import Text
from linkloop.faces.api.access import AGAIN, LIKES, UNKNOWN, UNTIL, WHO
from linkloop.faces.api.door import TOKEN, Door, Seen, csrf, set_cookie
from linkloop.faces.api.problems import MEDIA_TYPE, headers_of, language, problem, too_many
from linkloop.faces.api.rates import Rate
from linkloop.faces.console import CONTENT_SECURITY_POLICY

Scope = dict[str, Any]
App = Callable[[Any, Any, Any], Awaitable[None]]
TOKEN_S = 30 * 86_400
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGN_IN = "/api/v1/session"
# A hook is authenticated by its signature, a visitor of the web chat by the chat's own session, which have their own
# limits; a probe of a load balancer asks as often as it likes.
_OTHERS = ("/hooks/", "/chat", "/widget", "/healthz", "/readyz")
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
]


def loopback(host: str) -> bool:
    """Whether only this machine can reach a server that is bound to `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_binding(host: str, token: str, accounts: bool = False) -> None:
    """Raises Refused `api.token_needed` for a server that others could reach without a token or an account."""
    if not token and not accounts and not loopback(host):
        raise Refused(
            "api.token_needed",
            Text(
                en=f"{host} can be reached from outside, and no token is set and nobody has an account",
                zh=f"{host} 可从外部访问，但未设置令牌，也没有任何账号",
            ),
            Text(
                en="Add an account: `linkloop people add NAME --role admin`; or set `token`, or bind 127.0.0.1.",
                zh="请添加账号：`linkloop people add 名称 --role admin`；或设置 `token`，或绑定 127.0.0.1。",
            ),
            where="token",
        )


class Rates:
    """How often each may ask: a person (a page and its refreshes), a program, and who is not known, by address."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.person = Rate(now, per_second=50, burst=1_000)
        self.program = Rate(now, per_second=5_000, burst=20_000)
        self.visitor = Rate(now, per_second=20, burst=400)

    def wait(self, seen: Seen, address: str) -> float:
        """The seconds that this one has to wait; `local` never does."""
        if seen.person is None:
            return self.visitor.take(address)
        if seen.person.via == "session":
            return self.person.take(seen.person.name)
        return self.program.take(seen.person.key) if seen.person.via == "token" else 0.0


class Guard:
    """ASGI middleware: Host against DNS rebinding, Origin and csrf token against forged requests, who it is, how often,
    and safe headers. What that person may do is checked by each route.

    On a shop that trusts whoever reaches it (no account, no token, this machine only) a Host that is a name other than
    localhost (or one of `hosts`) is a page that rebinds its name to us. Where signing in is needed such a page has
    nothing to show, so any Host goes. Pages of the sites that `carries` names may open the chat. A browser gets the
    settings' token as a cookie by opening `/?token=…` once.
    """

    def __init__(
        self, app: App, door: Door, *, hosts: Iterable[str] = (), carries: Callable[[str], bool] = lambda origin: False
    ) -> None:
        self.app = app
        self.carries = carries
        self.door = door
        self.rates = Rates(door.now)
        self.hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        try:
            if scope["type"] == "http" and scope["path"] == "/" and (cookie := self._login(scope, headers)):
                await self.door.signed_in(address(scope))
                await _answer(send, 303, b"", [(b"location", b"/"), (b"set-cookie", cookie.encode())])
                return
            await self._check(scope, headers)
        except LinkloopError as error:
            await _refuse(scope, headers, send, error)
            return
        await self.app(scope, receive, _with_headers(scope, send) if scope["type"] == "http" else send)

    def _login(self, scope: Scope, headers: dict[bytes, str]) -> str:
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        return set_cookie(TOKEN, given, TOKEN_S, secure=https(scope, headers)) if self.door.right(given) else ""

    async def _check(self, scope: Scope, headers: dict[bytes, str]) -> None:
        host = headers.get(b"host", "")
        if await self.door.local() and not self._known(host):
            raise Refused(
                "api.host",
                Text(en=f"this server is not called {host[:100]!r}", zh=f"服务器的名称不是 {host[:100]!r}"),
                Text(
                    en="Open it by 127.0.0.1 or localhost, or add an account.",
                    zh="请用 127.0.0.1 或 localhost 打开，或添加账号。",
                ),
                where="Host",
            )
        changes = scope["type"] == "websocket" or scope["method"] not in _SAFE
        origin = headers.get(b"origin")
        elsewhere = headers.get(b"sec-fetch-site", "none") not in ("same-origin", "none")
        # The chat knows no cookie: a page of another site gets nothing there that any visitor would not get.
        invited = scope["type"] == "websocket" and scope["path"] == "/chat" and self.carries(origin or "")
        if (
            changes
            and not invited
            and (elsewhere or (origin is not None and origin.partition("://")[2].lower() != host.lower()))
        ):
            raise Refused(
                "api.origin",
                Text(en="a page of another site sent this request", zh="请求来自其他网站的页面"),
                Text(
                    en="Send it from Linkloop's own page, or without an Origin.",
                    zh="请从 Linkloop 自己的页面发送，或不带 Origin。",
                ),
                where="Origin",
            )
        if scope["path"].startswith(_OTHERS):
            return
        seen = await self.door.who(headers)
        if wait := self.rates.wait(seen, address(scope)):
            raise too_many("api.rate", wait, Text(en="too many requests", zh="请求过于频繁"))
        if changes and seen.cookie and not _forged_by_nobody(scope, headers, seen.cookie):
            raise Refused(
                "api.csrf",
                Text(en="this request does not show that a page of ours sent it", zh="无法确认请求来自本系统页面"),
                Text(
                    en="Send x-linkloop-csrf as GET /api/v1/session tells it; reload the page.",
                    zh="请刷新页面；程序请附上 GET /api/v1/session 给出的 x-linkloop-csrf。",
                ),
                where="x-linkloop-csrf",
            )
        if seen.person is not None:
            scope[WHO] = seen.person
        scope.update({UNKNOWN: seen.problem, LIKES: seen.likes, UNTIL: seen.expires})
        scope[AGAIN] = lambda: self.door.who(headers)

    def _known(self, host: str) -> bool:
        name = (host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]).lower()
        return name in self.hosts or _unbindable(name)


def address(scope: Any) -> str:
    """Where a request comes from, as far as the connection tells (a proxy in between is not believed)."""
    return str((scope.get("client") or ("",))[0])


def https(scope: Any, headers: dict[bytes, str]) -> bool:
    """Whether the browser speaks TLS, to us or to a proxy before us."""
    return scope.get("scheme") == "https" or headers.get(b"origin", "").startswith("https://")


def _forged_by_nobody(scope: Scope, headers: dict[bytes, str], cookie: str) -> bool:
    """Whether the page that sent it could read what only our own pages can: signing in has nothing to read yet."""
    if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == _SIGN_IN:
        return True
    return hmac.compare_digest(headers.get(b"x-linkloop-csrf", "").encode(), csrf(cookie).encode())


@lru_cache(maxsize=256)
def _unbindable(name: str) -> bool:
    """Whether nobody can point this name at us: localhost, or a number."""
    if name == "localhost":
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _with_headers(scope: Scope, send: Any) -> Any:
    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", ()))
            names = {name.lower() for name, _ in given}
            given += [one for one in _HEADERS if one[0] not in names]
            if scope["path"].startswith("/api/") and b"cache-control" not in names:
                given.append((b"cache-control", b"no-store"))
            message["headers"] = given
        await send(message)

    return sending


async def _refuse(scope: Scope, headers: dict[bytes, str], send: Any, error: LinkloopError) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": error.code})
        return
    status = 421 if error.code == "api.host" else 0
    found = problem(error, language(headers.get(b"accept-language", "")), status=status)
    extra = [(name.encode(), value.encode()) for name, value in headers_of(error, found.status).items()]
    await _answer(send, found.status, msgspec.json.encode(found), [(b"content-type", MEDIA_TYPE.encode()), *extra])


async def _answer(send: Any, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length, *_HEADERS]})
    await send({"type": "http.response.body", "body": body})
