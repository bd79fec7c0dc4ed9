"""Claims: what a customer says is wrong with goods, as one of a few words that policy knows; it proves nothing."""

from __future__ import annotations

import re
from functools import lru_cache

from linkloop.commerce.requests import Claim
from linkloop.links.service.normal import REMEMBERED, meant

_WORDS: tuple[tuple[Claim, str], ...] = (
        ("wrong_item", r"\bwrong (?:item|product|one|colou?r|thing)(?![A-Za-z])|(?:发|寄|送)错|不是我(?:买|要|订)的|"
         "货不对"),
        ("damaged", r"(?<![A-Za-z])(?:damaged?|crushed|smashed|crack(?:ed|s)?|scratch(?:ed|es)?|scuffed|dent(?:ed|"
         "s)?|torn|ripped|bent|chipped|"
                    r"leak\w*|in (?:pieces|bits)|shattered|squashed|mangled|battered|bashed|snapped|"
                    r"smashed up)(?![A-Za-z])|"
                    r"压坏|压扁|压碎|摔坏|摔碎|摔烂|磕坏|磕破|磕碰|破损|破了|破的|破碎|碎了|碎的|碎成|裂了|开裂|"
                    r"裂开|裂痕|裂缝|断了|断裂|"
                    r"烂了|漏了|漏液|划痕|刮花|刮痕|变形|凹了|凹陷|包装.{0,4}烂|损坏|受损|毁损"),
        ("defective", r"(?<![A-Za-z])(?:broken?|broke|busted|defect\w*|faulty|fault|doa|dead|kaputt?|out of order|"
                      r"malfunction\w*|"
                      r"(?:do|does|did|is|has|will|wo|ca|would|could|can)(?: not|n't|nt) (?:even |ever |"
                      r"really |properly )?"
                      r"(?:work(?:ing)?|function(?:ing)?|turn on|switch on|start|charge|power on)|"
                      r"wont (?:even )?(?:work|"
                      r"turn on|switch on|start|charge)|(?:has )?never (?:worked|functioned)|(?:stopped|quit|ceased) "
                      r"(?:work|function)ing|not (?:work|function)ing|makes? nothing when|"
                      r"given up the ghost|packed (?:it )?(?:in|up)|conked out|kaput|bust|died|dies|"
                      r"useless from day one|"
                      r"(?:manufacturing|production) (?:defect|fault)|glitch(?:y|ing|es)|unusable|inoperative|"
                      r"(?:is|was|it's) a dud|dud|on the (?:blink|fritz)|(?:stays|remains) (?:dead|dark|off)|"
                      r"failed|fails|malfunctions?)(?![A-Za-z])|"
                      r"坏了|坏的|坏掉|弄坏|坏件|坏货|质量问题|质量有问题|品质问题|品质瑕疵|质量缺陷|质量缺陷|"
                      r"质量不行|质量不好|不能用|用不了|用不得|使不得|用不起来|是个?烂的|烂的|不能正常|"
                      r"无法(?:正常)?使用|"
                      r"没(?:有)?(?:办)?法(?:正常)?(?:使)?用|有问题|不工作|故障|开不了机|没反应|打不开机|打不开|"
                      r"充不进|充不上|不通电|不转|不亮|不响|死机|动不了|次品|残次|不良品|"
                      r"有瑕疵|失灵"),
        ("not_as_described", r"\bnot as described\b|nothing like the (?:picture|photo)|\bfake\b|looks different|"
                             r"false advertising|与?描述不符|和?图片不一样|跟图片|假货|色差|虚假"),
        ("size", r"(?<![A-Za-z])(?:too (?:big|small|large|tight|loose|long|short)|does(?: not|n't) fit|wrong size|"
         "size too)(?![A-Za-z])|"
                 r"太大|太小|不合身|不合适|偏大|偏小|尺码不|穿不|大了|小了|紧了"),
        ("changed_mind", r"(?<![A-Za-z])(?:changed? my mind|don't (?:want|need|like)|do not (?:want|need|like)|"
                         r"no longer (?:want|"
                         r"need)|by mistake|regret|reconsidered|second thoughts|thought better|(?:do(?: not|"
                         r"n't|nt) |simply |just )+(?:really |rly |even |actually )?(?:want|need|like|"
                         r"care for)|no (?:use|need|room) for|"
                         r"(?:not|isn't|isnt) for me|decided against|not (?:wish|want) to keep|"
                         r"surplus|superfluous|in excess|not (?:required|needed|necessary)|not be (?:required|needed)|"
                         r"no longer (?:required|needed|necessary)|(?:do|did|does) not (?:require|care for)|"
                         r"won't be needing|wont be needing|rather not keep|not go(?:ing)? ahead with|"
                         r"change of (?:heart|mind|plan|plans)|plans (?:have |has )?changed|"
                         r"isn't needed|isnt needed|aren't needed|unneeded|unwanted|unsuited|not suit(?:able|ed)?|"
                         r"already (?:have|got|own) (?:one|it|this|the same))(?![A-Za-z])|不想要|"
                         r"不太想要|不喜欢|不太喜欢|不中意|不合心意|不适合我|改(?:变)?(?:了)?主意|用不着|"
                         r"不想留|不打算留|不需要|用不到|不合适我|不适用|多余|没用处|不称心|买重|重复|不想留着|"
                         r"不感兴趣|看腻|闲置|买错|拍错|不要了|后悔|多拍|拍多|用不上|七天"
                         r"无理由|无理由"),
)  # fmt: skip
_PATTERNS = tuple(re.compile(words, re.IGNORECASE) for _, words in _WORDS)
# What a text says is not so: that nothing is broken, that there is no fault, that it is not because of the size.
_FAULT_EN = (
    r"(?:defects?|faults?|damages?|scratch(?:es)?|cracks?|dents?|marks?|flaws?|leaks?|breakages?|(?:quality )?issues?|"
    r"(?:quality )?problems?)"
)
_FAULT_ZH = (
    r"(?:质量|品质)?(?:上)?(?:有)?(?:问题|毛病|故障|瑕疵|破损|损坏|损伤|坏了?|缺陷|划痕|刮痕|磕碰|裂痕|裂缝|变形|碎|错)"
)
_DENIED = re.compile(
    r"(?<![A-Za-z])(?:(?:isn't|isnt|is not|not|it's not|wasn't|was not|never|aren't|are not|nothing) (?:at all |"
    r"even |really |"
    r"actually )?(?:broken?|busted|spoilt|damaged?|defective|faulty|dead|wrong|cracked|scratched|torn|"
    r"(?:a )?(?:defect|fault)|bust(?:ed)?)|"
    rf"(?:no|without (?:a |any )?|not a(?:ny)? |zero |free of )\s?{_FAULT_EN}(?:(?:,| and| or| nor)? (?:no |"
    rf"any )?{_FAULT_EN})*|"
    r"(?:nothing|nothin|not anything) (?:is |was |'s )?(?:actually |really )?(?:wrong|broken|damaged|faulty|"
    r"defective|the matter|"
    r"amiss))(?![A-Za-z])|"
    r"(?<![A-Za-z])(?:(?:nobody|no one|noone|somebody|the (?:shop|seller|courier))(?:'?s)?|"
    r"my (?:own )?|your|their|his|her) ?faults?(?![A-Za-z])|"
    rf"(?:没有?|无|不是|并非|不存在|也没|毫无|非)(?:任何|什么|啥|发现|因为|一点)?{_FAULT_ZH}"
    rf"(?:(?:和|、|或|及|，|,|也没有?|也无)?{_FAULT_ZH})*|没坏",
    re.IGNORECASE,
)


def claim_of(text: str) -> Claim:
    """What a text says is wrong: the gravest thing first, "none" where it names nothing. What it denies is not said."""
    return _claim_of(meant(text))


@lru_cache(maxsize=REMEMBERED)
def _claim_of(text: str) -> Claim:
    text = _DENIED.sub(" ", text.replace("’", "'"))
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
