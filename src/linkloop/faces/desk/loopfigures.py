"""Loop figures: how fast the loop is now, and what waits before and behind it."""

from __future__ import annotations

import threading
import time
from collections import deque

import msgspec

from linkloop.app.shop import Shop
from linkloop.faces.desk import health, tail
from linkloop.faces.desk.quantile import quantile
from linkloop.store.outbox import OPEN

SPAN_S = 10.0


class LoopFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The loop in figures. Milliseconds are from the coming of a piece of work until all that it led to was durable,
    over the last `timed` ones. Rates are of real seconds, over the last SPAN_S; None at the first look.
    """

    running: bool
    heard: int
    commits: int
    failed_commits: int
    events_per_s: float | None
    commits_per_s: float | None
    busy: float | None
    timed: int
    p50_ms: float | None
    p99_ms: float | None
    queued: int
    head: int
    lake_lag: int
    outbox_open: int
    outbox_unclear: int
    dead_letters: int
    held: int


class Looks:
    """The counters at the last looks, for rates. Thread-safe."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._seen: deque[tuple[float, int, int, float]] = deque(maxlen=64)

    def rates(self, heard: int, commits: int, busy_s: float) -> tuple[float, float, float] | None:
        """Events and commits per second and the share of time spent inside transactions, since an earlier look."""
        now = time.monotonic()
        with self._guard:
            before = next((seen for seen in self._seen if now - seen[0] <= SPAN_S), None)
            self._seen.append((now, heard, commits, busy_s))
        if before is None or now - before[0] < 0.2:
            return None
        span = now - before[0]
        return (heard - before[1]) / span, (commits - before[2]) / span, min(1.0, (busy_s - before[3]) / span)


def loop_figures(shop: Shop) -> LoopFigures:
    """The figures of this process's loop; one that runs elsewhere shows what its store tells."""
    status, counters = health.status(shop), shop.loop.counters
    rates = tail.of(shop, Looks).rates(counters.heard, counters.commits, counters.busy_s)
    took = sorted(shop.loop.took_s())
    p50, p99 = quantile(took, 0.5), quantile(took, 0.99)
    return LoopFigures(
        running=status.running,
        heard=counters.heard,
        commits=counters.commits,
        failed_commits=counters.failed_commits,
        events_per_s=rates[0] if rates else None,
        commits_per_s=rates[1] if rates else None,
        busy=rates[2] if rates else None,
        timed=len(took),
        p50_ms=None if p50 is None else p50 * 1000,
        p99_ms=None if p99 is None else p99 * 1000,
        queued=shop.loop.queued(),
        head=status.head,
        lake_lag=status.lake_lag,
        outbox_open=sum(status.outbox.get(name, 0) for name in OPEN),
        outbox_unclear=status.outbox.get("unclear", 0),
        dead_letters=status.dead_letters,
        held=status.held,
    )
