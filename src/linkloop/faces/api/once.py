"""Once: an Idempotency-Key that comes again gets the first answer, and nothing is done twice."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Any, TypeVar

import msgspec

from linkloop.core.errors import Conflict, LinkloopError
from linkloop.core.text import Text

R = TypeVar("R")
ROOM = 10_000


def reused(key: str) -> Conflict:
    """The same key came with another body."""
    return Conflict(
        "idempotency.reused",
        Text(en="this Idempotency-Key was used with another body", zh="该 Idempotency-Key 已用于另一份请求内容"),
        Text(en="Use a new key for a new request.", zh="新的请求请换用新的键。"),
        where=key,
    )


class Once:
    """The latest ROOM answers, in memory.

    After a restart a repeated verdict is judged by the decision's own state instead (it is not held any more:
    409), so it is still never done twice. What POST /events takes in is kept by the store's inbox for ever.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: OrderedDict[tuple[str, str], tuple[bytes, asyncio.Task[Any]]] = OrderedDict()

    async def __call__(self, scope: str, key: str, body: Any, work: Callable[[], Awaitable[R]]) -> R:
        """The answer of `work`, or the one that (scope, key) got before. Raises Conflict `idempotency.reused`."""
        if not key:
            return await work()
        digest = blake2b(msgspec.json.encode(body, order="deterministic"), digest_size=16).digest()
        known = self._kept.get((scope, key))
        if known is None:
            task = asyncio.ensure_future(work())
            task.add_done_callback(lambda done: self._settle((scope, key), done))
            self._kept[scope, key] = (digest, task)
            while len(self._kept) > self._room:
                self._kept.popitem(last=False)
        elif known[0] != digest:
            raise reused(key)
        else:
            task = known[1]
        return await asyncio.shield(task)  # a client that hangs up does not stop what it started

    def _settle(self, place: tuple[str, str], task: asyncio.Task[Any]) -> None:
        """A refusal is an answer and is kept; a fault is not, so that a retry tries again."""
        if task.cancelled() or not isinstance(task.exception(), LinkloopError | None):
            self._kept.pop(place, None)
