"""Exporting: the rows of a query as a file that says where it comes from, in one pass, however many there are."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq

from linkloop.app.shop import Shop
from linkloop.core.money import exponent
from linkloop.faces.desk.browsing import offset_at
from linkloop.faces.desk.contracts import result_columns
from linkloop.faces.desk.sheets import write_book
from linkloop.faces.desk.workbench import Params, Query
from linkloop.store.sql.cancel import Cancel
from linkloop.store.sql.session import Reading, rows_of

pc: Any = importlib.import_module("pyarrow.compute")  # its functions are made at run time: no type checker knows them

Form = Literal["csv", "xlsx", "parquet", "json"]
MOST = {"csv": 1_000_000, "xlsx": 200_000, "parquet": 1_000_000, "json": 1_000_000}
"""Rows that a file holds at most; it says so when there were more."""

TIMEOUT_S = 300.0
_BEYOND = 2**63  # whole numbers from here on are written as text
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}
# What a spreadsheet would take for a formula (OWASP, CSV injection), full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_RISKY = "^[" + "".join(f"\\x{{{ord(sign):x}}}" for sign in _FORMULA) + "]"


class ExportRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A query and the file to make of it. `major` writes money as 12.30 instead of minor units; `note` says in a CSV
    file, in lines that begin with `#`, where it comes from (the others always say it)."""

    query: Query
    params: Params = {}
    form: Form = "csv"
    name: Annotated[str, msgspec.Meta(max_length=100)] = ""
    at: datetime | None = None
    major: bool = False
    note: bool = True


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was written: where it lies, its rows, and whether there were more than it may hold."""

    path: Path
    rows: int
    cut: bool


class _Rows:
    """Rows on their way into a file, counted and cut at a bound."""

    def __init__(self, found: Reading, most: int) -> None:
        self.found = found
        self.most = most
        self.count = 0
        self.cut = False

    def batches(self) -> Iterator[pa.RecordBatch]:
        for batch in self.found.batches:
            room = self.most - self.count
            self.cut = batch.num_rows > room
            part = batch.slice(0, room) if self.cut else batch
            self.count += part.num_rows
            yield part
            if self.cut:
                return

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for batch in self.batches():
            yield from rows_of(batch)


def export(shop: Shop, asked: ExportRequest, path: Path, who: str, cancel: Cancel | None = None) -> Exported:
    """Write the rows of a query into `path`. Raises LinkloopError `sql.…`; then there is no file."""
    as_of = None if asked.at is None else offset_at(shop, asked.at)
    about = {
        "shop": shop.settings.name,
        "exported_at": shop.clock.now().astimezone(shop.zone).isoformat(timespec="seconds"),
        "exported_by": who,
        **({} if asked.at is None else {"as_of": asked.at.astimezone(shop.zone).isoformat()}),
        **({"params": msgspec.json.encode(asked.params).decode()} if asked.params else {}),
        "sql": asked.query,
    }
    writers = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet, "json": _json}
    try:
        with shop.door.reading(asked.query, asked.params, timeout_s=TIMEOUT_S, as_of=as_of, cancel=cancel) as found:
            rows = _Rows(found, MOST[asked.form])
            writers[asked.form](shop, asked, path, rows, about)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Exported(path=path, rows=rows.count, cut=rows.cut)


def file_name(shop: Shop, asked: ExportRequest) -> str:
    """What the file is called: the question, the shop, the moment."""
    plain = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in asked.name or "query").strip("-")
    moment = shop.clock.now().astimezone(shop.zone).strftime("%Y%m%d-%H%M%S")
    return f"{plain or 'query'}-{shop.settings.name}-{moment}.{asked.form}"


def guarded(value: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes in front where one could begin."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _csv(shop: Shop, asked: ExportRequest, path: Path, rows: _Rows, about: dict[str, str]) -> None:
    money = _money(rows.found) if asked.major else {}
    names = [guarded(name) for name in rows.found.columns]
    empty = rows.found.batches.schema.empty_table()
    schema = pa.schema(
        [(name, _told(c.combine_chunks(), shop, None).type) for name, c in zip(names, empty, strict=True)]
    )
    for n in money:
        schema = schema.set(n, pa.field(names[n], pa.string()))
    with path.open("wb") as file:
        file.write("\ufeff".encode())
        if asked.note:
            file.writelines(f"# {line}\r\n".encode() for line in _lines(about, rows.most))
        with pv.CSVWriter(file, schema) as writer:
            for batch in rows.batches():
                currencies = {n: batch.column(beside) for n, beside in money.items()}
                columns = [_told(column, shop, currencies.get(n)) for n, column in enumerate(batch.columns)]
                writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))


def _told(column: pa.Array, shop: Shop, currency: pa.Array | None) -> pa.Array:
    """A column as CSV writes it: numbers bare, moments in the shop's zone, no text that could be a formula."""
    kind = column.type
    if currency is not None:
        pairs = zip(column.to_pylist(), currency.to_pylist(), strict=True)
        return pa.array([None if v is None else str(_amount(v, c)) for v, c in pairs], pa.string())
    if pa.types.is_timestamp(kind) and kind.tz:
        return pc.strftime(column.cast(pa.timestamp("us", shop.settings.zone)), "%Y-%m-%d %H:%M:%S%Ez")
    if any(check(kind) for check in _BARE):
        return column
    texts = column if pa.types.is_string(kind) else pa.array([_text(v) for v in column.to_pylist()], pa.string())
    risky = pc.match_substring_regex(texts, _RISKY)
    return pc.if_else(risky, pc.binary_join_element_wise("'", texts, ""), texts)


