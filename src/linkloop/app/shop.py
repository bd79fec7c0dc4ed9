"""Assembly: the one place that knows every part of a shop and puts them together."""

from __future__ import annotations

import fcntl
import os
from importlib.metadata import entry_points
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from linkloop.app.opening import take_in_past
from linkloop.app.settings import Settings
from linkloop.commerce.contacts import ContactMerged, ContactSplit
from linkloop.commerce.conversations import (
    ConversationHandedBack,
    ConversationRated,
    ConversationSolved,
    ConversationTaken,
)
from linkloop.commerce.desk import AnswerWritten, ConversationReopened
from linkloop.commerce.loop import ActionSettled, FileImported
from linkloop.commerce.time import AlarmRang, DayClosed, MinutePassed
from linkloop.core.clock import Clock, RealClock, SimClock
from linkloop.core.errors import Conflict
from linkloop.core.link import Link
from linkloop.core.text import Text
from linkloop.core.world import Setup, World
from linkloop.engine.effects import Effects
from linkloop.engine.gate import Gate
from linkloop.engine.lapsing import Lapsing
from linkloop.engine.loop import Loop
from linkloop.engine.replay import Machine
from linkloop.engine.ringer import Ringer
from linkloop.engine.rulebook import Rulebook
from linkloop.engine.slow import SlowLane
from linkloop.engine.ticker import Ticker, opening_time
from linkloop.engine.wiring import Wiring
from linkloop.models.drivers.pick import open_models
from linkloop.models.matrix import Matrix
from linkloop.store.lake import Lake
from linkloop.store.lander import Lander
from linkloop.store.sql.door import SqlDoor
from linkloop.store.store import open_store

# What people do with conversations at the desk; the loop says it for them.
DEEDS = (
    ConversationTaken, AnswerWritten, ConversationHandedBack, ConversationSolved, ConversationReopened,
    ConversationRated, ContactMerged, ContactSplit,
)  # fmt: skip
LOOP_SAYS = (ActionSettled, AlarmRang, MinutePassed, DayClosed, FileImported, *DEEDS)


class Shop:
    """A shop with all its parts. Opened, it can be read and asked; started, it runs."""

    def __init__(
        self, settings: Settings, *, links: list[Link] | None = None, worlds: list[World] | None = None
    ) -> None:
        self.settings = settings
        self.folder = Path(settings.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.zone = ZoneInfo(settings.zone)
        self.store = open_store(settings.log_url())
        self.lake = Lake(settings.lake_url())
        self.door = SqlDoor(self.store.engine, self.lake, zone=settings.zone)
        self.lander = Lander(self.store.engine, self.lake, apart=True)
        self.links = installed_links() if links is None else links
        self.wiring = Wiring(self.links)
        own = [model() for link in self.links for model in link.models]
        opened = open_models(settings.model, drivers=dict(d for link in self.links for d in link.drivers.items()))
        self.matrix = Matrix([*own, *opened], self.folder / "cache")
        self.rules = Rulebook(self.store, self.links, self.matrix)
        self.worlds = installed_worlds(settings) if worlds is None else worlds
        self.clock: Clock = self._clock()
        self.gate = Gate(self.rules.gate_policy(settings.gate), self.zone)
        self.loop = Loop(self.store, self.wiring, self.matrix, self.door, self.gate, self.clock)
        self.effects = Effects(self.loop, self.worlds)
        self.slow = SlowLane(self.loop)
        self.lapsing = Lapsing(self.loop)
        self.ringer = Ringer(self.loop)
        self.ticker = Ticker(self.loop, settings.name, self.zone)
        self._lock: IO[str] | None = None

    def start(self) -> None:
        """Run: the loop, the slow lane, effects, worlds and the lander, each in its thread."""
        self._take_lock()
        self.take_in_past()
        self.matrix.warm(self.store)
        self.loop.start()
        self.effects.start()
        self.slow.start()
        self.lapsing.start()
        self.lander.start()
        for world in self.worlds:
            world.start(self.loop, self.clock)
        if isinstance(self.clock, RealClock):
            self.ticker.start()
            self.ringer.start()

    def take_in_past(self) -> int:
        """Rows of fact that worlds know from before the opening, loaded on the first start only."""
        return take_in_past(self.store, self.lake, self.worlds)

    def stop(self) -> None:
        """Stop in the order in which things flow: nothing that was accepted is left undone by accident."""
        if self._lock is not None:
            self.ticker.stop()
            self.ringer.stop()
            for world in self.worlds:
                world.stop()
            self.lapsing.stop()
            self.slow.stop()
            self.effects.stop()
            self.loop.stop()
            self.lander.stop()
            self._lock.close()
            self._lock = None
        self.close()

    def close(self) -> None:
        """Close files and connections of a shop that was only opened."""
        self.matrix.feed.save(self.store)
        self.door.close()
        self.store.close()

    def running(self) -> bool:
        """Whether an engine, here or in another process, runs this shop."""
        if self._lock is not None:
            return True
        with open(self.folder / "running.lock", "a+", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return True
        return False

    def machine(self, **changed: Any) -> Machine:
        """What a replay runs with; `changed` replaces parts (matrix, gate)."""
        parts = {"store": self.store, "wiring": self.wiring, "matrix": self.matrix, "door": self.door,
                 "gate": self.gate, "clock": self.clock}  # fmt: skip
        return Machine(**{**parts, **changed})

    def world(self, name: str) -> World | None:
        """The world with this name, or None."""
        return next((world for world in self.worlds if world.name == name), None)

    def _clock(self) -> Clock:
        if self.world("sim") is None:
            return RealClock()
        return SimClock(opening_time(self.store, self.zone, self.settings.town_start()))

    def _take_lock(self) -> None:
        """One running engine per shop: a second one would send the same effects."""
        lock = open(self.folder / "running.lock", "a+", encoding="ascii")  # noqa: SIM115  (held while running)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            pid = lock.read().strip()
            lock.close()
            raise Conflict(
                "shop.running",
                Text(en=f"this shop is already running (process {pid})", zh=f"该店铺已在运行（进程 {pid}）"),
                Text(en="Open its page, or stop that process first.", zh="请打开其页面，或先停止该进程。"),
                where=str(self.folder),
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock


def installed_links() -> list[Link]:
    """Every link that an installed package offers, ours through the same door."""
    return [point.load() for point in sorted(entry_points(group="linkloop.links"), key=lambda point: point.name)]


def installed_worlds(settings: Settings) -> list[World]:
    """Every world that is installed and switched on."""
    options = settings.world_options()
    worlds: list[World] = []
    for point in sorted(entry_points(group="linkloop.worlds"), key=lambda point: point.name):
        chosen = options.get(point.name, {})
        if not chosen.get("enabled", True):
            continue
        setup = Setup(
            folder=str(Path(settings.folder) / "worlds" / point.name),
            shop=settings.name,
            zone=settings.zone,
            currency=settings.currency,
            options=chosen,
        )
        worlds.append(point.load()(setup))
    return worlds
