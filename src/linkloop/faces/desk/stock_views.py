"""The pages of stock: what needs a planner's eye, one product at one place, what if, and moves between places."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from linkloop.commerce.catalog import Supplier
from linkloop.commerce.network import RiskAction
from linkloop.commerce.stock import PromotionAdvice, StockFrontier
from linkloop.core.money import Money
from linkloop.core.text import Text

# out: it runs out before goods can come; late: goods that were promised are overdue; moved: the forecast moved in the
# last two days; drift: its errors do not scatter around zero any more; surplus: it will not sell; held: a decision
# waits.
AttentionKind = Literal["out", "late", "moved", "drift", "surplus", "held"]


class HeldOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order or a move that waits for a person."""

    id: str
    kind: str
    quantity: int
    at_risk: Money
    decide_by: datetime | None
    from_place: str = ""


class StockLine(msgspec.Struct, frozen=True, kw_only=True):
    """A product at a place that needs a look. `stake` is what doing nothing may cost, expected, in minor units of
    `currency`; `lost` units of demand that meet an empty shelf before goods ordered now can come.

    `week` is expected of the coming 7 days (with a person's `override` in it, where there is one), `edited` its
    last edit, `ends_on` the day on which the shelf is expected to be empty. `action` is the risk query's, of the
    product in the region.
    """

    product_id: str
    title: str
    category: str
    place: str
    region: str
    kinds: list[AttentionKind]
    stake: int
    currency: str
    on_hand: int
    arriving: int
    arrives_at: datetime | None
    late_since: datetime | None
    week: float
    week_told: float
    override: bool
    edited: str
    by_forecast: bool
    lead_days: float
    days_of_cover: float | None
    ends_on: str
    p_out: float
    lost: float
    moved_from: float | None
    moved_to: float | None
    drift: float
    surplus: int
    discount: float
    action: RiskAction | None
    held: HeldOrder | None


class NamedCount(msgspec.Struct, frozen=True, kw_only=True):
    """A choice of a filter, what people call it, and how many lines have it."""

    key: str
    name: Text
    count: int


class StockAttention(msgspec.Struct, frozen=True, kw_only=True):
    """What needs attention, most money first; counts are of all lines that the other filters leave."""

    at: datetime
    day: str
    lines: list[StockLine]
    total: int
    stake: int
    currency: str
    kinds: list[NamedCount]
    regions: list[NamedCount]
    categories: list[NamedCount]
    actions: list[NamedCount]
    series: int
    forecasts: int
    made_on: str
    held: int
    sql: dict[str, str]


class SkuPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A product at one of its places, in a line."""

    place: str
    name: str
    region: str
    on_hand: int
    on_order: int
    week: float
    days_of_cover: float | None
    kinds: list[AttentionKind]


class SkuDay(msgspec.Struct, frozen=True):
    """Units sold on a day; `empty`: nothing was left when it closed, so more was wanted than sold."""

    day: str
    units: int
    empty: bool = False


class SkuForecast(msgspec.Struct, frozen=True, kw_only=True):
    """A day ahead: mean and quantiles in units as the model says, a person's number, and what the night before said."""

    day: str
    mean: float
    q05: float
    q25: float
    q50: float
    q75: float
    q95: float
    own: float | None = None
    before: float | None = None


class ForecastPart(msgspec.Struct, frozen=True, kw_only=True):
    """What a forecast is made of: units from `name`, in words, learned here, assumed from studies, or not known."""

    name: str
    text: Text
    units: float
    basis: Literal["learned", "assumed", "unknown"]


class PathDay(msgspec.Struct, frozen=True, kw_only=True):
    """Stock at the end of a day: expected, and the band in which it lies in 9 of 10 futures; goods due that day."""

    day: str
    mean: float
    low: float
    high: float
    arriving: int


class SkuMove(msgspec.Struct, frozen=True, kw_only=True):
    """An order or a move that was decided, and where its goods are."""

    id: str
    at: datetime
    kind: str
    quantity: int
    status: str
    at_risk: Money
    by: str
    reason: Text
    from_place: str
    to_place: str
    arrives_at: datetime | None
    overdue: bool


class OverrideEdit(msgspec.Struct, frozen=True, kw_only=True):
    """One edit of the forecast: who set which days to how many units in all, and why. Without units: taken back."""

    edit: str
    at: datetime
    by: str
    reason: str
    since: str
    until: str
    units: float | None
    stands: bool
    """Nobody has changed these days since: it can be taken back."""


class StockSku(msgspec.Struct, frozen=True, kw_only=True):
    """A product at a place with all that a planner looks at. `reorder_point` is the position below which the policy
    orders, `service_level` what it rests on; `before_on` names the night that `before` of the forecasts is of."""

    product_id: str
    title: str
    category: Text
    price: Money | None
    cost: Money | None
    supplier: Supplier | None
    place: str
    day: str
    places: list[SkuPlace]
    line: StockLine
    days: list[SkuDay]
    forecast: list[SkuForecast]
    made_on: str
    before_on: str
    model: str
    segment: str
    wape: float | None
    bias: float | None
    drivers: list[ForecastPart]
    learned: dict[str, float]
    path: list[PathDay]
    position: int
    reorder_point: int | None
    service_level: float | None
    lead_sd_days: float
    moves: list[SkuMove]
    overrides: list[OverrideEdit]
    added: float | None
    added_days: int
    advice: PromotionAdvice | None
    sql: dict[str, str]


class WhatIfSide(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a what-if: forecast and stock path by day, and what follows from them. `order` is what the policy
    would order now."""

    mean: list[float]
    q05: list[float]
    q95: list[float]
    path: list[PathDay]
    units: float
    ends_on: str
    lost: float
    stake: int
    order: int | None


class StockWhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """Before and after; `why` says what each change does, and whether that was learned here, assumed or not known."""

    days: list[str]
    before: WhatIfSide
    after: WhatIfSide
    currency: str
    why: list[ForecastPart]


class MoveLine(msgspec.Struct, frozen=True, kw_only=True):
    """A move between two of our places, proposed or done; `worth` is what it is expected to win, in major units."""

    id: str
    at: datetime
    product_id: str
    title: str
    from_place: str
    to_place: str
    quantity: int
    status: str
    at_risk: Money
    worth: float | None
    half: float | None
    reason: Text
    decide_by: datetime | None


class PlaceStock(msgspec.Struct, frozen=True, kw_only=True):
    """A place with its stock in days of what is expected to sell there; `centre` supplies it."""

    place: str
    name: str
    region: str
    centre: str
    inbound_units: int
    on_hand: int
    week: float
    days_of_cover: float | None
    out: int


class Allocation(msgspec.Struct, frozen=True, kw_only=True):
    """Places, and what moves between them."""

    places: list[PlaceStock]
    moves: list[MoveLine]
    held: int
    sql: dict[str, str]


class Frontier(msgspec.Struct, frozen=True, kw_only=True):
    """The shop's points of turnover against stock-out, and each segment's; empty until a night has simulated them."""

    day: str
    points: list[StockFrontier]
    segments: list[str]
    sql: str
