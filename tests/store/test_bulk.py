"""Bulk loads: every row once, whatever kills them, older than what is said later, and nothing known is erased."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import msgspec
import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkloop.commerce.catalog import Product
from linkloop.commerce.customers import Customer
from linkloop.commerce.loop import FileImported, Intake
from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.watching import Season
from linkloop.core.errors import LinkloopError
from linkloop.core.money import Money
from linkloop.core.table import key_of, table_name
from linkloop.store import bulk
from linkloop.store.bulk import imported, load
from linkloop.store.columns import to_arrow
from linkloop.store.facts import PastFacts
from linkloop.store.lake import Lake
from linkloop.store.schema import cursors, inbox, log, present, state
from linkloop.store.store import open_store

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/log.db")
    yield store
    store.close()


@pytest.fixture
def lake(tmp_path):
    return Lake(f"file://{tmp_path}/lake")


def frame_of(rows):
    """Rows of one class as a frame in SQL shape, by the lake's own columns."""
    return pl.DataFrame(pl.from_arrow(to_arrow(type(rows[0]), [(0, row) for row in rows]))).drop("_offset")


def event(rows=1):
    return FileImported(
        at=NOW, file="f.csv", sha256="00", mapping="m", rows_in=rows, rows_kept=rows, rows_quarantined=0
    )


def held(store, kind):
    query = sa.select(state.c.key, state.c.offset, state.c.body).where(state.c.kind == table_name(kind))
    with store.read() as connection:
        return {
            row.key: (row.offset, msgspec.json.decode(row.body, type=kind)) for row in connection.execute(query).all()
        }


def logged(store):
    with store.read() as connection:
        return connection.execute(sa.select(log.c.offset, log.c.kind, log.c.is_event).order_by(log.c.offset)).all()


def product(key="p1", **said):
    return Product(product_id=key, **said)


def test_rows_carry_the_offset_of_their_intake_and_the_event_comes_last(store, lake):
    loaded = load(store.engine, lake, "files", "a", {Product: frame_of([product("p1"), product("p2")])}, event(2))
    assert logged(store) == [(1, "intakes", 0), (2, "intakes", 0), (3, "file_imported", 1)]
    assert (loaded.offset, loaded.last, loaded.rows, loaded.repeated) == (1, 3, {"products": 2}, False)
    assert {key: offset for key, (offset, _) in held(store, Product).items()} == {"p1": 1, "p2": 1}
    assert lake.dataset(Product).to_table(columns=["product_id", "_offset"]).sort_by("product_id").to_pylist() == [
        {"product_id": "p1", "_offset": 1},
        {"product_id": "p2", "_offset": 1},
    ]
    assert held(store, Intake)["files|a"] == (
        2,
        Intake(source="files", external_id="a", status="done", rows=2),
    )
    with store.read() as connection:
        assert connection.execute(sa.select(inbox)).all() == [("files", "a", 1, 3)]
        assert connection.execute(sa.select(cursors)).all() == []
        body = connection.execute(sa.select(log.c.body).where(log.c.offset == 3)).scalar_one()
    told = msgspec.json.decode(body, type=FileImported)
    assert (told.source, told.external_id, told.case_id) == ("files", "a", told.id)
    assert told.id != ""
    assert imported(store.engine, "files", "a") == (1, 3)
    assert imported(store.engine, "files", "b") is None


def test_the_same_load_again_changes_nothing(store, lake):
    frames = {Product: frame_of([product(title="a")])}
    load(store.engine, lake, "files", "a", frames, event())
    before = held(store, Product), logged(store), lake.dataset(Product).count_rows()
    again = load(store.engine, lake, "files", "a", {Product: frame_of([product(title="b")])}, event())
    assert (again.repeated, again.offset, again.last, again.rows) == (True, 1, 3, {})
    assert (held(store, Product), logged(store), lake.dataset(Product).count_rows()) == before


