"""Promises: what we told a customer will happen, by when, and whether it did."""

from datetime import datetime
from typing import ClassVar, Literal

from linkloop.core.event import Event
from linkloop.core.table import Table

PromiseKind = Literal["arrival", "refund", "replacement", "return_label", "invoice", "answer", "compensation"]


class Promise(Table, frozen=True, kw_only=True, gc=False):
    """One promise to a customer. `basis` names the row, event or effect that it rests on, as `table/key`.

    `offered` lapses at `due_at` unless the customer accepts; an `open` one is `kept` or `broken`.
    """

    __table__: ClassVar[str] = "promises"
    __key__: ClassVar[tuple[str, ...]] = ("promise_id",)
    __index__: ClassVar[tuple[str, ...]] = ("customer_id", "order_id", "conversation_id")

    promise_id: str
    kind: PromiseKind
    customer_id: str
    conversation_id: str = ""
    order_id: str = ""
    basis: str = ""
    made_at: datetime
    due_at: datetime
    state: Literal["offered", "open", "kept", "broken", "lapsed", "withdrawn"] = "open"
    settled_at: datetime | None = None


class PromiseBroken(Event, frozen=True, kw_only=True, gc=False):
    """A promise was not kept by its time: whoever is responsible hears it before the customer complains."""

    __about__: ClassVar[str] = "customer_id"

    promise_id: str
    kind: PromiseKind
    customer_id: str
    conversation_id: str = ""
    order_id: str = ""
    due_at: datetime
