"""The ringer: lets alarms ring by the clock of a real shop; those of a simulated one ring as its time passes (Turn)."""

from __future__ import annotations

import logging
import threading
import time

from linkloop.core.clock import RealClock, micros
from linkloop.engine.loop import Loop
from linkloop.store.alarms import first_due

EVERY_S = 1.0
AT_ONCE = 500  # alarms rung in one commit: a night's backlog must not keep a customer waiting
logger = logging.getLogger("linkloop.ringer")


class Ringer:
    """Looks every second whether an alarm is due. What rings, and what comes of it, commits together, once."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="ringer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=10)

    def sweep(self) -> int:
        """Ring everything that is due now on the shop's clock; gives how many alarms rang."""
        now = micros(self.loop.clock.now())
        on_time = not isinstance(self.loop.clock, RealClock)
        count = 0
        while self._due(now):
            count += self.loop.do(lambda turn: turn.ring(now, on_time=on_time, most=AT_ONCE))
        return count

    def _due(self, now: int) -> bool:
        with self.loop.store.read() as connection:
            first = first_due(connection)
        return first is not None and first <= now

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            try:
                self.sweep()
            except Exception:
                logger.exception("ringing failed; trying again")
                time.sleep(1)
