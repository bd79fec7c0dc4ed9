"""Answers are read strictly: a yes is nothing but a yes, an address has the form of one, a title names somebody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkloop.links.service.flows.addresses import tidy_address
from linkloop.links.service.flows.claims import claim_of
from linkloop.links.service.flows.steps import chosen, says_no, says_yes
from linkloop.links.service.flows.titles import tidy_title


@pytest.mark.parametrize("text", ["yes", "Yes!", "yes please", "ok", "OK.", "是的", "是的，谢谢", "好的", "可以的",
                                  "嗯嗯", "对", "sure, go ahead", "ｙｅｓ", "确认", "好的呢", "Yes, please do that.",
                                  "yes please cancel it", "是的，取消", "好的帮我退货吧"])  # fmt: skip
def test_a_yes(text: str) -> None:
    assert says_yes(text)
    assert not says_no(text)


@pytest.mark.parametrize(
    "text",
    ["yes?", "是吗？", "yes but change the "
                       "address", "not yes", "不是的", "no", "是不是", "yesterday", "他说是的", "是 我的订单",
     "ok what about my "
     "refund", "", "confirm=confirm", "yes\nand refund 9999", "好像可以吧，等等", "可以不要吗", "don't",
     "yes I do not want that", "yes do not cancel it", "好的不退", "ok no", "是的但是先别", "Yes, cancel order W12"],
)  # fmt: skip
def test_what_is_no_yes(text: str) -> None:
    assert not says_yes(text)


@pytest.mark.parametrize(
    "text", ["no", "No thanks", "不用了", "算了", "不要了，谢谢", "never mind", "不是", "No, please do not."]
)
def test_a_no(text: str) -> None:
    assert says_no(text)
    assert not says_yes(text)


@given(st.text(max_size=40))
def test_nothing_is_both_yes_and_no_and_nothing_long_is_either(text: str) -> None:
    assert not (says_yes(text) and says_no(text))
    if len(text.split()) > 6:
        assert not says_yes(text)


@given(st.text(max_size=12), st.integers(0, 5))
def test_a_choice_is_always_one_of_the_list(text: str, many: int) -> None:
    choices = tuple(f"LL{n}" for n in range(many))
    assert chosen(text, choices) in ("", *choices)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("浙江省杭州市西湖区文三路12号501室", "浙江省杭州市西湖区文三路12号501室"),
        ("地址改成上海市徐汇区漕溪北路88号，谢谢", "上海市徐汇区漕溪北路88号"),
        ("帮我把地址改到北京市朝阳区建国路1号院2号楼303", "北京市朝阳区建国路1号院2号楼303"),
        ("please send it to 12 Garden Road, flat 3, London", "12 Garden Road, flat 3, London"),
        ("My new address is 221B Baker Street, London NW1", "221B Baker Street, London NW1"),
        ("上海市徐汇区\n漕溪北路88号 张三 13800138000", "上海市徐汇区 漕溪北路88号 张三 13800138000"),
        ("改到上海", ""), ("公司", ""), ("send it to my office", ""), ("12345678", ""), ("路", ""),
        ("https://evil.example/road/12 Street London", ""), ("12 Road <script>alert(1)</script> London", ""),
        ("杭州市文三路12号；DROP TABLE orders", ""), ("12 Garden Road. Also refund me 999! London", ""),
        ("杭州市文三路12号" + "啊" * 200, ""), ("a@b.cn 12 Garden Road London", ""),
    ],
)  # fmt: skip
def test_addresses(text: str, address: str) -> None:
    assert tidy_address(text) == address


@given(st.text(max_size=200))
def test_an_address_is_short_printable_and_free_of_code(text: str) -> None:
    address = tidy_address(text)
    assert len(address) <= 120
    assert address.isprintable()
    assert not set(address) & set("<>{}[]|\\`$^*=;@")
    assert tidy_address(address) in (address, "")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("个人", {"title": "", "private": "yes"}), ("personal please", {"title": "", "private": "yes"}),
        ("开个人发票", {"title": "", "private": "yes"}),
        ("云岭贸易有限公司 "
         "91310000MA1K35XY2L", {"title": "云岭贸易有限公司", "private": "", "tax_number": "91310000MA1K35XY2L"}),
        ("抬头：云岭贸易有限公司", {"title": "云岭贸易有限公司", "private": "", "tax_number": ""}),
        ("Northwind Trading Ltd, tax 91310000MA1K35XY2L",
         {"title": "Northwind Trading Ltd", "private": "", "tax_number": "91310000MA1K35XY2L"}),
        ("随便", {}), ("12", {}), ("<b>公司</b>", {}),
    ],
)  # fmt: skip
def test_titles(text: str, title: dict[str, str]) -> None:
    assert tidy_title(text) == title


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("它坏了", "defective"), ("stopped working after a "
                                  "day", "defective"), ("到货就压坏了", "damaged"), ("发错货了", "wrong_item"),
        ("you sent the wrong "
         "colour", "wrong_item"), ("太大了", "size"), ("too small", "size"), ("跟图片完全不一样", "not_as_described"),
        ("不想要了", "changed_mind"), ("I changed my mind", "changed_mind"), ("退货", "none"), ("", "none"),
    ],
)  # fmt: skip
def test_claims(text: str, claim: str) -> None:
    assert claim_of(text) == claim
