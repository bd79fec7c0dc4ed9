"""Mappings that are kept: how files with certain headers become tables, for the next time."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import delete, get, post, put
from litestar.params import JSONBody

from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheImports, TheWho, TheWork
from linkloop.faces.api.limits import PathName
from linkloop.faces.desk import mappings
from linkloop.faces.desk.import_views import KeptMapping
from linkloop.worlds.files.mapping import Mapping


class KeepMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping to be kept."""

    mapping: Mapping


class RenameMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The new name of a kept mapping."""

    name: Annotated[str, msgspec.Meta(max_length=100)]


@get("/mappings", tags=["import"], opt=may("data"))
async def list_mappings(desk: TheDesk, work: TheWork) -> list[KeptMapping]:
    """Every kept mapping by name."""
    return await work.quick(mappings.list_mappings, desk.shop)


@put("/mappings/{name:str}", tags=["import"], opt=may("data"))
async def keep_mapping(
    desk: TheDesk, work: TheWork, imports: TheImports, who: TheWho, name: PathName, data: JSONBody[KeepMapping]
) -> KeptMapping:
    """Keep a mapping under a name, in the place of one that has it."""
    kept = await work.quick(mappings.keep_mapping, desk.shop, name, data.mapping, who.name)
    imports.samples.forget()
    return kept


@post("/mappings/{name:str}/rename", status_code=200, tags=["import"], opt=may("data"))
async def rename_mapping(
    desk: TheDesk, work: TheWork, imports: TheImports, who: TheWho, name: PathName, data: JSONBody[RenameMapping]
) -> KeptMapping:
    """Give a kept mapping another name."""
    renamed = await work.quick(mappings.rename_mapping, desk.shop, name, data.name, who.name)
    imports.samples.forget()
    return renamed


@delete("/mappings/{name:str}", tags=["import"], opt=may("data"))
async def forget_mapping(desk: TheDesk, work: TheWork, imports: TheImports, who: TheWho, name: PathName) -> None:
    """Delete a kept mapping; what came in by it stays."""
    await work.quick(mappings.forget_mapping, desk.shop, name, who.name)
    imports.samples.forget()


ROUTES = [list_mappings, keep_mapping, rename_mapping, forget_mapping]
