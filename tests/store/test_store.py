"""The operational store: one transaction, offsets without gaps, present and past facts, and what a crash leaves."""

import os
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime

import msgspec
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from linkloop.commerce.conversations import Conversation
from linkloop.commerce.orders import Order
from linkloop.commerce.stock import StockLevel
from linkloop.commerce.time import MinutePassed
from linkloop.core.decision import Decision
from linkloop.core.errors import LinkloopError
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.store import store as store_module
from linkloop.store.facts import LiveFacts, PastFacts
from linkloop.store.ledger import entries, verify
from linkloop.store.schema import inbox, log, metadata, state
from linkloop.store.store import head_of, open_store

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/log.db"


@pytest.fixture
def store(url):
    store = open_store(url)
    yield store
    store.close()


def level(on_hand, product="p1", place="east"):
    return StockLevel(product_id=product, place=place, on_hand=on_hand)


def minute(n):
    return MinutePassed(at=NOW, id=f"id{n}", case_id=f"id{n}", source="t", shop="s")


def test_migrations_make_exactly_the_schema_of_the_code(store):
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def migrated(store, move, revision):
    config = Config()
    config.set_main_option("script_location", os.path.join(os.path.dirname(store_module.__file__), "migrations"))
    with store.engine.execution_options(linkloop_write=True).connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        move(config, revision)


def test_migrations_go_down_and_up_again(store):
    def tables():
        with store.engine.connect() as connection:
            return set(sa.inspect(connection).get_table_names())

    migrated(store, command.downgrade, "base")
    assert tables() == {"alembic_version"}
    migrated(store, command.upgrade, "head")
    assert tables() == {*metadata.tables, "alembic_version"}


def test_a_body_is_kept_once_and_rows_from_before_read_as_they_did(store):
    """Down to the schema that kept each body thrice, up again, and one version more: nothing reads differently."""

    def told():
        with store.read() as connection:
            rows = connection.exec_driver_sql("SELECT kind, key, offset, body FROM state ORDER BY kind, key").all()
            chain = [(e.seq, e.entry, e.decision.status, e.hash) for e in entries(connection, "d")]
            return rows, chain, verify(connection).bad_seq

    def stored(table):
        with store.read() as connection:
            return connection.exec_driver_sql(f"SELECT sum(length(body)) FROM {table}").scalar()

    def decision(status):
        return Decision(id="d", at=NOW, action_kind="Reply", action={}, reason=Text(en="e", zh="z"), confidence=1.0,
                        at_risk=Money(0, "CNY"), status=status)  # fmt: skip

    with store.write() as w:
        w.row(level(5), 0, "t")
        w.decision(decision("allowed"), "decided", 1, "t")
    before = told()
    assert stored("present") == stored("ledger") == 0
    migrated(store, command.downgrade, "0005")
    assert stored("state") > 0
    assert stored("ledger") > 0
    migrated(store, command.upgrade, "head")
    assert told() == before
    with store.write() as w:
        w.decision(decision("done"), "settled", 2, "t")
    rows, chain, bad = told()
    assert [line[1:3] for line in chain] == [("decided", "allowed"), ("settled", "done")]
    assert msgspec.json.decode(next(row.body for row in rows if row.key == "d"))["status"] == "done"
    assert bad == 0


def test_a_store_of_a_newer_version_is_refused_and_untouched(store, url):
    with store.engine.execution_options(linkloop_write=True).connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LinkloopError) as refusal:
        open_store(url)
    assert refusal.value.code == "store.newer"


def test_an_unknown_scheme_names_the_known_ones():
    with pytest.raises(LinkloopError) as refusal:
        open_store("oracle://x")
    assert refusal.value.code == "store.driver"
    assert "sqlite" in refusal.value.todo.en


def test_commits_are_durable_by_setting(store):
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_offsets_count_up_without_gaps_in_the_order_of_saying(store):
    with store.write() as w:
        assert [w.event(minute(1)), w.row(level(5), 0, "t"), w.event(minute(2))] == [1, 2, 3]
    with store.write() as w:
        assert w.row(level(4), 0, "t") == 4
    with store.read() as connection:
        lines = connection.execute(sa.select(log.c.offset, log.c.kind, log.c.key, log.c.is_event)).all()
    assert lines == [
        (1, "minute_passed", "s", 1),
        (2, "stock_levels", "p1|east", 0),
        (3, "minute_passed", "s", 1),
        (4, "stock_levels", "p1|east", 0),
    ]


