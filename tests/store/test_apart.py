"""Landing in a process of its own: the same rows, whoever of the two processes dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import msgspec
import pytest

from linkloop.commerce.payments import PaymentTried
from linkloop.commerce.stock import StockLevel
from linkloop.core.table import Table
from linkloop.core.vocabulary import tables
from linkloop.store.apart import Apart, Landed
from linkloop.store.lake import Lake
from linkloop.store.lander import Lander
from linkloop.store.landing import Positions
from tests.store.said import bare_log, say, say_raw
from tests.store.test_lander import level, logged, offsets, tried, where

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def only_installed_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that other tests made up stay for the life of this process."""
    installed = {name: kind for name, kind in tables().items() if kind.__module__.startswith("linkloop.")}
    monkeypatch.setattr("linkloop.store.apart.tables", lambda: installed)


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not what() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert what()


def test_another_process_lands_and_tells_how_far_it_came(tmp_path: Path) -> None:
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    say(engine, level("a", 5), level("a", 4), tried("e1"))
    beside = Apart(engine, lake)
    try:
        assert beside.land(2) == Landed(2, {})
        assert where(engine) == Positions(2, {})
        assert beside.land(100) == Landed(1, {})
        assert beside.land(100) == Landed(0, {})
        assert beside.compact() == Landed(0, {})
        assert beside.current()
    finally:
        beside.close()
    assert not beside.alive()
    assert (offsets(lake, StockLevel), offsets(lake, PaymentTried)) == ([1, 2], [3])


def test_what_a_kind_waits_for_over_there_is_known_here(tmp_path: Path) -> None:
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "stock_levels").write_text("a file where a folder must be")
    say(engine, level("a", 5), tried("e1"))
    beside = Apart(engine, lake)
    try:
        landed = beside.land(100)
    finally:
        beside.close()
    assert list(landed.problems) == ["stock_levels"]
    assert where(engine) == Positions(2, {"stock_levels": 0})


def test_the_thread_has_another_process_land(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    lander = Lander(engine, lake, apart=True)
    monkeypatch.setattr(lander, "land", lambda limit=0: pytest.fail("this process lands"))
    lander.start(0.02)
    say(engine, level("a", 5), tried("e1"))
    until(lambda: where(engine).done == 2)
    child = lander._apart
    assert child is not None
    lander.stop()
    assert not child.alive()
    assert (offsets(lake, StockLevel), offsets(lake, PaymentTried)) == ([1], [2])


def test_a_process_that_was_killed_is_followed_by_another(tmp_path: Path) -> None:
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    lander = Lander(engine, lake, apart=True)
    say(engine, level("a", 5))
    assert lander._land_somewhere() == 1
    first = lander._apart
    assert first is not None
    os.kill(first._child.pid, signal.SIGKILL)
    first._child.wait()
    say(engine, level("a", 4))
    assert lander._land_somewhere() == 1
    assert lander._apart is not first
    lander.stop()
    assert offsets(lake, StockLevel) == logged(engine, "stock_levels") == [1, 2]


def test_a_process_that_dies_while_it_is_asked_is_told_as_an_error(tmp_path: Path) -> None:
    beside = Apart(bare_log(tmp_path), Lake(str(tmp_path / "lake")))
    os.kill(beside._child.pid, signal.SIGKILL)
    beside._child.wait()
    with pytest.raises(BrokenPipeError):
        beside.land(1)
    beside.close()


def test_what_fails_over_there_is_told_in_its_words(tmp_path: Path) -> None:
    engine = bare_log(tmp_path)
    beside = Apart(engine, Lake(str(tmp_path / "lake")))
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE log RENAME TO lost")
        with pytest.raises(RuntimeError, match="no such table: log"):
            beside.land(1)
        assert beside.alive()
    finally:
        beside.close()


def test_a_table_that_only_this_process_has_is_landed_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    macaw = msgspec.defstruct(
        "Macaw", [("id", str)], bases=(Table,), frozen=True, kw_only=True, gc=False, module="nowhere",
        namespace={"__table__": "macaws"},
    )  # fmt: skip
    for module in ("lander", "apart"):
        monkeypatch.setattr(f"linkloop.store.{module}.tables", lambda: {**tables(), "macaws": macaw})
    engine, lake = bare_log(tmp_path), Lake(str(tmp_path / "lake"))
    say_raw(engine, ("macaws", "p1", b'{"id":"p1"}', False))
    with pytest.raises(LookupError, match="nowhere cannot be imported"):
        Apart(engine, lake)
    lander = Lander(engine, lake, apart=True)
    assert lander._land_somewhere() == 1
    assert lander._apart is None
    assert where(engine) == Positions(1, {})
    assert offsets(lake, cast(type[Table], macaw)) == [1]


PARENT = """
import sys, time
from pathlib import Path
from tests.store.said import bare_log
from linkloop.store.apart import Apart
from linkloop.store.lake import Lake
folder = Path(sys.argv[1])
beside = Apart(bare_log(folder), Lake(str(folder / "lake")))
beside.land(1)
print(beside._child.pid, flush=True)
time.sleep(600)
"""


def test_it_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert runs(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: not runs(child))


def runs(pid: int) -> bool:
    """Whether a process is there and no zombie that nobody has asked about yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_where_the_log_is_and_its_password_are_not_on_the_command_line(tmp_path: Path) -> None:
    beside = Apart(bare_log(tmp_path), Lake(str(tmp_path / "lake")))
    line = Path(f"/proc/{beside._child.pid}/cmdline").read_bytes()
    beside.close()
    assert line.split(b"\0") == [sys.executable.encode(), b"-m", b"linkloop.store.landing_process", b""]
