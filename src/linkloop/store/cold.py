"""Cold: what one version of a lake table consists of, by part, so that SQL reads only the files it must."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.dataset as pads
from deltalake import DeltaTable

from linkloop.core.table import Table, table_name

PART = "_part"
LIVE, NEW, PAST = "live", "new", "past"

LOG = "log"
"""The app id under which the lander writes; its transaction version is the last log offset that is in the table."""


class File(msgspec.Struct, frozen=True):
    """A Parquet file of a table: its path in the table's folder, its bytes, and its rows."""

    path: str
    size: int
    rows: int


class Part(msgspec.Struct, frozen=True):
    """The files of one part, its rows, and the least and greatest log offset in them (0, -1 when empty)."""

    name: str
    rows: int = 0
    first: int = 0
    last: int = -1
    files: tuple[File, ...] = ()


class Cold(msgspec.Struct, frozen=True):
    """One version of a lake table: what landed up to which log offset, in which files.

    `folder` is where they lie when that is on this machine, else empty; `columns` are those of the table.
    """

    kind: type[Table]
    version: int
    landed: int
    folder: str
    live: Part
    new: Part
    past: Part
    uri: str
    columns: frozenset[str] = frozenset()

    options: dict[str, str] | None = None

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """All parts."""
        return self.live, self.new, self.past

    def source(self, con: duckdb.DuckDBPyConnection, *parts: Part) -> str:
        """What to write after FROM to read these parts (at least one has rows).

        A lake in a folder is read by DuckDB's own Parquet reader, five times as fast as an Arrow dataset, which
        serves every other lake and is registered in `con`.
        """
        if self.folder:
            paths = ", ".join(
                "'" + f"{self.folder}/{file.path}".replace("'", "''") + "'" for part in parts for file in part.files
            )
            return f"read_parquet([{paths}], union_by_name = true, hive_partitioning = false)"
        names = [part.name for part in parts if part.rows]
        alias = f"_cold_{table_name(self.kind)}_{'_'.join(names)}"
        con.register(alias, self._dataset(names))
        return f'(SELECT * EXCLUDE "{PART}" FROM "{alias}")'

    def _dataset(self, names: list[str]) -> pads.Dataset:
        then = DeltaTable(self.uri, version=self.version, storage_options=self.options)
        return then.to_pyarrow_dataset(file_pruning_predicate=[(PART, "in", names)])


def cold_of(table: DeltaTable, kind: type[Table], root: str | None, options: dict[str, str] | None) -> Cold:
    """The files of a Delta table at the version that it has loaded; `root` is set when it is a local folder."""
    actions = pa.table(table.get_add_actions(flatten=True))
    files = actions.to_pylist()
    parts = {name: _part(name, files) for name in (LIVE, NEW, PAST)}
    landed = table.transaction_version(LOG)
    return Cold(
        kind,
        table.version(),
        -1 if landed is None else landed,
        "" if root is None else f"{root}/{table_name(kind)}",
        parts[LIVE],
        parts[NEW],
        parts[PAST],
        table.table_uri,
        frozenset(field.name for field in table.schema().fields),
        options,
    )


def _part(name: str, files: list[dict[str, Any]]) -> Part:
    mine = sorted((f for f in files if f[f"partition.{PART}"] == name), key=lambda f: (f["min._offset"], f["path"]))
    if not mine:
        return Part(name)
    return Part(
        name,
        rows=sum(f["num_records"] for f in mine),
        first=min(f["min._offset"] for f in mine),
        last=max(f["max._offset"] for f in mine),
        files=tuple(File(unquote(f["path"]), f["size_bytes"], f["num_records"]) for f in mine),
    )
