"""Chat platforms over HTTP: what they post is in the log before they hear 200, and the answer reaches the customer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.core.world import Accepted, Delivery
from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from linkloop.worlds.channels import ChannelsWorld
from linkloop.worlds.channels.platform import WebRequest
from linkloop.worlds.channels.settings import read_settings
from tests.faces.api.test_channels import parrot
from tests.worlds.channels.doubles.serving import Fault
from tests.worlds.channels.doubles.telegram_bot import SECRET, TOKEN, TelegramDouble

PATH = "/hooks/platforms/telegram"


class House:
    """A shop with a bot behind a real server."""

    def __init__(self, shop: Shop, world: ChannelsWorld, double: TelegramDouble, client: httpx.Client) -> None:
        self.shop, self.world, self.double, self.client = shop, world, double, client

    def post(self, request: WebRequest, path: str = PATH) -> httpx.Response:
        return self.client.post(path, content=request.body, headers=dict(request.headers))

    def heard(self) -> int:
        with self.shop.store.read() as connection:
            found = connection.exec_driver_sql("SELECT count(*) FROM log WHERE kind = 'message_received'").scalar()
        return int(found or 0)

    def sent(self, count: int) -> list[str]:
        until = time.monotonic() + 15
        while len(self.double.sent) < count and time.monotonic() < until:
            time.sleep(0.01)
        return self.double.sent


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    double = TelegramDouble()
    bot = {"kind": "telegram", "token": TOKEN, "secret": SECRET, "url": double.url}
    world = ChannelsWorld(tmp_path / "channels", read_settings({"platforms": {"telegram": bot}}))
    shop = Shop(Settings(folder=str(tmp_path)), links=[parrot()], worlds=[world])
    shop.start()
    try:
        with serving(Desk(shop)) as url, httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
            yield House(shop, world, double, client)
    finally:
        shop.stop()
        double.close()


def test_a_message_is_in_the_log_when_the_platform_hears_200_and_is_answered_once(house: House) -> None:
    request = house.double.post(house.double.update("在吗"))
    answer = house.post(request)
    assert (answer.status_code, answer.content) == (200, b"")
    assert house.heard() == 1
    assert house.sent(1) == ["吗在"]
    with ThreadPoolExecutor(5) as pool:
        assert [one.status_code for one in pool.map(lambda _: house.post(request), range(5))] == [200] * 5
    time.sleep(0.3)
    assert house.heard() == 1
    assert house.sent(1) == ["吗在"]


def test_what_is_not_the_platforms_is_refused_and_changes_nothing(house: House) -> None:
    request = house.double.post(house.double.update("在吗"))
    wrong = WebRequest(headers={"x-telegram-bot-api-secret-token": "no"}, body=request.body)
    assert (house.post(wrong).status_code, house.post(wrong).json()["code"]) == (403, "platform.signature")
    assert house.post(request, "/hooks/platforms/line").status_code == 404
    assert house.client.get(PATH).status_code == 404
    assert house.client.put(PATH, content=b"{}").status_code == 405
    garbage = WebRequest(headers=request.headers, body=b"{")
    assert (house.post(garbage).status_code, house.post(garbage).json()["code"]) == (400, "platform.garbage")
    long = WebRequest(headers=request.headers, body=b" " * (1 << 20) + request.body)
    assert house.post(long).json()["code"] == "platform.size"
    assert house.post(WebRequest(headers=request.headers, body=b" " * (3 << 20))).status_code == 413
    assert house.heard() == 0
    assert SECRET not in house.client.get("/api/v1/connectors").text


def test_an_answer_that_got_lost_is_never_sent_twice_and_waits_for_a_person(house: House) -> None:
    house.double.faults.append(Fault("lose", "/sendMessage"))
    house.post(house.double.post(house.double.update("在吗")))
    until = time.monotonic() + 20
    dead: list[Any] = []
    while not dead and time.monotonic() < until:
        with house.shop.store.read() as connection:
            dead = connection.exec_driver_sql("SELECT problem FROM dead_letters WHERE status = 'waiting'").all()
        time.sleep(0.02)
    assert "cannot be asked whether it was sent" in dead[0][0]
    assert house.double.sent == ["吗在"]


def test_a_busy_platform_gets_the_answer_later(house: House) -> None:
    from tests.worlds.channels.doubles.telegram_bot import wrong

    busy = wrong(429, "Too Many Requests: retry after 1", parameters={"retry_after": 1})
    house.double.faults.append(Fault("answer", "/sendMessage", busy))
    house.post(house.double.post(house.double.update("在吗")))
    assert house.sent(1) == ["吗在"]


def test_a_platform_that_is_not_answered_in_time_is_told_to_come_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = house.world.platforms.account("telegram")
    gate = threading.Event()
    inlet = account.taking._inlet
    assert inlet is not None

    class Slow:
        def accept(self, deliveries: list[Delivery]) -> list[Accepted]:
            gate.wait(10)
            return inlet.accept(deliveries)

        def post(self, deliveries: list[Delivery]) -> None:
            inlet.post(deliveries)

    monkeypatch.setattr(account.taking, "_inlet", Slow())
    monkeypatch.setattr(type(account.platform), "clock_s", 0.2)
    request = house.double.post(house.double.update("在吗"))
    late = house.post(request)
    assert (late.status_code, late.json()["code"]) == (503, "platform.slow")
    gate.set()
    assert house.post(request).status_code == 200
    assert house.heard() == 1
    assert house.sent(1) == ["吗在"]


def test_the_page_of_connectors_shows_a_platform_without_its_secrets_and_with_what_is_known_of_it(house: House) -> None:
    house.post(house.double.post(house.double.update("在吗")))
    house.post(WebRequest(body=b"{}"))
    found = {one["name"]: one for one in house.client.get("/api/v1/connectors").json()}
    bot = found["telegram"]
    assert (bot["kind"], bot["state"], bot["world"]) == ("platform", "running", "channels")
    assert (bot["platform"]["path"], bot["platform"]["taken"], bot["platform"]["refused"]) == (PATH, 1, 1)
    assert bot["platform"]["settings"]["token"] == bot["platform"]["settings"]["secret"] == "***"
    assert bot["platform"]["settings"]["url"] == house.double.url
    assert bot["quality"]["real"] is False
    done = [one["name"] for one in bot["quality"]["claims"] if one["status"] == "done"]
    assert {"signature", "once", "reconcile"} <= set(done)
    assert found["webchat"]["quality"]["claims"]


def test_doctor_says_what_each_channel_was_tested_against(house: House) -> None:
    (finding,) = [one for one in house.client.get("/api/v1/doctor").json() if one["name"] == "channels"]
    assert finding["verdict"] == "ok"
    assert "against doubles only: webchat, telegram" in finding["text"]["en"]
    assert "telegram" in finding["text"]["zh"]
