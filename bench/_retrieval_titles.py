"""Titles: the right title first, and among ten, of queries that were judged; the peers in the same run.

Queries are cut in two by a hash of their text. What is learned (weights; which features and pools there are was chosen
there too) comes from the choosing part alone; every figure is of the reporting part.
"""

from __future__ import annotations

import json
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tantivy

from linkloop.commerce.knowledge import Article
from linkloop.links.service.knowledge.fusion import Fusion, fit_order, load
from linkloop.links.service.knowledge.grams import folded
from linkloop.links.service.knowledge.index import Index
from linkloop.links.service.knowledge.views import Seen, look

AT = datetime(2026, 1, 1, tzinfo=UTC)
NOW = 1 << 60
FOLDS = 5
DECAY = 0.003
Judged = dict[str, dict[int, int]]
Past = dict[int, list[str]]


class Asked(NamedTuple):
    """A query, the titles that are right, and what was found."""

    text: str
    right: set[int]
    seen: Seen

    @property
    def good(self) -> np.ndarray:
        return np.array([float(n in self.right) for n in self.seen.chosen.tolist()])


def read(path: Path) -> tuple[list[str], Judged]:
    """The titles, and of each query the label of each title (by its number) that was judged for it."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    titles = list(dict.fromkeys(str(row["title"]) for row in rows))
    number = {title: n for n, title in enumerate(titles)}
    judged: Judged = defaultdict(dict)
    for row in rows:
        judged[str(row["query"])][number[str(row["title"])]] = int(row["label"])
    return titles, judged


def wanted(judged: Judged, level: int) -> list[tuple[str, set[int]]]:
    """Queries that have a right title, with the right ones."""
    pairs = ((query, {n for n, label in labels.items() if label >= level}) for query, labels in judged.items())
    return [(query, right) for query, right in pairs if right]


def signs(text: str) -> list[str]:
    """Characters and pairs, as the published peer cuts them."""
    parts = folded(text).split()
    return [piece for part in parts for piece in [*part, *(part[n : n + 2] for n in range(len(part) - 1))]]


def words() -> Callable[[str], list[str]] | None:
    try:
        import rjieba  # pyright: ignore[reportMissingImports]
    except ImportError:
        return None
    return lambda text: rjieba.cut_for_search(folded(text))


def peer(titles: list[str], cut: Callable[[str], list[str]]) -> tuple[Callable[[str], list[int]], float]:
    """tantivy's own BM25 over pieces; the search, and the CPU seconds that building took."""
    started = time.process_time()
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("n", stored=True)
    builder.add_text_field("text", tokenizer_name="whitespace")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(64_000_000, 1)
    for n, title in enumerate(titles):
        writer.add_document(tantivy.Document.from_dict({"n": n, "text": " ".join(cut(title))}, schema))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(text: str) -> list[int]:
        pieces = [tantivy.Query.term_query(schema, "text", piece) for piece in dict.fromkeys(cut(text))]
        if not pieces:
            return []
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, piece) for piece in pieces])
        return [searcher.doc(address)["n"][0] for _, address in searcher.search(query, 10).hits]

    return search, time.process_time() - started


def fed(titles: list[str], past: Past | None = None) -> tuple[Index, float]:
    """Our index of these titles, which know these past questions, and the CPU seconds that building took."""
    started = time.process_time()
    index = Index()
    for start in range(0, len(titles), 5000):
        some = range(start, min(start + 5000, len(titles)))
        index.feed([(n + 1, _article(n, titles[n], (past or {}).get(n, ()))) for n in some])
    return index, time.process_time() - started


def _article(n: int, title: str, asked: Sequence[str]) -> Article:
    return Article(article_id=f"{n:07}", title=title, body="", asked=tuple(asked))


def chosen(query: str) -> bool:
    """Whether a query is of the part on which choices are made."""
    return zlib.crc32(query.encode()) % 2 == 0


def fold(query: str) -> int:
    return zlib.crc32(b"fold" + query.encode()) % FOLDS


def known(judged: Judged, queries: Sequence[str], level: int = 1) -> Past:
    """Which questions each title is known to answer: at least somewhat, or as well as `level` says."""
    past: Past = defaultdict(list)
    for query in queries:
        for n, label in judged[query].items():
            if label >= level:
                past[n].append(query)
    return past


def looked(index: Index, asked: Sequence[tuple[str, set[int]]]) -> list[Asked]:
    moment = index.at(NOW)
    there = index.wanted(moment, AT)
    return [Asked(query, right, look(index, moment, there, query)) for query, right in asked]


