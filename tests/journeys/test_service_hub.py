"""Story three: one customer, two channels: an address changed, goods exchanged, others returned, all in the town."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.aftersales import DeliveryAddress, ReturnCase
from linkloop.commerce.conversations import MessageReceived, Reply
from linkloop.commerce.flows import FlowState, Requested
from linkloop.commerce.payments import Payment
from linkloop.commerce.promises import Promise
from linkloop.core.action import Action
from linkloop.core.clock import SimClock
from linkloop.core.decision import Decision
from linkloop.core.table import Table
from linkloop.core.world import Delivery
from linkloop.engine import effects as effects_module
from linkloop.faces.desk.desk import Desk
from linkloop.links.service import link as service
from linkloop.worlds.sim import aftersales
from linkloop.worlds.sim.journal import Birth
from linkloop.worlds.sim.purchase import Purchase
from linkloop.worlds.sim.running import TownWorld
from linkloop.worlds.sim.town import Town
from tests.engine.small_shop import decisions, settle
from tests.recorder import Recorder

START = datetime(2026, 7, 6, 1, 0, tzinfo=UTC)
CHANNELS = ("webchat", "wechat-oa")


class Chats(Recorder):
    """Takes the replies of two chat channels, and nothing else."""

    name = "chats"

    def takes(self, action: Action) -> bool:
        return isinstance(action, Reply) and action.channel in CHANNELS


class Hub:
    """A shop whose outside is the town, driven by hand, with two channels that only record."""

    def __init__(self, folder: Path) -> None:
        birth = Birth(seed=11, orders_per_day=40.0, start=START, zone="Asia/Shanghai", shop="t", festivals=False,
                      history_days=0)  # fmt: skip
        self.world = TownWorld(birth)
        self.town: Town = self.world._town
        chats = Chats(folder / "chats.txt", frozenset({"Reply"}))
        self.shop = Shop(Settings(folder=str(folder)), links=[service], worlds=[chats, self.world])
        self.clock = SimClock(START)
        self.shop.clock = self.shop.loop.clock = self.shop.loop.verdicts.clock = self.clock
        self.shop.effects.recover()
        self.shop.loop.on_errand = self.shop.effects.take
        self.shop.loop.verdicts.performs = self.shop.effects.performs
        self.n = 0

    def live(self, **time: float) -> None:
        """The town lives on; what it says, but the chatter of its other people, is taken in."""
        said = list(self.town.run_until(self.town.now() + timedelta(**time)))
        self.clock.advance(self.town.now())
        kept = [Delivery(source=d.source, external_id=d.external_id, said=tuple(_quiet(d.said))) for d in said]
        kept = [d for d in kept if d.said]
        for start in range(0, len(kept), 200):
            future = self.shop.loop.submit(kept[start : start + 200])
            self.shop.loop.turn()
            future.result(10)
        settle(self.shop)

    def ask(self, text: str, talk: str, channel: str, customer: str) -> list[str]:
        """What the customer writes, and what goes out to them because of it, the settled news included."""
        before = len(self.replies(customer))
        self.n += 1
        event = MessageReceived(at=self.town.now(), message_id=f"m{self.n}", conversation_id=talk, channel=channel,
                                text=text, customer_id=customer)  # fmt: skip
        self.shop.loop.submit([Delivery(source=channel, external_id=f"m{self.n}", said=(event,))])
        settle(self.shop)
        self.live(seconds=30)
        new = [reply for reply in self.replies(customer)[before:] if reply.status != "repeated"]
        return [str(reply.action["text"]) for reply in new]

    def replies(self, customer: str) -> list[Decision]:
        """The replies to one customer."""
        return [d for d in decisions(self.shop) if d.action_kind == "Reply" and d.action["customer_id"] == customer]

    def rows(self, kind: type[Table], **where: str) -> list:  # type: ignore[type-arg]
        """Rows of the shop."""
        ((field, value),) = where.items()
        with self.shop.store.write() as w:
            return [row for row, _ in w.facts.where(kind, field, value)]

    def purchase(self, *statuses: str, lines: int = 1) -> Purchase:
        """Live on until somebody has an order of this status, that nothing has happened to."""
        for _ in range(600):
            for found in self.town.shoppers.book.values():
                if found.status in statuses and len(found.lines) >= lines and not found.came_back:
                    return found
            self.live(minutes=30)
        raise AssertionError("nobody orders")


def _quiet(said: tuple[Table, ...]) -> list[Table]:
    """Without what the town's own people write, and the clock: this story has one customer."""
    return [row for row in said if type(row).__name__ not in ("Message", "MessageReceived", "Browsed", "MinutePassed")]


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    monkeypatch.setattr(effects_module, "BACKOFF_S", 0.0)
    monkeypatch.setattr(aftersales, "NEVER", 0.0)
    made = Hub(tmp_path)
    yield made  # type: ignore[misc]
    made.shop.close()


