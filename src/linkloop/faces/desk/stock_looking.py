"""Looking: the stock link's own case of a product at a place as of now, so that a page says what the night would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.stock import ReplenishAdvice, ReplenishPolicy, ShopDay
from linkloop.core.errors import NotFound
from linkloop.core.question import Answer, Question
from linkloop.core.table import Table
from linkloop.engine.asking import ask_now
from linkloop.faces.desk.today_frame import frame
from linkloop.links.stock import history, outlook
from linkloop.links.stock.case import REVIEW_DAYS, Case, open_case
from linkloop.links.stock.counting import SHOP
from linkloop.links.stock.model import Demand, Future, order_quantity
from linkloop.links.stock.policy import CYCLE_DAYS
from linkloop.store.facts import PastFacts
from linkloop.store.store import head_of

T = TypeVar("T", bound=Table)


class Ordered(NamedTuple):
    """What the policy says of a case: the advice, the position below which it orders, and how much it would order."""

    advice: ReplenishAdvice
    reorder_point: int
    order: int


class Looking:
    """As core.link.Context, of the present; nothing is written."""

    def __init__(self, shop: Shop, connection: sa.Connection) -> None:
        self.shop = shop
        self._facts = PastFacts(connection, head_of(connection))

    def read(self, table: type[T], key: str | None = None, /, **where: str) -> Any:
        """As Context says."""
        if key is not None:
            return self._facts.get(table, key)[0]
        ((field, value),) = where.items()
        return [row for row, _ in self._facts.where(table, field, value)]

    def sql(self, query: str, /, **params: Any) -> list[dict[str, Any]]:
        """As Context says."""
        return self.shop.door.query(query, params, max_rows=100_000).dicts()

    def ask(self, question: Question[Any], /) -> Answer[Any]:
        """As Context says."""
        return ask_now(self.shop.store, self.shop.matrix, question)

    def seats(self) -> list[str]:
        """Nobody negotiates."""
        return []

    def now(self) -> datetime:
        """The shop's clock."""
        return self.shop.clock.now()


def case_of(looking: Looking, product_id: str, place: str) -> Case | None:
    """The case as the night's policy would open it now; None for what cannot be ordered."""
    shop = looking.shop
    day = frame(shop.clock.now(), shop.zone).day
    yesterday = (day - timedelta(days=1)).isoformat()
    opened = looking.read(ShopDay, SHOP)
    ctx: Any = looking
    past = history.demand(ctx, yesterday, opened.ahead_minutes if opened else 0, product_id)
    coming = history.pending(ctx, product_id)
    told = outlook.told(ctx, yesterday, product_id)
    where = (product_id, place)
    return open_case(ctx, *where, past.get(where), coming.get(where, 0), told.get(where))


def ordered(looking: Looking, case: Case, times: Mapping[str, float] | None = None) -> Ordered | None:
    """The policy's order for a case, with demand `times["demand"]` and lead `times["late"]` days longer; None where no
    model advises."""
    changed = times or {}
    factor = changed.get("demand", 1.0)
    demand = Demand(case.demand.mean * factor, case.demand.variance * factor**2, case.demand.days)
    lead = case.lead._replace(mean=case.lead.mean + changed.get("late", 0.0))
    try:
        advice: ReplenishAdvice = looking.ask(
            ReplenishPolicy(
                days_of_cover=case.position / demand.mean if demand.mean > 0 else 0.0,
                lead_time_days=lead.mean, units_per_day=demand.mean, volatility=demand.volatility,
                margin=case.margin, spiking=False,
            )
        ).value  # fmt: skip
    except NotFound:
        return None
    needed = Future.over(demand, lead, REVIEW_DAYS).quantile(advice.service_level)
    target = Future.over(demand, lead, CYCLE_DAYS).quantile(advice.service_level)
    short = target - case.position if advice.order and case.position < needed else 0
    return Ordered(advice, needed, order_quantity(short, case.supplier.case_pack_units, case.supplier.min_order_units))
