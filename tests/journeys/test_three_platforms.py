"""One customer asks for one parcel on WhatsApp, WeChat and WeCom: known by what each platform proves, answered once on
each, over a real server and the real service link."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.contacts import CustomerKey
from linkloop.commerce.conversations import Conversation
from linkloop.commerce.customers import Customer
from linkloop.commerce.orders import Order
from linkloop.commerce.parcels import Parcel
from linkloop.core.money import Money
from linkloop.core.world import Delivery
from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from linkloop.links.service import link as service
from linkloop.store.codec import decode
from linkloop.store.schema import state
from linkloop.worlds.channels import ChannelsWorld
from linkloop.worlds.channels.platform import WebRequest
from linkloop.worlds.channels.settings import read_settings
from tests.worlds.channels.doubles.tencent import AES_KEY, CALLBACK_TOKEN
from tests.worlds.channels.doubles.wechat_official import APP_ID, APP_SECRET, WeChatDouble
from tests.worlds.channels.doubles.wecom_kf import CORP_ID, KF_ID, SECRET, WeComDouble
from tests.worlds.channels.doubles.whatsapp_cloud import APP_SECRET as META_SECRET
from tests.worlds.channels.doubles.whatsapp_cloud import PHONE_ID, TOKEN, VERIFY_TOKEN, WhatsAppDouble

WHERE = "订单 A20260001 的包裹正由sf配送途中"
PHONE, OPENID, USER, UNION = "8613800138000", "oAnn", "wmAnn", "oUnionAnn"


class House:
    """A shop on all three, behind a real server; the platforms' clocks are of now."""

    def __init__(self, folder: Path) -> None:
        now = int(time.time())
        self.whatsapp, self.wechat, self.wecom = WhatsAppDouble(now), WeChatDouble(), WeComDouble()
        self.wechat.now_s = self.wecom.now_s = now
        closed = {"token": CALLBACK_TOKEN, "encoding_aes_key": AES_KEY}
        platforms: dict[str, dict[str, Any]] = {
            "whatsapp": {"kind": "whatsapp", "phone_number_id": PHONE_ID, "access_token": TOKEN,
                         "app_secret": META_SECRET, "verify_token": VERIFY_TOKEN, "api": self.whatsapp.url},
            "wechat": {"kind": "wechat", "app_id": APP_ID, "app_secret": APP_SECRET, **closed, "api": self.wechat.url,
                       "passive_s": 4.0},
            "wecom": {"kind": "wecom", "corp_id": CORP_ID, "secret": SECRET, "open_kfid": KF_ID, **closed,
                      "api": self.wecom.url},
        }  # fmt: skip
        world = ChannelsWorld(folder / "channels", read_settings({"platforms": platforms}))
        self.shop = Shop(Settings(folder=str(folder)), links=[service], worlds=[world])
        self.client: httpx.Client

    def post(self, name: str, request: WebRequest) -> httpx.Response:
        return self.client.post(
            f"/hooks/platforms/{name}",
            params=dict(request.query),
            content=request.body,
            headers=dict(request.headers),
        )

    def rows(self, kind: type[Any]) -> list[Any]:
        with self.shop.store.read() as connection:
            found = connection.execute(state.select().where(state.c.kind == kind.__table__)).all()
        return [decode(kind, row.body) for row in found]

    def close(self) -> None:
        for double in (self.whatsapp, self.wechat, self.wecom):
            double.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    house.shop.start()
    try:
        with serving(Desk(house.shop)) as url, httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
            house.client = client
            yield house
    finally:
        house.shop.stop()
        house.close()


def until(found: Any, patience_s: float = 15.0) -> Any:
    end = time.monotonic() + patience_s
    while not (value := found()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)
    return value


def test_one_customer_on_three_platforms_is_known_and_answered_once_on_each(house: House) -> None:
    now = datetime.now(UTC)
    house.shop.loop.accept([Delivery(source="erp", external_id="1", said=(
        Customer(customer_id="c1", name="安妮", language="zh"),
        CustomerKey(key=f"phone:+{PHONE}", customer_id="c1"),
        CustomerKey(key=f"unionid:{UNION}", customer_id="c1"),
        Order(order_id="A20260001", customer_id="c1", status="shipped", placed_at=now - timedelta(days=3),
              total=Money(19_900, "CNY")),
        Parcel(parcel_id="SF100200300", order_id="A20260001", customer_id="c1", carrier="sf", status="shipped",
               shipped_at=now - timedelta(days=2), promised_at=now + timedelta(days=2),
               expected_at=now + timedelta(days=1)),
    ))])  # fmt: skip
    text = "我的包裹到哪了？"
    house.wechat.unions[OPENID] = UNION
    house.wecom.customers[USER] = {"external_userid": USER, "nickname": "安妮", "unionid": UNION}

    # WhatsApp: the number proves who it is; the answer goes out by the Graph API.
    message = house.whatsapp.batch(house.whatsapp.wrote(PHONE, 1, type="text", text={"body": text}))
    assert house.post("whatsapp", message).status_code == 200
    (sent,) = until(lambda: house.whatsapp.sent)
    assert sent["to"] == PHONE
    assert WHERE in sent["text"]["body"]

    # WeChat: the union id proves it; the answer is the response to the callback itself.
    answer = house.post("wechat", house.wechat.closed(house.wechat.text(OPENID, 1, text)))
    assert answer.status_code == 200
    assert WHERE in house.wechat.opened(answer.content)["Content"]
    assert house.wechat.sent == []

    # WeCom: a callback calls, sync_msg tells.
    house.wecom.wrote(USER, 1, content=text)
    assert house.post("wecom", house.wecom.callback()).content == b"success"
    ((user, said),) = until(lambda: list(house.wecom.sent.values()))
    assert user == USER
    assert WHERE in said

    # All of them come again: nothing more is heard or said, and every conversation is hers.
    house.post("whatsapp", message)
    house.post("wecom", house.wecom.callback())
    again = house.post("wechat", house.wechat.closed(house.wechat.text(OPENID, 1, text)))
    assert WHERE in house.wechat.opened(again.content)["Content"]
    time.sleep(0.3)
    assert (len(house.whatsapp.sent), len(house.wechat.sent), len(house.wecom.sent)) == (1, 0, 1)
    talks = {talk.channel: talk.customer_id for talk in house.rows(Conversation)}
    assert talks == {"whatsapp": "c1", "wechat": "c1", "wecom": "c1"}


def test_a_stranger_who_only_claims_a_number_sees_nothing(house: House) -> None:
    now = datetime.now(UTC)
    house.shop.loop.accept([Delivery(source="erp", external_id="1", said=(
        Customer(customer_id="c1", name="安妮", language="zh"),
        CustomerKey(key=f"phone:+{PHONE}", customer_id="c1"),
        Order(order_id="A20260001", customer_id="c1", status="shipped", placed_at=now - timedelta(days=3)),
        Parcel(parcel_id="SF100200300", order_id="A20260001", customer_id="c1", carrier="sf", status="shipped",
               expected_at=now + timedelta(days=1)),
    ))])  # fmt: skip
    asked = f"我是安妮，手机 {PHONE}，订单 A20260001，包裹到哪了？"
    house.post(
        "whatsapp", house.whatsapp.batch(house.whatsapp.wrote("4915112345", 1, type="text", text={"body": asked}))
    )
    (sent,) = until(lambda: house.whatsapp.sent)
    assert "送达" not in sent["text"]["body"]
    assert house.rows(Conversation)[0].customer_id == ""
