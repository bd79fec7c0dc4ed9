"""Plain: what an action would do, why it waits, and how sure it is, in one sentence that anybody understands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from linkloop.core.decision import Decision
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.faces.desk.plain_network import replan, replan_back

Names = Callable[[str, str], str]  # (table, key) → what people call that row, or the key itself
LONGEST = 80  # characters of somebody's text inside a sentence


def proposal(kind: str, action: dict[str, Any], names: Names = lambda table, key: key) -> Text:
    """What the action does, in plain words; a kind of a third party's link gets the general sentence."""
    words = _PROPOSALS.get(kind)
    return words(_Filled(action), names) if words else _general(kind, action)


def known_proposals() -> frozenset[str]:
    """The action kinds that have words of their own."""
    return frozenset(_PROPOSALS)


def sureness(confidence: float) -> Text:
    """A probability in words; the steps are those of the IPCC's calibrated language (Mastrandrea et al. 2010)."""
    return next(words for least, words in _SURENESS if confidence >= least)


def waiting_because(decision: Decision) -> Text | None:
    """The first check of the gate that holds (or refuses) it, or None where it went through."""
    wanted = "refuse" if any(check.verdict == "refuse" for check in decision.checks) else "hold"
    return next((check.text for check in decision.checks if check.verdict == wanted), None)


def limit_name(name: str) -> Text:
    """What people call a limit of the gate; a shop's own limits keep the name that it gave them."""
    return _LIMITS.get(name, Text(en=f"“{name}”", zh=f"“{name}”"))


def money(value: Any) -> str:
    """An amount as people write it; what is not an amount as it stands."""
    if isinstance(value, dict) and {"amount", "currency"} <= value.keys():
        return str(Money(int(value["amount"]), str(value["currency"])))
    return str(value)


def short(text: str, longest: int = LONGEST) -> str:
    """At most so many characters of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def lasting(span: timedelta) -> Text:
    """A stretch of time in its two largest units."""
    minutes = int(span.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return Text(en=f"{days} d {hours} h", zh=f"{days} 天 {hours} 小时")
    if hours:
        return Text(en=f"{hours} h {rest} min", zh=f"{hours} 小时 {rest} 分钟")
    return Text(en=f"{rest} min", zh=f"{rest} 分钟")


class _Filled(dict[str, Any]):
    """An action's fields; one that a newer or older class does not have reads as an empty text."""

    def __missing__(self, field: str) -> str:
        return ""


def _reply(a: _Filled, names: Names) -> Text:
    text, who = short(str(a["text"])), a["customer_id"]
    to_en, to_zh = (f"customer {who}", f"客户 {who}") if who else ("a visitor", "访客")
    return Text(en=f"Reply to {to_en}: “{text}”", zh=f"回复{to_zh}：“{text}”")


def _compensate(a: _Filled, names: Names) -> Text:
    amount, why = money(a["amount"]), a["cause"]
    why_en, why_zh = _CAUSES.get(why, (why, why))
    return Text(
        en=f"Give customer {a['customer_id']} {amount} back for order {a['order_id']} ({why_en})",
        zh=f"为订单 {a['order_id']} 向客户 {a['customer_id']} 补偿 {amount}（{why_zh}）",
    )


def _coupon(a: _Filled, names: Names) -> Text:
    why_en, why_zh = _CAUSES.get(a["cause"], (a["cause"], a["cause"]))
    order_en, order_zh = (f" for order {a['order_id']}", f"就订单 {a['order_id']} ") if a["order_id"] else ("", "")
    what = (f"a coupon of {money(a['amount'])}", f"{money(a['amount'])} 优惠券")
    if a["kind"] == "free_shipping":
        what = ("free shipping of the next order", "下一单免运费")
    return Text(
        en=f"Give customer {a['customer_id']} {what[0]}{order_en} ({why_en})",
        zh=f"{order_zh}向客户 {a['customer_id']} 发放{what[1]}（{why_zh}）",
    )


def _coupon_back(a: _Filled, names: Names) -> Text:
    return Text(en=f"Take the coupon for order {a['order_id']} back", zh=f"收回订单 {a['order_id']} 的优惠券")


def _take_back(a: _Filled, names: Names) -> Text:
    return Text(
        en=f"Take the compensation for order {a['order_id']} back before it is paid out",
        zh=f"在打款前收回订单 {a['order_id']} 的补偿",
    )


