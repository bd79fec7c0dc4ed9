"""Passive replies of WeChat: an answer that is there in time goes out as the response itself, and then nowhere else."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_REMEMBERS = 10_000
# Each holds a thread of the server, which has some more than these.
_MOST_WAITING = 16
_KEPT_S = 24 * 3600
_SCHEMA = """
CREATE TABLE IF NOT EXISTS passive(
    message_id TEXT PRIMARY KEY, part TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS passive_by_part ON passive(part);
"""


@dataclass
class _Slot:
    """The open response to one message. `text` is offered by who sends, `claimed` by who responds, never after
    `until`."""

    until: float
    part: str = ""
    text: str = ""
    claimed: bool = False


class PassiveReplies:
    """Thread-safe. What was claimed is on disk first, so that WeChat's next try of the same message gets it again."""

    def __init__(self, path: Path, wait_s: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.wait_s = wait_s
        self._monotonic = monotonic
        self._slots: OrderedDict[str, _Slot] = OrderedDict()
        self._turn = threading.Condition()
        self._waiting = 0
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)

    def open(self, message_id: str) -> None:
        """A response to this message may carry its answer for `wait_s`; none is opened a second time."""
        with self._turn:
            if message_id not in self._slots:
                self._slots[message_id] = _Slot(self._monotonic() + self.wait_s)
                while len(self._slots) > _REMEMBERS:
                    self._slots.popitem(last=False)

    def offer(self, message_id: str, part: str, text: str) -> bool:
        """Hand an answer to whoever responds; True when it is theirs, False when it has to go another way."""
        with self._turn:
            slot = self._slots.get(message_id)
            if slot is None or slot.text:
                return False
            slot.part, slot.text = part, text
            self._turn.notify_all()
            while not slot.claimed and (left := slot.until - self._monotonic()) > 0:
                self._turn.wait(left)
            if not slot.claimed:
                slot.until = 0.0
            return slot.claimed

    def claim(self, message_id: str) -> str:
        """The answer to respond with, waiting for it while there is time; empty: there is none and none will be."""
        with self._turn:
            if kept := self._kept(message_id):
                return kept
            slot = self._slots.get(message_id)
            if slot is None:
                return ""
            if self._waiting >= _MOST_WAITING:  # who comes now is answered by a message of its own
                slot.until = min(slot.until, self._monotonic())
            self._waiting += 1
            while not slot.text and (left := slot.until - self._monotonic()) > 0:
                self._turn.wait(left)
            self._waiting -= 1
            if slot.claimed:
                return slot.text
            if not slot.text or slot.until <= self._monotonic():
                slot.until = 0.0
                return ""
            now = int(time.time())
            self._db.execute("INSERT OR IGNORE INTO passive VALUES (?,?,?,?)", (message_id, slot.part, slot.text, now))
            self._db.execute("DELETE FROM passive WHERE at < ?", (now - _KEPT_S,))
            slot.claimed = True
            self._turn.notify_all()
            return slot.text

    def carried(self, part: str) -> bool:
        """Whether a response carried this part."""
        with self._turn:
            return self._db.execute("SELECT 1 FROM passive WHERE part = ?", (part,)).fetchone() is not None

    def close(self) -> None:
        """Let go of the file; who waits for an answer gets none."""
        with self._turn:
            for slot in self._slots.values():
                slot.until = 0.0
            self._turn.notify_all()

    def _kept(self, message_id: str) -> str:
        row = self._db.execute("SELECT text FROM passive WHERE message_id = ?", (message_id,)).fetchone()
        return row[0] if row else ""
