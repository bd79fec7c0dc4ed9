"""A small real shop whose one link sets alarms as it is told and pays a yuan when one rings, for tests of alarms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.customers import Browsed
from linkloop.commerce.remedies import Compensate
from linkloop.commerce.time import Alarm, AlarmRang
from linkloop.core.clock import Clock, SimClock
from linkloop.core.decision import decide
from linkloop.core.link import Context, Link
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.core.world import Delivery
from linkloop.store.codec import decode
from tests.engine.small_shop import NOW, minute, said
from tests.recorder import Recorder

OFF = "off"


def make_link(later_s: int = 0) -> Link:
    """`Browsed(session_id=about, viewed=(name, seconds))` sets an alarm; a name `again:N` sets N more when it rings."""
    link = Link("clock", title=("Clock", "时钟"), says=(Alarm,), decides=(Compensate,))

    @link.hears(Browsed)
    def on_told(ctx: Context, event: Browsed) -> Iterator[Table]:
        name, seconds = event.viewed
        off = seconds == OFF
        due = ctx.now() + timedelta(seconds=0 if off else int(seconds) + later_s)
        yield Alarm(about=event.session_id, name=name, due=due, off=off)

    @link.hears(AlarmRang)
    def on_ring(ctx: Context, event: AlarmRang) -> Iterator[Table]:
        yuan = Money(100, "CNY")
        cause = f"{event.name}@{event.due:%H:%M:%S}"
        yield decide(
            Compensate(order_id=event.about, customer_id="c", cause=cause, amount=yuan, at_risk=yuan),
            Text(en="it rang", zh="响了"),
        )
        if event.name.startswith("again:"):
            left = int(event.name.split(":")[1])
            if left:
                yield Alarm(about=event.about, name=f"again:{left - 1}", due=ctx.now())

    return link


def open_alarms(folder: Path, clock: Clock | None = None, later_s: int = 0) -> Shop:
    """The shop, opened but not started, its time moved by what is said."""
    recorder = Recorder(folder / "effects.txt", frozenset({"Compensate", "CancelCompensation"}))
    shop = Shop(Settings(folder=str(folder)), links=[make_link(later_s)], worlds=[recorder])
    shop.clock = shop.loop.clock = shop.loop.verdicts.clock = clock or SimClock(NOW)
    return shop


def told(n: int | str, about: str, name: str, seconds: int | str, at: datetime = NOW) -> Delivery:
    return said(f"told:{n}", Browsed(at=at, session_id=about, viewed=(name, str(seconds))))


def pass_to(shop: Shop, minutes: int) -> None:
    """Simulated time reaches so many minutes after NOW."""
    shop.loop.accept([said(f"minute:{minutes}", minute(minutes), source="clock")])


def rung(shop: Shop) -> list[AlarmRang]:
    """Every alarm that rang, in the order of the log."""
    with shop.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT body FROM log WHERE kind = 'alarm_rang' ORDER BY offset")
        return [found for row in rows if isinstance(found := decode(AlarmRang, row[0]), AlarmRang)]


def names(shop: Shop) -> list[tuple[str, str]]:
    return [(ring.about, ring.name) for ring in rung(shop)]


def waiting(shop: Shop) -> int:
    with shop.store.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM alarm_queue").scalar() or 0)
