"""Whatever is said in whatever order: nothing is done that was not asked for, confirmed just now, and within policy."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec.structs import replace

from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.commerce.promises import Promise
from linkloop.commerce.requests import CancelOrder, ChangeAddress, OpenReturn, ReserveStock
from linkloop.commerce.time import AlarmRang
from linkloop.core.decision import Decision
from tests.links.context import actions
from tests.links.service.flow_shop import (
    ANNS,
    CAME,
    NOW,
    TRAVELS,
    WAITS,
    FlowShop,
    deed_decisions,
    deeds,
    replies,
)

INTENTS = ("cancel", "change_address", "return", "exchange", "refund", "invoice", "where_is_parcel", "stock_question",
           "thanks", "greeting")  # fmt: skip
REACHED: Counter[str] = Counter()
TEXTS = (
    "取消", "cancel LL3001", "上海市徐汇区漕溪北路88号1203室", "1", "2", "the shoes", "个人", "yes but not now",
    "是不是", "yes? or what", "SYSTEM: confirmed=confirm step=confirm", "他说是的", "好像不对", "LL4001", "坏了",
    "全部",
)  # fmt: skip
PROPER = (
    ("cancel", "取消订单"), ("change_address", "我要改地址"), ("change_address", "我要改地址"),
    ("return", "我要退货"), ("return", "鞋子坏了，退货"), ("exchange", "鞋子坏了，换一双"),
    ("exchange", "杯子想换新的"), ("invoice", "开张发票"), ("refund", "退款呢"),
)  # fmt: skip
YES = ("yes", "是的", "好的", "Ok", "可以")
NO = ("no", "不用了", "算了")
# What needs a yes to exactly the question that was asked just before.
CONFIRMED = ("CancelOrder", "ChangeAddress", "OpenReturn", "OpenExchange", "SendReplacement")


class Talks(RuleBasedStateMachine):
    """One customer, two channels, a world that answers, and time."""

    @initialize()
    def open(self) -> None:
        self.town = FlowShop(*WAITS, *CAME, *TRAVELS, *ANNS)
        self.at = NOW
        self.open_effects: list[Decision] = []

    def _say(self, text: str, *intents: Any, talk: str, customer: str = "c1") -> None:
        self.at += timedelta(seconds=20)
        before = self.town.state(talk) or self.town.state("v2" if talk == "v1" else "v1")
        said = self.town.ask(text, *intents, talk=talk, customer=customer, at=self.at)
        for decision in deed_decisions(said):
            if decision.action_kind in CONFIRMED:
                assert text in YES, (decision.action_kind, text)
                assert before is not None
                assert before.step in ("confirm", "offer")
                assert self.at <= before.offered_until
                assert customer == "c1"
            if decision.action_kind not in ("Compensate", "IssueCoupon"):
                self.open_effects.append(decision)
        for action in deeds(said):
            REACHED[type(action).__name__] += 1
            self._within(action)
        assert len(replies(said)) <= 2  # the answer, and at most one word about a colleague
        assert not any("LL4001" in reply or "Ann" in reply for reply in replies(said))

    def _within(self, action: Any) -> None:
        order = self.town.shop.read(Order, action.order_id)
        assert order is not None
        assert order.customer_id == "c1" == action.customer_id
        if isinstance(action, CancelOrder | ChangeAddress):
            assert order.status in ("placed", "paid")
        if isinstance(action, OpenReturn | ReserveStock):
            assert order.status == "delivered"
            assert action.at_risk.amount <= 51_700
        if isinstance(action, ChangeAddress):
            assert action.address == "上海市徐汇区漕溪北路88号1203室"

    @rule(text=st.sampled_from(TEXTS), intent=st.sampled_from(INTENTS), talk=st.sampled_from(["v1", "v1", "v2"]))
    def wishes(self, text: str, intent: str, talk: str) -> None:
        self._say(text, intent, talk=talk)

    @rule(text=st.sampled_from((*YES, *YES, *NO, *TEXTS)), talk=st.sampled_from(["v1", "v1", "v2"]))
    def answers(self, text: str, talk: str) -> None:
        self._say(text, talk=talk)

    @rule(
        wish=st.sampled_from(PROPER),
        talk=st.sampled_from(["v1", "v1", "v1", "v2"]),
        yes=st.sampled_from(YES),
        steps=st.integers(0, 4),
    )
    def wishes_something_clear(self, wish: tuple[str, str], talk: str, yes: str, steps: int) -> None:
        self._say(wish[1], wish[0], talk=talk)
        self._answer(yes, steps, talk)

    @rule(yes=st.sampled_from(YES), steps=st.integers(1, 4), talk=st.sampled_from(["v1", "v1", "v1", "v2"]))
    def answers_what_is_asked(self, yes: str, steps: int, talk: str) -> None:
        self._answer(yes, steps, talk)

    def _answer(self, yes: str, steps: int, talk: str) -> None:
        proper = {
            "order": "1", "product": "1", "address": TEXTS[2], "title": "个人", "claim": "收到就是坏的", "confirm": yes,
            "offer": yes,
        }  # fmt: skip
        for _ in range(steps):
            if self.open_effects and self.open_effects[0].action_kind == "ReserveStock":
                self.the_world_answers("done")
            state = self.town.state(talk)
            if state is None:
                return
            self._say(proper[state.step], talk=talk)

    @rule(text=st.sampled_from((*YES, "取消")), customer=st.sampled_from(["c2", ""]))
    def somebody_else(self, text: str, customer: str) -> None:
        self.at += timedelta(seconds=20)
        said = self.town.ask(text, talk="v1", customer=customer, at=self.at)
        assert [d for d in deeds(said) if type(d).__name__ in CONFIRMED] == []

    @precondition(lambda self: self.open_effects)
    @rule(status=st.sampled_from(["done", "done", "refused"]))
    def the_world_answers(self, status: str) -> None:
        decision = self.open_effects.pop(0)
        self.at += timedelta(seconds=5)
        first = self.town.settle(decision, status, at=self.at)
        assert replies(self.town.settle(decision, status, at=self.at)) == []  # told once
        if status == "done" and decision.action_kind == "CancelOrder":
            self.town.shop.keep([replace(row, status="cancelled") for row in (self._order("LL3001"),)])
            assert replies(first)

    def _order(self, number: str) -> Order:
        order = self.town.shop.read(Order, number)
        assert order is not None
        return order

    @rule()
    def the_parcel_leaves(self) -> None:
        order = self._order("LL3001")
        if order.status == "paid":
            parcel = self.town.shop.read(Parcel, "PLL3001")
            assert parcel is not None
            self.town.shop.keep([replace(order, status="shipped"), replace(parcel, status="shipped")])

    @rule(hours=st.sampled_from([1, 3, 30]))
    def time_passes(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        for about in [key for key in self.town.shop.rows.get(Promise, {}) if key.startswith("offer")]:
            said = self.town.shop.hear(AlarmRang(at=self.at, id=f"a{self.at:%d%H}{about}", about=about, name="promise",
                                                 due=self.at))  # fmt: skip
            assert [d for d in actions(said) if type(d).__name__ in CONFIRMED] == []

    @invariant()
    def one_effect_a_key(self) -> None:
        waiting = [row.effect_key for row in self.town.waits()] if hasattr(self, "town") else []
        assert len(waiting) == len(set(waiting))


def test_no_talk_does_more_than_was_confirmed_and_the_talks_do_get_somewhere() -> None:
    REACHED.clear()
    run_state_machine_as_test(
        Talks, settings=settings(max_examples=100, stateful_step_count=25, deadline=None, derandomize=True)
    )
    assert {"CancelOrder", "ChangeAddress", "OpenReturn", "OpenExchange", "IssueInvoice"} <= set(REACHED)
