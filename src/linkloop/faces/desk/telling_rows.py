"""Telling of rows: a fact that changed, as a sentence; and whether it is a fact, a count, or something learned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from linkloop.core.text import Text
from linkloop.faces.desk.plain import money, short
from linkloop.faces.desk.telling import Body, Teller, general
from linkloop.faces.desk.telling_talks import conversation

RowKind = Literal["fact", "count", "learned"]


def row_text(table: str, body: Body, teller: Teller) -> Text:
    """One version of a row in a sentence; a table without words of its own gets the general one."""
    words = _ROWS.get(table)
    return words(body, teller) if words else general(table, body)


def row_kind(table: str) -> RowKind:
    """What a change of this table means in a story."""
    return "learned" if table in _LEARNED else "count" if table in _COUNTED else "fact"


def _order(b: Body, t: Teller) -> Text:
    status = _STATUS.get(str(b.get("status")), Text(en=str(b.get("status")), zh=str(b.get("status"))))
    total = money(b["total"]) if b.get("total") else ""
    return Text(
        en=f"Order {b.get('order_id')} is {status.en}" + (f", {total}" if total else ""),
        zh=f"订单 {b.get('order_id')} {status.zh}" + (f"，{total}" if total else ""),
    )


def _parcel(b: Body, t: Teller) -> Text:
    status = _STATUS.get(str(b.get("status")), Text(en=str(b.get("status")), zh=str(b.get("status"))))
    carrier = b.get("carrier") or ""
    return Text(
        en=f"Parcel {b.get('parcel_id')} is {status.en}" + (f" with {carrier}" if carrier else ""),
        zh=f"包裹 {b.get('parcel_id')} {status.zh}" + (f"（{carrier}）" if carrier else ""),
    )


def _message(b: Body, t: Teller) -> Text:
    text = short(str(b.get("text", "")), 120)
    if b.get("author") == "customer":
        return Text(en=f"Kept the customer's message: “{text}”", zh=f"记录客户消息：“{text}”")
    return Text(en=f"We said: “{text}”", zh=f"我方回复：“{text}”")


def _given(b: Body, t: Teller) -> Text:
    order, remedy = b.get("order_id"), str(b.get("remedy"))
    amount = money(b["amount"]) if b.get("amount") else ""
    what = (f"remedy {remedy} {amount}".rstrip(), f"补偿方案 {remedy} {amount}".rstrip())
    if remedy == "none":
        what = ("no remedy", "不补偿")
    if b.get("learned"):
        return Text(
            en=f"What came of {what[0]} for order {order} has been counted", zh=f"订单 {order}“{what[1]}”的结果已计入"
        )
    if b.get("settled"):
        return Text(en=f"Order {order}: {what[0]} is in force", zh=f"订单 {order}：{what[1]}已生效")
    return Text(en=f"Order {order}: {what[0]} was chosen", zh=f"订单 {order}：选定{what[1]}")


def _rescue(b: Body, t: Teller) -> Text:
    step = _STEPS.get(str(b.get("step")), Text(en=str(b.get("step")), zh=str(b.get("step"))))
    who = f" ({b['who']})" if b.get("who") else ""
    return Text(
        en=f"Conversation {b.get('conversation_id')}: {step.en}{who}",
        zh=f"会话 {b.get('conversation_id')}：{step.zh}{who}",
    )


def _belief(b: Body, t: Teller) -> Text:
    return Text(
        en=f"Learned who stays after what from {b.get('seen')} outcomes", zh=f"已从 {b.get('seen')} 个结果学习留存规律"
    )


def _safety(b: Body, t: Teller) -> Text:
    return Text(
        en=f"Exploring remedies: {b.get('choices')} choices so far", zh=f"补偿探索：至今 {b.get('choices')} 次选择"
    )


def _alarm(b: Body, t: Teller) -> Text:
    if b.get("off"):
        return Text(en=f"Alarm {b.get('name')} is off", zh=f"闹钟 {b.get('name')} 已取消")
    en, zh = t.moment(b.get("due"))
    return Text(en=f"Alarm {b.get('name')} is set for {en}", zh=f"闹钟 {b.get('name')} 设于 {zh}")


def _outcome(b: Body, t: Teller) -> Text:
    mood = _MOODS.get(str(b.get("mood")), str(b.get("mood")))
    stayed, left, remedy = b.get("stayed"), b.get("left"), b.get("remedy")
    return Text(
        en=f"Learned for remedy {remedy} and {b.get('mood')} customers: {stayed} stayed, {left} left",
        zh=f"已学习：{mood}客户采用“{remedy}”方案，累计留住 {stayed} 人，流失 {left} 人",
    )


def _told(b: Body, t: Teller) -> Text:
    en, zh = t.moment(b.get("expected_at"))
    return Text(
        en=f"Noted that customer {b.get('customer_id')} was told of the delay until {en}",
        zh=f"已记录：告知客户 {b.get('customer_id')} 延误至 {zh}",
    )


def _notice(b: Body, t: Teller) -> Text:
    text = b.get("text") or {}
    return Text(en=f"Notice for customers: {text.get('en', '')}", zh=f"客户公告：{text.get('zh', '')}")


def _stock(b: Body, t: Teller) -> Text:
    return Text(
        en=f"{t.product(b)} at {b.get('place')}: {b.get('on_hand')} on hand, {b.get('on_order', 0)} on order, "
        f"{b.get('backordered', 0)} owed",
        zh=f"{b.get('place')} 的 {t.product(b)}：现货 {b.get('on_hand')}，在途 {b.get('on_order', 0)}，"
        f"欠货 {b.get('backordered', 0)}",
    )


def _lead(b: Body, t: Teller) -> Text:
    mean, seen = float(b.get("mean_days") or 0), b.get("arrivals", 0)
    return Text(
        en=f"Learned: {b.get('supplier_id')} takes {mean:.1f} days on average ({seen} arrivals)",
        zh=f"已学习：{b.get('supplier_id')} 平均交期 {mean:.1f} 天（{seen} 次到货）",
    )


def _carrier(b: Body, t: Teller) -> Text:
    done, late = int(b.get("delivered") or 0), int(b.get("late") or 0)
    return Text(
        en=f"Learned: {b.get('carrier')} delivered {done:,} parcels, {late:,} of them late",
        zh=f"已学习：{b.get('carrier')} 累计送达 {done:,} 件，其中延误 {late:,} 件",
    )


def _season(b: Body, t: Teller) -> Text:
    return Text(en=f"Learned what is usual for {b.get('metric')}", zh=f"已学习 {b.get('metric')} 的常态水平")


def _alert(b: Body, t: Teller) -> Text:
    text = b.get("text") or {}
    if b.get("status") == "over":
        return Text(en=f"The alert is over: {text.get('en', '')}", zh=f"告警解除：{text.get('zh', '')}")
    return Text(en=f"Alert: {text.get('en', '')}", zh=f"告警：{text.get('zh', '')}")


def _payment(b: Body, t: Teller) -> Text:
    status = _STATUS.get(str(b.get("status")), Text(en=str(b.get("status")), zh=str(b.get("status"))))
    return Text(
        en=f"Payment of {money(b.get('amount'))} for order {b.get('order_id')}: {status.en}",
        zh=f"订单 {b.get('order_id')} 的付款 {money(b.get('amount'))}：{status.zh}",
    )


def _minute(b: Body, t: Teller) -> Text:
    en, zh = t.moment(b.get("minute"))
    return Text(
        en=f"Counted {b.get('metric')} of {en}: {b.get('count')}",
        zh=f"计数 {b.get('metric')}（{zh}）：{b.get('count')}",
    )


def _demand(b: Body, t: Teller) -> Text:
    return Text(
        en=f"Counted {b.get('units')} × {t.product(b)} at {b.get('place')} on {b.get('day')}",
        zh=f"计数 {b.get('day')} {b.get('place')} 的 {t.product(b)}：{b.get('units')} 件",
    )


def _spend(b: Body, t: Teller) -> Text:
    name, _, rest = str(b.get("scope", "")).partition("|")
    return Text(
        en=f"The gate counts against {name}: {b.get('count')} actions so far ({rest.replace('|', ', ')})",
        zh=f"闸门计入限额 {name}：累计 {b.get('count')} 次（{rest.replace('|', '，')}）",
    )


_ROWS: dict[str, Callable[[Body, Teller], Text]] = {
    "orders": _order,
    "parcels": _parcel,
    "messages": _message,
    "conversations": lambda b, t: conversation(b),
    "remedies_given": _given,
    "remedy_outcomes": _outcome,
    "remedy_beliefs": _belief,
    "remedy_safety": _safety,
    "rescues": _rescue,
    "alarms": _alarm,
    "delays_told": _told,
    "service_notices": _notice,
    "stock_levels": _stock,
    "lead_times": _lead,
    "carrier_transits": _carrier,
    "seasons": _season,
    "alerts": _alert,
    "payments": _payment,
    "minute_counts": _minute,
    "demand_days": _demand,
    "spends": _spend,
}
_LEARNED = frozenset(
    {"remedy_outcomes", "remedy_beliefs", "remedy_safety", "lead_times", "carrier_transits", "seasons"}
)
_COUNTED = frozenset({"messages", "minute_counts", "recent_counts", "demand_days", "shop_days", "spends"})
_STEPS = {
    "remedy": Text(en="made good at once", zh="已立即补救"),
    "person": Text(en="a person was called", zh="已请人工"),
    "taken": Text(en="a person has taken it", zh="人工已接手"),
    "fallback": Text(
        en="nobody came in thirty seconds; the customer was told a time", zh="三十秒内无人接手，已告知客户时间"
    ),
    "answer": Text(en="answered; nothing more is owed", zh="已答复，无需另行补救"),
}
_MOODS = {"angry": "愤怒", "anxious": "焦急", "neutral": "平静", "pleased": "满意"}
_STATUS = {
    "placed": Text(en="placed", zh="已下单"),
    "paid": Text(en="paid", zh="已付款"),
    "failed": Text(en="failed", zh="失败"),
    "refunded": Text(en="refunded", zh="已退款"),
    "packed": Text(en="packed", zh="已打包"),
    "shipped": Text(en="on its way", zh="运输中"),
    "delayed": Text(en="delayed", zh="已延误"),
    "delivered": Text(en="delivered", zh="已送达"),
    "cancelled": Text(en="cancelled", zh="已取消"),
    "unavailable": Text(en="unavailable", zh="无货"),
    "returned": Text(en="returned", zh="已退回"),
}
