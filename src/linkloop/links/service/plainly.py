"""Plainly: what the short names of policies, gaps and deeds mean, for the reasons that people read."""

from __future__ import annotations

from typing import Final, Protocol

from linkloop.core.text import Text

_WAYS: Final[dict[str, tuple[str, str]]] = {
    "allow": ("allowed", "可以办理"),
    "no": ("not possible", "不能办理"),
    "person": ("for a person", "需人工处理"),
    "pay": ("to be paid now", "应立即退款"),
    "paid": ("has been paid", "已经退款"),
    "wait": ("is on its way", "正在处理"),
    "return_first": ("the goods come back first", "需先退回商品"),
    "nothing": ("nothing is owed", "无需退款"),
    "article": ("an article answers it", "由文章回答"),
    "price_protection": ("a matter of price protection", "属于价保问题"),
}
_REASONS: Final[dict[str, tuple[str, str]]] = {
    "in_time": ("in time", "尚来得及"),
    "cancelled": ("it was cancelled", "订单已取消"),
    "delivered": ("it has been delivered", "已送达"),
    "over": ("nothing is sent any more", "不再寄送"),
    "shipped": ("it has left", "已发出"),
    "large": ("the sum is large", "金额较大"),
    "often": ("it was done several times", "次数较多"),
    "told": ("what holds for all coupons", "通用规则"),
    "broken": ("a coupon does not work", "优惠券无法使用"),
    "cheaper": ("the price fell after buying", "买后降价"),
    "fault": ("the goods are at fault", "商品有问题"),
    "fault_small": ("the goods are at fault, a small sum", "商品有问题，金额较小"),
    "fault_large": ("the goods are at fault, a large sum", "商品有问题，金额较大"),
    "late_fault": ("a fault that showed late", "较晚才出现的问题"),
    "fifteen_days": ("within fifteen days", "15 天内"),
    "seven_days": ("within seven days, for no reason", "七天无理由"),
    "described": ("not as described", "与描述不符"),
    "no_stock": ("none in stock", "无货"),
    "not_delivered": ("not delivered yet", "尚未送达"),
    "window": ("the time for it is over", "已过期限"),
    "warranty": ("a matter of warranty", "属于保修"),
    "hygiene": ("opened goods of hygiene", "卫生用品，拆封不退"),
    "now": ("at once", "立即"),
    "issued": ("it has one", "已开具"),
    "unpaid": ("it was not paid", "未付款"),
    "old": ("the order is old", "订单时间较久"),
    "late": ("too late", "已过期限"),
    "no_drop": ("the price did not fall", "未降价"),
    "steep": ("the price fell steeply", "降幅较大"),
    "paid": ("it was paid back", "已退款"),
    "due": ("it is due", "已到期"),
    "came_back": ("the goods are here", "商品已退回"),
    "goods_first": ("the goods come first", "先退货"),
    "coming": ("the goods are on their way back", "商品正在退回"),
    "on_the_way": ("the money is on its way", "款项正在退回"),
    "tries": ("tried several times in this conversation", "本会话已多次尝试"),
    "sender_tries": ("this sender tried several times", "该联系人已多次尝试"),
    "order_tries": ("this sender tried this order number several times", "该联系人已多次尝试该订单号"),
    "order_tried": ("this order number was tried by several senders", "该订单号被多个联系人试探"),
    "shop_tries": ("unusually many tries in the shop today", "今日店铺核对失败次数异常"),
    "compared": ("it may be compared", "可以核对"),
}
_GAPS: Final[dict[str, tuple[str, str]]] = {
    "stranger": ("nobody has vouched for who writes", "来信人身份未经验证"),
    "not_theirs": ("it is not theirs", "不是本人的订单"),
    "nothing": ("there is none on its way", "没有在途订单"),
    "no_order": ("they have none", "没有订单"),
    "nothing_fits": ("none fits", "没有相符的订单"),
}
_DEEDS: Final[dict[str, tuple[str, str]]] = {
    "CancelOrder": ("the cancellation", "取消"),
    "ChangeAddress": ("the change of address", "改地址"),
    "OpenReturn": ("the return", "退货"),
    "OpenExchange": ("the exchange", "换货"),
    "CancelReturn": ("the end of the return", "取消退换货"),
    "RefundOrder": ("the refund", "退款"),
    "IssueInvoice": ("the invoice", "开票"),
    "ProtectPrice": ("the price protection", "价保"),
    "ReserveStock": ("the reservation", "留货"),
    "ReleaseStock": ("the end of the reservation", "释放留货"),
    "SendReplacement": ("the replacement", "补发"),
    "Compensate": ("the compensation", "补偿"),
    "IssueCoupon": ("the coupon", "优惠券"),
}
_PARCELS: Final[dict[str, tuple[str, str]]] = {
    "packed": ("packed", "已打包"),
    "shipped": ("on its way", "运输中"),
    "delayed": ("delayed", "已延误"),
    "delivered": ("delivered", "已送达"),
    "returned": ("returned", "已退回"),
}
_INTENTS: Final[dict[str, tuple[str, str]]] = {
    "where_is_parcel": ("where the parcel is", "包裹在哪"),
    "return": ("a return", "退货"),
    "exchange": ("an exchange", "换货"),
    "refund": ("a refund", "退款"),
    "cancel": ("to cancel", "取消订单"),
    "change_address": ("another address", "改地址"),
    "complaint": ("a complaint", "投诉"),
    "price_protection": ("price protection", "价保"),
    "size_advice": ("advice on size", "尺码建议"),
    "compatibility": ("whether it fits", "是否适配"),
    "product_question": ("a question about a product", "商品咨询"),
    "stock_question": ("whether it is in stock", "库存咨询"),
    "coupon_question": ("a question about coupons", "优惠券咨询"),
    "invoice": ("an invoice", "发票"),
    "payment_problem": ("trouble with paying", "支付问题"),
    "human": ("a person", "找人工"),
    "yes": ("a yes", "肯定答复"),
    "no": ("a no", "否定答复"),
    "greeting": ("a greeting", "问候"),
    "thanks": ("thanks", "感谢"),
    "other": ("something else", "其他"),
}
_PROMISES: Final[dict[str, tuple[str, str]]] = {
    "arrival": ("when the parcel arrives", "送达时间"),
    "refund": ("when the refund is there", "退款到账时间"),
    "replacement": ("when the replacement is sent", "补发时间"),
    "return_label": ("when the return label comes", "退货单时间"),
    "invoice": ("when the invoice comes", "开票时间"),
    "answer": ("when a colleague answers", "同事答复时间"),
    "compensation": ("when the compensation is there", "补偿到账时间"),
}


