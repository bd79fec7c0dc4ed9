"""Shape: what every flow is given, and the one form in which it answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from linkloop.commerce.contacts import Opens
from linkloop.commerce.conversations import Evidence
from linkloop.commerce.customers import Customer
from linkloop.commerce.flows import Step
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.promises import PromiseKind
from linkloop.commerce.understanding import IntentName, Understanding
from linkloop.core.action import Action
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.question import Question
from linkloop.core.table import Table, key_of, table_name
from linkloop.core.text import Text

# A question that nobody answers for this long is off; what was offered with it lapses.
ASK_LASTS = timedelta(hours=24)
# How long a request may take before the customer is told that it takes longer.
DONE_WITHIN = timedelta(hours=24)


class Talk(NamedTuple):
    """A message as flows see it.

    `customer_id` is verified or empty. `slots` is what earlier steps gathered and looked up, `step` the question that
    this message has answered (empty: it answers none). `known_order` is what the conversation is about so far. `scope`
    is the one order that a proof has opened, `opens` what may be done with it; without a proof all of the account.
    """

    ctx: Context
    conversation_id: str
    message_id: str
    text: str
    customer_id: str
    customer: Customer | None
    language: str
    read: Understanding
    named: tuple[str, ...] = ()
    known_order: str = ""
    slots: dict[str, str] = {}
    step: Step = ""
    channel: str = ""
    scope: str = ""
    opens: Opens = "account"

    def now(self) -> datetime:
        """The moment of the message."""
        return self.ctx.now()


class Line(NamedTuple):
    """One sentence of an answer, and what it rests on; a sentence that states a fact has evidence."""

    text: Text
    evidence: tuple[Evidence, ...] = ()


class Deed(NamedTuple):
    """What shall be done. `promise` is what the customer may expect of it, kept within `within`."""

    action: Action
    reason: Text
    product_id: str = ""
    wave: str = ""
    promise: PromiseKind = "answer"
    within: timedelta = DONE_WITHIN
    confidence: float = 1.0


class Ask(NamedTuple):
    """The question that an answer ends with: which step it is, and what has been gathered by then."""

    step: Step
    slots: dict[str, str]
    choices: tuple[str, ...] = ()
    lasts: timedelta = ASK_LASTS


class Told(NamedTuple):
    """A flow's answer: sentences, why, the order it is about, and what follows.

    With `person` set, policy says that a person answers (and why); the lines are then what can be said already.
    `switch` names another flow that shall go on instead. `arrivals` are the days that were told of parcels: promises.
    `stranger` says that nothing could be looked at, for nobody has vouched for who writes.
    """

    lines: tuple[Line, ...]
    because: Text
    order: Order | None = None
    asks: Ask | None = None
    deeds: tuple[Deed, ...] = ()
    person: Text | None = None
    switch: tuple[str, dict[str, str]] | None = None
    late: float = 0.0
    arrivals: tuple[tuple[Parcel, datetime], ...] = ()
    confidence: float = 1.0
    stranger: bool = False


class Flow(NamedTuple):
    """One thing that customers ask for: what it needs, reads, asks of policy and decides, and how it answers."""

    name: IntentName
    title: Text
    needs: tuple[Step, ...]
    reads: tuple[type[Table], ...]
    answer: Callable[[Talk], Told]
    policy: tuple[type[Question[Any]], ...] = ()
    decides: tuple[type[Action], ...] = ()


def line(en: str, zh: str, *evidence: Evidence) -> Line:
    """A sentence in both languages."""
    return Line(Text(en=en, zh=zh), evidence)


def evidence(row: Table, en: str, zh: str) -> Evidence:
    """A row of a table as what a sentence rests on."""
    return Evidence(table=table_name(type(row)), key=key_of(row), says=Text(en=en, zh=zh))


def of_order(order: Order) -> Evidence:
    """An order as evidence."""
    total = f" {order.total}" if order.total else ""
    return evidence(order, f"order {order.order_id}: {order.status}{total}",
                    f"订单 {order.order_id}：{STATUS_ZH[order.status]}{total}")  # fmt: skip


def for_person(order: Order | None, en: str, zh: str, *lines: Line) -> Told:
    """An answer that a person must give."""
    return Told(lines, Text(en=en, zh=zh), order, person=Text(en=en, zh=zh))


def nothing(currency: str = "CNY") -> Money:
    """No money at risk."""
    return Money(0, currency)


STATUS_ZH = {
    "placed": "待付款", "paid": "已付款", "shipped": "已发货", "delivered": "已送达", "cancelled": "已取消",
    "unavailable": "无货", "returned": "已退货",
}  # fmt: skip
