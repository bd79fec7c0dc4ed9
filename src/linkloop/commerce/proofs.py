"""Proofs: how a sender whose account we do not know shows whose orders are meant, and what was tried."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from linkloop.core.question import Question
from linkloop.core.table import Table

ProofFact = Literal["none", "email", "phone", "phone_end", "postcode"]


class ProofAdvice(msgspec.Struct, frozen=True):
    """Whether what a sender names is compared with what we hold, a stronger fact is asked for, or a person looks; and a
    short name of the reason. `opens` is what a match opens: the order, or the sight of it alone."""

    way: Literal["compare", "stronger", "person"]
    opens: Literal["order", "sight"] = "order"
    reason: str = ""


class ProofPolicy(Question[ProofAdvice], frozen=True, kw_only=True):
    """May this sender try to prove who they are? `fact` is what they name beside the order number (none: not yet); the
    rest counts tries of the last 24 hours that did not match: for this order number by this sender (`of_order`) and by
    everybody (`of_order_all`)."""

    fact: ProofFact
    of_conversation: int
    of_sender: int
    of_order: int
    of_order_all: int
    of_shop: int


class IdentityProof(Table, frozen=True, kw_only=True, gc=False):
    """That a conversation's sender was asked to prove who they are, until `until`, and what they wished to know.

    `order_number` is what they named so far; the second fact that they name is compared and never kept.
    """

    __table__: ClassVar[str] = "identity_proofs"
    __key__: ClassVar[tuple[str, ...]] = ("conversation_id",)

    conversation_id: str
    contact_id: str
    order_number: str = ""
    wish: str = ""
    state: Literal["asked", "proven", "person"] = "asked"
    asked_at: datetime
    until: datetime


class ProofCount(Table, frozen=True, kw_only=True, gc=False):
    """Tries that did not match since `since`, of one scope: `conversation:…`, `sender:…`, `order:NUMBER`,
    `order:NUMBER:SENDER` or `shop`."""

    __table__: ClassVar[str] = "proof_counts"
    __key__: ClassVar[tuple[str, ...]] = ("scope",)

    scope: str
    failed: int
    since: datetime


class ProofTried(Table, frozen=True, kw_only=True, gc=False):
    """That a sender named an order and a second fact, and both were compared with what we hold; the fact is not kept.

    `customer_id` is whose account it was linked with, where everything matched.
    """

    __table__: ClassVar[str] = "proofs_tried"
    __key__: ClassVar[tuple[str, ...]] = ("message_id",)
    __index__: ClassVar[tuple[str, ...]] = ("conversation_id",)

    message_id: str
    conversation_id: str
    contact_id: str
    order_number: str
    fact: ProofFact
    matched: bool
    tried_at: datetime
    customer_id: str = ""
