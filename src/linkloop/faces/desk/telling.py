"""Telling: events of the log as sentences in both languages; a kind that nobody wrote words for gets a general one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from linkloop.core.text import Text
from linkloop.faces.desk.plain import Names, money, short
from linkloop.faces.desk.telling_talks import TALKS

Body = dict[str, Any]


class Teller:
    """Puts values into words: names of rows, and moments in the shop's zone."""

    def __init__(self, zone: ZoneInfo, names: Names = lambda table, key: key) -> None:
        self.zone = zone
        self.names = names

    def product(self, body: Body) -> str:
        return self.names("products", str(body.get("product_id", "")))

    def moment(self, value: Any) -> tuple[str, str]:
        """A moment in both languages, to the minute."""
        try:
            at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            return str(value), str(value)
        local = at.astimezone(self.zone)
        return local.strftime("%b %-d, %H:%M"), f"{local.month}月{local.day}日 {local:%H:%M}"


def event_text(kind: str, body: Body, teller: Teller) -> Text:
    """One event of the log in a sentence."""
    if talk := TALKS.get(kind):
        return talk(body, teller.moment)
    words = _EVENTS.get(kind)
    return words(body, teller) if words else general(kind, body)


def known_events() -> frozenset[str]:
    """The event kinds (SQL names) that have words of their own."""
    return frozenset(_EVENTS) | frozenset(TALKS)


def general(kind: str, body: Body) -> Text:
    """A sentence for what a third party's link or world says: its name and its first plain fields."""
    hidden = ("at", "id", "case_id", "cause_id", "hop", "source", "external_id")
    plain = [f"{k} = {short(money(v), 40)}" for k, v in body.items() if k not in hidden and v not in ("", None)]
    return Text(en=f"{kind}: {', '.join(plain[:4])}", zh=f"{kind}：{'，'.join(plain[:4])}")


def _message(b: Body, t: Teller) -> Text:
    who = b.get("customer_id") or ""
    en, zh = (f"Customer {who}", f"客户 {who}") if who else ("A visitor", "访客")
    text = short(str(b.get("text", "")), 160)
    return Text(en=f"{en} wrote by {b.get('channel')}: “{text}”", zh=f"{zh} 通过 {b.get('channel')} 留言：“{text}”")


def _stayed(b: Body, t: Teller) -> Text:
    who, order = b.get("customer_id"), b.get("order_id")
    if b.get("stayed"):
        return Text(
            en=f"Customer {who} bought again after order {order}: kept",
            zh=f"客户 {who} 在订单 {order} 后再次购买：留住了",
        )
    return Text(
        en=f"Customer {who} did not come back after order {order}: lost",
        zh=f"客户 {who} 在订单 {order} 后没有再来：流失",
    )


def _delayed(b: Body, t: Teller) -> Text:
    en, zh = t.moment(b.get("expected_at"))
    why_en, why_zh = (f" ({b['cause']})", f"（{b['cause']}）") if b.get("cause") else ("", "")
    return Text(
        en=f"The carrier says that parcel {b.get('parcel_id')} of order {b.get('order_id')} comes late, {en}{why_en}",
        zh=f"承运商通知：订单 {b.get('order_id')} 的包裹 {b.get('parcel_id')} 将延误，预计 {zh} 送达{why_zh}",
    )


def _delivered(b: Body, t: Teller) -> Text:
    late = float(b.get("late_days") or 0)
    en, zh = (f", {late:.1f} days late", f"，晚了 {late:.1f} 天") if late > 0 else (", on time", "，准时")
    days = float(b.get("days") or 0)
    return Text(
        en=f"Parcel {b.get('parcel_id')} reached its customer after {days:.1f} days{en}",
        zh=f"包裹 {b.get('parcel_id')} 已送达，用时 {days:.1f} 天{zh}",
    )


def _settled(b: Body, t: Teller) -> Text:
    reference = b.get("reference")
    en, zh = (f", reference {reference}", f"，凭证号 {reference}") if reference else ("", "")
    what = action_name(str(b.get("action_kind")))
    if b.get("status") == "done":
        return Text(en=f"The world did it: {what.en}{en}", zh=f"外部已执行：{what.zh}{zh}")
    return Text(en=f"The world refused it: {what.en}{en}", zh=f"外部拒绝执行：{what.zh}{zh}")


