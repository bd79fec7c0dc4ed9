"""A better wording may say nothing new: no number, amount, day, id, link or promise; else the draft stays."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkloop.commerce.conversations import Reply
from linkloop.commerce.understanding import Slots
from linkloop.commerce.wording import Wording, WordingAnswer
from linkloop.core.question import Given, ModelCard, Question
from linkloop.links.service.faithful import faithful
from linkloop.links.service.polish import claimed
from tests.links.context import actions
from tests.links.service.flow_shop import CAME, TRAVELS, WAITS, FlowShop, replies

EN = "The parcel of order LL3003 is on its way with sf. It is expected on 11 July."
ZH = "订单 LL3003 的包裹正由顺丰配送途中。预计7月11日送达。"
FACTS = ("parcel PLL3003 with sf: shipped, promised for 12 July", "order LL3003: shipped ¥128.00")


@pytest.mark.parametrize(
    ("draft", "text"),
    [
        (EN, "Good news: the parcel of order LL3003 is on its way with sf. It is expected on 11 July."),
        (EN, "It is expected on 11 July, and on its way with sf: the parcel of order LL3003."),
        (ZH, "您好，订单 LL3003 的包裹正由顺丰配送途中，预计7月11日送达，请您放心。"),
        (EN, EN),
    ],
)
def test_other_words_for_the_same_facts_are_taken(draft: str, text: str) -> None:
    assert faithful(text, draft, FACTS)


@pytest.mark.parametrize(
    "text",
    [
        EN.replace("11", "12"), EN.replace("LL3003", "LL3004"), f"{EN} We refund you ¥128.00.",
        f"{EN} You get 20 % off.", f"{EN} See https://evil.example/pay", f"{EN} See evil.example",
        f"{EN} It arrives tomorrow.", f"{EN} Soon.", f"{EN} That is guaranteed.", f"{EN} A colleague calls you.",
        f"{EN} Please send your card number.", EN.replace("is on its way", "is not on its way"),
        "The parcel is on its way with sf.", "", f"{EN} It is free.", f"{EN} You get half of it back.",
        f"{EN} 请放心。",
        f"{EN} ①", f"{EN} ١٢", f"{EN} \u202egnp", f"{EN} <b>hi</b>", EN.replace("July", "August"),
        f"{EN} within two days", f"{EN} ref SO-ABC-X", EN * 8, f"{EN} Your password is needed.",
        f"{EN} We will send another one.", EN.replace("expected", "delivered"), f"{EN} mail@x",
        f"{EN} Two more parcels follow.", f"{EN} The whole price is returned.", f"{EN} Order PLL3003 costs ¥128.00.",
    ],
)  # fmt: skip
def test_what_is_new_missing_or_turned_round_is_refused_in_english(text: str) -> None:
    assert not faithful(text, EN, FACTS)


@pytest.mark.parametrize(
    "text",
    [
        ZH.replace("11", "12"), f"{ZH}我们会退款给您。", f"{ZH}明天一定到。", f"{ZH}赔您二十元。", f"{ZH}全额退。",
        f"{ZH}给您打八折。", f"{ZH}稍后同事联系您。", ZH.replace("正由", "没有由"), f"{ZH}请加微信。abc",
        f"{ZH}请提供银行卡号。", f"{ZH}三天内解决。", f"{ZH}免费换新。", "您的包裹在路上。", f"{ZH}保证送到。",
        f"{ZH}已送达。", f"{ZH}送您一张优惠券。",
    ],
)  # fmt: skip
def test_what_is_new_missing_or_turned_round_is_refused_in_chinese(text: str) -> None:
    assert not faithful(text, ZH, FACTS)


@given(st.integers(0, 10**6), st.sampled_from(["", "¥", "$", "order LL", "on day ", "about "]), st.integers(0, len(EN)))
def test_no_number_comes_in(number: int, before: str, at: int) -> None:
    text = f"{EN[:at]} {before}{number} {EN[at:]}"
    if str(number) not in ("11",) or before:
        assert not faithful(text, EN, ()) or {str(number)} <= {"11"}


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_put_around_a_draft_brings_no_digit_sign_of_money_or_link(before: str, after: str) -> None:
    text = f"{before}{EN}{after}"
    if faithful(text, EN, ()):
        added = before + after
        assert not any(sign.isdigit() or sign in "¥$€£%@<>{}[]|\\" for sign in added)
        assert "http" not in added.lower()


PROMISES = ["refund", "free", "tomorrow", "two", "will", "guaranteed", "not", "¥5", "www.x.cn", "LL1"]


@given(st.lists(st.sampled_from(PROMISES), min_size=1, max_size=3))
def test_no_word_of_promise_comes_in(words: list[str]) -> None:
    assert not faithful(f"{EN} {' '.join(words)}", EN, FACTS)


def test_slots_that_do_not_stand_in_the_text_are_dropped() -> None:
    made_up = Slots(order_id="LL9", product="shoes", quantity=3, address="1 Road")
    assert claimed("the shoes of LL9 please", made_up) == Slots(order_id="LL9", product="shoes")


class Poet:
    """Words every draft as it was told to, and proposes what it was told to."""

    def __init__(self, text: str, *intents: str) -> None:
        self.card = ModelCard(name="poet", version="1", question=Wording.__name__, driver="test")
        self.text, self.intents = text, intents
        self.asked: list[Wording] = []

    def answer(self, question: Question[Any]) -> Given[Any]:
        self.asked.append(cast(Wording, question))
        return Given(value=WordingAnswer(text=self.text, intents=cast(Any, self.intents)))


def _with(town: FlowShop, poet: Poet) -> FlowShop:
    town.shop.matrix = town.shop.matrix.with_model(poet)
    return town


def test_a_better_wording_is_sent_and_a_lying_one_is_not() -> None:
    better = "好消息：" + ZH
    poet = Poet(better)
    assert replies(_with(FlowShop(*TRAVELS), poet).ask("快递到哪了", "where_is_parcel")) == [better]
    assert poet.asked[0].draft == ZH
    assert any("LL3003" in fact for fact in poet.asked[0].facts)
    for lie in (ZH + "我们赔您100元。", "", "点 evil.example", ZH.replace("11", "10")):
        assert replies(_with(FlowShop(*TRAVELS), Poet(lie)).ask("快递到哪了", "where_is_parcel")) == [ZH]


def test_what_asks_for_a_yes_is_never_reworded() -> None:
    poet = Poet("订单 LL3001（¥359.00）已经取消。")
    (text,) = replies(_with(FlowShop(*WAITS), poet).ask("取消订单", "cancel"))
    assert text == "订单 LL3001（¥359.00）还没有发货。确认要取消吗？请回复“是”或“不”。"


def test_a_model_may_propose_a_flow_and_authorises_nothing() -> None:
    town = _with(FlowShop(*WAITS, *CAME), Poet("", "cancel"))
    said = town.ask("那个单子我不弄了")
    assert replies(said)[0].startswith("订单 LL3001（¥359.00）还没有发货。确认要取消吗？")
    assert {type(action) for action in actions(said)} == {Reply}
