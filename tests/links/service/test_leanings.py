"""Which wishes a text holds by its verbs, which it rules out, and what an order's state makes of them."""

from __future__ import annotations

import pytest

from linkloop.links.service.flows.claims import claim_of
from linkloop.links.service.flows.titles import answered_title
from linkloop.links.service.leanings import leanings, mended, of_state, ruled_out, sorted_out
from linkloop.links.service.slots import order_numbers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("please take LL3001 off the books", ("cancel",)),
        ("I'd rather give it back to you", ("return",)),
        ("have me one that works instead", ("exchange",)),
        ("把这单撤掉吧", ("cancel",)),
        ("幫我換一個好的", ("exchange",)),
        ("I retrun it", ("return",)),
        ("we are happy with the pan", ()),
    ],
)
def test_verbs_name_a_wish_also_round_about_and_with_slips(text: str, said: tuple[str, ...]) -> None:
    assert leanings(text) == said


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("I want a working one, not a refund", {"refund"}),
        ("我不想退款，只想换一个", {"refund"}),
        ("I don't want another, take it back", {"exchange"}),
        ("不要取消，先放着", {"cancel"}),
        ("I want a refund", set()),
        ("不想再换新的,只想退回去", {"exchange"}),
        ("要不换个新的吧", set()),
        ("不退了", {"return", "refund"}),
        ("I'd like my money, I am not looking for a replacement", {"exchange"}),
        ("I do not want an exchange", {"exchange"}),
        ("it is a present, so a refund is no help to me", {"refund"}),
        ("要求退货退款,不接受换货。", {"exchange"}),
        ("换货就不必了，我想把东西退回去", {"exchange"}),
        ("I don't wish to have a replacement", {"exchange"}),
        ("我这边不打算调换,只希望把它寄回", {"exchange"}),
    ],
)
def test_what_is_named_only_to_be_ruled_out_is_no_wish(text: str, out: set[str]) -> None:
    assert ruled_out(text) == out


def test_of_several_readings_the_one_that_says_what_shall_be_done_stays() -> None:
    assert sorted_out(["refund", "exchange"], "it is faulty, swap it, no refund please") == ["exchange"]
    assert sorted_out(["return", "refund"], "I send it back and get my money") == ["return"]
    assert sorted_out(["return", "price_protection"], "it is cheaper now, give back the difference") == [
        "price_protection"
    ]
    assert sorted_out(["exchange"], "用不了,不想再换新的,只想把它退回去") == ["return"]
    assert sorted_out(["cancel", "refund"], "scrap the order and put the money back on my card") == ["cancel"]
    assert sorted_out(["return"], "when do I get the money back?") == ["refund"]
    assert sorted_out(["cancel", "invoice"], "cancel one and send the invoice of the other") == ["cancel", "invoice"]


def test_who_no_longer_wants_it_cancels_what_waits_and_returns_what_came() -> None:
    text = "LL3001 - I simply don't need it"
    assert claim_of(text) == "changed_mind"
    assert [of_state(status, text, "changed_mind") for status in ("paid", "delivered", "shipped")] == [
        "cancel",
        "return",
        "",
    ]
    assert of_state("paid", "thank you for LL3001", "none") == ""


@pytest.mark.parametrize(
    "text",
    [
        "东西没有问题，只是改变主意了",
        "nothing is wrong with it, I just don't want it",
        "it isn't broken, I don't need it",
        "its not broke or anything just dont like it",
        "nobody's fault but mine, I simply don't like it",
    ],
)
def test_a_fault_that_is_denied_is_no_claim_of_one(text: str) -> None:
    assert claim_of(text) == "changed_mind"


@pytest.mark.parametrize("text", ["it won't even switch on", "was doa", "收到就是壞的", "有质量缺陷", "没办法正常用"])
def test_faults_in_other_words(text: str) -> None:
    assert claim_of(text) == "defective"


def test_a_slip_of_the_keys_is_mended_and_other_words_are_left() -> None:
    assert mended("cancle teh retrun of my adress bakc") == "cancel teh return of my address back"
    assert mended("the sender wants a backpack") == "the sender wants a backpack"


def test_a_company_in_small_letters_is_a_title_where_it_was_asked_for() -> None:
    assert answered_title("make it out to northside diner llc")["title"] == "northside diner llc"
    assert answered_title("which company do you mean, inc?") == {}
    assert answered_title("just a moment") == {}


def test_who_wants_out_before_it_leaves_cancels_whatever_else_is_said_of_money() -> None:
    text = "please stop LL3001 before you post it and give me the money back"
    assert [of_state(status, text, "changed_mind") for status in ("paid", "delivered")] == ["cancel", ""]


def test_every_number_of_a_text_is_seen_in_its_order() -> None:
    assert order_numbers("cancel W6979932 plus order W5918442, not W6979932") == ["W6979932", "W5918442"]


@pytest.mark.parametrize("text", ["那个...W4817420 这单我不要了", "scrap it.W4817420", "订单:W4817420。", "(W4817420)"])
def test_an_order_number_is_found_whatever_stands_before_it(text: str) -> None:
    assert order_numbers(text) == ["W4817420"]
