"""Lapsing: what waited for a person beyond its time is taken off the list, so that the list stays worth reading."""

from __future__ import annotations

import logging
import threading

import msgspec
import sqlalchemy as sa

from linkloop.core.decision import Decision
from linkloop.engine.loop import Loop
from linkloop.engine.turn import Turn
from linkloop.store.schema import state

EVERY_S = 5.0
_HELD = sa.select(state.c.body).where(state.c.kind == "decisions", state.c.ix1 == "held")
logger = logging.getLogger("linkloop.lapsing")


class Lapsing:
    """Looks every few seconds for held decisions whose `decide_by` has passed on the shop's clock."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="lapsing", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=10)

    def sweep(self) -> int:
        """Let everything lapse that is due; gives how many decisions did."""
        now = self.loop.clock.now()
        with self.loop.store.read() as connection:
            held = [msgspec.json.decode(row.body, type=Decision) for row in connection.execute(_HELD)]
        late = [decision.id for decision in held if decision.decide_by is not None and decision.decide_by < now]

        def work(turn: Turn) -> int:
            return sum(turn.verdicts.lapse(turn.w, decision_id) is not None for decision_id in late)

        return self.loop.do(work) if late else 0

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            try:
                self.sweep()
            except Exception:
                logger.exception("looking for lapsed decisions failed; trying again")
