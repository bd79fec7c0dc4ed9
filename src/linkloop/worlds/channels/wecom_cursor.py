"""How far a WeCom account was read: one short text on disk, which never goes back."""

from __future__ import annotations

import os
import threading
from pathlib import Path


class Cursor:
    """Thread-safe. Cursors are opaque: one only takes the place of the one that it was asked with."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._guard = threading.Lock()
        self._value = path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def value(self) -> str:
        """The cursor to ask with; empty at first."""
        with self._guard:
            return self._value

    def move(self, start: str, end: str) -> None:
        """The log has what lies between `start` and `end`; without effect where another question came further."""
        with self._guard:
            if not end or start != self._value or end == start:
                return
            fresh = self._path.with_suffix(".new")
            with fresh.open("w", encoding="utf-8") as file:
                file.write(end)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
            self._value = end
