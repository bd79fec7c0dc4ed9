"""Remedies: what is given to customers for what went wrong, and whether they stayed."""

from typing import ClassVar

import msgspec

from linkloop.commerce.understanding import Mood
from linkloop.core.action import Action
from linkloop.core.event import Event
from linkloop.core.money import Money
from linkloop.core.question import Question
from linkloop.core.table import Table


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


class RemedyGiven(Table, frozen=True, kw_only=True, gc=False):
    """The remedy that was chosen for an order, with its propensity (0 to 1), kept until its outcome is known.

    `settled` says that the customer really has it; `learned` that the outcome has been counted.
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


class RemedyAdvice(msgspec.Struct, frozen=True):
    """The most that may be offered, in percent of the order's value and in minor units."""

    percent_cap: float
    amount_cap: int
    apologise: bool = True


class RemedyPolicy(Question[RemedyAdvice], frozen=True, kw_only=True):
    """What may be offered to this customer for this delay? Order value in minor units of the shop's currency."""

    late_days: float
    mood: Mood
    order_value: int
    compensated_before: int
