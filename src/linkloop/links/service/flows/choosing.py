"""Choosing: which order, and which product of it, a customer means; asked with a short list where it is not clear."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

from linkloop.commerce.catalog import Product
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.parcels import Parcel
from linkloop.core.link import Context
from linkloop.core.text import Text
from linkloop.links.service.flows.shape import STATUS_ZH, Ask, Line, Talk, Told, evidence, line, of_order
from linkloop.links.service.normal import tidy
from linkloop.links.service.plainly import gap as gap_name
from linkloop.links.service.slots import order_numbers
from linkloop.links.service.wording import day, gap, only_order, zone_of

RECENT = timedelta(days=120)
LIST = 5
_LATIN = re.compile(r"[a-z]{3,}")
_HAN_RUN = re.compile(r"[㐀-鿿]+")
# Words of a request that also stand in titles say nothing of which product is meant.
_COMMON = frozenset((
    "the", "and", "for", "with", "set", "pack", "size", "this", "that", "please", "order", "parcel", "item",
    "product", "can", "you", "want", "need", "return", "exchange", "cancel", "refund", "where", "has", "have", "not",
    "does", "did", "was", "are", "from", "when", "will", "invoice", "address", "change", "stock", "color", "colour",
    "available", "back", "new", "one", "any", "how", "what", "which", "get", "still",
))  # fmt: skip
_MEASURES = frozenset("包件套装盒箱个只双条张片袋瓶罐码号款本册")  # they end titles and stand in every other sentence
_TOKEN = re.compile(r"[a-zA-Z']+|[㐀-鿿]")
_IT = re.compile(r"\b(?:it|that one|this one)\b|它|这个|这件|那个|那件|这单|这笔", re.IGNORECASE)
# Who says yes once more means what was spoken of, however much is said with it.
_ONCE_MORE = re.compile(
    r"\s*(?:(?:yes|yeah|yep|yup|yeh|correct|right|exactly|sure|definitely|absolutely|certainly|ok(?:ay)?|please do|"
    r"go ahead|i(?:'m| am) (?:\w+ )?(?:sure|certain|positive))\b|对|是的|是啊|嗯|没错|好的|就是|确定|确认|肯定|当然)",
    re.IGNORECASE,
)
_ELSE = re.compile(r"\d(?![\d.]* ?[%％])|\b(?:other|another|all|both|else)\b|别的|另|其他|全部|所有|都", re.IGNORECASE)
_OPTIONS = re.compile(r"[（(][^（()）]*[)）]")
_SIZES = re.compile(r"\b(?:extra )?(?:small|medium|large)\b", re.IGNORECASE)
Fits = Callable[[Order], bool]


def own_order(talk: Talk, number: str) -> Order | None:
    """The order with this number if it is the verified customer's own."""
    if not talk.customer_id or not number:
        return None
    for spelling in dict.fromkeys((number, number.upper(), number.lower())):
        order = talk.ctx.read(Order, spelling)
        if order is not None and order.customer_id == talk.customer_id:
            return order
    return None


def order_for(talk: Talk, fits: Fits, what: Text) -> Order | Told:
    """The order that is meant, or the answer that says why there is none, or asks which.

    Gathered before, named in the text, what the conversation is about where a short text points back to it, the only
    one that `fits`, the one whose products the text names, what the conversation is about: in this order. A number
    that is not this customer's own is told as unknown, whoever's it is.
    """
    if not talk.customer_id:
        return _gap("stranger", talk.channel)
    if number := talk.slots.get("order_id", ""):
        order = own_order(talk, number)
        return order if order is not None else _gap("not_theirs")
    if number := next((n for n in talk.named if n), ""):
        order = own_order(talk, number) or _by_parcel(talk, number)
        # Of several numbers the customer's own is meant; the other is nobody's to them.
        others = order_numbers(tidy(talk.text)) if order is None else []
        order = order or next((own for other in others if (own := own_order(talk, other)) is not None), None)
        return order if order is not None else not_found(talk)
    orders = recent_orders(talk)
    fitting = [order for order in orders if fits(order)]
    spoken = own_order(talk, talk.known_order)
    if spoken is not None and not fits(spoken) and points_back(talk.text):
        return spoken  # "cancel it" means what we spoke of, also where only another order could be cancelled
    if not fitting:
        return orders[0] if len(orders) == 1 else _gap("nothing_fits" if orders else "no_order")
    if len(fitting) == 1:
        return fitting[0]
    if key := by_words(talk, tuple(order.order_id for order in fitting)):
        return next(order for order in fitting if order.order_id == key)
    known = next((order for order in fitting if order.order_id == talk.known_order), None)
    return known if known is not None else _which(talk, fitting[:LIST], what)


