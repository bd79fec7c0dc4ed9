"""WeCom customer service against a double that checks what WeCom checks: pulled messages, unique msgids, sessions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from linkloop.commerce.contacts import Contact
from linkloop.commerce.conversations import (
    ConversationHandedBack,
    ConversationTaken,
    Message,
    MessageReceived,
    Reply,
)
from linkloop.core.action import Errand
from linkloop.core.errors import LinkloopError, Refused
from linkloop.worlds.channels.platform import WebAnswer, WebRequest
from linkloop.worlds.channels.wecom import msgid_of
from linkloop.worlds.channels.wecom_cursor import Cursor
from tests.worlds.channels.contract import Harness, PlatformContract, Shop
from tests.worlds.channels.doubles.serving import Answer
from tests.worlds.channels.doubles.tencent import AES_KEY, CALLBACK_TOKEN, encrypt, forgeries, sha1, wrong
from tests.worlds.channels.doubles.wecom_kf import CORP_ID, KF_ID, SECRET, SEND, SYNC, WeComDouble

ANN = "wmAJ2GCAAAme1XQRC-NI-q0_ZM9ukoAw"
FARES: dict[str, tuple[str, Answer | None]] = {
    "done": ("done", None),
    "lost before": ("drop", None),
    "lost after": ("lose", None),
    "broken": ("answer", Answer(b"<html>Bad Gateway</html>", 502)),
    "busy": ("answer", wrong(45009, "api freq out of limit")),
    "refused": ("answer", wrong(95013, "session is over")),
}


class WeComHarness(Harness):
    name = "wecom"
    can_ask = True
    changed: dict[str, Any] = {}

    def __init__(self) -> None:
        self.double = WeComDouble()
        self.double.at_most = 100
        self.made: set[int] = set()

    def options(self) -> dict[str, Any]:
        return {
            "kind": "wecom",
            "corp_id": CORP_ID,
            "secret": SECRET,
            "open_kfid": KF_ID,
            "token": CALLBACK_TOKEN,
            "encoding_aes_key": AES_KEY,
            "api": self.double.url,
            "poll_s": 0,
            "first_s": 1e9,
            **self.changed,
        }

    def webhook(self, text: str, n: int = 1) -> WebRequest:
        if n not in self.made:
            self.made.add(n)
            self.double.wrote(ANN, n, content=text)
        return self.double.callback()

    def forged(self, request: WebRequest) -> list[WebRequest]:
        stranger = self.double.closed("<xml><Event>kf_msg_or_event</Event></xml>", receiver="wwother")
        return [*forgeries(request), stranger]

    def ignored(self) -> list[WebRequest]:
        double = self.double
        double.happened(ANN, "user_recall_msg", recall_msgid="msg1")
        double.happened(ANN, "msg_send_fail", fail_msgid="unknown", fail_type=4)
        double.happened(ANN, "enter_session", scene="oa_menu")
        double.keep("strange", "", 9, "hologram", {})
        double.kept.append({"msgid": 5})
        double.keep("other", ANN, 3, "text", {"content": "给别的客服"})["open_kfid"] = "wkOther"
        return [
            double.callback(),
            double.callback(kf="wkOther"),
            double.closed("<xml><MsgType>event</MsgType><Event>change_contact</Event></xml>"),
        ]

    def signed(self, raw: bytes) -> WebRequest:
        return self.double.closed(raw)

    def sent(self) -> list[str]:
        return [text for _, text in self.double.sent.values()]

    def fares(self, *moods: str) -> None:
        for mood in moods:
            kind, answer = FARES[mood]
            self.double.fail(kind, SEND, answer)

    def close(self) -> None:
        self.double.close()


class TestWeCom(PlatformContract):
    harness = WeComHarness


@contextmanager
def opened(folder: Path, before: Callable[[WeComDouble], None] = lambda _: None, **options: Any) -> Iterator[Shop]:
    harness = WeComHarness()
    harness.changed = options
    before(harness.double)
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


def double_of(shop: Shop) -> WeComDouble:
    assert isinstance(shop.harness, WeComHarness)
    return shop.harness.double


def until(holds: Callable[[], bool], patience_s: float = 8.0) -> None:
    end = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


def said(shop: Shop, kind: type[Any]) -> list[Any]:
    return [item for item in shop.logbook.said if isinstance(item, kind)]


# -- the page where the address is entered
def test_the_echo_is_opened_and_given_back(shop: Shop) -> None:
    echo = encrypt(b"1616140317555161061", CORP_ID)
    query = {"timestamp": "1409659589", "nonce": "263014780", "echostr": echo}
    right = {**query, "msg_signature": sha1(CALLBACK_TOKEN, "1409659589", "263014780", echo)}
    assert shop.post(WebRequest(method="GET", query=right)).body == b"1616140317555161061"
    for changed in ({"msg_signature": "0" * 40}, {"nonce": "1"}, {"echostr": encrypt(b"1", CORP_ID)}):
        with pytest.raises(Refused):
            shop.post(WebRequest(method="GET", query={**right, **changed}))


# -- in
def test_every_page_is_read_and_the_next_question_begins_behind_it(shop: Shop) -> None:
    double = double_of(shop)
    double.page = 2
    for n in range(1, 6):
        double.wrote(ANN, n, content=f"第{n}条")
    assert shop.post(double.callback()) == WebAnswer(body=b"success")
    assert shop.heard() == [f"第{n}条" for n in range(1, 6)]
    asked = [request.json() for request in double.requests if request.path == SYNC]
    assert [one.get("cursor", "") for one in asked] == ["", "cur2", "cur4"]
    double.wrote(ANN, 6, content="第6条")
    shop.post(double.callback("another"))
    last = [request.json() for request in double.requests if request.path == SYNC][-1]
    assert (last["cursor"], last["token"]) == ("cur5", "another")
    assert shop.heard()[-1] == "第6条"


def test_what_the_log_did_not_take_is_asked_for_again(shop: Shop) -> None:
    double = double_of(shop)
    double.wrote(ANN, 1, content="在吗")
    shop.logbook.refusing = True
    with pytest.raises(OSError, match="disk full"):
        shop.post(double.callback())
    shop.post(double.callback(kf="wkOther"))  # another callback in between moves nothing
    shop.logbook.refusing = False
    shop.again()
    shop.post(double.callback())
    assert shop.heard() == ["在吗"]


def test_a_backlog_that_is_too_long_for_five_seconds_is_left_to_the_thread(tmp_path: Path) -> None:
    with opened(tmp_path, poll_s=3600) as shop:
        double = double_of(shop)
        until(lambda: SYNC in double.paths())
        double.page = 1
        for n in range(1, 8):
            double.wrote(ANN, n, content=str(n))
        shop.post(double.callback())
        assert len(shop.heard()) >= 3
        until(lambda: sorted(shop.heard()) == list("1234567"))


def test_what_came_while_the_shop_was_closed_is_read_without_a_call(tmp_path: Path) -> None:
    with opened(tmp_path, lambda double: double.wrote(ANN, 1, content="在吗"), poll_s=3600) as shop:
        until(lambda: shop.heard() == ["在吗"])


def test_a_new_account_does_not_answer_what_is_days_old(tmp_path: Path) -> None:
    with opened(tmp_path, first_s=600.0) as shop:
        double = double_of(shop)
        double.now_s = int(time.time()) - 7200
        double.wrote(ANN, 1, content="三天前")
        double.now_s = int(time.time())
        double.wrote(ANN, 2, content="刚刚")
        shop.post(double.callback())
        assert shop.heard() == ["刚刚"]


def test_a_token_that_is_too_old_is_done_without(shop: Shop) -> None:
    double = double_of(shop)
    double.wrote(ANN, 1, content="在吗")
    call = double.callback()
    double.callback_tokens.clear()
    shop.post(call)
    assert shop.heard() == ["在吗"]


def test_without_wecoms_servers_the_callback_fails_so_that_it_comes_again(shop: Shop) -> None:
    double = double_of(shop)
    double.wrote(ANN, 1, content="在吗")
    double.fail("answer", SYNC, wrong(-1, "system busy"))
    with pytest.raises(Exception, match="system busy"):
        shop.post(double.callback())
    assert shop.heard() == []
    shop.post(double.callback())
    assert shop.heard() == ["在吗"]


def test_who_writes_has_a_name_and_the_union_id(shop: Shop) -> None:
    double = double_of(shop)
    double.customers[ANN] = {"external_userid": ANN, "nickname": "安妮", "unionid": "ozynqsulJFCZ2z1aYeS8h-nuasdAAA"}
    for n in (1, 2):
        double.wrote(ANN, n, content="在吗")
        shop.post(double.callback())
    contact = said(shop, Contact)[-1]
    assert (contact.name, contact.proven) == ("安妮", True)
    assert contact.keys == (f"wecom:{ANN}", "unionid:ozynqsulJFCZ2z1aYeS8h-nuasdAAA")
    assert double.paths().count("/cgi-bin/kf/customer/batchget") == 1


@pytest.mark.parametrize(
    ("msgtype", "content", "text", "media"),
    [
        ("image", {"media_id": "m"}, "", ("image",)),
        ("file", {"media_id": "m", "filename": "发票.pdf"}, "", ("发票.pdf",)),
        ("location", {"latitude": 23.1, "longitude": 113.3, "name": "媒体港", "address": "琶洲"},
         "📍 媒体港, 琶洲 (23.1, 113.3)", ()),
        ("link", {"title": "这双鞋", "url": "https://shop.example/7"}, "这双鞋\nhttps://shop.example/7", ()),
        ("channels_shop_order", {"order_id": "3705", "product_titles": "跟鞋", "state": "待发货"}, "🧾 3705, 跟鞋", ()),
        ("channels_shop_product", {"product_id": "1", "title": "跟鞋"}, "🛍 跟鞋", ()),
        ("miniprogram", {"title": "小店"}, "", ("小店",)),
        ("hologram", {}, "", ("hologram",)),
    ],
)  # fmt: skip
def test_every_kind_of_message_is_heard(
    shop: Shop, msgtype: str, content: dict[str, Any], text: str, media: tuple[str, ...]
) -> None:
    double = double_of(shop)
    double.wrote(ANN, 1)
    double.kept.clear()
    double.keep("msg1", ANN, 3, msgtype, content)
    shop.post(double.callback())
    (heard,) = said(shop, MessageReceived)
    assert (heard.text, heard.media) == (text, media)


def test_who_opens_the_chat_is_greeted_once(tmp_path: Path) -> None:
    with opened(tmp_path, welcome="您好，我是小环") as shop:
        double = double_of(shop)
        for age_s, code in ((0, "CODE1"), (60, "CODE2")):
            double.now_s = int(time.time()) - age_s
            double.codes[code] = ANN
            double.happened(ANN, "enter_session", welcome_code=code)
        shop.post(double.callback())
        shop.again()
        shop.post(double.callback())
        assert double.welcomed == [(ANN, "您好，我是小环")]
        assert double.codes == {"CODE2": ANN}  # that one is too old to be used


# -- who holds the pen
def test_a_person_who_answers_in_wecom_takes_the_conversation_over(shop: Shop) -> None:
    double = double_of(shop)
    double.wrote(ANN, 1, content="在吗")
    double.servicer_wrote(ANN, 2, "我来处理")
    shop.post(double.callback())
    shop.post(double.callback())
    (taken,) = said(shop, ConversationTaken)
    (heard,) = said(shop, MessageReceived)
    assert (taken.conversation_id, taken.by) == (heard.conversation_id, "zhangsan")
    assert taken.until == taken.at + timedelta(minutes=30)
    ours = [m for m in said(shop, Message) if m.author == "person"]
    assert [(m.text, m.conversation_id) for m in ours] == [("我来处理", heard.conversation_id)]


def test_a_session_that_is_given_to_a_person_and_ended_is_taken_and_handed_back(shop: Shop) -> None:
    double = double_of(shop)
    double.wrote(ANN, 1, content="在吗")
    double.happened(ANN, "session_status_change", change_type=1, new_servicer_userid="lisi", msg_code="X")
    double.happened(ANN, "session_status_change", change_type=3, old_servicer_userid="lisi")
    double.happened(ANN, "session_status_change", change_type=4)
    shop.post(double.callback())
    assert [one.by for one in said(shop, ConversationTaken)] == ["lisi"]
    assert [one.by for one in said(shop, ConversationHandedBack)] == ["lisi"]
    assert said(shop, Message)[0].author == "customer"


@pytest.mark.parametrize(
    ("state", "words"), [((3, "zhangsan"), "a person (zhangsan)"), ((2, ""), "waits for a person"), ((4, ""), "ended")]
)
def test_nothing_is_said_over_a_person_who_holds_the_session(shop: Shop, state: tuple[int, str], words: str) -> None:
    double = double_of(shop)
    shop.post(shop.harness.webhook("在吗"))
    double.states[ANN] = state
    receipt = shop.perform(shop.reply("在的"))
    assert receipt.status == "refused"
    assert words in receipt.detail
    assert double.sent == {}


def wishing(shop: Shop, text: str) -> Errand:
    errand = shop.reply(text)
    assert isinstance(errand.action, Reply)
    return replace(errand, action=replace(errand.action, wants_person=True))


@pytest.mark.parametrize(("servicer", "state"), [("", (2, "")), ("lisi", (3, "lisi"))])
def test_a_reply_that_hands_over_moves_the_session_to_people_in_wecom(
    tmp_path: Path, servicer: str, state: tuple[int, str]
) -> None:
    with opened(tmp_path, people="wecom", servicer=servicer) as shop:
        double = double_of(shop)
        shop.post(shop.harness.webhook("转人工"))
        assert shop.perform(wishing(shop, "马上为您转接同事")).status == "done"
        assert shop.harness.sent() == ["马上为您转接同事"]
        assert double.states[ANN] == state


def test_a_hand_over_whose_answer_got_lost_is_made_again_and_the_text_is_not(tmp_path: Path) -> None:
    with opened(tmp_path, people="wecom") as shop:
        double = double_of(shop)
        shop.post(shop.harness.webhook("转人工"))
        double.fail("lose", "/cgi-bin/kf/service_state/trans")
        errand = wishing(shop, "马上为您转接同事")
        assert shop.perform(errand).status == "unknown"
        assert shop.world.settled(errand.key) is None
        assert shop.perform(errand).status == "done"
        assert shop.harness.sent() == ["马上为您转接同事"]
        assert double.paths().count("/cgi-bin/kf/service_state/trans") == 1
        assert double.states[ANN] == (2, "")


def test_a_hand_over_that_wecom_refuses_is_told_and_the_text_was_sent(tmp_path: Path) -> None:
    with opened(tmp_path, people="wecom", servicer="nobody") as shop:
        shop.post(shop.harness.webhook("转人工"))
        shop.perform(wishing(shop, "马上为您转接同事"))
        assert shop.harness.sent() == ["马上为您转接同事"]
        assert double_of(shop).states == {}


def test_where_people_answer_at_our_desk_nothing_is_moved(shop: Shop) -> None:
    shop.post(shop.harness.webhook("转人工"))
    shop.perform(wishing(shop, "马上为您转接同事"))
    assert "/cgi-bin/kf/service_state/trans" not in double_of(shop).paths()


# -- out
def test_the_msgid_is_the_effect_key_and_every_part_has_its_own(shop: Shop) -> None:
    double = double_of(shop)
    shop.post(shop.harness.webhook("在吗"))
    errand = shop.reply("长" * 1000)
    receipt = shop.perform(errand)
    assert list(double.sent) == [errand.key, msgid_of(f"{errand.key}.1")]
    assert receipt.reference == errand.key
    assert [len(text) for text in shop.harness.sent()] == [682, 318]


@pytest.mark.parametrize("repeats_are_errors", [False, True])
def test_a_lost_answer_is_sent_again_under_its_msgid_and_arrives_once(shop: Shop, repeats_are_errors: bool) -> None:
    double = double_of(shop)
    double.repeats_are_errors = repeats_are_errors
    shop.post(shop.harness.webhook("在吗"))
    shop.harness.fares("lost after")
    errand = shop.reply("在的")
    assert shop.perform(errand).status == "unknown"
    shop.again()
    assert shop.world.settled(errand.key) is None
    assert shop.perform(errand).status == "done"
    assert list(double.sent.values()) == [(ANN, "在的")]


@pytest.mark.parametrize(
    ("later_s", "at_most", "code"), [(48 * 3600 + 1, 5, "95002"), (0, 0, "95001")], ids=["two days", "five messages"]
)
def test_what_wecom_refuses_says_why(shop: Shop, later_s: int, at_most: int, code: str) -> None:
    double = double_of(shop)
    shop.post(shop.harness.webhook("在吗"))
    double.now_s += later_s
    double.at_most = at_most
    receipt = shop.perform(shop.reply("在的"))
    assert receipt.status == "refused"
    assert code in receipt.detail
    assert " — " in receipt.detail
    assert double.sent == {}


def test_what_did_not_arrive_after_all_is_kept_with_the_reason(shop: Shop) -> None:
    double = double_of(shop)
    shop.post(shop.harness.webhook("在吗"))
    errand = shop.reply("在的")
    shop.perform(errand)
    double.happened(ANN, "msg_send_fail", fail_msgid=errand.key, fail_type=7)
    shop.post(double.callback())
    state, detail = shop.account.outbook.fate(errand.key)
    assert state == "failed"
    assert "blocked" in detail


def test_a_token_that_ended_is_fetched_again_and_the_message_goes_out_once(shop: Shop) -> None:
    double = double_of(shop)
    shop.post(shop.harness.webhook("在吗"))
    double.tokens.expire()
    assert shop.perform(shop.reply("在的")).status == "done"
    assert double.tokens.made == 2
    assert shop.harness.sent() == ["在的"]


def test_a_cursor_never_goes_back_and_survives(tmp_path: Path) -> None:
    cursor = Cursor(tmp_path / "c")
    cursor.move("", "c1")
    cursor.move("", "c0")  # an answer to an older question
    cursor.move("c1", "")
    assert cursor.value == "c1"
    threads = [threading.Thread(target=cursor.move, args=("c1", f"c{n}")) for n in range(2, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Cursor(tmp_path / "c").value == cursor.value != "c1"


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"encoding_aes_key": "x"}, "encoding_aes_key"), ({"open_kfid": ""}, "open_kfid"), ({"poll_s": 0.5}, "poll_s"),
     ({"api": "http://qyapi.example"}, "api")],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused_by_name(tmp_path: Path, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(LinkloopError) as refused, opened(tmp_path, **changed):
        pass
    assert (refused.value.code, refused.value.where) == ("channels.settings", f"channels.platforms.wecom.{field}")