def test_a_failed_transaction_leaves_nothing_and_the_cache_forgets_it(store):
    with store.write() as w:
        w.row(level(5), 0, "t")

    def fail():
        with store.write() as w:
            w.row(level(1), 0, "t")
            w.event(minute(1))
            w.inbox.append(("t", "x", 2, 2))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.write() as w:
        assert w.head == 1
        assert w.facts.get(StockLevel, "p1|east")[0].on_hand == 5
    with store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(inbox)).scalar() == 0


def test_reads_see_what_the_same_transaction_wrote_and_others_do_not(store):
    with store.write() as w:
        w.row(level(5), 0, "t")
        w.row(level(7, "p2"), 0, "t")
        assert w.facts.get(StockLevel, "p1|east") == (level(5), 1)
        assert w.facts.where(StockLevel, "product_id", "p2") == [(level(7, "p2"), 2)]
        with store.read() as connection:
            assert head_of(connection) == 0


def test_an_index_follows_a_row_that_moves(store):
    def order(customer):
        return Order(order_id="o", customer_id=customer, placed_at=NOW)

    with store.write() as w:
        w.row(order("c1"), 0, "t")
    with store.write() as w:
        w.row(order("c2"), 0, "t")
        assert w.facts.where(Order, "customer_id", "c1") == []
        assert [row.customer_id for row, _ in w.facts.where(Order, "customer_id", "c2")] == ["c2"]
    with store.write() as w:
        assert w.facts.where(Order, "customer_id", "c1") == []
        assert len(w.facts.where(Order, "customer_id", "c2")) == 1


def test_rows_by_an_index_field_are_found_by_their_index_whatever_is_asked_of_them(store):
    with store.read() as connection:
        for query in (
            sa.select(state.c.body).where(state.c.kind == "a", state.c.ix1 == "b"),
            sa.select(state.c.body).where(state.c.kind == "a", state.c.ix2 == "b").order_by(state.c.key),
            sa.select(sa.func.count()).where(state.c.kind == "a", state.c.ix1 == "b"),
        ):
            sql = str(query.compile(store.engine, compile_kwargs={"literal_binds": True}))
            told = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
            assert "INDEX state_ix" in told[0], sql
            assert not any(line.startswith("SCAN") for line in told[1:]), sql


def test_a_table_that_is_not_indexed_says_so(store):
    with store.write() as w, pytest.raises(KeyError, match="is not indexed by place"):
        w.facts.where(StockLevel, "place", "east")


def test_what_another_process_wrote_is_seen_at_the_next_transaction(store, url):
    with store.write() as w:
        w.row(level(5), 0, "t")
    other = open_store(url)
    with other.write() as w:
        assert w.head == 1
        w.row(level(2), 0, "t")
    other.close()
    with store.write() as w:
        assert w.head == 2
        assert w.facts.get(StockLevel, "p1|east") == (level(2), 2)


def test_the_past_is_as_it_was(store):
    for n in (5, 4, 3):
        with store.write() as w:
            w.row(level(n), 0, "t")
    with store.read() as connection:
        seen = [PastFacts(connection, h).get(StockLevel, "p1|east") for h in range(4)]
    assert seen == [(None, 0), (level(5), 1), (level(4), 2), (level(3), 3)]


def test_the_past_can_leave_out_what_links_said_since(store):
    with store.write() as w:
        w.row(level(5), 0, "link:stock")
        w.row(level(4), 0, "sim")
        w.row(level(3), 0, "link:stock")
    with store.read() as connection:
        assert PastFacts(connection, 3, since=1).get(StockLevel, "p1|east") == (level(4), 2)
        assert PastFacts(connection, 3, since=3).get(StockLevel, "p1|east") == (level(3), 3)
        past = PastFacts(connection, 3, since=1)
        assert past.where(StockLevel, "product_id", "p1") == [(level(4), 2)]


