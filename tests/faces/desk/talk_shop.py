"""A real shop with the service link and a chat room that people write into, for tests of the service desk."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.contacts import Contact
from linkloop.commerce.conversations import Conversation, Message, MessageReceived, Reply
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.core.action import Action, Errand, Receipt
from linkloop.core.clock import Clock, SimClock
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.world import Delivery, Inlet
from linkloop.links.service import link

NOW = datetime(2026, 7, 4, 2, 0, tzinfo=UTC)


class ChatRoom:
    """Shows replies, in order, once; while `open` is not set, a reply that is being sent waits."""

    name = "room"
    performs = frozenset({"Reply"})
    says: tuple[type[Table], ...] = (Message, MessageReceived)

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()
        self.shown: list[Reply] = []
        self._done: dict[str, Receipt] = {}

    def start(self, inlet: Inlet, clock: Clock) -> None:
        self.inlet, self.clock = inlet, clock

    def stop(self) -> None:
        self.open.set()

    def takes(self, action: Action) -> bool:
        return True

    def perform(self, errand: Errand) -> Receipt:
        self.open.wait(20)
        reply = errand.action
        assert isinstance(reply, Reply)
        assert errand.key not in self._done, "shown twice"
        self.shown.append(reply)
        row = Message(
            message_id=f"reply:{errand.key}", conversation_id=reply.conversation_id, customer_id=reply.customer_id,
            author=reply.author, channel=reply.channel, text=reply.text, sent_at=self.clock.now(),
        )  # fmt: skip
        self.inlet.accept([Delivery(source="room", external_id=row.message_id, said=(row,))])
        self._done[errand.key] = Receipt(status="done", reference=row.message_id)
        return self._done[errand.key]

    def settled(self, key: str) -> Receipt | None:
        return self._done.get(key)


class TalkShop:
    """The shop, what customers write into it, and its clock."""

    def __init__(self, folder: Path) -> None:
        self.room = ChatRoom()
        self.shop = Shop(Settings(folder=str(folder)), links=[link], worlds=[self.room])
        self.clock = SimClock(NOW)
        self.shop.clock = self.shop.loop.clock = self.shop.loop.verdicts.clock = self.clock
        self.n = 0

    def tell(self, *rows: Table) -> None:
        """Rows of fact."""
        self.n += 1
        self.shop.loop.accept([Delivery(source="test", external_id=f"rows:{self.n}", said=rows)])

    def write(
        self, text: str, conversation: str = "v1", customer_id: str = "c1", contact: Contact | None = None
    ) -> MessageReceived:
        """A customer writes, as a channel says it."""
        self.n += 1
        message_id = f"{conversation}:m{self.n}"
        contact_id = contact.contact_id if contact else ""
        channel = contact.channel if contact else "web"
        row = Message(
            message_id=message_id, conversation_id=conversation, customer_id=customer_id, author="customer",
            channel=channel, text=text, sent_at=self.clock.now(),
        )  # fmt: skip
        event = MessageReceived(
            at=self.clock.now(), message_id=message_id, conversation_id=conversation, channel=channel, text=text,
            customer_id=customer_id, contact_id=contact_id,
        )  # fmt: skip
        said = (row, *([contact] if contact else []), event)
        self.shop.loop.accept([Delivery(source=channel, external_id=message_id, said=said)])
        return event

    def later(self, **by: float) -> None:
        """Time passes."""
        self.clock.advance(self.clock.now() + timedelta(**by))

    def row(self, conversation: str = "v1") -> Conversation:
        """The conversation as it stands."""
        found = self.fact(Conversation, conversation)
        assert isinstance(found, Conversation)
        return found

    def fact(self, kind: type[Table], key: str) -> Table | None:
        """One row as it stands."""
        return self.shop.loop.do(lambda turn: turn.w.facts.get(kind, key)[0])

    def until(self, true: object, what: str = "it") -> None:
        """Wait until `true()` holds."""
        assert callable(true)
        end = time.monotonic() + 10
        while not true():
            assert time.monotonic() < end, f"{what} did not come"
            time.sleep(0.005)


@contextmanager
def talking(folder: Path) -> Iterator[TalkShop]:
    """A running shop with two customers, one of them with an order."""
    found = TalkShop(folder)
    found.shop.start()
    try:
        found.tell(
            Customer(customer_id="c1", name="李雷", language="zh-CN"),
            Customer(customer_id="c2", name="Ann", language="en"),
            Order(
                order_id="LL1001", customer_id="c1", status="shipped", placed_at=NOW - timedelta(days=7),
                total=Money(20_000, "CNY"), channel="web",
            ),
        )  # fmt: skip
        yield found
    finally:
        found.shop.stop()
