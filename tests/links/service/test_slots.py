"""Slots name what stands in a text, in one form each, and nothing else; no text breaks them or takes long."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkloop.links.service.lexicon import NUMBERS
from linkloop.links.service.normal import tidy
from linkloop.links.service.slots import order_number, slots


def named(text: str) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(slots(tidy(text))).items() if value}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Order 536365: I paid $59.90 for two pairs of black running shoes size 42",
         {"order_id": "536365", "product": "black running shoes", "size": "42", "colour": "black", "quantity": 2,
          "amount": 5990}),
        ("帮我把地址改成浙江省杭州市西湖区文三路123号5栋302室，电话13812345678，谢谢",
         {"address": "浙江省杭州市西湖区文三路123号5栋302室", "phone": "+8613812345678"}),
        ("发票抬头写错了，应该是杭州云帆科技有限公司，发到 Li.Wei@Example.com",
         {"title": "杭州云帆科技有限公司", "email": "li.wei@example.com"}),
        ("优惠码 SAVE20 用不了", {"coupon": "SAVE20"}),
        ("I have code SUMMER10 and it fails", {"coupon": "SUMMER10"}),
        ("please deliver to 12 King Street, Leeds LS1 4AB on Friday",
         {"address": "12 King Street, Leeds LS1 4AB", "date": "friday"}),
        ("那个「晨光保温杯」买了3个，退我59.9元", {"product": "晨光保温杯", "quantity": 3, "amount": 5990}),
        ("想要黑色L码的羽绒服，12月3号前能到吗",
         {"product": "羽绒服", "size": "L", "colour": "黑色", "date": "12月3号"}),
        ("call me at (020) 7946-0958", {"phone": "02079460958"}),
        ("+44 20 7946 0958 is my number", {"phone": "+442079460958"}),
        ("invoice made out to Acme Ltd please", {"title": "Acme Ltd"}),
        ("两百件有货吗", {"quantity": 200}),
        ("一百二十个", {"quantity": 120}),
        ("ｏｒｄｅｒ ８８２３１", {"order_id": "88231"}),
        ("下周三能到吗", {"date": "下周三"}),
        ("请改到朝阳区建国路8号", {"address": "朝阳区建国路8号"}),
        ("see https://evil.example/pay?amount=9999元 now", {}),
        ("my coupon doesn't work", {}),
        ("优惠券用不了", {}),
        ("第三个", {}),
        ("在吗", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_what_a_text_names_is_read_in_one_form(text: str, found: dict[str, Any]) -> None:
    assert named(text) == found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Order 536365: what day should I expect it", "536365"),
        ("order no. LL00000042 please", "LL00000042"),
        ("订单号是20250611-88的物流", "20250611-88"),
        ("my parcel #5521 is late", "5521"),
        ("where is LL00000042?", "LL00000042"),
        ("e481f51cbdc54678b7cc49136f2d6af7 到哪了", "e481f51cbdc54678b7cc49136f2d6af7"),
        ("refund 9999 now", ""),
        ("call me 13812345678", ""),
        ("since 2026-07-01", ""),
        ("does it fit an iphone15", ""),
        ("order arrived broken", ""),
        ("", ""),
    ],
)
def test_numbers_of_orders_are_told_from_amounts_dates_and_phones(text: str, number: str) -> None:
    assert order_number(text) == number


PIECES = st.sampled_from(
    ["order ", "订单", "12345", "A-9", "@", "a.com", "¥", "59.9", "元", "两", "件", "x2", "黑色",
     "XL", "码", "改成",
     "路8号", "King Street", "抬头", "有限公司", "code ", "SAVE20", "周三", "12月", "3号", "+86",
     "13812345678", "(", ")",
     "《", "》",
     "\n", "，", "手机", "shoes", "百", "十", "第", " "]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=800), st.lists(PIECES, max_size=30).map("".join)))
def test_no_slot_is_named_that_is_not_in_the_text(text: str) -> None:
    read = tidy(text)
    folded = read.casefold()
    for name, value in named(text).items():
        if name == "phone":
            digits = value.removeprefix("+86") if value.startswith("+86") and len(value) == 14 else value.lstrip("+")
            assert digits in "".join(sign for sign in read if sign.isdigit())
        elif name == "quantity":
            assert str(value) in "".join(str(int(s)) if s.isdecimal() else s for s in read) or any(
                word in folded for word in [*NUMBERS, "百", *(f"0{n}" for n in range(10))]
            )
        elif name == "amount":
            assert str(value // 100) in read.replace(",", "") or f"0{value // 100}" in read.replace(",", "")
        else:
            assert value.casefold() in folded


@pytest.mark.parametrize(
    "hostile",
    ["1" * 10_000, "a@" * 5_000, "订单" * 5_000, "0 " * 5_000, "改成" * 3_000 + "路", "+1 ( ) " * 1_500,
     "12 King " * 1_250,
     "A-" * 5_000, "(0" * 5_000, "一百" * 5_000, "《" * 10_000, "中市" * 5_000, "抬头" * 5_000, "a.b" * 3_000 + "@"],
)  # fmt: skip
def test_ten_thousand_hostile_signs_take_no_time(hostile: str) -> None:
    started = time.process_time()
    slots(tidy(hostile))
    assert time.process_time() - started < 0.1
