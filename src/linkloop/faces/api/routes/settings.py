"""Settings: the gate's policy with what its limits have used, the shop's own settings, and the audit."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import version
from typing import Annotated

import msgspec
from litestar import get, put
from litestar.params import JSONBody, QueryParameter

from linkloop.engine.gate import GatePolicy
from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheWho, TheWork
from linkloop.faces.api.limits import Cursor, Limit, Name
from linkloop.faces.desk import auditing, budgets
from linkloop.faces.desk.budgets import GateView, Spending
from linkloop.faces.desk.views import Page
from linkloop.store.audit import Audited

Moment = Annotated[datetime | None, QueryParameter(description="RFC 3339, with a zone")]


class GateChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole policy as it is to be, and the `version` that it was made from."""

    policy: GatePolicy
    version: Annotated[str, msgspec.Meta(max_length=100)]


class ShopSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the settings file says of the shop (no secrets), and what runs it."""

    name: str
    zone: str
    currency: str
    language: str
    version: str
    licence: str
    links: list[str]
    worlds: list[str]
    host: str
    port: int


@get("/settings/gate", tags=["settings"], opt=may("see"))
async def gate(desk: TheDesk, work: TheWork) -> GateView:
    """Limits, holds and what is forbidden, as they are live."""
    return await work.quick(budgets.gate, desk.shop)


@put("/settings/gate", tags=["settings"], opt=may("settings"))
async def set_gate(desk: TheDesk, work: TheWork, who: TheWho, data: JSONBody[GateChange]) -> GateView:
    """Make a policy live for every decision from now on."""
    return await work.quick(budgets.set_gate, desk.shop, data.policy, data.version, who.name)


@get("/settings/spending", tags=["settings"], opt=may("see"))
async def spending(desk: TheDesk, work: TheWork) -> list[Spending]:
    """Every limit with what its present hour, day or week has used."""
    return await work.quick(budgets.spending, desk.shop)


@get("/settings/shop", tags=["settings"], opt=may("see"), sync_to_thread=False)
def shop_settings(desk: TheDesk) -> ShopSettings:
    """The shop's own settings, and what runs it."""
    shop = desk.shop
    return ShopSettings(
        name=shop.settings.name,
        zone=shop.settings.zone,
        currency=shop.settings.currency,
        language=shop.settings.language,
        version=version("linkloop"),
        licence="Apache-2.0",
        links=[link.name for link in shop.links],
        worlds=[world.name for world in shop.worlds],
        host=shop.settings.host,
        port=shop.settings.port,
    )


@get("/audit", tags=["settings"], opt=may("people"))
async def audit(
    desk: TheDesk,
    work: TheWork,
    by: Name = "",
    what: Name = "",
    about: Name = "",
    since: Moment = None,
    until: Moment = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[Audited]:
    """Who changed what, when, before and after; latest first. `what`: `rules.live`, or `rules` for all of that noun."""
    asked = {"by": by, "what": what, "about": about, "since": since, "until": until, "limit": limit, "cursor": cursor}
    return await work.quick(auditing.audited, desk.shop, **asked)


@get("/audit/verbs", tags=["settings"], opt=may("people"))
async def audit_verbs(desk: TheDesk, work: TheWork) -> list[str]:
    """Every kind of change that is on record."""
    return await work.quick(auditing.verbs, desk.shop)


ROUTES = [gate, set_gate, spending, shop_settings, audit, audit_verbs]
