"""A store and a lake of its own for each test of the files world, and what it holds afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest
import sqlalchemy as sa

from linkloop.core.table import Table, table_name
from linkloop.store.lake import Lake
from linkloop.store.schema import log, state
from linkloop.store.store import Store, open_store
from linkloop.worlds.files import import_path
from linkloop.worlds.files.report import FileReport, ImportReport

DATA = Path(os.environ.get("LINKLOOP_DATA", "../shared/data"))


class Bench:
    """A folder with a store and a lake; `take` imports into it and checks the account of every report."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store: Store = open_store(f"sqlite:///{folder}/shop.db")
        self.lake = Lake(f"file://{folder}/lake")

    def take(self, path: Path, **options: Any) -> ImportReport:
        report = import_path(path, self.store.engine, self.lake, folder=self.folder, **options)
        for each in report.files:
            assert each.rows_in == each.rows_kept + each.rows_quarantined
        assert report.rows_in == report.rows_kept + report.rows_quarantined
        return report

    def write(self, name: str, content: str | bytes, **options: Any) -> FileReport:
        """Write a file and import it."""
        path = self.folder / "in" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        [report] = self.take(path, **options).files
        return report

    def rows(self, kind: type[Table]) -> list[Any]:
        """The state's rows of a class, by key."""
        query = sa.select(state.c.body).where(state.c.kind == table_name(kind)).order_by(state.c.key)
        with self.store.read() as connection:
            return [msgspec.json.decode(body, type=kind) for body in connection.execute(query).scalars()]

    def cold(self, kind: type[Table]) -> pa.Table:
        """The lake's rows of a class."""
        dataset = self.lake.dataset(kind)
        assert dataset is not None
        return dataset.to_table()

    def said(self, kind: type[Table]) -> list[Any]:
        """What the log was told of a class."""
        query = sa.select(log.c.body).where(log.c.kind == table_name(kind)).order_by(log.c.offset)
        with self.store.read() as connection:
            return [msgspec.json.decode(body, type=kind) for body in connection.execute(query).scalars()]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.store.close()


def data(*parts: str) -> Path:
    """A file of the data folder; skips the test where it is missing."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{path} is missing (set LINKLOOP_DATA)")
    return path
