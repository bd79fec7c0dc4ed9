"""Answers: whether a text is nothing but a yes, or nothing but a no, to what was asked; by its words alone.

A text is read as a row of known phrases; one that holds anything else is neither. The time that this takes grows with
the length of the text alone, whatever is written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from linkloop.links.service.normal import meant

LONGEST = 200  # characters that are read
_MARKS = str.maketrans(dict.fromkeys(",，.。!！~～…、;；:：\"'“”()（）—-", " ") | {"'": "'"})
_QUESTION = ("?", "？")
# What each kind of phrase may be followed by, and in which states an answer may end.
_START, _SAID, _NOT, _DEED, _UNWANTED = range(5)
_ENDS = ("了", "吧", "掉")  # what ends "don't want it", so that a deed after it is not what is denied


def _read(path: Path) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            head, phrases = line.split(":", 1)
            kind = head if head.startswith("do ") else head.split()[0]
            found.setdefault(kind, set()).update(one.strip() for one in phrases.split("|"))
    return {kind: frozenset(phrases) for kind, phrases in found.items()}


_PHRASES = _read(Path(__file__).with_name("answers.txt"))
_LENGTH = max(len(one) for phrases in _PHRASES.values() for one in phrases)
_DO = {kind[3:]: phrases for kind, phrases in _PHRASES.items() if kind.startswith("do ")}
_ANY_DO = _DO.pop("any")
_YES_GOES_ON = _PHRASES["yes"] | _PHRASES["deed"] | _PHRASES["polite"] | _PHRASES["before"]
_NO_GOES_ON = _PHRASES["no"] | _PHRASES["polite"] | _PHRASES["before"]
_OPENS = _PHRASES["before"] | _PHRASES["polite"]


def bare(text: str) -> str:
    """A text in small letters without punctuation and with single spaces, slips and dialect put right, half width."""
    plain = meant(unicodedata.normalize("NFKC", text[:LONGEST])).lower()
    return " ".join(plain.translate(_MARKS).split())


def says_yes(text: str, flow: str = "") -> bool:
    """Whether a text is nothing but a yes; one that says more, or asks, is none. Of the `flow` that asked, its very
    deed is one too: “cancel it please” where the question was whether to cancel."""
    if any(mark in text for mark in _QUESTION):
        return False
    deeds = _DO.get(flow, frozenset()) | _ANY_DO if flow else frozenset()
    return _walks(bare(text), yes=True, deeds=deeds, unwanted=flow in ("cancel", "return"))


def says_no(text: str) -> bool:
    """Whether a text is nothing but a no, or that it shall wait."""
    return not any(mark in text for mark in _QUESTION) and _walks(bare(text), yes=False)


def _walks(text: str, *, yes: bool, deeds: frozenset[str] = frozenset(), unwanted: bool = False) -> bool:
    """Whether phrases lead from the beginning of a text to its end: first what says it, then what may follow."""
    reached: list[set[int]] = [set() for _ in range(len(text) + 1)]
    reached[0].add(_START)
    for at in range(len(text)):
        if not reached[at]:
            continue
        if text[at] == " ":
            reached[at + 1] |= reached[at]
            continue
        for end, phrase in _phrases(text, at):
            for state in reached[at]:
                reached[end] |= _after(state, phrase, yes=yes, deeds=deeds, unwanted=unwanted)
    return _SAID in reached[len(text)]


def _after(state: int, phrase: str, *, yes: bool, deeds: frozenset[str], unwanted: bool) -> set[int]:
    """The states that a phrase leads to from a state."""
    to: set[int] = set()
    if yes:
        if state == _START and phrase in _OPENS:
            to.add(_START)
        if state in (_START, _UNWANTED) and (phrase in deeds or (state == _START and phrase in _PHRASES["yes"])):
            to.add(_SAID)
        if unwanted and state in (_START, _SAID) and phrase in _PHRASES["unwanted"]:
            to.add(_SAID if state == _SAID else _UNWANTED)
        if state == _SAID and phrase in _YES_GOES_ON:
            to.add(_SAID)
        if state == _UNWANTED and phrase in _OPENS:
            to.add(_UNWANTED)
        return to
    if state == _START and phrase in _OPENS:
        to.add(_START)
    if phrase in _PHRASES["no"] and state in (_START, _SAID):
        to.add(_SAID)
    if phrase in _PHRASES["not"] and state in (_START, _SAID):
        to.add(_NOT)
    if state == _NOT and phrase.isascii() and phrase in _PHRASES["polite"]:
        to.add(_NOT)
    if state in (_NOT, _DEED) and phrase in _PHRASES["deed"] and phrase not in _ENDS:
        to |= {_DEED, _SAID}
    if state == _SAID and phrase in _NO_GOES_ON:
        to.add(_SAID)
    return to


def _phrases(text: str, at: int) -> Iterator[tuple[int, str]]:
    """The phrases that begin at a place, with their ends; Latin ones end where a word ends."""
    for end in range(at + 1, min(at + _LENGTH, len(text)) + 1):
        phrase = text[at:end]
        if phrase[-1].isascii() and phrase[-1].isalnum() and end < len(text) and _goes_on(text[end]):
            continue
        if phrase in _ALL:
            yield end, phrase


def _goes_on(sign: str) -> bool:
    return sign.isascii() and (sign.isalnum() or sign == "'")


_ALL = frozenset().union(*_PHRASES.values())
