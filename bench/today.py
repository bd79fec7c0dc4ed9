"""Today and search on a town with 42 days of history and a day of its own: CPU of one look, and of finding anything.

    python -m bench today

Peer of the search: SQLite's FTS5 with trigrams over the same names in the same run. It cannot find a name of two
characters at all, which is most Chinese names; what it finds, and how fast, is printed beside ours.
"""

from __future__ import annotations

import os
import sqlite3
import time
from datetime import timedelta
from statistics import median
from tempfile import TemporaryDirectory

from linkloop.app.settings import Settings, Town
from linkloop.app.shop import Shop
from linkloop.faces.desk.search import find
from linkloop.faces.desk.search_index import BY_ID, Index, index
from linkloop.faces.desk.search_pinyin import folded
from linkloop.faces.desk.today import look
from linkloop.faces.desk.town import town

DAYS = 42
TYPED = (
    "gaogenxie",
    "ggx",
    "高跟鞋",
    "王芳",
    "wangfang",
    "wf",
    "LL00012345",
    "00123",
    "C00012",
    "payments",
    "毛利",
    "zzzz",
)


def main() -> None:
    with TemporaryDirectory(prefix="linkloop-bench-") as folder:
        shop = Shop(Settings(folder=folder, town=Town(speed=0.0, history_days=DAYS)))
        shop.start()
        try:
            begun = town(shop).at
            while town(shop).at < begun + timedelta(days=1):
                time.sleep(0.5)
            world = shop.world("sim")
            world.pause()  # type: ignore[union-attr]  # the town is on in these settings
            time.sleep(3)  # what was said comes to rest in the lake
            rows = shop.door.query("SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM customers)").rows[0]
            print(f"{rows[0]:,} orders, {rows[1]:,} customers; {os.cpu_count()} cores")
            _look(shop)
            _find(shop)
        finally:
            shop.stop()


def _look(shop: Shop) -> None:
    spent = [_cpu(lambda: look(shop, shop.clock.now())) for _ in range(9)]
    print(f"the whole of Today, first look   {spent[0]:7.0f} ms CPU")
    print(f"… afterwards, median of 8        {median(spent[1:]):7.0f} ms CPU (target 300)")


def _find(shop: Shop) -> None:
    names = Index()
    print(f"index of names, built once       {_cpu(lambda: names.refresh(shop)):7.0f} ms CPU")
    index(shop)
    ours = {typed: median(_cpu(lambda typed=typed: find(shop, typed)) for _ in range(5)) for typed in TYPED}
    worst = max(ours.values())
    print(
        f"find, median of {len(TYPED)} queries     {median(ours.values()):7.1f} ms CPU, worst {worst:.1f} (target 50)"
    )
    peer = _trigrams(names)
    print("names alone:        ours ms  hits      FTS5 trigram ms  hits")
    for typed in TYPED:
        words = (folded(typed),)
        found: list[str] = []
        mine = median(_cpu(lambda words=words, found=found: _mine(names, words, found)) for _ in range(5))
        hits = len(set(found))
        got: list[str] = []
        theirs = median(_cpu(lambda words=words, got=got: _theirs(peer, words[0], got)) for _ in range(5))
        print(f"  {typed:<16} {mine:9.2f} {hits:5d} {theirs:18.2f} {len(set(got)):6d}")


def _mine(names: Index, words: tuple[str, ...], found: list[str]) -> None:
    for kind, pile in names.piles.items():
        found += [f"{kind}/{match.key}" for match in pile.find(words, 6)]


def _theirs(peer: sqlite3.Connection, word: str, found: list[str]) -> None:
    for kind in ("orders", "parcels", "customers", "products", "suppliers", "places"):
        query = "SELECT kind || '/' || key FROM names WHERE names MATCH ? AND kind = ? LIMIT 6"
        found += [row[0] for row in peer.execute(query, (f'forms : "{word}"', kind))]


def _trigrams(names: Index) -> sqlite3.Connection:
    peer = sqlite3.connect(":memory:")
    peer.execute("CREATE VIRTUAL TABLE names USING fts5(kind UNINDEXED, key UNINDEXED, forms, tokenize='trigram')")
    rows = [(kind, key, forms) for kind, pile in names.piles.items() for key, forms in pile.entries()]
    spent = _cpu(lambda: peer.executemany("INSERT INTO names VALUES (?, ?, ?)", rows))
    print(f"FTS5 trigram of the same names   {spent:7.0f} ms CPU ({len(rows):,} names, {', '.join(BY_ID)} by id)")
    return peer


def _cpu(work: object) -> float:
    begun = time.process_time()
    work()  # type: ignore[operator]
    return (time.process_time() - begun) * 1000
