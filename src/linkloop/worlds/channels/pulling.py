"""Pulling: a thread asks a platform for what is new, from where the log has it, and waits longer at each failure."""

from __future__ import annotations

import logging
import threading

from linkloop.core.errors import LinkloopError
from linkloop.worlds.channels.platform import NotSent
from linkloop.worlds.channels.taking import Taking

FIRST_S, LONGEST_S = 1.0, 60.0
PAUSE_S = 0.05
logger = logging.getLogger("linkloop.platforms")


class Pulling:
    """The thread of one platform. `problem` is what keeps it from asking, empty while it goes well."""

    def __init__(self, taking: Taking, first_s: float = FIRST_S) -> None:
        self.taking = taking
        self.problem = ""
        self._first_s = first_s
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Ask, in a thread, until `stop`."""
        self._stop.clear()
        name = f"pull-{self.taking.platform.name}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self, wait_s: float = 10.0) -> None:
        """Ask no more. What was read and not yet accepted is read again after the next start."""
        self._stop.set()
        self.taking.platform.close()
        if self._thread is not None:
            self._thread.join(wait_s)
            self._thread = None

    def _run(self) -> None:
        wait = self._first_s
        while not self._stop.is_set():
            try:
                found = self.once()
                wait, self.problem = self._first_s, ""
                if not found:  # a server that does not make us wait is not asked without a pause
                    self._stop.wait(PAUSE_S)
            except Exception as error:
                if self._stop.is_set():
                    return
                self.problem = _said(error)
                logger.warning("%s: cannot be read: %s", self.taking.platform.name, self.problem)
                asked = error.wait_s if isinstance(error, NotSent) else 0.0
                self._stop.wait(max(wait, asked))
                wait = min(wait * 2, LONGEST_S)

    def once(self) -> bool:
        """One question: what it gives is durable before the cursor moves. Gives whether there was anything."""
        outbook = self.taking.outbook
        before = outbook.cursor()
        found, cursor = self.taking.platform.pull(before, self._stop)
        self.taking.take(found)
        if cursor != before:
            outbook.move(cursor)
        return bool(found)


def _said(error: Exception) -> str:
    if isinstance(error, LinkloopError):
        return f"{error.code}: {error.text.en}"
    return str(error) if isinstance(error, NotSent) else f"{type(error).__name__}: {error}"
