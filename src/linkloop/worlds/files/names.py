"""Names: how well a column's header names a field, by a table of synonyms in English and Chinese."""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOTE = re.compile(r"[(（\[【](.*?)[)）\]】]")
_OTHER = re.compile(r"[^\w]+|_+")
_LONGEST = 80  # letters of a header that are looked at
EXACT, PREFIXED, INSIDE, ALIKE = 1.0, 0.95, 0.6, 0.7


class Synonyms(msgspec.Struct, frozen=True):
    """`synonyms.json` beside this module."""

    entities: dict[str, list[str]]
    shared: dict[str, list[str]]
    fields: dict[str, dict[str, list[str]]]
    words: dict[str, dict[str, list[str]]]
    languages: dict[str, str]
    units: dict[str, dict[str, float]]
    currency_columns: list[str]
    order_prefixes: dict[str, Any]


@cache
def synonyms() -> Synonyms:
    """The table of synonyms, read once."""
    return msgspec.json.decode((Path(__file__).parent / "synonyms.json").read_bytes(), type=Synonyms)


@lru_cache(4096)
def plain(header: str) -> str:
    """A header as lower-case words: NFKC, camelCase cut, no punctuation, no note in brackets; no space beside Hanzi."""
    text = _CAMEL.sub(" ", _NOTE.sub(" ", unicodedata.normalize("NFKC", header[:_LONGEST])))
    words = [word for word in _OTHER.split(text.casefold()) if word]
    joined = words[0] if words else ""
    for before, word in pairwise(words):
        joined += ("" if _is_hanzi(before[-1]) or _is_hanzi(word[0]) else " ") + word
    return joined


def note(header: str) -> str:
    """What stands in brackets in a header, such as a unit or a currency, in lower case."""
    found = _NOTE.search(unicodedata.normalize("NFKC", header[:_LONGEST]))
    return found.group(1).strip().casefold() if found else ""


@cache
def _names(table: str) -> dict[str, dict[str, float]]:
    """field → name → score, for one table: the field's own name, its synonyms, and each with the entity before it."""
    told = synonyms()
    fields = dict(told.fields.get(table, {}))
    entities = told.entities.get(table, ())
    fields.update({field: names for field, names in told.shared.items() if field in _fields(table)})
    found: dict[str, dict[str, float]] = {}
    for field, listed in fields.items():
        names = [plain(field)]
        for name in listed:
            names += told.fields[name[1:].split(".")[0]][name.split(".")[1]] if name[:1] == "@" else [name]
        scored = {f"{entity} {name}": PREFIXED for entity in entities for name in names}
        scored.update({f"{entity}{name}": PREFIXED for entity in entities for name in names if _is_hanzi(name[0])})
        scored.update(dict.fromkeys(names, EXACT))
        found[field] = scored
    return found


def _fields(table: str) -> set[str]:
    from linkloop.worlds.files.targets import TARGETS

    return set(TARGETS[table].kind.__struct_fields__)


@lru_cache(16_384)
def scores(table: str, header: str) -> dict[str, float]:
    """How well a header names each field of a table, 0 to 1; fields that it does not name are left out."""
    name = plain(header)
    found: dict[str, float] = {}
    foreign = any(
        name.startswith(f"{word} ") and len(word) > 3
        for other, words in synonyms().entities.items()
        if other != table
        for word in words
        if word not in synonyms().entities.get(table, ())
    )
    for field, names in _names(table).items():
        score = names.get(name, 0.0)
        if not score and len(name) >= 4:
            if not foreign and any(_holds(name, word) for word, s in names.items() if s == EXACT and len(word) >= 4):
                score = INSIDE
            elif not known(header) and difflib.get_close_matches(name, names, 1, 0.88):
                score = ALIKE
        if score:
            found[field] = score
    return found


@lru_cache(4096)
def known(cell: str) -> bool:
    """Whether a cell reads exactly like a header of some table."""
    name = plain(cell)
    return bool(name) and any(name in names for table in synonyms().fields for names in _names(table).values())


def _holds(name: str, word: str) -> bool:
    """The last words of a name, or its end in Hanzi."""
    return name.endswith(f" {word}") or (_is_hanzi(word[0]) and name.endswith(word))


def _is_hanzi(letter: str) -> bool:
    return "\u4e00" <= letter <= "\u9fff"
