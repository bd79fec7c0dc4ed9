"""Settled: what the world answered to a request; only now the customer is told that it is done, or that it is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from linkloop.commerce.flows import FlowState, Requested
from linkloop.commerce.loop import ActionSettled
from linkloop.commerce.orders import Order
from linkloop.commerce.promises import Promise
from linkloop.core.decision import Decision
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.service import draft
from linkloop.links.service.flows.choosing import title_at
from linkloop.links.service.flows.exchange import OFFER_LASTS
from linkloop.links.service.flows.shape import evidence
from linkloop.links.service.plainly import deed
from linkloop.links.service.promises import COLLEAGUE_WITHIN, REFUND_WITHIN, promised
from linkloop.links.service.reaching import Reach, reach, tell

SENT_WITHIN = timedelta(days=3)


class News(NamedTuple):
    """What is known when a request has settled."""

    waited: Requested
    event: ActionSettled
    action: dict[str, Any]
    order: Order | None
    to: Reach


def settle(ctx: Context, event: ActionSettled) -> Iterator[Table]:
    """A request that somebody waits for has settled: say so, and keep what it promises from now on."""
    waited = ctx.read(Requested, event.effect_key)
    if waited is None or waited.state != "requested":
        return
    done = event.status == "done"
    yield replace(waited, state="done" if done else "refused", settled_at=ctx.now())
    asked = ctx.read(Promise, f"effect:{event.effect_key}")
    if asked is not None and asked.state == "open":
        yield replace(asked, state="kept" if done else "withdrawn", settled_at=ctx.now())
    decision = ctx.read(Decision, event.decision_id)
    news = News(
        waited, event, decision.action if decision else {}, ctx.read(Order, waited.order_id),
        reach(ctx, waited.customer_id, waited.conversation_id, waited.language, waited.channel),
    )  # fmt: skip
    if not done:
        yield from _refused(ctx, news)
    elif waited.action_kind == "ReserveStock":
        yield from _offered(ctx, news)
    else:
        yield from _done(ctx, news)


def _done(ctx: Context, news: News) -> Iterator[Table]:
    waited, reference = news.waited, news.event.reference
    given = {
        "order": waited.order_id,
        "reference": reference,
        "amount": str(_money(news.action) or ""),
        "address": str(news.action.get("address", "")),
        "total": str(news.order.total) if news.order and news.order.total else "",
    }
    title = title_at(ctx, waited.product_id)
    en, zh = _DONE[waited.action_kind]
    if waited.action_kind == "CancelOrder" and not (news.order and news.order.approved_at):
        en, zh = _CANCELLED_UNPAID
    said = Text(en=en.format(**given, title=title.en), zh=zh.format(**given, title=title.zh))
    rests = evidence(
        waited,
        f"{deed(waited.action_kind).en} is done: {reference}",
        f"{deed(waited.action_kind).zh}已完成：{reference}",
    )
    why = Text(en=f"{deed(waited.action_kind).en} of order {waited.order_id} is done",
               zh=f"订单 {waited.order_id} 的{deed(waited.action_kind).zh}已完成")  # fmt: skip
    yield tell(ctx, news.to, waited.customer_id, f"settled:{waited.effect_key}", said, why, _currency(news), (rests,))
    if waited.action_kind == "CancelOrder" and news.order is not None and news.order.approved_at:
        yield from promised(_promise(ctx, news, "refund", ctx.now() + REFUND_WITHIN))
    if waited.action_kind in ("OpenExchange", "SendReplacement"):
        kept = str(news.action.get("wanted") or waited.product_id)
        offered = ctx.read(Promise, f"offer:{waited.order_id}:{kept}:{waited.wave}")
        if offered is not None and offered.state == "offered":
            yield replace(offered, state="kept", settled_at=ctx.now())


def _offered(ctx: Context, news: News) -> Iterator[Table]:
    """The stock is kept: now, and not before, the replacement is offered, until the stock is let go."""
    waited = news.waited
    until = _moment(news.action.get("until")) or waited.asked_at + OFFER_LASTS
    title = title_at(ctx, waited.product_id)
    minutes = max(1, int((until - ctx.now()) / timedelta(minutes=1)))
    many = news.action.get("quantity", 1)
    hours, rest = divmod(minutes + 1, 60)
    long = Text(
        en=f"{hours} hour{'s' if hours > 1 else ''}" if hours and rest < 5 else f"{minutes} minutes",
        zh=f"{hours} 小时" if hours and rest < 5 else f"{minutes} 分钟",
    )
    said = Text(
        en=f"{many} × “{title.en}” for order {waited.order_id} is kept for you for {long.en}. Shall I go on "
        f"with it? Please "
        "answer yes or no.",
        zh=f"已为订单 {waited.order_id} 预留 {many} 件“{title.zh}”，保留 {long.zh}。要继续办理吗？请回复“是”或“不”。",
    )
    rests = evidence(waited, f"stock kept: {news.event.reference}", f"已留货：{news.event.reference}")
    why = Text(en=f"the stock for order {waited.order_id} is kept", zh=f"订单 {waited.order_id} 的换货库存已预留")
    yield tell(ctx, news.to, waited.customer_id, f"settled:{waited.effect_key}", said, why, _currency(news), (rests,))
    earlier = ctx.read(FlowState, news.to.conversation_id)
    asked = earlier is not None and earlier.step and earlier.flow != "exchange" and ctx.now() <= earlier.offered_until
    then = {"then": earlier.flow} if earlier is not None and asked else {}  # the last question is answered first
    yield FlowState(
        conversation_id=news.to.conversation_id, customer_id=waited.customer_id, flow="exchange", step="offer",
        slots={"order_id": waited.order_id, "product_id": str(news.action.get("instead_of") or waited.product_id),
               "wanted": waited.product_id, "wave": waited.wave, **then,
               "claim": str(news.action.get("claim", "none"))},
        language=waited.language, asked_at=ctx.now(), offered_until=until,
    )  # fmt: skip
    yield from promised(
        replace(
            _promise(ctx, news, "replacement", until),
            promise_id=f"offer:{waited.order_id}:{waited.product_id}:{waited.wave}",
            state="offered",
        )
    )


def _refused(ctx: Context, news: News) -> Iterator[Table]:
    """The world said no: honestly told, with what can be done instead, and a person where nothing can."""
    waited = news.waited
    en, zh = _REFUSED.get(waited.action_kind, _REFUSED_OTHER)
    title = title_at(ctx, waited.product_id)
    said = Text(
        en=en.format(order=waited.order_id, title=title.en), zh=zh.format(order=waited.order_id, title=title.zh)
    )
    why = Text(en=f"{deed(waited.action_kind).en} of order {waited.order_id} was refused",
               zh=f"订单 {waited.order_id} 的{deed(waited.action_kind).zh}被拒绝")  # fmt: skip
    yield tell(ctx, news.to, waited.customer_id, f"settled:{waited.effect_key}", said, why, _currency(news))
    if waited.action_kind not in _REFUSED:
        yield from draft.to_person(ctx, news.to.conversation_id, why, ctx.now() + COLLEAGUE_WITHIN)


def _promise(ctx: Context, news: News, kind: Any, due: datetime) -> Promise:
    waited = news.waited
    return Promise(
        promise_id=f"{kind}:{waited.effect_key}", kind=kind, customer_id=waited.customer_id,
        conversation_id=news.to.conversation_id, order_id=waited.order_id,
        basis=f"effects/{waited.effect_key}", made_at=ctx.now(), due_at=due,
    )  # fmt: skip


def _money(action: dict[str, Any]) -> Money | None:
    found = action.get("amount")
    return msgspec.convert(found, Money) if isinstance(found, dict) else None


def _moment(value: object) -> datetime | None:
    return (
        msgspec.convert(value, datetime) if isinstance(value, str) else value if isinstance(value, datetime) else None
    )


def _currency(news: News) -> str:
    return news.order.total.currency if news.order and news.order.total else "CNY"


_CANCELLED_UNPAID = (
    "Done: order {order} is cancelled. Nothing was charged for it.",
    "订单 {order} 已取消，没有产生扣款。",
)
_DONE = {
    "CancelOrder": (
        "Done: order {order} is cancelled. {total} goes back to you the way you paid, within 3 days.",
        "订单 {order} 已取消，{total} 将在 3 天内原路退还给您。",
    ),
    "ChangeAddress": (
        "Done: order {order} now goes to: {address}.",
        "订单 {order} 的地址已改为：{address}。",
    ),
    "OpenReturn": (
        "Your return of “{title}” (order {order}) is open. Its label is {reference}; please put it on the "
        "parcel. {amount} "
        "goes back to you when the goods are here.",
        "订单 {order} 的“{title}”退货已办理，退货单号 {reference}，请贴在包裹上。收到退货后退还您 {amount}。",
    ),
    "OpenExchange": (
        "Your exchange of “{title}” (order {order}) is open. Its label is {reference}; please put it on the "
        "parcel. The new "
        "one, which is kept for you, leaves when the old one is here.",
        "订单 {order} 的“{title}”换货已办理，退货单号 {reference}，请贴在包裹上。收到旧件后立即寄出为您预留的新件。",
    ),
    "RefundOrder": (
        "Done: {amount} of order {order} went back to you the way you paid.",
        "订单 {order} 的退款 {amount} 已原路退还。",
    ),
    "IssueInvoice": (
        "The invoice of order {order} is issued: {reference} over {amount}.",
        "订单 {order} 的发票已开具，发票号 {reference}，金额 {amount}。",
    ),
    "ProtectPrice": (
        "Done: the difference of {amount} for “{title}” (order {order}) went back to you.",
        "订单 {order} 的“{title}”差价 {amount} 已退还给您。",
    ),
    "SendReplacement": (
        "A new “{title}” for order {order} is on its way; the parcel is {reference}.",
        "订单 {order} 的新“{title}”已安排寄出，包裹号 {reference}。",
    ),
}
_REFUSED = {
    "CancelOrder": (
        "I am sorry: order {order} left in the meantime and could not be cancelled. You may refuse the parcel "
        "or return it.",
        "很抱歉，订单 {order} 已经发出，没能取消成功。您可以拒收，或在收到后退货。",
    ),
    "ChangeAddress": (
        "I am sorry: order {order} was picked up in the meantime, so its address could not be changed.",
        "很抱歉，订单 {order} 已被揽收，地址没能修改成功。",
    ),
    "ReserveStock": (
        "I am sorry: no “{title}” is left that I could keep for you. I can open a return for you instead: just write "
        "“return”.",
        "很抱歉，“{title}”已经没有库存可以为您预留。可以为您办理退货，请回复“退货”。",
    ),
}
_REFUSED_OTHER = (
    "I am sorry: that could not be done for order {order}. A colleague looks into it and answers you here.",
    "很抱歉，订单 {order} 的申请没有办成，同事会核实后在这里回复您。",
)
