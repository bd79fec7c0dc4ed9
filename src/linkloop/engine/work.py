"""Work: a piece of what a turn of the loop does, and the future that tells of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from linkloop.engine.turn import Turn

R = TypeVar("R")


class Work(Generic[R]):
    """Something to do inside a turn; `size` is how many deliveries it counts for, `since` when it came."""

    def __init__(self, run: Callable[[Turn], R], size: int) -> None:
        self.run = run
        self.size = size
        self.future: Future[R] = Future()
        self.since = time.perf_counter()
        self.result: Any = None
        self.error: Exception | None = None