def points_back(text: str) -> bool:
    """Whether a text means what was spoken of: it says "it", says yes once more, or is too short to mean another thing;
    and it holds no number but a share ("100 % sure") and no "other"."""
    short = len(_TOKEN.findall(text)) <= 6 or bool(_ONCE_MORE.match(text))
    return (short or bool(_IT.search(text))) and not _ELSE.search(text)


def recent_orders(talk: Talk) -> list[Order]:
    """The customer's orders of the last months that are not over, newest first."""
    found = [
        order
        for order in talk.ctx.read(Order, customer_id=talk.customer_id)
        if talk.now() - order.placed_at < RECENT and order.status not in ("cancelled", "unavailable")
    ]
    return sorted(found, key=lambda order: (order.placed_at, order.order_id), reverse=True)


def lines_of(talk: Talk, order_id: str) -> list[OrderLine]:
    """What was bought in an order; lines that were booked as returns are left out."""
    return [one for one in talk.ctx.read(OrderLine, order_id=order_id) if one.quantity > 0]


def title_of(talk: Talk, product_id: str) -> Text:
    """What a product is called; titles in two languages are written `中文 · English`."""
    return title_at(talk.ctx, product_id)


def title_at(ctx: Context, product_id: str) -> Text:
    """What a product is called, by its id where it has no title."""
    product = ctx.read(Product, product_id) if product_id else None
    return halves(product.title) if product and product.title else Text(en=product_id, zh=product_id)


def halves(title: str) -> Text:
    """The two halves of a title that is written in both languages, else the title for both."""
    zh, mark, en = title.partition(" · ")
    return Text(en=en, zh=zh) if mark and en and zh else Text(en=title, zh=title)


def by_words(talk: Talk, order_ids: Sequence[str]) -> str:
    """The one order whose products the text names best, or an empty string."""
    scores: dict[str, float] = {}
    for order_id in order_ids:
        lines = lines_of(talk, order_id)
        scores[order_id] = max((named(talk.text, title_of(talk, one.product_id)) for one in lines), default=0)
    return _best(scores)


def product_by_words(talk: Talk, product_ids: Sequence[str]) -> str:
    """The one product that the text names best, or an empty string.

    Where nobody has asked which one, a title's options alone ("L, blue, high" in brackets) name nothing: who had high
    hopes, or got a large dent, speaks of no product.
    """
    wanted = f"{talk.text} {talk.read.slots.product}"
    titles = {product_id: title_of(talk, product_id) for product_id in product_ids}
    if not talk.step:
        wanted = _SIZES.sub(" ", wanted)
        plain = {
            key: Text(en=_OPTIONS.sub(" ", title.en), zh=_OPTIONS.sub(" ", title.zh)) for key, title in titles.items()
        }
        titles = {key: title for key, title in titles.items() if named(wanted, plain[key])}
    return _best({key: named(wanted, title) for key, title in titles.items()})


def named(text: str, title: Text) -> float:
    """How much of a title a text names: letters of the shared words, 0 for none."""
    low = text.lower()
    words = {_stem(word) for word in _LATIN.findall(low)} - _COMMON
    latin = sum(len(word) for word in {_stem(word) for word in _LATIN.findall(title.en.lower())} & words)
    return max(latin, 2 * _shared(low, title.zh))


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _shared(text: str, title: str) -> float:
    """The length of the longest run of Han signs (at least two) that a text shares with a title, or a little more than
    one where it shares only the last sign, which names the thing (杯 of 保温杯)."""
    last = _HAN_RUN.findall(title)[-1][-1:] if _HAN_RUN.search(title) else ""
    longest: float = 0
    for run in _HAN_RUN.findall(title):
        for start in range(len(run) - 1):
            end = start + max(2, int(longest) + 1)
            while end <= len(run) and run[start:end] in text:
                longest, end = end - start, end + 1
    return longest or (1.5 if last and last not in _MEASURES and last in text else 0)


def _best(scores: dict[str, float]) -> str:
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    if not ranked or ranked[0][1] < 3 or (len(ranked) > 1 and ranked[1][1] == ranked[0][1]):
        return ""
    return ranked[0][0]


