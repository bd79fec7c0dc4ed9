"""Cold: what one version of a lake table consists of, by part, so that SQL reads only the files it must."""

from __future__ import annotations

from urllib.parse import unquote

import msgspec
import pyarrow as pa
import pyarrow.dataset as pads
from deltalake import DeltaTable

from linkloop.core.table import Table

PART = "_part"
LIVE, NEW, PAST = "live", "new", "past"

LOG = "log"
"""The app id under which the lander writes; its transaction version is the last log offset that is in the table."""


class Part(msgspec.Struct, frozen=True):
    """The files of one part, its rows, and the least and greatest log offset in them (0, -1 when empty)."""

    name: str
    rows: int = 0
    first: int = 0
    last: int = -1
    paths: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()


class Cold(msgspec.Struct, frozen=True):
    """One version of a lake table. `paths` in its parts are files that DuckDB may open, when the lake is a folder."""

    kind: type[Table]
    version: int
    landed: int
    local: bool
    live: Part
    new: Part
    past: Part
    table: DeltaTable

    def dataset(self, part: Part) -> pads.Dataset:
        """A part as an Arrow dataset, for a lake that is not a folder."""
        past = DeltaTable(self.table.table_uri, version=self.version, storage_options=self.table._storage_options)
        return past.to_pyarrow_dataset(partitions=[(PART, "=", part.name)])


def cold_of(table: DeltaTable, kind: type[Table], root: str | None) -> Cold:
    """The files of a Delta table at the version that it has loaded; `root` is set when it is a local folder."""
    actions = pa.table(table.get_add_actions(flatten=True))
    files = actions.to_pylist()
    folder = table.table_uri if root is None else f"{root}/{table.table_uri.rstrip('/').rsplit('/', 1)[-1]}"
    parts = {name: _part(name, files, folder) for name in (LIVE, NEW, PAST)}
    landed = table.transaction_version(LOG)
    return Cold(
        kind,
        table.version(),
        -1 if landed is None else landed,
        root is not None,
        parts[LIVE],
        parts[NEW],
        parts[PAST],
        table,
    )


def _part(name: str, files: list[dict[str, object]], folder: str) -> Part:
    mine = sorted((f for f in files if f[f"partition.{PART}"] == name), key=lambda f: (f["min._offset"], f["path"]))
    if not mine:
        return Part(name)
    return Part(
        name,
        rows=sum(f["num_records"] for f in mine),
        first=min(f["min._offset"] for f in mine),
        last=max(f["max._offset"] for f in mine),
        paths=tuple(f"{folder}/{unquote(str(f['path']))}" for f in mine),
        files=tuple(str(f["path"]) for f in mine),
        sizes=tuple(f["size_bytes"] for f in mine),
    )
