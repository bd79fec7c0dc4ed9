"""Rewrite: new files for parts of a lake table, and the one commit that puts them in the place of the old."""

from __future__ import annotations

import time
import uuid

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.fs as pafs
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable
from deltalake.fs import DeltaStorageHandler
from deltalake.transaction import AddAction, RemoveAction

from linkloop.store.cold import PART, Cold, Part
from linkloop.store.columns import OFFSET

_FILE_ROWS = 4_000_000


class PartWriter:
    """Writes the files of one part and tells Delta of them."""

    def __init__(self, store: pafs.FileSystem, part: str, schema: pa.Schema) -> None:
        self.store = store
        self.part = part
        self.schema = schema
        self.total = 0
        self._done: list[AddAction] = []
        self._start()

    def write(self, rows: pa.RecordBatch) -> None:
        """Add rows; a file that has grown enough is finished."""
        if not rows.num_rows:
            return
        if self._writer is None:
            self._path = f"{PART}={self.part}/settled-{uuid.uuid4()}.parquet"
            self._sink = self.store.open_output_stream(self._path)
            self._writer = pq.ParquetWriter(self._sink, self.schema, compression="zstd")
        self._writer.write_batch(rows.cast(self.schema), row_group_size=100_000)
        offsets = pc.call_function("min_max", [rows.column(OFFSET)]).as_py()
        self._first = min(self._first, offsets["min"])
        self._last = max(self._last, offsets["max"])
        self._rows += rows.num_rows
        self.total += rows.num_rows
        if self._rows >= _FILE_ROWS:
            self._finish()

    def close(self) -> list[AddAction]:
        """Finish, and say what Delta must be told."""
        self._finish()
        return self._done

    def _start(self) -> None:
        self._writer: pq.ParquetWriter | None = None
        self._rows, self._first, self._last = 0, 2**63 - 1, -(2**63)

    def _finish(self) -> None:
        if self._writer is None:
            return
        self._writer.close()
        self._sink.close()
        stats = {
            "numRecords": self._rows,
            "minValues": {OFFSET: self._first},
            "maxValues": {OFFSET: self._last},
            "nullCount": {OFFSET: 0},
        }
        size = self.store.get_file_info(self._path).size
        milliseconds = int(time.time() * 1000)
        text = msgspec.json.encode(stats).decode()
        self._done.append(AddAction(self._path, size, {PART: self.part}, milliseconds, True, text))
        self._start()


def removed(part: Part) -> list[RemoveAction]:
    """Delta's word that the files of a part are replaced."""
    milliseconds = int(time.time() * 1000)
    return [RemoveAction(file.path, True, milliseconds, file.size, {PART: part.name}) for file in part.files]


def store_of(cold: Cold) -> pafs.FileSystem:
    """The folder of a Delta table, wherever it lies, as an Arrow file system."""
    return pafs.PyFileSystem(DeltaStorageHandler(cold.uri, cold.options))


def swap(table: DeltaTable, actions: list[AddAction | RemoveAction]) -> None:
    """Commit a rewrite of files, as the very next version or not at all (CommitFailedError).

    delta-rs 1.6 lets two rewrites of the same files commit one after the other, its own `optimize` included, and
    so doubles their rows: the check that nothing came between is therefore ours.
    """
    alone = CommitProperties(max_commit_retries=0)
    table.create_write_transaction(actions, "append", table.schema(), PART, commit_properties=alone)


def plain_schema(table: DeltaTable) -> pa.Schema:
    """The columns of a Delta table without `_part`, which is in the path of each file."""
    schema = pa.schema(table.schema().to_arrow())
    return schema.remove(schema.get_field_index(PART))
