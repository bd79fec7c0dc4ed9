"""Titles that know what they answered: each half of the queries is found with what the other half taught, by the model
that a shop uses, with its own learning (`linkloop knowledge learn`) and, where one is named, an encoder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from bench._retrieval_titles import chosen, known, read, say, wanted
from bench._retrieval_vectors import AT, encoded, fed_model, found_first
from bench._understanding_encoders import Kept
from linkloop.commerce.knowledge import Article, ArticleVectors, FindingGate
from linkloop.links.service.knowledge.fusion import load
from linkloop.links.service.knowledge.gate import learn
from linkloop.links.service.knowledge.vectors import parts_of

LEVEL = 2  # a title knows the queries that it answers, and is right for them
Asked = list[tuple[str, set[str]]]


def halves(path: Path) -> list[tuple[list[Article], Asked]]:
    """For each half of the queries: all titles, which know the queries of the other half, and the half's own."""
    titles, judged = read(path)
    made: list[tuple[list[Article], Asked]] = []
    for part in (True, False):
        past = known(judged, [query for query in judged if chosen(query) != part], LEVEL)
        rows = [
            Article(article_id=f"{n:07}", title=title, body="", language="zh", asked=tuple(past.get(n, ())))
            for n, title in enumerate(titles)
        ]
        mine = [(q, {f"{n:07}" for n in right}) for q, right in wanted(judged, LEVEL) if chosen(q) == part]
        made.append((rows, mine))
    return made


def compare(path: Path, encoder: Kept | None) -> None:
    """R@1 and R@10 of all queries: by words, with what the other half taught, and with vectors."""
    parts = halves(path)
    rights = [right for _, mine in parts for _, right in mine]
    print(f"{path.name}: {len(parts[0][0])} titles, {len(rights)} queries; titles know the queries of the half that a "
          f"query is not in (label {LEVEL}), and the weights were learned from them alone")  # fmt: skip
    gates: list[list[FindingGate]] = []
    vectors: list[dict[str, ArticleVectors]] = []
    for rows, mine in parts:
        if encoder:
            encoder.ask_for([*(text for text, _ in mine), *(part for row in rows for part in parts_of(row))])
        made = encoded(encoder, rows) if encoder else {}
        started = time.process_time()
        names = ["", next(iter(made.values())).encoder] if made else [""]
        gates.append([learn(name, rows, made if name else {}, load(), AT) for name in names])
        vectors.append(made)
        told = "; ".join(
            f"{gate.encoder or 'known questions'} {'open' if gate.open else 'shut'}, {gate.first_without:.4f} → "
            f"{gate.first_with:.4f} of {gate.questions} held out" for gate in gates[-1]
        )  # fmt: skip
        print(f"  gates: {told} ({time.process_time() - started:.0f} s CPU)", flush=True)

    def line(name: str, which: Sequence[int], near: bool = False, always: bool = False) -> None:
        started, tops = time.process_time(), []
        for (rows, mine), learned, made in zip(parts, gates, vectors, strict=True):
            let = [replace(learned[n], open=always or learned[n].open) for n in which]
            model = fed_model(list(enumerate(rows, 1)), made if near else {}, let)
            tops += [found_first(model, text, encoder if near else None) for text, _ in mine]
        say(name, tops, rights, time.process_time() - started)

    if encoder:
        cost = encoder.cost([text for text, _ in parts[0][1][:40]])
        print(f"  {encoder.name}: {cost:.1f} ms CPU a query more than below")
    line("words, shipped weights", [])
    line("as the gate of the known questions says", [0])
    if encoder:
        line("words and vectors", [1], near=True, always=True)
        line("as the gates say", [0, 1], near=True)
