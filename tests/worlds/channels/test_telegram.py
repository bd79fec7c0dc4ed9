"""Telegram against a double that checks what Telegram checks; its library reads our bodies and the double's."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiogram.methods import SendMessage
from aiogram.types import Update
from msgspec.structs import replace

from linkloop.commerce.contacts import Contact
from linkloop.commerce.conversations import MessageReceived
from linkloop.core.errors import Refused
from linkloop.worlds.channels.platform import WebRequest
from tests.worlds.channels.contract import Harness, PlatformContract, Shop
from tests.worlds.channels.doubles.serving import Answer, Fault
from tests.worlds.channels.doubles.telegram_bot import SECRET, TOKEN, TelegramDouble, wrong

FARES = {
    "done": ("done", "/sendMessage"),
    "lost before": ("drop", "/sendMessage"),
    "lost after": ("lose", "/sendMessage"),
    "broken": ("answer", "/sendMessage", Answer(b"<html>Bad Gateway</html>", 502)),
    "busy": (
        "answer", "/sendMessage", wrong(429, "Too Many Requests: retry after 3", parameters={"retry_after": 3})
    ),
    "refused": ("answer", "/sendMessage", wrong(403, "Forbidden: bot was blocked by the user")),
}  # fmt: skip


class TelegramHarness(Harness):
    name = "telegram"

    def __init__(self) -> None:
        self.double = TelegramDouble()
        self.made: dict[int, WebRequest] = {}

    def options(self) -> dict[str, Any]:
        return {"kind": "telegram", "token": TOKEN, "secret": SECRET, "url": self.double.url, "timeout_s": 5}

    def webhook(self, text: str, n: int = 1) -> WebRequest:
        if n not in self.made:
            self.made[n] = self.double.post(self.double.update(text))
        return self.made[n]

    def forged(self, request: WebRequest) -> list[WebRequest]:
        header = "x-telegram-bot-api-secret-token"
        return [replace(request, headers={}), *(
            replace(request, headers={header: wrong}) for wrong in ("", SECRET[:-1], SECRET + "x", SECRET.upper(), "é")
        )]  # fmt: skip

    def ignored(self) -> list[WebRequest]:
        message = self.double.update("我要退款")
        edited = {"update_id": 1, "edited_message": message["message"]}
        reaction = {"update_id": 2, "message_reaction": {"chat": {"id": 1, "type": "private"}}}
        group = self.double.update("大家好", chat=-100123, chat_type="supergroup")
        bot = self.double.update("我是机器人")
        bot["message"]["from"]["is_bot"] = True
        strange = {"update_id": 3, "message": {"message_id": "x"}}
        return [self.double.post(one) for one in (edited, reaction, group, bot, strange, {"update_id": 4, "new": []})]

    def signed(self, raw: bytes) -> WebRequest:
        return self.double.post(raw)

    def sent(self) -> list[str]:
        return self.double.sent

    def fares(self, *moods: str) -> None:
        self.double.faults.extend(Fault(*FARES[mood]) for mood in moods)

    def close(self) -> None:
        self.double.close()


class TestTelegram(PlatformContract):
    harness = TelegramHarness


def opened(tmp_path: Path, **options: Any) -> tuple[Shop, TelegramDouble]:
    harness = TelegramHarness()
    given = {**harness.options(), **options}
    harness.options = lambda: given  # type: ignore[method-assign]
    return Shop(harness, tmp_path), harness.double


def test_what_comes_beside_a_text_is_named(tmp_path: Path) -> None:
    shop, double = opened(tmp_path)
    photo = [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}]
    document = {"file_id": "b", "file_unique_id": "b", "file_name": "发票.pdf"}
    sticker = {"file_id": "c", "file_unique_id": "c", "type": "regular", "width": 1, "height": 1,
               "is_animated": False, "is_video": False}  # fmt: skip
    for fields in ({"caption": "碎了", "photo": photo}, {"document": document}, {"sticker": sticker}):
        update = double.update("", **fields)
        Update.model_validate(update)  # the library reads the double as Telegram
        shop.post(double.post(update))
    heard = [one for one in shop.logbook.said if isinstance(one, MessageReceived)]
    assert [(one.text, one.media) for one in heard] == [("碎了", ("photo",)), ("", ("发票.pdf",)), ("", ("sticker",))]
    shop.close()
    double.close()


def test_a_number_is_believed_only_from_its_own_owner(tmp_path: Path) -> None:
    shop, double = opened(tmp_path)
    for owner in (4711, 4712):
        contact = {"phone_number": "+86 138-0013-8000", "first_name": "Ann", "user_id": owner}
        shop.post(double.post(double.update("", contact=contact)))
    contacts = [one for one in shop.logbook.said if isinstance(one, Contact)]
    assert [one.keys for one in contacts] == [("telegram:4711", "phone:+8613800138000"), ("telegram:4711",)]
    shop.close()
    double.close()


@pytest.mark.parametrize(
    ("text", "language", "heard"),
    [("/start", "zh-hans", "你好"), ("/start order_4711", "en", "Hello order_4711"), ("/start@shop_bot", "", "Hello"),
     ("/start my refund", "en", "/start my refund"), ("/starter", "en", "/starter")],
)  # fmt: skip
def test_whoever_presses_start_says_hello(tmp_path: Path, text: str, language: str, heard: str) -> None:
    shop, double = opened(tmp_path)
    update = double.update(text)
    update["message"]["from"]["language_code"] = language
    shop.post(double.post(update))
    assert shop.heard() == [heard]
    shop.close()
    double.close()


def test_a_group_is_answered_only_where_it_was_named_and_proves_nobody(tmp_path: Path) -> None:
    shop, double = opened(tmp_path, groups=[-100123])
    shop.post(double.post(double.update("在吗", chat=-100123, chat_type="supergroup")))
    shop.post(double.post(double.update("在吗", chat=-100999, chat_type="supergroup")))
    (contact,) = [one for one in shop.logbook.said if isinstance(one, Contact)]
    assert (contact.address, contact.proven) == ("-100123", False)
    shop.close()
    double.close()


def test_what_we_send_is_what_the_library_would_send(tmp_path: Path) -> None:
    shop, double = opened(tmp_path)
    shop.post(double.post(double.update("在吗")))
    shop.perform(shop.reply("在的 <b>&"))
    sent = next(one.json() for one in double.requests if one.path.endswith("/sendMessage"))
    assert SendMessage.model_validate(sent).model_dump(exclude_unset=True) == sent
    assert "parse_mode" not in sent  # nothing that a customer or a model wrote is ever markup
    shop.close()
    double.close()


# -- asking instead of being told


def test_by_asking_every_update_is_heard_once_and_the_place_is_kept(tmp_path: Path) -> None:
    shop, double = opened(tmp_path, mode="polling", poll_s=0)
    pulling = shop.account.pulling
    assert pulling is not None
    double.update("一")
    double.updates.append({"update_id": 990_000, "poll_answer": {"x": 1}})
    wait_for(lambda: shop.heard() == ["一"])
    shop.logbook.refusing = True
    double.update("二")
    double.updates[-1]["update_id"] = 990_001
    wait_for(lambda: "disk full" in pulling.problem)
    shop.logbook.refusing = False
    shop.again()
    wait_for(lambda: shop.heard() == ["一", "二"])
    assert shop.account.outbook.cursor() == "990002"
    assert double.mistakes == []
    with pytest.raises(Refused):  # nobody posts to a bot that asks
        shop.post(double.post(double.update("三")))
    began = time.monotonic()
    shop.close()
    assert time.monotonic() - began < 3
    double.close()


def test_a_webhook_that_is_still_set_is_told_and_asking_goes_on(tmp_path: Path) -> None:
    shop, double = opened(tmp_path, mode="polling", poll_s=0)
    double.webhook = True
    pulling = shop.account.pulling
    assert pulling is not None
    pulling._first_s = 0.02
    double.update("一")
    wait_for(lambda: "webhook is active" in pulling.problem)
    assert TOKEN not in pulling.problem
    double.webhook = False
    wait_for(lambda: shop.heard() == ["一"])
    wait_for(lambda: pulling.problem == "")
    shop.close()
    double.close()


def wait_for(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 15
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)
