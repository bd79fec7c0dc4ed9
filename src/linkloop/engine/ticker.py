"""The ticker: says the time of a real shop as events; a simulated world says its own."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from linkloop.commerce.time import DayClosed, MinutePassed
from linkloop.core.clock import from_micros, minute_of
from linkloop.core.world import Delivery
from linkloop.engine.loop import Loop
from linkloop.store.schema import log
from linkloop.store.store import Store


class Ticker:
    """Says MinutePassed and DayClosed by the real clock, once per minute and day whatever restarts."""

    def __init__(self, loop: Loop, shop: str, zone: ZoneInfo) -> None:
        self.loop = loop
        self.shop = shop
        self.zone = zone
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=5)

    def tick(self, minute: datetime) -> list[Delivery]:
        """What to say at the start of a minute: the minute before has passed, and at midnight a day has closed."""
        said: list[DayClosed | MinutePassed] = [MinutePassed(at=minute, shop=self.shop)]
        local = minute.astimezone(self.zone)
        if local.hour == 0 and local.minute == 0:
            said.append(DayClosed(at=minute, shop=self.shop, day=(local - timedelta(minutes=1)).date().isoformat(),
                                  zone=self.zone.key))  # fmt: skip
        return [Delivery(source="clock", external_id=minute.isoformat(), said=tuple(said))]

    def missed(self, now: datetime) -> list[Delivery]:
        """The days that closed while the shop was not running, oldest first, at most 60."""
        query = sa.select(log.c.body).where(log.c.kind == "day_closed").order_by(log.c.offset.desc()).limit(1)
        with self.loop.store.read() as connection:
            body = connection.execute(query).scalar()
        if body is None:
            return []
        day = date.fromisoformat(msgspec.json.decode(body, type=DayClosed).day) + timedelta(days=1)
        today = now.astimezone(self.zone).date()
        found: list[Delivery] = []
        while day < today:
            end = datetime.combine(day + timedelta(days=1), datetime.min.time(), self.zone).astimezone(UTC)
            closed = DayClosed(at=end, shop=self.shop, day=day.isoformat(), zone=self.zone.key)
            found.append(Delivery(source="clock", external_id=f"missed:{day}", said=(closed,)))
            day += timedelta(days=1)
        return found[-60:]

    def _run(self) -> None:
        if missed := self.missed(datetime.now(UTC)):
            self.loop.post(missed)
        while not self._stop.is_set():
            now = datetime.now(UTC)
            following = minute_of(now) + timedelta(minutes=1)
            if self._stop.wait((following - now).total_seconds()):
                return
            self.loop.post(self.tick(following))


def opening_time(store: Store, zone: ZoneInfo, start: datetime | None = None) -> datetime:
    """Where the clock of a simulated shop goes on: after its last event, else at `start` or at nine in the morning."""
    with store.read() as connection:
        query = sa.select(log.c.at).where(log.c.is_event == 1).order_by(log.c.offset.desc()).limit(1)
        last = connection.execute(query).scalar()
    if last is not None:
        return from_micros(last)
    if start is not None:
        return start.astimezone(UTC)
    return datetime.now(zone).replace(hour=9, minute=0, second=0, microsecond=0).astimezone(UTC)
