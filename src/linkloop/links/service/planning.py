"""Planning: which flows answer a message, and whether it answers what one of them had asked."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from linkloop.commerce.flows import FlowState
from linkloop.commerce.requests import ReleaseStock
from linkloop.core.decision import decide
from linkloop.core.link import Context
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.links.service import wording
from linkloop.links.service.conversation import Heard
from linkloop.links.service.flows.choosing import own_order
from linkloop.links.service.flows.claims import claim_of
from linkloop.links.service.flows.registry import FLOWS
from linkloop.links.service.flows.shape import Ask, Flow, Line, Talk, Told
from linkloop.links.service.flows.steps import gathered
from linkloop.links.service.leanings import asked_for, leanings, of_state, sorted_out
from linkloop.links.service.polish import proposed

# Below this probability of the first intent an article or a person answers: a wrong answer costs more than a slow one.
SURE = 0.4
ALSO = 0.5  # what a further intent of the same message must have
MOST = 3  # flows in one answer
TRIES = 2  # so often a question is asked again before a person is
_MENDS = frozenset(("return", "exchange", "refund", "cancel", "price_protection"))
# What may be wished of an order: where a text names one of the customer's own, its verbs count too.
_OF_ORDERS = frozenset(
    ("cancel", "return", "exchange", "refund", "invoice", "change_address", "price_protection", "where_is_parcel")
)
_COURTESY = ("greeting", "thanks", "yes", "no")
_PASSING = ("confirmed", "declined", "flow", "then", "tries")  # slots that say something of one message only


class Part(NamedTuple):
    """One flow's answer and what it was given."""

    flow: str
    talk: Talk
    told: Told

    def again(self) -> Told:
        """The same answer from facts that are read again."""
        return run(FLOWS[self.flow], self.talk)


class Plan(NamedTuple):
    """The answers, the question that is waited for from now on (or the state that is over), and rows that end one."""

    parts: tuple[Part, ...]
    state: FlowState | None = None
    over: tuple[Table, ...] = ()


def standing(ctx: Context, conversation_id: str, heard: Heard) -> FlowState | None:
    """The question that this trusted customer has not answered yet, here or in the conversation that they come from."""
    if not heard.customer_id:
        return None
    here = ctx.read(FlowState, conversation_id)
    if here is not None and here.step and not here.moved_to:
        return here if here.customer_id == heard.customer_id and ctx.now() <= here.offered_until else None
    before = "" if heard.scope else heard.moved_from or heard.conversation.continues
    there = ctx.read(FlowState, before) if before else None
    if there is None or not there.step or there.moved_to or there.customer_id != heard.customer_id:
        return None
    return there if ctx.now() <= there.offered_until else None


def plan(talk: Talk, waiting: FlowState | None) -> Plan:
    """Go on where a question was answered; else answer what is asked, and repeat the question that still waits."""
    if waiting is None:
        return _fresh(talk, wishes(talk))
    moved = (replace(waiting, moved_to=talk.conversation_id, step=""),) if _elsewhere(waiting, talk) else ()
    got = gathered(talk, waiting)
    if got is not None and "declined" in got:
        said = Told((Line(wording.LEFT_ALONE),), Text(en="the customer said no", zh="客户拒绝"))
        return Plan((Part("other", talk, said),), _ended(talk, waiting), (*moved, *released(talk, waiting)))
    if got is not None:
        going = talk._replace(slots={**waiting.slots, **got}, step=waiting.step)
        made = _made(going, [FLOWS[waiting.flow], *_later(waiting)], waiting)
        return made._replace(over=(*moved, *made.over))
    wished = [flow for flow in wishes(talk) if flow.name not in ("other", *_COURTESY)]
    if any(flow.name == waiting.flow for flow in wished):
        made = _made(_anew(talk, waiting), wished, waiting)
        return made._replace(over=(*moved, *made.over))
    if wished:
        made = _made(_beside(talk, waiting), wished, waiting)
        if made.state is None or not made.state.step:
            made = made._replace(parts=(*made.parts, _repeat(talk, waiting)), state=_kept(talk, waiting, 0))
        return made._replace(over=(*moved, *made.over))
    return _puzzled(talk, waiting, moved)


