"""The town's journal: what it was asked and when, so that a town that was killed goes on as if it had not been."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from linkloop.core.action import Errand
from linkloop.core.errors import Conflict, LinkloopError
from linkloop.core.text import Text
from linkloop.core.vocabulary import actions
from linkloop.core.world import Delivery
from linkloop.worlds.sim.faults import Fault
from linkloop.worlds.sim.picture import NoPicture, restore, take
from linkloop.worlds.sim.town import Town


class Birth(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The arguments that a town was made with."""

    seed: int
    orders_per_day: float
    start: datetime
    zone: str
    shop: str
    festivals: bool
    history_days: int
    market: bool = False

    def town(self) -> Town:
        """A town that has just been born, with its past behind it."""
        town = Town(self.seed, self.orders_per_day, self.start, self.zone, self.shop, self.festivals, self.market)
        town.warm_up(self.history_days)
        return town


class Asked(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An errand that came in at a simulated moment; `action` are its plain values, `kind` the name of its class."""

    at: datetime
    key: str
    kind: str
    action: dict[str, Any]
    decision_id: str
    case_id: str
    attempt: int


class Disturbed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A fault that was injected at a simulated moment."""

    at: datetime
    fault: Fault


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The trouble with this number was ended at a simulated moment, before its time."""

    at: datetime
    number: int


class Repriced(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A product got another price at a simulated moment, in fen."""

    at: datetime
    product_id: str
    fen: int


Entry = Birth | Asked | Disturbed | Ended | Repriced


class Journal:
    """A folder with `journal.jsonl`, one entry a line, durable before its effect, and `town.picture`, which only
    saves time: without it the town is lived through again from its birth."""

    def __init__(self, folder: Path, birth: Birth) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path, self._picture = folder / "journal.jsonl", folder / "town.picture"
        self._entries = _read(self._path)
        if self._entries and self._entries[0] != birth:
            raise Conflict(
                "sim.journal",
                Text(en="this folder holds a town of other settings", zh="该文件夹中是另一组设置的小镇"),
                Text(en="Give the same settings, or another folder.", zh="请使用相同的设置，或换一个文件夹。"),
                where=str(self._path),
            )
        self._birth, self._count = birth, len(self._entries)
        self._file = self._path.open("ab")
        if not self._entries:
            self.note(birth)

    def note(self, entry: Entry) -> None:
        """Write an entry down; returns when it is durable."""
        self._file.write(msgspec.json.encode(entry) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._count += 1

    def ask(self, at: datetime, errand: Errand) -> None:
        """Write an errand down."""
        self.note(Asked(at=at, key=errand.key, kind=type(errand.action).__name__, attempt=errand.attempt,
                        action=msgspec.to_builtins(errand.action), decision_id=errand.decision_id,
                        case_id=errand.case_id))  # fmt: skip

    def keep(self, town: Town, pending: list[Delivery]) -> None:
        """Keep a picture of the town as it is after all entries so far, with what it has yet to say."""
        fresh = self._picture.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(take(town, pending, self._count))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._picture)

    def revive(self) -> tuple[Town, list[Delivery]]:
        """The town as it was when the last entry was written, and all that it said since the last picture.

        These deliveries may have been accepted before; their ids tell.
        """
        town, seen, said = self._pictured()
        for entry in self._entries[seen:]:
            match entry:
                case Asked():
                    said += town.run_until(entry.at)
                    town.perform(_errand(entry))
                case Disturbed():
                    said += town.run_until(entry.at)
                    town.inject(entry.fault)
                case Ended():
                    said += town.run_until(entry.at)
                    town.end(entry.number)
                case Repriced():
                    said += town.run_until(entry.at)
                    town.reprice(entry.product_id, entry.fen)
                case Birth():
                    pass
        self._entries = []
        return town, said

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def _pictured(self) -> tuple[Town, int, list[Delivery]]:
        try:
            town, pending, seen = restore(self._picture.read_bytes())
            if 0 < seen <= self._count:
                return town, seen, pending
        except (OSError, NoPicture):
            pass  # none yet, or one of another version: live through it again
        return self._birth.town(), 0, []


def born(folder: Path) -> Birth | None:
    """The settings of the town in a folder, or None where there is none."""
    path = folder / "journal.jsonl"
    entries = _read(path) if path.exists() else []
    return entries[0] if entries and isinstance(entries[0], Birth) else None


def _read(path: Path) -> list[Entry]:
    """The entries of a journal. A last line that a crash cut off never had an effect and is cut away."""
    if not path.exists():
        return []
    whole = path.read_bytes()
    kept = whole[: whole.rfind(b"\n") + 1]
    if len(kept) < len(whole):
        with path.open("r+b") as file:
            file.truncate(len(kept))
    decoder = msgspec.json.Decoder(Entry)
    entries: list[Entry] = []
    for number, line in enumerate(kept.splitlines(), 1):
        try:
            entries.append(decoder.decode(line))
        except msgspec.DecodeError as error:
            raise LinkloopError(
                "sim.journal",
                Text(en=f"the town's journal cannot be read: {error}", zh=f"无法读取小镇的日志：{error}"),
                Text(
                    en="Restore the file, or move the folder away to begin a new town.",
                    zh="请恢复该文件，或移走该文件夹以新建小镇。",
                ),
                where=f"{path}:{number}",
            ) from error
    return entries


def _errand(entry: Asked) -> Errand:
    action = msgspec.convert(entry.action, actions()[entry.kind])
    return Errand(key=entry.key, action=action, decision_id=entry.decision_id, case_id=entry.case_id,
                  attempt=entry.attempt)  # fmt: skip
