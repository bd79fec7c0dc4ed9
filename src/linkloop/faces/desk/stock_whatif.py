"""What if: another price, a promotion, a live show or a late supplier, answered by the Demand question and the path."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import msgspec

from linkloop.app.shop import Shop
from linkloop.commerce.catalog import Product
from linkloop.commerce.demand import Change, Outlook
from linkloop.faces.desk.stock_looking import Looking, case_of, ordered
from linkloop.faces.desk.stock_path import SPREAD
from linkloop.faces.desk.stock_sku import Ground, forecasts, ground_of, made_of, parts, path_of, unknown
from linkloop.faces.desk.stock_survey import survey, unit_margin
from linkloop.faces.desk.stock_views import StockLine, StockWhatIf, WhatIfSide
from linkloop.faces.desk.things_rows import Rows
from linkloop.faces.desk.today_promises import coming

DAYS = 14


class WhatIfBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes: the price by a share (−0.1: 10 % less), a promotion's discount (0 to 1), a live show on a day
    (1: tomorrow; 0: none), and a supplier whose goods come `late_days` later."""

    place: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    price: Annotated[float, msgspec.Meta(ge=-0.9, le=2.0)] = 0.0
    promotion: Annotated[float, msgspec.Meta(ge=0.0, le=0.9)] = 0.0
    live_in_days: Annotated[int, msgspec.Meta(ge=0, le=14)] = 0
    late_days: Annotated[int, msgspec.Meta(ge=0, le=60)] = 0


def what_if(shop: Shop, product_id: str, body: WhatIfBody) -> StockWhatIf:
    """The coming days as they stand and after the changes. Raises NotFound `row.unknown`."""
    found = survey(shop)
    line = next((o for o in found.lines if (o.product_id, o.place) == (product_id, body.place)), None)
    today = found.day.day
    with shop.store.read() as connection:
        rows = Rows(shop, connection)
        if line is None:
            raise unknown(product_id, body.place)
        ahead = forecasts(rows, product_id, body.place, today)
        goods = [o for o in coming(shop, connection) if (o.product_id, o.place) == (product_id, body.place)]
        ground = ground_of(rows, line, ahead, goods, found.day)
        late = [one._replace(arrives_at=one.arrives_at + timedelta(days=body.late_days)) for one in goods]
        later = ground_of(rows, line, ahead, late, found.day)
        changes = _changes(body, (today + timedelta(days=body.live_in_days)).isoformat())
        before, after = (made_of(shop, product_id, body.place, ahead, asked, DAYS) for asked in ((), changes))
        times = [a / b if b > 0 else 1.0 for a, b in zip(after.mean, before.mean, strict=False)]
        changed = msgspec.structs.replace(
            later,
            mean=[m * _at(times, n) for n, m in enumerate(later.mean)],
            sd=[s * _at(times, n) for n, s in enumerate(later.sd)],
            lead=ground.lead + body.late_days,
        )
        looking = Looking(shop, connection)
        case = case_of(looking, product_id, body.place)
        factor = sum(changed.mean) / sum(ground.mean) if sum(ground.mean) > 0 else 1.0

        def side(outlook: Outlook, this: Ground, **how: float) -> WhatIfSide:
            told = ordered(looking, case, how) if case is not None else None
            return _side(outlook, this, found.day.day, line, rows, told.order if told else None)

        return StockWhatIf(
            days=[(today + timedelta(days=n)).isoformat() for n in range(DAYS)],
            before=side(before, ground),
            after=side(after, changed, demand=factor, late=float(body.late_days)),
            currency=line.currency,
            why=parts(after.why[len(before.why) :]),
        )


def _changes(body: WhatIfBody, live_day: str) -> tuple[Change, ...]:
    found: list[Change] = []
    if body.price:
        found.append(Change(kind="price", value=1 + body.price))
    if body.promotion:
        found.append(Change(kind="promotion", value=body.promotion))
    if body.live_in_days:
        found.append(Change(kind="live_show", value=1.0, since=live_day, until=live_day))
    return tuple(found)


def _at(values: list[float], n: int) -> float:
    return values[n] if n < len(values) else (sum(values) / len(values) if values else 1.0)


def _side(outlook: Outlook, ground: Ground, today: date, line: StockLine, rows: Rows, order: int | None) -> WhatIfSide:
    path, lost, ends = path_of(ground, today)
    mean = [round(v, 2) for v in ground.mean[:DAYS]]
    if outlook.made_on:
        low, high = outlook.levels.index(0.05), outlook.levels.index(0.95)
        q05, q95 = [q[low] for q in outlook.quantiles], [q[high] for q in outlook.quantiles]
    else:
        half = [s * SPREAD / 2 for s in ground.sd[:DAYS]]
        q05 = [round(max(m - h, 0.0), 2) for m, h in zip(mean, half, strict=True)]
        q95 = [round(m + h, 2) for m, h in zip(mean, half, strict=True)]
    return WhatIfSide(
        mean=mean, q05=q05, q95=q95, path=path, units=round(sum(mean), 1),
        ends_on=path[ends].day if ends >= 0 else "", lost=round(lost, 1), stake=round(lost * _margin(rows, line)),
        order=order,
    )  # fmt: skip


def _margin(rows: Rows, line: StockLine) -> float:
    product = rows.one(Product, line.product_id)
    if product is None or product.price is None:
        return 0.0
    same = product.cost is not None and product.cost.currency == product.price.currency
    return unit_margin(product.price.amount, product.cost.amount if product.cost else None, same)
