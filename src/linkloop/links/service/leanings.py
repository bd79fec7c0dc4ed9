"""Leanings: which wishes a text holds by its verbs, which it rules out, and what the state of an order makes of them.

The model reads how people write; verbs and the order that is named decide where it is unsure or reads two wishes out of
one. Nothing here lets anything be done: it chooses which flow asks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from linkloop.links.service.normal import REMEMBERED, meant

_BACK = r"(?:it|this|that|them|one|these|the \w+|my \w+|[a-z]?[\d-]{4,}|order \S+|\S*\d{4,})"
_VERBS: dict[str, str] = {
    "cancel": (
        r"cance?ll?\w*|cancle\w*|annul\w*|scrap\w*|undo|undone|rescind\w*|revoke\w*|call(?:ed|ing)? (?:\S+ ){0,4}off|"
        r"withdraw\w*|(?:stop|drop|kill|ditch|void|abort|halt|nix|bin|axe) (?:the |my |this |that |order |"
        r"whole |purchase "
        r"|#)*(?:\S*\d\S*|it|order|purchase|one|thing)|off the books|knock (?:\S+ ){0,4}on the head|let (?:it|"
        r"that) go|pull the plug|"
        r"(?:get|be) rid of|(?:do not|don't|dont|no (?:point|sense|"
        r"use|need) "
        r"(?:in|to)) (?:bother )?(?:send|ship|post|dispatch)(?:ing)?|"
        r"取消|撤销|撤单|撤回|撤掉|撤了|撤一下|退单|作废|拦下来|拦截|关闭订单|(?:别|不用|不要|"
        r"先别)(?:给我)?(?:发货|发了|寄了)"
    ),
    "return": (
        rf"returns?|returning|(?:send|sent|sending|ship|give|giving|hand|bring|take|taking|go|goes|going|"
        rf"gotta go|have|accept)"
        rf" (?:{_BACK} )?back|退货|退掉|退回|寄回|退了|退一下|退一次|退一回|想退|要退|能退|可以退|怎么退|咋退|"
        rf"申请退|退吧|退换|退不退|再退"
    ),
    "exchange": (
        r"swap\w*|exchang\w*|replac\w*|trade|(?:a|an|another|one|the same) (?:\w+ )?(?:new|good|working|intact|"
        r"whole|fresh|"
        r"identical|different) (?:one|1)|another one|one that (?:works|does)|"
        r"换货|调换|更换|换新|换一|换个|换件|换成|换掉|想换|要换|能换|可以换|给换|帮换|换好的|换能用"
    ),
    "refund": r"refund\w*|money back|my money|reimburs\w*|退款|退钱|退我|赔我|还钱|返款",
    "invoice": r"invoices?|invoce|facture|receipt|tax bill|proper bill|发票|开票|票据|报销|开个票|票开",
    "change_address": (
        r"address\w*|adress|addy|(?:deliver\w*|sen[dt]|ship\w*|brought|bring|go|goes|"
        r"going) (?:\S+ ){0,4}(?:to |at )?(?:some(?:where|"
        r"place) else|elsewhere|another place|a different place|\d{1,5} [A-Z]\w+)|地址|地点|改送|改寄|送到|"
        r"寄到|换到|换个地方"
    ),
    "price_protection": (
        r"price (?:protection|guarantee|match|drop|difference)|difference|the diff\b|overpaid|overpayment|cheaper|"
        r"for less(?: than)?|价保|保价|差价|差额|价差|降价|降了|跌价|便宜了|价格保护|多付"
    ),
    "where_is_parcel": (
        r"where(?:'s|s| is)|eta|how far|when (?:does|will|is) it|track\w*|on its way|arriv(?:e|ed)|到哪|走到|"
        r"送到什么|什么时候"
        r"(?:能)?(?:收)?到|啥时候(?:能)?到|几号到|还没到|物流"
    ),
}  # fmt: skip
_SAID = {name: re.compile(rf"(?<![A-Za-z])(?:{words})(?![a-z])", re.IGNORECASE) for name, words in _VERBS.items()}
# Words without which a text does not ask for this, whatever else it sounds like.
_CUES: dict[str, str] = {
    "human": (
        r"humans?|persons?|some ?(?:one|body)|any ?(?:one|body)|agents?|rep|reps|representatives?|operators?|"
        r"colleagues?|staff|managers?|supervisors?|executives?|employees?|advis[oe]rs?|assistants?|consultants?|"
        r"(?:real|live|living|actual|proper) \w+|speak|talk|call|phone|ring|chat|connect|transfer|escalat\w*|bots?|"
        r"robots?|machines?|computers?|automat\w*|"
        r"人工|真人|活人|人类|客服|经理|主管|领导|老板|店长|负责人|专员|专人|工作人员|同事|员工|有人|找人|个人|电话|"
        r"来电|"
        r"机器|智能|转接|说话|沟通|聊"
    ),
    "complaint": (
        r"complain\w*|terrible|awful|horrible|ridiculous|disgust\w*|unacceptable|useless|worst|rubbish|garbage|junk|"
        r"trash|scam\w*|angry|furious|disappoint\w*|upset|damaged?|broken?|wrong|missing|dirty|fed up|never again|"
        r"投诉|差评|垃圾|太差|很差|太烂|骗|气死|失望|生气|坏|破|错|少了|缺|脏|不满|什么玩意|什么东西|忍"
    ),
    "size_advice": r"sizes?|sizing|fits?|fitting|measure\w*|tall|height|weigh\w*|waist|尺码|码|大小|身高|体重|合身|"
    "腰围|尺寸",
    "compatibility": r"compatib\w*|works? (?:with|on|for)|fits?|support\w*|connect\w*|适配|兼容|通用|支持|配得上|"
    "能配|适用",
    "stock_question": (
        r"(?:in|out of|back in|of) stock|stock(?:ed)?|available|availability|restock\w*|sold out|have any|any left|"
        r"left\?|"
        r"有货|现货|库存|缺货|补货|断货|没货|还有吗|有没有"
    ),
    "product_question": (
        r"what|which|how|does|do|is it|are they|material|made of|colou?rs?|warranty|features?|"
        r"吗|么|什么|哪|怎么|多[大长高重少]|材质|功能|颜色|保修|参数"
    ),
    "coupon_question": (
        r"coupons?|vouchers?|codes?|promo\w*|discounts?|offers?|deals?|gift cards?|优惠|券|折扣|满减|红包|活动|立减|"
        r"代金"
    ),
    "payment_problem": (
        r"pay\w*|paid|card|charge[ds]?|billed|checkout|declin\w*|transaction|bank|付|支付|扣款|扣了|扣钱|银行卡|微信|"
        r"支付宝|花呗"
    ),
}  # fmt: skip
_CUE = {name: re.compile(rf"(?<![A-Za-z])(?:{words})(?![a-z])", re.IGNORECASE) for name, words in _CUES.items()}
# A wish that a text names only to say that it is none.
_RULED_OUT = re.compile(
    r"(?<![A-Za-z])(?:not after (?:my |the |any |an? )?|"
    r"not (?:(?:looking|asking|hoping) for |interested in )?(?:an? |the |my |any |for (?:an? |the |my )?)?|no |"
    r"rather than (?:an? |the |my )?|instead of (?:an? |the |my )?|"
    r"(?:don't|do not|dont) (?:want|wish|need|fancy|care) "
    r"(?:(?:for|to have|to get) )?(?:an? |any |the |my |to )?|without (?:an? )?)"
    r"(?P<en>refund|money(?: back)?|cash|return|cancel\w*|exchange|replacement|another(?: one)?|new one)\b"
    r"|\b(?P<no>refund|money back|return|exchange|replacement) (?:is|would be|will be|'s) (?:of )?"
    r"(?:no (?:help|use|good|interest)|not (?:what|wanted|needed|necessary|enough)|useless|pointless)"
    r"|(?P<after>退款|退钱|退货|换货|调换|更换|取消)(?:嘛|么)?(?:就|也|倒)?(?:不必|不用|算了|免了|不需要|没必要|不考虑)"
    r"|(?<!要)(?:不想|不要|不用|不是要|无需|不需要|并不想|不是想|没想|不考虑|不打算|不愿意?|不接受|不同意|拒绝|不)(?:再|是|去|要)*(?:申请|办理|去)?"
    r"(?P<zh>退款|退钱|退货|取消|换货|调换|更换|退了?(?![\w㐀-鿿])|"
    r"换(?:新的?|个新的?|一个(?:新的?)?|一件(?:新的?)?|别的)?了?(?![\w㐀-鿿]))",
    re.IGNORECASE,
)
_MEANS = {
    "refund": "refund", "money": "refund", "cash": "refund", "return": "return", "cance": "cancel",
    "exchange": "exchange", "replacement": "exchange", "another": "exchange", "new": "exchange",
    "退款": "refund", "退钱": "refund", "退货": "return", "取消": "cancel", "换货": "exchange", "退": "return",
    "调换": "exchange", "更换": "exchange",
    "换": "exchange",
}  # fmt: skip
# Of one text's wishes about the same goods, the one that says most of what shall be done.
_INSTEAD = {
    "price_protection": ("return", "refund", "exchange", "complaint"),
    "exchange": ("refund", "return", "complaint"),
    "return": ("refund", "complaint"),
    "cancel": ("refund",),  # the money of a cancelled order goes back with it
}
_WHEN_PAID = re.compile(
    r"\b(?:when|how (?:long|soon|many days)|in how many days|what day)\b.{0,40}(?:\b(?:money|refund|cash|funds|"
    r"dough)\b|[$€£¥])|"
    r"(?:钱|款|退款).{0,12}(?:几天|多久|多长时间|什么时候|啥时候|何时)|(?:几天|多久|什么时候|啥时候|"
    r"何时).{0,8}(?:到账|退回来|退款)",
    re.IGNORECASE,
)
# Keys slip: a word of which two letters changed places, one was lost or one came twice is still that word.
_KEYS = ("cancel", "return", "exchange", "replace", "refund", "invoice", "address", "receipt", "broken", "defective")
_SHORT = ("back", "send", "swap", "want")
_UNSENT, _HERE = ("placed", "paid"), ("delivered",)


def _slips() -> dict[str, str]:
    found: dict[str, str] = {}
    for word in (*_KEYS, *_SHORT):
        for i in range(len(word) - 1):
            found[word[:i] + word[i + 1] + word[i] + word[i + 2 :]] = word
            if word in _KEYS:
                found[word[:i] + word[i + 1 :]] = word
                found[word[:i] + word[i] + word[i:]] = word
    return {slip: word for slip, word in found.items() if slip not in (*_KEYS, *_SHORT)}


_SLIPS = _slips()
_WORD = re.compile(r"[A-Za-z]{4,}")


def mended(text: str) -> str:
    """A text with slips of the keys in its telling words put right, and dialect as what it stands for."""
    return _mended(meant(text))


@lru_cache(maxsize=REMEMBERED)
def _mended(text: str) -> str:
    return _WORD.sub(lambda found: _SLIPS.get(found[0].lower(), found[0]), text)


def ruled_out(text: str) -> frozenset[str]:
    """The wishes that a text names only to say that it does not mean them."""
    return _ruled_out(mended(text))


@lru_cache(maxsize=REMEMBERED)
def _ruled_out(plain: str) -> frozenset[str]:
    found = set()
    for match in _RULED_OUT.finditer(plain):
        word = (match["en"] or match["no"] or match["after"] or match["zh"].rstrip("了")).lower()
        found.add(next(means for start, means in _MEANS.items() if word.startswith(start)))
        if word == "退":
            found.add("refund")
    return frozenset(found)


def leanings(text: str) -> tuple[str, ...]:
    """The wishes that the verbs of a text name, without those that it rules out."""
    return _leanings(mended(text))


@lru_cache(maxsize=REMEMBERED)
def _leanings(mended_text: str) -> tuple[str, ...]:
    plain = _RULED_OUT.sub(" ", mended_text)
    return tuple(name for name, words in _SAID.items() if words.search(plain))


def asked_for(name: str, text: str) -> bool:
    """Whether a text holds a word that it would hold if it asked for this; what has no such words is always asked."""
    cue = _CUE.get(name)
    return cue is None or bool(cue.search(mended(text)))


def sorted_out(names: Sequence[str], text: str) -> list[str]:
    """The wishes that were read out of a text, without those that it rules out or that another one stands for."""
    if "return" in names and "refund" not in names and _WHEN_PAID.search(meant(text)):
        names = ["refund" if name == "return" else name for name in names]
    out = ruled_out(text)
    said = leanings(text)
    kept = [name for name in names if name not in out]
    if not kept and out:  # "no new one, take it back": the verbs say what is meant where all that was read is ruled out
        kept = [name for name in said if name != "where_is_parcel"]
    kept = kept or list(names)
    for strong, weaker in _INSTEAD.items():
        if strong in kept and strong in said and not (strong == "return" and _WHEN_PAID.search(meant(text))):
            kept = [name for name in kept if name not in weaker or (strong == "exchange" and name in said)]
    if "exchange" in kept and "exchange" in said and "refund" in out:
        kept = [name for name in kept if name not in ("refund", "return")]
    return kept


def of_state(status: str, text: str, claim: str) -> str:
    """What a text wishes of an order of this status, by its verbs and what it says is wrong; "" where that is open."""
    said = [name for name in leanings(text) if name != "where_is_parcel"]
    if len(said) == 1:
        return said[0]
    if status in _UNSENT and "cancel" in said and set(said) <= {"cancel", "refund", "return", "change_address"}:
        return "cancel"
    if claim == "changed_mind" and not said:
        return "cancel" if status in _UNSENT else "return" if status in _HERE else ""
    if set(said) == {"cancel", "return"}:
        return "cancel" if status in _UNSENT else "return" if status in _HERE else ""
    return ""
