"""Security: who may speak to the server, decided before a request reaches any route."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Iterable
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import msgspec

from linkloop.core.errors import LinkloopError, Refused
from linkloop.core.text import Text
from linkloop.faces.api.problems import MEDIA_TYPE, Unauthorised, language, problem
from linkloop.faces.console import CONTENT_SECURITY_POLICY

Scope = dict[str, Any]
App = Callable[[Any, Any, Any], Awaitable[None]]
COOKIE = "linkloop_token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN = ("/healthz", "/readyz")
# A hook is authenticated by its signature, a visitor of the web chat by the chat's own session.
_OTHERS = ("/hooks/", "/chat")
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


def check_binding(host: str, token: str) -> None:
    """Raises Refused `api.token_needed` for a server that others could reach without a token."""
    if not token and not loopback(host):
        raise Refused(
            "api.token_needed",
            Text(
                en=f"{host} can be reached from outside, and no token is set", zh=f"{host} 可从外部访问，但未设置令牌"
            ),
            Text(
                en="Set `token` in linkloop.toml (or LINKLOOP_TOKEN), or bind 127.0.0.1.",
                zh="请在 linkloop.toml 设置 `token`（或 LINKLOOP_TOKEN），或绑定 127.0.0.1。",
            ),
            where="token",
        )


class Guard:
    """ASGI middleware: Host against DNS rebinding, Origin against forged requests, the bearer token, safe headers.

    Without a token the server is for this machine alone: a Host that is a name other than localhost (or one of
    `hosts`) is a page that rebinds its name to us. With a token such a page has nothing to show, so any Host goes.
    A browser gets the token as a cookie by opening `/?token=…` once.
    """

    def __init__(self, app: App, *, token: str = "", hosts: Iterable[str] = ()) -> None:
        self.app = app
        self.token = token.encode()
        self.hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if self.token and scope["type"] == "http" and scope["path"] == "/" and (location := self._login(scope)):
            await _answer(send, 303, b"", [(b"location", b"/"), (b"set-cookie", location)])
            return
        try:
            self._check(scope, headers)
        except LinkloopError as error:
            await _refuse(scope, headers, send, error)
            return
        await self.app(scope, receive, _with_headers(send) if scope["type"] == "http" else send)

    def _login(self, scope: Scope) -> bytes:
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if not self._right(given.encode()):
            return b""
        return f"{COOKIE}={given}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000".encode()

    def _right(self, given: bytes) -> bool:
        return hmac.compare_digest(given, self.token)

    def _check(self, scope: Scope, headers: dict[bytes, str]) -> None:
        host = headers.get(b"host", "")
        if not self.token and not self._known(host):
            raise Refused(
                "api.host",
                Text(en=f"this server is not called {host[:100]!r}", zh=f"服务器的名称不是 {host[:100]!r}"),
                Text(
                    en="Open it by 127.0.0.1 or localhost, or set a token.",
                    zh="请用 127.0.0.1 或 localhost 打开，或设置令牌。",
                ),
                where="Host",
            )
        changes = scope["type"] == "websocket" or scope["method"] not in _SAFE
        origin = headers.get(b"origin")
        elsewhere = headers.get(b"sec-fetch-site", "none") not in ("same-origin", "none")
        if changes and (elsewhere or (origin is not None and origin.partition("://")[2].lower() != host.lower())):
            raise Refused(
                "api.origin",
                Text(en="a page of another site sent this request", zh="请求来自其他网站的页面"),
                Text(
                    en="Send it from Linkloop's own page, or without an Origin.",
                    zh="请从 Linkloop 自己的页面发送，或不带 Origin。",
                ),
                where="Origin",
            )
        path = scope["path"]
        if not self.token or path in _OPEN or path.startswith(_OTHERS):
            return
        if not self._right(_presented(headers).encode()):
            raise Unauthorised(
                "api.token",
                Text(en="the token is missing or wrong", zh="缺少令牌或令牌错误"),
                Text(
                    en="Send `Authorization: Bearer <token>`, or open /?token=<token> once in a browser.",
                    zh="请发送 `Authorization: Bearer <令牌>`，或在浏览器打开一次 /?token=<令牌>。",
                ),
                where="Authorization",
            )

    def _known(self, host: str) -> bool:
        name = (host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]).lower()
        return name in self.hosts or _unbindable(name)


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


def _presented(headers: dict[bytes, str]) -> str:
    kind, _, given = headers.get(b"authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return given.strip()
    try:
        found = SimpleCookie(headers.get(b"cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _with_headers(send: Any) -> Any:
    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            own = {name for name, _ in message.get("headers", ())}  # a page brings its own policy, with its nonce
            message["headers"] = [*message.get("headers", ()), *(h for h in _HEADERS if h[0] not in own)]
        await send(message)

    return sending


async def _refuse(scope: Scope, headers: dict[bytes, str], send: Any, error: LinkloopError) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": error.code})
        return
    status = 421 if error.code == "api.host" else 0
    found = problem(error, language(headers.get(b"accept-language", "")), status=status)
    extra = [(b"www-authenticate", b"Bearer")] if found.status == 401 else []
    await _answer(send, found.status, msgspec.json.encode(found), [(b"content-type", MEDIA_TYPE.encode()), *extra])


async def _answer(send: Any, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length, *_HEADERS]})
    await send({"type": "http.response.body", "body": body})
