"""Steps: whether a message answers the question that was asked, read strictly, for a yes lets something be done."""

from __future__ import annotations

import re

from linkloop.commerce.flows import FlowState
from linkloop.links.service.flows.addresses import tidy_address
from linkloop.links.service.flows.answers import bare, says_no, says_yes
from linkloop.links.service.flows.choosing import by_words, own_order, product_by_words
from linkloop.links.service.flows.claims import claim_of
from linkloop.links.service.flows.knowing import product_named
from linkloop.links.service.flows.shape import Talk
from linkloop.links.service.flows.titles import answered_title
from linkloop.links.service.leanings import leanings
from linkloop.links.service.normal import tidy

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
# A yes in words of one's own: how sure the model must be, how long it may be, and what turns a yes into something else.
SURELY, LONGEST = 0.85, 24
_TOKENS = re.compile(r"[a-z']+|[\u3400-\u9fff]")
_NO_PROBLEM = re.compile(
    r"没有?(?:任何|什么)?(?:问题|意见|异议|错|毛病)|(?<![a-z])(?:no (?:problems?|worries|objections?|doubts?)|"
    r"(?:do not|don't|dont) (?:need|want) (?:it|this|that|them)(?: any ?more)?)(?![a-z])"
)
_AS_WISHED = re.compile(
    r"(?<![a-z])(?:that|this|it)(?: is|'s|s) (?:exactly |just |precisely )?what i(?: am|'m|m)? (?:want|wanted|said|"
    r"mean|meant|"
    r"asked for|after|asking for)(?![a-z])|\bas (?:i|you) said\b|(?<![a-z])(?:then|first) (?=cancel|stop)|"
    r"(?<![a-z])then$"
)
# Who backs out in words of their own: nothing is done then, so this is read widely.
_BACKS_OUT = re.compile(
    r"\brather (?:you )?(?:not|did ?n[o']?t|do ?n[o']?t|leave|keep|wait)(?![a-z])|(?<![a-z])(?:second thoughts?|"
    r"better not|"
    r"no longer sure|not (?:so |quite |really )?(?:yet|now|today|sure|certain)|"
    r"hold (?:off|on)|hang on|on hold|let (?:it|things) be|leave (?:it|things|everything|them) (?:as|be|alone|for now)|"
    r"keep (?:it|them|things|(?:the|my|this|that) order)(?![a-z])|"
    r"(?:do not|don't|dont|never) (?:do|bother|go|change|cancel|send|open|return|exchange|proceed)|"
    r"(?:changed|change) (?:my|the) (?:mind|opinion)|let me (?:think|see|check|ask)|think (?:about|on) it|"
    r"(?:another|some other) (?:time|day)|maybe (?:later|not)|"
    r"(?:cancel|withdraw|undo|stop|forget) (?:the|my|this|that) (?:cancell?ation|request|return|exchange|"
    r"change))(?![a-z])|"
    r"先(?:别|不|放|等|缓)|再(?:想想|考虑|看看|说|等)|还是(?:算了|不|别|先|留)|留着|不(?:用|弄|办|取消|退|换|改|搞|"
    r"整)了|算了|"
    r"(?:不|别|莫|甭|唔)(?:想|要|用)?(?:取消|退|换|改|办|弄)|(?:考虑|想|寻思|琢磨)(?:一下|一想|考虑)|(?:撤回|"
    r"撤销)(?:申请|退货|换货|取消)|取消(?:申请|退货|换货)|"
    r"(?:又|还)(?:是)?(?:想)?要(?:了|的)|(?:改|变)(?:了)?主意|反悔|保留(?:订单|吧|着)?|拒绝|暂缓|暂不|没(?:想|"
    r"考虑)好|没(?:有)?(?:这个|那个)?必要"
)
_TURNS = re.compile(
    r"\d|n't|(?<![a-z])(?:no|not|nor|never|but|however|wait|hold|unless|if|instead|other|another|else|different|"
    r"first|before|"
    r"after|later|also|too|except|only|stop|keep|dont|cant|wont|why|how|what|which|who|when|where|human|person|someone|"
    r"agent|useless)(?![a-z])|"
    r"^(?:are|is|am|was|were|do|does|did|can|could|will|would|should|has|have|had|may|might|shall)(?![a-z])|"
    r"不|别|没|但|等|先|如果|要是|除非|另|其他|换成|改成|还有|还是|吗|么|为什么|怎么|哪|谁|几|再说|考虑|算了|的话|"
    r"人工|鬼|屁|你们"
)


# A wish that is written once more is no answer; one that points back at what was asked is.
_AGAIN = re.compile(
    r"^(?:yes|yeah|yep|yup|ok|okay|sure|right|alright|all right|fine|exactly|correct|very well|well then|是|对|好|"
    r"行|嗯|"
    r"可以|没错|那|中|成)|\b(?:it|that|then|them)\b|吧|就|它"
)


def agrees(talk: Talk, flow: str = "") -> bool:
    """Whether a message agrees to what a flow asked: plainly, or in words of its own that the model is sure are a yes
    or that wish for the very deed again, and that hold nothing which could turn them: no question, no number, no
    "not", "but", "first", "other", and no wish for something else."""
    if not _alone(talk.text, flow):
        return False
    if says_yes(talk.text, flow):
        return True
    plain = _AS_WISHED.sub("", _NO_PROBLEM.sub("", bare(talk.text)))
    if len(_TOKENS.findall(plain)) > LONGEST or "?" in tidy(talk.text) or _TURNS.search(plain):
        return False
    guess = talk.read.intents[0] if talk.read.intents else None
    if guess is None:
        return False
    if guess.intent == "yes" and guess.confidence >= SURELY:
        return True
    again = guess.intent == "yes" or bool(_AGAIN.search(plain))
    return again and guess.intent in ("yes", flow) and flow in leanings(talk.text)


def _alone(text: str, flow: str) -> bool:
    """Whether a text wishes for nothing but what a flow does; money back comes with what is cancelled or returned."""
    with_it = {"cancel": {"refund"}, "return": {"refund"}}
    return not flow or set(leanings(text)) <= {flow, *with_it.get(flow, set())}


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
    plain = bare(talk.text)
    if len(_TOKENS.findall(plain)) > LONGEST or re.search(r"\d", plain) or "?" in tidy(talk.text):
        return False
    return bool(_BACKS_OUT.search(plain))


def gathered(talk: Talk, state: FlowState) -> dict[str, str] | None:
    """What a message adds to the slots of a flow that waits; None when it does not answer the question.

    "no" at any step gives {"declined": "yes"}.
    """
    text = talk.text
    if state.step in ("confirm", "offer") and _alone(text, state.flow) and says_yes(text, state.flow):
        return {"confirmed": state.step}
    if declines(talk) and state.step in ("order", "product", "address", "confirm", "offer", "claim"):
        return {"declined": "yes"}
    if state.step in ("confirm", "offer") and backs_out(talk):
        return {"declined": "yes"}
    match state.step:
        case "confirm" | "offer":
            return {"confirmed": state.step} if agrees(talk, state.flow) else None
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
