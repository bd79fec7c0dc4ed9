"""A world for tests that keeps every effect in a file: it survives a crash of the shop, and merges nothing."""

from __future__ import annotations

import os
from pathlib import Path

from linkloop.core.action import Action, Errand, Receipt
from linkloop.core.clock import Clock
from linkloop.core.table import Table
from linkloop.core.world import Inlet


class Recorder:
    """Appends one line per effect, synced to disk, before it answers.

    `moods` are consumed one per call: "done", "refused", "lost before" (nothing done, no answer), "lost after"
    (done, no answer), "blind" (the next lookup fails). When they run out, everything is done.
    """

    name = "recorder"
    says: tuple[type[Table], ...] = ()

    def __init__(self, path: Path, performs: frozenset[str], moods: list[str] | None = None) -> None:
        self.path = path
        self.performs = performs
        self.moods = list(moods or [])

    def start(self, inlet: Inlet, clock: Clock) -> None:
        self.inlet = inlet

    def stop(self) -> None:
        pass

    def takes(self, action: Action) -> bool:
        return True

    def perform(self, errand: Errand) -> Receipt:
        mood = self.moods.pop(0) if self.moods else "done"
        if mood == "lost before":
            raise TimeoutError("no answer")
        if mood == "refused":
            return Receipt(status="refused", detail="no")
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(f"{errand.key} {type(errand.action).__name__}\n")
            file.flush()
            os.fsync(file.fileno())
        if mood == "lost after":
            raise TimeoutError("no answer")
        return Receipt(status="done", reference=f"r-{errand.key[:6]}")

    def settled(self, key: str) -> Receipt | None:
        if self.moods and self.moods[0] == "blind":
            self.moods.pop(0)
            raise ConnectionError("cannot look")
        return Receipt(status="done", reference=f"r-{key[:6]}") if key in self.done() else None

    def done(self) -> list[str]:
        """The key of every effect that was done, in order, doubles included."""
        if not self.path.exists():
            return []
        return [line.split()[0] for line in self.path.read_text(encoding="utf-8").splitlines()]
