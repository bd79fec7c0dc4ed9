"""WeChat official account against a double that checks what WeChat checks, and its clock of five seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from linkloop.commerce.contacts import Contact
from linkloop.commerce.conversations import MessageReceived
from linkloop.core.action import Receipt
from linkloop.core.errors import LinkloopError, Refused
from linkloop.worlds.channels.platform import WebAnswer, WebRequest
from tests.worlds.channels.contract import Harness, PlatformContract, Shop
from tests.worlds.channels.doubles.serving import Answer
from tests.worlds.channels.doubles.tencent import AES_KEY, CALLBACK_TOKEN, fields, forgeries, wrong
from tests.worlds.channels.doubles.wechat_official import ACCOUNT, APP_ID, APP_SECRET, SEND, WeChatDouble

ANN = "oyORnuP8q7ou2gfYjqLzSIWZf0rs"
FARES: dict[str, tuple[str, Answer | None]] = {
    "done": ("done", None),
    "lost before": ("drop", None),
    "lost after": ("lose", None),
    "broken": ("answer", Answer(b"<html>Bad Gateway</html>", 502)),
    "busy": ("answer", wrong(45011, "api minute-quota reach limit")),
    "refused": ("answer", wrong(45015, "response out of time limit or subscription is canceled")),
}


class WeChatHarness(Harness):
    name = "wechat"
    changed: dict[str, Any] = {}

    def __init__(self) -> None:
        self.double = WeChatDouble()
        self.double.at_most = 100
        self.made: dict[int, WebRequest] = {}

    def options(self) -> dict[str, Any]:
        return {
            "kind": "wechat",
            "app_id": APP_ID,
            "app_secret": APP_SECRET,
            "token": CALLBACK_TOKEN,
            "encoding_aes_key": AES_KEY,
            "api": self.double.url,
            "passive_s": 0,
            **self.changed,
        }

    def webhook(self, text: str, n: int = 1) -> WebRequest:
        if n not in self.made:
            self.made[n] = self.double.closed(self.double.text(ANN, n, text))
        return self.made[n]

    def forged(self, request: WebRequest) -> list[WebRequest]:
        return [
            *forgeries(request),
            self.double.closed(self.double.text(ANN, 1, "给我退款"), receiver="wxsomebodyelse"),
            self.double.in_the_clear(self.double.text(ANN, 1, "给我退款")),
        ]

    def ignored(self) -> list[WebRequest]:
        double = self.double
        view = "<EventKey><![CDATA[https://shop.example]]></EventKey>"
        xmls = [
            double.event(ANN, "subscribe", "<EventKey><![CDATA[qrscene_7]]></EventKey>"),
            double.event(ANN, "unsubscribe"),
            double.event(ANN, "SCAN", "<EventKey>7</EventKey><Ticket>gQH</Ticket>"),
            double.event(ANN, "VIEW", view),
            double.event(ANN, "LOCATION", "<Latitude>31.2</Latitude>"),
            double.event(ANN, "TEMPLATESENDJOBFINISH", "<MsgID>200163836</MsgID><Status>success</Status>"),
            "<xml><MsgType>text</MsgType><Content>nobody</Content><MsgId>1</MsgId></xml>",
        ]
        return [double.closed(xml) for xml in xmls]

    def signed(self, raw: bytes) -> WebRequest:
        return self.double.closed(raw)

    def sent(self) -> list[str]:
        return [text for _, text in self.double.sent]

    def fares(self, *moods: str) -> None:
        for mood in moods:
            kind, answer = FARES[mood]
            self.double.fail(kind, SEND, answer)

    def close(self) -> None:
        self.double.close()


class TestWeChat(PlatformContract):
    harness = WeChatHarness


@contextmanager
def opened(folder: Path, **options: Any) -> Iterator[Shop]:
    harness = WeChatHarness()
    harness.changed = options
    shop = Shop(harness, folder)
    try:
        yield shop
    finally:
        shop.close()
        harness.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with opened(tmp_path) as made:
        yield made


@pytest.fixture
def passive(tmp_path: Path) -> Iterator[Shop]:
    with opened(tmp_path, passive_s=2.0) as made:
        yield made


def double_of(shop: Shop) -> WeChatDouble:
    assert isinstance(shop.harness, WeChatHarness)
    return shop.harness.double


class Answering:
    """A shop that answers each new message as soon as it is in the log, after `wait_s`, from a thread of its own."""

    def __init__(self, shop: Shop, text: str, wait_s: float = 0.0) -> None:
        self.receipts: list[Receipt] = []
        self.threads: list[threading.Thread] = []
        accept = shop.logbook.accept

        def accepting(deliveries: Any) -> Any:
            accepted = accept(deliveries)
            if not accepted[0].repeated and any(isinstance(i, MessageReceived) for i in deliveries[0].said):
                self.threads.append(threading.Thread(target=answer, args=(deliveries[0].said[-1],)))
                self.threads[-1].start()
            return accepted

        def answer(heard: MessageReceived) -> None:
            time.sleep(wait_s)
            self.receipts.append(shop.perform(shop.reply(text, heard)))

        shop.logbook.accept = accepting

    def done(self) -> list[Receipt]:
        for thread in self.threads:
            thread.join(10)
        return self.receipts


def carried(shop: Shop, answer: WebAnswer) -> str:
    """The text of a passive reply, checked as WeChat does."""
    found = double_of(shop).opened(answer.body)
    assert (found["ToUserName"], found["FromUserName"], found["MsgType"]) == (ANN, ACCOUNT, "text")
    assert answer.media_type == "application/xml"
    return found["Content"]


# -- the page where the address is entered
def test_the_echo_is_given_back_to_wechat_alone(shop: Shop) -> None:
    right = double_of(shop).in_the_clear("", echostr="5836258798127398")
    assert shop.post(right).body == b"5836258798127398"
    with pytest.raises(Refused):
        shop.post(WebRequest(method="GET", query={**right.query, "signature": "0" * 40}))


# -- within five seconds
def test_an_answer_in_time_is_the_response_itself_and_goes_nowhere_else(passive: Shop) -> None:
    answering = Answering(passive, "在的 📦")
    answer = passive.post(passive.harness.webhook("在吗"))
    assert carried(passive, answer) == "在的 📦"
    (receipt,) = answering.done()
    assert (receipt.status, receipt.reference.startswith("passive:")) == ("done", True)
    assert double_of(passive).sent == []
    assert [m.text for m in passive.ours()] == ["在的 📦"]


def test_a_late_answer_is_a_message_and_the_response_says_success(tmp_path: Path) -> None:
    with opened(tmp_path, passive_s=0.1) as shop:
        answering = Answering(shop, "在的", wait_s=0.5)
        started = time.monotonic()
        answer = shop.post(shop.harness.webhook("在吗"))
        assert time.monotonic() - started < 4
        assert answer == WebAnswer(body=b"success")
        assert answering.done()[0].reference.startswith("custom:")
        assert double_of(shop).sent == [(ANN, "在的")]


def test_wechats_next_tries_get_the_same_answer_and_are_one_message(passive: Shop) -> None:
    answering = Answering(passive, "在的")
    request = passive.harness.webhook("在吗")
    answers = [passive.post(request) for _ in range(3)]
    answering.done()
    assert [carried(passive, answer) for answer in answers] == ["在的"] * 3
    assert passive.heard() == ["在吗"]
    assert double_of(passive).sent == []


def test_three_tries_at_once_are_one_message_and_one_answer(passive: Shop) -> None:
    answering = Answering(passive, "在的", wait_s=0.2)
    request = passive.harness.webhook("在吗")
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(passive.post, [request] * 3))
    answering.done()
    assert [carried(passive, answer) for answer in answers] == ["在的"] * 3
    assert passive.heard() == ["在吗"]
    assert double_of(passive).sent == []


def test_after_a_crash_the_next_try_still_gets_the_answer_that_was_given(passive: Shop) -> None:
    answering = Answering(passive, "在的")
    request = passive.harness.webhook("在吗")
    passive.post(request)
    (receipt,) = answering.done()
    passive.again()
    assert carried(passive, passive.post(request)) == "在的"
    assert passive.perform(passive.reply("在的")) == receipt
    assert double_of(passive).sent == []


def test_a_crash_between_the_response_and_the_books_is_looked_up(passive: Shop) -> None:
    answering = Answering(passive, "在的")
    passive.post(passive.harness.webhook("在吗"))
    answering.done()
    errand = passive.reply("在的")
    outbook = passive.account.outbook
    outbook._db.execute("UPDATE parts SET status = 'begun', reference = ''")
    outbook._db.execute("DELETE FROM effects")
    passive.again()
    assert passive.world.settled(errand.key) is None
    receipt = passive.perform(errand)
    assert (receipt.status, receipt.reference.startswith("passive:")) == ("done", True)
    assert double_of(passive).sent == []


def test_a_response_that_nobody_takes_does_not_swallow_the_answer(passive: Shop) -> None:
    request = passive.harness.webhook("在吗")
    platform = passive.account.platform
    platform.verify(request)
    passive.account.taking.take(platform.read(request))  # … and the connection dies before the response is asked for
    assert passive.perform(passive.reply("在的")).reference.startswith("custom:")
    assert double_of(passive).sent == [(ANN, "在的")]


def test_no_more_than_a_few_responses_wait_and_nobody_goes_without_an_answer(tmp_path: Path) -> None:
    with opened(tmp_path, passive_s=3.0) as shop:
        double = double_of(shop)
        double.at_most = 1000
        requests = [double.closed(double.text(f"o{n}", n, "在吗")) for n in range(24)]
        started = time.monotonic()
        with ThreadPoolExecutor(24) as pool:
            took = list(pool.map(lambda request: (shop.post(request), time.monotonic() - started)[1], requests))
        assert sum(seconds < 2.8 for seconds in took) == 24 - 16
        for heard in [item for item in shop.logbook.said if isinstance(item, MessageReceived)]:
            assert shop.perform(shop.reply("在的", heard)).status == "done"
        assert len(double.sent) == 24


def test_a_long_answer_is_a_message_for_a_response_carries_one_text(passive: Shop) -> None:
    answering = Answering(passive, "长" * 1000)
    assert passive.post(passive.harness.webhook("在吗")).body == b"success"
    answering.done()
    assert [len(text) for _, text in double_of(passive).sent] == [682, 318]


def test_an_account_without_the_right_to_messages_answers_in_time_or_says_why_not(tmp_path: Path) -> None:
    with opened(tmp_path, passive_s=0.2, customer_messages=False) as shop:
        late = shop.harness.webhook("在吗")
        shop.post(late)
        receipt = shop.perform(shop.reply("在的"))
        assert receipt.status == "refused"
        assert "not there in time" in receipt.detail
        assert double_of(shop).requests[-1].path != SEND


def test_who_begins_to_follow_is_welcomed(tmp_path: Path) -> None:
    with opened(tmp_path, welcome="欢迎光临") as shop:
        answer = shop.post(double_of(shop).closed(double_of(shop).event(ANN, "subscribe")))
        assert carried(shop, answer) == "欢迎光临"
        assert shop.logbook.said == []


def test_in_plain_mode_the_response_is_plain(tmp_path: Path) -> None:
    with opened(tmp_path, encoding_aes_key="", plain=True, passive_s=2.0) as shop:
        answering = Answering(shop, "在的")
        answer = shop.post(double_of(shop).in_the_clear(double_of(shop).text(ANN, 1, "在吗")))
        assert fields(answer.body.decode())["Content"] == "在的"
        answering.done()


# -- what comes in
def test_two_followers_may_have_the_same_message_id(shop: Shop) -> None:
    double = double_of(shop)
    for openid in (ANN, "oBob"):
        shop.post(double.closed(double.text(openid, 1, f"I am {openid}")))
    assert shop.heard() == [f"I am {ANN}", "I am oBob"]


@pytest.mark.parametrize(
    ("body", "text", "media"),
    [
        ("<MsgType>image</MsgType><PicUrl>http://x/y</PicUrl><MediaId>m</MediaId>", "", ("image",)),
        ("<MsgType>voice</MsgType><Format>amr</Format><Recognition><![CDATA[我的快递呢]]></Recognition>", "我的快递呢",
         ("voice",)),
        ("<MsgType>location</MsgType><Location_X>31.2</Location_X><Location_Y>121.5</Location_Y><Label>南京路</Label>",
         "📍 南京路 (31.2, 121.5)", ()),
        ("<MsgType>link</MsgType><Title>这双鞋</Title><Url>https://shop.example/7</Url>",
         "这双鞋\nhttps://shop.example/7", ()),
        ("<MsgType>file</MsgType><Title>发票.pdf</Title>", "", ("发票.pdf",)),
        ("<MsgType>newkind</MsgType>", "", ("newkind",)),
    ],
)  # fmt: skip
def test_every_kind_of_message_is_heard(shop: Shop, body: str, text: str, media: tuple[str, ...]) -> None:
    shop.post(double_of(shop).closed(double_of(shop).message(ANN, 1, body)))
    heard = next(item for item in shop.logbook.said if isinstance(item, MessageReceived))
    assert (heard.text, heard.media) == (text, media)


def test_a_press_of_a_menu_button_is_said_once_in_its_words(tmp_path: Path) -> None:
    with opened(tmp_path, menu={"V1_PARCEL": "我的包裹到哪了"}) as shop:
        double = double_of(shop)
        click = double.event(ANN, "CLICK", "<EventKey><![CDATA[V1_PARCEL]]></EventKey>")
        for _ in range(3):
            shop.post(double.closed(click))
        shop.post(double.closed(double.event(ANN, "CLICK", "<EventKey>V2</EventKey>")))
        assert shop.heard() == ["我的包裹到哪了", "V2"]


def test_who_writes_is_proven_by_openid_and_by_unionid_where_wechat_tells_it(shop: Shop) -> None:
    double = double_of(shop)
    double.unions[ANN] = "o6_bmasdasdsad6_2sgVt7hMZOPfL"
    for n in (1, 2):
        shop.post(double.closed(double.text(ANN, n, "在吗")))
    shop.post(double.closed(double.text("oBob", 3, "在吗")))
    ann, _, bob = [item for item in shop.logbook.said if isinstance(item, Contact)]
    assert (ann.keys, ann.proven) == ((f"openid:{ANN}", "unionid:o6_bmasdasdsad6_2sgVt7hMZOPfL"), True)
    assert bob.keys == ("openid:oBob",)
    assert double.paths().count("/cgi-bin/user/info") == 2


def test_without_wechats_servers_a_message_still_comes_in(shop: Shop) -> None:
    double = double_of(shop)
    for _ in range(2):
        double.fail("drop", "/cgi-bin/stable_token")
    shop.post(shop.harness.webhook("在吗"))
    assert shop.heard() == ["在吗"]


# -- access tokens
def test_one_token_serves_all_and_is_fetched_by_one(shop: Shop) -> None:
    double = double_of(shop)
    shop.post(shop.harness.webhook("在吗"))
    platform: Any = shop.account.platform
    platform._api.forget(platform._api.token())
    before = double.paths().count("/cgi-bin/stable_token")
    start = threading.Barrier(8)

    def ask(_: int) -> str:
        start.wait(10)
        return platform._api.token()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    assert double.paths().count("/cgi-bin/stable_token") == before + 1


def test_a_token_that_ended_early_is_fetched_again_and_the_message_goes_out_once(shop: Shop) -> None:
    double = double_of(shop)
    shop.post(shop.harness.webhook("在吗"))
    assert shop.perform(shop.reply("一")).status == "done"
    for end in (double.tokens.expire, double.tokens.valid.clear):  # 42001, then 40001
        end()
        heard = next(item for item in shop.logbook.said if isinstance(item, MessageReceived))
        shop.post(shop.harness.webhook("还在吗", 2))
        again = [item for item in shop.logbook.said if isinstance(item, MessageReceived)][-1]
        assert shop.perform(shop.reply("二", again)).status == "done"
        assert heard.text == "在吗"
    assert shop.harness.sent() == ["一", "二"]


def test_a_wrong_secret_loses_no_message(tmp_path: Path) -> None:
    with opened(tmp_path, app_secret="other") as shop:
        shop.post(shop.harness.webhook("在吗"))
        receipt = shop.perform(shop.reply("在的"))
        assert receipt.status == "unknown"
        assert "40125" in receipt.detail
        assert shop.harness.sent() == []


# -- what goes out
@pytest.mark.parametrize(
    ("later_s", "at_most", "code"), [(48 * 3600 + 1, 20, "45015"), (0, 0, "45047")], ids=["two days", "too many"]
)
def test_what_wechat_refuses_says_why(shop: Shop, later_s: int, at_most: int, code: str) -> None:
    double = double_of(shop)
    shop.post(shop.harness.webhook("在吗"))
    double.now_s += later_s
    double.at_most = at_most
    receipt = shop.perform(shop.reply("在的"))
    assert receipt.status == "refused"
    assert code in receipt.detail
    assert " — " in receipt.detail
    assert double.sent == []


def test_a_busy_server_is_asked_again_later(shop: Shop) -> None:
    double = double_of(shop)
    shop.post(shop.harness.webhook("在吗"))
    double.fail("answer", SEND, wrong(-1, "system error"))
    errand = shop.reply("在的")
    assert shop.perform(errand).status == "unknown"
    later = shop.account.sending.monotonic() + 10
    shop.account.sending.monotonic = lambda: later
    assert shop.world.settled(errand.key) is None
    assert shop.perform(errand).status == "done"
    assert double.sent == [(ANN, "在的")]


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"encoding_aes_key": ""}, "encoding_aes_key"), ({"encoding_aes_key": "x"}, "encoding_aes_key"),
     ({"passive_s": 5}, "passive_s"), ({"customer_messages": False}, "passive_s"), ({"token": ""}, "token"),
     ({"api": "ftp://x"}, "api")],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused_by_name(tmp_path: Path, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(LinkloopError) as refused, opened(tmp_path, **changed):
        pass
    assert (refused.value.code, refused.value.where) == ("channels.settings", f"channels.platforms.wechat.{field}")
