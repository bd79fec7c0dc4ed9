"""An import that is killed anywhere goes on when it is called again, and ends as if nothing had happened."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import polars as pl
import pytest

from linkloop.commerce.loop import FileImported, Intake
from linkloop.commerce.orders import Order, OrderLine
from linkloop.core.errors import LinkloopError
from linkloop.core.table import Table
from linkloop.store import bulk
from linkloop.worlds.files import import_path
from linkloop.worlds.files.lock import import_lock
from tests.worlds.files.conftest import Bench

CHUNK = 500
ROWS = 1_800
KILLED_BY = """
import os, signal, sys
from pathlib import Path
from linkloop.store import bulk
from linkloop.store.lake import Lake
from linkloop.store.store import open_store
from linkloop.worlds.files import import_path

folder, file, moment = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
bulk.CHUNK = int(sys.argv[4])
store, lake, calls = open_store(f"sqlite:///{folder}/shop.db"), Lake(f"file://{folder}/lake"), 0


class Dying:
    def append(self, *given):
        global calls
        if calls == moment - 0.5:
            os.kill(os.getpid(), signal.SIGKILL)  # before the lake has the chunk
        made = lake.append(*given)
        calls += 1
        if calls == moment:
            os.kill(os.getpid(), signal.SIGKILL)  # the lake has it, the state has not
        return made


def told(done, of):
    if moment == 0:
        os.kill(os.getpid(), signal.SIGKILL)  # while the file is read


import_path(file, store.engine, Dying(), folder=folder, currency="CNY", progress=told)
"""


def lines() -> str:
    rows = [f"{1000 + n // 3},2026-03-01 10:00:00,A{n % 40},{n % 5 + 1},9.{n % 90 + 10},c{n % 70}" for n in range(ROWS)]
    rows[700] = rows[700].replace("2026-03-01", "one day")
    return "\n".join(["order_id,order_date,sku,quantity,unit_price,customer_id", *rows, ""])


def whole(bench: Bench, kind: type[Table]) -> pl.DataFrame:
    frame = pl.DataFrame(pl.from_arrow(bench.cold(kind))).drop("_offset", "_part")
    return frame.sort(list(kind.__key__))


def test_killed_again_and_again_it_ends_equal(shop: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "killed"
    other.mkdir()
    file = other / "lines.csv"
    file.write_text(lines())
    killed = Bench(other)
    for moment in ("0", "1.5", "3"):
        ended = subprocess.run(
            [sys.executable, "-c", KILLED_BY, str(other), str(file), moment, str(CHUNK)], check=False
        )
        assert ended.returncode == -signal.SIGKILL
        assert killed.said(FileImported) == []
    monkeypatch.setattr(bulk, "CHUNK", CHUNK)
    [after] = killed.take(file, currency="CNY").files
    [before] = shop.take(file, currency="CNY").files
    assert (after.rows_in, after.rows_kept, after.rows_quarantined) == (ROWS, ROWS - 1, 1)
    same = {"seconds": 0, "mapping_file": "", "quarantine": ""}
    assert msgspec.structs.replace(after, **same) == msgspec.structs.replace(before, **same)
    assert Path(after.quarantine).read_bytes() == Path(before.quarantine).read_bytes()
    for kind in (OrderLine, Order):
        assert killed.rows(kind) == shop.rows(kind)
        assert whole(killed, kind).equals(whole(shop, kind))
    assert [intake.status for intake in killed.said(Intake)] == ["open", "done"]
    assert len(killed.said(FileImported)) == 1
    assert [path.name for path in other.iterdir() if path.name.startswith(".import-")] == []
    killed.store.close()


def test_interrupted_by_a_person_it_leaves_nothing_half_done(shop: Bench) -> None:
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    file = shop.folder / "lines.csv"
    file.write_text(lines())
    with pytest.raises(KeyboardInterrupt):
        import_path(file, shop.store.engine, shop.lake, folder=shop.folder, currency="CNY", progress=stop)
    assert shop.rows(OrderLine) == []
    assert not list((shop.folder / "quarantine").rglob("*.csv"))
    assert [p.name for p in shop.folder.iterdir() if p.name.startswith(".import-")] == []
    [report] = shop.take(file, currency="CNY").files
    assert (report.repeated, report.rows_kept) == (False, ROWS - 1)


def test_progress_tells_rows_done(shop: Bench) -> None:
    heard: list[tuple[int, int]] = []
    shop.write("lines.csv", lines(), currency="CNY", progress=lambda done, of: heard.append((done, of)))
    assert heard[-1] == (ROWS, ROWS)
    assert all(done <= ROWS for done, _ in heard)


def test_two_imports_at_once_are_refused(shop: Bench) -> None:
    with import_lock(shop.folder), pytest.raises(LinkloopError) as error:
        shop.write("lines.csv", lines(), currency="CNY")
    assert error.value.code == "import.busy"
    assert shop.rows(OrderLine) == []