def _replenish(a: _Filled, names: Names) -> Text:
    product = names("products", str(a["product_id"]))
    fast_en, fast_zh = (", expedited", "，加急") if a["expedite"] else ("", "")
    return Text(
        en=f"Order {a['quantity']:,} × {product} from {a['supplier_id']} to {a['place']}{fast_en}",
        zh=f"向 {a['supplier_id']} 补货 {product} {a['quantity']:,} 件，入 {a['place']} 仓{fast_zh}",
    )


def _move(a: _Filled, names: Names) -> Text:
    product = names("products", str(a["product_id"]))
    return Text(
        en=f"Move {a['quantity']:,} × {product} from {a['from_place']} to {a['to_place']}",
        zh=f"调拨 {product} {a['quantity']:,} 件：{a['from_place']} → {a['to_place']}",
    )


def _keep(a: _Filled, names: Names) -> Text:
    product = names("products", str(a["product_id"]))
    return Text(
        en=f"Keep {product} at {a['from_place']}: the transfer to {a['to_place']} has not left",
        zh=f"取消尚未发出的调拨：{product}，{a['from_place']} → {a['to_place']}",
    )


def _cancel_order(a: _Filled, names: Names) -> Text:
    product = names("products", str(a["product_id"]))
    return Text(
        en=f"Cancel the order for {product} to {a['place']} before it leaves the supplier",
        zh=f"在供应商发货前取消 {product}（{a['place']} 仓）的补货单",
    )


def _cancel(a: _Filled, names: Names) -> Text:
    return Text(
        en=f"Cancel order {a['order_id']} for customer {a['customer_id']}; what was paid goes back",
        zh=f"为客户 {a['customer_id']} 取消订单 {a['order_id']}，已付款项原路退回",
    )


def _address(a: _Filled, names: Names) -> Text:
    to = short(str(a["address"]))
    return Text(en=f"Send order {a['order_id']} to “{to}” instead", zh=f"将订单 {a['order_id']} 改送至“{to}”")


def _return(a: _Filled, names: Names) -> Text:
    product, (why_en, why_zh) = names("products", str(a["product_id"])), _claim(a)
    return Text(
        en=f"Let {a['quantity']} × {product} of order {a['order_id']} come back{why_en}; "
        f"{money(a['amount'])} is given back when it is here",
        zh=f"同意订单 {a['order_id']} 的 {product} {a['quantity']} 件退货{why_zh}，收到后退款 {money(a['amount'])}",
    )


def _exchange(a: _Filled, names: Names) -> Text:
    product, wanted = names("products", str(a["product_id"])), names("products", str(a["wanted"]))
    why_en, why_zh = _claim(a)
    return Text(
        en=f"Exchange {a['quantity']} × {product} of order {a['order_id']} for {wanted}{why_en}",
        zh=f"将订单 {a['order_id']} 的 {product} {a['quantity']} 件换成 {wanted}{why_zh}",
    )


def _return_back(a: _Filled, names: Names) -> Text:
    product = names("products", str(a["product_id"]))
    return Text(
        en=f"Take the return or exchange of {product} of order {a['order_id']} back before it arrives",
        zh=f"在货物寄到前取消订单 {a['order_id']} 的 {product} 退换货",
    )


def _refund(a: _Filled, names: Names) -> Text:
    return Text(
        en=f"Give customer {a['customer_id']} the {money(a['amount'])} that are owed for order {a['order_id']}",
        zh=f"向客户 {a['customer_id']} 退还订单 {a['order_id']} 应退的 {money(a['amount'])}",
    )


def _invoice(a: _Filled, names: Names) -> Text:
    title = short(str(a["title"]))
    return Text(
        en=f"Write the invoice of order {a['order_id']} over {money(a['amount'])} to “{title}”",
        zh=f"为订单 {a['order_id']} 开具 {money(a['amount'])} 发票，抬头“{title}”",
    )


def _protect(a: _Filled, names: Names) -> Text:
    product = names("products", str(a["product_id"]))
    return Text(
        en=f"Give customer {a['customer_id']} {money(a['amount'])} back: {product} of order {a['order_id']} "
        "costs less now",
        zh=f"订单 {a['order_id']} 的 {product} 已降价，向客户 {a['customer_id']} 退差价 {money(a['amount'])}",
    )


def _reserve(a: _Filled, names: Names) -> Text:
    product = names("products", str(a["product_id"]))
    return Text(
        en=f"Keep {a['quantity']} × {product} for customer {a['customer_id']} (order {a['order_id']})",
        zh=f"为客户 {a['customer_id']} 预留 {product} {a['quantity']} 件（订单 {a['order_id']}）",
    )


def _release(a: _Filled, names: Names) -> Text:
    product = names("products", str(a["product_id"]))
    return Text(
        en=f"Put the {product} that was kept for order {a['order_id']} back on the shelf",
        zh=f"释放为订单 {a['order_id']} 预留的 {product}",
    )


