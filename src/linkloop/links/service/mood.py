"""How strongly a mood is put, how soon an answer is due, and how near its writer is to leaving.

The mood itself is learned (train.py). What is here are written weights: nobody has labels for urgency or leaving in
the texts that we may learn from, so these scores put messages in order and are no probabilities.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LOUD = re.compile(r"[!！]")
_SHOUT = re.compile(r"\b[A-Z]{3,}\b")
_VERY = re.compile(
    r"\b(?:very|so|really|extremely|absolutely|totally|completely|furious|livid|outrag\w+|disgust\w+|worst"
    r"|never again|hell|fuck\w*|damn)\b"
    r"|非常|特别|太|极其|真的|十分|超级|到底|究竟|他妈|妈的|忍无可忍|气死|受够|恶心|垃圾|傻逼|骗子",
    re.IGNORECASE,
)
_SOON = re.compile(
    r"\b(?:urgent\w*|immediately|right now|at once|asap|emergency|hurry|quick\w*|today|tonight|tomorrow"
    r"|before (?:it ships|\w+day)"
    r"|in time|too late|deadline|last minute|running out)\b"
    r"|急|马上|立刻|立即|赶紧|赶快|尽快|快点|来不及|赶得上|今天|今晚|明天|后天|在线等|火速",
    re.IGNORECASE,
)
_DANGER = re.compile(
    r"\b(?:burn\w*|fire|smok\w+|spark\w*|electric shock|rash|allerg\w*|hospital|poison\w*|bleed\w*|injur\w*"
    r"|dangerous|explod\w*)\b"
    r"|起火|着火|冒烟|漏电|触电|爆炸|过敏|红疹|医院|受伤|中毒|流血|拉肚子|烫伤",
    re.IGNORECASE,
)
_LEAVE = re.compile(
    r"\bnever (?:again|buy\w*|order\w*|shop\w*)"
    r"|\b(?:not|won't|will not) (?:buy|order|shop|come) (?:here |from you |back )?again"
    r"|\b(?:last time|switch\w* to|go(?:ing)? elsewhere|another shop|delete (?:my|the) (?:account|app)|close my account"
    r"|unsubscrib\w*|lost a customer)\b"
    r"|再也不|以后不|不会再(?:来|买)|不来了|不买了|换一家|换别家|别家买|拉黑|卸载|注销|取关|退会员|最后一次",
    re.IGNORECASE,
)
_THREAT = re.compile(
    r"\b(?:lawyer|sue|court|police|report(?:ing)? you|chargeback|dispute|consumer (?:protection|rights)"
    r"|trading standards|one star|bad review|scam\w*|fraud)\b"
    r"|12315|消协|工商|律师|起诉|报警|举报|曝光|黑猫|差评|投诉|骗子|诈骗|一星",
    re.IGNORECASE,
)


def intensity(text: str, feeling: float) -> float:
    """How strong a feeling is, 0 to 1: how sure it is that there is one, and how it is put."""
    marks = min(len(_LOUD.findall(text)), 3) + 1.5 * bool(_SHOUT.search(text)) + min(len(_VERY.findall(text)), 3)
    return round(feeling * (0.6 + 0.4 * min(marks / 3, 1.0)), 4)


def urgency(text: str, angry: float, anxious: float, repeated: int) -> float:
    """How soon an answer is due, 0 to 1. `repeated` is how often the same was asked before in the conversation."""
    return _either(
        0.35 * anxious,
        0.25 * angry,
        0.4 * bool(_SOON.search(text)),
        0.7 * bool(_DANGER.search(text)),
        0.25 * min(repeated, 3),
    )


def churn(text: str, angry: float, trend: float) -> float:
    """How near the writer is to leaving, 0 to 1. `trend` is how much angrier they grow, −1 to 1."""
    return _either(
        0.3 * angry, 0.6 * bool(_LEAVE.search(text)), 0.3 * bool(_THREAT.search(text)), 0.3 * max(trend, 0.0)
    )


def valence(mood: str, strength: float) -> float:
    """A mood as one number: −1 angry, −0.5 anxious, 1 pleased at full strength; 0 neutral."""
    return {"angry": -1.0, "anxious": -0.5, "pleased": 1.0}.get(mood, 0.0) * strength


def trend(valences: Sequence[float]) -> float:
    """How much angrier (above 0) or calmer (below 0) a customer grows over their messages, oldest first; −1 to 1.

    The newest against the mean of those before it, the nearer ones weighing more.
    """
    if len(valences) < 2:
        return 0.0
    weights = [2.0**n for n in range(len(valences) - 1)]
    before = sum(w * v for w, v in zip(weights, valences, strict=False)) / sum(weights)
    return round(max(-1.0, min(1.0, before - valences[-1])), 4)


def _either(*chances: float) -> float:
    left = 1.0
    for chance in chances:
        left *= 1 - min(max(chance, 0.0), 1.0)
    return round(1 - left, 4)
