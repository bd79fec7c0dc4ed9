"""The index of names: what the palette searches, in memory, read once from the state and kept up from the log.

In memory and not SQLite's FTS5: its trigrams cannot find 王芳 or `wf` (two characters, as most Chinese names have), an
index on disk would be one more writer, and another store (PostgreSQL) has no FTS5. `python -m bench today` prints both
on a town with 42 days of history; on a busy two-core machine (95,000 names): built once in 1.8 s of CPU, half of it
pypinyin's import, 90 MB with its dictionaries; a search of the names takes 2 to 7 ms, a whole answer 22 ms (worst 30).
"""

from __future__ import annotations

import logging
import threading
import time
from weakref import WeakKeyDictionary

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.faces.desk.search_pile import Pile
from linkloop.faces.desk.search_pinyin import folded, ways
from linkloop.store.schema import log, state

BY_ID = ("orders", "parcels")  # found by their key alone
BY_NAME = ("customers", "contacts", "products", "suppliers", "places")
MOST = 1_000_000  # names of a kind; what does not fit is still found by the beginning of its id
BUDGET_S = 0.015  # of one search for what is new in the log; a thread reads on
PAGE = 5_000
logger = logging.getLogger("linkloop.search")


class _Named(msgspec.Struct):
    """The words of a customer, sender, product, supplier or place by which it is found."""

    name: str = ""
    title: str = ""
    category: str = ""
    brand: str = ""
    city: str = ""


class _Category(msgspec.Struct):
    category: str
    name: str


_named = msgspec.json.Decoder(_Named).decode
_category = msgspec.json.Decoder(_Category).decode


class Index:
    """The piles of one shop, by table. `at` is the log offset up to which they know everything."""

    def __init__(self) -> None:
        self.piles: dict[str, Pile] = {}
        self.at = -1
        self.categories: dict[str, tuple[str, ...]] = {}
        self.lock = threading.Lock()
        self.behind = False

    def refresh(self, shop: Shop, budget_s: float = BUDGET_S) -> None:
        """Take in what is new; the first time, everything. What does not fit into the budget is read by a thread."""
        with self.lock:
            if self.at < 0:
                self._build(shop)
            more = self._follow(shop, budget_s)
        if more and not self.behind:
            self.behind = True
            threading.Thread(target=self._catch_up, args=(shop,), name="search", daemon=True).start()

    def _build(self, shop: Shop) -> None:
        piles = {kind: Pile() for kind in (*BY_ID, *BY_NAME)}
        with shop.store.read() as connection:
            self.at = connection.execute(sa.select(sa.func.max(log.c.offset))).scalar() or 0
            self._read_categories(connection)
            for kind in BY_ID:
                for key in connection.execute(sa.select(state.c.key).where(state.c.kind == kind).limit(MOST)).scalars():
                    piles[kind].add(key, (folded(key),))
            for kind in BY_NAME:
                query = sa.select(state.c.key, state.c.body).where(state.c.kind == kind).limit(MOST)
                for key, body in connection.execute(query):
                    piles[kind].add(key, self._forms(key, body))
        self.piles = piles

    def _follow(self, shop: Shop, budget_s: float) -> bool:
        """Read the log on; gives whether there is more of it."""
        until = time.perf_counter() + budget_s
        query = (
            sa.select(log.c.offset, log.c.kind, log.c.key, log.c.body)
            .where(log.c.kind.in_((*BY_ID, *BY_NAME, "category_names", "intakes")), log.c.is_event == 0)
            .order_by(log.c.offset)
        )
        with shop.store.read() as connection:
            head = connection.execute(sa.select(sa.func.max(log.c.offset))).scalar() or 0
            while self.at < head and time.perf_counter() < until:
                upto = min(self.at + PAGE, head)
                for row in connection.execute(query.where(log.c.offset > self.at, log.c.offset <= upto)):
                    if row.kind == "intakes":  # rows that came in bulk are in the state without log rows of their own
                        self._build(shop)
                        return self.at < head
                    self._take(connection, row.kind, row.key, row.body)
                self.at = upto
        return self.at < head

    def _take(self, connection: sa.Connection, kind: str, key: str, body: bytes) -> None:
        if kind == "category_names":
            self._read_categories(connection)
        elif len(self.piles[kind]) < MOST:
            self.piles[kind].add(key, (folded(key),) if kind in BY_ID else self._forms(key, body))

    def _catch_up(self, shop: Shop) -> None:
        try:
            while True:
                with self.lock:
                    if not self._follow(shop, 0.05):
                        return
                time.sleep(0.02)  # others want to search meanwhile
        except Exception:
            logger.exception("reading names for the search failed; the next search tries again")
        finally:
            self.behind = False

    def _forms(self, key: str, body: bytes) -> tuple[str, ...]:
        row = _named(body)
        words = [row.name, row.title, row.brand, row.city, *self.categories.get(row.category, (row.category,))]
        return tuple(dict.fromkeys((folded(key), *(way for word in words if word for way in ways(word)))))

    def _read_categories(self, connection: sa.Connection) -> None:
        found: dict[str, list[str]] = {}
        for body in connection.execute(sa.select(state.c.body).where(state.c.kind == "category_names")).scalars():
            row = _category(body)
            found.setdefault(row.category, [row.category]).append(row.name)
        self.categories = {category: tuple(names) for category, names in found.items()}


_indexes: WeakKeyDictionary[Shop, Index] = WeakKeyDictionary()
_making = threading.Lock()


def index(shop: Shop) -> Index:
    """The index of a shop, up to date."""
    found = _of(shop)
    found.refresh(shop)
    return found


def warm(shop: Shop) -> None:
    """Begin to read the names, if nobody has yet: whoever opens the palette types a moment later."""
    found = _of(shop)
    if found.at < 0 and not found.lock.locked():
        threading.Thread(target=_warm, args=(found, shop), name="search", daemon=True).start()


def _warm(found: Index, shop: Shop) -> None:
    try:
        found.refresh(shop)
    except Exception:
        logger.exception("reading names for the search failed; the first search tries again")


def _of(shop: Shop) -> Index:
    with _making:
        return _indexes.setdefault(shop, Index())
