"""Flips at the gate: which single change of amount, confidence, limit or spending would change the verdict.

Every candidate is ruled on by the real gate with exactly that change; what does not change the verdict is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec

from linkloop.commerce.loop import Spend
from linkloop.core.action import Action, customer_of
from linkloop.core.decision import Decision
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.engine.gate import Gate, GatePolicy, Hold, Limit, Word
from linkloop.faces.desk.otherwise_views import Flip
from linkloop.faces.desk.plain import limit_name
from linkloop.store.facts import Facts


class Ruled(NamedTuple):
    """A decision as the gate saw it."""

    gate: Gate
    decision: Decision
    action: Action
    facts: Facts
    at: datetime

    def verdict(self) -> Word:
        return self.gate.rule(self.decision, self.action, self.facts, self.at).verdict

    def with_policy(self, policy: GatePolicy) -> Ruled:
        return self._replace(gate=Gate(policy, self.gate.zone))

    def with_risk(self, amount: int) -> Ruled:
        money = Money(amount, self.action.at_risk.currency)
        return self._replace(
            action=msgspec.structs.replace(self.action, at_risk=money),
            decision=msgspec.structs.replace(self.decision, at_risk=money),
        )

    def with_confidence(self, confidence: float) -> Ruled:
        return self._replace(decision=msgspec.structs.replace(self.decision, confidence=confidence))

    def with_spent(self, spend: Spend) -> Ruled:
        return self._replace(facts=_Changed(self.facts, spend))


class _Changed:
    """Facts in which one spend is another."""

    def __init__(self, facts: Facts, spend: Spend) -> None:
        self._facts, self._spend = facts, spend

    def get(self, kind: type[Table], key: str) -> tuple[Table | None, int]:
        return (self._spend, 0) if kind is Spend and key == self._spend.scope else self._facts.get(kind, key)

    def where(self, kind: type[Table], field: str, value: str) -> list[tuple[Table, int]]:
        return self._facts.where(kind, field, value)


class _Try(NamedTuple):
    """A change and the words for it: `if` and what it was."""

    ruled: Ruled
    flip: Flip


def gate_flips(ruled: Ruled) -> list[Flip]:
    """The changes that alone lead to another verdict; where none does, all that hold it together as one."""
    before = ruled.verdict()
    tries = list(_tries(ruled, before))
    found = [
        msgspec.structs.replace(one.flip, verdict=after) for one in tries if (after := one.ruled.verdict()) != before
    ]
    if before != "allow" and not any(flip.verdict == "allow" for flip in found):
        policy = ruled.gate.policy
        for one in tries:
            if one.flip.by == "policy":
                policy = _merged(policy, ruled.gate.policy, one.ruled.gate.policy)
        together = ruled.with_policy(policy).verdict()
        if together != before:
            what = list(dict.fromkeys(one.flip.what for one in tries if one.flip.by == "policy"))
            names = [_WHAT.get(name) or limit_name(name) for name in what]
            text = Text(
                en=f"if all of these allowed it (no single change is enough): {', '.join(n.en for n in names)}",
                zh=f"如果以下各项都放行（单改一项都不够）：{'、'.join(n.zh for n in names)}",
            )
            found.append(Flip(by="policies", what=", ".join(what), text=text, verdict=together))
    return found


def _tries(ruled: Ruled, before: Word) -> Iterator[_Try]:
    policy, decision, action = ruled.gate.policy, ruled.decision, ruled.action
    kind, risk = decision.action_kind, action.at_risk
    if kind in policy.forbidden:
        left = tuple(one for one in policy.forbidden if one != kind)
        text = Text(en=f"if {kind} were not forbidden", zh=f"如果没有禁止 {kind}")
        yield _Try(
            ruled.with_policy(msgspec.structs.replace(policy, forbidden=left)),
            Flip(by="policy", what="kind", text=text, verdict=before),
        )
    if risk.amount > 0 and risk.currency != policy.currency:
        text = Text(
            en=f"if the limits were in {risk.currency} (they are in {policy.currency})",
            zh=f"如果限额以 {risk.currency} 计（现为 {policy.currency}）",
        )
        yield _Try(
            ruled.with_policy(msgspec.structs.replace(policy, currency=risk.currency)),
            Flip(
                by="policy", what="money", text=text, verdict=before, before=policy.currency, after=risk.currency
            ),
        )  # fmt: skip
    for n, hold in enumerate(policy.holds):
        if hold.action in ("*", kind):
            yield from _holds(ruled, before, n, hold)
    for n, limit in enumerate(policy.limits):
        if limit.action in ("*", kind) and (limit.per == "shop" or customer_of(action)):
            yield from _limits(ruled, before, n, limit)


def _holds(ruled: Ruled, before: Word, n: int, hold: Hold) -> Iterator[_Try]:
    policy, risk, sure = ruled.gate.policy, ruled.action.at_risk, ruled.decision.confidence
    unit = policy.currency
    if hold.above >= 0 and risk.amount > hold.above:
        cap, was = Money(hold.above, unit), Money(risk.amount, unit)
        yield _Try(
            ruled.with_risk(hold.above),
            Flip(
                by="decision", what="amount", verdict=before, before=risk.amount, after=hold.above, currency=unit,
                text=Text(
                    en=f"if at most {cap} were at risk (it is {was})", zh=f"如果风险金额不超过 {cap}（现为 {was}）"
                ),
            ),
        )  # fmt: skip
        yield _Try(
            ruled.with_policy(_hold(policy, n, msgspec.structs.replace(hold, above=risk.amount))),
            Flip(
                by="policy", what="amount", verdict=before, before=hold.above, after=risk.amount, currency=unit,
                text=Text(
                    en=f"if a person decided only above {was} (it is {cap})",
                    zh=f"如果人工审批线提高到 {was}（现为 {cap}）",
                ),
            ),
        )  # fmt: skip
    elif hold.above >= 0:
        over = Money(hold.above + 1, unit)
        yield _Try(
            ruled.with_risk(hold.above + 1),
            Flip(
                by="decision", what="amount", verdict=before, before=risk.amount, after=hold.above + 1, currency=unit,
                text=Text(
                    en=f"if {over} or more were at risk (it is {risk})", zh=f"如果风险金额达到 {over}（现为 {risk}）"
                ),
            ),
        )  # fmt: skip
    if sure < hold.confidence_below:
        yield _Try(
            ruled.with_confidence(hold.confidence_below),
            Flip(
                by="decision", what="confidence", verdict=before, before=sure, after=hold.confidence_below,
                text=Text(
                    en=f"if its confidence were at least {hold.confidence_below:.0%} (it is {sure:.0%})",
                    zh=f"如果置信度达到 {hold.confidence_below:.0%}（现为 {sure:.0%}）",
                ),
            ),
        )  # fmt: skip
        yield _Try(
            ruled.with_policy(_hold(policy, n, msgspec.structs.replace(hold, confidence_below=sure))),
            Flip(
                by="policy", what="confidence", verdict=before, before=hold.confidence_below, after=sure,
                text=Text(
                    en=f"if the gate asked for no more than {sure:.0%} confidence (it asks for "
                    f"{hold.confidence_below:.0%})",
                    zh=f"如果闸门要求的置信度不高于 {sure:.0%}（现为 {hold.confidence_below:.0%}）",
                ),
            ),
        )  # fmt: skip
    elif hold.confidence_below > 0:
        below = max(0.0, hold.confidence_below - 0.01)
        yield _Try(
            ruled.with_confidence(below),
            Flip(
                by="decision", what="confidence", verdict=before, before=sure, after=below,
                text=Text(
                    en=f"if its confidence were below {hold.confidence_below:.0%} (it is {sure:.0%})",
                    zh=f"如果置信度低于 {hold.confidence_below:.0%}（现为 {sure:.0%}）",
                ),
            ),
        )  # fmt: skip


def _limits(ruled: Ruled, before: Word, n: int, limit: Limit) -> Iterator[_Try]:
    policy, unit, name = ruled.gate.policy, ruled.gate.policy.currency, limit_name(limit.name)
    after = next(s for s in ruled.gate.rule(ruled.decision, ruled.action, ruled.facts, ruled.at).spends
                 if s.scope.startswith(f"{limit.name}|"))  # fmt: skip
    risk = max(0, ruled.action.at_risk.amount)
    spent = after.amount - risk
    over_count, over_money = 0 <= limit.count < after.count, 0 <= limit.money < after.amount
    if over_count or over_money:
        raised = msgspec.structs.replace(
            limit,
            count=max(limit.count, after.count) if limit.count >= 0 else -1,
            money=max(limit.money, after.amount) if limit.money >= 0 else -1,
        )
        was, wanted = (limit.money, after.amount) if over_money else (limit.count, after.count)
        said = (str(Money(was, unit)), str(Money(wanted, unit))) if over_money else (str(was), str(wanted))
        yield _Try(
            ruled.with_policy(_limit(policy, n, raised)),
            Flip(
                by="policy", what=limit.name, verdict=before, before=was, after=wanted,
                currency=unit if over_money else "",
                text=Text(
                    en=f"if the limit of {name.en} were {said[1]} (it is {said[0]})",
                    zh=f"如果{name.zh}限额为 {said[1]}（现为 {said[0]}）",
                ),
            ),
        )  # fmt: skip
        yield _Try(
            ruled.with_spent(Spend(scope=after.scope)),
            Flip(
                by="spent", what=limit.name, verdict=before, before=spent if over_money else after.count - 1, after=0,
                currency=unit if over_money else "",
                text=Text(
                    en=f"if nothing had counted against {name.en} before in this {limit.period}",
                    zh=f"如果本{_ZH[limit.period]}此前没有占用过{name.zh}限额",
                ),
            ),
        )  # fmt: skip
        if over_money and not over_count and spent < limit.money:
            left = Money(limit.money - spent, unit)
            yield _Try(
                ruled.with_risk(left.amount),
                Flip(
                    by="decision", what=limit.name, verdict=before, before=risk, after=left.amount, currency=unit,
                    text=Text(
                        en=f"if at most {left} were at risk, what {name.en} had left",
                        zh=f"如果风险金额不超过 {left}（{name.zh}限额的余额）",
                    ),
                ),
            )  # fmt: skip
    elif limit.money >= 0 and spent <= limit.money:
        more = Money(limit.money - spent + 1, unit)
        yield _Try(
            ruled.with_risk(more.amount),
            Flip(
                by="decision", what=limit.name, verdict=before, before=risk, after=more.amount, currency=unit,
                text=Text(
                    en=f"if {more} or more were at risk, beyond what {name.en} had left",
                    zh=f"如果风险金额达到 {more}，超出{name.zh}限额的余额",
                ),
            ),
        )  # fmt: skip


def _hold(policy: GatePolicy, n: int, hold: Hold) -> GatePolicy:
    return msgspec.structs.replace(policy, holds=(*policy.holds[:n], hold, *policy.holds[n + 1 :]))


def _limit(policy: GatePolicy, n: int, limit: Limit) -> GatePolicy:
    return msgspec.structs.replace(policy, limits=(*policy.limits[:n], limit, *policy.limits[n + 1 :]))


def _merged(into: GatePolicy, original: GatePolicy, changed: GatePolicy) -> GatePolicy:
    """What `changed` changes of `original`, brought into `into` too."""

    def pick(mine: tuple, old: tuple, new: tuple) -> tuple:
        return tuple(
            _fields(a, b, c) if b != c else a for a, b, c in zip(mine, old, new, strict=True)
        )  # fmt: skip

    return msgspec.structs.replace(
        into,
        currency=changed.currency if changed.currency != original.currency else into.currency,
        forbidden=changed.forbidden if changed.forbidden != original.forbidden else into.forbidden,
        holds=pick(into.holds, original.holds, changed.holds),
        limits=pick(into.limits, original.limits, changed.limits),
    )


def _fields(mine: msgspec.Struct, old: msgspec.Struct, new: msgspec.Struct) -> msgspec.Struct:
    changed = {f: getattr(new, f) for f in new.__struct_fields__ if getattr(new, f) != getattr(old, f)}
    return msgspec.structs.replace(mine, **changed)


_ZH = {"hour": "小时", "day": "日", "week": "周"}
_WHAT = {
    "kind": Text(en="the kind of action", zh="动作类型"),
    "money": Text(en="the currency", zh="币种"),
    "amount": Text(en="the amount that a person decides above", zh="人工审批金额线"),
    "confidence": Text(en="the confidence that is asked for", zh="置信度要求"),
}
