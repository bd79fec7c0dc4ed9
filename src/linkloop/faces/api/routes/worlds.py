"""Worlds: the connectors of a shop, setting hooks up, and how fast the loop is."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.params import JSONBody

from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWho, TheWork
from linkloop.faces.api.limits import PathName
from linkloop.faces.desk.chatbehind import ChatTold, behind
from linkloop.faces.desk.connectors import connectors, said_kinds
from linkloop.faces.desk.connectors_views import Connector, EndpointTried, HookOpened, HookTried
from linkloop.faces.desk.hook_setup import close_hook, open_hook, rotate_hook, try_endpoint, try_hook
from linkloop.faces.desk.loopfigures import LoopFigures, loop_figures


class NewHook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A hook to open; `kinds` are the SQL names that it lets in (none: everything that others may say)."""

    name: Annotated[str, msgspec.Meta(max_length=64)]
    kinds: Annotated[list[str], msgspec.Meta(max_length=100)] = []


class HookTrial(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of a test delivery, exactly as a sender would send it."""

    body: Annotated[str, msgspec.Meta(max_length=1_000_000)]


@get("/connectors", tags=["worlds"], opt=may("see"))
async def list_connectors(desk: TheDesk, work: TheWork) -> list[Connector]:
    """Every world and channel: its state, what it said, what waits for it, how it is set up."""
    return await work.quick(connectors, desk.shop)


@get("/connectors/kinds", tags=["worlds"], opt=may("see"))
async def list_said_kinds(work: TheWork) -> list[str]:
    """The kinds that may come in through a hook, events first."""
    return await work.quick(said_kinds)


@post("/connectors/hooks", status_code=201, tags=["worlds"], opt=may("settings"))
async def open_one(desk: TheDesk, work: TheWork, who: TheWho, data: JSONBody[NewHook]) -> HookOpened:
    """Open a hook; its secret is told this once."""
    return await work.quick(open_hook, desk.shop, data.name, data.kinds, who.name)


@post("/connectors/hooks/{name:str}/rotate", status_code=200, tags=["worlds"], opt=may("settings"))
async def rotate_one(desk: TheDesk, work: TheWork, who: TheWho, name: PathName) -> HookOpened:
    """Give a hook a new secret, told this once; the old one is taken for a day more."""
    return await work.quick(rotate_hook, desk.shop, name, who.name)


@delete("/connectors/hooks/{name:str}", status_code=204, tags=["worlds"], opt=may("settings"))
async def close_one(desk: TheDesk, work: TheWork, who: TheWho, name: PathName) -> None:
    """Close a hook that a person opened here."""
    await work.quick(close_hook, desk.shop, name, who.name)


@post("/connectors/hooks/{name:str}/test", status_code=200, tags=["worlds"], opt=may("run"))
async def try_one(desk: TheDesk, work: TheWork, name: PathName, data: JSONBody[HookTrial]) -> HookTried:
    """Have a hook read a delivery as if it had come; nothing is kept."""
    return await work.quick(try_hook, desk.shop, name, data.body)


@post("/connectors/endpoints/{name:str}/test", status_code=200, tags=["worlds"], opt=may("run"))
async def try_receiver(desk: TheDesk, work: TheWork, who: TheWho, name: PathName) -> EndpointTried:
    """Send a receiver a signed delivery that asks for nothing."""
    return await work.long(try_endpoint, desk.shop, name, who.name)


@get("/chats/{session:str}/behind", tags=["worlds"], opt=may("see"))
async def behind_chat(desk: TheDesk, work: TheWork, session: PathName) -> list[ChatTold]:
    """Each message of a web chat with its case and what was decided about it, latest first."""
    return await work.quick(behind, desk.shop, session)


@get("/loop", tags=["worlds"], opt=may("see"))
async def loop(desk: TheDesk, work: TheWork) -> LoopFigures:
    """How fast the loop is, and what waits."""
    return await work.quick(loop_figures, desk.shop)


ROUTES = [
    list_connectors,
    list_said_kinds,
    open_one,
    rotate_one,
    close_one,
    try_one,
    try_receiver,
    behind_chat,
    loop,
]
