"""Data: every table, event and view with its contract, freshness, lineage, quality and rows."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import JSONBody, QueryParameter

from linkloop.app.shop import Shop
from linkloop.core.text import Text
from linkloop.faces.api.access import may
from linkloop.faces.api.cells import wire_rows
from linkloop.faces.api.given import TheDesk, TheWork
from linkloop.faces.api.limits import Name, PathName
from linkloop.faces.desk import browsing, contracts, freshness, glossary, lineage, quality
from linkloop.faces.desk.browsing import BrowseRequest, BrowseWindow
from linkloop.faces.desk.contracts import Contract, Noun
from linkloop.faces.desk.freshness import TableFreshness
from linkloop.faces.desk.glossary import FunctionWord
from linkloop.faces.desk.lineage import Lineage
from linkloop.faces.desk.quality import TableQuality

Moment = Annotated[datetime, QueryParameter(description="A moment of the shop's clock, with its zone")]


class TableCard(msgspec.Struct, frozen=True, kw_only=True):
    """A table in the list: what it means, who says it, who hears or reads it."""

    name: str
    noun: Noun
    means: Text
    columns: list[str]
    owners: list[str] = []
    readers: list[str] = []


class SqlWord(msgspec.Struct, frozen=True, kw_only=True):
    """A column as completion offers it."""

    name: str
    type: str
    means: Text


class SqlTableWords(msgspec.Struct, frozen=True, kw_only=True):
    """A table or view as completion offers it."""

    name: str
    noun: Noun
    means: Text
    columns: list[SqlWord]


class SqlWords(msgspec.Struct, frozen=True):
    """Everything that a query may name, with its meaning."""

    tables: list[SqlTableWords]
    functions: dict[str, FunctionWord]


class PastMoment(msgspec.Struct, frozen=True):
    """A moment as a log offset: what was said up to there was known then."""

    at: datetime
    as_of: int


@get("/data/tables", tags=["data"], opt=may("see"))
async def list_cards(desk: TheDesk, work: TheWork) -> list[TableCard]:
    """Every table, event and view by name."""
    return await work.quick(_cards, desk.shop)


@get("/data/freshness", tags=["data"], opt=may("see"))
async def all_freshness(desk: TheDesk, work: TheWork) -> list[TableFreshness]:
    """How fresh every table is; looked at anew once a minute at most."""
    return await work.sql(_freshness, desk.shop)


@get("/data/tables/{table:str}", tags=["data"], opt=may("see"))
async def one_contract(desk: TheDesk, work: TheWork, table: PathName) -> Contract:
    """What a table promises: columns, types, units, key, allowed values, owners."""
    return await work.quick(contracts.contract, desk.shop, table)


@get("/data/tables/{table:str}/freshness", tags=["data"], opt=may("see"))
async def one_freshness(desk: TheDesk, work: TheWork, table: PathName) -> TableFreshness:
    """How fresh a table is, against its own rhythm."""
    return await work.sql(freshness.freshness, desk.shop, table)


@get("/data/tables/{table:str}/quality", tags=["data"], opt=may("see"))
async def one_quality(desk: TheDesk, work: TheWork, table: PathName) -> TableQuality:
    """What each column really holds; counted when asked, kept until the table changes."""
    return await work.sql(quality.quality, desk.shop, table)


@post("/data/tables/{table:str}/rows", status_code=200, tags=["data"], opt=may("see"))
async def browse_rows(desk: TheDesk, work: TheWork, table: PathName, data: JSONBody[BrowseRequest]) -> BrowseWindow:
    """A window of a table's rows, sorted and filtered, as of one moment."""
    window = await work.sql(browsing.browse, desk.shop, table, data)
    return msgspec.structs.replace(window, rows=wire_rows(window.types, window.rows))


@get("/data/lineage", tags=["data"], opt=may("see"))
async def lineage_of(
    desk: TheDesk,
    work: TheWork,
    about: Name = "",
    steps: Annotated[int, QueryParameter(ge=1, le=6, description="How far from it")] = 2,
) -> Lineage:
    """Who says, hears and reads what; all of it, or what lies around one thing."""
    return await work.quick(lineage.lineage, desk.shop, about, steps)


@get("/data/moment", tags=["data"], opt=may("see"))
async def moment(desk: TheDesk, work: TheWork, at: Moment) -> PastMoment:
    """The log offset that the shop had come to at a moment."""
    return PastMoment(at, await work.sql(browsing.offset_at, desk.shop, at))


@get("/data/words", tags=["data"], opt=may("see"))
async def words(desk: TheDesk, work: TheWork) -> SqlWords:
    """Tables, columns, views and functions with their meaning, for who writes SQL."""
    return await work.sql(_words, desk.shop)


def _cards(shop: Shop) -> list[TableCard]:
    told = [contracts.contract(shop, name) for name, _ in contracts.names(shop)]
    return [
        TableCard(
            name=one.name,
            noun=one.noun,
            means=one.means,
            columns=[column.name for column in one.columns],
            owners=one.owners,
            readers=lineage.readers(shop, one.name),
        )
        for one in told
    ]


def _freshness(shop: Shop) -> list[TableFreshness]:
    return [freshness.freshness(shop, name) for name, _ in contracts.names(shop)]


def _words(shop: Shop) -> SqlWords:
    told = [contracts.contract(shop, name) for name, _ in contracts.names(shop)]
    return SqlWords(
        tables=[
            SqlTableWords(
                name=one.name,
                noun=one.noun,
                means=one.means,
                columns=[SqlWord(name=c.name, type=c.type, means=c.means) for c in one.columns],
            )
            for one in told
        ],
        functions=glossary.functions(),
    )


ROUTES = [
    list_cards,
    all_freshness,
    one_contract,
    one_freshness,
    one_quality,
    browse_rows,
    lineage_of,
    moment,
    words,
]
