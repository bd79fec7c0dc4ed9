"""What happens to a decision: proposed, approved, adjusted, refused, sent, settled, undone."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from linkloop.commerce.loop import ActionSettled
from linkloop.core.action import Action, Errand, Receipt, effect_key
from linkloop.core.clock import Clock, micros
from linkloop.core.decision import Check, Decision, Status, decide
from linkloop.core.errors import Conflict, LinkloopError, NotFound, Refused
from linkloop.core.ids import child_id
from linkloop.core.text import Text
from linkloop.core.vocabulary import action_of, actions
from linkloop.engine.gate import Gate, Ruling, Word
from linkloop.store.codec import encode
from linkloop.store.outbox import Effect, find, put
from linkloop.store.writes import Writes

LEASE_S = 30.0
_STATUS: dict[Word, Status] = {"allow": "allowed", "hold": "held", "refuse": "refused"}
_AGAIN = ("refused", "cancelled", "undone")


class Verdicts:
    """Turns proposals into ruled decisions and effects. `performs` says whether a world here takes an action.

    `errands` collects what may be sent once the transaction is durable.
    """

    def __init__(self, gate: Gate, clock: Clock, holder: str, performs: Callable[[Action], bool]) -> None:
        self.gate = gate
        self.clock = clock
        self.holder = holder
        self.performs = performs
        self.call_back: Callable[[str], bool] = lambda key: False
        self.errands: list[Errand] = []

    def propose(self, w: Writes, decision: Decision, source: str, hold: Check | None = None) -> Decision:
        """Gate a filled-in decision, write it into the ledger, and put its effect into the outbox if it may go.

        With `hold` a person decides what the gate would let go, for the reason that it states.
        """
        at = moment(decision)
        action = action_of(decision)
        earlier = find(w, decision.effect_key)
        if earlier and earlier.status not in _AGAIN:
            decision = msgspec.structs.replace(
                decision, status="repeated", note=f"same effect as {earlier.decision_id}"
            )
            w.decision(decision, "repeated", micros(at), source)
            return decision
        ruling = self.gate.rule(decision, action, w.facts, at)
        if hold is not None and ruling.verdict != "refuse":
            ruling = msgspec.structs.replace(ruling, verdict="hold", checks=(*ruling.checks, hold))
        status = _STATUS[ruling.verdict]
        decision = msgspec.structs.replace(decision, status=status, checks=ruling.checks)
        w.decision(decision, "decided", micros(at), source)
        if ruling.verdict == "allow":
            self._send(w, decision, action, ruling)
        elif ruling.verdict == "hold":
            put(w, self._effect(w, decision, action, "held"))
        return decision

    def approve(
        self, w: Writes, decision_id: str, by: str, note: str = "", changes: dict[str, Any] | None = None
    ) -> Decision:
        """A person lets a held decision go, with `changes` to the action's fields if any; refusals of the gate stay."""
        decision = self._held(w, decision_id)
        now = self.clock.now()
        if decision.decide_by and now > decision.decide_by:
            raise Conflict(
                "decision.too_late",
                Text(
                    en=f"this had to be decided by {decision.decide_by:%Y-%m-%d %H:%M}",
                    zh=f"须在 {decision.decide_by:%Y-%m-%d %H:%M} 前决定",
                ),
                Text(
                    en="Refuse it; the link proposes again if it is still needed.",
                    zh="请拒绝；若仍需要，环节会再次提出。",
                ),
                where=decision_id,
            )
        if changes:
            decision = adjusted(decision, changes)
        action = action_of(decision)
        ruling = self.gate.rule(decision, action, w.facts, now, approved=True)
        if ruling.verdict == "refuse":
            said = next(check.text for check in ruling.checks if check.verdict == "refuse")
            raise Refused(
                "gate.refused",
                said,
                Text(en="Change the policy first.", zh="请先修改策略。"),
                where=decision_id,
            )
        decision = msgspec.structs.replace(decision, status="allowed", by=by, note=note, checks=ruling.checks)
        w.decision(decision, "adjusted" if changes else "approved", micros(now), f"person:{by}")
        self._send(w, decision, action, ruling)
        return decision

    def refuse(self, w: Writes, decision_id: str, by: str, note: str) -> Decision:
        """A person says no to a held decision; the effect may be proposed again later."""
        decision = msgspec.structs.replace(self._held(w, decision_id), status="refused", by=by, note=note)
        w.decision(decision, "refused", micros(self.clock.now()), f"person:{by}")
        if effect := find(w, decision.effect_key):
            put(w, effect._replace(status="cancelled"))
        return decision

    def lapse(self, w: Writes, decision_id: str) -> Decision | None:
        """Nobody decided in time: the proposal is off, and the link may propose again. None when it is not so."""
        decision = find_decision(w, decision_id)
        if decision.status != "held" or decision.decide_by is None or self.clock.now() <= decision.decide_by:
            return None
        if effect := find(w, decision.effect_key):
            put(w, effect._replace(status="cancelled"))
        return self.move(w, decision, "refused", "lapsed", "", "nobody decided in time · 无人在时限内决定")

    def undo(self, w: Writes, decision_id: str, by: str, note: str) -> Decision:
        """Take back what a decision did: cancelled if it has not been sent, else by the action's own undo."""
        decision = find_decision(w, decision_id)
        effect = find(w, decision.effect_key)
        now = self.clock.now()
        if decision.status == "allowed" and effect and effect.status == "waiting":
            put(w, effect._replace(status="cancelled"))
            return self.move(w, decision, "undone", "undone", by, note)
        action = action_of(decision)
        if decision.status != "done" or not action.__undo__:
            raise Conflict(
                "decision.no_undo",
                Text(
                    en=f"a {decision.action_kind} that is {decision.status} cannot be undone",
                    zh=f"{decision.action_kind} 处于 {decision.status}，无法撤销",
                ),
                Text(
                    en="Only a finished action that has an undo can be taken back.",
                    zh="只有已完成且可撤销的动作才能收回。",
                ),
                where=decision_id,
            )
        kind = actions()[action.__undo__]
        given = {field: getattr(action, field) for field in kind.__struct_fields__ if hasattr(action, field)}
        back = decide(kind(**given), Text(en=f"{by} takes it back: {note}", zh=f"{by} 撤回：{note}"))
        back = msgspec.structs.replace(
            back,
            id=child_id(now, decision.id, "undo"),
            at=now,
            link=f"person:{by}",
            case_id=decision.case_id,
            cause_id=decision.id,
            cause_kind="decisions",
            by=by,
            note=note,
            undoes=decision.id,
        )
        back = self.propose(w, back, f"person:{by}")
        return self.approve(w, back.id, by, note) if back.status == "held" else back

    def settle(self, w: Writes, key: str, receipt: Receipt) -> ActionSettled | None:
        """Book what the world answered; gives the event to be heard, or None when it was already booked."""
        effect = find(w, key)
        if effect is None or effect.status not in ("sending", "unclear", "waiting"):
            return None
        now = self.clock.now()
        if receipt.status == "unknown":
            raise ValueError("an unknown outcome is reconciled, not settled")
        put(
            w,
            effect._replace(status=receipt.status, reference=receipt.reference, problem=receipt.detail, lease=0),
        )
        decision = find_decision(w, effect.decision_id)
        # What a link said with its decision (the evidence of a text) stays beside what came of it.
        outcome: dict[str, Any] = {**decision.outcome, "status": receipt.status, "detail": receipt.detail}
        if receipt.cost is not None:
            outcome["cost"] = msgspec.to_builtins(receipt.cost)
        status = "done" if receipt.status == "done" else "failed"
        decision = msgspec.structs.replace(decision, status=status, reference=receipt.reference, outcome=outcome)
        w.decision(decision, "settled", micros(now), "loop")
        if decision.undoes and status == "done":
            first = find_decision(w, decision.undoes)
            if original := find(w, first.effect_key):
                put(w, original._replace(status="undone"))
            self.move(w, first, "undone", "undone", decision.by, decision.note)
        return ActionSettled(
            at=now,
            about=effect.about,
            action_kind=effect.action_kind,
            effect_key=key,
            decision_id=decision.id,
            status=receipt.status,
            reference=receipt.reference,
            case_id=decision.case_id,
            cause_id=decision.id,
        )

    def unclear(self, w: Writes, key: str, problem: str, due: int, *, dead: bool = False) -> None:
        """The world did not answer: reconcile at `due` (real microseconds), or give up and leave it to a person."""
        effect = find(w, key)
        if effect is None or effect.status not in ("sending", "unclear", "waiting"):
            return
        put(w, effect._replace(status="dead" if dead else "unclear", problem=problem, due=due, lease=0))
        decision = find_decision(w, effect.decision_id)
        if decision.status != "unclear":
            self.move(w, decision, "unclear", "unclear", "", problem)

    def move(self, w: Writes, decision: Decision, status: Status, entry: str, by: str, note: str) -> Decision:
        moved = msgspec.structs.replace(decision, status=status, by=by or decision.by, note=note)
        w.decision(moved, entry, micros(self.clock.now()), f"person:{by}" if by else "loop")
        return moved

    def _held(self, w: Writes, decision_id: str) -> Decision:
        decision = find_decision(w, decision_id)
        if decision.status != "held":
            raise Conflict(
                "decision.not_held",
                Text(
                    en=f"the decision is {decision.status}, not held",
                    zh=f"该决策状态为 {decision.status}，不在待审",
                ),
                Text(en="Reload it: somebody was faster.", zh="请刷新：可能已有人处理。"),
                where=decision_id,
            )
        return decision

    def _send(self, w: Writes, decision: Decision, action: Action, ruling: Ruling) -> None:
        for spend in ruling.spends:
            w.row(spend, micros(moment(decision)), "loop")
        here = self.performs(action)
        effect = self._effect(w, decision, action, "sending" if here else "waiting")
        if here:
            lease = int((time.time() + LEASE_S) * 1e6)
            effect = effect._replace(attempt=1, holder=self.holder, lease=lease)
            self.errands.append(
                Errand(key=decision.effect_key, action=action, decision_id=decision.id, case_id=decision.case_id)
            )
        put(w, effect)

    def _effect(self, w: Writes, decision: Decision, action: Action, status: str) -> Effect:
        return Effect(
            effect_key=decision.effect_key,
            decision_id=decision.id,
            case_id=decision.case_id,
            action_kind=decision.action_kind,
            about=decision.about or decision.effect_key,
            body=encode(action),
            status=status,
            seq=w.head,
        )