def test_a_slow_reader_keeps_its_snapshot(store):
    with store.write() as w:
        w.row(level(5), 0, "t")
    with store.read() as connection:
        facts = LiveFacts(store.engine)
        facts.connection = connection
        assert facts.get(StockLevel, "p1|east")[0].on_hand == 5
        with store.write() as w:
            w.row(level(1), 0, "t")
        assert facts.where(StockLevel, "product_id", "p1")[0][0].on_hand == 5


def test_a_later_version_is_never_replaced_by_an_earlier_one(store):
    with store.write() as w:
        w.row(level(5), 0, "t")
        w.row(level(4), 0, "t")
    with store.write() as w:
        w.state["stock_levels", "p1|east"] = ("stock_levels", "p1|east", "p1", None, 1, b"{}")
    with store.read() as connection:
        assert connection.execute(sa.select(state.c.offset)).scalar() == 2


WRITER = """
    import sys
    from datetime import UTC, datetime
    from linkloop.commerce.time import MinutePassed
    from linkloop.store.store import open_store
    store = open_store(sys.argv[1])
    n = 0
    while True:
        with store.write() as w:
            for _ in range(7):
                n += 1
                offset = w.event(MinutePassed(at=datetime.now(UTC), id=str(n), case_id=str(n), source="t", shop="s"))
                w.inbox.append(("t", str(n), offset, offset))
        print(n, flush=True)
"""


def test_after_kill_nine_all_that_was_told_durable_is_there_and_batches_are_whole(url):
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(WRITER), url], stdout=subprocess.PIPE, text=True)
    told = [int(process.stdout.readline()) for _ in range(40)][-1]
    process.send_signal(signal.SIGKILL)
    told = max([told, *(int(line) for line in process.stdout.read().split())])
    process.wait()
    store = open_store(url)
    with store.read() as connection:
        offsets = connection.execute(sa.select(log.c.offset).order_by(log.c.offset)).scalars().all()
        boxed = connection.execute(sa.select(sa.func.count()).select_from(inbox)).scalar()
    store.close()
    assert offsets == list(range(1, len(offsets) + 1))
    assert len(offsets) >= told
    assert len(offsets) % 7 == 0
    assert boxed == len(offsets)


def found_by(store):
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        rows = connection.exec_driver_sql(
            "SELECT key, ix1, ix2, offset FROM present WHERE kind = 'conversations'"
        ).all()
        return {key: (one, two, offset) for key, one, two, offset in rows}


def talk(n, customer, status):
    return Conversation(conversation_id=f"v{n}", channel="web", opened_at=NOW, customer_id=customer, status=status)


def test_index_columns_follow_rows_whichever_of_them_change_and_whoever_wrote_before(store, url):
    """Each row is written anew with the same values, with another first, with another second, and with both."""
    for round_ in range(6):
        if round_ == 4:  # a process that knows none of the rows
            store.close()
            store = open_store(url)
        with store.write() as w:
            for n in range(8):
                status = ("open", "solved")[(n // 2 % 2) * round_ % 2]
                w.row(talk(n, f"c{n % 2 * round_}", status), 0, "t")
        assert found_by(store) == {
            f"v{n}": (f"c{n % 2 * round_}", ("open", "solved")[(n // 2 % 2) * round_ % 2], round_ * 8 + n + 1)
            for n in range(8)
        }
    store.close()


def test_a_row_that_a_bulk_load_of_another_process_moved_is_found_by_its_new_values(store, url):
    """A load writes rows at an offset that it took before: the log is as long as it was."""
    with store.write() as w:
        w.row(talk(1, "c1", "open"), 0, "t")
        w.row(talk(2, "c1", "open"), 0, "t")
    with store.write() as w:
        w.connection.exec_driver_sql("UPDATE present SET ix1 = 'c9', offset = 2 WHERE key = 'v1'")
    with store.write() as w:
        w.row(talk(1, "c1", "open"), 0, "t")
        w.row(talk(2, "c1", "open"), 0, "t")
    assert found_by(store) == {"v1": ("c1", "open", 3), "v2": ("c1", "open", 4)}
