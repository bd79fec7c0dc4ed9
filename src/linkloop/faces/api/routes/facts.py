"""Facts: tables, rows, SQL, the schema, and who hears what."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from linkloop.engine.wiring import Edge
from linkloop.faces.api.access import may
from linkloop.faces.api.cells import to_wire
from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.api.limits import PAGE, Cursor, Key, Limit, PathName
from linkloop.faces.desk.views import Page, TableInfo
from linkloop.store.sql.session import Result


class SqlRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A read-only query over all tables; parameters are `$name`."""

    query: Annotated[str, msgspec.Meta(min_length=1, max_length=100_000)]
    params: dict[str, str | int | float | bool | None] = {}
    max_rows: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = PAGE


@get("/tables", tags=["facts"], opt=may("see"))
async def list_tables(desk: TheDesk, work: TheWork) -> list[TableInfo]:
    """Every table and event, with its columns."""
    return await work.quick(desk.tables)


@get("/tables/{table:str}/rows", tags=["facts"], opt=may("see"))
async def list_rows(
    desk: TheDesk, work: TheWork, table: PathName, limit: Limit = 50, cursor: Cursor = ""
) -> Page[dict[str, Any]]:
    """Present rows of a table by key (events: oldest first), a page at a time."""
    return await work.quick(desk.rows, table, limit, cursor)


@get("/tables/{table:str}/row", tags=["facts"], opt=may("see"))
async def one_row(desk: TheDesk, work: TheWork, table: PathName, key: Key) -> dict[str, Any]:
    """The present row with this key; several key fields are joined by `|`."""
    return await work.quick(desk.row, table, key)


@post("/sql", status_code=200, tags=["facts"], opt=may("sql"))
async def sql(desk: TheDesk, work: TheWork, data: JSONBody[SqlRequest]) -> Result:
    """Run a read-only query on hot and cold rows as one."""
    return to_wire(await work.long(desk.sql, data.query, data.params, data.max_rows))


@get("/schema", tags=["facts"], opt=may("see"))
async def schema(desk: TheDesk, work: TheWork) -> dict[str, Any]:
    """JSON Schema of every noun, made from its class."""
    return await work.quick(desk.schema)


@get("/map", tags=["facts"], opt=may("see"))
async def wiring(desk: TheDesk, work: TheWork) -> list[Edge]:
    """Who says what, and who hears it."""
    return await work.quick(desk.map)


ROUTES = [list_tables, list_rows, one_row, sql, schema, wiring]
