"""Stream: the log as server-sent events, every entry once, resumed at any offset."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec

from linkloop.core.text import Text
from linkloop.faces.api.problems import TooBusy
from linkloop.faces.api.work import Lane
from linkloop.faces.desk.desk import Desk

BATCH = 500
HEARTBEAT_S = 10.0
RECHECK_S = 5.0  # how long a stream may outlive its session, beside a heartbeat
MOST = 64  # streams at a time


class Watch:
    """Tells all streams that the log has grown: one thread waits for all of them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.head = 0
        self.streams = 0
        self.closing = False
        self._moved = asyncio.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to watch; call it inside the event loop that streams run in."""
        loop = asyncio.get_running_loop()
        self.head = _resolve(self.desk, None)

        def run() -> None:
            head = self.head
            while not self._stop.is_set():
                now = self.desk.wait_beyond(head, 0.5)
                if now > head and not self._stop.is_set():
                    head = now
                    loop.call_soon_threadsafe(self._move, now)
                else:
                    self._stop.wait(0.02)  # a loop that has stopped does not block us

        self._thread = threading.Thread(target=run, name="api-watch", daemon=True)
        self._thread.start()

    def _move(self, head: int) -> None:
        self.head = head
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def beyond(self, offset: int, timeout_s: float) -> int:
        """The head, as soon as it is beyond `offset`, or after `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                while self.head <= offset and not self.closing:
                    await self._moved.wait()
        except TimeoutError:
            pass
        return self.head

    def hang_up(self) -> None:
        """End all streams, so that the server can stop; clients come back by themselves and miss nothing."""
        self.closing = True
        self._stop.set()
        self._move(self.head)

    async def follow(
        self, lane: Lane, after: int | None, kinds: tuple[str, ...], still: Callable[[], Awaitable[bool]] | None = None
    ) -> AsyncIterator[bytes]:
        """Log entries beyond `after` (None: from now on) as event-stream text, without end.

        A client's place is an offset, not a queue: one that reads slowly waits at its own socket, costs no memory
        and holds nobody up. An `id:` without data moves that place when a filter lets nothing through. It ends when
        `still` says no: who was signed out hears no more.
        """
        self.streams += 1
        try:
            yield b"retry: 1000\n\n"
            place = await lane(_resolve, self.desk, after)
            asked = time.monotonic()
            while not self.closing:
                if still is not None and time.monotonic() - asked > RECHECK_S:
                    if not await still():
                        return
                    asked = time.monotonic()
                seen = self.head
                text, last, full = await lane(_read, self.desk, place, kinds)
                if text:
                    place = last
                    yield text
                if not full:
                    if seen > place:
                        place = seen
                        yield f"id: {place}\n\n".encode()
                    if await self.beyond(place, HEARTBEAT_S) <= place and not self.closing:
                        yield b": still here\n\n"
        finally:
            self.streams -= 1

    def check_room(self) -> None:
        """Raises TooBusy `stream.busy` when MOST streams are open."""
        if self.streams >= MOST:
            raise TooBusy(
                "stream.busy",
                Text(en=f"{MOST} streams are open already", zh=f"已有 {MOST} 个实时连接"),
                Text(en="Close a page that follows the shop.", zh="请关闭一个正在跟随的页面。"),
            )


def _resolve(desk: Desk, after: int | None) -> int:
    if after is not None and after >= 0:
        return after
    newest = desk.log(after=-1, limit=1)
    head = newest[-1].offset if newest else 0
    return head if after is None else max(0, head + after)


def _read(desk: Desk, after: int, kinds: tuple[str, ...]) -> tuple[bytes, int, bool]:
    found = desk.log(after=after, limit=BATCH, kinds=kinds)
    text = b"".join(b"id: %d\ndata: %b\n\n" % (entry.offset, msgspec.json.encode(entry)) for entry in found)
    return text, found[-1].offset if found else after, len(found) == BATCH
