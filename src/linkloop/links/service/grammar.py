"""The training texts: written by the grammar in phrases.txt, with moods, greetings and typos mixed in."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import NamedTuple

PHRASES = Path(__file__).with_name("phrases.txt")

_LINE = re.compile(r"(?:(~?)(?:(\w+)/|\+)(\w+)|\{(.+?)\})(?::| =) (.+)")
_HAN = re.compile(r"[㐀-鿿]")
# How Chinese is mistyped: an input method's neighbour with the same sound, or chat slang.
_SOUNDS = (
    ("吗", "嘛"), ("吗", "马"), ("什么", "神马"), ("怎么", "咋"), ("了", "啦"), ("快递", "块递"), ("退款", "退宽"),
    ("物流", "物留"), ("没有", "木有"), ("收到", "受到"), ("发货", "发火"), ("包裹", "包果"), ("地址", "地只"),
    ("取消", "取效"), ("优惠", "优会"), ("发票", "发飘"), ("的", "得"), ("我", "偶"), ("客服", "克服"),
)  # fmt: skip

# A feeling that stands alone is one of these intents; this share of their texts is of that kind.
_FEELINGS, ALONE = {"complaint": "angry", "thanks": "pleased"}, 0.15
# How many neutral texts are given a feeling: fewer where moods are learned, as few customers write with one.
_FELT = {False: 0.45, True: 0.2}
_WORDS_OF_FLOWS = ("yes", "no", "greeting")


class Pattern(NamedTuple):
    """One line of the grammar: what it means and how it is written (`line` is its number in the file).

    `felt_only`: it tells a feeling by what happened, which may be of several intents; moods alone are learned from it.
    """

    line: int
    intent: str
    mood: str
    form: str
    felt_only: bool = False


class Written(NamedTuple):
    """One training text, the line that it came from, and the line that says its mood."""

    text: str
    intent: str
    mood: str
    line: int
    felt: int


Spoken = dict[tuple[str, bool], list[Pattern]]  # what says a mood, by the mood and whether it is Chinese


class Grammar:
    """The patterns of a phrases file, and texts made from them."""

    def __init__(self, path: Path = PHRASES) -> None:
        self.patterns: list[Pattern] = []
        self.moods: list[Pattern] = []
        self.slots: dict[str, str] = {}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line or line.startswith("#"):
                continue
            match = _LINE.fullmatch(line)
            if match is None:
                raise ValueError(f"{path.name}:{number}: not a line of the grammar: {line!r}")
            alone, intent, mood, slot, form = match.groups()
            if mood:
                found = self.patterns if intent else self.moods
                found.append(Pattern(number, intent or "", mood, form, bool(alone)))
            else:
                self.slots[slot] = form

    def write(self, count: int, seed: int, felt: bool = True) -> list[Written]:
        """`count` texts; intents, languages and patterns come up equally often. The same seed writes the same.

        Without `felt`, lines that moods alone are learned from are left out.
        """
        rng = random.Random(seed)
        shelves: dict[str, dict[bool, list[Pattern]]] = {}
        for pattern in (one for one in self.patterns if felt or not one.felt_only):
            shelves.setdefault(pattern.intent, {}).setdefault(_chinese(pattern.form), []).append(pattern)
        spoken: Spoken = {}
        for one in (one for one in self.moods if felt or not one.felt_only):
            spoken.setdefault((one.mood, _chinese(one.form)), []).append(one)
        intents = sorted(shelves)
        texts = []
        for n in range(count):
            shelf = shelves[intents[n % len(intents)]]
            chinese = rng.choice(sorted(shelf))
            core = rng.choice(shelf[chinese])
            if rng.random() < ALONE and (mood := _FEELINGS.get(core.intent)):
                core = rng.choice(spoken[mood, chinese])._replace(intent=core.intent)
            texts.append(self._one(rng, core, chinese, spoken, _FELT[felt]))
        return texts

    def _one(self, rng: random.Random, core: Pattern, chinese: bool, spoken: Spoken, share: float) -> Written:
        text, mood, felt = self.expand(core.form, rng), core.mood, core.line
        if mood == "neutral" and rng.random() < (0.1 if core.intent in _WORDS_OF_FLOWS else share):
            mood = rng.choice(("angry", "anxious", "pleased"))
        if mood != core.mood or rng.random() < 0.2:
            said = rng.choice(spoken[mood, chinese])
            felt = said.line if mood != core.mood else felt
            text = _join(rng, text, self.expand(said.form, rng), chinese)
        if rng.random() < 0.25:
            text = _join(rng, text, self.expand(rng.choice(spoken["neutral", chinese]).form, rng), chinese)
        if rng.random() < {"angry": 0.4, "pleased": 0.3, "anxious": 0.2}.get(mood, 0.03):
            text += ("！" if chinese else "!") * rng.randint(1, 3)
        elif rng.random() < 0.3:
            text += rng.choice("？。" if chinese else "?.")
        if mood == "angry" and not chinese and rng.random() < 0.15:
            text = text.upper()
        return Written(_mistype(rng, text, chinese), core.intent, mood, core.line, felt)

    def expand(self, form: str, rng: random.Random) -> str:
        """One text of a form: `(a|b)` a choice, `(a|b)?` one that may be left out, `{slot}` a named one."""
        text, rest = self._branch(form, 0, rng)
        if rest != len(form):
            raise ValueError(f"unbalanced bracket at {rest} in {form!r}")
        return re.sub(r"\s+", " ", text).strip()

    def _branch(self, form: str, at: int, rng: random.Random) -> tuple[str, int]:
        options, parts = [], []
        while at < len(form) and form[at] != ")":
            if form[at] == "|":
                options.append("".join(parts))
                parts = []
                at += 1
            elif form[at] == "(":
                inner, at = self._branch(form, at + 1, rng)
                at += 1
                if form[at : at + 1] == "?":
                    at += 1
                    inner = inner if rng.random() < 0.5 else ""
                parts.append(inner)
            elif form[at] == "{":
                end = form.index("}", at)
                parts.append(self._branch(self.slots[form[at + 1 : end]], 0, rng)[0])
                at = end + 1
            else:
                at += form[at] == "\\"
                parts.append(form[at])
                at += 1
        return rng.choice([*options, "".join(parts)]), at


def _chinese(form: str) -> bool:
    return bool(_HAN.search(form)) or "{货}" in form or "dao na le" in form


def _join(rng: random.Random, core: str, phrase: str, chinese: bool) -> str:
    between = rng.choice(("，", "。", " ", "！", "") if chinese else (", ", ". ", " ", "! ", "\n"))
    return phrase + between + core if rng.random() < 0.5 else core + between + phrase


def _mistype(rng: random.Random, text: str, chinese: bool) -> str:
    if rng.random() > 0.3 or len(text) < 5:
        return text
    if chinese:
        fits = [(a, b) for a, b in _SOUNDS if a in text]
        if fits:
            return text.replace(*rng.choice(fits), 1)
    i = rng.randrange(1, len(text) - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    return text[:i] + text[i + 1 :] if kind == 1 else text[:i] + text[i] + text[i:]
