"""The index: passages of all versions of all articles, found as of any log offset."""

from __future__ import annotations

import zlib
from bisect import bisect_right, insort
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, get_args

import numpy as np

from linkloop.commerce.knowledge import Article, ArticleKind
from linkloop.core.clock import micros
from linkloop.links.service.knowledge.grams import Many, chars_of, folded, gathered, terms_of
from linkloop.links.service.knowledge.passages import passages
from linkloop.links.service.knowledge.postings import Array, Field, View
from linkloop.links.service.knowledge.sounds import sounds_of

KINDS: tuple[str, ...] = get_args(ArticleKind)
EVER = np.iinfo(np.int64).max
OFTEN = 3  # known questions from which on an article is one that is often asked for
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

    def add(self, values: Sequence[int] | Array) -> None:
        """Values behind those that are there."""
        while self.size + len(values) > len(self._room):
            self._room = np.concatenate([self._room, np.empty_like(self._room)])
        self._room[self.size : self.size + len(values)] = values
        self.size += len(values)

    @property
    def all(self) -> Array:
        return self._room[: self.size]


FIELDS = {"any": (1.2, 0.75), "title": (1.2, 0.75), "signs": (1.2, 0.75), "sounds": (1.2, 0.5), "asked": (1.2, 0.75)}
MOST_ASKED = 50  # questions of one article that are searched, the last ones


def codes_of(titles: list[str], texts: list[str], asked: list[list[str]]) -> dict[str, Many]:
    """The codes of folded passages in every field: all of each; its title in words, in signs of any script, and as
    spoken; the questions that its article is known to answer."""
    titled, told = terms_of(titles), terms_of(texts)
    each = np.arange(len(titles))
    owners = np.concatenate([np.repeat(each, titled.lengths), np.repeat(each, told.lengths)])
    questions = terms_of([question for some in asked for question in some])
    whose = np.repeat(np.repeat(each, [len(some) for some in asked]), questions.lengths)
    return {
        "any": gathered(np.concatenate([titled.codes, told.codes]), owners, len(titles)),
        "title": titled,
        "signs": chars_of([title.replace(" ", "") for title in titles]),
        "sounds": sounds_of(titles),
        "asked": gathered(questions.codes, whose, len(titles)),
    }


class Moment:
    """The index as of a log offset: which passages are there, and each field's statistics."""

    def __init__(self, index: Index, horizon: int) -> None:
        self.alive = (index.since.all <= horizon) & (index.until.all > horizon)
        self.timed = np.flatnonzero(self.alive & ((index.valid_from.all > -EVER) | (index.valid_until.all < EVER)))
        self.views = {name: View(field, self.alive) for name, field in index.fields.items()}
        self.answered: dict[Any, Any] = {}  # what was found here, by what was asked; it is the same for ever
        self.masks: dict[Any, Array] = {}  # what may be found here, by kinds and language, where no validity counts
        self._index, self._often = index, np.empty(0, np.int64)
        self._counted = False

    def often(self, wanted: Array, most: int) -> Array:
        """The first passages of those articles among `wanted` (a mask) that are known to answer most questions, of
        OFTEN or more; at most `most`, rising numbers."""
        if not self._counted:
            there = len(self.alive)
            told, rank = self._index.told.all[:there], self._index.rank.all[:there]
            many = np.flatnonzero(self.alive & (told >= OFTEN) & (rank & 0xFFFF == 0))
            self._often = many[np.lexsort((rank[many], -told[many]))]
            self._counted = True
        return np.sort(self._often[wanted[self._often]][:most])


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
        self.told = Grown(np.int32)  # how many questions its article is known to answer
        self.kinds, self.languages = Grown(np.int8), Grown(np.int64)
        self.fields = {name: Field(*given) for name, given in FIELDS.items()}
        self.current: dict[str, list[int]] = {}
        self.changes: list[int] = []
        self._moments: OrderedDict[tuple[int, int], Moment] = OrderedDict()

    def feed(self, versions: Sequence[tuple[int, Article]]) -> None:
        """New versions of articles, with their log offsets."""
        new: list[Document] = []
        since: list[int] = []
        until: list[int] = []
        base = self.since.size
        for offset, article in versions:
            for number in self.current.pop(article.article_id, ()):
                if number < base:
                    self.until.all[number] = offset
                else:
                    until[number - base] = offset
            if len(self.changes) and offset < self.changes[-1]:
                insort(self.changes, offset)
            else:
                self.changes.append(offset)
            if article.withdrawn:
                continue
            parts = [Document(article, n, text) for n, text in enumerate(passages(article.body))]
            self.current[article.article_id] = list(range(base + len(new), base + len(new) + len(parts)))
            new += parts
            since += [offset] * len(parts)
            until += [EVER] * len(parts)
        self.since.add(since)
        self.until.add(until)
        self._add(new)

    def _add(self, new: list[Document]) -> None:
        articles = [document.article for document in new]
        self.valid_from.add([_instant(article.valid_from, -EVER) for article in articles])
        self.valid_until.add([_instant(article.valid_until, EVER) for article in articles])
        self.kinds.add([KINDS.index(article.kind) for article in articles])
        self.languages.add([tongue(article.language) for article in articles])
        self.rank.add([zlib.crc32(one.article.article_id.encode()) << 16 | one.number & 0xFFFF for one in new])
        self.told.add([len(one.asked) for one in articles])
        titles, texts = [folded(one.title) for one in articles], [folded(document.text) for document in new]
        asked = [[folded(question) for question in one.asked[-MOST_ASKED:]] for one in articles]
        self.documents += new
        self.titles += [title.replace(" ", "") for title in titles]
        self.texts += [text.replace(" ", "") for text in texts]
        self.asked += ["\n".join(some).replace(" ", "") for some in asked]
        for name, codes in codes_of(titles, texts, asked).items():
            self.fields[name].add(codes)
        self._moments.clear()

    def unfeed(self, offset: int) -> None:
        """Versions above this offset never were."""
        late = np.flatnonzero(self.since.all > offset)
        ended = self.until.all > offset
        for number in late.tolist():
            self.current.pop(self.documents[number].article.article_id, None)
        self.until.all[ended] = EVER
        self.until.all[late] = -EVER
        for number in np.flatnonzero(ended & (self.since.all <= offset)).tolist():
            mine = self.current.setdefault(self.documents[number].article.article_id, [])
            if number not in mine:
                mine.append(number)
        del self.changes[bisect_right(self.changes, offset) :]
        self._moments.clear()

    def at(self, horizon: int) -> Moment:
        """The index as of a log offset."""
        place = (bisect_right(self.changes, horizon), len(self.changes))
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


@lru_cache(maxsize=256)
def tongue(language: str) -> int:
    """A number for a language, whatever its region; 0 when none is said, or a mixture."""
    main = language.split("-")[0].lower()
    return zlib.crc32(main.encode()) if main not in ("", "mixed") else 0


def _instant(value: datetime | None, otherwise: int) -> int:
    return otherwise if value is None else micros(value)
