"""Narrowed: the shop as one may see it who has proven one order: that order and what belongs to it, nothing else of its
customer, whichever flow reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, cast

from linkloop.commerce.contacts import Contact, ContactLink, MergeSuggestion
from linkloop.commerce.conversations import Conversation, Draft
from linkloop.commerce.customers import Customer
from linkloop.commerce.flows import FlowState
from linkloop.commerce.proofs import IdentityProof, ProofCount
from linkloop.core.link import Context
from linkloop.core.question import Answer, Question
from linkloop.core.table import Table
from linkloop.links.service.conversation import Heard

# What says how a talk goes and not what a customer has: it is read by its own key.
_TALKING: Final = (Conversation, FlowState, Draft, Contact, ContactLink, MergeSuggestion, IdentityProof, ProofCount)


class Narrowed:
    """A context that shows of a customer one order alone. Rows that belong to no customer are as they are."""

    def __init__(self, ctx: Context, order_id: str) -> None:
        self._ctx, self._order_id = ctx, order_id

    def read(self, table: type[Any], key: str = "", /, **where: str) -> Any:
        """What is shown of one row, or of the rows that fit."""
        if key:
            row = self._ctx.read(table, key)
            return None if row is None else self._shown(row)
        return [seen for row in self._ctx.read(table, **where) if (seen := self._shown(row)) is not None]

    def sql(self, query: str, /, **params: Any) -> list[dict[str, Any]]:
        """Nothing: a query would see all."""
        return []

    def ask(self, question: Question[Any], /) -> Answer[Any]:
        """The same judgement."""
        return self._ctx.ask(question)

    def seats(self) -> list[str]:
        """The same seats."""
        return self._ctx.seats()

    def now(self) -> datetime:
        """The same moment."""
        return self._ctx.now()

    def _shown(self, row: Table) -> Table | None:
        if isinstance(row, _TALKING):
            return row
        if isinstance(row, Customer):
            # The language and the calendar to answer in; who and where it is belongs to the account.
            return Customer(customer_id=row.customer_id, language=row.language, country=row.country)
        order_id = getattr(row, "order_id", None)
        if order_id is not None:
            return row if order_id == self._order_id else None
        return None if getattr(row, "customer_id", "") else row


def narrowed(ctx: Context, heard: Heard) -> Context:
    """What the sender of a message may have looked at for them: everything of their account, or one order of it."""
    return cast(Context, Narrowed(ctx, heard.scope)) if heard.scope else ctx
