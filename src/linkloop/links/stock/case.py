"""A case of stock: one product at one place, with all that a decision to order it looks at."""

from __future__ import annotations

import msgspec

from linkloop.commerce.catalog import Product, Supplier
from linkloop.commerce.stock import LeadTime, StockLevel
from linkloop.core.link import Context
from linkloop.core.table import join_key
from linkloop.links.stock.history import Past
from linkloop.links.stock.model import Demand, LeadDays, fit, lead_days

REVIEW_DAYS = 1  # stock is looked at every night
MARGIN_UNKNOWN = 0.3


class Case(msgspec.Struct, frozen=True):
    """One product at one place with all that the decision looks at."""

    product: Product
    level: StockLevel
    supplier: Supplier
    lead: LeadDays
    demand: Demand
    coming: int
    back_a_day: float
    extra: float = 0.0
    forecast: bool = False

    @property
    def position(self) -> int:
        """On hand, on order, decided and not yet answered, soon back from customers, less what is owed."""
        back = int(self.back_a_day * self.lead.mean)
        return self.level.on_hand + self.level.on_order - self.level.backordered + self.coming + back

    @property
    def margin(self) -> float:
        """Share of the price that is earned; a stated guess where price or cost cannot tell."""
        price, cost = self.product.price, self.product.cost
        if price is None or cost is None or price.amount <= 0 or price.currency != cost.currency:
            return MARGIN_UNKNOWN
        return (price.amount - cost.amount) / price.amount


def open_case(
    ctx: Context, product_id: str, place: str, past: Past | None, coming: int, told: Demand | None = None
) -> Case | None:
    """The case by the forecast `told`, or by its past where there is none.

    None for a product that cannot be ordered: unknown, without a supplier, or without a cost to put at risk.
    """
    product = ctx.read(Product, product_id)
    level = ctx.read(StockLevel, join_key((product_id, place)))
    if product is None or level is None or not product.supplier_id or product.cost is None:
        return None
    supplier = ctx.read(Supplier, product.supplier_id) or Supplier(supplier_id=product.supplier_id)
    seen = ctx.read(LeadTime, product.supplier_id) or LeadTime(supplier_id=product.supplier_id)
    agreed = seen.promised_days if seen.promises and not seen.arrivals else supplier.lead_time_days
    lead = lead_days(agreed, supplier.lead_time_sd_days, seen.arrivals, seen.mean_days, seen.squares_days)
    return Case(
        product=product,
        level=level,
        supplier=supplier,
        lead=lead,
        demand=told or fit(past.units if past else (), level.on_hand),
        forecast=told is not None,
        coming=coming,
        back_a_day=past.returned_a_day if past else 0.0,
    )


def bound(case: Case) -> float:
    """A position that is enough for every service level: most products are done with here, and nothing is asked."""
    days = case.lead.mean + REVIEW_DAYS
    variance = days * case.demand.variance + (case.demand.mean * case.lead.sd) ** 2
    return case.demand.mean * days + 5 * variance**0.5 + 5
