"""The memory of one platform: its conversations, what was begun and sent of each reply, and how far it was read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from linkloop.core.action import Receipt
from linkloop.core.clock import from_micros, micros
from linkloop.worlds.channels.memory import ChannelMemory
from linkloop.worlds.channels.platform import Inbound, Part

_SCHEMA = """
CREATE TABLE IF NOT EXISTS talks(
    conversation_id TEXT PRIMARY KEY, address TEXT NOT NULL, context TEXT NOT NULL, heard_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS contacts(address TEXT PRIMARY KEY, heard_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS parts(
    key TEXT PRIMARY KEY, effect TEXT NOT NULL, status TEXT NOT NULL, reference TEXT NOT NULL, body BLOB NOT NULL,
    begun_s REAL NOT NULL, state TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS parts_by_effect ON parts(effect);
CREATE INDEX IF NOT EXISTS parts_by_reference ON parts(reference);
CREATE TABLE IF NOT EXISTS cursor(one INTEGER PRIMARY KEY CHECK (one = 1), value TEXT NOT NULL);
"""
# How far a message can come, in order.
_STATES = ("sent", "delivered", "read", "failed")


class Talk(msgspec.Struct, frozen=True):
    """A conversation as the platform needs it: whom to write to, with what, and when that contact last wrote."""

    address: str
    context: str
    heard_at: datetime


class Outbook(ChannelMemory):
    """Thread-safe. A part is `begun` on disk before it is sent, then `sent` or `refused`; else nobody knows."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with self._guard:
            self._db.executescript(_SCHEMA)

    def heard(self, conversation_id: str, inbound: Inbound) -> datetime:
        """Keep whom a conversation is with; gives when that contact last wrote, which no late copy moves back."""
        at = micros(inbound.at)
        with self._guard, self._at_once():
            self._db.execute(
                "INSERT INTO talks VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET"
                " context = CASE WHEN excluded.heard_at >= heard_at THEN excluded.context ELSE context END,"
                " heard_at = max(heard_at, excluded.heard_at)",
                (conversation_id, inbound.address, inbound.context, at),
            )
            row = self._db.execute(
                "INSERT INTO contacts VALUES (?,?) ON CONFLICT DO UPDATE SET"
                " heard_at = max(heard_at, excluded.heard_at) RETURNING heard_at",
                (inbound.address, at),
            ).fetchone()
        return from_micros(row[0])

    def talk(self, conversation_id: str) -> Talk | None:
        """A conversation, or None where nobody ever wrote in it."""
        with self._guard:
            row = self._db.execute(
                "SELECT t.address, t.context, c.heard_at FROM talks t JOIN contacts c USING (address)"
                " WHERE conversation_id = ?",
                (conversation_id,),
            ).fetchone()
        return Talk(row[0], row[1], from_micros(row[2])) if row else None

    def begin(self, effect: str, part: Part, now_s: float) -> None:
        """A part is about to be sent, at a moment in seconds since 1970."""
        with self._guard:
            self._db.execute(
                "INSERT INTO parts(key, effect, status, reference, body, begun_s) VALUES (?,?,'begun','',?,?)"
                " ON CONFLICT DO UPDATE SET status = 'begun', begun_s = excluded.begun_s WHERE status <> 'sent'",
                (part.key, effect, msgspec.json.encode(part), now_s),
            )

    def end(self, key: str, receipt: Receipt) -> None:
        """What became of a part: sent for ever, or refused, or (unknown) still nobody knows."""
        status = {"done": "sent", "refused": "refused"}.get(receipt.status)
        if status:
            with self._guard:
                self._db.execute(
                    "UPDATE parts SET status = ?, reference = ? WHERE key = ? AND status <> 'sent'",
                    (status, receipt.reference, key),
                )

    def fared(self, key: str, state: str, detail: str) -> None:
        """How far a part came, as its platform tells; what is told late of an earlier state changes nothing."""
        further = _STATES[_STATES.index(state) :] if state in _STATES else (state,)
        with self._guard:
            self._db.execute(
                "UPDATE parts SET state = ?, detail = ? WHERE key = ?"
                f" AND state NOT IN ({','.join('?' * len(further))})",
                (state, detail, key, *further),
            )

    def fate(self, key: str) -> tuple[str, str]:
        """(state, detail) of a part as its platform told; both are empty where it told nothing."""
        with self._guard:
            row = self._db.execute("SELECT state, detail FROM parts WHERE key = ?", (key,)).fetchone()
        return (row[0], row[1]) if row else ("", "")

    def never_begun(self, key: str) -> None:
        """It is certain that a part was not sent."""
        with self._guard:
            self._db.execute("DELETE FROM parts WHERE key = ? AND status <> 'sent'", (key,))

    def part(self, key: str) -> tuple[str, str] | None:
        """(status, reference) of a part, or None where it was not begun."""
        with self._guard:
            row = self._db.execute("SELECT status, reference FROM parts WHERE key = ?", (key,)).fetchone()
        return (row[0], row[1]) if row else None

    def part_by(self, reference: str) -> str:
        """The key of the part that the platform calls `reference`, or an empty string."""
        with self._guard:
            row = self._db.execute("SELECT key FROM parts WHERE reference = ?", (reference,)).fetchone()
        return row[0] if row and reference else ""

    def unclear(self, effect: str, now_s: float) -> list[Part]:
        """The parts of an effect that were begun and have no end, with how long ago that was."""
        with self._guard:
            rows = self._db.execute(
                "SELECT body, begun_s FROM parts WHERE effect = ? AND status = 'begun'", (effect,)
            ).fetchall()
        parts = [(msgspec.json.decode(row[0], type=Part), now_s - row[1]) for row in rows]
        return [msgspec.structs.replace(part, age_s=max(0.0, age_s)) for part, age_s in parts]

    def cursor(self) -> str:
        """How far the platform was read; empty at first."""
        with self._guard:
            row = self._db.execute("SELECT value FROM cursor").fetchone()
        return row[0] if row else ""

    def move(self, cursor: str) -> None:
        """The log has everything up to here."""
        with self._guard:
            self._db.execute(
                "INSERT INTO cursor VALUES (1, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (cursor,)
            )