moments = st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))
moneys = st.builds(Money, st.integers(-(2**60), 2**60), st.sampled_from(["CNY", "GBP", "JPY"]))
lines = st.builds(
    OrderLine,
    order_id=st.text(max_size=6),
    line_no=st.integers(0, 99),
    product_id=st.text(max_size=6),
    quantity=st.integers(-(2**40), 2**40),
    price=moneys,
    freight=st.none() | moneys,
    seller_id=st.text(max_size=12),
    sold_at=st.none() | moments,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(lines, min_size=1, max_size=8, unique_by=key_of))
def test_any_row_comes_back_as_it_was(store, lake, rows):
    with store.write() as writes:  # what an example before this one left would be known
        writes.connection.execute(sa.delete(present))
    load(store.engine, lake, "files", uuid4().hex, {OrderLine: frame_of(rows)})
    assert {key: row for key, (_, row) in held(store, OrderLine).items()} == {key_of(row): row for row in rows}
    first = rows[0].order_id
    with store.write() as writes:
        found = writes.facts.where(OrderLine, "order_id", first)
    assert [row for row, _ in found] == sorted((r for r in rows if r.order_id == first), key=key_of)


def test_bodies_leave_out_what_is_default_in_every_row(store, lake):
    at = datetime(2024, 1, 5, 8, 3, tzinfo=timezone(timedelta(hours=8)))
    rows = [
        Order(order_id="1", customer_id="c", placed_at=at, total=Money(5, "CNY")),
        Order(order_id="2", placed_at=at),
    ]
    load(store.engine, lake, "files", "a", {Order: frame_of(rows)})
    with store.read() as connection:
        first, second = connection.execute(sa.select(state.c.body).where(state.c.kind == "orders")).scalars()
    assert first == (
        b'{"order_id":"1","customer_id":"c","placed_at":"2024-01-05T00:03:00Z","total":{"amount":5,"currency":"CNY"}}'
    )
    assert second == b'{"order_id":"2","customer_id":"","placed_at":"2024-01-05T00:03:00Z","total":null}'
    found = {key: row for key, (_, row) in held(store, Order).items()}
    assert found == {row.order_id: msgspec.structs.replace(row, placed_at=at.astimezone(UTC)) for row in rows}


def test_what_the_world_said_after_the_load_began_stays(store, lake):
    class Slow:
        """A lake in which somebody speaks while it writes."""

        def append(self, kind, rows, app_id, version):
            with store.write() as writes:
                writes.row(product("p1", title="live"), 0, "world")
            return lake.append(kind, rows, app_id, version)

    load(store.engine, Slow(), "files", "a", {Product: frame_of([product("p1", title="old"), product("p2")])})
    found = held(store, Product)
    assert {key: (offset, row.title) for key, (offset, row) in found.items()} == {"p1": (2, "live"), "p2": (1, "")}
    old = lake.dataset(Product).to_table(columns=["product_id", "title", "_offset"]).sort_by("product_id").to_pylist()
    assert old[0] == {"product_id": "p1", "title": "old", "_offset": 1}


def test_a_read_of_the_past_does_not_see_a_later_load(store, lake):
    with store.write() as writes:
        before = writes.row(product("p0"), 0, "world")
    loaded = load(store.engine, lake, "files", "a", {Product: frame_of([product("p1", title="x")])})
    with store.read() as connection:
        assert PastFacts(connection, before).get(Product, "p1") == (None, 0)
        assert PastFacts(connection, loaded.offset).get(Product, "p1") == (product("p1", title="x"), loaded.offset)


