"""Features of a message: the words, word pairs and pieces of words that stand in it, typos included."""

from __future__ import annotations

import re
import unicodedata

# What a person writes in a chat fits many times; what does not is an attack on our time.
LONGEST = 600

_SHOUT = re.compile(r"\b[A-Z]{3,}\b")
_RUNS = re.compile(r"(.)\1{2,}")
_DIGITS = re.compile(r"\d+")
_TOKENS = re.compile(r"[a-zà-ÿ]+|0|[㐀-鿿]+|[!?~]+|[:;][-']?[()]|\.\.\.")
_HAN = re.compile(r"[㐀-鿿]")
_WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}")


def grams(text: str) -> list[str]:
    """The distinct features of a text in order of appearance.

    A Latin word gives itself, its pair with the next and its 3- and 4-letter pieces with the word's ends marked
    (Bojanowski et al. 2017), so that a typo leaves most of them standing; Chinese gives 1-, 2- and 3-grams.
    """
    plain = unicodedata.normalize("NFKC", text[:LONGEST])
    shouts = bool(_SHOUT.search(plain))
    plain = _DIGITS.sub("0", _RUNS.sub(r"\1\1", plain.lower().replace("'", "").replace("’", "")))
    found: dict[str, None] = {"<SHOUT>": None} if shouts else {}
    last = ""
    for token in _TOKENS.findall(plain):
        if token[0] >= "㐀":
            size = len(token)
            for n in (1, 2, 3):
                for i in range(size - n + 1):
                    found[token[i : i + n]] = None
            last = ""
        elif token[0].isalpha() or token == "0":
            ends = f"^{token}$"
            found[ends] = None
            if last:
                found[f"{last} {token}"] = None
            last = token
            if len(token) > 2:
                for n in (3, 4):
                    for i in range(len(ends) - n + 1):
                        found[ends[i : i + n]] = None
        else:
            found[token[:2]] = None
    return list(found)


def language(text: str, known: str) -> str:
    """ "zh" or "en": as the message is written; where it is too short to tell, as the customer's row says."""
    if _HAN.search(text):
        return "zh"
    if known and len(_WORD.findall(text)) < 3:
        return "zh" if known.lower().startswith("zh") else "en"
    return "en"
