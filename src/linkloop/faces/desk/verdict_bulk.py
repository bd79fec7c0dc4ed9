"""Bulk: one word of a person on many decisions, each with an answer of its own; nothing lost, nothing done twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Literal

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.decision import Decision
from linkloop.core.errors import Conflict, LinkloopError
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.core.vocabulary import action_of
from linkloop.engine.turn import Turn
from linkloop.faces.desk.deciding import decision as find
from linkloop.faces.desk.inbox import sums
from linkloop.store.facts import PastFacts
from linkloop.store.store import head_of

MOST = 200
Deed = Literal["approve", "refuse"]


class BulkAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became (or would become) of one: the status it then has, or the error's code and words."""

    id: str
    done: bool
    at_risk: Money | None = None
    status: str = ""
    code: str = ""
    text: Text = Text(en="", zh="")
    todo: Text = Text(en="", zh="")


class BulkResult(msgspec.Struct, frozen=True, kw_only=True):
    """All answers in the order in which they were asked for, and the money of those that went (or would go) through."""

    answers: list[BulkAnswer]
    done: int
    failed: int
    at_risk: list[Money]


def bulk(shop: Shop, deed: Deed, ids: Sequence[str], by: str, note: str, may: Callable[[Decision], None]) -> BulkResult:
    """Approve or refuse each decision once, all queued at once so that they commit together where they can.

    `may` raises where this person may not decide it. Each piece of work refuses before it writes, so one failure
    touches no other.
    """
    futures = [(key, shop.loop.command(_work(deed, key, by, note, may))) for key in dict.fromkeys(ids)]
    while not shop.loop.started() and any(not future.done() for _, future in futures):
        shop.loop.turn()
    return _result([_answer(key, future) for key, future in futures])


def bulk_preview(shop: Shop, deed: Deed, ids: Sequence[str], may: Callable[[Decision], None]) -> BulkResult:
    """What `bulk` would answer now: approvals are ruled on one after the other, each on top of what those before
    it would spend. Nothing is written."""
    now = shop.clock.now()
    answers: list[BulkAnswer] = []
    with shop.store.read() as connection:
        facts = PastFacts(connection, head_of(connection))
        for key in dict.fromkeys(ids):
            try:
                decision = find(shop, key)
                may(decision)
                _check_open(decision, now_late=decision.decide_by is not None and now > decision.decide_by, deed=deed)
                if deed == "approve":
                    ruling = shop.gate.rule(decision, action_of(decision), facts, now, approved=True)
                    if ruling.verdict == "refuse":
                        said = next(check.text for check in ruling.checks if check.verdict == "refuse")
                        raise LinkloopError("gate.refused", said)
                    for spend in ruling.spends:
                        facts.put(spend, "spends", spend.scope, facts.horizon)
            except LinkloopError as error:
                answers.append(_failed(key, error))
            else:
                answers.append(BulkAnswer(id=key, done=True, at_risk=decision.at_risk, status=decision.status))
    return _result(answers)


def _work(deed: Deed, key: str, by: str, note: str, may: Callable[[Decision], None]) -> Callable[[Turn], Decision]:
    def work(turn: Turn) -> Decision:
        found = turn.w.facts.get(Decision, key)[0]
        if found is not None:
            may(found)
        if deed == "approve":
            return turn.verdicts.approve(turn.w, key, by, note)
        return turn.verdicts.refuse(turn.w, key, by, note)

    return work


def _check_open(decision: Decision, *, now_late: bool, deed: Deed) -> None:
    if decision.status != "held":
        raise Conflict(
            "decision.not_held",
            Text(en=f"the decision is {decision.status}, not held", zh=f"该决策状态为 {decision.status}，不在待审"),
        )
    if now_late and deed == "approve":
        raise Conflict("decision.too_late", Text(en="its time has passed", zh="已过决策时限"))


def _answer(key: str, future: Future[Decision]) -> BulkAnswer:
    try:
        decision = future.result()
    except LinkloopError as error:
        return _failed(key, error)
    except Exception as error:  # the commit failed: nothing of it was kept
        fault = Text(en=f"the store failed: {type(error).__name__}", zh=f"存储出错：{type(error).__name__}")
        return BulkAnswer(
            id=key, done=False, code="server.fault", text=fault,
            todo=Text(en="Nothing was kept; try this one again.", zh="未保存任何内容，请重试此项。"),
        )  # fmt: skip
    return BulkAnswer(id=key, done=True, at_risk=decision.at_risk, status=decision.status)


def _failed(key: str, error: LinkloopError) -> BulkAnswer:
    return BulkAnswer(id=key, done=False, code=error.code, text=error.text, todo=error.todo)


def _result(answers: list[BulkAnswer]) -> BulkResult:
    done = [answer for answer in answers if answer.done]
    return BulkResult(
        answers=answers,
        done=len(done),
        failed=len(answers) - len(done),
        at_risk=sums(answer.at_risk for answer in done if answer.at_risk),
    )
