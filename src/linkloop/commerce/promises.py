"""Promises: what we told a customer will happen, by when, and whether it did."""

from datetime import datetime
from typing import ClassVar, Literal

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


class PromiseBroken(Table, frozen=True, kw_only=True, gc=False):
    """A promise was not kept by its time, found before the customer complained of it.

    A row, no event: who is responsible hears it in the same breath, and links must not talk in circles.
    """

    __table__: ClassVar[str] = "broken_promises"
    __key__: ClassVar[tuple[str, ...]] = ("promise_id", "due_at")
    __index__: ClassVar[tuple[str, ...]] = ("customer_id",)

    promise_id: str
    kind: PromiseKind
    customer_id: str
    conversation_id: str = ""
    order_id: str = ""
    due_at: datetime
    found_at: datetime
