"""A crowd of documents: what a question costs among many, what the graph costs, and how long a start takes."""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bench._retrieval_titles import read
from linkloop.app.settings import Channels, Settings, Town
from linkloop.app.shop import Shop
from linkloop.commerce.catalog import Product, ProductRelation
from linkloop.commerce.knowledge import Article, AskGraph, Retrieve
from linkloop.commerce.orders import Order, OrderLine
from linkloop.core.money import Money
from linkloop.core.world import Delivery
from linkloop.engine.asking import ask_now
from linkloop.links.service.knowledge.graph import GraphModel
from linkloop.links.service.knowledge.retrieve import RetrieveModel

AT = datetime(2026, 1, 1, tzinfo=UTC)
NOW = 1 << 60


def crowd(path: Path, count: int) -> None:
    """Latency over `count` made documents of real length: each mixes three titles of the file as its body."""
    titles, judged = read(path)
    queries = list(judged)
    rng = np.random.default_rng(0)
    model = RetrieveModel()
    started, wall = time.process_time(), time.perf_counter()
    for start in range(0, count, 5000):
        picks = rng.integers(0, len(titles), (min(5000, count - start), 4)).tolist()
        made = [(n, titles[a], "。".join(titles[x] for x in rest)) for n, (a, *rest) in enumerate(picks, start)]
        model.feed([(n + 1, Article(article_id=f"{n:07}", title=title, body=body)) for n, title, body in made])
    signs_each = sum(len(text) for text in model.index.texts) / count
    spent = f"{time.perf_counter() - wall:.1f} s, {time.process_time() - started:.1f} s CPU"
    print(f"{count} documents (title and {signs_each:.0f} signs of body): fed in {spent}")
    took = []
    model.answer_at(Retrieve(text=queries[0], at=AT), NOW, lambda *_: None)
    for query in queries[1:2001]:
        started = time.process_time()
        model.answer_at(Retrieve(text=query, at=AT), NOW, lambda *_: None)
        took.append((time.process_time() - started) * 1e3)
    cuts = statistics.quantiles(took, n=1000)
    print(f"  one question of {len(took)}: p50 {cuts[499]:.2f}  p99 {cuts[989]:.2f}  p99.9 {cuts[998]:.2f} ms CPU")


def start(path: Path, count: int) -> None:
    """How long a shop with `count` articles takes to its first answer after a start: anew, and from its snapshot."""
    titles, _ = read(path)
    picks = np.random.default_rng(0).integers(0, len(titles), (count, 4)).tolist()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(folder=folder, town=Town(enabled=False), channels=Channels(enabled=False))
        shop = Shop(settings)
        for first in range(0, count, 5000):
            made = tuple(
                Article(article_id=f"{n:07}", title=titles[a], body="。".join(titles[x] for x in rest))
                for n, (a, *rest) in enumerate(picks[first : first + 5000], first)
            )
            shop.loop.accept([Delivery(source="bench", external_id=str(first), said=made)])
        shop.close()
        for name in ("all anew", "from its snapshot"):
            began, spent = time.perf_counter(), time.process_time()
            shop = Shop(settings)
            ask_now(shop.store, shop.matrix, Retrieve(text=titles[0], at=AT))
            took, cpu = time.perf_counter() - began, time.process_time() - spent
            began = time.perf_counter()
            shop.close()
            sizes = [file.stat().st_size for file in (Path(folder) / "cache").glob("*.bin")]
            print(f"{count} articles, open and first answer {name}: {took:.2f} s ({cpu:.2f} s CPU); closed in "
                  f"{time.perf_counter() - began:.2f} s, snapshot {sum(sizes) / 1e6:.0f} MB", flush=True)  # fmt: skip


def hops() -> None:
    """What four hops through the graph cost: customer, order, line, product, and the parts that fit it."""
    rows = [Product(product_id=f"p{n}", title=f"product {n}") for n in range(2000)]
    fits = [ProductRelation(product_id=f"p{n}", other_id=f"p{(n * 7) % 2000}", kind="accessory") for n in range(2000)]
    order = Order(order_id="o", customer_id="c", placed_at=AT)
    line = OrderLine(order_id="o", line_no=1, product_id="p70", quantity=1, price=Money(1, "CNY"))
    model = GraphModel()
    model.feed(list(enumerate([*rows, *fits], 1)))

    def read(table: type, key: str | None = None, **where: str) -> Any:
        if key is not None:
            return None
        return [row for row in (order, line) if type(row) is table]

    asked = AskGraph(given={"customer": "c"}, sparql="""SELECT ?name WHERE {
      $customer ^schema:customer/schema:orderedItem/schema:orderedItem ?mine .
      ?part schema:isAccessoryOrSparePartFor ?mine ; schema:name ?name }""")  # fmt: skip
    took = []
    for _ in range(1000):
        started = time.process_time()
        model.answer_at(asked, NOW, read)
        took.append((time.process_time() - started) * 1e6)
    cuts = statistics.quantiles(took, n=100)
    print(f"graph of 2,000 products and 2,000 relations, four hops: p50 {cuts[49]:.0f}  p99 {cuts[98]:.0f} µs CPU")
