"""Flows: what a conversation is in the middle of, and what was asked of the world on a customer's behalf."""

from datetime import datetime
from typing import ClassVar, Literal

from linkloop.core.table import Table

Step = Literal["", "order", "product", "address", "title", "claim", "offer", "confirm"]


class FlowState(Table, frozen=True, kw_only=True, gc=False):
    """The question that a conversation's flow waits for an answer to, until `offered_until`; an empty `step` is over.

    `slots` is what was gathered and looked up so far; `choices` are the keys of a numbered list, in its order.
    It belongs to a customer: one who goes on in another channel goes on here.
    """

    __table__: ClassVar[str] = "flow_states"
    __key__: ClassVar[tuple[str, ...]] = ("conversation_id",)
    __index__: ClassVar[tuple[str, ...]] = ("customer_id",)

    conversation_id: str
    customer_id: str
    flow: str
    step: Step = ""
    slots: dict[str, str] = {}
    choices: tuple[str, ...] = ()
    language: str = ""
    asked_at: datetime
    offered_until: datetime
    moved_to: str = ""


class Requested(Table, frozen=True, kw_only=True, gc=False):
    """An effect that a customer waits for, and where they are told how it ended."""

    __table__: ClassVar[str] = "requested_effects"
    __key__: ClassVar[tuple[str, ...]] = ("effect_key",)
    __index__: ClassVar[tuple[str, ...]] = ("customer_id", "order_id")

    effect_key: str
    action_kind: str
    order_id: str
    product_id: str = ""
    customer_id: str
    conversation_id: str
    channel: str
    language: str = ""
    wave: str = ""
    state: Literal["requested", "done", "refused"] = "requested"
    asked_at: datetime
    settled_at: datetime | None = None
