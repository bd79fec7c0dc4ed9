"""What goes back for what comes back: amounts of rows alone, the freight of the way out with the whole order alone."""

from __future__ import annotations

from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from linkloop.commerce.aftersales import ReturnCase
from linkloop.commerce.orders import OrderLine
from linkloop.commerce.payments import Payment
from linkloop.commerce.requests import OpenReturn, RefundOrder
from linkloop.core.money import Money
from linkloop.core.table import Table
from tests.links.service.flow_shop import (
    FLASK,
    SHOES,
    WAITS,
    FlowShop,
    day,
    deeds,
    one,
    order,
    paid,
    parcel,
    replies,
)


def cny(fen: int) -> Money:
    return Money(fen, "CNY")


def bought(freight: int = 800, total: int | None = None) -> list[Table]:
    """Shoes and two flasks that came three days ago, with what was paid for the way."""
    most = 51_700 + freight if total is None else total
    return [
        order("LL5001", "delivered", 6, most), parcel("LL5001", "delivered", came=3), paid("LL5001", most),
        replace(one("LL5001", 1, SHOES), freight=cny(freight)), replace(one("LL5001", 2, FLASK, 2), freight=cny(0)),
    ]  # fmt: skip


def came(product_id: str, amount: int, status: str = "labelled", quantity: int = 1, outbound: int = 0) -> ReturnCase:
    return ReturnCase(
        order_id="LL5001", product_id=product_id, customer_id="c1", quantity=quantity, status=cast(Any, status),
        label="RL1", amount=cny(amount), outbound=cny(outbound) if outbound else None, opened_at=day(1),
        received_at=day(2) if status != "labelled" else None,
    )  # fmt: skip


def opened(said: list[Table]) -> list[OpenReturn]:
    return [deed for deed in deeds(said) if isinstance(deed, OpenReturn)]


def test_a_part_of_an_order_comes_back_without_the_freight() -> None:
    town = FlowShop(*bought())
    said = town.ask("订单 LL5001 跑步鞋不想要了，退货", "return", order_id="LL5001")
    assert replies(said) == [
        "订单 LL5001 的“跑步鞋” × 1 可以退货，货物寄回后退还 ¥349.00（已扣除退货运费 "
        "¥10.00）。要为您办理退货吗？请回复“是”或“不”。"
    ]
    (deed,) = opened(town.ask("是的"))
    assert (deed.amount, deed.fee, deed.outbound) == (cny(34_900), cny(1_000), None)


def test_with_the_last_part_the_freight_goes_back_and_is_told() -> None:
    town = FlowShop(*bought(), came("SHOES", 34_900))
    said = town.ask("order LL5001, return the flasks, I changed my mind", "return", order_id="LL5001")
    assert replies(said) == [
        "You may return “Vacuum flask” × 2 of order LL5001; ¥156.00 goes back to you (¥8.00 of it is the freight that "
        "you paid; ¥10.00 of return postage is kept) when the goods have arrived. Shall I open the return? Please "
        "answer yes or no."
    ]
    (deed,) = opened(town.ask("yes"))
    assert (deed.amount, deed.outbound) == (cny(15_600), cny(800))


def test_a_whole_order_at_once_gives_the_freight_back_once() -> None:
    town = FlowShop(*bought())
    town.ask("订单 LL5001 收到都是坏的，退货", "return", order_id="LL5001")
    town.ask("全部")
    made = opened(town.ask("是的"))
    assert [(deed.product_id, deed.amount.amount, deed.fee.amount) for deed in made] == [
        ("SHOES", 35_900, 0), ("FLASK", 16_600, 0),
    ]  # fmt: skip
    assert [deed.outbound for deed in made] == [None, cny(800)]
    assert sum(deed.amount.amount for deed in made) == 52_500  # all that was paid


def test_free_shipping_gives_no_freight_back() -> None:
    town = FlowShop(*bought(freight=0), came("SHOES", 35_900))
    town.ask("flasks broken, return LL5001", "return", order_id="LL5001")
    (deed,) = opened(town.ask("yes"))
    assert (deed.amount, deed.outbound) == (cny(15_800), None)


