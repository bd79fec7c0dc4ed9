"""Breaker: a model that fails is left alone for a while, longer each time, then tried once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 5
FIRST_S, LONGEST_S = 5.0, 300.0


class Breaker:
    """Closed at first. After FAILURES in a row it is open for FIRST_S, then one try is let through: it closes again, or
    stays open twice as long. Thread-safe."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._failures = 0
        self._wait_s = FIRST_S
        self._open_until = 0.0
        self._trying = False
        self.problem = ""

    def lets(self) -> bool:
        """Whether to ask now. Whoever is let must say `worked`, `failed` or `nothing` afterwards."""
        with self._guard:
            if self._failures < FAILURES:
                return True
            if self._monotonic() < self._open_until or self._trying:
                return False
            self._trying = True
            return True

    def worked(self) -> None:
        """It answered."""
        with self._guard:
            self._failures, self._wait_s, self._trying, self.problem = 0, FIRST_S, False, ""

    def failed(self, problem: str, wait_s: float = 0.0) -> None:
        """It did not; with `wait_s` it asked itself to be left alone, which opens the breaker at once."""
        with self._guard:
            self._trying, self.problem = False, problem
            self._failures = FAILURES if wait_s > 0 else self._failures + 1
            if self._failures >= FAILURES:
                self._open_until = self._monotonic() + max(wait_s, self._wait_s)
                self._wait_s = min(self._wait_s * 2, LONGEST_S)

    def nothing(self) -> None:
        """It was not asked after all."""
        with self._guard:
            self._trying = False
