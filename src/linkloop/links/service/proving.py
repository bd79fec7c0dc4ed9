"""Proving: a sender whose account we do not know names an order and a second fact of it, and is linked if both match.

A text proves no more than what was compared: one fact a message, counted by conversation, sender, order and shop. What
is said is the same whichever part was wrong, and whether or not there is such an order. A match opens that one order;
how much of it, says the table.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import timedelta
from typing import NamedTuple

from msgspec.structs import replace

from linkloop.commerce.contacts import ContactLink, ContactMerged, MergeSuggestion
from linkloop.commerce.conversations import MessageReceived
from linkloop.commerce.orders import Order
from linkloop.commerce.proofs import IdentityProof, ProofAdvice, ProofCount, ProofFact, ProofPolicy, ProofTried
from linkloop.commerce.understanding import Understand, Understanding
from linkloop.core.link import Context
from linkloop.core.table import Table, join_key
from linkloop.core.text import Text
from linkloop.links.service import wording
from linkloop.links.service.belonging import parted
from linkloop.links.service.conversation import Heard
from linkloop.links.service.flows.registry import FLOWS
from linkloop.links.service.flows.shape import ASK_LASTS, Line, Told, of_order
from linkloop.links.service.merging import merge
from linkloop.links.service.normal import tidy
from linkloop.links.service.plainly import reasoned
from linkloop.links.service.planning import SURE, Part, Plan
from linkloop.links.service.second_facts import SecondFact, matches, second_fact
from linkloop.links.service.slots import order_numbers

COUNTED = timedelta(hours=24)  # a try that did not match is counted for so long
LONGEST = 500  # characters of a wish that are kept until it can be answered


class Proof(NamedTuple):
    """A message after proving: `event` and `read` are the wish that may now be answered, `lead` is what is said before.

    `told` is the whole answer where the message was about proving alone; `may` says that this sender may be asked to
    prove who they are.
    """

    event: MessageReceived
    heard: Heard
    read: Understanding
    told: Told | None = None
    lead: Told | None = None
    may: bool = False


def prove(ctx: Context, event: MessageReceived, heard: Heard, read: Understanding) -> Generator[Table, None, Proof]:
    """What a stranger's message proves, or one's who has proven one order so far. Customers whom we know, and senders
    as whom others can write, pass through."""
    plain = Proof(event, heard, read)
    contact = heard.contact
    known_customer = heard.customer_id and not heard.scope
    if known_customer or heard.person_holds or contact is None or not contact.sole:
        return plain
    plain = plain._replace(may=True)
    known = _asked(ctx, event)
    numbers, fact = order_numbers(tidy(event.text)), second_fact(event.text)
    named = numbers[0] if numbers else event.order_id
    if heard.scope and named == heard.scope and fact.kind == "none":
        return plain  # of the order that is open already
    # What nobody asked for is not compared; what says nothing of it is another matter.
    if known is None or (not numbers and fact.kind == "none" and not fact.several):
        return plain
    wish = event.text[:LONGEST] if _of_an_order(read) else known.wish
    state = replace(known, wish=wish, order_number=(named or known.order_number)[:LONGEST], until=ctx.now() + ASK_LASTS)
    if fact.kind == "none" or not state.order_number:
        yield state
        missing = wording.PROVE_ONE if fact.several else wording.PROVE_FACT if numbers else wording.PROVE_NUMBER
        return plain._replace(told=Told((Line(missing),), _WAITS))
    return (yield from _compared(ctx, plain, state, fact))


def offered(ctx: Context, plan: Plan, proof: Proof) -> Plan:
    """A plan in which a stranger is told how to prove who they are, instead of that nothing can be looked at."""
    lead = (Part("other", plan.parts[0].talk, proof.lead),) if proof.lead is not None else ()
    asked = [part for part in plan.parts if part.told.stranger]
    if not asked or not proof.may:
        return plan._replace(parts=(*lead, *plan.parts))
    contact = proof.heard.contact
    assert contact is not None
    state = _asked(ctx, proof.event) or _begun(ctx, proof.event, contact.contact_id)
    scope = proof.heard.scope
    if scope and proof.heard.opens == "sight":
        state = replace(state, order_number=scope)  # a stronger fact of the order that is open to be looked at
    advice = _advice(ctx, state, "none")
    asks = asked[0].told if scope else Told((Line(wording.PROVE),), _WAITS)
    told = _to_person(advice) if advice.way == "person" else asks
    rest = tuple(part for part in plan.parts if not part.told.stranger)
    row = replace(state, state="person" if advice.way == "person" else "asked", wish=proof.event.text[:LONGEST])
    return plan._replace(parts=(*lead, *rest, asked[0]._replace(told=told)), over=(*plan.over, row))


def _compared(ctx: Context, plain: Proof, state: IdentityProof, fact: SecondFact) -> Generator[Table, None, Proof]:
    """Compare once, if policy lets: then the account is linked, or one more try is counted."""
    event, contact = plain.event, plain.heard.contact
    assert contact is not None
    advice = _advice(ctx, state, fact.kind)
    if advice.way == "person":
        yield replace(state, state="person")
        return plain._replace(told=_to_person(advice))
    if advice.way == "stronger":
        yield state
        return plain._replace(told=Told((Line(wording.PROVE_STRONGER),), _STRONGER))
    order = _order(ctx, state.order_number)
    hit = matches(ctx, order, fact)
    customer_id = order.customer_id if hit and order is not None else ""
    if customer_id and not _may_link(ctx, contact.contact_id, customer_id):
        yield from _suggested(ctx, contact.contact_id, customer_id)
        customer_id = ""
    yield ProofTried(
        message_id=event.message_id, tried_at=ctx.now(), conversation_id=event.conversation_id,
        contact_id=contact.contact_id, order_number=state.order_number, fact=fact.kind, matched=bool(customer_id),
        customer_id=customer_id,
    )  # fmt: skip
    if not customer_id or order is None:
        return (yield from _failed(ctx, plain, state))
    yield replace(state, state="proven")
    said = ContactMerged(
        at=ctx.now(), contact_id=contact.contact_id, customer_id=customer_id, how="proof",
        key=f"order:{order.order_id}", opens=advice.opens,
    )  # fmt: skip
    yield from merge(ctx, said)
    wish = replace(event, text=state.wish, order_id=order.order_id)
    row = replace(plain.heard.conversation, customer_id=customer_id, order_id="", order_value=None)
    why = Text(en=f"the sender named order {order.order_id} and a second fact of it ({fact.kind})",
               zh=f"来信人提供了订单 {order.order_id} 及其第二项信息（{fact.kind}）")  # fmt: skip
    return Proof(
        wish,
        plain.heard._replace(customer_id=customer_id, claimed_customer_id="", conversation=row,
                             scope=order.order_id, opens=advice.opens),
        ctx.ask(Understand(text=wish.text, before=plain.heard.before)).value,
        lead=Told((Line(wording.PROVEN_TO_SEE if advice.opens == "sight" else wording.PROVEN,
                        (of_order(order),)),), why),
        may=True,
    )  # fmt: skip


def _failed(ctx: Context, plain: Proof, state: IdentityProof) -> Generator[Table, None, Proof]:
    """One more try that did not match, in the same words whatever was wrong; a person where policy says so."""
    counts = {scope: replace(count, failed=count.failed + 1) for scope, count in _counts(ctx, state).items()}
    yield from counts.values()
    advice = _policy(ctx, {scope: count.failed for scope, count in counts.items()}, "none")
    yield replace(state, order_number="", state="person" if advice.way == "person" else "asked")
    tries = counts["conversation"].failed
    why = Text(en=f"order number and second fact did not match ({tries} in this conversation)",
               zh=f"订单号与第二项信息不一致（本会话第 {tries} 次）")  # fmt: skip
    if advice.way == "person":
        return plain._replace(told=_to_person(advice, Line(wording.NOT_PROVEN)))
    return plain._replace(told=Told((Line(wording.NOT_PROVEN), Line(wording.PROVE_AGAIN)), why))


def _asked(ctx: Context, event: MessageReceived) -> IdentityProof | None:
    known = ctx.read(IdentityProof, event.conversation_id)
    if known is None or known.state == "proven" or known.contact_id != event.contact_id or ctx.now() > known.until:
        return None
    return known


def _begun(ctx: Context, event: MessageReceived, contact_id: str) -> IdentityProof:
    return IdentityProof(
        conversation_id=event.conversation_id, contact_id=contact_id, wish=event.text[:LONGEST], asked_at=ctx.now(),
        until=ctx.now() + ASK_LASTS,
    )  # fmt: skip


def _of_an_order(read: Understanding) -> bool:
    """Whether a message asks for something that only an order answers."""
    first = read.intents[0] if read.intents else None
    flow = FLOWS.get(first.intent) if first is not None and first.confidence >= SURE else None
    return flow is not None and "order" in flow.needs


def _order(ctx: Context, number: str) -> Order | None:
    found = (ctx.read(Order, spelling) for spelling in dict.fromkeys((number, number.upper(), number.lower())))
    return next((order for order in found if order is not None), None)


def _may_link(ctx: Context, contact_id: str, customer_id: str) -> bool:
    """Whether nobody said that this contact is not that customer, and it is no other customer's."""
    link = ctx.read(ContactLink, contact_id)
    free = link is None or link.customer_id in ("", customer_id)
    return free and not parted(ctx, contact_id, customer_id)


