"""How people say yes and no to what was asked: 750 ways of it in both languages and their dialects, and what is "
"neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from linkloop.commerce.flows import FlowState
from linkloop.commerce.understanding import Understand
from linkloop.links.service.flows.answers import says_no, says_yes
from linkloop.links.service.flows.choosing import points_back
from linkloop.links.service.flows.shape import Talk
from linkloop.links.service.flows.steps import gathered
from linkloop.links.service.flows.titles import answered_title
from linkloop.links.service.model import UnderstandModel
from tests.links.service.flow_shop import NOW

SAID: dict[str, list[str]] = json.loads(Path(__file__).with_name("answers.json").read_text(encoding="utf-8"))
MODEL = UnderstandModel()
ASKED = FlowState(conversation_id="v1", customer_id="c1", flow="cancel", step="confirm", asked_at=NOW,
                  offered_until=NOW)  # fmt: skip


def heard(text: str, flow: str = "cancel") -> str:
    """What an answer to “shall I cancel it?” is taken for."""
    read = MODEL.answer(Understand(text=text)).value
    talk = Talk(cast(Any, None), "v1", "m1", text, "c1", None, "en", read)
    got = gathered(talk, replace(ASKED, flow=flow))
    return "neither" if got is None else "no" if "declined" in got else "yes"


def test_there_are_many_of_each() -> None:
    assert {kind: len(texts) > 80 for kind, texts in SAID.items()} == {"yes": True, "no": True, "neither": True}


def test_every_yes_is_a_yes() -> None:
    assert [text for text in SAID["yes"] if heard(text) != "yes"] == []


def test_every_no_is_a_no() -> None:
    assert [text for text in SAID["no"] if heard(text) != "no"] == []


def test_what_says_more_or_asks_is_no_yes() -> None:
    assert [text for text in SAID["neither"] if heard(text) == "yes"] == []


@pytest.mark.parametrize(
    "text",
    ["取消", "我要退货", "ok can i change the address", "yes return it", "好的，改地址", "换货",
     "cancel my cancellation", "撤回取消申请"],
)  # fmt: skip
def test_another_wish_and_a_wish_once_more_are_no_yes(text: str) -> None:
    assert heard(text) != "yes"


@pytest.mark.parametrize(
    ("flow", "text"),
    [
        ("return", "退吧"), ("return", "open the return please"), ("exchange", "换吧"), ("cancel", "不要了，取消吧"),
        ("change_address", "yes, the address is correct"), ("change_address", "对，就是这个地址"),
    ],
)  # fmt: skip
def test_the_very_deed_that_was_asked_about_is_a_yes(flow: str, text: str) -> None:
    assert heard(text, flow) == "yes"


@pytest.mark.parametrize(
    "text", ["好的" * 99 + "x", "yes " * 49 + "but", "可以的" * 60 + "吗", "不要了" * 60 + "取消", "嗯" * 199]
)
def test_a_long_row_of_yeses_is_read_through(text: str) -> None:
    """Read by trying every split it would not end: 2^99 ways."""
    assert says_yes(text) is (set(text) == {"嗯"})
    assert not says_no(text)


PARTS = ["好", "的", "好的", "不", "取消", "吧", "yes", " ", "no", "不要", "了", "请", "what", "吗"]


@given(st.lists(st.sampled_from(PARTS), max_size=9))
def test_nothing_is_both(parts: list[str]) -> None:
    text = "".join(parts)
    assert not (says_yes(text, "cancel") and says_no(text))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("it's Johnson Plumbing Incorporated", "Johnson Plumbing Incorporated"),
        ("put it to Delgado Roofing Inc please", "Delgado Roofing Inc"),
        ("make it out to Bright Dental Clinic", "Bright Dental Clinic"),
        ("our company is called Nova Robotics GmbH", "Nova Robotics GmbH"),
        ("就开我们公司 深圳市小满网络有限公司 就行", "深圳市小满网络有限公司"),
        ("公司全称是南京六朝文化传媒有限公司", "南京六朝文化传媒有限公司"),
        ("Maria de la Cruz", "Maria de la Cruz"),
        ("Please make it out to Jean-Luc O'Neill, thanks", "Jean-Luc O'Neill"),
        ("个人，李雪梅，谢谢", "李雪梅"),
        ("开给欧阳修远就行", "欧阳修远"),
        ("抬头写 林小满 就行 个人的", "林小满"),
        ("Make it out to Harriet Pemberton-Lowe, with the hyphen if your system permits.", "Harriet Pemberton-Lowe"),
        ("name is tom hanks", "Tom Hanks"),
        ("jamie okonkwo", "Jamie Okonkwo"),
    ],
)  # fmt: skip
def test_a_title_is_found_among_what_is_said_around_it(text: str, title: str) -> None:
    assert answered_title(text)["title"] == title


@pytest.mark.parametrize(
    "text",
    [
        "what do you mean?",
        "why do you need that",
        "随便",
        "wait what",
        "Never Mind",
        "Not Now Please",
        "谢谢",
        "马上",
        "方先生",
    ],
)
def test_what_names_nobody_is_no_title(text: str) -> None:
    assert answered_title(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "确定取消,没有任何疑问,马上办。",
        "I am quite sure, cancel the whole thing",
        "yes yes cancel it, 100% sure",
        "对,取消它,百分之百",
        "cancel it",
    ],
)
def test_who_says_it_once_more_means_what_was_spoken_of(text: str) -> None:
    assert points_back(text)


@pytest.mark.parametrize("text", ["yes, and cancel the other one too", "cancel it, 4711", "另外一单也取消"])
def test_who_names_another_one_does_not(text: str) -> None:
    assert not points_back(text)