def wishes(talk: Talk) -> list[Flow]:
    """The flows that a message calls for, the surest first; courtesies only where nothing else is wanted."""
    guesses = talk.read.intents
    unsure = not guesses or guesses[0].confidence < SURE or talk.read.out_of_scope > 1 - SURE
    if meant := _of_the_order(talk, guesses[0].intent if guesses else "", unsure=unsure):
        return [FLOWS[meant]]
    if unsure:
        found = proposed(talk) if guesses else ()
        return [FLOWS[name] for name in found if name in FLOWS][:MOST] or [FLOWS["other"]]
    names = [guesses[0].intent, *(g.intent for g in guesses[1:] if g.confidence >= ALSO)]
    wanted = [name for name in dict.fromkeys(names) if name in FLOWS]
    matters = [name for name in wanted if name not in _COURTESY]
    if any(own_order(talk, number) for number in talk.named):
        # Who names an order asks nothing of the shelves but in words of theirs.
        matters = [name for name in matters if name in _OF_ORDERS or asked_for(name, talk.text)]
        wanted = [name for name in wanted if name in matters or name in _COURTESY]
        if not wanted:
            return [FLOWS["other"]]
    if "complaint" in matters and not _MENDS.isdisjoint(matters):
        matters.remove("complaint")  # who says what shall be done about it gets that
    if "where_is_parcel" in matters and "complaint" in matters:
        matters.remove("where_is_parcel")  # a complaint looks at the parcel itself
    matters = sorted_out(matters, talk.text)
    if not _OF_ORDERS.isdisjoint(matters):
        # Beside what shall be done with an order, advice is wanted only where the text asks for it in its own words.
        matters = [name for name in matters if name in _OF_ORDERS or asked_for(name, talk.text)]
    chosen = matters[:MOST] or wanted[:1] or ["greeting" if guesses[0].intent in ("yes", "no") else "other"]
    return [FLOWS[name] for name in chosen]


def _of_the_order(talk: Talk, first: str, *, unsure: bool) -> str:
    """The wish that the verbs of a text name for an own order that it names, where the model is unsure or reads nothing
    that is done with orders; "" where it reads well, or the verbs leave it open."""
    order = next((one for number in talk.named if number and (one := own_order(talk, number)) is not None), None)
    if order is None:
        return ""
    said = of_state(order.status, talk.text, claim_of(talk.text))
    if unsure or first not in _OF_ORDERS:
        meant = first in ("human", "complaint") and not unsure and asked_for(first, talk.text)
        return "" if meant else said
    if said == "cancel" and first in ("refund", "where_is_parcel", "payment_problem"):
        return said
    lost = first in ("cancel", "return", "change_address") and first not in leanings(talk.text)
    return said if lost and said in ("cancel", "return", "exchange") else ""


def run(flow: Flow, talk: Talk) -> Told:
    """A flow's answer, or that of the flow that it gives way to, its own sentences first."""
    if (weak := _only_seen(flow, talk)) is not None:
        return weak
    told = flow.answer(talk)
    before: tuple[Line, ...] = ()
    for _ in range(2):
        if told.switch is None:
            break
        before += told.lines
        name, slots = told.switch
        told = _only_seen(FLOWS[name], talk) or FLOWS[name].answer(talk._replace(slots=slots, step=""))
        if told.asks is not None:
            told = told._replace(asks=told.asks._replace(slots={**told.asks.slots, "flow": name}))
    return told._replace(lines=(*before, *told.lines))


def _only_seen(flow: Flow, talk: Talk) -> Told | None:
    """What is said where a flow does something with an order that the sender has proven enough to look at alone."""
    if talk.opens != "sight" or not flow.decides:
        return None
    why = Text(en=f"order {talk.scope} was proven by a postcode: to look at, not to change",
               zh=f"订单 {talk.scope} 仅以邮编核实：可查看，不可办理")  # fmt: skip
    return Told((Line(wording.PROVE_MORE),), why, stranger=True)


def _fresh(talk: Talk, flows: list[Flow]) -> Plan:
    return _made(talk, flows, None)


def _made(talk: Talk, flows: list[Flow], waiting: FlowState | None) -> Plan:
    """The answers of some flows; the first that asks something is the one that is waited for, the rest come after."""
    parts: list[Part] = []
    asking, later = None, []
    # What else a message wished is wished of the order that it spoke of.
    meant = {name: value for name, value in talk.slots.items() if name == "order_id"}
    for n, flow in enumerate(flows):
        given = talk if n == 0 or waiting is None or flow.name == waiting.flow else talk._replace(slots=meant, step="")
        told = run(flow, given)
        if told.asks is not None and asking is not None:
            later.append(flow.name)
            continue
        if told.asks is not None:
            asking = (told.asks.slots.get("flow") or flow.name, told.asks)
        parts.append(Part(flow.name, given, told))
    parts.sort(key=lambda part: part.told.asks is not None)  # what is asked stands at the end
    if asking is not None:
        return Plan(tuple(parts), _state(talk, asking[0], asking[1], later))
    return Plan(tuple(parts), _ended(talk, waiting) if waiting is not None else None)


