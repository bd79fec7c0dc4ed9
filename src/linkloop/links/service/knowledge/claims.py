"""Claims: the durations, amounts and shares that an article states, and what each is about, in either language."""

from __future__ import annotations

import re
from typing import NamedTuple
from unicodedata import normalize

# What a number can be about: a concept and the words that name it.
CONCEPTS: dict[str, tuple[str, ...]] = {
    "return": ("退货", "无理由", "return"),
    "refund": ("退款", "到账", "refund"),
    "exchange": ("换货", "换同款", "可以换", "exchange"),
    "postage": ("运费", "包邮", "邮费", "postage", "shipping is free", "shipping costs", "free shipping"),
    "invoice": ("发票", "开票", "invoice"),
    "dispatch": ("发货", "dispatch", "ships", "shipped"),
    "delivery": ("送达", "送到", "deliver"),
    "price": ("降价", "差价", "价保", "价格保护", "price"),
    "warranty": ("保修", "质保", "warranty", "repair"),
    "points": ("积分", "points"),
    "coupon": ("优惠券", "coupon", "voucher"),
    "fault": ("质量问题", "破损", "fault", "broken"),
    "payment": ("付款", "支付", "pay within", "payment"),
    "privacy": ("个人信息", "data"),
    "complaint": ("投诉", "complaint"),
}
_WORDS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
          "十五": 15, "三十": 30, "one": 1, "two": 2, "three": 3, "seven": 7, "fifteen": 15, "thirty": 30}  # fmt: skip
_NUMBER = rf"(\d{{1,9}}(?:\.\d+)?|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_UNITS = (
    ("hours", 1.0, r"(?:个)?小时|hours?\b|hrs?\b"),
    ("workdays", 1.0, r"(?:个)?工作日|working days?\b|business days?\b"),
    ("hours", 24.0, r"天|日(?!期)|days?\b"),
    ("hours", 168.0, r"周|个星期|weeks?\b"),
    ("hours", 720.0, r"个月|months?\b"),
    ("hours", 8760.0, r"年|years?\b"),
    ("money", 1.0, r"元|块钱|yuan\b|rmb\b|cny\b"),
    ("percent", 1.0, r"%|％|percent\b"),
    ("times", 1.0, r"次|times\b"),
)
_PATTERNS = [(unit, scale, re.compile(rf"{_NUMBER}\s*-?\s*(?:{names})")) for unit, scale, names in _UNITS]
_SIGNED = re.compile(r"[¥￥]\s*(\d{1,9}(?:\.\d+)?)")


class Claim(NamedTuple):
    """That something (`concept`) takes, lasts or costs so much; hours, yuan, percent or times."""

    concept: str
    unit: str
    value: float
    words: str


def claims(text: str) -> list[Claim]:
    """All claims of a text, sentence by sentence; a number that nothing names is about what its sentence began with."""
    found: list[Claim] = []
    for sentence in re.split(r"[。！？!?\n]|(?<!\d)\.(?=\s|$)", normalize("NFKC", text).casefold()):
        last: list[str] = []
        for part in re.split(r"[，,；;:：]", sentence):
            named = [concept for concept, words in CONCEPTS.items() if any(word in part for word in words)] or last
            last = named
            taken: list[tuple[int, int]] = []
            for unit, scale, pattern in _PATTERNS:
                for match in pattern.finditer(part):
                    if not any(a < match.end() and match.start() < b for a, b in taken):
                        taken.append(match.span())
                        found += [Claim(one, unit, _value(match[1]) * scale, match[0].strip()) for one in named]
            found += [Claim(one, "money", float(m[1]), m[0]) for m in _SIGNED.finditer(part) for one in named]
    return found


def _value(number: str) -> float:
    return float(_WORDS[number]) if number in _WORDS else float(number)


def disagreements(one: str, other: str) -> list[tuple[Claim, Claim]]:
    """What two texts say differently: claims about the same thing in the same unit of which they share no value."""
    mine, theirs = _by_thing(one), _by_thing(other)
    return [
        (mine[thing][0], theirs[thing][0])
        for thing in sorted(mine.keys() & theirs.keys())
        if not {claim.value for claim in mine[thing]} & {claim.value for claim in theirs[thing]}
    ]


def _by_thing(text: str) -> dict[tuple[str, str], list[Claim]]:
    found: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims(text):
        found.setdefault((claim.concept, claim.unit), []).append(claim)
    return found
