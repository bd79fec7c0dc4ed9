"""Steps: whether a message answers the question that was asked, read strictly, for a yes lets something be done."""

from __future__ import annotations

import re
import unicodedata

from linkloop.commerce.flows import FlowState
from linkloop.links.service.flows.addresses import tidy_address
from linkloop.links.service.flows.choosing import by_words, own_order, product_by_words
from linkloop.links.service.flows.claims import claim_of
from linkloop.links.service.flows.knowing import product_named
from linkloop.links.service.flows.shape import Talk
from linkloop.links.service.flows.titles import tidy_title

_POLITE = r"(?:please|pls|thanks|thank you|thx|谢谢|麻烦了|麻烦|谢了|哈|啊|的|呀|吧|呢|了|哦)"
_YES = (
    r"(?:y|yes|yep|yeah|yup|sure|ok|okay|okey|correct|right|confirm|confirmed|i confirm|go ahead|do it|please do|"
    r"that is right|that's right|that is correct|yes it is|yes do it|是|是的|对|对的|好|好的|好滴|行|可以|确认|确定|嗯|"
    r"嗯嗯|没错|没问题|同意|要|需要|就这样|取消吧|改吧|退吧|换吧)"
)
_NO = (
    r"(?:n|no|nope|nah|don't|do not|dont|no don't|never mind|nevermind|not now|stop|no need|leave it|不|不是|不"
    r"用|不用了|"
    r"不要|不要了|不了|不对|算了|先不|别|不需要|不取消了|不退了|不改了|不换了)"
)
# What may follow a yes and still says no more than it: the deed that was asked about, in a few plain words.
_DEED = (
    r"(?:please|do|does|go|going|on|ahead|continue|proceed|with|it|that|this|so|them|the|my|is|are|right|correct|fine|"
    r"cancel|change|return|exchange|refund|replace|replacement|open|send|keep|order|address|parcel|item|for|me|now|"
    r"取消|退货|退款|换货|退|换|改|补发|办理|办|继续|订单|地址|帮我|请|给我|麻烦)"
)
_IS_YES = re.compile(rf"(?:{_YES})(?:\s*(?:{_YES}|{_DEED}|{_POLITE}))*", re.IGNORECASE)
_IS_NO = re.compile(rf"(?:{_NO})(?:\s*(?:{_NO}|{_DEED}|{_POLITE}))*", re.IGNORECASE)
_MARKS = re.compile(r"[\s,，.。!！~～…、]+")
_NUMBER = re.compile(
    r"(?:the\s+)?(?:no\.?|number|nr\.?|#|第)?\s*(\d{1,2}|one|two|three|four|five|first|second|third|fourth|fifth|last|"
    r"[一二三四五])\s*(?:个|号|单|件|one|order)?\s*",
    re.IGNORECASE,
)
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
    "一": 1, "二": 2, "三": 3, "四": 4, "五": 5,
}  # fmt: skip
_ALL = re.compile(
    r"(?:all|both|all of them|everything|全部|都退|都要|都|全都|所有)(?:\s*(?:please|吧|的))*", re.IGNORECASE
)
_OFFER = re.compile(r"[?？]")


def bare(text: str) -> str:
    """A text without its punctuation at the ends and with single spaces, as wide as it is read."""
    plain = unicodedata.normalize("NFKC", text[:200]).strip().lower().replace("’", "'")
    return _MARKS.sub(" ", plain).strip()


def says_yes(text: str) -> bool:
    """Whether a text is nothing but a yes; one that says more, or asks, is none."""
    return not _OFFER.search(text) and bool(_IS_YES.fullmatch(bare(text)))


def says_no(text: str) -> bool:
    """Whether a text is nothing but a no."""
    return bool(_IS_NO.fullmatch(bare(text)))


def chosen(text: str, choices: tuple[str, ...]) -> str:
    """The key that a text picks from a numbered list by its number, or an empty string."""
    match = _NUMBER.fullmatch(bare(text))
    if match is None:
        return ""
    word = match[1].lower()
    number = len(choices) if word == "last" else _WORDS.get(word) or (int(word) if word.isdigit() else 0)
    return choices[number - 1] if 0 < number <= len(choices) else ""


def gathered(talk: Talk, state: FlowState) -> dict[str, str] | None:
    """What a message adds to the slots of a flow that waits; None when it does not answer the question.

    "no" at any step gives {"declined": "yes"}.
    """
    text = talk.text
    if says_no(text) and state.step in ("order", "product", "address", "confirm", "offer", "claim"):
        return {"declined": "yes"}
    match state.step:
        case "confirm" | "offer":
            return {"confirmed": state.step} if says_yes(text) else None
        case "order":
            return _order(talk, state)
        case "product" if not state.choices:
            product = product_named(talk)
            return {"product_id": product.product_id} if product is not None else None
        case "product":
            if len(state.choices) > 1 and _ALL.fullmatch(bare(text)):
                return {"product_id": "|".join(state.choices)}
            key = chosen(text, state.choices) or product_by_words(talk, state.choices)
            return {"product_id": key} if key else None
        case "address":
            address = tidy_address(talk.read.slots.address) or tidy_address(text)
            return {"address": address} if address else None
        case "title":
            title = tidy_title(text)
            return dict(title) if title else None
        case "claim":
            claim = claim_of(text)
            return {"claim": claim} if claim != "none" else None
    return None


def _order(talk: Talk, state: FlowState) -> dict[str, str] | None:
    if key := chosen(talk.text, state.choices):
        return {"order_id": key}
    for number in talk.named:
        if number and (order := own_order(talk, number)) is not None:
            return {"order_id": order.order_id}
    key = by_words(talk, state.choices)
    return {"order_id": key} if key else None
