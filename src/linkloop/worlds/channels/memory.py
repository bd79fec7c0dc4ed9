"""The channels' own memory: conversation lines and settled effects in SQLite, on disk before anything is answered."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from linkloop.core.action import Receipt
from linkloop.core.clock import from_micros, micros
from linkloop.worlds.channels.frames import Line

_SCHEMA = """
CREATE TABLE IF NOT EXISTS effects(
    key TEXT PRIMARY KEY, status TEXT NOT NULL, reference TEXT NOT NULL, detail TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS routes(key TEXT PRIMARY KEY, endpoint TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS lines(
    seq INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL UNIQUE, conversation_id TEXT NOT NULL,
    customer_id TEXT NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL,
    in_reply_to TEXT NOT NULL, told INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS lines_by_conversation ON lines(conversation_id, seq);
CREATE INDEX IF NOT EXISTS lines_untold ON lines(seq) WHERE told = 0;
"""
_LINE = "seq, message_id, author, text, at, in_reply_to"


class ChannelMemory:
    """Thread-safe. `told` marks the lines that the log has, so that a crash between the two loses no line."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._guard = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        # An effect that we call done must be found again after a power cut.
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        with self._guard:
            self._db.close()

    def settle(self, key: str, receipt: Receipt) -> None:
        """Keep what became of an effect; the first answer stands."""
        with self._guard:
            self._settle(key, receipt)

    def settled(self, key: str) -> Receipt | None:
        """What became of an effect, or None when it was never settled here."""
        with self._guard:
            row = self._db.execute("SELECT status, reference, detail FROM effects WHERE key = ?", (key,)).fetchone()
        return Receipt(status=row[0], reference=row[1], detail=row[2]) if row else None

    def route(self, key: str, endpoint: str) -> None:
        """Keep whom an effect is about to be sent to, so that the same one can be asked what became of it."""
        with self._guard:
            self._db.execute("INSERT OR REPLACE INTO routes VALUES (?,?)", (key, endpoint))

    def routed(self, key: str) -> str:
        """The endpoint that an effect was sent to, or an empty string."""
        with self._guard:
            row = self._db.execute("SELECT endpoint FROM routes WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    def add(
        self,
        message_id: str,
        conversation_id: str,
        customer_id: str,
        author: str,
        text: str,
        at: datetime,
        in_reply_to: str = "",
        effect: tuple[str, Receipt] | None = None,
    ) -> tuple[Line, bool]:
        """Keep a line and the effect that it is, in one transaction; gives the line as kept and whether it is new."""
        with self._guard, self._at_once():
            new = self._db.execute(
                "INSERT OR IGNORE INTO lines"
                "(message_id, conversation_id, customer_id, author, text, at, in_reply_to) VALUES (?,?,?,?,?,?,?)",
                (message_id, conversation_id, customer_id, author, text, micros(at), in_reply_to),
            ).rowcount
            if effect:
                self._settle(*effect)
            row = self._db.execute(f"SELECT {_LINE} FROM lines WHERE message_id = ?", (message_id,)).fetchone()
        return _line(row), bool(new)

    def lines(self, conversation_id: str, after: int, most: int) -> list[Line]:
        """The last `most` lines of a conversation beyond `after`, oldest first."""
        with self._guard:
            rows = self._db.execute(
                f"SELECT {_LINE} FROM lines WHERE conversation_id = ? AND seq > ? ORDER BY seq DESC LIMIT ?",
                (conversation_id, after, most),
            ).fetchall()
        return [_line(row) for row in reversed(rows)]

    def knows(self, conversation_id: str) -> bool:
        """Whether anybody ever wrote in this conversation."""
        with self._guard:
            query = "SELECT 1 FROM lines WHERE conversation_id = ? LIMIT 1"
            return self._db.execute(query, (conversation_id,)).fetchone() is not None

    def untold(self, author: str) -> list[tuple[str, str, Line]]:
        """Lines of an author that the log may not have yet: (conversation, customer, line)."""
        with self._guard:
            rows = self._db.execute(
                f"SELECT conversation_id, customer_id, {_LINE} FROM lines WHERE told = 0 AND author = ? ORDER BY seq",
                (author,),
            ).fetchall()
        return [(row[0], row[1], _line(row[2:])) for row in rows]

    def tell(self, message_id: str) -> None:
        """The log has this line."""
        with self._guard:
            self._db.execute("UPDATE lines SET told = 1 WHERE message_id = ?", (message_id,))

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """One transaction: one wait for the disk."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def _settle(self, key: str, receipt: Receipt) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO effects VALUES (?,?,?,?)", (key, receipt.status, receipt.reference, receipt.detail)
        )


def _line(row: tuple[int, str, str, str, int, str]) -> Line:
    seq, message_id, author, text, at, in_reply_to = row
    return Line(seq, message_id, author, text, from_micros(at), in_reply_to)  # pyright: ignore[reportArgumentType]
