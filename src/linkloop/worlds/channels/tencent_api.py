"""Calls to WeChat's and WeCom's servers: one access token, fetched by one caller at a time and again when it ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import msgspec

from linkloop.worlds.channels.calling import Caller, Said
from linkloop.worlds.channels.platform import NotSent

# The token is not (or no longer) the one: fetch another and ask again. Nothing was done.
_TOKEN = frozenset({40001, 40014, 42001})
# Asked too often, or the server is busy: (errcode, seconds to wait). Nothing was done.
_LATER = {-1: 2.0, 45009: 600.0, 45011: 60.0, 45033: 5.0}
# A person has to mend the settings: secret, id, IP whitelist, right to use the interface at all.
_OURS = frozenset({40013, 40056, 40125, 40164, 41002, 41004, 48002, 60020, 301002})
_EARLY_S = 300.0
# The platforms hang up after 5 s: what is asked while one of their callbacks waits must be quick.
QUICK_S = 1.0
_QUIET_S = 60.0


class TencentApi:
    """`fetch` asks for an access token. Thread-safe."""

    def __init__(
        self,
        name: str,
        url: str,
        timeout_s: float,
        fetch: Callable[[Caller], Said],
        monotonic: Callable[[], float] = time.monotonic,
        secrets: tuple[str, ...] = (),
    ) -> None:
        self._name = name
        self._caller = Caller(url, timeout_s, secrets=secrets)
        self._fetch = fetch
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._token = ""
        self._until = 0.0
        self._quiet_until = 0.0

    def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        query: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
    ) -> dict[str, Any]:
        """The JSON of an answer, whatever its `errcode`.

        Raises NotSent where nothing was done, Unclear and httpx.HTTPError where nobody knows.
        """
        token = self.token()
        answer = self._ask(method, path, json, {**(query or {}), "access_token": token}, timeout_s)
        if answer.get("errcode") in _TOKEN:
            self.forget(token)
            answer = self._ask(method, path, json, {**(query or {}), "access_token": self.token()}, timeout_s)
        code = answer.get("errcode", 0)
        if code in _TOKEN or code in _OURS:
            raise NotSent(f"{words(self._name, answer)} — compare the id and the secret with the platform's page", 30.0)
        if code in _LATER:
            raise NotSent(words(self._name, answer), _LATER[code])
        return answer

    def token(self) -> str:
        """The access token, fetched where there is none that lasts. Raises NotSent."""
        with self._guard:
            if self._token and self._monotonic() < self._until:
                return self._token
            try:
                answer = _decoded(self._name, self._fetch(self._caller))
            except (Unclear, httpx.HTTPError) as error:
                raise NotSent(f"{self._name}: no access token: {type(error).__name__}: {error}", 2.0) from error
            token, lasts = answer.get("access_token"), answer.get("expires_in", 7200)
            if not isinstance(token, str) or not token or not isinstance(lasts, int | float):
                wait = _LATER.get(answer.get("errcode", 0), 30.0)
                raise NotSent(f"{words(self._name, answer)} — no access token", wait)
            early = min(_EARLY_S, lasts / 2)
            self._token, self._until = token, self._monotonic() + lasts - early
            return token

    def forget(self, token: str) -> None:
        """A token does not hold any more; one that was fetched since is kept."""
        with self._guard:
            if self._token == token:
                self._token = ""

    def close(self) -> None:
        """Let go of connections."""
        self._caller.close()

    def try_call(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        """What is good to know and not worth a wait: {} where it does not come within QUICK_S, and then for a
        while without asking."""
        if self._monotonic() < self._quiet_until:
            return {}
        try:
            return self.call(method, path, timeout_s=QUICK_S, **given)
        except (NotSent, Unclear, httpx.HTTPError):
            self._quiet_until = self._monotonic() + _QUIET_S
            return {}

    def _ask(self, method: str, path: str, json: Any, query: dict[str, str], timeout_s: float | None) -> dict[str, Any]:
        return _decoded(self._name, self._caller(method, path, json=json, query=query, timeout_s=timeout_s))


class Unclear(Exception):
    """An answer came that is none of the platform's: a proxy's page, half of something."""


def words(name: str, answer: Mapping[str, Any]) -> str:
    """An answer's error for a person."""
    return f"{name}: error {answer.get('errcode', '?')}: {str(answer.get('errmsg', ''))[:300]}"


def _decoded(name: str, said: Said) -> dict[str, Any]:
    try:
        answer = msgspec.json.decode(said.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        answer = None
    if said.status != 200 or not isinstance(answer, dict):
        raise Unclear(f"{name}: HTTP {said.status} without an answer")
    return answer
