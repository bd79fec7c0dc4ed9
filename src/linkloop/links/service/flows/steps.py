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
from linkloop.links.service.flows.titles import answered_title
from linkloop.links.service.normal import tidy

_POLITE = (
    r"(?:please|pls|plz|kindly|thanks|thank you|thx|ty|cheers|appreciated|very much|so much|a lot|sir|madam|"
    r"dear|guys|"
    r"谢谢|多谢|感谢|辛苦|麻烦|谢了|谢啦|亲|您|你|们|哈|啊|的|呀|吧|呢|了|哦|噢|嘛|啦|哟|么么)"
)
_YES = (
    r"(?:y|ye|yes|yea|yep|yeah|yup|ya|yess+|sure|sure thing|ok|okay|okey|k|kk|alright|all right|fine|great|perfect|"
    r"good|absolutely|definitely|certainly|of course|affirmative|agreed|i agree|i accept|accepted|deal|correct|right|"
    r"confirm|confirmed|i confirm|i do|go ahead|go for it|do it|please do|by all means|sounds good|sounds great|"
    r"sounds fine|works for me|that works|looks good|that is right|that's right|that is correct|that's correct|"
    r"that is "
    r"fine|that's fine|that would be great|yes it is|yes do it|let's do it|lets do it|"
    r"是|是的|是滴|对|对的|对滴|好|好的|好滴|好嘞|好呀|行|行的|可以|可以的|中|成|妥|确认|确定|嗯|嗯嗯|恩|恩恩|"
    r"昂|没错|"
    r"没问题|没毛病|同意|接受|要|要的|需要|就这样|就这么办|那就这样|当然|必须的|必须|得|得嘞|取消吧|改吧|退吧|换吧|"
    r"办吧|弄吧|👌|👍|✅|🆗)"
)
_NO = (
    r"(?:n|no|nope|nah|don't|do not|dont|no don't|never mind|nevermind|not now|stop|no need|leave it|forget it|"
    r"rather not|i'd rather not|不|不是|不用|不用了|不要|不要了|不了|不对|算了|先不|别|不需要|不必|不必了|不取消了|"
    r"不退了|不改了|不换了|不办了)"
)
# What may follow a yes and still says no more than it: the deed that was asked about, in a few plain words.
_DEED = (
    r"(?:do|does|go|going|on|ahead|continue|proceed|with|it|that|that's|thats|it's|this|so|them|the|my|is|are|"
    r"be|right|"
    r"away|now|asap|then|just|as|said|written|correct|fine|cancel|cancelling|cancellation|change|return|"
    r"exchange|refund|"
    r"replace|replacement|open|send|ship|keep|keeping|issue|update|make|order|address|parcel|item|one|for|me|you|can|"
    r"could|may|would|i|want|need|to|would like|i'd like|and|"
    r"取消|退货|退款|换货|退|换|改|补发|开|办理|办|弄|处理|操作|安排|提交|继续|直接|马上|尽快|现在|就|这样|"
    r"这么|这个|那|按|来|做|"
    r"订单|地址|货|单|帮我|给我|请|一下|下|我要|我想|我确认|我同意)"
)
_IS_YES = re.compile(rf"(?:{_YES})(?:\s*(?:{_YES}|{_DEED}|{_POLITE}))*", re.IGNORECASE)
_IS_NO = re.compile(rf"(?:{_NO})(?:\s*(?:{_NO}|{_DEED}|{_POLITE}))*", re.IGNORECASE)
_MARKS = re.compile(r"[\s,，.。!！~～…、]+")
_NUMBER = re.compile(
    r"(?:the\s+)?(?:no\.?|number|nr\.?|#|第)?\s*(\d{1,2}|one|two|three|four|five|first|second|third|fourth|"
    r"fifth|last|"
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
# A yes in words of one's own: how sure the model must be, how long it may be, and what turns a yes into something else.
SURELY, LONGEST = 0.85, 24
_TOKENS = re.compile(r"[a-z']+|[\u3400-\u9fff]")
_NO_PROBLEM = re.compile(r"没有?(?:任何|什么)?(?:问题|意见|异议|错|毛病)|\bno (?:problem|worries|objections?)\b")
_AS_WISHED = re.compile(
    r"\b(?:that|this|it)(?: is|'s) (?:exactly |just |precisely )?what i (?:want|wanted|said|mean|meant|"
    r"asked for)\b|\bas (?:i|you) "
    r"said\b|\b(?:then|first) (?=cancel|stop)|\bthen$"
)
# Who backs out in words of their own: nothing is done then, so this is read widely.
_BACKS_OUT = re.compile(
    r"\brather (?:you )?(?:not|did ?n[o']?t|do ?n[o']?t|leave|keep|wait)\b|\b(?:second thoughts|better not|"
    r"no longer sure|not (?:yet|now|"
    r"today)|hold off|let (?:it|things) be|leave (?:it|things|everything|them) (?:as|be|alone)|keep (?:it|"
    r"things|the order) "
    r"(?:as|after)|(?:do not|don't|dont) (?:do|bother|go|change|cancel|send|open)|(?:changed|change) (?:my|"
    r"the) (?:mind|opinion) again)\b|"
    r"先(?:别|不|放)|再(?:想想|考虑|看看|说)|还是(?:算了|不|别|先)|留着吧|不(?:用|弄|办|取消|退|换|改|搞|整)了|算了"
)
_TURNS = re.compile(
    r"\d|n't|\b(?:no|not|nor|never|but|however|wait|hold|unless|if|instead|other|another|else|different|first|before|"
    r"after|later|also|too|except|only|stop|dont|cant|wont|why|how|what|which|who|when|where)\b|"
    r"不|别|没|但|等|先|如果|要是|除非|另|其他|换成|改成|还有|还是|吗|么|为什么|怎么|哪|谁|几|再说|考虑|算了"
)


def bare(text: str) -> str:
    """A text without its punctuation at the ends and with single spaces, as wide as it is read."""
    plain = unicodedata.normalize("NFKC", text[:200]).strip().lower().replace("’", "'")
    return _MARKS.sub(" ", plain).strip()


def says_yes(text: str) -> bool:
    """Whether a text is nothing but a yes; one that says more, or asks, is none."""
    return not _OFFER.search(text) and bool(_IS_YES.fullmatch(bare(text)))


def agrees(talk: Talk) -> bool:
    """Whether a message agrees to what was asked: plainly, or in words of its own that the model is sure are a yes and
    that hold nothing which could turn them: no question, no number, no "not", "but", "first", "other"."""
    if says_yes(talk.text):
        return True
    guess = talk.read.intents[0] if talk.read.intents else None
    if guess is None or guess.intent != "yes" or guess.confidence < SURELY:
        return False
    plain = _AS_WISHED.sub("", _NO_PROBLEM.sub("", bare(talk.text)))
    return len(_TOKENS.findall(plain)) <= LONGEST and not _OFFER.search(talk.text) and not _TURNS.search(plain)


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


def declines(talk: Talk) -> bool:
    """Whether a message says no, plainly or in words of its own: nothing is done then."""
    guess = talk.read.intents[0] if talk.read.intents else None
    return says_no(talk.text) or (guess is not None and guess.intent == "no" and guess.confidence >= SURELY)


def backs_out(talk: Talk) -> bool:
    """Whether a short message without a number or a question takes back what was about to be done."""
    plain = bare(tidy(talk.text))
    if len(_TOKENS.findall(plain)) > LONGEST or re.search(r"\d", plain) or _OFFER.search(talk.text):
        return False
    return bool(_BACKS_OUT.search(plain))


def gathered(talk: Talk, state: FlowState) -> dict[str, str] | None:
    """What a message adds to the slots of a flow that waits; None when it does not answer the question.

    "no" at any step gives {"declined": "yes"}.
    """
    text = talk.text
    if declines(talk) and state.step in ("order", "product", "address", "confirm", "offer", "claim"):
        return {"declined": "yes"}
    if state.step in ("confirm", "offer") and backs_out(talk):
        return {"declined": "yes"}
    match state.step:
        case "confirm" | "offer":
            return {"confirmed": state.step} if agrees(talk) else None
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
            title = answered_title(text)
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
