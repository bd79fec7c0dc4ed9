"""Claims: what a customer says is wrong with goods, as one of a few words that policy knows; it proves nothing."""

from __future__ import annotations

import re

from linkloop.commerce.requests import Claim

_WORDS: tuple[tuple[Claim, str], ...] = (
        ("wrong_item", r"\bwrong (?:item|product|one|colou?r|thing)\b|(?:发|寄|送)错|不是我(?:买|要|订)的|货不对"),
        ("damaged", r"\b(?:damaged?|crushed|smashed|cracked|scratched|dented|torn|leak\w*)\b|压坏|压扁|摔坏|破损|碎了|"
                    r"裂了|漏了|划痕|包装.{0,4}烂"),
        ("defective", r"\b(?:broken?|broke|defect\w*|faulty|does(?: not|n't) work|stopped working|doesnt work|dead)\b|"
                      r"坏了|坏的|质量问题|不能用|用不了|有问题|不工作|故障|开不了机|没反应|次品"),
        ("not_as_described", r"\bnot as described\b|nothing like the (?:picture|photo)|\bfake\b|looks different|"
                             r"false advertising|与?描述不符|和?图片不一样|跟图片|假货|色差|虚假"),
        ("size", r"\b(?:too (?:big|small|large|tight|loose|long|short)|does(?: not|n't) fit|wrong size|size too)\b|"
                 r"太大|太小|不合身|不合适|偏大|偏小|尺码不|穿不|大了|小了|紧了"),
        ("changed_mind", r"\b(?:changed? my mind|don't (?:want|need|like)|do not (?:want|need|like)|no longer (?:want|"
                         r"need)|by mistake|regret)\b|不想要|不喜欢|买错|拍错|不要了|后悔|多拍|拍多|用不上|七天"
                         r"无理由|无理由"),
)  # fmt: skip
_PATTERNS = tuple(re.compile(words, re.IGNORECASE) for _, words in _WORDS)


def claim_of(text: str) -> Claim:
    """What a text says is wrong: the gravest thing first, "none" where it names nothing."""
    for n, pattern in enumerate(_PATTERNS):
        if pattern.search(text):
            return _WORDS[n][0]
    return "none"


CLAIMED = {
    "none": ("no reason named", "未说明原因"),
    "changed_mind": ("changed mind", "不想要了"),
    "size": ("it does not fit", "尺码不合适"),
    "defective": ("it is defective", "质量问题"),
    "damaged": ("it came damaged", "到货破损"),
    "wrong_item": ("the wrong item came", "发错货"),
    "not_as_described": ("it is not as described", "与描述不符"),
}
