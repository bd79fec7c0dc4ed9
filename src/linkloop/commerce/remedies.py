"""Remedies: what is given to customers for what went wrong, and whether they stayed."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from linkloop.commerce.understanding import Mood
from linkloop.core.action import Action
from linkloop.core.event import Event
from linkloop.core.money import Money
from linkloop.core.question import Question
from linkloop.core.table import Table
from linkloop.core.text import Text

# What went wrong: late, money not back in time, goods broken or wrong, a price that fell, sold out, rude service,
# something that the law speaks of (fakes, fraud), another complaint, or the wish for a person alone.
Cause = Literal["late", "refund", "item", "price", "stock", "rude", "legal", "service", "person"]
RemedyKind = Literal["none", "money", "coupon", "free_shipping"]
Trigger = Literal["mood", "repeat", "churn", "rating", "promise", "delay", "asked", "legal"]


class Compensate(Action, frozen=True, kw_only=True):
    """Give a customer money back for what went wrong with an order; once per order and cause."""

    __same__: ClassVar[tuple[str, ...]] = ("order_id", "cause")
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"
    __undo__: ClassVar[str] = "CancelCompensation"
    __scale__: ClassVar[str] = "amount"

    order_id: str
    customer_id: str
    cause: str
    amount: Money


class CancelCompensation(Action, frozen=True, kw_only=True):
    """Take a compensation back that has not been paid out yet."""

    __same__: ClassVar[tuple[str, ...]] = ("order_id", "cause")
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"

    order_id: str
    customer_id: str
    cause: str


class IssueCoupon(Action, frozen=True, kw_only=True):
    """Give a customer a coupon for the next order, once per order and cause; without an order, once per `wave`."""

    __same__: ClassVar[tuple[str, ...]] = ("customer_id", "order_id", "cause", "wave")
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"
    __undo__: ClassVar[str] = "CancelCoupon"
    __scale__: ClassVar[str] = "amount"

    order_id: str
    customer_id: str
    cause: str
    amount: Money
    kind: Literal["coupon", "free_shipping"] = "coupon"
    until: datetime
    wave: str = ""


class CancelCoupon(Action, frozen=True, kw_only=True):
    """Take a coupon back that has not been used."""

    __same__: ClassVar[tuple[str, ...]] = ("customer_id", "order_id", "cause", "wave")
    __about__: ClassVar[str] = "order_id"
    __customer__: ClassVar[str] = "customer_id"

    order_id: str
    customer_id: str
    cause: str
    wave: str = ""


class CustomerStayed(Event, frozen=True, kw_only=True, gc=False):
    """Whether a customer whom something went wrong for bought again within the time that the shop looks at."""

    __about__: ClassVar[str] = "customer_id"

    customer_id: str
    order_id: str
    stayed: bool


class RemedyOutcome(Table, frozen=True, kw_only=True, gc=False):
    """How often customers of one kind stayed after one remedy: the memory that compensation learns from."""

    __table__: ClassVar[str] = "remedy_outcomes"
    __key__: ClassVar[tuple[str, ...]] = ("remedy", "mood")

    remedy: str
    mood: str
    stayed: int = 0
    left: int = 0


class RemedyBelief(Table, frozen=True, kw_only=True, gc=False):
    """What is believed of who stays after what: a normal distribution over the weights of a logistic model.

    `mean` has one weight a feature, `spread` the upper triangle of their covariance, row by row; `seen` outcomes.
    """

    __table__: ClassVar[str] = "remedy_beliefs"
    __key__: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    seen: int = 0


class RemedySafety(Table, frozen=True, kw_only=True, gc=False):
    """How much exploring has put at risk so far, and what the safe choices would have been worth, in minor units."""

    __table__: ClassVar[str] = "remedy_safety"
    __key__: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    safe_value: float = 0.0
    at_risk: float = 0.0
    choices: int = 0


class RemedyOption(msgspec.Struct, frozen=True, gc=False):
    """A remedy that was weighed: money or coupon of `amount` minor units; `score` its expected worth, `propensity`
    the probability (0 to 1) with which it was drawn."""

    name: str
    kind: RemedyKind
    amount: int
    score: float
    propensity: float


class RemedyGiven(Table, frozen=True, kw_only=True, gc=False):
    """The remedy that was chosen for an order, with its propensity (0 to 1), kept until its outcome is known.

    `settled` says that the customer really has it; `learned` that the outcome has been counted. `options` are what it
    was drawn from, with what was known then: value of the order and of the customer (minor units), orders before.
    """

    __table__: ClassVar[str] = "remedies_given"
    __key__: ClassVar[tuple[str, ...]] = ("order_id",)
    __index__: ClassVar[tuple[str, ...]] = ("customer_id",)

    order_id: str
    customer_id: str
    remedy: str
    mood: str
    cause: str = ""
    amount: Money | None = None
    propensity: float = 1.0
    effect_key: str = ""
    conversation_id: str = ""
    channel: str = ""
    language: str = ""
    settled: bool = False
    learned: bool = False
    kind: RemedyKind = "money"
    late_days: float = 0.0
    order_value: int = 0
    worth: int = 0
    orders: int = 0
    abuse: float = 0.0
    options: tuple[RemedyOption, ...] = ()
    given_at: datetime | None = None
    stayed: bool | None = None


class RemedyAdvice(msgspec.Struct, frozen=True):
    """The most that may be offered, in percent of the order's value and in minor units."""

    percent_cap: float
    amount_cap: int
    apologise: bool = True
    coupons: bool = False


class RemedyPolicy(Question[RemedyAdvice], frozen=True, kw_only=True):
    """What may be offered to this customer for what went wrong? Order value in minor units of the shop's currency."""

    late_days: float
    mood: Mood
    order_value: int
    compensated_before: int
    cause: Cause = "late"


class RescueAdvice(msgspec.Struct, frozen=True):
    """Who makes it good: a remedy at once, a person, or both; `people_only` that the bot keeps silent until one comes.

    `fallback` is what happens when nobody came in time: the safe remedy, or an honest message.
    """

    way: Literal["remedy", "person", "both"]
    people_only: bool = False
    fallback: Literal["remedy", "message"] = "message"
    reason: str = ""


class RescuePolicy(Question[RescueAdvice], frozen=True, kw_only=True):
    """Who makes this good? Worth of the customer in minor units, suspicion of abuse and confidence 0 to 1."""

    cause: Cause
    mood: Mood
    asked: bool
    worth: int
    abuse: float
    rescues: int
    confidence: float


class Rescue(Table, frozen=True, kw_only=True, gc=False):
    """The golden thirty seconds of a conversation: what went wrong, what was done about it by when, and by whom.

    `step`: a remedy was decided, a person was asked for, a person took it, nobody came in time and the fallback went
    out, or nothing was owed beyond the answer.
    """

    __table__: ClassVar[str] = "rescues"
    __key__: ClassVar[tuple[str, ...]] = ("conversation_id", "cause", "order_id")
    __index__: ClassVar[tuple[str, ...]] = ("customer_id", "conversation_id")

    conversation_id: str
    cause: Cause
    order_id: str = ""
    customer_id: str = ""
    trigger: Trigger
    began_at: datetime
    due_at: datetime
    step: Literal["remedy", "person", "taken", "fallback", "answer"]
    fallback: Literal["remedy", "message"] = "message"
    remedy: str = ""
    amount: Money | None = None
    effect_key: str = ""
    who: str = ""
    why: Text | None = None
    abuse: float = 0.0
    done_at: datetime | None = None
