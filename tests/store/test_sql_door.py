"""The SQL door: hot and cold rows are one table, at any moment of landing, now and in the past."""

from __future__ import annotations

import tempfile
import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from linkloop.commerce.orders import Order, OrderLine
from linkloop.commerce.payments import PaymentTried
from linkloop.commerce.stock import StockLevel
from linkloop.core.errors import LinkloopError
from linkloop.core.money import Money
from linkloop.store.columns import from_row, to_arrow
from linkloop.store.lake import Lake
from linkloop.store.lander import Lander
from linkloop.store.schema import log
from linkloop.store.sql.door import Extra, SqlDoor, open_session
from tests.store.said import bare_log, say, say_raw

AT = datetime(2024, 1, 1, tzinfo=UTC)
PLACES = st.sampled_from("abc")


def level(product: str, on_hand: int) -> StockLevel:
    return StockLevel(product_id=product, place="sh", on_hand=on_hand)


def tried(name: str) -> PaymentTried:
    return PaymentTried(at=AT, id=name, order_id=name, provider="p", amount=Money(7, "CNY"), succeeded=True)


class HotAndCold(RuleBasedStateMachine):
    """Says rows, lands, settles, merges and bulk-loads in any order; a list of all that was said is the oracle."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        root = Path(self.folder.name)
        self.engine = bare_log(root)
        self.lake = Lake(str(root / "lake"))
        self.lander = Lander(self.engine, self.lake)
        self.door = SqlDoor(self.engine, self.lake)
        self.levels: list[tuple[int, str, int]] = []
        self.tries: list[int] = []
        self.loads = 0

    def teardown(self) -> None:
        self.door.close()
        self.engine.dispose()
        self.folder.cleanup()

    @rule(said=st.lists(st.tuples(PLACES, st.integers(0, 9)), min_size=1, max_size=4))
    def say_levels(self, said: list[tuple[str, int]]) -> None:
        last = say(self.engine, *[level(product, n) for product, n in said])
        self.levels += [(last - len(said) + i, product, n) for i, (product, n) in enumerate(said, 1)]

    @rule()
    def say_event(self) -> None:
        self.tries.append(say(self.engine, tried(f"e{len(self.tries)}")))

    @rule()
    def say_what_does_not_fit(self) -> None:
        say_raw(self.engine, ("stock_levels", "a|sh", b'{"product_id":"a"}', False))

    @rule(limit=st.integers(1, 5))
    def land(self, limit: int) -> None:
        self.lander.land(limit)

    @rule(products=st.sets(PLACES, min_size=1), ago=st.integers(0, 3))
    def load_in_bulk(self, products: set[str], ago: int) -> None:
        """A load whose offset may be older than what was said and landed since; one offset loads a key once."""
        head = say(self.engine, tried("bulk")) if not ago else max(0, self.head() - ago)
        if not ago:
            self.tries.append(head)
        taken = {product for offset, product, _ in self.levels if offset == head}
        fresh = sorted(products - taken)
        if fresh:
            self.loads += 1
            rows = [(head, level(product, 50 + self.loads)) for product in fresh]
            self.lake.append(StockLevel, to_arrow(StockLevel, rows), "bulk", self.loads)
            self.levels += [(head, product, 50 + self.loads) for product in fresh]

    @rule(landed=st.booleans())
    def settle(self, landed: bool) -> None:
        while landed and self.lander.land():
            pass
        self.lake.settle(StockLevel)

    @rule(small=st.integers(1, 2))
    def merge(self, small: int) -> None:
        self.lake.compact(StockLevel, small=small)
        self.lake.compact(PaymentTried, small=small)

    @rule(far=st.booleans())
    def read_a_lake_that_is_not_a_folder(self, far: bool) -> None:
        self.lake.local = not far
        self.door = SqlDoor(self.engine, self.lake)

    @precondition(lambda self: self.levels)
    @rule(back=st.integers(0, 12))
    def the_past_is_as_it_was(self, back: int) -> None:
        then = max(0, self.head() - back)
        assert self.shown(then) == self.latest(then)
        assert self.events(then) == sorted(offset for offset in self.tries if offset <= then)

    @precondition(lambda self: self.levels)
    @rule(product=PLACES, back=st.integers(0, 6))
    def rows_on_top_count_as_said(self, product: str, back: int) -> None:
        then = max(0, self.head() - back)
        expected = {**self.latest(then), product: (then + 1, 99)}
        extra: Extra = {StockLevel: [(then + 1, level(product, 99))]}
        rows = self.door.query("SELECT product_id, _offset, on_hand FROM stock_levels", as_of=then, extra=extra).rows
        assert {row[0]: row[1:] for row in rows} == expected
        assert len(rows) == len(expected)

    @invariant()
    def hot_and_cold_are_one(self) -> None:
        assert self.shown(None) == self.latest(2**62)
        assert self.events(None) == sorted(self.tries)

    def head(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(sa.select(sa.func.max(log.c.offset))).scalar() or 0)

    def latest(self, then: int) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for offset, product, n in sorted(self.levels):
            if offset <= then:
                found[product] = (offset, n)
        return found

    def shown(self, as_of: int | None) -> dict[str, tuple[int, int]]:
        rows = self.door.query("SELECT product_id, _offset, on_hand FROM stock_levels", as_of=as_of).rows
        assert len({row[0] for row in rows}) == len(rows)
        return {row[0]: (row[1], row[2]) for row in rows}

    def events(self, as_of: int | None) -> list[int]:
        return [row[0] for row in self.door.query("SELECT _offset FROM payment_tried ORDER BY 1", as_of=as_of).rows]


TestHotAndCold = HotAndCold.TestCase
TestHotAndCold.settings = settings(
    max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


def test_queries_while_rows_are_said_landed_and_settled_see_each_row_once(tmp_path: Path) -> None:
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    lander, door = Lander(engine, lake), SqlDoor(engine, lake)
    say(engine, *[level(f"p{n}", 0) for n in range(20)], tried("e0"))
    done = threading.Event()
    failures: list[BaseException] = []

    def shop() -> None:
        try:
            for n in range(1, 60):
                say(engine, *[level(f"p{n % 20}", n)], tried(f"e{n}"))
                lander.land(limit=5)
                if n % 10 == 0:
                    lake.settle(StockLevel)
                    lake.compact(PaymentTried, small=2)
        except BaseException as error:
            failures.append(error)
        finally:
            done.set()

    thread = threading.Thread(target=shop)
    thread.start()
    asked = 0
    while not done.is_set() or asked < 5:
        n, distinct, tries, last = door.query(
            "SELECT (SELECT count(*) FROM stock_levels), (SELECT count(DISTINCT product_id) FROM stock_levels), "
            "(SELECT count(*) FROM payment_tried), (SELECT max(on_hand) FROM stock_levels)"
        ).rows[0]
        assert (n, distinct) == (20, 20)
        assert tries == last + 1  # both tables are shown as of one moment
        asked += 1
    thread.join()
    assert failures == []


def test_the_past_of_a_settled_table_is_what_it_was(tmp_path: Path) -> None:
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    lander, door = Lander(engine, lake), SqlDoor(engine, lake)
    for n in range(1, 5):
        say(engine, level("a", n))
        if n == 2:
            say(engine, level("b", 7))
        lander.land()
        lake.settle(StockLevel)
    seen = {n: door.query("SELECT product_id, on_hand FROM stock_levels ORDER BY 1", as_of=n).rows for n in range(6)}
    assert seen == {
        0: (),
        1: (("a", 1),),
        2: (("a", 2),),
        3: (("a", 2), ("b", 7)),
        4: (("a", 3), ("b", 7)),
        5: (("a", 4), ("b", 7)),
    }


def test_what_sql_shows_is_the_row_that_was_said(tmp_path: Path) -> None:
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    door = SqlDoor(engine, lake)
    order = Order(order_id="o1", placed_at=AT, total=Money(1230, "CNY"), region="华东", status="paid")
    event = PaymentTried(at=AT, id="e", order_id="o1", provider="p", amount=Money(7, "JPY"), succeeded=False)
    say(engine, order, event)
    for _ in range(2):
        assert [from_row(Order, row) for row in door.query("SELECT * FROM orders").dicts()] == [order]
        assert [from_row(PaymentTried, row) for row in door.query("SELECT * FROM payment_tried").dicts()] == [event]
        Lander(engine, lake).land()


def test_a_table_without_rows_is_empty_and_typed(tmp_path: Path) -> None:
    result = SqlDoor(bare_log(tmp_path), Lake(str(tmp_path / "lake"))).query("SELECT order_id, total FROM orders")
    assert (result.columns, result.types, result.rows) == (("order_id", "total"), ("VARCHAR", "BIGINT"), ())


def test_values_come_back_as_plain_python(tmp_path: Path) -> None:
    door = SqlDoor(bare_log(tmp_path), Lake(str(tmp_path / "lake")), zone="Asia/Shanghai")
    result = door.query(
        "SELECT sum(1::BIGINT), 1.50::DECIMAL(9, 2), TIMESTAMPTZ '2024-01-01 08:00:00+08', DATE '2024-01-02', "
        "[1, 2], {'a': 1::HUGEINT}, '[1]'::JSON, NULL, CAST(TIMESTAMPTZ '2023-12-31 20:00:00+00' AS DATE), true"
    )
    assert result.rows == (
        (1, Decimal("1.50"), AT, date(2024, 1, 2), [1, 2], {"a": 1}, "[1]", None, date(2024, 1, 1), True),
    )
    assert result.types[:4] == ("HUGEINT", "DECIMAL(9,2)", "TIMESTAMP WITH TIME ZONE", "DATE")


@pytest.mark.parametrize(
    ("query", "params", "rows"),
    [
        ("SELECT ? + ?", [1, 2], ((3,),)),
        ("SELECT $a || $b", {"a": "x'; DROP TABLE orders; --", "b": "中"}, (("x'; DROP TABLE orders; --中",),)),
        ("SELECT count(*) FROM orders WHERE placed_at = $at", {"at": AT}, ((0,),)),
    ],
)
def test_parameters_are_values(tmp_path: Path, query: str, params: object, rows: object) -> None:
    assert SqlDoor(bare_log(tmp_path), Lake(str(tmp_path / "lake"))).query(query, params).rows == rows  # type: ignore[arg-type]


def test_a_missing_parameter_is_told(tmp_path: Path) -> None:
    with pytest.raises(LinkloopError) as refused:
        SqlDoor(bare_log(tmp_path), Lake(str(tmp_path / "lake"))).query("SELECT $a", {"b": 1})
    assert refused.value.code == "sql.invalid"


def test_a_session_of_its_own_looks_at_the_past(tmp_path: Path) -> None:
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    then = say(engine, level("a", 5))
    say(engine, level("a", 4))
    session = open_session(engine, lake, as_of=then, extra={StockLevel: [(9, level("b", 1))]})
    assert session.query("SELECT product_id, on_hand FROM stock_levels ORDER BY 1").rows == (("a", 5), ("b", 1))
    session.close()


def test_a_filter_reaches_the_files(tmp_path: Path) -> None:
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    rows = [(1, OrderLine(order_id=f"o{n}", line_no=1, product_id="p", quantity=1, price=Money(1, "CNY"), sold_at=AT + timedelta(days=n))) for n in range(100)]  # noqa: E501  # fmt: skip
    lake.append(OrderLine, to_arrow(OrderLine, rows), "bulk", 1)
    say(engine, OrderLine(order_id="o1", line_no=1, product_id="q", quantity=1, price=Money(1, "CNY")))
    plan = str(SqlDoor(engine, lake).query("EXPLAIN SELECT product_id FROM order_lines WHERE order_id = 'o7'").rows)
    scan = plan[plan.index("READ_PARQUET") :]
    assert "order_id='o7'" in scan.replace(" ", "")
    assert "freight" not in scan