def folds_looked(
    titles: list[str], judged: Judged, asked: Sequence[tuple[str, set[int]]], always: Sequence[str]
) -> list[Asked]:
    """Queries as they are found when the titles know the past questions of `always` and of the other folds of the
    queries that are asked; never their own."""
    queries = [query for query, labels in judged.items() if max(labels.values()) >= 1]
    part = chosen(asked[0][0])
    found: list[Asked] = []
    for k in range(FOLDS):
        others = [query for query in queries if chosen(query) == part and fold(query) != k]
        index, _ = fed(titles, known(judged, [*always, *others]))
        found += looked(index, [(query, right) for query, right in asked if fold(query) == k])
    return found


def say(name: str, tops: Sequence[Sequence[Any]], rights: Sequence[set[Any]], cpu_s: float = 0) -> None:
    """One line: how often a right title is the first, and among ten, with the standard error."""
    shares: list[str] = []
    for most in (1, 10):
        share = float(np.mean([bool(right & set(top[:most])) for top, right in zip(tops, rights, strict=True)]))
        shares.append(f"R@{most} {share:.4f} ± {(share * (1 - share) / len(rights)) ** 0.5:.4f}")
    cost = f"  {cpu_s / len(rights) * 1e3:6.3f} ms CPU a query" if cpu_s else ""
    print(f"  {name:52} {'  '.join(shares)}{cost}", flush=True)


def ordered(asked: Sequence[Asked], score: Callable[[np.ndarray], np.ndarray]) -> list[list[int]]:
    return [one.seen.chosen[np.argsort(-score(one.seen.rows), kind="stable")[:10]].tolist() for one in asked]


def fitted(asked: Sequence[Asked]) -> Fusion:
    return fit_order([one.seen.rows for one in asked], [one.good for one in asked], DECAY)


def peers(titles: list[str], asked: Sequence[tuple[str, set[int]]]) -> None:
    """The same queries by tantivy, over characters and pairs and over words."""
    rights = [right for _, right in asked]
    cuts = {"tantivy, characters and pairs": signs, "tantivy, words (rjieba)": words()}
    for name, cut in cuts.items():
        if cut is None:
            print("  tantivy, words: not measured here, rjieba is not installed (published: 0.688 / 0.824)")
            continue
        search, built = peer(titles, cut)
        started = time.process_time()
        tops = [search(query) for query, _ in asked]
        say(name, tops, rights, time.process_time() - started)
        print(f"    built in {built:.2f} s CPU", flush=True)


def compare(path: Path) -> None:
    """All lines of a file of judged queries."""
    titles, judged = read(path)
    print(f"{path}: {len(titles)} titles, {len(judged)} queries")
    index, built = fed(titles)
    shipped = load()
    print(f"index of ours built in {built:.2f} s CPU")
    halves = {
        part: looked(index, [one for one in wanted(judged, 1) if chosen(one[0]) == part]) for part in (True, False)
    }
    learned = {part: fitted(some) for part, some in halves.items()}
    for level in (2, 1):
        every = wanted(judged, level)
        mine, theirs = ([one for one in every if chosen(one[0]) == part] for part in (True, False))
        rights = [right for _, right in theirs]
        print(f"right is label {'2' if level == 2 else '1 or 2'}: {len(theirs)} queries of the reporting part")
        peers(titles, theirs)
        started = time.process_time()
        asked = looked(index, theirs)
        spent = time.process_time() - started
        say("ours, BM25 alone (with threes of Latin signs)", ordered(asked, lambda rows: rows[:, 0]), rights)
        say("ours, fusion as shipped (own texts only)", ordered(asked, shipped.scores), rights)
        say("ours, fusion learned here", ordered(asked, learned[True].scores), rights, spent)
        print(f"  {'among the passages that are looked at closely':52} {np.mean([a.good.any() for a in asked]):.4f}")
        past(titles, judged, mine, theirs)
        print(f" all {len(every)} queries, as the published figures; weights of the half that a query is not in")
        peers(titles, [*mine, *theirs])
        tops = ordered(looked(index, mine), learned[False].scores) + ordered(asked, learned[True].scores)
        say("ours, fusion learned on the other half", tops, [right for _, right in [*mine, *theirs]])


def past(
    titles: list[str], judged: Judged, mine: Sequence[tuple[str, set[int]]], theirs: Sequence[tuple[str, set[int]]]
) -> None:
    """The same where titles know what was asked of them before: in the choosing part, and in the folds of the
    reporting part that the query is not in."""
    learned = fitted(folds_looked(titles, judged, mine, []))
    asked = folds_looked(titles, judged, theirs, [query for query in judged if chosen(query)])
    rights = [one.right for one in asked]
    say("ours, titles with past questions, shipped fusion", ordered(asked, load().scores), rights)
    say("ours, titles with past questions, learned here", ordered(asked, learned.scores), rights)
    print(f"  {'among the passages that are looked at closely':52} {np.mean([a.good.any() for a in asked]):.4f}")
