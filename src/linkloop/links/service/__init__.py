"""The service link: answers customers from facts, makes good what went wrong, and learns what keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from linkloop.commerce.contacts import (
    ContactConversation,
    ContactLink,
    ContactMerged,
    ContactSplit,
    MergeSuggestion,
)
from linkloop.commerce.conversations import (
    Conversation,
    ConversationHandedBack,
    ConversationRated,
    ConversationSolved,
    ConversationTaken,
    Draft,
    MessageReceived,
    Reply,
)
from linkloop.commerce.desk import AnswerTarget, AnswerWritten, ConversationReopened, CustomerWait
from linkloop.commerce.flows import FlowState, Requested
from linkloop.commerce.knowledge import (
    ArticleChanged,
    ArticleProblem,
    ArticleUse,
    AskGraph,
    Embed,
    KnowledgeGap,
    Retrieve,
)
from linkloop.commerce.loop import ActionSettled
from linkloop.commerce.notices import DelayTold, ServiceNotice
from linkloop.commerce.parcels import CarrierTransit, ParcelDelayed, ParcelDelivered
from linkloop.commerce.payments import PaymentsFailing
from linkloop.commerce.promises import Promise, PromiseBroken
from linkloop.commerce.proofs import IdentityProof, ProofCount, ProofPolicy, ProofTried
from linkloop.commerce.remedies import (
    Compensate,
    CustomerStayed,
    IssueCoupon,
    RemedyBelief,
    RemedyGiven,
    RemedyOutcome,
    RemedyPolicy,
    RemedySafety,
    Rescue,
    RescuePolicy,
)
from linkloop.commerce.requests import ReleaseStock
from linkloop.commerce.time import Alarm, AlarmRang, DayClosed
from linkloop.commerce.understanding import Understand
from linkloop.commerce.wording import Wording
from linkloop.core.link import Context, Link
from linkloop.core.table import Table
from linkloop.links.service import (
    answering,
    conversation,
    deeds,
    golden,
    governor,
    merging,
    notice,
    outcomes,
    overdue,
    promises,
    proving,
    settled,
    waiting,
    warning,
)
from linkloop.links.service.flows.registry import DECIDES, POLICIES
from linkloop.links.service.knowledge import gaps, problems, usage
from linkloop.links.service.knowledge.graph import GraphModel
from linkloop.links.service.knowledge.retrieve import RetrieveModel
from linkloop.links.service.model import UnderstandModel
from linkloop.links.service.narrowed import narrowed
from linkloop.links.service.opening import SCHEME, open_own
from linkloop.links.service.products import ProductNames

link = Link(
    "service",
    title=("Customer service", "客户服务"),
    says=(
        RemedyGiven,
        RemedyOutcome,
        RemedyBelief,
        RemedySafety,
        Rescue,
        DelayTold,
        CarrierTransit,
        ServiceNotice,
        Conversation,
        ContactLink,
        ContactConversation,
        MergeSuggestion,
        IdentityProof,
        ProofCount,
        ProofTried,
        CustomerWait,
        Alarm,
        Draft,
        FlowState,
        Requested,
        Promise,
        PromiseBroken,
        ArticleProblem,
        ArticleUse,
        KnowledgeGap,
    ),
    decides=(Reply, Compensate, IssueCoupon, ReleaseStock, *DECIDES),
    asks=tuple(
        dict.fromkeys(
            (
                Understand,
                Embed,
                Retrieve,
                AskGraph,
                RemedyPolicy,
                RescuePolicy,
                AnswerTarget,
                Wording,
                ProofPolicy,
                *POLICIES,
            )
        )
    ),
    rules=Path(__file__).parent,
    models=(UnderstandModel, RetrieveModel, GraphModel, ProductNames),
    drivers={SCHEME: open_own},
)


@link.hears(MessageReceived)
def on_message(ctx: Context, event: MessageReceived) -> Iterator[Table]:
    """A customer wrote: reply, and decide a remedy when a parcel is late."""
    heard = conversation.hear(ctx, event)
    yield from heard.says
    read = ctx.ask(Understand(text=event.text, before=heard.before)).value
    proof = yield from proving.prove(ctx, event, heard, read)
    event, heard, read = proof.event, proof.heard, proof.read
    seen: list[str] = []
    may = narrowed(ctx, heard)
    answered = yield from usage.noted(ctx, governor.watched(answering.answer(may, event, heard, read, proof), seen))
    answered = yield from governor.follow(may, event, heard, read, answered, seen)
    yield from gaps.missed(ctx, event.text, read, unanswered=answered.why_person is not None)
    yield conversation.kept(ctx, heard, read, answered)


@link.hears(ParcelDelayed)
def on_delay(ctx: Context, event: ParcelDelayed) -> Iterator[Table]:
    """A carrier announced a delay: tell the customer first, and make a severe one good."""
    yield from governor.delay(ctx, event, warning.warn(ctx, event))


@link.hears(ParcelDelivered)
def on_delivery(ctx: Context, event: ParcelDelivered) -> Iterator[Table]:
    """A parcel came: keep how long its carrier took."""
    yield from outcomes.arrive(ctx, event)


@link.hears(ActionSettled)
def on_settled(ctx: Context, event: ActionSettled) -> Iterator[Table]:
    """The world carried an action out: a compensation is now real."""
    yield from outcomes.settle(ctx, event)
    yield from settled.settle(ctx, event)
    yield from waiting.sent(ctx, event)


@link.hears(PaymentsFailing)
def on_failing_payments(ctx: Context, event: PaymentsFailing) -> Iterator[Table]:
    """Payments fail: who asks about paying is told."""
    yield from notice.payments_fail(ctx, event)


@link.hears(CustomerStayed)
def on_outcome(ctx: Context, event: CustomerStayed) -> Iterator[Table]:
    """It is known whether a customer stayed: learn from it."""
    yield from outcomes.learn(ctx, event)


@link.hears(ConversationTaken)
def on_taken(ctx: Context, event: ConversationTaken) -> Iterator[Table]:
    """A person holds the pen."""
    yield from deeds.take(ctx, event)
    yield from golden.picked_up(ctx, event.conversation_id, event.by, event.at)


@link.hears(AnswerWritten)
def on_answer(ctx: Context, event: AnswerWritten) -> Iterator[Table]:
    """A person wrote an answer: it goes out."""
    yield from deeds.answer(ctx, event)


@link.hears(ConversationHandedBack)
def on_handed_back(ctx: Context, event: ConversationHandedBack) -> Iterator[Table]:
    """A person gave the pen back."""
    yield from deeds.hand_back(ctx, event)


@link.hears(ConversationSolved)
def on_solved(ctx: Context, event: ConversationSolved) -> Iterator[Table]:
    """Nothing is left to do."""
    yield from deeds.solve(ctx, event)


@link.hears(ConversationReopened)
def on_reopened(ctx: Context, event: ConversationReopened) -> Iterator[Table]:
    """It was not solved after all."""
    yield from deeds.reopen(ctx, event)


@link.hears(ConversationRated)
def on_rated(ctx: Context, event: ConversationRated) -> Iterator[Table]:
    """A customer says how content they are."""
    yield from deeds.rate(ctx, event)
    yield from governor.rated(ctx, event)


@link.hears(ContactMerged)
def on_merged(ctx: Context, event: ContactMerged) -> Iterator[Table]:
    """A person said who a contact is."""
    yield from merging.merge(ctx, event)


@link.hears(ContactSplit)
def on_split(ctx: Context, event: ContactSplit) -> Iterator[Table]:
    """A person said who a contact is not."""
    yield from merging.split(ctx, event)


@link.hears(AlarmRang)
def on_alarm(ctx: Context, event: AlarmRang) -> Iterator[Table]:
    """A moment has come that something waited for."""
    yield from deeds.rang(ctx, event)
    yield from governor.broken_promises(ctx, event, promises.rang(ctx, event))
    yield from golden.rang(ctx, event)


@link.hears(DayClosed, slow=True)
def on_day(ctx: Context, event: DayClosed) -> Iterator[Table]:
    """A day ended: its missing parcels are told of, what is long quiet is solved, unneeded articles are told."""
    yield from overdue.find(ctx, event)
    yield from deeds.close_quiet(ctx, event)
    yield from usage.check(ctx, event)


@link.hears(ArticleChanged)
def on_article(ctx: Context, event: ArticleChanged) -> Iterator[Table]:
    """An article came or changed: see whether it contradicts others of its topic, or is out of date."""
    yield from problems.check(ctx, event)
