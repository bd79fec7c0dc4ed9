"""Macros: texts that people answer with often, in both languages, with blanks that are filled from tables alone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.conversations import Conversation
from linkloop.commerce.customers import Customer
from linkloop.commerce.desk import Macro
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.core.clock import micros
from linkloop.core.errors import Conflict, LinkloopError, NotFound
from linkloop.core.text import Text
from linkloop.engine.turn import Turn
from linkloop.faces.desk.service_holding import unknown
from linkloop.faces.desk.things_rows import Rows
from linkloop.store.audit import Entry
from linkloop.store.schema import state

BLANK = re.compile(r"\{([^{}]*)\}")
BLANKS: dict[str, Text] = {
    "name": Text(en="the customer's name", zh="客户姓名"),
    "me": Text(en="who writes", zh="答复人"),
    "order_id": Text(en="the order's number", zh="订单号"),
    "order_total": Text(en="what the order costs", zh="订单金额"),
    "parcel_id": Text(en="the parcel's number", zh="运单号"),
    "carrier": Text(en="the carrier", zh="承运商"),
    "promised_day": Text(en="the day that was promised", zh="承诺送达日"),
    "expected_day": Text(en="the day that is expected now", zh="预计送达日"),
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


class MacroBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A macro as a person writes it; `updated_at` is that of the version that it was made from (none: a new one)."""

    name: Text
    text: Text
    updated_at: datetime | None = None


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """A macro for one conversation: its blanks filled in, and those that no table fills."""

    macro_id: str
    text: Text
    language: str
    missing: list[str]


def macros(shop: Shop) -> list[Macro]:
    """All macros by their English name."""
    query = sa.select(state.c.body).where(state.c.kind == "macros")
    with shop.store.read() as connection:
        found = [msgspec.json.decode(body, type=Macro) for body in connection.execute(query).scalars()]
    return sorted((one for one in found if not one.gone), key=lambda one: (one.name.en.casefold(), one.macro_id))


def keep(shop: Shop, macro_id: str, body: MacroBody, by: str) -> Macro:
    """Write a macro, new or in place of the version that it was made from.

    Raises LinkloopError `macro.blank` that names an unknown blank, Conflict `macro.changed`.
    """
    check(body)
    made = Macro(macro_id=macro_id, name=body.name, text=body.text, by=by, updated_at=shop.clock.now())

    def work(turn: Turn) -> Macro:
        before = _standing(turn, macro_id)
        if before is not None and before.updated_at != body.updated_at:
            raise changed(macro_id)
        at = shop.clock.now()
        if before is not None:
            at = max(at, before.updated_at + timedelta(microseconds=1))  # a simulated clock may stand still
        return _put(turn, msgspec.structs.replace(made, updated_at=at), before, "service.macro_kept")

    return shop.loop.do(work)


def forget(shop: Shop, macro_id: str, by: str) -> Macro:
    """Take a macro off the list; its versions stay on record. Raises NotFound `macro.unknown`."""

    def work(turn: Turn) -> Macro:
        before = _standing(turn, macro_id)
        if before is None:
            raise missing(macro_id)
        gone = msgspec.structs.replace(before, gone=True, by=by, updated_at=shop.clock.now())
        return _put(turn, gone, before, "service.macro_forgotten")

    return shop.loop.do(work)


def filled(shop: Shop, macro_id: str, conversation_id: str, me: str) -> Filled:
    """A macro with its blanks filled for a conversation.

    Raises NotFound `macro.unknown` or `conversation.unknown`.
    """
    with shop.store.read() as connection:
        rows = Rows(shop, connection)
        macro, row = rows.one(Macro, macro_id), rows.one(Conversation, conversation_id)
        if macro is None or macro.gone:
            raise missing(macro_id)
        if row is None:
            raise unknown(conversation_id)
        known = values(rows, row, me, shop)
    blanks = dict.fromkeys(BLANK.findall(macro.text.en) + BLANK.findall(macro.text.zh))
    return Filled(
        macro_id=macro_id,
        text=Text(
            en=BLANK.sub(lambda m: _said(known, m[1], "en"), macro.text.en),
            zh=BLANK.sub(lambda m: _said(known, m[1], "zh"), macro.text.zh),
        ),
        language=row.language,
        missing=[name for name in blanks if name not in known],
    )


def values(rows: Rows, row: Conversation, me: str, shop: Shop) -> dict[str, Text]:
    """What the tables say for each blank; only of a customer who is proven, and of an order that is theirs."""
    known = {"me": Text(en=me, zh=me)}
    customer = rows.one(Customer, row.customer_id) if row.customer_id else None
    if customer is None:
        return known
    orders = sorted(rows.by(Order, "customer_id", customer.customer_id), key=lambda o: (o.placed_at, o.order_id))
    order = next((o for o in orders if o.order_id == row.order_id), orders[-1] if orders else None)
    parcels = rows.by(Parcel, "order_id", order.order_id) if order else []
    parcel = max(parcels, key=lambda p: p.parcel_id, default=None)
    said: dict[str, Any] = {
        "name": customer.name,
        "order_id": order.order_id if order else "",
        "order_total": str(order.total) if order and order.total else "",
        "parcel_id": parcel.parcel_id if parcel else "",
        "carrier": parcel.carrier if parcel else "",
    }
    known |= {name: Text(en=value, zh=value) for name, value in said.items() if value}
    for name, day in (("promised_day", parcel and parcel.promised_at), ("expected_day", parcel and parcel.expected_at)):
        if day:
            local = day.astimezone(shop.zone)
            known[name] = Text(en=f"{local.day} {_MONTHS[local.month - 1]}", zh=f"{local.month}月{local.day}日")
    return known


def check(body: MacroBody) -> None:
    """Raises LinkloopError `macro.blank` or `macro.empty`."""
    for part, text in (("text.en", body.text.en), ("text.zh", body.text.zh)):
        for name in BLANK.findall(text):
            if name not in BLANKS:
                raise LinkloopError(
                    "macro.blank",
                    Text(en=f"no table fills {{{name}}}", zh=f"没有表可以填入 {{{name}}}"),
                    Text(en=f"Known: {', '.join(BLANKS)}.", zh=f"可用：{'、'.join(BLANKS)}。"),
                    where=part,
                )
    for part, text in (("name", body.name.en + body.name.zh), ("text", body.text.en + body.text.zh)):
        if not text.strip():
            raise LinkloopError("macro.empty", Text(en="a macro needs words", zh="快捷语不能为空"), where=part)


def missing(macro_id: str) -> NotFound:
    """There is no such macro."""
    return NotFound("macro.unknown", Text(en="there is no such macro", zh="没有这条快捷语"), where=macro_id)


def changed(macro_id: str) -> Conflict:
    """Somebody was faster."""
    return Conflict(
        "macro.changed",
        Text(en="somebody changed this macro meanwhile", zh="该快捷语已被他人修改"),
        Text(en="Reload, and make your change again.", zh="请刷新后重新修改。"),
        where=macro_id,
    )


def _standing(turn: Turn, macro_id: str) -> Macro | None:
    found = turn.w.facts.get(Macro, macro_id)[0]
    return None if found is None or found.gone else found


def _put(turn: Turn, made: Macro, before: Macro | None, what: str) -> Macro:
    turn.w.row(made, micros(made.updated_at), f"person:{made.by}")
    turn.w.audit.append(Entry(by=made.by, what=what, about=made.macro_id, before=before, after=made))
    return made


def _said(known: dict[str, Text], name: str, language: str) -> str:
    return known[name].say(language) if name in known else f"{{{name}}}"
