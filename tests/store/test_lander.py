"""The lander: every log row comes into the lake once, whenever and wherever the process dies."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy import event

from linkloop.commerce.payments import PaymentTried
from linkloop.commerce.stock import Place, StockLevel
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.vocabulary import tables
from linkloop.store.lake import Lake
from linkloop.store.lander import Lander, Waiting
from linkloop.store.landing import Positions, positions
from linkloop.store.schema import dead_letters, log
from tests.store.said import Crash, Fault, bare_log, say, say_raw

AT = datetime(2024, 1, 1, tzinfo=UTC)


def level(product: str, on_hand: int) -> StockLevel:
    return StockLevel(product_id=product, place="sh", on_hand=on_hand)


def tried(name: str) -> PaymentTried:
    return PaymentTried(at=AT, id=name, order_id="o", provider="p", amount=Money(1, "CNY"), succeeded=True)


def offsets(lake: Lake, kind: type[Table]) -> list[int]:
    dataset = lake.dataset(kind)
    return [] if dataset is None else sorted(dataset.to_table(columns=["_offset"])["_offset"].to_pylist())


def where(engine: sa.Engine) -> Positions:
    with engine.connect() as connection:
        return positions(connection)


def logged(engine: sa.Engine, kind: str) -> list[int]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(log.c.offset).where(log.c.kind == kind)).scalars())


class MortalLake(Lake):
    """A real lake whose process can die just before or just after each append."""

    crash: Crash

    def append(self, *args: object, **options: object) -> bool:
        self.crash.step()
        done = super().append(*args, **options)  # type: ignore[arg-type]
        self.crash.step()
        return done


def test_rows_land_in_the_table_of_their_kind_and_the_cursor_follows(tmp_path: Path) -> None:
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    lander = Lander(engine, lake)
    assert lander.land() == 0
    say(engine, level("a", 5), tried("e1"), level("a", 4), tried("e2"), level("b", 1))
    assert lander.land(limit=3) == 3
    assert (offsets(lake, StockLevel), offsets(lake, PaymentTried)) == ([1, 3], [2])
    assert where(engine) == Positions(3, {})
    assert lander.land(limit=3) == 2
    assert lander.land(limit=3) == 0
    assert (offsets(lake, StockLevel), offsets(lake, PaymentTried)) == ([1, 3, 5], [2, 4])
    assert (lake.landed(StockLevel, "log"), lake.landed(PaymentTried, "log")) == (5, 4)
    assert lander.waiting() == []


def test_a_death_between_any_two_steps_loses_and_doubles_nothing(tmp_path: Path) -> None:
    deaths = 0
    for at in range(1, 20):
        folder = tmp_path / str(at)
        folder.mkdir()
        engine, crash = bare_log(folder), Crash(at)
        lake = MortalLake(str(folder / "lake"))
        lake.crash = crash

        @event.listens_for(engine, "commit")
        def _before_commit(_connection: sa.Connection, crash: Crash = crash) -> None:
            crash.step()

        crash.at = 0
        say(engine, level("a", 5), tried("e1"), Place(place="sh"), level("a", 4), tried("e2"))
        crash.at, crash.seen = at, 0
        try:
            Lander(engine, lake).land(limit=4)
        except Fault:
            deaths += 1
        crash.at = 0
        say(engine, level("a", 3), tried("e3"))  # the group that is tried again is not the one that died
        lander = Lander(engine, Lake(str(folder / "lake")))
        while lander.land(limit=5):
            pass
        for kind in (StockLevel, PaymentTried, Place):
            assert offsets(lander.lake, kind) == logged(engine, {"Place": "places", "StockLevel": "stock_levels"}.get(kind.__name__, "payment_tried"))  # noqa: E501  # fmt: skip
        assert where(engine) == Positions(7, {})
        engine.dispose()
    assert deaths == 7  # before and after each of three appends, and before the commit of the cursor


def test_two_landers_at_once_land_each_row_once(tmp_path: Path) -> None:
    engine = bare_log(tmp_path)
    for n in range(60):
        say(engine, level(f"p{n}", n), tried(f"e{n}"))

    def run() -> None:
        lander = Lander(engine, Lake(str(tmp_path / "lake")))
        for _ in range(40):
            lander.land(limit=7)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lander = Lander(engine, Lake(str(tmp_path / "lake")))
    while lander.land():
        pass
    assert offsets(lander.lake, StockLevel) == logged(engine, "stock_levels")
    assert offsets(lander.lake, PaymentTried) == logged(engine, "payment_tried")
    assert where(engine) == Positions(120, {})


class RivalLake(Lake):
    """A real lake in which another process lands just before or just after our append."""

    rival: Lander | None = None
    before: bool = True
    limit: int = 0

    def append(self, *args: object, **options: object) -> bool:
        rival, self.rival = self.rival, None
        if rival is not None and self.before:
            rival.land(self.limit)
        done = super().append(*args, **options)  # type: ignore[arg-type]
        if rival is not None and not self.before:
            rival.land(self.limit)
        return done


@pytest.mark.parametrize(("before", "limit", "then"), [(True, 1, 1), (True, 3, 3), (False, 3, 3)])
def test_a_rival_that_lands_in_between_wins_and_nothing_is_doubled(
    tmp_path: Path, before: bool, limit: int, then: int
) -> None:
    engine, lake = bare_log(tmp_path), RivalLake(str(tmp_path / "lake"))
    say(engine, level("a", 5), level("b", 6), level("c", 7))
    lake.rival, lake.before, lake.limit = Lander(engine, Lake(str(tmp_path / "lake"))), before, limit
    lander = Lander(engine, lake)
    assert lander.land(limit=2) == 0
    assert where(engine) == Positions(then, {})
    assert lander.land() == 3 - then
    assert offsets(lake, StockLevel) == [1, 2, 3]


def test_a_kind_that_caught_up_while_others_landed_is_not_forgotten(tmp_path: Path) -> None:
    """One process without a package goes past its rows while one that has it takes the mark of waiting away."""
    engine, lake = bare_log(tmp_path), RivalLake(str(tmp_path / "lake"))
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "places").write_text("in the way")
    lander = Lander(engine, lake)
    say(engine, Place(place="sh"), level("a", 5))
    assert lander.land() == 2
    assert where(engine) == Positions(2, {"places": 0})
    say(engine, Place(place="bj"), level("a", 4))
    seen = where(engine)
    (tmp_path / "lake" / "places").unlink()
    rival = Lander(engine, Lake(str(tmp_path / "lake")))
    rival.land()
    assert where(engine) == Positions(4, {})
    assert lander._settle_held(seen, "places", None, []) == Positions(4, {})  # what it knows is old: it does nothing
    assert offsets(lake, Place) == [1, 3]
    assert offsets(lake, StockLevel) == [2, 4]


def test_an_unknown_kind_waits_in_the_log_until_its_package_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    lander = Lander(engine, lake)
    say(engine, level("a", 5))
    say_raw(engine, ("parrots", "x", b'{"name":"x","words":1}', False), ("parrots", "y", b'{"name":"y"}', False))
    assert lander.land() == 3
    say(engine, level("a", 4))
    say_raw(engine, ("parrots", "x", b'{"name":"x","words":2}', False))
    assert lander.land() == 2
    assert lander.land() == 0
    assert offsets(lake, StockLevel) == [1, 4]
    assert where(engine) == Positions(5, {"parrots": 0})
    assert lander.waiting() == [Waiting("parrots", 3, 2, "no installed package defines it")]

    # A package that is installed now. It is no subclass of Table: that would stay in the vocabulary of other tests.
    words = {"__table__": "parrots", "__key__": ("name",)}
    parrot: type[Any] = msgspec.defstruct("Parrot", [("name", str), ("words", int, 0)], frozen=True, namespace=words)
    monkeypatch.setattr("linkloop.store.lander.tables", lambda: {**tables(), "parrots": parrot})
    say_raw(engine, ("parrots", "y", b'{"name":"y","words":7}', False))
    assert lander.land(limit=2) == 3  # two of the three that waited, and the new one is looked at
    assert lander.land(limit=2) == 2
    assert lander.land() == 0
    assert offsets(lake, parrot) == [2, 3, 5, 6]
    assert where(engine) == Positions(6, {})
    assert lander.waiting() == []


def test_a_row_that_does_not_fit_becomes_a_dead_letter_that_can_be_tried_again(tmp_path: Path) -> None:
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    lander = Lander(engine, lake)
    body = b'{"product_id":"b","place":"sh","on_hand":"many"}'
    say_raw(engine, ("stock_levels", "b|sh", body, False))
    say(engine, level("a", 5))
    assert lander.land() == 2
    assert offsets(lake, StockLevel) == [2]
    with engine.connect() as connection:
        (letter,) = connection.execute(sa.select(dead_letters)).all()
    assert (letter.id, letter.what, letter.consumer, letter.ref, letter.status) == ("lake:1", "row", "lake", "1", "waiting")  # noqa: E501  # fmt: skip
    assert letter.body == body
    assert "on_hand" in letter.problem
    assert lander.retry("lake:1") is False
    assert lander.retry("lake:9") is False
    with engine.execution_options(linkloop_write=True).begin() as connection:
        mended = body.replace(b'"many"', b"3")
        connection.execute(sa.update(dead_letters).values(body=mended))
    assert lander.retry("lake:1") is True
    assert lander.retry("lake:1") is True
    assert offsets(lake, StockLevel) == [1, 2]
    with engine.connect() as connection:
        assert connection.execute(sa.select(dead_letters.c.status)).scalars().all() == ["retried"]


def test_a_kind_whose_table_cannot_be_written_does_not_stop_the_others(tmp_path: Path) -> None:
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    lander = Lander(engine, lake)
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "places").write_text("a file where the table's folder should be")
    say(engine, Place(place="sh"), level("a", 5))
    assert lander.land() == 2
    say(engine, Place(place="bj"), level("a", 4))
    assert lander.land() == 2
    assert lander.land() == 0
    assert offsets(lake, StockLevel) == [2, 4]
    (waiting,) = lander.waiting()
    assert (waiting.kind, waiting.rows, waiting.first) == ("places", 2, 1)
    assert waiting.problem
    (tmp_path / "lake" / "places").unlink()
    assert lander.land() == 2
    assert offsets(lake, Place) == [1, 3]
    assert lander.waiting() == []


def test_the_thread_lands_and_stops(tmp_path: Path) -> None:
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    lander = Lander(engine, lake)
    lander.start(0.02)
    say(engine, level("a", 5), tried("e1"))
    deadline = time.monotonic() + 30
    while where(engine).done < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    lander.stop()
    say(engine, level("a", 4))
    assert (offsets(lake, StockLevel), offsets(lake, PaymentTried)) == ([1], [2])
    assert where(engine) == Positions(2, {})


VICTIM = """
import sys
from pathlib import Path
from typing import Any
from tests.store.said import bare_log
from linkloop.store.lake import Lake
from linkloop.store.lander import Lander
folder = Path(sys.argv[1])
lander = Lander(bare_log(folder), Lake(str(folder / "lake")))
print("ready", flush=True)
while lander.land(limit=11):
    lander.compact()
"""


@pytest.mark.slow
def test_sigkill_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    engine = bare_log(tmp_path)
    for n in range(0, 400, 20):
        say(engine, *[row for i in range(n, n + 20) for row in (level(f"p{i % 7}", i), tried(f"e{i}"))])
    moments = random.Random(20240101)
    for _ in range(5):
        victim = subprocess.Popen(
            [sys.executable, "-c", VICTIM, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
        )
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"ready\n"
        time.sleep(moments.uniform(0.0, 0.4))
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        victim.stdout.close()
        lake = Lake(str(tmp_path / "lake"))
        for kind, name in ((StockLevel, "stock_levels"), (PaymentTried, "payment_tried")):
            landed = offsets(lake, kind)
            assert landed == logged(engine, name)[: len(landed)]
    lander = Lander(engine, Lake(str(tmp_path / "lake")))
    while lander.land():
        pass
    assert offsets(lander.lake, StockLevel) == logged(engine, "stock_levels")
    assert offsets(lander.lake, PaymentTried) == logged(engine, "payment_tried")
