"""A shop for tests of flows: customers with orders at every point of their life, and a scripted understanding."""

from __future__ import annotations

from copy import copy
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

from linkloop.commerce.catalog import Product
from linkloop.commerce.conversations import Conversation, MessageReceived, Reply
from linkloop.commerce.customers import Customer
from linkloop.commerce.flows import FlowState, Requested
from linkloop.commerce.loop import ActionSettled
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.payments import Payment
from linkloop.commerce.stock import StockLevel
from linkloop.commerce.understanding import IntentGuess, IntentName, Slots, Understand, Understanding
from linkloop.core.action import Action
from linkloop.core.decision import Decision
from linkloop.core.money import Money
from linkloop.core.question import Given, ModelCard, Question
from linkloop.core.table import Table
from linkloop.links.service import link
from tests.links.context import MemoryShop, actions, decisions

NOW = datetime(2026, 7, 10, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
LI = Customer(customer_id="c1", name="李雷", language="zh-CN", country="CN")
ANN = Customer(customer_id="c2", name="Ann", language="en-GB", country="United Kingdom")
SHOES = Product(product_id="SHOES", title="跑步鞋 · Running shoes", category="sports", brand="驰跃",
                price=Money(35_900, "CNY"), weight_g=700)  # fmt: skip
FLASK = Product(product_id="FLASK", title="保温杯 · Vacuum flask", category="home", brand="暖居",
                price=Money(7_900, "CNY"), weight_g=350)  # fmt: skip
TEA = Product(product_id="TEA", title="龙井绿茶 · Longjing green tea", category="food", price=Money(12_800, "CNY"))


def day(back: float) -> datetime:
    """So many days before now."""
    return NOW - timedelta(days=back)


def order(number: str, status: str, back: float, total: int, customer: str = "c1") -> Order:
    """An order that was placed (and paid, unless it is only placed) so many days ago."""
    paid = status != "placed"
    return Order(
        order_id=number, customer_id=customer, status=cast(Any, status), placed_at=day(back),
        approved_at=day(back) if paid else None, total=Money(total, "CNY"), channel="web",
    )  # fmt: skip


def parcel(number: str, status: str, customer: str = "c1", came: float | None = None) -> Parcel:
    """The parcel of an order."""
    return Parcel(
        parcel_id=f"P{number}", order_id=number, customer_id=customer, carrier="顺丰", status=cast(Any, status),
        shipped_at=day(4) if status != "packed" else None, promised_at=NOW + timedelta(days=1),
        expected_at=NOW + timedelta(days=1) if status == "shipped" else None,
        delivered_at=day(came) if came is not None else None,
    )  # fmt: skip


def one(number: str, n: int, product: Product, quantity: int = 1) -> OrderLine:
    """A line of an order at the product's price."""
    assert product.price is not None
    return OrderLine(order_id=number, line_no=n, product_id=product.product_id, quantity=quantity, price=product.price)


def paid(number: str, total: int, n: int = 1) -> Payment:
    """The payment of an order."""
    return Payment(order_id=number, payment_no=n, method="wechat_pay", provider="wechat_pay",
                   amount=Money(total, "CNY"), paid_at=day(5))  # fmt: skip


# Not shipped yet; delivered three days ago with two products; on its way.
WAITS = (
    order("LL3001", "paid", 0.1, 35_900),
    parcel("LL3001", "packed"),
    one("LL3001", 1, SHOES),
    paid("LL3001", 35_900),
)
CAME = (order("LL3002", "delivered", 6, 51_700), parcel("LL3002", "delivered", came=3), one("LL3002", 1, SHOES),
        one("LL3002", 2, FLASK, 2), paid("LL3002", 51_700))  # fmt: skip
TRAVELS = (
    order("LL3003", "shipped", 3, 12_800),
    parcel("LL3003", "shipped"),
    one("LL3003", 1, TEA),
    paid("LL3003", 12_800),
)
ANNS = (order("LL4001", "delivered", 6, 7_900, "c2"), parcel("LL4001", "delivered", "c2", came=2),
        one("LL4001", 1, FLASK), paid("LL4001", 7_900))  # fmt: skip
GOODS = (SHOES, FLASK, TEA, StockLevel(product_id="SHOES", place="WH", on_hand=5),
         StockLevel(product_id="FLASK", place="WH", on_hand=3), StockLevel(product_id="TEA", place="WH", on_hand=0,
                                                                           on_order=60))  # fmt: skip


class Scripted:
    """Understands each text as it was told; every other one as nothing that it knows."""

    def __init__(self) -> None:
        self.card = ModelCard(name="scripted", version="1", question=Understand.__name__, driver="test")
        self.told: dict[str, Understanding] = {}

    def answer(self, question: Question[Any]) -> Given[Any]:
        text = cast(Understand, question).text
        unknown = Understanding(intents=(IntentGuess("other", 0.3),), out_of_scope=0.9)
        return Given(value=self.told.get(text, unknown), confidence=1.0)


@cache
def _opened() -> MemoryShop:
    # What texts mean is scripted here: the trained model is another test's matter.
    mine = copy(link)
    mine.models = tuple(model for model in link.models if model.__name__ != "UnderstandModel")
    return MemoryShop(mine)


class FlowShop:
    """The shop with some rows, and what is said to it; messages and events are numbered by themselves."""

    def __init__(self, *rows: Table) -> None:
        self.shop = copy(_opened())
        self.shop.rows, self.shop.said, self.shop._told = {}, [], {}
        self.script = Scripted()
        self.shop.matrix = self.shop.matrix.with_model(self.script)
        self.shop.keep([LI, ANN, *GOODS, *rows])
        self.n = 0

    def ask(
        self, text: str, *intents: IntentName, customer: str = "c1", talk: str = "v1", channel: str = "web",
        at: datetime = NOW, order_id: str = "", **slots: Any,
    ) -> list[Table]:  # fmt: skip
        """A message that means these intents and names these slots; gives what the link said."""
        self.n += 1
        guesses = tuple(IntentGuess(intent, 0.9) for intent in intents) or (IntentGuess("other", 0.3),)
        self.script.told[text] = Understanding(intents=guesses, slots=Slots(**slots))
        event = MessageReceived(
            at=at, id=f"e{self.n}", message_id=f"m{self.n}", conversation_id=talk, channel=channel, text=text,
            customer_id=customer, order_id=order_id,
        )  # fmt: skip
        return self.shop.hear(event)

    def settle(
        self, decision: Decision, status: str = "done", reference: str = "REF-1", at: datetime = NOW
    ) -> list[Table]:
        """The world's answer to a decision."""
        self.n += 1
        kept = Decision(**{f: getattr(decision, f) for f in decision.__struct_fields__})
        self.shop.rows.setdefault(Decision, {})[kept.effect_key] = kept
        event = ActionSettled(
            at=at, id=f"s{self.n}", about=decision.about, action_kind=decision.action_kind,
            effect_key=decision.effect_key, decision_id=decision.effect_key, status=cast(Any, status),
            reference=reference,
        )  # fmt: skip
        return self.shop.hear(event)

    def state(self, talk: str = "v1") -> FlowState | None:
        """The question that waits in a conversation, if one does."""
        found = self.shop.read(FlowState, talk)
        return found if found is not None and found.step else None

    def waits(self) -> list[Requested]:
        """The requests that have not settled."""
        return [row for row in self.shop.rows.get(Requested, {}).values() if cast(Requested, row).state == "requested"]  # type: ignore[misc]

    def conversation(self, talk: str = "v1") -> Conversation:
        """The row of a conversation."""
        found = self.shop.read(Conversation, talk)
        assert found is not None
        return found


def replies(said: list[Table]) -> list[str]:
    """The texts that go to customers."""
    return [action.text for action in actions(said) if isinstance(action, Reply)]


def deeds(said: list[Table]) -> list[Action]:
    """What shall be done beside replying."""
    return [action for action in actions(said) if not isinstance(action, Reply)]


def deed_decisions(said: list[Table]) -> list[Decision]:
    """The decisions of what shall be done beside replying."""
    return [decision for decision in decisions(said) if decision.action_kind != "Reply"]