def _suggested(ctx: Context, contact_id: str, customer_id: str) -> Iterator[Table]:
    """A person is asked where a proof says one thing and what was known another."""
    if ctx.read(MergeSuggestion, join_key((contact_id, customer_id))) is None:
        yield MergeSuggestion(contact_id=contact_id, customer_id=customer_id, score=0.5, because=("proof",))


def _advice(ctx: Context, state: IdentityProof, fact: ProofFact) -> ProofAdvice:
    return _policy(ctx, {scope: count.failed for scope, count in _counts(ctx, state).items()}, fact)


def _policy(ctx: Context, failed: dict[str, int], fact: ProofFact) -> ProofAdvice:
    asked = ProofPolicy(
        fact=fact, of_conversation=failed["conversation"], of_sender=failed["sender"], of_order=failed["order"],
        of_order_all=failed["order_all"], of_shop=failed["shop"],
    )  # fmt: skip
    return ctx.ask(asked).value


def _counts(ctx: Context, state: IdentityProof) -> dict[str, ProofCount]:
    """How often each scope failed within COUNTED; a number that is no order's is counted like one that is."""
    scopes = {
        "conversation": f"conversation:{state.conversation_id}",
        "sender": f"sender:{state.contact_id}",
        "order": f"order:{state.order_number.upper()}:{state.contact_id}",
        "order_all": f"order:{state.order_number.upper()}",
        "shop": "shop",
    }
    found = {name: ctx.read(ProofCount, scope) for name, scope in scopes.items()}
    return {
        name: count if count is not None and ctx.now() - count.since < COUNTED
        else ProofCount(scope=scopes[name], failed=0, since=ctx.now())
        for name, count in found.items()
    }  # fmt: skip


def _to_person(advice: ProofAdvice, *lines: Line) -> Told:
    said = reasoned(advice.reason)
    why = Text(en=f"who writes is not proven: {said.en}", zh=f"来信人身份未能核实：{said.zh}")
    return Told(lines, why, person=why)


_STRONGER = Text(
    en="this order number was tried by several senders: a whole phone number or an e-mail address is asked for",
    zh="该订单号被多个联系人试探，已请其提供完整手机号或邮箱",
)
_WAITS = Text(
    en="nobody has vouched for who writes: an order number and a second fact are asked for",
    zh="来信人身份未经验证，已请其提供订单号与第二项信息",
)