def test_a_null_and_a_missing_column_leave_what_is_known(store, lake):
    known = product("p1", title="cup", category="c", price=Money(5, "CNY"), weight_g=3)
    with store.write() as writes:
        writes.row(known, 0, "world")
    frame = pl.DataFrame({"product_id": ["p1", "p2"], "title": ["mug", "pot"], "weight_g": [None, 4]})
    load(store.engine, lake, "files", "a", {Product: frame})
    found = held(store, Product)
    assert found["p1"][1] == msgspec.structs.replace(known, title="mug")
    assert found["p2"][1] == product("p2", title="pot", weight_g=4)
    cold = lake.dataset(Product).to_table().sort_by("product_id").to_pylist()[0]
    assert (cold["title"], cold["category"], cold["price"], cold["price_currency"]) == ("mug", "c", 5, "CNY")


def test_what_is_nested_and_dated_is_known_too(store, lake):
    at = datetime(2024, 2, 29, 1, 2, 3, 40, tzinfo=UTC)
    season = Season(metric="m", slot_minutes=5, levels=(0.5, 2.0), seen=(1, 2), updated_at=at)
    with store.write() as writes:
        writes.row(season, 0, "world")
    load(store.engine, lake, "files", "a", {Season: pl.DataFrame({"metric": ["m"], "slot_minutes": [10]})})
    assert held(store, Season)["m"][1] == msgspec.structs.replace(season, slot_minutes=10)


def test_a_load_that_mends_another_leaves_what_others_said_since(store, lake):
    first = load(store.engine, lake, "files", "a", {Product: frame_of([product(k, title="1") for k in "abc"])})
    with store.write() as writes:
        writes.row(product("b", title="live"), 0, "world")
    second = load(
        store.engine, lake, "files", "b", {Product: frame_of([product("a", title="2")])}, since=(first.offset,)
    )
    offsets = (first.offset, second.offset)
    load(store.engine, lake, "files", "c", {Product: frame_of([product(k, title="3") for k in "abc"])}, since=offsets)
    assert {key: row.title for key, (_, row) in held(store, Product).items()} == {"a": "3", "b": "live", "c": "3"}


@pytest.mark.parametrize(
    ("kind", "columns", "where"),
    [
        (Product, {"product_id": ["a"], "colour": ["red"]}, "products.colour"),
        (Order, {"order_id": ["a"]}, "orders.placed_at"),
        (Order, {"order_id": ["a"], "placed_at": [NOW], "status": ["lost"]}, "orders.status"),
        (Product, {"product_id": ["a"], "price": [5]}, "products.price"),
        (Product, {"product_id": ["a"], "price_currency": ["CNY"]}, "products.price"),
        (Product, {"product_id": ["a"], "weight_g": ["heavy"]}, "products"),
        (Customer, {"customer_id": [None], "name": ["x"]}, "customers.customer_id"),
    ],
)
def test_a_frame_that_does_not_fit_is_refused_and_nothing_of_it_is_kept(store, lake, kind, columns, where):
    with pytest.raises(LinkloopError) as refused:
        load(store.engine, lake, "files", "a", {kind: pl.DataFrame(columns)}, event())
    assert (refused.value.code, refused.value.where) == ("bulk.unfit", where)
    assert held(store, kind) == {}
    assert lake.dataset(kind) is None
    assert imported(store.engine, "files", "a") is None


def test_a_number_that_is_not_finite_is_refused(store, lake):
    frame = pl.DataFrame(
        {"metric": ["m"], "slot_minutes": [1], "levels": ["[]"], "seen": ["[]"], "dispersion": [1e999]}
    )
    with pytest.raises(LinkloopError, match="finite"):
        load(store.engine, lake, "files", "a", {Season: frame})


