"""Conversations of the seeded shop beyond the town's own: a colleague at the queue, and customers who write last.

Everything is said as it is in a real shop: customers write through the web chat's own door or as a platform says it,
people act through the desk's deeds. See `Morning` for what waits when the shop stands still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.contacts import Contact, CustomerKey
from linkloop.commerce.conversations import Conversation, Draft, Message, MessageReceived, Reply
from linkloop.commerce.parcels import Parcel
from linkloop.core.action import Action, Errand, Receipt
from linkloop.core.table import Table, table_name
from linkloop.core.text import Text
from linkloop.core.world import Delivery
from linkloop.faces.desk import service_deeds as deeds
from linkloop.faces.desk import service_macros
from linkloop.store.schema import state
from linkloop.worlds.channels import tokens
from linkloop.worlds.channels.webchat import WebChat

T = TypeVar("T", bound=Table)
SECRET = "the seeded shop's own backend signs with this"
COLLEAGUE = "mei"
ZONE = ZoneInfo("Asia/Shanghai")
WAITS, SOLVES, QUIET = timedelta(minutes=4), timedelta(minutes=4), timedelta(hours=3)
A_TURN = 5  # so many customers a colleague answers in one slice of the town
ANSWERS = {
    "zh": "您好，这边已经帮您核实，稍后有结果会第一时间告诉您，感谢您的耐心。",
    "en": "Hello, I have looked into this for you and will write as soon as there is news. Thank you for waiting.",
}
MACROS = {
    "delay": (
        Text(en="The parcel is late", zh="包裹延误"),
        Text(
            en="Dear {name}, your order {order_id} is on its way with {carrier} and is expected on {expected_day}. "
            "We are sorry for the delay. {me}",
            zh="{name}您好，您的订单 {order_id} 由 {carrier} 配送，预计 {expected_day} 送达。"
            "给您带来不便，非常抱歉。{me}",
        ),
    ),
    "refund-way": (
        Text(en="How a refund comes back", zh="退款路径"),
        Text(
            en="Dear {name}, {order_total} of order {order_id} goes back the way you paid, within three working days.",
            zh="{name}您好，订单 {order_id} 的 {order_total} 将在三个工作日内原路退回。",
        ),
    ),
    "sorry": (
        Text(en="An apology", zh="致歉"),
        Text(en="I am very sorry for what went wrong. {me}", zh="给您带来的不便，我们深表歉意。{me}"),
    ),
}  # fmt: skip


class Phones:
    """A platform that shows every reply, for conversations on WhatsApp: the town knows nobody there."""

    name = "phones"
    says = ()
    performs = frozenset({"Reply"})

    def start(self, inlet: object, clock: object) -> None:
        """Nothing runs."""

    def stop(self) -> None:
        """Nothing runs."""

    def takes(self, action: Action) -> bool:
        return isinstance(action, Reply) and action.channel == "whatsapp"

    def perform(self, errand: Errand) -> Receipt:
        return Receipt(status="done", reference=f"wamid.{errand.key[:12]}")

    def settled(self, key: str) -> Receipt | None:
        return None


class Talks:
    """What people say beside the town. `live` after each of its slices; `morning` once, before the last one."""

    def __init__(self, shop: Shop, chat: WebChat, live_effects: Callable[[], None]) -> None:
        self.shop, self.chat, self.live_effects = shop, chat, live_effects
        chat.start(shop.loop, shop.clock)
        for macro_id, (name, text) in MACROS.items():
            service_macros.keep(shop, macro_id, service_macros.MacroBody(name=name, text=text), COLLEAGUE)

    # -- the colleague
    def live(self) -> None:
        """From nine to ten in the evening a colleague answers who waits, and closes what is done."""
        now = self.shop.clock.now()
        if not 9 <= now.astimezone(ZONE).hour < 22:
            return
        self._close(now)
        waiting = [row for row in self.rows(Conversation) if row.unanswered_since and row.status in ("waiting", "open")]
        due = sorted(
            (row for row in waiting if now - _since(row) > WAITS), key=lambda r: (_since(r), r.conversation_id)
        )
        for row in due[:A_TURN]:
            self.answer(row)

    def answer(self, row: Conversation, text: str = "") -> None:
        """Take a conversation and answer it."""
        draft = self.one(Draft, row.conversation_id)
        said = text or (draft.text if draft and draft.text else ANSWERS["zh" if row.language == "zh" else "en"])
        deeds.answer(self.shop, row.conversation_id, COLLEAGUE, said, f"seed:{row.last_message_id}:{row.messages}")
        self.live_effects()

    def _close(self, now: datetime) -> None:
        for row in self.rows(Conversation):
            last = max(moment for moment in (row.opened_at, row.last_customer_at, row.last_reply_at) if moment)
            held = row.status == "with_person" and row.held_by == COLLEAGUE and now - last > SOLVES
            quiet = row.status == "open" and row.unanswered_since is None and now - last > QUIET
            if row.continued_by or not (held or quiet):
                continue
            deeds.solve(self.shop, row.conversation_id, COLLEAGUE)
            if ((stars := _stars(row)) and row.mood != "neutral") or held:
                deeds.rate(self.shop, row.conversation_id, COLLEAGUE, stars or 4)
        self.live_effects()

    # -- the last customers
    def morning(self, end: datetime) -> None:
        """The last four and a half minutes before the shop stands still."""
        known = {row.customer_id for row in self.rows(Conversation)}
        late, new = list(self._on_its_way(late=True)), [c for c in self._on_its_way(late=False) if c not in known]
        before = sorted({r.customer_id for r in self.rows(Conversation) if r.customer_id and r.channel == "app"})[-1]
        steps: list[tuple[float, Callable[[], None]]] = [
            (270, lambda: self.writes(late[-1], "你好，我的包裹怎么还没到？")),
            (235, lambda: self._colleague_has(end)),
            (
                205,
                lambda: self.writes(late[-1], "已经晚了两天了！客服一直敷衍，再不给说法我就投诉，以后再也不买了！！"),
            ),
            (150, lambda: self.writes(before, "刚才在 App 里问过，怎么还没有人回复我？")),
            (110, lambda: self.phones("Hi, can I talk to a real person about my order please?")),
            (60, lambda: self.writes(new[3], "有优惠券吗，满减怎么算")),  # read with less than seven in ten: held
            (26, lambda: self.writes(new[0], "我要找人工客服")),
            (19, lambda: self.writes(new[1], "你们卖假货！我已经找了律师，要去法院起诉你们！")),
            (9, lambda: self.writes(new[2], "Hello, when does my parcel arrive? I need it on Friday")),
        ]
        for seconds, step in steps:
            self.shop.clock.advance(end - timedelta(seconds=seconds))  # type: ignore[attr-defined]
            step()
            self.live_effects()
            self.shop.slow.step()
            self.live_effects()

    def writes(self, customer_id: str, text: str) -> None:
        """A customer who is signed in writes in the web chat."""
        claims = {"iss": "shop", "sub": customer_id, "exp": 4_000_000_000}
        session = self.chat.connect(tokens.sign(claims, SECRET.encode()))
        frame = {"type": "say", "client_id": blake2b(text.encode(), digest_size=6).hexdigest(), "text": text}
        self.chat.handle(session, msgspec.json.encode(frame))

    def phones(self, text: str) -> None:
        """Somebody writes on WhatsApp from a telephone that two customers have."""
        shared = self._shared_phone()
        now = self.shop.clock.now()
        contact = Contact(
            contact_id="whatsapp:8613900000001", channel="whatsapp", address="8613900000001", name="Sam",
            language="en", keys=(shared,), proven=True, seen_at=now,
        )  # fmt: skip
        row = Message(
            message_id="whatsapp:w1", conversation_id="whatsapp:8613900000001", author="customer", channel="whatsapp",
            text=text, sent_at=now,
        )  # fmt: skip
        event = MessageReceived(
            at=now, message_id=row.message_id, conversation_id=row.conversation_id, channel="whatsapp", text=text,
            contact_id=contact.contact_id,
        )  # fmt: skip
        self.shop.loop.accept([Delivery(source="channel:whatsapp", external_id="w1", said=(contact, row, event))])

    def _colleague_has(self, end: datetime) -> None:
        """One conversation that she answers and keeps, and one that whoever looks at the shop has."""
        waiting = [row for row in self.rows(Conversation) if row.status == "waiting" and row.customer_id]
        waiting.sort(key=lambda row: (_since(row), row.conversation_id), reverse=True)
        self.answer(waiting[0])
        deeds.take(self.shop, waiting[0].conversation_id, COLLEAGUE, lease=timedelta(minutes=20))
        deeds.take(self.shop, waiting[1].conversation_id, "local", lease=timedelta(minutes=30))

    def _on_its_way(self, *, late: bool) -> Iterator[str]:
        """Customers whose parcel has not arrived, and is late or in time."""
        for parcel in self.rows(Parcel):
            behind = parcel.promised_at and parcel.expected_at and parcel.expected_at > parcel.promised_at
            if parcel.customer_id and parcel.delivered_at is None and bool(behind) == late:
                yield parcel.customer_id

    def _shared_phone(self) -> str:
        seen: set[str] = set()
        for row in self.rows(CustomerKey):
            if row.key.startswith("phone:") and row.key in seen:
                return row.key
            seen.add(row.key)
        raise AssertionError("no telephone of two customers in this town")

    # -- reading
    def rows(self, kind: type[T]) -> list[T]:
        """Every row of a kind, by its key."""
        query = sa.select(state.c.body).where(state.c.kind == table_name(kind)).order_by(state.c.key)
        with self.shop.store.read() as connection:
            return [msgspec.json.decode(body, type=kind) for body in connection.execute(query).scalars()]

    def one(self, kind: type[T], key: str) -> T | None:
        """One row."""
        query = sa.select(state.c.body).where(state.c.kind == table_name(kind), state.c.key == key)
        with self.shop.store.read() as connection:
            body: Any = connection.execute(query).scalar()
        return None if body is None else msgspec.json.decode(body, type=kind)


def _since(row: Conversation) -> datetime:
    return row.unanswered_since or row.opened_at


def _stars(row: Conversation) -> int:
    """How content a customer says they are: one in three says it, and what they felt last is in it."""
    lot = blake2b(row.conversation_id.encode(), digest_size=2).digest()
    if lot[0] % 3:
        return 0
    return min(5, max(1, {"angry": 2, "anxious": 3, "neutral": 4, "pleased": 5}[row.mood] + lot[1] % 3 - 1))
