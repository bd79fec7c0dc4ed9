"""Clauses: where one thing that a message asks for ends and the next begins."""

from __future__ import annotations

import re

MOST = 6
_ENDS = re.compile(
    r"[。！？!?；;\n…]+|[.](?=\s|$)|[,，](?=\s?\S)"
    r"|(?=(?:另外|还有(?!货|没|库存|吗|现货|优惠|活动|券|折扣|多少|几)|顺便|以及|同时|再问|对了))"
    r"|\s(?=(?:and|but|also|plus|besides|by the way|btw|another thing|otherwise|oh and)\s)",
    re.IGNORECASE,
)
_HAN = re.compile(r"[㐀-鿿]")
_WORD = re.compile(r"[A-Za-z]{2,}")


def clauses(text: str) -> list[str]:
    """The clauses of a tidied text, at most MOST; what is too short to mean anything stays with its neighbour."""
    found: list[str] = []
    at = 0
    for end in _ENDS.finditer(text):
        if end.end() <= at and end.start() <= at:
            continue
        part = text[at : end.end()]
        if _weight(part) >= 2 and _weight(text[end.end() :]) >= 2 and len(found) < MOST - 1:
            found.append(part)
            at = end.end()
    found.append(text[at:])
    return found


def _weight(part: str) -> int:
    return min(len(_HAN.findall(part)), 9) + 2 * min(len(_WORD.findall(part)) // 2, 9)
