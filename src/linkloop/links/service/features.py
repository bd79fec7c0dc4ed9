"""Features of a message: the words, word pairs and pieces of words that stand in it, typos included."""

from __future__ import annotations

import re
from itertools import pairwise

from linkloop.links.service.normal import plain, tidy

SHOUT = re.compile(r"\b[A-Z]{3,}\b")
_DIGITS = re.compile(r"\d+")
_TOKENS = re.compile(r"[a-zà-ÿ]+|0|[㐀-鿿]+|[!?~]+|\[[㐀-鿿]{1,4}\]|[:;][-']?[()]|\.\.\.")
_HAN = re.compile(r"[㐀-鿿]")
_WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}")


def features(text: str) -> tuple[list[str], list[str]]:
    """The distinct features of a text as two views: its words and their neighbours, and the pieces that they are of.

    A Latin word gives itself and its pairs with the next two words; its pieces are 2 to 5 letters with the word's ends
    marked (Bojanowski et al. 2017), so that a typo leaves most of them standing. Chinese gives 1- and 2-grams as words,
    3- and 4-grams as pieces. Signs that stand for a feeling are words.
    """
    tidied = tidy(text)
    words: dict[str, None] = {"<SHOUT>": None} if SHOUT.search(tidied) else {}
    return view(plain(tidied), words)


def view(text: str, words: dict[str, None]) -> tuple[list[str], list[str]]:
    """`features` of a plain text, beside what `words` has already."""
    pieces: dict[str, None] = {}
    last = before = ""
    for token in _TOKENS.findall(_DIGITS.sub("0", text)):
        first = token[0]
        if first == "[":  # what chats write for a picture of a face
            words[token] = None
            token = token[1:-1]
            first = token[0]
        if first >= "㐀":
            size = len(token)
            words.update(dict.fromkeys(token))
            words.update(dict.fromkeys(map("".join, pairwise(token))))
            for n in (3, 4):
                pieces.update(dict.fromkeys(token[i : i + n] for i in range(size - n + 1)))
            last = before = ""
        elif first.isalpha() or first == "0":
            ends = f"^{token}$"
            words[ends] = None
            if last:
                words[f"{last} {token}"] = None
                if before:
                    words[f"{before} _ {token}"] = None
            before, last = last, token
            for n in range(2, min(6, len(ends))):
                pieces.update(dict.fromkeys(ends[i : i + n] for i in range(len(ends) - n + 1)))
        else:
            words[token[:2]] = None
    return list(words), list(pieces)


def language(text: str, known: str) -> str:
    """ "zh" or "en": as the message is written; where it is too short to tell, as the customer's row says."""
    if _HAN.search(text):
        return "zh"
    if known and len(_WORD.findall(text)) < 3:
        return "zh" if known.lower().startswith("zh") else "en"
    return "en"


def languages(text: str) -> str:
    """ "zh", "en", or "mixed" where words of both are written; "" where neither is."""
    han, latin = len(_HAN.findall(text)), len(_WORD.findall(text))
    if han and latin:
        return "mixed"
    return "zh" if han else "en" if latin else ""