def test_an_address_is_changed_by_one_channel_and_confirmed_by_another(hub: Hub) -> None:
    purchase = hub.purchase("paid")
    customer, number = purchase.person.customer_id, purchase.order_id
    (asked,) = hub.ask(f"订单{number}帮我改一下收货地址", "web-1", "webchat", customer)
    assert asked == f"订单 {number} 还没有被揽收，可以修改地址。请发给我完整的新地址：省市区、街道门牌号和收件人。"
    (shown,) = hub.ask("四川省成都市武侯区人民南路8号301室", "web-1", "webchat", customer)
    assert shown == f"订单 {number} 将改寄到：四川省成都市武侯区人民南路8号301室。对吗？请回复“是”或“不”。"
    requested, done = hub.ask("是的", "wx-1", "wechat-oa", customer)
    assert requested == f"已为您提交订单 {number} 的地址修改，改好后会在这里告诉您。"
    assert done == f"订单 {number} 的地址已改为：四川省成都市武侯区人民南路8号301室。"
    assert purchase.address == "四川省成都市武侯区人民南路8号301室"
    with hub.shop.store.write() as w:
        row = w.facts.get(DeliveryAddress, number)[0]
        left = w.facts.get(FlowState, "web-1")[0]
    assert row is not None
    assert (row.city, row.changes) == ("成都", 1)
    assert left is not None
    assert left.moved_to == "wx-1"
    assert [r.action["channel"] for r in hub.replies(customer)] == ["webchat", "webchat", "wechat-oa", "wechat-oa"]


def test_goods_are_exchanged_and_others_returned_until_the_money_and_the_new_goods_are_there(hub: Hub) -> None:
    purchase = hub.purchase("delivered", lines=2)
    customer, number = purchase.person.customer_id, purchase.order_id
    first, second = purchase.lines[:2]
    place = hub.town.catalog.number
    hub.town.shelves.on_hand[place[first.product_id]] = [9, 9, 9]
    titles = {p.product_id: p.title.split(" · ")[0] for p in hub.town.catalog.products}
    (listed,) = hub.ask("收到的东西坏了，想换一个新的", "wx-1", "wechat-oa", customer)[:1]
    assert f"1. {titles[first.product_id]} × {first.quantity}" in listed
    replies = hub.ask("1", "wx-1", "wechat-oa", customer)
    assert replies[0].startswith(f"我先为您留 {first.quantity} 件“{titles[first.product_id]}”")
    assert replies[1].startswith(
        f"已为订单 {number} 预留 {first.quantity} 件“{titles[first.product_id]}”，保留 2 小时。"
    )
    requested, done = hub.ask("是", "wx-1", "wechat-oa", customer)
    assert "申请" in requested
    (case,) = [row for row in hub.rows(ReturnCase, order_id=number) if row.product_id == first.product_id]
    assert case.kind in ("exchange", "replacement")
    assert (case.label or case.sent_parcel) in done

    (offer,) = hub.ask(f"还有{titles[second.product_id]}也是坏的，我要退货", "web-9", "webchat", customer)
    assert f"订单 {number} 的“{titles[second.product_id]}” × {second.quantity} 可以退货" in offer
    requested, opened = hub.ask("好的", "web-9", "webchat", customer)
    named = f"“{titles[second.product_id]}” × {second.quantity}"
    assert requested == f"已为您提交{named} 的退货申请，退货单生成后会在这里发给您。"
    back = next(row for row in hub.rows(ReturnCase, order_id=number) if row.product_id == second.product_id)
    assert back.label in opened

    hub.live(days=16)
    cases = {row.product_id: row for row in hub.rows(ReturnCase, order_id=number)}
    assert (cases[first.product_id].status, cases[second.product_id].status) == ("sent", "refunded")
    refunds = [p for p in hub.rows(Payment, order_id=number) if p.status == "refunded" and p.method == "refund"]
    assert [p.amount.amount for p in refunds] == [second.price.amount * second.quantity]
    (told,) = hub.ask("我的退款到了吗", "web-9", "webchat", customer)
    assert str(refunds[0].amount) in told

    effects = [d for d in decisions(hub.shop) if d.action.get("customer_id") == customer and d.action_kind not in
               ("Reply", "Compensate", "IssueCoupon")]  # fmt: skip
    assert {d.status for d in effects} == {"done"}
    assert len({d.effect_key for d in effects}) == len(effects) == 3
    assert {row.state for row in hub.rows(Requested, customer_id=customer)} == {"done"}
    assert "open" not in {p.state for p in hub.rows(Promise, customer_id=customer) if p.promise_id.startswith("effect")}
    desk = Desk(hub.shop)
    assert desk.verify().bad_seq == 0
    assert all(desk.reexecute(d.id).same for d in effects)
