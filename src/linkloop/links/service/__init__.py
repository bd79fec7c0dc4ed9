"""The service link: answers customers from facts, makes good what went wrong, and learns what keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from linkloop.commerce.contacts import ContactConversation, ContactLink, MergeSuggestion
from linkloop.commerce.conversations import Conversation, MessageReceived, Reply
from linkloop.commerce.desk import AnswerTarget
from linkloop.commerce.knowledge import Retrieve
from linkloop.commerce.loop import ActionSettled
from linkloop.commerce.notices import DelayTold, ServiceNotice
from linkloop.commerce.parcels import CarrierTransit, ParcelDelayed, ParcelDelivered
from linkloop.commerce.payments import PaymentsFailing
from linkloop.commerce.remedies import Compensate, CustomerStayed, RemedyGiven, RemedyOutcome, RemedyPolicy
from linkloop.commerce.understanding import Understand
from linkloop.core.link import Context, Link
from linkloop.core.table import Table
from linkloop.links.service import answering, conversation, notice, outcomes, warning
from linkloop.links.service.knowledge.retrieve import RetrieveModel
from linkloop.links.service.model import UnderstandModel

link = Link(
    "service",
    title=("Customer service", "客户服务"),
    says=(
        RemedyGiven, RemedyOutcome, DelayTold, CarrierTransit, ServiceNotice,
        Conversation, ContactLink, ContactConversation, MergeSuggestion,
    ),  # fmt: skip
    decides=(Reply, Compensate),
    asks=(Understand, Retrieve, RemedyPolicy, AnswerTarget),
    rules=Path(__file__).parent,
    models=(UnderstandModel, RetrieveModel),
)


@link.hears(MessageReceived)
def on_message(ctx: Context, event: MessageReceived) -> Iterator[Table]:
    """A customer wrote: reply, and decide a remedy when a parcel is late."""
    heard = conversation.hear(ctx, event)
    yield from heard.says
    read = ctx.ask(Understand(text=event.text, before=heard.before)).value
    yield from answering.answer(ctx, event)
    yield conversation.kept(ctx, heard, read, conversation.Answered())


@link.hears(ParcelDelayed)
def on_delay(ctx: Context, event: ParcelDelayed) -> Iterator[Table]:
    """A carrier announced a delay: tell the customer first."""
    yield from warning.warn(ctx, event)


@link.hears(ParcelDelivered)
def on_delivery(ctx: Context, event: ParcelDelivered) -> Iterator[Table]:
    """A parcel came: keep how long its carrier took."""
    yield from outcomes.arrive(ctx, event)


@link.hears(ActionSettled)
def on_settled(ctx: Context, event: ActionSettled) -> Iterator[Table]:
    """The world carried an action out: a compensation is now real."""
    yield from outcomes.settle(ctx, event)


@link.hears(PaymentsFailing)
def on_failing_payments(ctx: Context, event: PaymentsFailing) -> Iterator[Table]:
    """Payments fail: who asks about paying is told."""
    yield from notice.payments_fail(ctx, event)


@link.hears(CustomerStayed)
def on_outcome(ctx: Context, event: CustomerStayed) -> Iterator[Table]:
    """It is known whether a customer stayed: learn from it."""
    yield from outcomes.learn(ctx, event)