class Advice(Protocol):
    """What a policy says: a way, and why in a short name."""

    @property
    def way(self) -> str: ...
    @property
    def reason(self) -> str: ...


def ruled(advice: Advice) -> Text:
    """What a policy said and why: “allowed (in time)”; a shop's own names stand as they are."""
    said = _said(_WAYS, advice.way)
    why = reasoned(advice.reason)
    return Text(en=f"{said.en} ({why.en})", zh=f"{said.zh}（{why.zh}）") if advice.reason else said


def reasoned(reason: str) -> Text:
    """Why a policy said so."""
    return _said(_REASONS, reason)


def gap(kind: str) -> Text:
    """Why there is no order to speak of."""
    return _said(_GAPS, kind)


def deed(kind: str) -> Text:
    """What an action is called in a reason."""
    return _said(_DEEDS, kind)


def parcel(status: str) -> Text:
    """Where a parcel stands."""
    return _said(_PARCELS, status)


def intent(name: str) -> Text:
    """What a text asks for."""
    return _said(_INTENTS, name)


def promise(kind: str) -> Text:
    """What was promised."""
    return _said(_PROMISES, kind)


def _said(words: dict[str, tuple[str, str]], name: str) -> Text:
    en, zh = words.get(name, (name, name))
    return Text(en=en, zh=zh)
