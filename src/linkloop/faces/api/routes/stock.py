"""Stock: what needs a planner's eye, a product at a place, a person's own forecast, what if, moves and the frontier."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.params import JSONBody, QueryParameter

from linkloop.faces.api.access import for_link, may
from linkloop.faces.api.given import TheDesk, TheOnce, TheWho, TheWork
from linkloop.faces.api.limits import IdempotencyKey, Name, PathName
from linkloop.faces.desk import stock_flows, stock_override, stock_whatif
from linkloop.faces.desk.stock_attention import Show, StockAsk, attention
from linkloop.faces.desk.stock_override import OverrideBody, UndoBody
from linkloop.faces.desk.stock_sku import sku
from linkloop.faces.desk.stock_views import Allocation, Frontier, OverrideEdit, StockAttention, StockSku, StockWhatIf
from linkloop.faces.desk.stock_whatif import WhatIfBody

LINK = "demand"


@get("/stock/attention", tags=["stock"], opt=may("see"))
async def stock_attention(
    desk: TheDesk,
    work: TheWork,
    show: Annotated[
        Show, QueryParameter(description="What kind of exception; all: every product at every place")
    ] = "attention",
    region: Name = "",
    category: Name = "",
    action: Annotated[str, QueryParameter(max_length=20, description="紧急补货, 促销建议 or 维持现状")] = "",
    text: Name = "",
) -> StockAttention:
    """What needs attention, by what doing nothing may cost."""
    asked = StockAsk(show=show, region=region, category=category, action=action, text=text)
    return await work.sql(attention, desk.shop, asked)


@get("/stock/products/{product_id:str}", tags=["stock"], opt=may("see"))
async def stock_product(desk: TheDesk, work: TheWork, product_id: PathName, place: Name = "") -> StockSku:
    """A product at a place: sales, forecast, stock path, orders, overrides."""
    return await work.sql(sku, desk.shop, product_id, place)


@post("/stock/products/{product_id:str}/what-if", status_code=200, tags=["stock"], opt=may("see"))
async def stock_what_if(desk: TheDesk, work: TheWork, product_id: PathName, data: JSONBody[WhatIfBody]) -> StockWhatIf:
    """The coming days after another price, a promotion, a live show, or with a late supplier; nothing is written."""
    return await work.sql(stock_whatif.what_if, desk.shop, product_id, data)


@post("/stock/products/{product_id:str}/override", status_code=200, tags=["stock"], opt=may("decide"))
async def stock_override_days(
    desk: TheDesk, work: TheWork, once: TheOnce, who: TheWho, product_id: PathName, data: JSONBody[OverrideBody],
    idempotency_key: IdempotencyKey = "",
) -> OverrideEdit:  # fmt: skip
    """Write a person's number over the forecast of some days; without units, take it back."""
    given = (desk.shop, product_id, data, who.name)
    call = for_link(who, LINK, product_id, lambda: stock_override.override(*given))
    return await once(f"override {product_id} {who.name}", idempotency_key, data, lambda: work.quick(call))


@post("/stock/products/{product_id:str}/override/undo", status_code=200, tags=["stock"], opt=may("decide"))
async def stock_override_undo(
    desk: TheDesk, work: TheWork, who: TheWho, product_id: PathName, data: JSONBody[UndoBody]
) -> OverrideEdit:
    """Put back what stood before an edit of the forecast."""
    given = (desk.shop, product_id, data, who.name)
    return await work.quick(for_link(who, LINK, product_id, lambda: stock_override.undo(*given)))


@get("/stock/allocation", tags=["stock"], opt=may("see"))
async def stock_allocation(desk: TheDesk, work: TheWork) -> Allocation:
    """How stock lies across places, and what is proposed to move."""
    return await work.sql(stock_flows.allocation, desk.shop)


@get("/stock/frontier", tags=["stock"], opt=may("see"))
async def stock_frontier(desk: TheDesk, work: TheWork) -> Frontier:
    """The shop's frontier of turnover against stock-out, and where it stands today."""
    return await work.quick(stock_flows.frontier, desk.shop)


ROUTES = [
    stock_attention, stock_product, stock_what_if, stock_override_days, stock_override_undo, stock_allocation,
    stock_frontier,
]  # fmt: skip