def _state(talk: Talk, flow: str, asks: Ask, later: list[str]) -> FlowState:
    slots = {name: value for name, value in asks.slots.items() if name not in _PASSING}
    if later:
        slots["then"] = "|".join(later)
    return FlowState(
        conversation_id=talk.conversation_id, customer_id=talk.customer_id, flow=flow, step=asks.step, slots=slots,
        choices=asks.choices, language=talk.language, asked_at=talk.now(), offered_until=talk.now() + asks.lasts,
    )  # fmt: skip


def _later(waiting: FlowState) -> list[Flow]:
    return [FLOWS[name] for name in waiting.slots.get("then", "").split("|") if name in FLOWS]


def _anew(talk: Talk, waiting: FlowState) -> Talk:
    """The same wish again: what the new message names counts, of the old only the order that was meant."""
    named = any(number for number in talk.named)
    kept = {name: value for name, value in waiting.slots.items() if name in ("order_id", "claim") and not named}
    return talk._replace(slots=kept, step="")


def _beside(talk: Talk, waiting: FlowState) -> Talk:
    """Another question while one waits: where the money is, is asked of the order that is spoken of."""
    asks_money = bool(talk.read.intents) and wishes(talk)[0].name == "refund"
    if not asks_money or any(talk.named) or "order_id" not in waiting.slots:
        return talk
    return talk._replace(slots={"order_id": waiting.slots["order_id"]})


def _puzzled(talk: Talk, waiting: FlowState, moved: tuple[Table, ...]) -> Plan:
    """Neither an answer nor another wish: ask once more, then let a person look."""
    tries = int(waiting.slots.get("tries", "0")) + 1
    if tries < TRIES:
        sorry = Told((Line(wording.NOT_UNDERSTOOD),), Text(en="not an answer to what was asked", zh="没有回答所问"))
        parts = (Part("other", talk, sorry), _repeat(talk, waiting))
        return Plan(parts, _kept(talk, waiting, tries), moved)
    why = Text(en=f"the question about “{FLOWS[waiting.flow].title.en}” was not answered {tries} times",
               zh=f"客户 {tries} 次没有回答“{FLOWS[waiting.flow].title.zh}”的问题")  # fmt: skip
    told = Told((), why, person=why)
    return Plan((Part("other", talk, told),), _ended(talk, waiting), (*moved, *released(talk, waiting)))


def _repeat(talk: Talk, waiting: FlowState) -> Part:
    """The question that waits, from facts as they are now."""
    asked = talk._replace(
        slots={name: value for name, value in waiting.slots.items() if name not in _PASSING},
        step="", text="", named=(),
    )  # fmt: skip
    if waiting.step == "offer":
        told = Told(
            (Line(Text(en="What I have kept for you is still there. Shall I go on? Please answer yes or no.",
                       zh="为您预留的商品还在。要继续办理吗？请回复“是”或“不”。")),),
            Text(en="the offer still stands", zh="预留仍有效"),
        )  # fmt: skip
    else:
        told = run(FLOWS[waiting.flow], asked)
    return Part(waiting.flow, asked, told._replace(deeds=()))


def _kept(talk: Talk, waiting: FlowState, tries: int) -> FlowState:
    return replace(
        waiting, conversation_id=talk.conversation_id, slots={**waiting.slots, "tries": str(tries)}, moved_to=""
    )


def _ended(talk: Talk, waiting: FlowState) -> FlowState:
    return replace(waiting, conversation_id=talk.conversation_id, step="", moved_to="")


def _elsewhere(waiting: FlowState, talk: Talk) -> bool:
    return waiting.conversation_id != talk.conversation_id


def released(talk: Talk, waiting: FlowState) -> tuple[Table, ...]:
    """What was kept for an offer that is off goes back on the shelf."""
    wave = waiting.slots.get("wave", "")
    if waiting.step != "offer" or not wave:
        return ()
    action = ReleaseStock(
        order_id=waiting.slots.get("order_id", ""), customer_id=waiting.customer_id,
        product_id=waiting.slots.get("wanted") or waiting.slots.get("product_id", ""), wave=wave,
        at_risk=Money(0, "CNY"),
    )  # fmt: skip
    why = Text(en="the offer was not accepted", zh="客户没有接受")
    return (decide(action, why),)