def moment(decision: Decision) -> datetime:
    """When a filled-in decision was taken."""
    assert decision.at is not None
    return decision.at


def find_decision(w: Writes, decision_id: str) -> Decision:
    """The decision as it stands. Raises NotFound `decision.unknown`."""
    decision = w.facts.get(Decision, decision_id)[0]
    if decision is None:
        raise NotFound(
            "decision.unknown",
            Text(en="there is no such decision", zh="没有这条决策"),
            Text(en="List them with `linkloop decisions`.", zh="可用 `linkloop decisions` 查看。"),
            where=decision_id,
        )
    return decision


def adjusted(decision: Decision, changes: dict[str, Any]) -> Decision:
    """The decision with some fields of its action changed; identity stays, money at risk follows `__scale__`."""
    kind = type(action_of(decision))
    fixed = sorted(set(changes) & {*kind.__same__, *kind.__fixed__, "at_risk", kind.__customer__})
    unknown = sorted(set(changes) - set(kind.__struct_fields__))
    if fixed or unknown:
        raise Refused(
            "decision.adjust",
            Text(en=f"cannot change {', '.join(fixed + unknown)}", zh=f"不能修改 {'、'.join(fixed + unknown)}"),
            Text(en="Change amounts or texts; refuse it to stop it.", zh="只能改数额或文字；要停止请拒绝。"),
            where=decision.id,
        )
    new = {**decision.action, **changes}
    try:
        action = msgspec.convert(new, kind)
        if kind.__scale__ in changes:
            action = msgspec.convert({**new, "at_risk": rescaled(decision.action, new, kind.__scale__)}, kind)
    except msgspec.ValidationError as error:
        raise LinkloopError(
            "decision.adjust",
            Text(en=f"not a valid value: {error}", zh=f"取值无效：{error}"),
            where=decision.id,
        ) from error
    assert effect_key(action) == decision.effect_key
    return msgspec.structs.replace(decision, action=msgspec.to_builtins(action), at_risk=action.at_risk)


def rescaled(old: dict[str, Any], new: dict[str, Any], field: str) -> dict[str, Any]:
    """Money at risk in proportion to the field that it scales with (a number, or an amount of money)."""

    def size(value: Any) -> float:
        return float(value if isinstance(value, int | float) else value["amount"])

    before, after = size(old[field]), size(new[field])
    amount = round(old["at_risk"]["amount"] * after / before) if before else size(old["at_risk"])
    return {**old["at_risk"], "amount": int(amount)}