def product_for(talk: Talk, order: Order, what: Text) -> tuple[OrderLine, ...] | Told:
    """The lines of an order that are meant: gathered before, the only one, those that the text names; or a question."""
    lines = lines_of(talk, order.order_id)
    if not lines:
        return Told(
            (line("I cannot see what is in this order.", "查不到该订单的商品明细。"),),
            Text(en=f"order {order.order_id} has no lines", zh=f"订单 {order.order_id} 没有明细"),
            order,
            person=Text(en="the order has no lines", zh="订单没有明细"),
        )
    if chosen := talk.slots.get("product_id", ""):
        wanted = chosen.split("|")
        if found := tuple(one for one in lines if one.product_id in wanted):
            return found
    if len(lines) == 1:
        return (lines[0],)
    if key := product_by_words(talk, [one.product_id for one in lines]):
        return tuple(one for one in lines if one.product_id == key)
    titles = [title_of(talk, one.product_id) for one in lines[:LIST]]
    parts = [
        Line(Text(en=f"{n}. {title.en} × {one.quantity}", zh=f"{n}. {title.zh} × {one.quantity}"),
             (evidence(one, f"{title.en} × {one.quantity}", f"{title.zh} × {one.quantity}"),))
        for n, (one, title) in enumerate(zip(lines, titles, strict=False), 1)
    ]  # fmt: skip
    return Told(
        (line(f"Which item of order {order.order_id} {what.en}?", f"请问订单 {order.order_id} 中{what.zh}哪一件？",
              of_order(order)), *parts,
         line("Please answer with the number.", "请回复序号。")),
        Text(en=f"order {order.order_id} has {len(lines)} items", zh=f"订单 {order.order_id} 有 {len(lines)} 件商品"),
        order,
        Ask("product", {**talk.slots, "order_id": order.order_id}, tuple(one.product_id for one in lines[:LIST])),
    )  # fmt: skip


def _which(talk: Talk, orders: Sequence[Order], what: Text) -> Told:
    zone = zone_of(talk.ctx, talk.customer)
    parts = []
    for n, order in enumerate(orders, 1):
        lines = lines_of(talk, order.order_id)
        first = title_of(talk, lines[0].product_id) if lines else Text(en="", zh="")
        more = Text(en=f" and {len(lines) - 1} more" if len(lines) > 1 else "", zh="等" if len(lines) > 1 else "")
        when = day(order.placed_at, zone)
        assert when is not None
        parts.append(
            Line(
                Text(en=f"{n}. {order.order_id}, {when.en}{f': {first.en}' if first.en else ''}{more.en}",
                     zh=f"{n}. {order.order_id}（{when.zh}{f'，{first.zh}' if first.zh else ''}{more.zh}）"),
                (evidence(order, f"order {order.order_id} of {when.en}: {order.status}",
                          f"{when.zh}的订单 {order.order_id}：{STATUS_ZH[order.status]}"),),
            )
        )  # fmt: skip
    return Told(
        (line(f"Which order {what.en}?", f"请问{what.zh}哪个订单？"), *parts,
         line("Please answer with the number.", "请回复序号。")),
        Text(en=f"{len(orders)} orders could be meant", zh=f"可能是 {len(orders)} 个订单之一"),
        asks=Ask("order", dict(talk.slots), tuple(order.order_id for order in orders)),
    )  # fmt: skip


def _by_parcel(talk: Talk, number: str) -> Order | None:
    for spelling in dict.fromkeys((number, number.upper(), number.lower())):
        parcel = talk.ctx.read(Parcel, spelling)
        if parcel is not None and (order := own_order(talk, parcel.order_id)) is not None:
            return order
    return None


def not_found(talk: Talk) -> Told:
    """A number that is none of the customer's; where one order was proven, that another needs a proof of its own."""
    if not talk.scope:
        return _gap("not_theirs")
    why = Text(en=f"only order {talk.scope} was proven here", zh=f"本会话只核实了订单 {talk.scope}")
    return Told((Line(only_order(talk.scope)),), why, stranger=True)


def _gap(kind: str, channel: str = "web") -> Told:
    told, said = gap(kind, channel), gap_name(kind)
    why = Text(en=f"no order to speak of: {said.en}", zh=f"没有可以说明的订单：{said.zh}")
    return Told((Line(told),), why, stranger=kind == "stranger")
