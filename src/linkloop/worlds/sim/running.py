"""The town as a World: it lives in a thread, at a chosen speed, and may be paused, disturbed and asked from others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import isfinite
from pathlib import Path
from time import monotonic

import msgspec

from linkloop.commerce.aftersales import DeliveryAddress, Invoice, ReturnCase, StockHold
from linkloop.commerce.catalog import CategoryName, Product, ProductAttribute, ProductRelation, Supplier
from linkloop.commerce.contacts import Contact, CustomerKey
from linkloop.commerce.conversations import Message, MessageReceived, Reply
from linkloop.commerce.customers import Browsed, Customer
from linkloop.commerce.knowledge import Article, ArticleChanged
from linkloop.commerce.lanes import Centre, Destination, Lane, Routing
from linkloop.commerce.orders import Order, OrderLine, OrderPlaced, OrderReturned
from linkloop.commerce.parcels import Parcel, ParcelDelayed, ParcelDelivered
from linkloop.commerce.payments import Payment, PaymentTried
from linkloop.commerce.plans import LiveShow, Promotion
from linkloop.commerce.remedies import CustomerStayed
from linkloop.commerce.stock import Place, StockArrived, StockLevel, StockPromised
from linkloop.commerce.time import DayClosed, MinutePassed
from linkloop.commerce.weather import Weather
from linkloop.core.action import Action, Errand, Receipt
from linkloop.core.clock import Clock
from linkloop.core.errors import Refused
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.core.world import Delivery, Inlet
from linkloop.worlds.sim.errands import PERFORMS
from linkloop.worlds.sim.faults import Fault
from linkloop.worlds.sim.journal import Birth, Disturbed, Ended, Journal, Repriced
from linkloop.worlds.sim.messages import CHANNELS as WRITTEN
from linkloop.worlds.sim.past import History
from linkloop.worlds.sim.shoppers import CHANNELS as BOUGHT
from linkloop.worlds.sim.town import Town, TownStatus

# As fast as possible, errands come in between slices of this length; a slice is one durable batch.
SLICE = timedelta(minutes=5)
STEP_MOST = timedelta(days=31)
TICK, PICTURE_EVERY, RETRY_FIRST, RETRY_MOST = 0.1, 600.0, 0.1, 5.0
SAYS: tuple[type[Table], ...] = (
    Destination, Centre, Lane, Routing,
    Place, Supplier, CategoryName, Product, StockLevel, Customer, Order, OrderLine, Payment, Parcel, Message,
    Contact, CustomerKey, Browsed, OrderPlaced, OrderReturned, PaymentTried, ParcelDelayed, ParcelDelivered,
    MessageReceived, StockPromised, StockArrived, CustomerStayed, MinutePassed, DayClosed, DeliveryAddress, ReturnCase,
    Invoice, StockHold, ProductRelation, ProductAttribute, Article, ArticleChanged, Promotion, LiveShow, Weather,
)  # fmt: skip


class TownWorld:
    """A Town behind a lock, with its own thread once it is started. Every public method may be called by any thread.

    `speed` is simulated seconds per real second; 0 or infinity is as fast as the inlet accepts. When the inlet
    blocks or fails, the town waits for it: what was said is never dropped, and time does not run away.
    """

    name = "sim"
    says = SAYS
    performs = PERFORMS

    def __init__(self, birth: Birth, speed: float = 60.0, folder: Path | None = None) -> None:
        """A newborn town, or the one that lives in `folder`. Raises Conflict `sim.journal` when that is another one."""
        self._birth = birth
        self._journal = Journal(folder, birth) if folder else None
        town, said = self._journal.revive() if self._journal else (birth.town(), [])
        self._town: Town = town
        self._pending: list[Delivery] = said
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._running = threading.Event()
        self._running.set()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._problem = ""
        self._speed = 0.0
        self._step_to: datetime | None = None
        self._anchor: tuple[float, datetime] = (monotonic(), town.now())
        self.set_speed(speed)

    def start(self, inlet: Inlet, clock: Clock) -> None:
        """Begin to live, in a thread, and say everything to `inlet`. A clock that can `advance` is moved along."""
        if self._thread is not None:
            return
        self._stopping = False
        self._thread = threading.Thread(target=self._live, args=(inlet, clock), name="sim-town", daemon=True)
        self._reanchor()
        self._thread.start()

    def stop(self) -> None:
        """Stop living; returns when the thread has ended and a picture of the town is kept."""
        self._stopping = True
        self._running.set()
        self._wake.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()
        with self._lock:
            if self._journal is not None:
                self._journal.keep(self._town, self._pending)
                self._journal.close()
                self._journal = None

    def takes(self, action: Action) -> bool:
        """Every action that it performs is its own, but of replies only those to where its people write or buy."""
        if isinstance(action, Reply):
            return action.channel in WRITTEN or action.channel in BOUGHT
        return type(action).__name__ in self.performs

    def perform(self, errand: Errand) -> Receipt:
        """Carry out an errand at the town's present moment."""
        with self._lock:
            if self._journal is not None and self._town.settled(errand.key) is None:
                self._journal.ask(self._town.now(), errand)
            return self._town.perform(errand)

    def settled(self, key: str) -> Receipt | None:
        """What became of an errand's key, or None when it never arrived."""
        with self._lock:
            return self._town.settled(key)

    def past(self) -> History:
        """Customers, orders and lines from before the opening, by class, oldest first: the same rows at every call."""
        birth = self._birth
        town = Town(
            birth.seed, birth.orders_per_day, birth.start, birth.zone, birth.shop, birth.festivals, birth.market
        )
        return town.warm_up(birth.history_days)

    def inject(self, fault: Fault) -> datetime:
        """Begin a fault now; returns when it ends. Raises Refused `sim.fault` when it makes no sense."""
        with self._lock:
            at = self._town.now()
            until = self._town.inject(fault)
            if self._journal is not None:
                self._journal.note(Disturbed(at=at, fault=fault))
            return until

    def end(self, number: int) -> None:
        """End a trouble now, before its time. Raises Refused `sim.trouble` when none with this number is on."""
        with self._lock:
            self._town.end(number)
            if self._journal is not None:
                self._journal.note(Ended(at=self._town.now(), number=number))

    def reprice(self, product_id: str, fen: int) -> None:
        """Another price for a product from now on. Raises Refused `sim.price`; then nothing changes."""
        with self._lock:
            self._town.reprice(product_id, fen)
            if self._journal is not None:
                self._journal.note(Repriced(at=self._town.now(), product_id=product_id, fen=fen))

    def pause(self) -> None:
        """Let time stand still; errands are still carried out."""
        with self._lock:
            self._step_to = None
            self._running.clear()

    def resume(self) -> None:
        """Go on."""
        with self._lock:
            self._step_to = None
            self._reanchor()
            self._running.set()

    def step(self, moment: datetime) -> None:
        """Live as fast as possible until a moment and then pause. Raises Refused `sim.step` for one that is past or
        more than STEP_MOST ahead; then nothing changes."""
        with self._lock:
            now = self._town.now()
            if not now < moment <= now + STEP_MOST:
                raise Refused(
                    "sim.step",
                    Text(en="the town cannot step to that moment", zh="小镇无法步进到该时刻"),
                    Text(
                        en=f"Give a moment after now and at most {STEP_MOST.days} days ahead.",
                        zh=f"请给出此刻之后、{STEP_MOST.days} 天以内的时刻。",
                    ),
                )
            self._step_to = moment.astimezone(UTC)
            self._running.set()
        self._wake.set()

    def set_speed(self, speed: float) -> None:
        """Simulated seconds per real second; 0 or infinity: as fast as possible. Raises Refused `sim.speed`."""
        if speed != speed or speed < 0:
            raise Refused(
                "sim.speed",
                Text(en=f"{speed} is not a speed", zh=f"{speed} 不是有效的速度"),
                Text(
                    en="Give 0 (as fast as possible) or simulated seconds per second.",
                    zh="请填 0（尽快）或每秒对应的模拟秒数。",
                ),
            )
        with self._lock:
            self._speed = speed if isfinite(speed) else 0.0
            self._reanchor()
        self._wake.set()

    def status(self) -> TownStatus:
        """The town at a glance."""
        with self._lock:
            return msgspec.structs.replace(
                self._town.status(), speed=self._speed, paused=not self._running.is_set(),
                stepping_to=self._step_to, problem=self._problem,
            )  # fmt: skip

    def _reanchor(self) -> None:
        with self._lock:
            self._anchor = (monotonic(), self._town.now())

    def _live(self, inlet: Inlet, clock: Clock) -> None:
        advance: Callable[[datetime], None] | None = getattr(clock, "advance", None)
        pictured = monotonic()
        while True:
            self._running.wait()
            if self._stopping:
                return
            if not self._say(inlet):
                continue
            if self._journal is not None and monotonic() - pictured > PICTURE_EVERY:
                with self._lock:
                    self._journal.keep(self._town, [])
                pictured = monotonic()
            wait = self._turn(advance)
            if not self._say(inlet):
                continue
            self._arrive()
            if wait > 0:
                self._wake.wait(wait)
                self._wake.clear()

    def _arrive(self) -> None:
        """A town that has stepped to its moment, and has said everything, stands still."""
        with self._lock:
            if self._step_to is not None and self._town.now() >= self._step_to:
                self.pause()

    def _turn(self, advance: Callable[[datetime], None] | None) -> float:
        """Live one slice; returns how many real seconds to wait before the next."""
        with self._lock:
            now = self._town.now()
            if self._step_to is not None:
                until, wait = min(now + SLICE, self._step_to), 0.0
            elif self._speed == 0:
                until, wait = now + SLICE, 0.0
            else:
                real, simulated = self._anchor
                until, wait = simulated + timedelta(seconds=(monotonic() - real) * self._speed), TICK
                longest = max(SLICE, timedelta(seconds=4 * TICK * self._speed))
                if until > now + longest:  # the inlet kept us waiting: do not rush after lost time
                    until = now + longest
                    self._anchor = (monotonic(), until)
            self._pending = list(self._town.run_until(until))
            if advance is not None:
                advance(self._town.now())
        return wait

    def _say(self, inlet: Inlet) -> bool:
        """Say what is pending until it is durable; False when the town is stopped before that."""
        wait = RETRY_FIRST
        while self._pending:
            try:
                inlet.accept(self._pending)
            except Exception as error:  # whatever kept the inlet from accepting: what was said must not be lost
                self._problem = f"{type(error).__name__}: {error}"
                self._wake.wait(wait)
                self._wake.clear()
                if self._stopping:
                    return False
                wait = min(2 * wait, RETRY_MOST)
            else:
                self._pending, self._problem = [], ""
        return True
