"""The index: passages of all versions of all articles, found as of any log offset."""

from __future__ import annotations

import zlib
from bisect import bisect_right, insort
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, get_args

import numpy as np

from linkloop.commerce.knowledge import Article, ArticleKind
from linkloop.core.clock import micros
from linkloop.links.service.knowledge.grams import Codes, chars, folded, terms
from linkloop.links.service.knowledge.passages import passages
from linkloop.links.service.knowledge.postings import Array, Field, View
from linkloop.links.service.knowledge.sounds import sounds

KINDS: tuple[str, ...] = get_args(ArticleKind)
EVER = np.iinfo(np.int64).max
REMEMBERS = 4  # moments whose statistics are kept


class Document(NamedTuple):
    """One passage of one version of an article."""

    article: Article
    number: int
    text: str


class Grown:
    """An array that grows at its end at constant cost."""

    def __init__(self, kind: Any) -> None:
        self._room = np.empty(64, kind)
        self.size = 0

    def add(self, values: Sequence[int]) -> None:
        while self.size + len(values) > len(self._room):
            self._room = np.concatenate([self._room, np.empty_like(self._room)])
        self._room[self.size : self.size + len(values)] = values
        self.size += len(values)

    @property
    def all(self) -> Array:
        return self._room[: self.size]


FIELDS = {"any": (1.2, 0.75), "title": (1.2, 0.75), "signs": (1.2, 0.75), "sounds": (1.2, 0.5), "asked": (1.2, 0.75)}
MOST_ASKED = 50  # questions of one article that are searched, the last ones


def codes_of(document: Document) -> dict[str, Codes]:
    """The codes of a passage in every field: all of it; its title in words, in signs of any script, and as spoken; the
    questions that its article is known to answer."""
    asked = [terms(folded(question)) for question in document.article.asked[-MOST_ASKED:]]
    title, text = folded(document.article.title), folded(document.text)
    titled = terms(title)
    return {
        "any": np.concatenate([titled, terms(text)]) if text else titled,
        "title": titled,
        "signs": chars(title.replace(" ", "")),
        "sounds": sounds(title),
        "asked": np.concatenate(asked) if asked else np.empty(0, np.int64),
    }


class Moment:
    """The index as of a log offset: which passages are there, and each field's statistics."""

    def __init__(self, index: Index, horizon: int) -> None:
        self.alive = (index.since.all <= horizon) & (index.until.all > horizon)
        self.timed = np.flatnonzero(self.alive & ((index.valid_from.all > -EVER) | (index.valid_until.all < EVER)))
        self.views = {name: View(field, self.alive) for name, field in index.fields.items()}


class Index:
    """Passages with the offsets from which and until which each is true; nothing is ever taken out but what failed."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.titles: list[str] = []  # without gaps, as questions are compared with them
        self.texts: list[str] = []
        self.asked: list[str] = []  # the questions that the article of each is known to answer, one a line
        self.since, self.until = Grown(np.int64), Grown(np.int64)
        self.valid_from, self.valid_until = Grown(np.int64), Grown(np.int64)
        self.rank = Grown(np.int64)
        self.kinds, self.languages = Grown(np.int8), Grown(np.int64)
        self.fields = {name: Field(*given) for name, given in FIELDS.items()}
        self._current: dict[str, list[int]] = {}
        self._changes: list[int] = []
        self._moments: OrderedDict[tuple[int, int], Moment] = OrderedDict()

    def feed(self, versions: Sequence[tuple[int, Article]]) -> None:
        """New versions of articles, with their log offsets."""
        new: list[Document] = []
        for offset, article in versions:
            for number in self._current.pop(article.article_id, ()):
                if number < self.until.size:
                    self.until.all[number] = offset
            if len(self._changes) and offset < self._changes[-1]:
                insort(self._changes, offset)
            else:
                self._changes.append(offset)
            if article.withdrawn:
                continue
            first = self.since.size
            parts = [Document(article, n, text) for n, text in enumerate(passages(article.body))]
            self._current[article.article_id] = list(range(first, first + len(parts)))
            new += parts
            self.since.add([offset] * len(parts))
            self.until.add([EVER] * len(parts))
            self.valid_from.add([_instant(article.valid_from, -EVER)] * len(parts))
            self.valid_until.add([_instant(article.valid_until, EVER)] * len(parts))
            self.kinds.add([KINDS.index(article.kind)] * len(parts))
            self.languages.add([tongue(article.language)] * len(parts))
            self.rank.add([zlib.crc32(article.article_id.encode()) << 16 | part.number & 0xFFFF for part in parts])
        self._add(new)

    def _add(self, new: list[Document]) -> None:
        self.documents += new
        self.titles += [_tight(document.article.title) for document in new]
        self.texts += [_tight(document.text) for document in new]
        self.asked += ["\n".join(map(_tight, document.article.asked[-MOST_ASKED:])) for document in new]
        split = [codes_of(document) for document in new]
        for name, field in self.fields.items():
            field.add([codes[name] for codes in split])
        self._moments.clear()

    def unfeed(self, offset: int) -> None:
        """Versions above this offset never were."""
        late = np.flatnonzero(self.since.all > offset)
        ended = self.until.all > offset
        for number in late.tolist():
            self._current.pop(self.documents[number].article.article_id, None)
        self.until.all[ended] = EVER
        self.until.all[late] = -EVER
        for number in np.flatnonzero(ended & (self.since.all <= offset)).tolist():
            mine = self._current.setdefault(self.documents[number].article.article_id, [])
            if number not in mine:
                mine.append(number)
        del self._changes[bisect_right(self._changes, offset) :]
        self._moments.clear()

    def at(self, horizon: int) -> Moment:
        """The index as of a log offset."""
        place = (bisect_right(self._changes, horizon), len(self._changes))
        if place not in self._moments:
            self._moments[place] = Moment(self, horizon)
            while len(self._moments) > REMEMBERS:
                self._moments.popitem(last=False)
        self._moments.move_to_end(place)
        return self._moments[place]

    def wanted(self, moment: Moment, at: datetime) -> Array:
        """Which passages are there and valid at a time."""
        now, timed = micros(at), moment.timed
        if not len(timed):
            return moment.alive
        found = moment.alive.copy()
        found[timed] = (self.valid_from.all[timed] <= now) & (self.valid_until.all[timed] > now)
        return found


def _tight(text: str) -> str:
    return folded(text).replace(" ", "")


def tongue(language: str) -> int:
    """A number for a language, whatever its region; 0 when none is said, or a mixture."""
    main = language.split("-")[0].lower()
    return zlib.crc32(main.encode()) if main not in ("", "mixed") else 0


def _instant(value: datetime | None, otherwise: int) -> int:
    return otherwise if value is None else micros(value)
