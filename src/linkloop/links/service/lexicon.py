"""Words that slots are read by (lexicon.txt): things, colours and units, in Chinese and English, as alternations."""

from __future__ import annotations

from pathlib import Path

Word = tuple[str, str]  # kind and language

NUMBERS: dict[str, int] = {
    "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "twenty": 20, "fifty": 50,
}  # fmt: skip


def _read(path: Path) -> dict[Word, str]:
    found: dict[Word, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            head, words = line.split(":", 1)
            kind, tongue = head.split()
            found.setdefault((kind, tongue), set()).update(words.split())
    return {word: "|".join(sorted(words, key=lambda w: (-len(w), w))) for word, words in found.items()}


# An alternation of the words of a kind in a language, the longest first.
WORDS = _read(Path(__file__).with_name("lexicon.txt"))
