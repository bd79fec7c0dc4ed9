"""The lake: each load happens once, versions are kept, files stay few."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from linkloop.commerce.orders import OrderLine
from linkloop.commerce.payments import PaymentTried
from linkloop.commerce.stock import StockLevel
from linkloop.core.errors import Conflict, LinkloopError
from linkloop.core.money import Money
from linkloop.store.columns import to_arrow
from linkloop.store.lake import Lake
from linkloop.store.settle import Kept, merge, settle

AT = datetime(2024, 1, 1, tzinfo=UTC)


def levels(*said: tuple[int, str, int]) -> pa.Table:
    """(offset, product, on hand) as rows of `stock_levels`."""
    return to_arrow(StockLevel, [(o, StockLevel(product_id=p, place="sh", on_hand=n)) for o, p, n in said])


def tries(first: int, last: int) -> pa.Table:
    rows = [(n, PaymentTried(at=AT, id=f"e{n}", order_id="o", provider="p", amount=Money(1, "CNY"), succeeded=True)) for n in range(first, last + 1)]  # noqa: E501  # fmt: skip
    return to_arrow(PaymentTried, rows)


def on_hand(lake: Lake, part: str) -> list[tuple[int, str, int]]:
    dataset = lake.dataset(StockLevel)
    assert dataset is not None
    frame = pl.from_arrow(dataset.to_table())
    assert isinstance(frame, pl.DataFrame)
    return sorted(frame.filter(pl.col("_part") == part).select("_offset", "product_id", "on_hand").rows())


def test_a_repeated_load_happens_once(tmp_path: Path) -> None:
    lake = Lake(f"file://{tmp_path}/lake")
    assert lake.landed(StockLevel, "log") == -1
    assert lake.dataset(StockLevel) is None
    assert lake.append(StockLevel, levels((1, "a", 5), (2, "b", 6)), "log", 2) is True
    assert lake.append(StockLevel, levels((1, "a", 5), (2, "b", 6)), "log", 2) is False
    assert Lake(str(tmp_path / "lake")).append(StockLevel, levels((1, "a", 5)), "log", 1) is False
    assert lake.landed(StockLevel, "log") == 2
    assert lake.append(StockLevel, levels((2, "c", 7)), "import:x", 0) is True
    assert (lake.landed(StockLevel, "log"), lake.landed(StockLevel, "import:x")) == (2, 0)
    assert on_hand(lake, "live") == [(1, "a", 5), (2, "b", 6)]
    assert on_hand(lake, "new") == [(2, "c", 7)]
    assert lake.tables() == ["stock_levels"]


def test_a_writer_that_is_behind_is_told_so_and_writes_nothing(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    lake.append(StockLevel, levels((1, "a", 5)), "log", 1, after=-1)
    with pytest.raises(Conflict) as refused:
        lake.append(StockLevel, levels((1, "a", 5), (2, "a", 4)), "log", 2, after=-1)
    assert refused.value.code == "lake.moved"
    assert on_hand(lake, "live") == [(1, "a", 5)]
    assert on_hand(lake, "new") == []


def test_many_writers_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def write(app: int) -> None:
        try:
            lake = Lake(str(tmp_path))  # handles of their own, as in processes of their own
            for n in range(4):
                for _ in range(2):
                    while True:
                        try:
                            lake.append(StockLevel, levels((app * 10 + n, f"{app}-{n}", n)), f"app{app}", n)
                            break
                        except Exception as error:
                            if "ommit" not in str(error):
                                raise
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(app,)) for app in range(1, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    lake = Lake(str(tmp_path))
    rows = sorted(on_hand(lake, "live") + on_hand(lake, "new"))
    assert rows == [(app * 10 + n, f"{app}-{n}", n) for app in range(1, 4) for n in range(4)]


def test_a_version_of_the_past_can_be_read_by_number_and_by_moment(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path / "the lake 湖"))
    lake.append(StockLevel, levels((1, "a", 5)), "log", 1)
    between = datetime.fromtimestamp(lake.history(StockLevel)[0]["timestamp"] / 1000, UTC)
    lake.append(StockLevel, levels((2, "a", 4)), "log", 2)
    then = lake.dataset(StockLevel, 0)
    at = lake.dataset(StockLevel, between)
    now = lake.dataset(StockLevel)
    assert then is not None
    assert at is not None
    assert now is not None
    assert (then.count_rows(), at.count_rows(), now.count_rows()) == (1, 1, 2)
    assert [commit["version"] for commit in lake.history(StockLevel)] == [1, 0]
    with pytest.raises(LinkloopError) as refused:
        lake.dataset(StockLevel, 9)
    assert refused.value.code == "lake.version"


def test_settling_keeps_every_version_and_finds_the_latest(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    lake.append(StockLevel, levels((1, "a", 5), (2, "b", 6), (3, "c", 7)), "log", 3)
    lake.append(StockLevel, levels((4, "a", 4), (5, "d", 8), (6, "a", 3)), "log", 6)
    assert lake.compact(StockLevel) == Kept()  # too little to be worth it
    assert lake.settle(StockLevel) == Kept(live=4, past=2)
    assert on_hand(lake, "live") == [(2, "b", 6), (3, "c", 7), (5, "d", 8), (6, "a", 3)]
    assert on_hand(lake, "past") == [(1, "a", 5), (4, "a", 4)]
    assert on_hand(lake, "new") == []
    assert lake.landed(StockLevel, "log") == 6
    assert lake.settle(StockLevel) == Kept()


def test_what_lands_late_does_not_replace_what_is_newer(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    lake.append(StockLevel, levels((10, "a", 5)), "log", 10)
    lake.append(StockLevel, levels((4, "a", 9), (4, "b", 2)), "late", 1)
    assert lake.compact(StockLevel) == Kept(live=2, past=1)
    assert on_hand(lake, "live") == [(4, "b", 2), (10, "a", 5)]
    assert on_hand(lake, "past") == [(4, "a", 9)]


def test_settling_changes_nothing_when_another_writer_commits_meanwhile(tmp_path: Path) -> None:
    lake, other = Lake(str(tmp_path)), Lake(str(tmp_path))
    lake.append(StockLevel, levels((1, "a", 5)), "log", 1)
    lake.append(StockLevel, levels((2, "a", 4)), "log", 2)
    stale = DeltaTable(lake.url(StockLevel))
    cold = lake.cold(StockLevel)
    assert cold is not None
    other.append(StockLevel, levels((3, "a", 3)), "log", 3)
    with pytest.raises(CommitFailedError):
        settle(stale, cold, now=True)
    assert on_hand(other, "live") == [(1, "a", 5)]
    assert on_hand(other, "new") == [(2, "a", 4), (3, "a", 3)]
    assert other.settle(StockLevel) == Kept(live=1, past=2)
    with pytest.raises(CommitFailedError):
        settle(stale, cold, now=True)  # the same files were settled already
    assert on_hand(other, "live") == [(3, "a", 3)]
    assert on_hand(other, "past") == [(1, "a", 5), (2, "a", 4)]


def test_merging_files_that_were_rewritten_meanwhile_does_not_bring_them_back(tmp_path: Path) -> None:
    lake, other = Lake(str(tmp_path)), Lake(str(tmp_path))
    for n in range(1, 5):
        lake.append(StockLevel, levels((n, "a", n)), "log", n)
        lake.append(PaymentTried, tries(n, n), "log", n)
    for kind in (StockLevel, PaymentTried):
        stale = DeltaTable(lake.url(kind))
        cold = lake.cold(kind)
        assert cold is not None
        other.settle(kind)
        other.compact(kind, small=1)
        with pytest.raises(CommitFailedError):
            merge(stale, cold, 1)
    assert (on_hand(other, "live"), on_hand(other, "new")) == ([(4, "a", 4)], [])
    events = other.dataset(PaymentTried)
    assert events is not None
    assert sorted(events.to_table()["_offset"].to_pylist()) == [1, 2, 3, 4]


def test_a_large_load_of_fresh_keys_needs_no_settling_and_one_with_known_keys_does(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    for chunk in range(2):
        lake.append(StockLevel, levels(*[(7, f"{chunk}-{n}", n) for n in range(10_000)]), "bulk", chunk)
    cold = lake.cold(StockLevel)
    assert cold is not None
    assert (cold.live.rows, cold.new.rows) == (20_000, 0)
    lake.append(StockLevel, levels(*[(8, f"1-{n}", n) for n in range(9_999, 19_999)]), "bulk", 2)
    cold = lake.cold(StockLevel)
    assert cold is not None
    assert (cold.live.rows, cold.new.rows) == (20_000, 10_000)


def test_small_files_are_merged_without_losing_a_row_or_the_position(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    for n in range(1, 21):
        lake.append(PaymentTried, tries(n, n), "log", n)
    assert len(DeltaTable(lake.url(PaymentTried)).file_uris()) == 20
    lake.compact(PaymentTried, small=16)
    assert len(DeltaTable(lake.url(PaymentTried)).file_uris()) == 1
    assert lake.landed(PaymentTried, "log") == 20
    dataset = lake.dataset(PaymentTried)
    then = lake.dataset(PaymentTried, 4)
    assert dataset is not None
    assert then is not None
    assert sorted(dataset.to_table()["_offset"].to_pylist()) == list(range(1, 21))
    assert then.count_rows() == 5  # files that a version of the last 48 hours needs are still there


def test_a_field_that_a_class_gains_later_is_null_in_older_rows(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    names = {"__table__": "shelves", "__key__": ("name",)}
    older: type[Any] = msgspec.defstruct("Shelf", [("name", str)], frozen=True, namespace=names)
    newer: type[Any] = msgspec.defstruct("Shelf", [("name", str), ("size", int, 0)], frozen=True, namespace=names)
    lake.append(older, to_arrow(older, [(1, older(name="a")), (2, older(name="b"))]), "log", 2)
    lake.append(newer, to_arrow(newer, [(3, newer(name="a", size=9))]), "log", 3)
    lake.append(older, to_arrow(older, [(4, older(name="c"))]), "log", 4)
    assert lake.settle(newer) == Kept(live=3, past=1)
    dataset = lake.dataset(newer)
    assert dataset is not None
    rows = dataset.to_table(columns=["_offset", "name", "size"]).to_pylist()
    assert sorted((row["_offset"], row["name"], row["size"]) for row in rows) == [
        (1, "a", None), (2, "b", None), (3, "a", 9), (4, "c", None),
    ]  # fmt: skip


def test_a_lake_says_nothing_of_tables_that_it_does_not_have(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    assert (lake.tables(), lake.history(OrderLine), lake.cold(OrderLine)) == ([], [], None)
    assert lake.compact(OrderLine) == Kept()
    assert list(tmp_path.iterdir()) == []


def test_a_lake_sees_what_another_process_landed_and_looks_no_further_when_nothing_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = Lake(str(tmp_path)), Lake(str(tmp_path))
    one.append(StockLevel, levels((1, "a", 1)), "x", 1)
    before = one.cold(StockLevel)
    assert before is not None
    asked: list[str] = []
    monkeypatch.setattr(DeltaTable, "update_incremental", lambda self: asked.append(self.table_uri))
    assert one.cold(StockLevel) is before
    monkeypatch.undo()
    assert asked == []
    other.append(StockLevel, levels((2, "b", 1)), "x", 2)
    after = one.cold(StockLevel)
    assert after is not None
    assert (after.version, after.new.rows + after.live.rows) == (before.version + 1, 2)
    assert "place" in after.columns