_BARE = (
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_timestamp,
)


def _xlsx(shop: Shop, asked: ExportRequest, path: Path, rows: _Rows, about: dict[str, str]) -> None:
    money = _money(rows.found) if asked.major else {}

    def data() -> Iterator[Iterable[Any]]:
        yield rows.found.columns
        for batch in rows.batches():
            columns = [_cells(column, shop) for column in batch.columns]
            for n, beside in money.items():
                columns[n] = [_amount(v, c) for v, c in zip(columns[n], columns[beside], strict=True)]
            yield from zip(*columns, strict=True)

    def told() -> Iterator[Iterable[Any]]:
        yield ("", "Linkloop 环环")
        yield from about.items()
        yield ("rows", rows.count)
        yield ("time_zone", shop.settings.zone)
        if rows.cut:
            yield ("cut", f"only the first {rows.most:,} rows · 仅前 {rows.most:,} 行")

    write_book(path, (("data 数据", data()), ("about 说明", told())))


def _cells(column: pa.Array, shop: Shop) -> list[Any]:
    """A column as Excel holds it; it knows no time zones, so moments are the shop's local ones."""
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.tz:
        return pc.local_timestamp(column.cast(pa.timestamp("us", shop.settings.zone))).to_pylist()
    if any(check(kind) for check in _BARE) or pa.types.is_string(kind):
        return column.to_pylist()
    return [_text(value) for value in column.to_pylist()]


def _parquet(shop: Shop, asked: ExportRequest, path: Path, rows: _Rows, about: dict[str, str]) -> None:
    schema = rows.found.batches.schema.with_metadata({f"linkloop.{name}": value for name, value in about.items()})
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        for batch in rows.batches():
            file.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
        file.add_key_value_metadata({"linkloop.cut": str(rows.cut).lower(), "linkloop.rows": str(rows.count)})


def _json(shop: Shop, asked: ExportRequest, path: Path, rows: _Rows, about: dict[str, str]) -> None:
    money = _money(rows.found) if asked.major else {}
    encoder = msgspec.json.Encoder()
    types = [{"name": n, "type": t} for n, t in zip(rows.found.columns, rows.found.types, strict=True)]
    with path.open("wb") as file:
        file.write(b'{"about":' + encoder.encode(about) + b',"columns":' + encoder.encode(types) + b',"rows":[')
        for n, row in enumerate(rows):
            cells = [str(cell) if type(cell) is int and abs(cell) >= _BEYOND else cell for cell in row]
            for m, beside in money.items():
                cells[m] = _amount(row[m], row[beside])
            record = dict(zip(rows.found.columns, cells, strict=True))
            file.write((b",\n" if n else b"\n") + encoder.encode(record))
        file.write(b"\n]," + encoder.encode({"count": rows.count, "cut": rows.cut})[1:] + b"\n")


def _lines(about: dict[str, str], most: int) -> Iterator[str]:
    yield f"Linkloop 环环 · at most {most:,} rows · 最多 {most:,} 行"
    for name, value in about.items():
        for n, line in enumerate(value.splitlines() or [""]):
            yield f"{name}: {line}" if n == 0 else f"{' ' * len(name)}  {line}"


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    return msgspec.json.encode(value).decode() if isinstance(value, list | dict) else str(value)


def _money(found: Reading) -> dict[int, int]:
    """Columns of money, with the columns of their currencies."""
    names = list(found.columns)
    columns = result_columns("", found.columns, found.types)
    return {n: names.index(one.currency_column) for n, one in enumerate(columns) if one.form == "money"}


def _amount(minor: int | None, currency: str | None) -> Decimal | None:
    """An amount in major units; without a currency it stays as it is."""
    if minor is None:
        return None
    return Decimal(minor).scaleb(-exponent(currency)) if currency else Decimal(minor)
