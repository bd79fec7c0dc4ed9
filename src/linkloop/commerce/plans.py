"""Plans: what the shop itself has set for its days: prices, promotions and live shows."""

from datetime import datetime
from typing import ClassVar, Literal

from linkloop.core.money import Money
from linkloop.core.table import Table

PlanStatus = Literal["planned", "cancelled"]


class Price(Table, frozen=True, kw_only=True, gc=False):
    """The list price of a product from the day `since` on until the next: prices that were, and changes planned."""

    __table__: ClassVar[str] = "prices"
    __key__: ClassVar[tuple[str, ...]] = ("product_id", "since")
    __index__: ClassVar[tuple[str, ...]] = ("product_id",)

    product_id: str
    since: str
    price: Money


class Promotion(Table, frozen=True, kw_only=True, gc=False):
    """A promotion from the day `since` to the day `until`, both included, known before it begins.

    It holds for one product, for a category, or for all goods where both are empty; at one place, or everywhere.
    `discount` (0 to 1) is the share of the price that a buyer saves, on the shelf or by a coupon.
    """

    __table__: ClassVar[str] = "promotions"
    __key__: ClassVar[tuple[str, ...]] = ("promotion_id",)

    promotion_id: str
    name: str = ""
    product_id: str = ""
    category: str = ""
    place: str = ""
    since: str
    until: str
    discount: float
    kind: Literal["discount", "coupon", "bundle", "gift"] = "discount"
    status: PlanStatus = "planned"


class LiveShow(Table, frozen=True, kw_only=True, gc=False):
    """A product has its turn in a live show; `minutes` long in all, `viewers` expected."""

    __table__: ClassVar[str] = "live_shows"
    __key__: ClassVar[tuple[str, ...]] = ("show_id", "product_id")
    __index__: ClassVar[tuple[str, ...]] = ("product_id",)

    show_id: str
    product_id: str
    day: str
    starts_at: datetime
    minutes: int = 120
    viewers: int = 0
    status: PlanStatus = "planned"
