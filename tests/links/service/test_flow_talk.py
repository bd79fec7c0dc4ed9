"""Talking it through: which order, several wishes at once, offers that lapse, other channels, people, and languages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from linkloop.commerce.aftersales import StockHold
from linkloop.commerce.conversations import ConversationTaken, Draft
from linkloop.commerce.flows import FlowState
from linkloop.commerce.promises import Promise
from linkloop.commerce.requests import OpenExchange, ReleaseStock, ReserveStock, SendReplacement
from linkloop.commerce.stock import StockLevel
from linkloop.commerce.time import AlarmRang
from linkloop.commerce.understanding import IntentGuess, Understanding
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.links.service.flows.registry import ALL
from linkloop.links.service.flows.shape import Talk
from linkloop.links.service.talk import tongue
from tests.links.context import MemoryShop, actions, of_kind
from tests.links.service.flow_shop import (
    ANNS,
    CAME,
    FLASK,
    NOW,
    SHOES,
    TRAVELS,
    WAITS,
    FlowShop,
    deed_decisions,
    deeds,
    one,
    order,
    paid,
    parcel,
    replies,
)

TWO = (
    *WAITS,
    order("LL3005", "paid", 0.2, 7_900),
    parcel("LL3005", "packed"),
    one("LL3005", 1, FLASK),
    paid("LL3005", 7_900),
)


def test_several_orders_are_listed_newest_first_and_one_is_taken_by_its_number() -> None:
    town = FlowShop(*TWO)
    assert replies(town.ask("取消订单", "cancel")) == [
        "请问要取消的是哪个订单？\n1. LL3001（7月10日，跑步鞋）\n2. LL3005（7月10日，保温杯）\n请回复序号。"
    ]
    assert replies(town.ask("第二个")) == ["订单 LL3005（¥79.00）还没有发货。确认要取消吗？请回复“是”或“不”。"]


@pytest.mark.parametrize(
    ("answer", "order_id"),
    [("2", "LL3005"), ("the second one", "LL3005"), ("no. 1", "LL3001"), ("第一个", "LL3001"), ("the flask", "LL3005"),
     ("杯子那个", "LL3005"), ("鞋子", "LL3001"), ("last", "LL3005"), ("II", ""), ("3", ""), ("0", "")],
)  # fmt: skip
def test_a_list_is_answered_by_number_or_by_the_words_of_a_product(answer: str, order_id: str) -> None:
    town = FlowShop(*TWO)
    town.ask("please cancel my order", "cancel")
    town.ask(answer)
    state = town.state()
    assert state is not None
    assert (state.step, state.slots.get("order_id", "")) == (("confirm", order_id) if order_id else ("order", ""))


def test_the_order_that_was_spoken_of_is_meant_and_a_product_in_the_text_goes_before_it() -> None:
    town = FlowShop(*TWO)
    town.ask("where is LL3005", "where_is_parcel", order_id="LL3005")
    (text,) = replies(town.ask("then cancel it please", "cancel"))
    assert text.startswith("Order LL3005")
    town = FlowShop(*TWO)
    town.ask("where is LL3005", "where_is_parcel", order_id="LL3005")
    (text,) = replies(town.ask("please cancel the running shoes", "cancel"))
    assert text.startswith("Order LL3001")


def test_two_wishes_of_one_message_are_answered_in_one_reply_and_what_asks_stands_last() -> None:
    town = FlowShop(*WAITS)
    said = town.ask("取消订单，另外保温杯有货吗", "cancel", "stock_question")
    assert replies(said) == [
        "“保温杯”有现货，可以直接下单。订单 LL3001（¥359.00）还没有发货。确认要取消吗？请回复“是”或“不”。"
    ]


def test_the_second_wish_that_asks_too_comes_when_the_first_is_done() -> None:
    town = FlowShop(*WAITS)
    said = town.ask("我要改地址，再开张发票", "change_address", "invoice")
    assert replies(said) == [
        "订单 LL3001 还没有被揽收，可以修改地址。请发给我完整的新地址：省市区、街道门牌号和收件人。"
    ]
    town.ask("上海市徐汇区漕溪北路88号1203室")
    assert replies(town.ask("是")) == [
        "已为您提交订单 LL3001 的地址修改，改好后会在这里告诉您。请问订单 LL3001 的发票抬头开给谁？请回复“个人"
        "”，或发送公司名称和税号。"
    ]
    (deed,) = deeds(town.ask("个人"))
    assert deed.title == "李雷"  # type: ignore[attr-defined]


def test_another_question_in_between_is_answered_and_the_open_one_asked_again() -> None:
    town = FlowShop(*WAITS)
    town.ask("取消订单", "cancel")
    assert replies(town.ask("跑步鞋还有货吗", "stock_question")) == [
        "“跑步鞋”有现货，可以直接下单。订单 LL3001（¥359.00）还没有发货。确认要取消吗？请回复“是”或“不”。"
    ]
    assert [type(deed).__name__ for deed in deeds(town.ask("是"))] == ["CancelOrder"]


def test_what_is_no_answer_is_asked_once_more_and_then_a_person_looks() -> None:
    town = FlowShop(*WAITS)
    town.ask("取消订单", "cancel")
    assert replies(town.ask("嗯哼？"))[0].startswith("没有看懂您的回复。订单 LL3001")
    said = town.ask("啦啦啦")
    assert replies(said) == ["这个问题需要人工处理，同事会在这里回复您，目标时间为 10 分钟内。"]
    assert town.conversation().status == "waiting"
    assert town.state() is None


def test_a_no_leaves_everything_as_it_is() -> None:
    town = FlowShop(*WAITS)
    town.ask("please cancel my order", "cancel")
    said = town.ask("no thanks")
    assert (replies(said), deeds(said), town.state()) == (["All right, I have left everything as it is."], [], None)
    assert deeds(town.ask("yes", "yes")) == []  # nothing is asked any more


def test_a_yes_that_comes_too_late_or_from_somebody_else_does_nothing() -> None:
    town = FlowShop(*WAITS)
    town.ask("please cancel my order", "cancel")
    assert deeds(town.ask("yes", "yes", customer="c2")) == []
    assert deeds(town.ask("yes", "yes", customer="")) == []
    late = FlowShop(*WAITS)
    late.ask("please cancel my order", "cancel")
    assert deeds(late.ask("yes", "yes", at=NOW + timedelta(hours=25))) == []


def test_what_changed_since_the_question_counts_when_the_yes_comes() -> None:
    town = FlowShop(*WAITS)
    town.ask("please cancel my order", "cancel")
    town.shop.keep([replace(WAITS[0], status="shipped"), replace(WAITS[1], status="shipped")])
    said = town.ask("yes")
    assert deeds(said) == []
    assert replies(said)[0].startswith("Order LL3001 has been shipped, so it cannot be cancelled any more.")


def test_a_customer_goes_on_in_another_channel() -> None:
    town = FlowShop(*WAITS)
    town.ask("取消订单", "cancel", talk="web-1")
    said = town.ask("是的", talk="wechat-1", channel="wechat", at=NOW + timedelta(minutes=5))
    assert [type(deed).__name__ for deed in deeds(said)] == ["CancelOrder"]
    states = {row.conversation_id: row for row in of_kind(said, FlowState)}
    assert states["web-1"].moved_to == "wechat-1"
    (reply,) = [a for a in actions(town.settle(deed_decisions(said)[0])) if type(a).__name__ == "Reply"]
    assert (reply.conversation_id, reply.channel) == ("wechat-1", "wechat")
    assert deeds(town.ask("是的", "yes", talk="web-1", at=NOW + timedelta(minutes=6))) == []


def _offer(town: FlowShop) -> None:
    (decision,) = deed_decisions(town.ask("I want to exchange the shoes for a new pair", "exchange"))
    assert decision.action_kind == "ReserveStock"
    assert town.state() is None  # nothing is offered before the stock is kept
    said = town.settle(decision)
    assert replies(said) == [
        "1 × “Running shoes” for order LL3002 is kept for you for 2 hours. Shall I go on with it? Please "
        "answer yes or no."
    ]
    assert [(p.kind, p.state) for p in of_kind(said, Promise) if p.promise_id.startswith("offer")] == [
        ("replacement", "offered")
    ]


def test_an_exchange_is_offered_only_when_its_stock_is_kept_and_opened_after_a_yes() -> None:
    town = FlowShop(*CAME)
    _offer(town)
    until = NOW + timedelta(hours=2)
    town.shop.keep([StockHold(order_id="LL3002", product_id="SHOES", wave="m1", place="WH", quantity=1, until=until)])
    said = town.ask("yes")
    assert deeds(said) == [
        OpenExchange(order_id="LL3002", customer_id="c1", product_id="SHOES", quantity=1, wanted="SHOES", wave="m1",
                     claim="none", at_risk=Money(35_900, "CNY"))
    ]  # fmt: skip
    said = town.settle(deed_decisions(said)[0], reference="RL8")
    assert replies(said) == [
        "Your exchange of “Running shoes” (order LL3002) is open. Its label is RL8; please put it on the "
        "parcel. The new "
        "one, which is kept for you, leaves when the old one is here."
    ]
    assert ("replacement", "kept") in [(p.kind, p.state) for p in of_kind(said, Promise)]


def test_another_size_is_kept_where_the_catalog_has_it_and_is_for_a_person_where_it_does_not() -> None:
    asked = "I want to exchange the shoes for size 42"
    said = FlowShop(*CAME).ask(asked, "exchange", size="42")
    assert replies(said)[0].startswith("This is one for a person")
    larger = replace(SHOES, product_id="SHOES42", title="跑步鞋 42 码 · Running shoes size 42")
    town = FlowShop(*CAME, larger, StockLevel(product_id="SHOES42", place="WH", on_hand=1))
    (decision,) = deed_decisions(town.ask(asked, "exchange", size="42"))
    assert (decision.action["product_id"], decision.action["instead_of"]) == ("SHOES42", "SHOES")
    assert replies(town.settle(decision))[0].startswith("1 × “Running shoes size 42” for order LL3002 is kept for you")
    (deed,) = deeds(town.ask("yes"))
    assert isinstance(deed, OpenExchange)
    assert (deed.product_id, deed.wanted, deed.wave) == ("SHOES", "SHOES42", "m1")


def test_an_offer_that_nobody_takes_lapses_and_its_stock_is_released() -> None:
    town = FlowShop(*CAME)
    _offer(town)
    ring = AlarmRang(at=NOW + timedelta(hours=2), id="a1", about="offer:LL3002:SHOES:m1", name="promise",
                     due=NOW + timedelta(hours=2))  # fmt: skip
    said = town.shop.hear(ring)
    assert [type(deed) for deed in deeds(said)] == [ReleaseStock]
    assert replies(said) == [
        "What I had kept for order LL3002 is free again, for I did not hear from you in time. If you still "
        "want it, just "
        "write to me."
    ]
    assert town.state() is None
    assert deeds(town.ask("yes", "yes", at=NOW + timedelta(hours=2, minutes=1))) == []
    assert deeds(town.shop.hear(replace(ring, id="a2"))) == []  # once


def test_a_no_to_an_offer_releases_the_stock() -> None:
    town = FlowShop(*CAME)
    _offer(town)
    assert [type(deed) for deed in deeds(town.ask("no"))] == [ReleaseStock]


def test_cheap_broken_goods_are_replaced_without_a_return_and_without_stock_nothing_is_offered() -> None:
    town = FlowShop(*ANNS)
    said = town.ask("the flask came broken, I want to complain", "complaint", customer="c2")
    assert replies(said)[0].startswith("I am sorry about this. Let me see whether I can keep 1 × “Vacuum flask”")
    (reserve,) = [d for d in deed_decisions(said) if d.action_kind == "ReserveStock"]
    town.settle(reserve)
    said = town.ask("yes please", customer="c2")
    assert [type(deed) for deed in deeds(said)] == [SendReplacement]
    assert replies(said)[0].startswith(
        "I have requested a new “Vacuum flask” for you; you need not send the old one back."
    )
    gone = StockLevel(product_id="FLASK", place="WH", on_hand=0)
    said = FlowShop(*ANNS, gone).ask("I want to exchange the flask", "exchange", customer="c2")
    assert [d for d in deeds(said) if isinstance(d, ReserveStock)] == []
    assert replies(said) == [
        "“Vacuum flask” is out of stock, so I cannot exchange it. You may return it instead: just write “return”."
    ]


def test_stock_that_was_sold_meanwhile_is_told_and_nothing_is_offered() -> None:
    town = FlowShop(*CAME)
    (decision,) = deed_decisions(town.ask("I want to exchange the shoes for a new pair", "exchange"))
    said = town.settle(decision, "refused")
    assert replies(said) == [
        "I am sorry: no “Running shoes” is left that I could keep for you. I can open a return for you "
        "instead: just write "
        "“return”."
    ]
    assert town.state() is None


def test_who_has_a_person_gets_no_reply_of_the_bot_but_the_person_gets_a_draft_with_evidence() -> None:
    town = FlowShop(*WAITS)
    town.ask("你好", "greeting")
    town.shop.hear(ConversationTaken(at=NOW, id="t1", conversation_id="v1", by="wei", until=NOW + timedelta(hours=1)))
    said = town.ask("帮我取消订单", "cancel")
    assert (replies(said), deeds(said), of_kind(said, FlowState)) == ([], [], [])
    (draft,) = of_kind(said, Draft)
    assert draft.text == "订单 LL3001（¥359.00）还没有发货。确认要取消吗？请回复“是”或“不”。"
    assert [(e.table, e.key) for e in draft.evidence] == [("orders", "LL3001"), ("parcels", "PLL3001")]
    assert draft.summary is not None
    assert draft.summary == Text(
        en="Why: cancel order LL3001: allowed (in time). Facts: order LL3001: paid ¥359.00; parcel PLL3001: packed.",
        zh="原因：取消订单 LL3001：可以办理（尚来得及）。事实：订单 LL3001：已付款 ¥359.00；包裹 PLL3001：已打包。",
    )


def test_what_a_draft_suggests_is_named_as_people_name_it_and_not_said_to_be_done() -> None:
    town = FlowShop(*WAITS)
    town.ask("帮我取消订单", "cancel")
    town.shop.hear(ConversationTaken(at=NOW, id="t1", conversation_id="v1", by="wei", until=NOW + timedelta(hours=1)))
    (draft,) = of_kind(town.ask("是"), Draft)
    assert draft.summary is not None
    assert draft.summary.en.endswith(
        " Suggested: the cancellation (¥359.00). Nothing was requested yet: do that before you send this text."
    )
    assert draft.summary.zh.endswith("建议：取消（¥359.00）。尚未提交申请：请先办理，再发送此文字。")


def test_what_policy_leaves_to_a_person_becomes_a_draft_and_a_hand_over_that_is_said_once() -> None:
    town = FlowShop(*WAITS)
    said = town.ask("我要人工客服", "human")
    assert replies(said) == ["这个问题需要人工处理，同事会在这里回复您，目标时间为 10 分钟内。"]
    assert [p.due_at for p in of_kind(said, Promise)] == [NOW + timedelta(minutes=10)]
    assert len(of_kind(said, Draft)) == 1
    assert replies(town.ask("人工呢", "human", at=NOW + timedelta(minutes=1))) == []
    row = town.conversation()
    assert (row.status, row.why_person is not None) == ("waiting", True)


def test_every_decision_carries_what_its_text_rests_on() -> None:
    town = FlowShop(*WAITS)
    said = town.ask("取消订单", "cancel")
    (decision,) = [d for d in said if getattr(d, "action_kind", "") == "Reply"]
    assert decision.outcome["evidence"] == [  # type: ignore[attr-defined]
        {"table": "orders", "key": "LL3001",
         "says": {"en": "order LL3001: paid ¥359.00", "zh": "订单 LL3001：已付款 ¥359.00"}},
        {"table": "parcels", "key": "PLL3001",
         "says": {"en": "parcel PLL3001: packed", "zh": "包裹 PLL3001：已打包"}},
    ]  # fmt: skip
    assert decision.reason.en == "cancel order LL3001: allowed (in time)"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "known", "spoken"),
    [
        ("我的order什么时候到", "en", "zh"), ("where is my 龙井绿茶 "
                                              "please", "zh", "en"), ("ok", "zh-CN", "zh"), ("ok", "en", "en"),
        ("yes please do that", "zh", "en"), ("请问 Running shoes for men 有吗", "en", "zh"), ("好", "en", "zh"),
    ],
)  # fmt: skip
def test_a_mixed_text_is_answered_in_the_language_of_its_question(text: str, known: str, spoken: str) -> None:
    assert tongue(text, known) == spoken


def test_partial_shipments_are_told_parcel_by_parcel() -> None:
    second = replace(parcel("LL3003", "packed"), parcel_id="PLL3003-2")
    (text,) = replies(FlowShop(*TRAVELS, second).ask("where is my order LL3003", "where_is_parcel", order_id="LL3003"))
    assert text == (
        "Parcel PLL3003-2: The parcel of order LL3003 is packed and not on its way yet. It was promised for 11 July. "
        "Parcel PLL3003: The parcel of order LL3003 is on its way with 顺丰. It is expected on 11 July."
    )


def test_stock_and_product_questions_are_answered_from_the_rows() -> None:
    town = FlowShop()
    assert replies(town.ask("is the green tea in stock", "stock_question")) == [
        "“Longjing green tea” is out of stock; more has been ordered. No supplier has named a day that I could "
        "tell you."
    ]
    assert replies(town.ask("保温杯要9个有吗", "stock_question", quantity=9)) == ["“保温杯”有现货，但不足 9 件。"]
    assert replies(town.ask("还有货吗", "stock_question")) == ["请问是哪件商品？请发给我商品名称。"]
    assert replies(town.ask("跑步鞋")) == ["“跑步鞋”有现货，可以直接下单。"]
    (text,) = replies(FlowShop().ask("is the vacuum flask any good", "product_question"))
    assert text.startswith("What I know of “Vacuum flask”: by 暖居, ¥79.00, 350 g. This is one for a person")


def test_payments_are_told_as_they_arrived_and_paid_twice_is_for_a_person() -> None:
    assert replies(FlowShop(*WAITS).ask("付款失败了会扣款吗", "payment_problem")) == [
        "订单 LL3001 已收到一笔 ¥359.00 的付款，没有其他扣款。"
    ]
    twice = FlowShop(*WAITS, paid("LL3001", 35_900, 2)).ask("你们扣了我两次款", "payment_problem")
    assert replies(twice) == ["这个问题需要人工处理，同事会在这里回复您，目标时间为 10 分钟内。"]


def test_every_flow_reads_only_what_it_declares_and_its_policy_is_asked() -> None:
    wishes = {
        "cancel": WAITS, "change_address": WAITS, "return": CAME, "exchange": CAME, "refund": CAME, "invoice": WAITS,
        "price_protection": (*WAITS, replace(SHOES, price=Money(30_000, "CNY"))), "stock_question": (),
        "complaint": TRAVELS,
        "coupon_question": WAITS, "payment_problem": WAITS, "where_is_parcel": TRAVELS, "human": (), "greeting": (),
        "thanks": (), "other": (), "size_advice": (), "compatibility": (), "product_question": (),
    }  # fmt: skip
    assert set(wishes) == {flow.name for flow in ALL}
    for flow in ALL:
        watched = Watched(FlowShop(*wishes[flow.name]).shop)
        guess = Understanding(intents=(IntentGuess(flow.name, 0.9),))
        flow.answer(Talk(watched, "v1", "m1", "跑步鞋和保温杯", "c1", None, "zh", guess))  # type: ignore[arg-type]
        assert watched.reads <= {table.__name__ for table in flow.reads}, flow.name
        assert watched.asked <= {question.__name__ for question in flow.policy}, flow.name
        assert flow.title.en
        assert flow.title.zh


class Watched:
    """A context that notes what is read and asked."""

    def __init__(self, shop: MemoryShop) -> None:
        self.shop = shop
        self.reads: set[str] = set()
        self.asked: set[str] = set()

    def read(self, table: Any, *key: str, **where: str) -> Any:
        self.reads.add(table.__name__)
        return self.shop.read(table, *key, **where)

    def ask(self, question: Any) -> Any:
        self.asked.add(type(question).__name__)
        return self.shop.ask(question)

    def now(self) -> datetime:
        return NOW