def test_chunks_do_not_depend_on_how_the_rows_came(store, lake, monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK", 7)
    whole = frame_of([product(f"p{n:02}") for n in range(30)])
    pieces = [whole[:3], whole[3:3], whole[3:20], whole[20:]]
    seen = []

    class Counting:
        def append(self, kind, rows, app_id, version):
            seen.append((version, rows.num_rows))
            return lake.append(kind, rows, app_id, version)

    done = []
    load(store.engine, Counting(), "files", "a", {Product: iter(pieces)}, progress=done.append)
    assert seen == [(0, 7), (1, 7), (2, 7), (3, 7), (4, 2)]
    assert done == [7, 14, 21, 28, 30]
    assert len(held(store, Product)) == 30


def test_the_last_row_of_a_key_counts_within_a_chunk(store, lake):
    load(store.engine, lake, "files", "a", {Product: frame_of([product("p", title="a"), product("p", title="b")])})
    assert held(store, Product)["p"][1].title == "b"
    assert lake.dataset(Product).count_rows() == 1


def test_an_empty_load_still_says_that_it_was(store, lake):
    loaded = load(store.engine, lake, "files", "a", {}, event(0))
    assert (loaded.rows, loaded.last) == ({}, 3)
    assert load(store.engine, lake, "files", "a", {}, event(0)).repeated


CHILD = """
    import os, signal, sys
    from tests.store.test_bulk import Killed, big
    folder, place, at = sys.argv[1], sys.argv[2], int(sys.argv[3])
    big(folder, Killed(folder, place, at))
"""


class Killed:
    """A lake whose process is killed at one of its appends, or at one commit after it."""

    def __init__(self, folder, place, at):
        self.lake, self.place, self.at, self.count, self.done = Lake(f"file://{folder}/lake"), place, at, 0, 0

    def die(self):
        import os

        os.kill(os.getpid(), signal.SIGKILL)

    def append(self, kind, rows, app_id, version):
        self.count += 1
        if self.place == "before" and self.count == self.at:
            self.die()
        made = self.lake.append(kind, rows, app_id, version)
        if self.place == "after" and self.count == self.at:
            self.die()
        return made

    def progress(self, rows):
        self.done += 1
        if self.place == "committed" and self.done == self.at:
            self.die()


def big(folder, lake):
    """A load of two tables in eight chunks."""
    bulk.CHUNK = 10
    store = open_store(f"sqlite:///{folder}/log.db")
    orders = frame_of([Order(order_id=f"o{n:02}", customer_id=f"c{n % 3}", placed_at=NOW) for n in range(25)])
    products = frame_of([product(f"p{n:02}", title=str(n)) for n in range(45)])
    try:
        return load(
            store.engine, lake, "files", "big", {Order: orders, Product: products}, event(70), progress=lake.progress
        )
    finally:
        store.close()


def everything(folder):
    """What a load leaves behind: log, state, inbox, cursors, lake."""
    store = open_store(f"sqlite:///{folder}/log.db")
    lake = Lake(f"file://{folder}/lake")
    with store.read() as connection:
        tables = [connection.execute(sa.select(t).order_by(*t.primary_key)).all() for t in (log, state, inbox, cursors)]
    store.close()
    cold = [lake.dataset(kind).to_table().sort_by(key) for kind, key in ((Order, "order_id"), (Product, "product_id"))]
    return tables, [table.drop_columns("_part").to_pylist() for table in cold]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_load_that_is_killed_anywhere_goes_on_to_the_same_end(tmp_path, monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK", 10)
    whole = tmp_path / "whole"
    whole.mkdir()
    assert big(whole, Killed(whole, "never", 0)).rows == {"orders": 25, "products": 45}
    expected = everything(whole)
    for place, at in [("before", 1), ("after", 2), ("committed", 4), ("committed", 8)]:
        folder = tmp_path / f"{place}{at}"
        folder.mkdir()
        child = [sys.executable, "-c", textwrap.dedent(CHILD), str(folder), place, str(at)]
        killed = subprocess.run(child, cwd=Path(__file__).parents[2], check=False)
        assert killed.returncode == -signal.SIGKILL
        store = open_store(f"sqlite:///{folder}/log.db")
        assert imported(store.engine, "files", "big") is None
        store.close()
        resumed = big(folder, Killed(folder, "never", 0))
        assert resumed.resumed_at == at - (place != "committed")
        assert everything(folder) == expected
        assert big(folder, Killed(folder, "never", 0)).repeated