def action_name(kind: str) -> Text:
    """What people call an action; a third party's keeps its own name."""
    return ACTIONS.get(kind, Text(en=kind, zh=kind))


def _imported(b: Body, t: Teller) -> Text:
    kept, bad = int(b.get("rows_kept") or 0), int(b.get("rows_quarantined") or 0)
    return Text(
        en=f"File {b.get('file')} was taken in: {kept:,} rows kept, {bad:,} in quarantine",
        zh=f"已导入文件 {b.get('file')}：收下 {kept:,} 行，隔离 {bad:,} 行",
    )


def _tried(b: Body, t: Teller) -> Text:
    amount, provider, order = money(b.get("amount")), b.get("provider"), b.get("order_id")
    if b.get("succeeded"):
        return Text(
            en=f"{amount} was paid by {provider} for order {order}",
            zh=f"订单 {order} 通过 {provider} 支付 {amount} 成功",
        )
    why = b.get("error") or ""
    en, zh = (f": {why}", f"：{why}") if why else ("", "")
    return Text(
        en=f"A payment of {amount} by {provider} for order {order} failed{en}",
        zh=f"订单 {order} 通过 {provider} 支付 {amount} 失败{zh}",
    )


def _failing(b: Body, t: Teller) -> Text:
    now, usual = float(b.get("success_rate") or 0), float(b.get("expected_rate") or 0)
    return Text(
        en=f"Payments by {b.get('provider')} fail: {now:.0%} succeed, {usual:.0%} are usual; "
        f"{money(b.get('money_waiting'))} did not come in",
        zh=f"{b.get('provider')} 支付异常：成功率 {now:.0%}，平时 {usual:.0%}；{money(b.get('money_waiting'))} 未到账",
    )


def _placed(b: Body, t: Teller) -> Text:
    units = sum(int(line.get("quantity", 0)) for line in b.get("lines", ()))
    return Text(
        en=f"Customer {b.get('customer_id')} placed order {b.get('order_id')}: {units} units, {money(b.get('total'))}",
        zh=f"客户 {b.get('customer_id')} 下单 {b.get('order_id')}：{units} 件，{money(b.get('total'))}",
    )


def _returned(b: Body, t: Teller) -> Text:
    units = sum(int(line.get("quantity", 0)) for line in b.get("lines", ()))
    why_en, why_zh = (f" ({b['cause']})", f"（{b['cause']}）") if b.get("cause") else ("", "")
    return Text(
        en=f"{units} units of order {b.get('order_id')} came back to {b.get('place')}{why_en}",
        zh=f"订单 {b.get('order_id')} 退回 {units} 件到 {b.get('place')}{why_zh}",
    )


def _browsed(b: Body, t: Teller) -> Text:
    viewed, carted = len(b.get("viewed", ())), len(b.get("carted", ()))
    return Text(
        en=f"A visit ended: {viewed} products seen, {carted} put into the cart",
        zh=f"一次访问结束：浏览 {viewed} 款商品，加购 {carted} 款",
    )


def _arrived(b: Body, t: Teller) -> Text:
    return Text(
        en=f"{b.get('quantity')} × {t.product(b)} arrived at {b.get('place')} from {b.get('supplier_id')}",
        zh=f"{b.get('supplier_id')} 的 {t.product(b)} {b.get('quantity')} 件已到 {b.get('place')}",
    )


def _promised(b: Body, t: Teller) -> Text:
    en, zh = t.moment(b.get("arrives_at"))
    return Text(
        en=f"{b.get('supplier_id')} promises {b.get('quantity')} × {t.product(b)} at {b.get('place')} for {en}",
        zh=f"{b.get('supplier_id')} 承诺 {zh} 前将 {t.product(b)} {b.get('quantity')} 件送到 {b.get('place')}",
    )