def _replace(a: _Filled, names: Names) -> Text:
    product, (why_en, why_zh) = names("products", str(a["product_id"])), _claim(a)
    return Text(
        en=f"Send {a['quantity']} × {product} again for order {a['order_id']}{why_en}; nothing comes back",
        zh=f"为订单 {a['order_id']} 补发 {product} {a['quantity']} 件{why_zh}，无需退回",
    )


def _claim(a: _Filled) -> tuple[str, str]:
    claim = str(a["claim"])
    if claim in ("", "none"):
        return "", ""
    en, zh = _CLAIMS.get(claim, (claim, claim))
    return f" ({en})", f"（{zh}）"


def _general(kind: str, action: dict[str, Any]) -> Text:
    said = ", ".join(f"{field} {short(money(value), 40)}" for field, value in action.items() if field != "at_risk")
    return Text(en=f"{kind}: {said}", zh=f"{kind}：{said}")


_PROPOSALS: dict[str, Callable[[_Filled, Names], Text]] = {
    "Reply": _reply,
    "Compensate": _compensate,
    "CancelCompensation": _take_back,
    "IssueCoupon": _coupon,
    "CancelCoupon": _coupon_back,
    "Replenish": _replenish,
    "CancelReplenish": _cancel_order,
    "Transfer": _move,
    "CancelTransfer": _keep,
    "Replan": replan,
    "RevertReplan": replan_back,
    "CancelOrder": _cancel,
    "ChangeAddress": _address,
    "OpenReturn": _return,
    "OpenExchange": _exchange,
    "CancelReturn": _return_back,
    "RefundOrder": _refund,
    "IssueInvoice": _invoice,
    "ProtectPrice": _protect,
    "ReserveStock": _reserve,
    "ReleaseStock": _release,
    "SendReplacement": _replace,
}
_CAUSES = {
    "late": ("parcel late", "包裹延误"),
    "refund": ("refund overdue", "退款逾期"),
    "price": ("price", "价格"),
    "stock": ("sold out", "缺货"),
    "rude": ("rude service", "服务态度"),
    "service": ("complaint", "投诉"),
}
_CLAIMS = {
    "changed_mind": ("changed their mind", "不想要了"),
    "size": ("does not fit", "尺码不合适"),
    "defective": ("does not work", "商品有故障"),
    "damaged": ("arrived damaged", "到货破损"),
    "wrong_item": ("wrong goods", "发错货"),
    "not_as_described": ("not as described", "与描述不符"),
}
_SURENESS: tuple[tuple[float, Text], ...] = (
    (0.99, Text(en="virtually certain", zh="几乎确定")),
    (0.90, Text(en="very likely right", zh="很可能正确")),
    (0.66, Text(en="likely right", zh="可能正确")),
    (0.33, Text(en="about as likely as not", zh="对错各半")),
    (0.10, Text(en="unlikely to be right", zh="不太可能正确")),
    (-1.0, Text(en="very unlikely to be right", zh="很不可能正确")),
)
_LIMITS = {
    "replies-per-customer": Text(en="replies per customer", zh="每客户回复次数"),
    "compensation-per-customer": Text(en="compensation per customer", zh="每客户补偿"),
    "compensation-per-day": Text(en="compensation per day", zh="每日补偿"),
    "replenishment-per-day": Text(en="replenishment per day", zh="每日补货"),
    "transfers-per-day": Text(en="transfers per day", zh="每日调拨"),
    "coupons-per-customer": Text(en="coupons per customer", zh="每客户优惠券"),
    "coupons-per-day": Text(en="coupons per day", zh="每日优惠券"),
    "cancellations-per-customer": Text(en="cancelled orders per customer", zh="每客户取消订单次数"),
    "address-changes-per-customer": Text(en="changes of address per customer", zh="每客户改地址次数"),
    "returns-per-customer": Text(en="returns per customer", zh="每客户退货"),
    "exchanges-per-customer": Text(en="exchanges per customer", zh="每客户换货次数"),
    "replacements-per-customer": Text(en="replacements per customer", zh="每客户补发次数"),
    "replacements-per-day": Text(en="replacements per day", zh="每日补发"),
    "refunds-per-day": Text(en="refunds per day", zh="每日退款"),
    "price-protection-per-customer": Text(en="price protection per customer", zh="每客户价保次数"),
    "price-protection-per-day": Text(en="price protection per day", zh="每日价保"),
    "reservations-per-customer": Text(en="reservations per customer", zh="每客户预留次数"),
}
