"""What the Today page shows: every figure with its unit, its time, what it is compared with, and its SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from linkloop.core.text import Text

FigureName = Literal[
    "gmv", "orders", "conversion", "order_value", "payment_success", "alerts", "at_risk", "late_parcels", "waiting"
]
Unit = Literal["money", "count", "share"]
PromiseKind = Literal["decision", "parcel", "told", "stock"]


class TodayFigure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure. Money in minor units of `currency`, a share is 0 to 1; None: there is nothing to count yet.

    `at` is the moment up to which was counted; `yesterday` and `last_week` are the same figure at the same time of
    those days. `series` has one value an hour of today, `before` one an hour of the whole of yesterday. `sql` gives
    `value` (money in major units) when it is run.
    """

    name: FigureName
    unit: Unit
    value: float | None
    at: datetime
    currency: str = ""
    yesterday: float | None = None
    last_week: float | None = None
    series: list[float | None] = []
    before: list[float | None] = []
    sql: str = ""


class AlertMark(msgspec.Struct, frozen=True, kw_only=True):
    """An alert on the time axis, open or over."""

    alert_id: str
    metric: str
    severity: str
    status: str
    text: Text
    opened_at: datetime
    ended_at: datetime | None
    case_id: str


class TodayPulse(msgspec.Struct, frozen=True, kw_only=True):
    """Orders and their value in slots of `slot_minutes` from `start`, today and yesterday, and what is usual.

    `low` and `high` hold 95 of 100 such slots; None where nothing was learned yet. Money in minor units.
    """

    start: datetime
    slot_minutes: int
    orders: list[int]
    orders_yesterday: list[int]
    gmv: list[int]
    gmv_yesterday: list[int]
    expected: list[float] | None
    low: list[int] | None
    high: list[int] | None
    gmv_expected: list[float] | None
    gmv_low: list[float] | None
    gmv_high: list[float] | None
    marks: list[AlertMark]
    sql: str


class ProviderToday(msgspec.Struct, frozen=True, kw_only=True):
    """How a payment provider does today and in the last hour; `usual` is the learned success rate (0 to 1)."""

    provider: str
    tried: int
    succeeded: int
    tried_hour: int
    succeeded_hour: int
    lost: int
    usual: float | None


class StockEnding(msgspec.Struct, frozen=True, kw_only=True):
    """A product at a place, and when what lies there ends at the pace of the last 14 days.

    `arrives_at` and `arriving`: the next goods that a supplier has promised; `decision_id`: an order that waits for a
    person.
    """

    product_id: str
    title: str
    place: str
    on_hand: int
    units_per_day: float
    days_of_cover: float
    ends_at: datetime
    arriving: int
    arrives_at: datetime | None
    decision_id: str


class NightKind(msgspec.Struct, frozen=True, kw_only=True):
    """What the loop decided of one kind of action: how many, by what became of them, and the money that went out."""

    action_kind: str
    decided: int
    done: int
    held: int
    refused: int
    lapsed: int
    other: int
    money_out: int
    money_held: int


class Night(msgspec.Struct, frozen=True, kw_only=True):
    """What the loop did since a moment. Money in minor units of the shop's currency."""

    since: datetime
    kinds: list[NightKind]
    money_out: int
    noticed: list[AlertMark]
    told: int
    sql: str


class RiskKind(msgspec.Struct, frozen=True, kw_only=True):
    """Decisions of one kind that wait for a person: how many, the money in them, and which must be decided first."""

    action_kind: str
    held: int
    money: int
    first_due: datetime | None
    decision_id: str
    case_id: str
    reason: Text


class PromiseDue(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody was promised, or that a person has to decide, with the moment it is due."""

    kind: PromiseKind
    key: str
    due: datetime
    overdue: bool
    order_id: str = ""
    customer_id: str = ""
    product_id: str = ""
    title: str = ""
    place: str = ""
    quantity: int = 0
    action_kind: str = ""
    case_id: str = ""
    expected_at: datetime | None = None


class PromiseCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many promises of one kind are open, overdue, and due within a day; `sql` lists them."""

    kind: PromiseKind
    open: int
    overdue: int
    soon: int
    sql: str


class WaitingConversation(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation whose last word is the customer's."""

    conversation_id: str
    customer_id: str
    channel: str
    text: str
    since: datetime
    case_id: str = ""


class TodayService(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of today, and who waits for an answer, longest first; `median_wait_s` is from message to answer."""

    messages: int
    answered: int
    median_wait_s: float | None
    waiting: list[WaitingConversation]
    sql: str


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """The home page of a shop as of `at`, the start of the shop's present minute."""

    at: datetime
    now: datetime
    day: str
    day_start: datetime
    currency: str
    zone: str
    empty: bool
    figures: list[TodayFigure]
    pulse: TodayPulse
    providers: list[ProviderToday]
    providers_sql: str
    stock: list[StockEnding]
    stock_sql: str
    night: Night
    at_risk: list[RiskKind]
    promises: list[PromiseDue]
    promised: list[PromiseCount]
    service: TodayService
