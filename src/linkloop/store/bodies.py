"""Bodies: what the log keeps as JSON becomes typed columns again, and what does not fit is named, never dropped."""

from __future__ import annotations

import msgspec
import pyarrow as pa

from linkloop.core.errors import LinkloopError
from linkloop.core.table import Table
from linkloop.store.codec import decode
from linkloop.store.columns import arrow_schema, to_arrow


class Unfit(msgspec.Struct, frozen=True):
    """A log row that its class cannot take: its offset, its body, and the reason."""

    offset: int
    body: bytes
    problem: str


def unpack(kind: type[Table], bodies: list[tuple[int, bytes]]) -> tuple[pa.Table, list[Unfit]]:
    """`(offset, JSON body)` pairs as one Arrow table in their order, and those that do not fit their class."""
    rows: list[tuple[int, Table]] = []
    unfit: list[Unfit] = []
    for offset, body in bodies:
        try:
            rows.append((offset, decode(kind, body)))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            unfit.append(Unfit(offset, body, f"{kind.__name__}: {error}"))
    try:
        return to_arrow(kind, rows), unfit
    except LinkloopError:
        return _one_by_one(kind, rows, dict(bodies), unfit)


def _one_by_one(
    kind: type[Table], rows: list[tuple[int, Table]], bodies: dict[int, bytes], unfit: list[Unfit]
) -> tuple[pa.Table, list[Unfit]]:
    fitting: list[pa.Table] = []
    for offset, row in rows:
        try:
            fitting.append(to_arrow(kind, [(offset, row)]))
        except LinkloopError as error:
            unfit.append(Unfit(offset, bodies[offset], error.text.en))
    return pa.concat_tables([arrow_schema(kind).empty_table(), *fitting]).combine_chunks(), unfit
