"""Calling a platform's API over HTTP, where it is told apart whether nothing was sent or nobody knows."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import msgspec

from linkloop.worlds.channels.platform import MASK, NotSent

LONGEST_WAIT_S = 3600.0
_ANSWER_BYTES = 8 << 20
# Before the request has left: the other side cannot have seen it.
_BEFORE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
# Some platforms want a token in the query, and give a new one every two hours.
_QUERY = re.compile(r"(https?://[^\s?\"']+)\?[^\s\"']*")
_hidden: set[str] = set()


class Said(msgspec.Struct, frozen=True):
    """What an API answered. Header names are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = {}


def retry_after(said: Said) -> float:
    """The seconds that an answer asks us to wait (Retry-After), or 0."""
    given = said.headers.get("retry-after", "")
    return min(float(given[:9]), LONGEST_WAIT_S) if given.isascii() and given.isdigit() else 0.0


class Caller:
    """One API. Its address comes from the settings alone: no proxy or password of the environment, no redirects.

    `wait` reads from an HTTP 429 how long to wait; `secrets` stand in addresses and are never logged or raised.
    """

    def __init__(
        self,
        url: str,
        timeout_s: float,
        wait: Callable[[Said], float] = retry_after,
        secrets: tuple[str, ...] = (),
    ) -> None:
        _hidden.update(secret for secret in secrets if secret)
        self._url = url.rstrip("/")
        self._wait = wait
        self._timeout_s = timeout_s
        self._http = httpx.Client(timeout=timeout_s, follow_redirects=False, trust_env=False)

    def __call__(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
    ) -> Said:
        """Raises NotSent where the request never left or came too often (429), else httpx.HTTPError where nobody
        knows whether it arrived."""
        if self._http.is_closed:
            raise NotSent("the shop is closing")
        body = bytearray()
        try:
            with self._http.stream(
                method,
                self._url + path,
                content=None if json is None else msgspec.json.encode(json),
                params=dict(query or {}),
                headers={"content-type": "application/json", "user-agent": "linkloop", **(headers or {})},
                timeout=self._timeout_s if timeout_s is None else timeout_s,
            ) as answer:
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > _ANSWER_BYTES:
                        raise httpx.DecodingError(f"the answer has more than {_ANSWER_BYTES} bytes")
        except _BEFORE as error:
            raise NotSent(f"{type(error).__name__}: {masked(str(error))}") from None
        except httpx.HTTPError as error:
            # Its own text may hold the address, and some platforms want their secret in there.
            raise type(error)(masked(str(error))) from None
        said = Said(answer.status_code, bytes(body), {name.lower(): value for name, value in answer.headers.items()})
        if said.status == 429:
            raise NotSent(f"HTTP 429: {said.body[:200].decode(errors='replace')}", self._wait(said))
        return said

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()


def masked(text: str) -> str:
    """A text without the secrets that stand in addresses: those we were given, and whatever a query holds."""
    for secret in _hidden:
        text = text.replace(secret, MASK)
    return _QUERY.sub(rf"\1?{MASK}", text)


def _mask(record: logging.LogRecord) -> bool:
    record.msg, record.args = masked(record.getMessage()), ()
    return True


logging.getLogger("httpx").addFilter(_mask)  # which logs every address that it calls