def _spiked(b: Body, t: Teller) -> Text:
    what = (t.product(b), t.product(b)) if b.get("product_id") else ("The whole shop", "全店")
    window, seen, usual = b.get("window_minutes"), b.get("observed"), float(b.get("expected") or 0)
    return Text(
        en=f"{what[0]} spikes: {seen} sold in {window} minutes, {usual:.1f} are usual",
        zh=f"{what[1]}销量爆发：{window} 分钟售出 {seen} 件，平时约 {usual:.1f} 件",
    )


def _forecast(b: Body, t: Teller) -> Text:
    before, after, days = float(b.get("units_before") or 0), float(b.get("units_after") or 0), b.get("days")
    where = f" · {b.get('place')}" if b.get("place") else ""
    return Text(
        en=f"{t.product(b)}{where}: {after:.0f} units are expected in {days} days, {before:.0f} were",
        zh=f"{t.product(b)}{where}：未来 {days} 天预计售出 {after:.0f} 件，此前为 {before:.0f} 件",
    )


def _minute(b: Body, t: Teller) -> Text:
    return Text(en="A minute of the shop's clock passed", zh="店铺时钟走过一分钟")


def _day(b: Body, t: Teller) -> Text:
    return Text(en=f"The day {b.get('day')} closed", zh=f"{b.get('day')} 日结")


def _rang(b: Body, t: Teller) -> Text:
    if str(b.get("name", "")).startswith("golden/"):
        return Text(
            en=f"Thirty seconds are over for conversation {b.get('about')}", zh=f"会话 {b.get('about')} 的三十秒已到"
        )
    return Text(
        en=f"Alarm {b.get('name')} of {b.get('about')} rang", zh=f"{b.get('about')} 的闹钟 {b.get('name')} 响了"
    )


_EVENTS: dict[str, Callable[[Body, Teller], Text]] = {
    "message_received": _message,
    "customer_stayed": _stayed,
    "parcel_delayed": _delayed,
    "parcel_delivered": _delivered,
    "action_settled": _settled,
    "file_imported": _imported,
    "payment_tried": _tried,
    "payments_failing": _failing,
    "order_placed": _placed,
    "order_returned": _returned,
    "browsed": _browsed,
    "stock_arrived": _arrived,
    "stock_promised": _promised,
    "demand_spiked": _spiked,
    "forecast_changed": _forecast,
    "minute_passed": _minute,
    "day_closed": _day,
    "alarm_rang": _rang,
}
ACTIONS: dict[str, Text] = {
    "Reply": Text(en="Reply", zh="回复"),
    "Compensate": Text(en="Compensation", zh="补偿"),
    "CancelCompensation": Text(en="Compensation taken back", zh="收回补偿"),
    "IssueCoupon": Text(en="Coupon", zh="优惠券"),
    "CancelCoupon": Text(en="Coupon taken back", zh="收回优惠券"),
    "Replenish": Text(en="Replenishment", zh="补货"),
    "CancelReplenish": Text(en="Replenishment cancelled", zh="取消补货"),
    "Transfer": Text(en="Transfer", zh="调拨"),
    "CancelTransfer": Text(en="Transfer cancelled", zh="取消调拨"),
    "Replan": Text(en="Change of the network", zh="调整仓网"),
    "RevertReplan": Text(en="Change of the network taken back", zh="收回仓网调整"),
    "CancelOrder": Text(en="Order cancelled", zh="取消订单"),
    "ChangeAddress": Text(en="Change of address", zh="修改地址"),
    "OpenReturn": Text(en="Return", zh="退货"),
    "OpenExchange": Text(en="Exchange", zh="换货"),
    "CancelReturn": Text(en="Return or exchange taken back", zh="取消退换货"),
    "RefundOrder": Text(en="Refund", zh="退款"),
    "IssueInvoice": Text(en="Invoice", zh="开票"),
    "ProtectPrice": Text(en="Price protection", zh="价保"),
    "ReserveStock": Text(en="Stock reserved", zh="预留库存"),
    "ReleaseStock": Text(en="Reservation ended", zh="释放预留"),
    "SendReplacement": Text(en="Replacement", zh="补发"),
}
