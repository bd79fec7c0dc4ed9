"""Work: blocking calls run in threads, few for what is quick and fewer for what is long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

from linkloop.core.text import Text
from linkloop.faces.api.problems import TooBusy

P = ParamSpec("P")
R = TypeVar("R")


class Lane:
    """A bounded set of threads with a bounded queue in front; what does not fit is refused, never forgotten."""

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._room = threads + waiting
        self.busy = 0

    async def __call__(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `call` in a thread. Raises TooBusy `server.busy` when the queue is full."""
        if self.busy >= self._room:
            raise TooBusy(
                "server.busy",
                Text(en="too many requests of this kind are waiting", zh="此类请求排队过多"),
                Text(en="Try again in a second.", zh="请稍后重试。"),
            )
        self.busy += 1
        job: asyncio.Future[Any] = asyncio.get_running_loop().run_in_executor(
            self._pool, partial(call, *args, **kwargs)
        )
        job.add_done_callback(self._done)  # not `finally`: the thread goes on when the request is given up
        return await job

    def _done(self, job: asyncio.Future[Any]) -> None:
        self.busy -= 1

    def close(self) -> None:
        """Take nothing more; what runs comes to its end."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class Work:
    """`quick` answers in milliseconds (reads, approvals); `long` takes seconds (replays, imports); `sql` is for
    queries, which never wait behind those; `outside` is for visitors and hooks, so that they can never keep the
    shop's own people waiting, `patient` for platforms whose response waits for the shop's answer; `door` looks up
    who asks, and `passwords` takes its time, as it must.
    """

    def __init__(self) -> None:
        self.quick = Lane("api-quick", threads=8, waiting=256)
        self.long = Lane("api-long", threads=2, waiting=16)
        self.sql = Lane("api-sql", threads=4, waiting=64)
        self.outside = Lane("api-outside", threads=4, waiting=256)
        self.patient = Lane("api-patient", threads=24, waiting=256)
        self.door = Lane("api-door", threads=2, waiting=512)
        self.passwords = Lane("api-passwords", threads=2, waiting=16)

    def close(self) -> None:
        self.quick.close()
        self.long.close()
        self.sql.close()
        self.outside.close()
        self.patient.close()
        self.door.close()
        self.passwords.close()
