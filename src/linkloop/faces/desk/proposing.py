"""Proposing: an assistant or a program asks for an action; the gate looks at it, and a person always decides."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from linkloop.app.shop import Shop
from linkloop.commerce.orders import Order
from linkloop.core.action import Action, customer_of
from linkloop.core.decision import Check, Decision, Status, decide
from linkloop.core.errors import Conflict, LinkloopError, NotFound, Refused
from linkloop.core.ids import child_id
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.core.vocabulary import actions
from linkloop.engine.turn import Turn
from linkloop.engine.verdicts import Verdicts
from linkloop.store.facts import Facts, PastFacts
from linkloop.store.schema import log, outbox
from linkloop.store.store import head_of

LONGEST_KEY, LONGEST_REASON = 200, 2000
# A person decides, whatever the gate would let a link do by itself.
HELD = Text(en="an assistant proposed it: a person decides", zh="由助手提出：须由人决定")
CAUSE = "assistant"


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate would say of an action now; `repeats` is the decision that already asked for the same effect."""

    verdict: Status
    checks: tuple[Check, ...]
    effect_key: str
    link: str
    at_risk: Money
    repeats: str = ""


def simulate(shop: Shop, action_kind: str, fields: dict[str, Any]) -> Simulation:
    """Look at an action as the gate would, without writing anything.

    Raises NotFound `action.unknown`, LinkloopError `input.invalid` that names the field, Refused `propose.facts` when
    the order is not that customer's, or nobody in this shop decides such an action.
    """
    now = shop.clock.now()
    with shop.store.read() as connection:
        facts = PastFacts(connection, head_of(connection))
        action, link = checked(shop, facts, action_kind, fields)
        proposal = decide(action, Text(en="", zh=""))
        earlier = connection.execute(sa.select(outbox).where(outbox.c.effect_key == proposal.effect_key)).first()
        ruling = shop.gate.rule(proposal, action, facts, now)
        repeats = earlier.decision_id if earlier and earlier.status not in ("refused", "cancelled", "undone") else ""
    verdict: Status = "repeated" if repeats else "refused" if ruling.verdict == "refuse" else "held"
    checks = (*ruling.checks, *(() if verdict != "held" else (held(),)))
    return Simulation(
        verdict=verdict,
        checks=checks,
        effect_key=proposal.effect_key,
        link=link,
        at_risk=action.at_risk,
        repeats=repeats,
    )


def propose(
    shop: Shop, action_kind: str, fields: dict[str, Any], reason: str, by: str, key: str, case_id: str = ""
) -> Decision:
    """Ask for an action: it is held for a person, or refused by the gate. The same `by` and `key` again gives the same
    decision.

    Raises what `simulate` raises, and Conflict `propose.other` when the key was used for another action.
    """
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise _invalid(f"1 to {LONGEST_KEY} printable characters", f"须为 1 至 {LONGEST_KEY} 个可见字符", "key")
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise _invalid(f"1 to {LONGEST_REASON} characters", f"须为 1 至 {LONGEST_REASON} 个字符", "reason")
    source = f"{CAUSE}:{by}"

    def work(turn: Turn) -> Decision:
        action, link = checked(shop, turn.w.facts, action_kind, fields)
        if before := turn.w.boxed(source, [key]):
            return _again(turn, before[0][1], before[0][2], action)
        now = shop.clock.now()
        wish = decide(action, Text(en=f"{by}: {reason.strip()}", zh=f"{by}：{reason.strip()}"), confidence=0.0)
        decision_id = child_id(now, source, key)
        wish = replace(
            wish, id=decision_id, at=now, link=link, case_id=case_id or decision_id, cause_kind=CAUSE, note=source
        )
        first = turn.w.head + 1
        found = held_back(turn.verdicts, turn, wish, source)
        turn.w.inbox.append((source, key, first, turn.w.head))
        return found

    return shop.loop.do(work)


def held_back(verdicts: Verdicts, turn: Turn, wish: Decision, source: str) -> Decision:
    """Put a wish before the gate, and before a person where the gate would let it go."""
    return verdicts.propose(turn.w, wish, source, hold=held())


def held() -> Check:
    """The check that stands on everything that an assistant proposed."""
    return Check(name="assistant", verdict="hold", text=HELD)


def checked(shop: Shop, facts: Facts, action_kind: str, fields: dict[str, Any]) -> tuple[Action, str]:
    """The typed action and the link that decides such actions here. What is at risk is at least what it pays out, and
    an order must be that customer's: an assistant's word is not a fact."""
    kind = actions().get(action_kind)
    link = next((link.name for link in shop.links if kind in link.decides), "")
    if kind is None or not link:
        known = ", ".join(sorted({each.__name__ for one in shop.links for each in one.decides}))
        raise NotFound(
            "action.unknown",
            Text(en=f"nothing here decides a {action_kind}", zh=f"没有环节会决定 {action_kind}"),
            Text(en=f"Known: {known}.", zh=f"可用：{known}。"),
            where="action",
        )
    worth = fields.get(kind.__scale__) if kind.__scale__ else None
    given = {**fields, "at_risk": worth if isinstance(worth, dict | str) else fields.get("at_risk", _nothing(shop))}
    try:
        action = msgspec.convert(given, kind)
    except (msgspec.ValidationError, OverflowError) as error:
        raise _invalid(str(error), f"输入无效：{error}", "fields") from error
    if action.at_risk.amount < 0:
        raise _invalid("money at risk is below nothing", "风险金额为负", "at_risk")
    order_id = getattr(action, "order_id", "")
    if order_id:
        order = facts.get(Order, order_id)[0]
        customer = customer_of(action)
        if order is None or (customer and order.customer_id != customer):
            raise Refused(
                "propose.facts",
                Text(en="there is no such order of this customer", zh="该客户没有此订单"),
                Text(en="Look it up with `look` first.", zh="请先用 look 查询。"),
                where="order_id",
            )
    return action, link


def _again(turn: Turn, first: int, last: int, action: Action) -> Decision:
    query = sa.select(log.c.key).where(log.c.offset.between(first, last), log.c.kind == "decisions")
    decision_id = turn.w.connection.execute(query.order_by(log.c.offset)).scalar()
    found = turn.w.facts.get(Decision, decision_id or "")[0]
    assert found is not None
    if found.action_kind != type(action).__name__ or found.action != msgspec.to_builtins(action):
        raise Conflict(
            "propose.other",
            Text(en="this key was used for another proposal", zh="该幂等键已用于另一项提议"),
            Text(en="Use a new key for something new.", zh="新的提议请换用新的键。"),
            where="key",
        )
    return found


def _nothing(shop: Shop) -> dict[str, Any]:
    return {"amount": 0, "currency": shop.settings.currency}


def _invalid(en: str, zh: str, where: str) -> LinkloopError:
    return LinkloopError(
        "input.invalid",
        Text(en=en, zh=zh),
        Text(en="See the schema at /api/v1/schema.", zh="字段定义见 /api/v1/schema。"),
        where,
    )
