"""Signs: what in a message says that something went wrong, and what it was, as tables have it where they can."""

from __future__ import annotations

import re
from collections.abc import Collection

from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.promises import Promise
from linkloop.commerce.remedies import Cause, Trigger
from linkloop.commerce.stock import StockLevel
from linkloop.commerce.understanding import Understand, Understanding
from linkloop.core.link import Context
from linkloop.links.service.facts import case_of, late_days
from linkloop.links.service.flows.claims import claim_of
from linkloop.links.service.flows.knowing import product_in
from linkloop.links.service.leanings import asked_for
from linkloop.links.service.negative import Sign

# From here on a feeling is a negative event (0 to 1), and leaving is near.
ANGRY, ANXIOUS, LEAVING = 0.35, 0.5, 0.6
FELT = 0.6  # how sure a feeling must be, and how surely a text is none of ours
REPEATS = 3  # the same question for the third time
_LEGAL = re.compile(
    r"假货|仿冒|冒牌|欺诈|诈骗|退一赔三|退一赔十|12315|12345|消协|工商局|市场监管|起诉|律师|法院|报警|曝光|"
    r"\b(?:counterfeit|fraud\w*|scam|lawyer|attorney|sue|court|police|consumer (?:protection|rights)|"
    r"trading standards)\b",
    re.IGNORECASE,
)
_RUDE = re.compile(
    r"态度(?:太|很|真|非常|这么)?(?:差|恶劣|不好|烂)|骂人|不耐烦|敷衍|"
    r"\b(?:rude|impolite|disrespectful|insult\w*)\b",
    re.IGNORECASE,
)
_GOODS = ("defective", "damaged", "wrong_item", "not_as_described")
_PARCEL = ("where_is_parcel", "complaint", "refund", "cancel", "change_address", "human", "return")
_ASKS = ("where_is_parcel", "return", "exchange", "refund", "cancel", "change_address", "complaint", "payment_problem",
         "stock_question", "invoice", "price_protection", "coupon_question")  # fmt: skip


def sign_of(
    ctx: Context,
    event: MessageReceived,
    customer_id: str,
    before: Collection[str],
    read: Understanding,
    order: Order | None,
) -> Sign | None:
    """The negative event in a message, or None. `order` is the trusted customer's own that the answer was about."""
    intents = [guess.intent for guess in read.intents]
    first = intents[0] if intents else "other"
    legal = bool(_LEGAL.search(event.text))
    order = order or _own(ctx, event, customer_id, read)
    late = _late(ctx, order)
    trigger = _trigger(ctx, event, before, read, legal, late)
    if trigger is None:
        return None
    cause = _cause(ctx, event.text, first, legal, customer_id, order, late)
    sure = read.intents[0].confidence if read.intents else 0.0
    return Sign(trigger, cause, order, late, read.mood, read.intensity, round(sure, 6))


def _trigger(
    ctx: Context, event: MessageReceived, before: Collection[str], read: Understanding, legal: bool, late: float
) -> Trigger | None:
    first = read.intents[0].intent if read.intents else "other"
    if legal:
        return "legal"
    if first == "human" and asked_for("human", event.text):
        return "asked"
    strong = (read.mood == "angry" and read.intensity >= ANGRY) or (
        read.mood == "anxious" and read.intensity >= ANXIOUS
    )
    if strong and read.mood_confidence >= FELT and read.out_of_scope < FELT:
        return "mood"
    if read.churn >= LEAVING:
        return "churn"
    if first in _ASKS and len(before) >= REPEATS - 1 and _repeats(ctx, before, first):
        return "repeat"
    if late and first in ("where_is_parcel", "complaint"):
        return "delay"
    return None


def _repeats(ctx: Context, before: Collection[str], intent: str) -> bool:
    same = 0
    for text in before:
        guesses = ctx.ask(Understand(text=text)).value.intents
        same += bool(guesses) and guesses[0].intent == intent
    return same >= REPEATS - 1


def _cause(
    ctx: Context, text: str, first: str, legal: bool, customer_id: str, order: Order | None, late: float
) -> Cause:
    if legal:
        return "legal"
    if claim_of(text) in _GOODS and first in ("complaint", "return", "exchange", "refund", "human", "other"):
        return "item"
    if _RUDE.search(text):
        return "rude"
    if late and first in _PARCEL:
        return "late"
    if customer_id and first in ("refund", "return", "complaint") and _overdue(ctx, customer_id, order):
        return "refund"
    if first == "human":
        return "person"
    if first in ("price_protection", "coupon_question"):
        return "price"
    return "stock" if first == "stock_question" and _sold_out(ctx, text) else "service"


def _sold_out(ctx: Context, text: str) -> bool:
    """Whether a text names goods of which no place has any: who asks often enough has not missed a thing by that."""
    product = product_in(ctx, text)
    return product is not None and all(
        level.on_hand <= 0 for level in ctx.read(StockLevel, product_id=product.product_id)
    )


def _overdue(ctx: Context, customer_id: str, order: Order | None) -> bool:
    return any(
        p.kind == "refund"
        and (p.state == "broken" or (p.state == "open" and p.due_at < ctx.now()))
        and (order is None or p.order_id in ("", order.order_id))
        for p in ctx.read(Promise, customer_id=customer_id)
    )


def _own(ctx: Context, event: MessageReceived, customer_id: str, read: Understanding) -> Order | None:
    return case_of(ctx, customer_id, (event.order_id, read.slots.order_id)).order if customer_id else None


def _late(ctx: Context, order: Order | None) -> float:
    if order is None:
        return 0.0
    return max((late_days(p, ctx.now()) for p in ctx.read(Parcel, order_id=order.order_id)), default=0.0)