def test_a_return_that_was_taken_back_does_not_make_the_order_whole() -> None:
    town = FlowShop(*bought(), replace(came("SHOES", 35_900), status="cancelled"))
    town.ask("flasks broken, return LL5001", "return", order_id="LL5001")
    (deed,) = opened(town.ask("yes"))
    assert (deed.amount, deed.outbound) == (cny(15_800), None)


def test_an_exchanged_part_does_not_make_the_order_whole() -> None:
    town = FlowShop(*bought(), replace(came("SHOES", 0), kind="exchange", amount=None))
    town.ask("flasks broken, return LL5001", "return", order_id="LL5001")
    (deed,) = opened(town.ask("yes"))
    assert deed.outbound is None


def test_the_freight_is_owed_when_everything_is_here_and_not_before() -> None:
    last = came("FLASK", 16_600, "received", 2, outbound=800)
    town = FlowShop(*bought(), replace(came("SHOES", 35_900), status="cancelled"), last)  # never sent, after all
    (deed,) = [d for d in deeds(town.ask("退款呢", "refund", order_id="LL5001")) if isinstance(d, RefundOrder)]
    assert deed.amount == cny(15_800)
    town = FlowShop(*bought(), came("SHOES", 35_900, "received"), last)
    (deed,) = [d for d in deeds(town.ask("退款呢", "refund", order_id="LL5001")) if isinstance(d, RefundOrder)]
    assert deed.amount == cny(52_500)


def test_what_was_paid_for_the_way_is_told_where_an_order_is_cancelled() -> None:
    sent = [replace(row, freight=cny(800)) if isinstance(row, OrderLine) else row for row in WAITS]
    assert replies(FlowShop(*sent).ask("取消订单", "cancel")) == [
        "订单 LL3001（¥359.00，含运费 ¥8.00）还没有发货。确认要取消吗？请回复“是”或“不”。"
    ]


@settings(max_examples=60, deadline=None)
@given(
    freight=st.integers(0, 5_000), discount=st.integers(0, 30_000), given_back=st.integers(0, 20_000),
    fault=st.booleans(), first=st.sampled_from(["SHOES", "FLASK"]), together=st.booleans(),
)  # fmt: skip
def test_all_that_goes_back_is_never_more_than_was_paid(
    freight: int, discount: int, given_back: int, fault: bool, first: str, together: bool
) -> None:
    most = 51_700 + freight - discount
    rows = bought(freight, most)
    if given_back:
        rows.append(
            Payment(order_id="LL5001", payment_no=2, method="refund", amount=cny(given_back), status="refunded")
        )
    town = FlowShop(*rows)
    why = "收到是坏的" if fault else "不想要了"
    made: list[OpenReturn] = []
    for product in (first, "FLASK" if first == "SHOES" else "SHOES"):
        town.ask(f"订单 LL5001 {why}，退货", "return", order_id="LL5001")
        if town.state() is not None and town.state().step == "product":  # type: ignore[union-attr]
            town.ask("全部" if together else {"SHOES": "1", "FLASK": "2"}[product])
        said = opened(town.ask("是的"))
        made += said
        town.shop.keep([came(d.product_id, d.amount.amount, quantity=d.quantity,
                             outbound=d.outbound.amount if d.outbound else 0) for d in said])  # fmt: skip
    assert len(made) == 2
    assert sum(deed.amount.amount for deed in made) + given_back <= most
    ways = [deed.outbound.amount for deed in made if deed.outbound is not None]
    assert sum(ways) <= freight
    assert len(ways) <= 1
    assert all(deed.outbound is None for deed in made[:-1])
    if fault and not discount and not given_back:
        assert sum(deed.amount.amount for deed in made) == most
    if not fault and not discount and not given_back:
        assert sum(deed.amount.amount for deed in made) == most - 2_000  # what comes back travels at their cost
