"""Rows of the state by class, and the decisions about a thing: what the pages of one thing are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.catalog import Product
from linkloop.commerce.conversations import Conversation, Message
from linkloop.commerce.orders import Order, OrderLine
from linkloop.core.decision import Decision
from linkloop.core.errors import NotFound
from linkloop.core.table import Table, table_name
from linkloop.core.text import Text
from linkloop.faces.desk.plain import proposal
from linkloop.faces.desk.things_views import AboutDecision, CustomerOrder, Moment, ThingLine
from linkloop.store.facts import index_column
from linkloop.store.schema import state
from linkloop.store.sql.session import repr_sql

T = TypeVar("T", bound=Table)
MOST_DECISIONS = 60
MOST_TALKS = 20


class Rows:
    """Reads rows of one snapshot."""

    def __init__(self, shop: Shop, connection: sa.Connection) -> None:
        self.shop = shop
        self.connection = connection

    def one(self, kind: type[T], key: str) -> T | None:
        """The row with this key."""
        query = sa.select(state.c.body).where(state.c.kind == table_name(kind), state.c.key == key)
        body = self.connection.execute(query).scalar()
        return None if body is None else msgspec.json.decode(body, type=kind)

    def must(self, kind: type[T], key: str, en: str, zh: str) -> T:
        """The same, or NotFound `row.unknown`."""
        found = self.one(kind, key)
        if found is None:
            raise NotFound(
                "row.unknown",
                Text(en=f"there is no {en} {key}", zh=f"没有编号为 {key} 的{zh}"),
                Text(en="Search for it with ⌘K: by id, name or pinyin.", zh="可用 ⌘K 按编号、名称或拼音搜索。"),
                where=f"{table_name(kind)}/{key}",
            )
        return found

    def many(self, kind: type[T], keys: Iterable[str]) -> list[T]:
        """The rows with these keys, in the order of their keys."""
        wanted = sorted(set(keys))
        query = sa.select(state.c.body).where(state.c.kind == table_name(kind), state.c.key.in_(wanted))
        return [
            msgspec.json.decode(b, type=kind) for b in self.connection.execute(query.order_by(state.c.key)).scalars()
        ]

    def by(self, kind: type[T], field: str, value: str) -> list[T]:
        """The rows whose index field has this value."""
        query = sa.select(state.c.body).where(
            state.c.kind == table_name(kind), state.c[index_column(kind, field)] == value
        )
        return [
            msgspec.json.decode(b, type=kind) for b in self.connection.execute(query.order_by(state.c.key)).scalars()
        ]

    def talks(self, customer_id: str, messages: Iterable[Message], order_id: str = "") -> list[Conversation]:
        """The conversations of some messages and of a customer (about one order, where one is given): what waits first,
        then the latest; without those that went on elsewhere."""
        found = self.many(Conversation, {one.conversation_id for one in messages})
        if customer_id:
            found += [
                row for row in self.by(Conversation, "customer_id", customer_id) if order_id in ("", row.order_id)
            ]
        unique = {row.conversation_id: row for row in found if not row.continued_by}.values()
        latest = sorted(
            unique, key=lambda row: (row.last_customer_at or row.opened_at, row.conversation_id), reverse=True
        )
        return sorted(latest, key=lambda row: row.status == "solved")[:MOST_TALKS]

    def lines(self, order_id: str) -> list[ThingLine]:
        """The lines of an order with the titles of their products."""
        found = self.by(OrderLine, "order_id", order_id)
        titles = {row.product_id: row.title for row in self.many(Product, (line.product_id for line in found))}
        return [
            ThingLine(
                line_no=line.line_no, product_id=line.product_id, title=titles.get(line.product_id, ""),
                quantity=line.quantity, price=line.price, freight=line.freight, place=line.place,
            )
            for line in sorted(found, key=lambda line: line.line_no)
        ]  # fmt: skip

    def decisions(self, *conditions: str) -> list[AboutDecision]:
        """Decisions for which one of the SQL conditions holds, the latest first."""
        query = f"SELECT id FROM decisions WHERE {' OR '.join(conditions)} ORDER BY id DESC LIMIT {MOST_DECISIONS}"
        ids = [row[0] for row in self.shop.door.query(query).rows]
        found = sorted(self.many(Decision, ids), key=lambda one: one.id, reverse=True)
        return [_about(one, self.names) for one in found]

    def names(self, table: str, key: str) -> str:
        """What people call a row: a product by its title."""
        product = self.one(Product, key) if table == "products" else None
        return product.title if product is not None and product.title else key


def of_action(field: str, value: str) -> str:
    """The SQL condition that an action's field has a value."""
    return f"json_extract_string(action, '$.{field}') = {repr_sql(value)}"


def order_line(order: Order) -> CustomerOrder:
    """An order in one line."""
    return CustomerOrder(
        order_id=order.order_id, placed_at=order.placed_at, status=order.status, total=order.total,
        channel=order.channel,
    )  # fmt: skip


def said(messages: list[Message]) -> list[Message]:
    """Messages in the order in which they were said."""
    return sorted(messages, key=lambda one: (one.sent_at, one.message_id))


def told(moments: Iterable[Moment | None]) -> list[Moment]:
    """A timeline, oldest first."""
    return sorted((one for one in moments if one is not None), key=lambda one: one.at)


def decision_moments(decisions: list[AboutDecision]) -> list[Moment]:
    """Decisions as moments."""
    return [
        Moment(at=one.at, kind="decision", text=one.text, case_id=one.case_id, about=f"decision/{one.id}",
               trouble=one.status in ("held", "failed", "unclear"))
        for one in decisions
    ]  # fmt: skip


def message_moments(messages: list[Message]) -> list[Moment]:
    """Messages as moments: who said what."""
    who = {"customer": ("Customer", "客户"), "bot": ("Shop", "店铺"), "person": ("Agent", "客服")}
    return [
        Moment(at=one.sent_at, kind="message",
               text=Text(en=f"{who[one.author][0]}: {one.text}", zh=f"{who[one.author][1]}：{one.text}"))
        for one in messages
    ]  # fmt: skip


def _about(one: Decision, names: Any) -> AboutDecision:
    assert one.at is not None
    return AboutDecision(
        id=one.id, at=one.at, action_kind=one.action_kind, text=proposal(one.action_kind, one.action, names),
        reason=one.reason, status=one.status, at_risk=one.at_risk, case_id=one.case_id, by=one.by,
    )  # fmt: skip
