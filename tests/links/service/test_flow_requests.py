"""What customers ask to be done: allowed by the tables' facts and by policy, confirmed, requested, and then told."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from linkloop.commerce.aftersales import DeliveryAddress, Invoice, ReturnCase
from linkloop.commerce.catalog import Product
from linkloop.commerce.flows import FlowState, Requested
from linkloop.commerce.payments import Payment
from linkloop.commerce.promises import Promise
from linkloop.commerce.requests import (
    CancelOrder,
    ChangeAddress,
    IssueInvoice,
    OpenReturn,
    ProtectPrice,
    RefundOrder,
)
from linkloop.core.money import Money
from linkloop.core.table import Table
from tests.links.context import of_kind
from tests.links.service.flow_shop import (
    ANNS,
    CAME,
    FLASK,
    NOW,
    SHOES,
    TRAVELS,
    WAITS,
    FlowShop,
    day,
    deed_decisions,
    deeds,
    one,
    order,
    paid,
    parcel,
    replies,
)

ADDRESS = "浙江省杭州市西湖区文三路12号501室"


def test_an_order_that_has_not_left_is_cancelled_after_a_yes_and_told_when_it_is_done() -> None:
    town = FlowShop(*WAITS)
    said = town.ask("帮我取消订单", "cancel")
    assert replies(said) == ["订单 LL3001（¥359.00）还没有发货。确认要取消吗？请回复“是”或“不”。"]
    assert deeds(said) == []
    said = town.ask("是的")
    assert replies(said) == ["已为您提交取消订单 LL3001 的申请，办好后会在这里告诉您。"]
    assert deeds(said) == [CancelOrder(order_id="LL3001", customer_id="c1", at_risk=Money(35_900, "CNY"))]
    assert town.state() is None
    (decision,) = deed_decisions(said)
    said = town.settle(decision)
    assert replies(said) == ["订单 LL3001 已取消，¥359.00 将在 3 天内原路退还给您。"]
    assert [(p.kind, p.state) for p in of_kind(said, Promise)] == [("answer", "kept"), ("refund", "open")]


def test_cancelling_in_english() -> None:
    town = FlowShop(*WAITS)
    assert replies(town.ask("please cancel my order", "cancel")) == [
        "Order LL3001 (¥359.00) has not been shipped. Shall I cancel it? Please answer yes or no."
    ]
    said = town.ask("Yes, please!")
    assert replies(said) == [
        "I have requested the cancellation of order LL3001. I will write here as soon as it is done."
    ]
    assert replies(town.settle(deed_decisions(said)[0])) == [
        "Done: order LL3001 is cancelled. ¥359.00 goes back to you the way you paid, within 3 days."
    ]


def test_an_order_that_nobody_paid_is_cancelled_without_talk_of_money() -> None:
    town = FlowShop(order("LL3009", "placed", 0.01, 7_900), one("LL3009", 1, FLASK))
    town.ask("please cancel that order", "cancel")
    said = town.ask("yes")
    assert replies(town.settle(deed_decisions(said)[0])) == [
        "Done: order LL3009 is cancelled. Nothing was charged for it."
    ]


def test_the_world_that_refuses_is_told_honestly() -> None:
    town = FlowShop(*WAITS)
    town.ask("please cancel it now", "cancel")
    said = town.settle(deed_decisions(town.ask("yes"))[0], "refused")
    assert replies(said) == [
        "I am sorry: order LL3001 left in the meantime and could not be cancelled. You may refuse the parcel "
        "or return it."
    ]
    assert [(p.kind, p.state) for p in of_kind(said, Promise)] == [("answer", "withdrawn")]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (TRAVELS, "订单 LL3003 已经发货，无法取消了。您可以拒收，或在收到后申请退货。"),
        (CAME, "订单 LL3002 已经送达，无法取消。需要的话可以为您办理退货，请回复“退货”。"),
        ((replace(WAITS[0], status="cancelled"), *WAITS[1:]), "订单 LL3001 已经取消了。"),
        ((replace(WAITS[0], status="returned"), *WAITS[1:]), "订单 LL3001 已经结束，没有可以取消的内容。"),
    ],
)
def test_what_has_left_or_is_over_is_not_cancelled(rows: tuple[Table, ...], told: str) -> None:
    town = FlowShop(*rows)
    said = town.ask("取消订单", "cancel", order_id=rows[0].order_id)  # type: ignore[attr-defined]
    assert (replies(said), deeds(said), town.state()) == ([told], [], None)


@pytest.mark.parametrize("intent", ["cancel", "change_address", "return", "exchange", "refund", "invoice"])
@pytest.mark.parametrize("number", ["LL4001", "PLL4001", "LL9999"])
def test_other_peoples_orders_stay_untold_in_every_flow(intent: str, number: str) -> None:
    town = FlowShop(*WAITS, *ANNS)
    said = town.ask(f"it is about {number} please", intent, order_id=number)  # type: ignore[arg-type]
    assert replies(said) == ["I cannot find that number among your orders. Please check it and send it once more."]
    assert (deeds(said), town.state()) == ([], None)


@pytest.mark.parametrize(
    "intent", ["cancel", "change_address", "return", "exchange", "refund", "invoice", "price_protection"]
)
def test_nobody_opens_orders_without_a_verified_customer(intent: str) -> None:
    town = FlowShop(*WAITS, *CAME)
    said = town.ask("it is about LL3001 and LL3002", intent, customer="", order_id="LL3001")  # type: ignore[arg-type]
    assert replies(said) == [
        "Please sign in, so that I may look at your order. If you cannot, write “person” and a colleague helps you."
    ]
    assert (deeds(said), of_kind(said, FlowState)) == ([], [])


def test_an_address_is_asked_for_shown_again_and_changed_after_a_yes() -> None:
    town = FlowShop(*WAITS)
    assert replies(town.ask("我要改地址", "change_address")) == [
        "订单 LL3001 还没有被揽收，可以修改地址。请发给我完整的新地址：省市区、街道门牌号和收件人。"
    ]
    assert replies(town.ask(f"{ADDRESS}，谢谢")) == [f"订单 LL3001 将改寄到：{ADDRESS}。对吗？请回复“是”或“不”。"]
    said = town.ask("对的")
    assert deeds(said) == [
        ChangeAddress(order_id="LL3001", customer_id="c1", address=ADDRESS, at_risk=Money(35_900, "CNY"))
    ]
    assert replies(town.settle(deed_decisions(said)[0])) == [f"订单 LL3001 的地址已改为：{ADDRESS}。"]


def test_an_address_in_the_first_message_is_still_confirmed_and_a_corrected_one_counts() -> None:
    town = FlowShop(*WAITS)
    (text,) = replies(town.ask("please send it to 12 Garden Road, flat 3, Shanghai", "change_address"))
    assert text == "Order LL3001 shall go to: 12 Garden Road, flat 3, Shanghai. Is that right? Please answer yes or no."
    (text,) = replies(town.ask("no, change the address to: 14 Garden Road, flat 3, Shanghai", "change_address"))
    assert text == "Order LL3001 shall go to: 14 Garden Road, flat 3, Shanghai. Is that right? Please answer yes or no."
    (deed,) = deeds(town.ask("yes"))
    assert isinstance(deed, ChangeAddress)
    assert deed.address == "14 Garden Road, flat 3, Shanghai"


def test_a_third_change_of_address_and_a_parcel_on_its_way_are_not_for_the_bot() -> None:
    twice = DeliveryAddress(order_id="LL3001", address=ADDRESS, changes=2)
    said = FlowShop(*WAITS, twice).ask("change the address", "change_address")
    assert replies(said)[0].startswith("This is one for a person")
    assert deeds(said) == []
    said = FlowShop(*TRAVELS).ask("改地址", "change_address", order_id="LL3003")
    assert replies(said) == ["订单 LL3003 的包裹已经在路上，无法修改地址了。可以联系承运商改为自提。"]


def test_a_return_names_what_goes_back_and_opens_after_a_yes() -> None:
    town = FlowShop(*CAME)
    assert replies(town.ask("我想退货", "return")) == [
        "请问订单 LL3002 中要退的是哪一件？\n1. 跑步鞋 × 1\n2. 保温杯 × 2\n请回复序号。"
    ]
    assert replies(town.ask("2")) == [
        "订单 LL3002 的“保温杯” × 2 可以退货，货物寄回后退还 ¥148.00（已扣除退货运费 ¥10.00）。"
        "要为您办理退货吗？请回复“是”或“不”。"
    ]
    said = town.ask("好的")
    money = Money(14_800, "CNY")
    assert deeds(said) == [
        OpenReturn(order_id="LL3002", customer_id="c1", product_id="FLASK", quantity=2, amount=money,
                   fee=Money(1_000, "CNY"), at_risk=money)
    ]  # fmt: skip
    assert replies(town.settle(deed_decisions(said)[0], reference="RL77")) == [
        "订单 LL3002 的“保温杯”退货已办理，退货单号 RL77，请贴在包裹上。收到退货后退还您 ¥148.00。"
    ]


def test_broken_goods_come_back_free_and_both_of_two_items_at_once() -> None:
    town = FlowShop(*CAME)
    town.ask("everything came broken, I want to return it", "return")
    (text,) = replies(town.ask("all"))
    assert text == (
        "You may return “Running shoes” × 1 and “Vacuum flask” × 2 of order LL3002; ¥517.00 goes back to you when the "
        "goods have arrived. Shall I open the return? Please answer yes or no."
    )
    said = town.ask("yes")
    assert [(d.product_id, d.claim, d.amount.amount, d.fee.amount) for d in deeds(said)] == [  # type: ignore[attr-defined]
        ("SHOES", "defective", 35_900, 0), ("FLASK", "defective", 15_800, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("came", "text", "told"),
    [
        (8.0, "退货", "订单 LL3002 已超过无理由退货期限。如果商品有质量问题，请告诉我具体情况。"),
        (40.0, "坏了，退货", "这个问题需要人工处理，同事会在这里回复您，目标时间为 10 分钟内。"),
    ],
)
def test_too_late_is_told_and_a_late_fault_is_for_a_person(came: float, text: str, told: str) -> None:
    rows = (
        order("LL3002", "delivered", came + 3, 35_900),
        parcel("LL3002", "delivered", came=came),
        one("LL3002", 1, SHOES),
    )
    said = FlowShop(*rows).ask(text, "return")
    assert (replies(said), deeds(said)) == ([told], [])


HELMET = Product(product_id="HELMET", title="Cycling Helmet (L, blue, high)", category="sports", brand="x",
                 price=Money(9_900, "CNY"), weight_g=300)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "asks"), [("I had high hopes of it, please return it", True), ("the blue helmet, please return it", False)]
)
def test_options_in_a_title_name_no_product_unless_its_name_is_said_too(text: str, asks: bool) -> None:
    rows = (order("LL3002", "delivered", 5, 35_900), parcel("LL3002", "delivered", came=2), HELMET,
            one("LL3002", 1, SHOES), one("LL3002", 2, HELMET))  # fmt: skip
    (said,) = replies(FlowShop(*rows).ask(text, "return", order_id="LL3002"))
    assert ("Which item" in said) is asks


def test_a_return_of_what_is_not_there_yet_and_of_what_is_open_already() -> None:
    assert replies(FlowShop(*TRAVELS).ask("I want to return it", "return", order_id="LL3003")) == [
        "Order LL3003 has been shipped and is not with you yet; a return can be opened once it has been delivered. "
        "You may also refuse the parcel."
    ]
    case = ReturnCase(order_id="LL4001", product_id="FLASK", customer_id="c2", label="RL5", opened_at=day(1))
    assert replies(FlowShop(*ANNS, case).ask("return it please", "return", customer="c2")) == [
        "The return of “Vacuum flask” is open already; its label is RL5."
    ]


def test_a_refund_that_was_made_is_told_one_that_is_owed_is_requested() -> None:
    cancelled = (order("LL3001", "cancelled", 3, 35_900), paid("LL3001", 35_900))
    town = FlowShop(*cancelled)
    said = town.ask("我的退款呢", "refund")
    assert replies(said) == ["订单 LL3001 应退您 ¥359.00。已为您提交退款，退款完成后会在这里告诉您。"]
    money = Money(35_900, "CNY")
    assert deeds(said) == [
        RefundOrder(order_id="LL3001", customer_id="c1", cause="cancelled", amount=money, at_risk=money)
    ]
    assert replies(town.settle(deed_decisions(said)[0])) == ["订单 LL3001 的退款 ¥359.00 已原路退还。"]
    gone = Payment(order_id="LL3001", payment_no=2, method="refund", provider="wechat_pay", amount=money,
                   status="refunded", paid_at=day(1))  # fmt: skip
    said = FlowShop(*cancelled, gone).ask("我的退款呢", "refund")
    assert replies(said) == ["订单 LL3001 已于7月9日退还您 ¥359.00（wechat_pay），原路返回。"]
    assert deeds(said) == []


def test_no_money_goes_back_while_the_goods_are_with_the_customer_or_on_their_way() -> None:
    said = FlowShop(*ANNS).ask("give me my money back", "refund", customer="c2")
    assert replies(said)[0].startswith(
        "No return of order LL4001 is open, so nothing is on its way to you yet. You may "
    )
    assert deeds(said) == []
    case = ReturnCase(order_id="LL4001", product_id="FLASK", customer_id="c2", label="RL5", opened_at=day(1))
    said = FlowShop(*ANNS, case).ask("where is my refund", "refund", customer="c2")
    assert replies(said) == [
        "The goods of order LL4001 are not with us yet with the label RL5; the refund is made when they arrive."
    ]
    assert deeds(said) == []


def test_an_invoice_is_written_to_whom_the_customer_names_over_what_was_paid() -> None:
    town = FlowShop(*WAITS)
    assert replies(town.ask("开发票", "invoice")) == [
        "请问订单 LL3001 的发票抬头开给谁？请回复“个人”，或发送公司名称和税号。"
    ]
    said = town.ask("云岭贸易有限公司 91310000MA1K35XY2L")
    assert replies(said) == [
        "已为您申请订单 LL3001 的发票，金额 ¥359.00，抬头：云岭贸易有限公司。开具后会把发票号发到这里。"
    ]
    assert deeds(said) == [
        IssueInvoice(order_id="LL3001", customer_id="c1", title="云岭贸易有限公司", tax_number="91310000MA1K35XY2L",
                     amount=Money(35_900, "CNY"), at_risk=Money(0, "CNY"))
    ]  # fmt: skip
    assert replies(town.settle(deed_decisions(said)[0], reference="INV7")) == [
        "订单 LL3001 的发票已开具，发票号 INV7，金额 ¥359.00。"
    ]


def test_an_invoice_that_is_there_is_told_and_an_unpaid_order_has_none() -> None:
    there = Invoice(
        order_id="LL3001", invoice_no="INV9", title="李雷", amount=Money(35_900, "CNY"), issued_at=day(0.01)
    )
    said = FlowShop(*WAITS, there).ask("an invoice for me please", "invoice")
    assert replies(said) == ["The invoice of order LL3001 is INV9 over ¥359.00, issued on 10 July."]
    said = FlowShop(order("LL3009", "placed", 1, 7_900)).ask("invoice for LL3009 please", "invoice", order_id="LL3009")
    assert replies(said) == ["Order LL3009 has not been paid, so there is no invoice for it yet."]
    assert deeds(said) == []


def test_the_difference_to_a_lower_price_comes_from_the_tables_alone() -> None:
    cheaper = replace(SHOES, price=Money(29_900, "CNY"))
    town = FlowShop(*WAITS, cheaper)
    said = town.ask("刚买就降价了1000块，退我差价", "price_protection")
    assert replies(said) == [
        "“跑步鞋”今日价 ¥299.00，您购买时为 ¥359.00。已为您申请退还差价 ¥60.00，完成后会在这里告诉您。"
    ]
    money = Money(6_000, "CNY")
    assert deeds(said) == [
        ProtectPrice(order_id="LL3001", customer_id="c1", product_id="SHOES", amount=money, at_risk=money)
    ]
    assert replies(town.settle(deed_decisions(said)[0])) == ["订单 LL3001 的“跑步鞋”差价 ¥60.00 已退还给您。"]
    again = town.ask("再退一次差价", "price_protection")
    assert replies(again) == ["“跑步鞋”的差价已经申请过了。"]
    assert deeds(again) == []


def test_no_lower_price_no_difference_and_a_steep_one_is_for_a_person() -> None:
    said = FlowShop(*WAITS).ask("price protection please", "price_protection")
    assert replies(said) == ["Nothing in order LL3001 costs less today than you paid for it."]
    assert replies(FlowShop(*WAITS, *CAME).ask("刚买就降价了吗", "price_protection")) == [
        "您近期购买的商品目前没有低于购买价的。"
    ]
    steep = replace(SHOES, price=Money(10_000, "CNY"))
    said = FlowShop(*WAITS, steep).ask("price protection please", "price_protection")
    assert replies(said)[0].startswith("This is one for a person")
    assert deeds(said) == []


def test_the_same_wish_twice_is_one_effect() -> None:
    town = FlowShop(*WAITS)
    town.ask("please cancel it now", "cancel")
    first = deed_decisions(town.ask("yes"))
    town.ask("cancel my order", "cancel")
    again = town.ask("yes please")
    assert (len(first), deeds(again)) == (1, [])
    assert replies(again) == [
        "I have requested the cancellation of order LL3001. I will write here as soon as it is done."
    ]
    assert len(town.waits()) == 1
    assert [row.asked_at for row in town.waits() if isinstance(row, Requested)] == [NOW]
