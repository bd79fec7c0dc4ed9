"""The audit commits with the change that it tells of, or not at all."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from linkloop.store.audit import Entry, read
from linkloop.store.schema import people
from linkloop.store.store import open_store
from tests.engine.small_shop import open_small


@pytest.fixture
def store(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/log.db")
    yield store
    store.close()


def write(store, *entries):
    with store.write() as w:
        w.audit += entries


def told(store, **asked):
    with store.read() as connection:
        return [(e.by, e.what, e.about, e.before, e.after) for e in read(connection, **asked)]


def test_an_entry_comes_back_as_it_was_written_latest_first(store):
    write(store, Entry(by="li", what="gate.set", about="gate", before={"limits": [1]}, after={"limits": [2]}))
    write(store, Entry(by="王芳", what="people.add", about="赵", after={"role": "data"}))
    assert told(store) == [
        ("王芳", "people.add", "赵", None, {"role": "data"}),
        ("li", "gate.set", "gate", {"limits": [1]}, {"limits": [2]}),
    ]


def test_an_entry_bears_the_real_time(store):
    start = time.time()
    write(store, Entry(by="li", what="a.b"))
    with store.read() as connection:
        [entry] = read(connection)
    assert start - 1e-3 <= entry.at.timestamp() <= time.time()


def test_a_noun_finds_its_verbs_and_nothing_that_only_begins_alike(store):
    write(store, *(Entry(by="li", what=what) for what in ("rules.live", "rules", "rulesx.a", "rule_s.b")))
    assert [what for _, what, *_ in told(store, what="rules")] == ["rules", "rules.live"]
    assert [what for _, what, *_ in told(store, what="rules.live")] == ["rules.live"]
    assert told(store, what="rule_") == told(store, what="rul%") == []


def test_filters_and_pages_meet(store):
    write(store, *(Entry(by="ab"[n % 2], what="x.y", about=str(n % 3)) for n in range(12)))
    assert len(told(store, by="a", about="0")) == 2  # 0 and 6
    with store.read() as connection:
        first = read(connection, by="a", limit=4)
        rest = read(connection, by="a", limit=4, before_seq=first[-1].seq)
        assert [e.seq for e in first + rest] == [11, 9, 7, 5, 3, 1]
        at = int(first[0].at.timestamp() * 1e6)
        assert read(connection, since=at + 10**6) == read(connection, until=at - 10**6) == []


def test_what_json_cannot_hold_is_refused_at_once():
    with pytest.raises(TypeError):
        Entry(by="li", what="a.b", after=object())


def test_a_change_that_fails_leaves_no_entry(store):
    def fail():
        with store.write() as w:
            w.audit.append(Entry(by="li", what="a.b"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert told(store) == []


@pytest.mark.parametrize("written", ["audit", "run"])
def test_work_that_fails_half_written_takes_the_turn_with_it(tmp_path, written):
    shop, _ = open_small(tmp_path)

    def half(turn):
        if written == "audit":
            turn.w.audit.append(Entry(by="li", what="a.b"))
        else:
            turn.w.run(sa.insert(people).values(
                id="x", name="x", role="admin", password="", likes=b"{}", at=0, by="li", seen=0, disabled=0,
            ))  # fmt: skip
        raise RuntimeError("too late")

    future = shop.loop.command(half)
    with pytest.raises(RuntimeError, match="too late"):
        shop.loop.turn()
    assert isinstance(future.exception(), RuntimeError)
    with shop.store.read() as connection:
        assert read(connection) == []
        assert connection.execute(sa.select(people)).all() == []
    shop.close()


def test_work_that_refuses_before_it_writes_lets_the_others_of_its_turn_through(tmp_path):
    shop, _ = open_small(tmp_path)

    def refuse(turn):
        raise ValueError("no")

    bad = shop.loop.command(refuse)
    good = shop.loop.command(lambda turn: turn.w.audit.append(Entry(by="li", what="a.b")))
    shop.loop.turn()
    assert isinstance(bad.exception(), ValueError)
    assert good.exception() is None
    assert [what for _, what, *_ in told(shop.store)] == ["a.b"]
    shop.close()
