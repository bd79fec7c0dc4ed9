"""Claims: what a customer says is wrong with goods, as one of a few words that policy knows; it proves nothing."""

from __future__ import annotations

import re

from linkloop.commerce.requests import Claim
from linkloop.links.service.normal import tidy

_WORDS: tuple[tuple[Claim, str], ...] = (
        ("wrong_item", r"\bwrong (?:item|product|one|colou?r|thing)\b|(?:发|寄|送)错|不是我(?:买|要|订)的|货不对"),
        ("damaged", r"\b(?:damaged?|crushed|smashed|cracked?|scratched|dented|torn|leak\w*|in pieces|shattered)\b|"
                    r"压坏|压扁|摔坏|破损|碎了|裂了|开裂|裂开|漏了|划痕|包装.{0,4}烂"),
        ("defective", r"\b(?:broken?|broke|busted|defect\w*|faulty|fault|doa|dead|kaputt?|out of order|"
                      r"malfunction\w*|"
                      r"(?:do|does|did|is|has|will|wo|ca|would|could|can)(?: not|n't|nt) (?:even |ever |"
                      r"really |properly )?"
                      r"(?:work(?:ing)?|function(?:ing)?|turn on|switch on|start|charge|power on)|"
                      r"wont (?:even )?(?:work|"
                      r"turn on|switch on|start|charge)|(?:has )?never (?:worked|functioned)|(?:stopped|quit|ceased) "
                      r"(?:work|function)ing|not (?:work|function)ing|makes? nothing when)\b|"
                      r"坏了|坏的|坏掉|质量问题|质量缺陷|质量不行|质量不好|不能用|用不了|不能正常|无法(?:正常)?使用|"
                      r"没(?:有)?(?:办)?法(?:正常)?(?:使)?用|有问题|不工作|故障|开不了机|没反应|打不开机|次品|"
                      r"有瑕疵|失灵"),
        ("not_as_described", r"\bnot as described\b|nothing like the (?:picture|photo)|\bfake\b|looks different|"
                             r"false advertising|与?描述不符|和?图片不一样|跟图片|假货|色差|虚假"),
        ("size", r"\b(?:too (?:big|small|large|tight|loose|long|short)|does(?: not|n't) fit|wrong size|size too)\b|"
                 r"太大|太小|不合身|不合适|偏大|偏小|尺码不|穿不|大了|小了|紧了"),
        ("changed_mind", r"\b(?:changed? my mind|don't (?:want|need|like)|do not (?:want|need|like)|"
                         r"no longer (?:want|"
                         r"need)|by mistake|regret|reconsidered|second thoughts|thought better|(?:do(?: not|"
                         r"n't|nt) |simply |just )+(?:really |rly |even |actually )?(?:want|need|like|"
                         r"care for)|no (?:use|need|room) for|"
                         r"(?:not|isn't|isnt) for me|decided against|not (?:wish|want) to keep)\b|不想要|"
                         r"不太想要|不喜欢|不太喜欢|不中意|不合心意|不适合我|改(?:变)?(?:了)?主意|用不着|"
                         r"不想留|不打算留|买错|拍错|不要了|后悔|多拍|拍多|用不上|七天"
                         r"无理由|无理由"),
)  # fmt: skip
_PATTERNS = tuple(re.compile(words, re.IGNORECASE) for _, words in _WORDS)
# What a text says is not so: that nothing is broken, that there is no fault, that it is not because of the size.
_DENIED = re.compile(
    r"\b(?:(?:isn't|isnt|is not|not|it's not|wasn't|was not|never) (?:at all |even |really )?(?:broken|damaged|"
    r"defective|"
    r"faulty|dead|wrong|a (?:defect|fault))|(?:no|without (?:a |any )?|not a(?:ny)? )\s?(?:defects?|faults?|"
    r"damage|scratch\w*)|"
    r"(?:nothing|nothin|not anything) (?:is |was )?(?:wrong|broken|damaged|faulty|defective|the matter))\b|"
    r"(?:没有?|无|不是|并非|不存在|也没)(?:任何|什么|啥|发现|因为)?(?:质量)?(?:有)?(?:问题|毛病|故障|瑕疵|破损|"
    r"坏了?|缺陷|划痕)|没坏",
    re.IGNORECASE,
)


def claim_of(text: str) -> Claim:
    """What a text says is wrong: the gravest thing first, "none" where it names nothing. What it denies is not said."""
    text = _DENIED.sub(" ", tidy(text).replace("’", "'"))
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
