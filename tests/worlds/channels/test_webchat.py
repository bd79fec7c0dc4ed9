"""Web chat: what a visitor writes is said once, replies wait for their reader, and a restart forgets neither."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkloop.commerce.contacts import Contact
from linkloop.commerce.conversations import ConversationRated, Message, MessageReceived, Reply
from linkloop.core.action import Errand, effect_key
from linkloop.core.clock import SimClock
from linkloop.core.errors import LinkloopError, Refused
from linkloop.core.money import Money
from linkloop.core.world import Setup
from linkloop.worlds.channels import ChannelsWorld, open_world
from linkloop.worlds.channels.tokens import sign
from tests.worlds.channels.logbook import Logbook

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
SECRET = "the shop's own backend knows this"


def world(folder: Path, logbook: Logbook | None = None, **webchat: Any) -> ChannelsWorld:
    setup = Setup(folder=str(folder), shop="s", zone="UTC", currency="CNY", options={"webchat": webchat})
    opened = open_world(setup)
    opened.start(logbook or Logbook(), SimClock(AT))
    return opened


def say(client_id: str, text: str) -> bytes:
    return json.dumps({"type": "say", "client_id": client_id, "text": text}).encode()


def reply(conversation: str, to: str, text: str = "马上帮您查", channel: str = "webchat") -> Errand:
    action = Reply(
        at_risk=Money(0, "CNY"),
        conversation_id=conversation,
        in_reply_to=to,
        channel=channel,
        customer_id="",
        text=text,
    )
    return Errand(key=effect_key(action), action=action, decision_id="d", case_id="c")


def test_a_message_is_said_as_row_and_event_with_the_shops_time(tmp_path: Path) -> None:
    logbook = Logbook()
    chat = world(tmp_path, logbook).webchat
    session = chat.connect()
    answer = json.loads(chat.handle(session, say("m1", "  我的包裹呢？ ")))
    message_id = f"{session.id}:m1"
    assert answer == {"type": "accepted", "client_id": "m1", "message_id": message_id, "repeated": False}
    common: dict[str, Any] = {
        "message_id": message_id,
        "conversation_id": session.id,
        "channel": "webchat",
        "text": "我的包裹呢？",
    }
    contact_id = f"webchat:{session.id}"
    assert logbook.said == [
        Contact(contact_id=contact_id, channel="webchat", address=session.id, sole=True, seen_at=AT),
        Message(author="customer", sent_at=AT, customer_id="", **common),
        MessageReceived(at=AT, customer_id="", contact_id=contact_id, **common),
    ]
    assert (logbook.deliveries[0].source, logbook.deliveries[0].external_id) == ("webchat", message_id)


def test_a_resend_is_the_same_delivery_even_later_and_after_a_restart(tmp_path: Path) -> None:
    logbook = Logbook()
    first = world(tmp_path, logbook)
    session = first.webchat.connect()
    before = first.webchat.receive(session, say("m1", "hello"))
    first.webchat.handle(session, say("m1", "hello"))
    first.close()
    again = open_world(Setup(folder=str(tmp_path), shop="s", zone="UTC", currency="CNY"))
    again.start(logbook, SimClock(datetime(2026, 3, 3, tzinfo=UTC)))
    resumed = again.webchat.connect(session.token)
    assert resumed == session
    assert again.webchat.receive(resumed, say("m1", "hello")) == before
    assert json.loads(again.webchat.handle(resumed, say("m1", "hello")))["repeated"] is True
    assert len(logbook.deliveries) == 1


def test_one_client_id_cannot_carry_two_texts(tmp_path: Path) -> None:
    logbook = Logbook()
    chat = world(tmp_path, logbook).webchat
    session = chat.connect()
    chat.handle(session, say("m1", "one"))
    assert json.loads(chat.handle(session, say("m1", "two")))["code"] == "chat.client_id"
    assert [row.text for row in logbook.said if isinstance(row, Message)] == ["one"]


def test_a_message_that_the_log_did_not_take_is_not_accepted_and_can_be_sent_again(tmp_path: Path) -> None:
    logbook = Logbook()
    chat = world(tmp_path, logbook).webchat
    session = chat.connect()
    logbook.refusing = True
    assert json.loads(chat.handle(session, say("m1", "hello")))["code"] == "chat.fault"
    logbook.refusing = False
    assert json.loads(chat.handle(session, say("m1", "hello")))["type"] == "accepted"
    assert len(logbook.deliveries) == 1


def test_only_the_shops_signature_names_a_customer(tmp_path: Path) -> None:
    chat = world(tmp_path, customer_secret=SECRET).webchat
    signed = sign({"sub": "c-7", "exp": time.time() + 60}, SECRET.encode())
    session = chat.connect(signed)
    assert session.customer_id == "c-7"
    assert chat.connect(session.token) == session
    assert chat.connect(signed).id == session.id
    for forged in (
        sign({"sub": "c-7", "exp": time.time() + 60}, b"not the shop's own backend's key"),
        sign({"sub": "c-7", "exp": time.time() - 1}, SECRET.encode()),
        sign({"sub": "", "exp": time.time() + 60}, SECRET.encode()),
        sign({"sub": "c-7", "sid": "x", "iss": "linkloop", "exp": time.time() + 60}, SECRET.encode()),
        session.token[:-2] + "xx",
    ):
        with pytest.raises(Refused):
            chat.connect(forged)


def test_without_a_secret_nobody_can_vouch(tmp_path: Path) -> None:
    chat = world(tmp_path).webchat
    for key in (b"", b"\x00" * 32):
        with pytest.raises(Refused):
            chat.connect(sign({"sub": "c-7", "exp": time.time() + 60}, key))


def test_a_reply_reaches_every_socket_of_its_conversation_and_no_other(tmp_path: Path) -> None:
    logbook = Logbook()
    opened = world(tmp_path, logbook)
    chat = opened.webchat
    mine, other = chat.connect(), chat.connect()
    chat.handle(mine, say("m1", "hello"))
    seen: dict[str, list[Any]] = {"a": [], "b": [], "other": []}
    chat.subscribe(mine, lambda raw: seen["a"].append(json.loads(raw)))
    leave = chat.subscribe(mine, lambda raw: seen["b"].append(json.loads(raw)))
    chat.subscribe(other, lambda raw: seen["other"].append(json.loads(raw)))
    receipt = opened.perform(reply(mine.id, f"{mine.id}:m1"))
    leave()
    opened.perform(reply(mine.id, f"{mine.id}:m2", "still there?"))
    assert [(line["author"], line["text"]) for line in seen["a"]] == [
        ("customer", "hello"), ("bot", "马上帮您查"), ("bot", "still there?"),
    ]  # fmt: skip
    assert [line["text"] for line in seen["b"]] == ["hello", "马上帮您查"]
    assert seen["a"][1]["in_reply_to"] == f"{mine.id}:m1"
    assert seen["other"] == []
    assert receipt.status == "done"
    assert logbook.said[3] == Message(
        message_id=receipt.reference,
        conversation_id=mine.id,
        author="bot",
        channel="webchat",
        text="马上帮您查",
        sent_at=AT,
    )


def test_a_reply_waits_for_a_visitor_who_comes_back_and_is_shown_once(tmp_path: Path) -> None:
    opened = world(tmp_path)
    session = opened.webchat.connect()
    opened.webchat.handle(session, say("m1", "hello"))
    opened.perform(reply(session.id, f"{session.id}:m1"))
    opened.close()
    again = world(tmp_path)
    lines: list[Any] = []
    raw = json.dumps({"type": "hello", "token": session.token, "after": 1}).encode()
    resumed, after = again.webchat.hello(raw)
    again.webchat.subscribe(resumed, lambda frame: lines.append(json.loads(frame)), after)
    assert [line["text"] for line in lines] == ["马上帮您查"]


def test_what_was_done_is_known_after_a_restart_and_not_done_again(tmp_path: Path) -> None:
    opened = world(tmp_path)
    session = opened.webchat.connect()
    opened.webchat.handle(session, say("m1", "hello"))
    errand = reply(session.id, f"{session.id}:m1")
    assert opened.settled(errand.key) is None
    receipt = opened.perform(errand)
    opened.close()
    again = world(tmp_path)
    assert again.settled(errand.key) == receipt
    assert again.perform(errand) == receipt
    assert len(again.memory.lines(session.id, 0, 100)) == 2


def test_a_reply_whose_row_was_not_logged_is_logged_when_it_is_looked_up(tmp_path: Path) -> None:
    logbook = Logbook()
    opened = world(tmp_path, logbook)
    session = opened.webchat.connect()
    opened.webchat.handle(session, say("m1", "hello"))
    errand = reply(session.id, f"{session.id}:m1")
    logbook.refusing = True
    with pytest.raises(OSError, match="disk full"):
        opened.perform(errand)
    logbook.refusing = False
    assert opened.settled(errand.key) is not None
    assert [row.author for row in logbook.said if isinstance(row, Message)] == ["customer", "bot"]


def test_a_reply_into_a_conversation_that_never_was_is_refused_and_kept_nowhere(tmp_path: Path) -> None:
    opened = world(tmp_path)
    errand = reply("nobody", "m1")
    assert opened.perform(errand).status == "refused"
    assert opened.memory.lines("nobody", 0, 100) == []


def test_it_takes_web_chat_replies_only(tmp_path: Path) -> None:
    opened = world(tmp_path)
    assert opened.takes(reply("x", "m").action) is True
    assert opened.takes(reply("x", "m", channel="phone").action) is False


def test_too_fast_is_refused_with_nothing_said(tmp_path: Path) -> None:
    logbook = Logbook()
    chat = world(tmp_path, logbook, burst=2, per_minute=1).webchat
    session = chat.connect()
    codes = [json.loads(chat.handle(session, say(f"m{n}", "hi"))).get("code") for n in range(4)]
    assert codes == [None, None, "chat.too_fast", "chat.too_fast"]
    assert len(logbook.deliveries) == 2
    assert json.loads(chat.handle(chat.connect(), say("m", "hi")))["type"] == "accepted"


def test_new_sessions_are_bounded(tmp_path: Path) -> None:
    chat = world(tmp_path, new_per_minute=3).webchat
    for _ in range(3):
        chat.connect()
    with pytest.raises(Refused, match=r"chat\.busy"):
        chat.connect()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "chat.text"),
        (" \n ", "chat.text"),
        ("x" * 2001, "chat.text"),
        ("a\x00b", "chat.text"),
        ("a\x1b[2J", "chat.text"),
    ],
)
def test_texts_that_are_refused(tmp_path: Path, text: str, code: str) -> None:
    logbook = Logbook()
    chat = world(tmp_path, logbook).webchat
    assert json.loads(chat.handle(chat.connect(), say("m", text)))["code"] == code
    assert logbook.deliveries == []


def test_a_socket_that_fails_is_dropped_and_the_others_still_hear(tmp_path: Path) -> None:
    opened = world(tmp_path)
    session = opened.webchat.connect()
    opened.webchat.handle(session, say("m1", "hello"))
    heard: list[bytes] = []
    calls = []

    def broken(raw: bytes) -> None:
        calls.append(raw)
        if len(calls) > 1:
            raise ConnectionError

    opened.webchat.subscribe(session, broken)
    opened.webchat.subscribe(session, heard.append)
    for n in range(3):
        opened.perform(reply(session.id, f"m{n}", f"reply {n}"))
    assert len(calls) == 2
    assert len(heard) == 4


def test_a_socket_that_joins_amid_replies_sees_each_line_once_and_in_order(tmp_path: Path) -> None:
    opened = world(tmp_path)
    session = opened.webchat.connect()
    opened.webchat.handle(session, say("m1", "hello"))
    sender = threading.Thread(
        target=lambda: [opened.perform(reply(session.id, f"m{n}", f"reply {n}")) for n in range(40)]
    )
    sender.start()
    logs: list[list[int]] = []
    while sender.is_alive():
        log: list[int] = []
        logs.append(log)
        opened.webchat.subscribe(session, lambda raw, log=log: log.append(json.loads(raw)["seq"]))
    sender.join()
    assert all(log == list(range(1, 42)) for log in logs)


hostile = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=100).map(lambda t: t.encode("utf-8", "surrogatepass")),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).map(lambda v: json.dumps(v).encode()),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["say", "hello", "line", ""])},
        optional={
            "client_id": st.text(max_size=80) | st.integers(),
            "text": st.text(max_size=2100) | st.none(),
            "token": st.text(max_size=50),
            "after": st.integers(),
            "customer_id": st.just("c-1"),
        },
    ).map(lambda v: json.dumps(v).encode()),
    st.just(b"[" * 16000),
    st.just(b'{"type":"say","client_id":"a","text":' + b"[" * 10000),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=hostile)
def test_no_frame_breaks_it_or_says_more_than_a_message(tmp_path: Path, raw: bytes) -> None:
    logbook = Logbook()
    opened = world(tmp_path, logbook, per_minute=10**6, burst=10**6, new_per_minute=10**6)
    chat = opened.webchat
    session = chat.connect()
    try:
        with suppress(LinkloopError):
            chat.hello(raw)
        answer = json.loads(chat.handle(session, raw))
        try:
            delivery = chat.receive(session, raw)
        except LinkloopError:
            assert answer["type"] == "error"
            assert answer["text"]["en"]
            assert answer["text"]["zh"]
            assert logbook.deliveries == []
        else:
            assert answer["type"] == "accepted"
            assert logbook.deliveries == [delivery]
            assert {type(item) for item in delivery.said} == {Message, MessageReceived}
            assert all(item.customer_id == "" for item in logbook.said)  # pyright: ignore[reportAttributeAccessIssue]
    finally:
        opened.close()


def frame(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def test_names_of_files_come_with_a_message_or_alone(tmp_path: Path) -> None:
    logbook = Logbook()
    chat = world(tmp_path, logbook).webchat
    session = chat.connect()
    media = ["C:\\\\Users\\\\Ann\\\\破损.png", "../../receipt.pdf"]
    answer = json.loads(chat.handle(session, frame(type="say", client_id="m1", text="看", media=media)))
    chat.handle(session, frame(type="say", client_id="m2", text=" ", media=["a.png"]))
    assert answer["type"] == "accepted"
    events = [one for one in logbook.said if isinstance(one, MessageReceived)]
    assert [(one.text, one.media) for one in events] == [("看", ("破损.png", "receipt.pdf")), ("", ("a.png",))]
    rows = [one.text for one in logbook.said if isinstance(one, Message)]
    assert rows == ["看\n📎 破损.png\n📎 receipt.pdf", "📎 a.png"]
    assert json.loads(chat.handle(session, frame(type="say", client_id="m2", text=" ", media=["a.png"])))["repeated"]
    refused = json.loads(chat.handle(session, frame(type="say", client_id="m3", text="x", media=["a"] * 11)))
    assert refused["code"] == "chat.media"
    assert len(events) == 2


def test_stars_are_said_once_and_only_where_somebody_wrote(tmp_path: Path) -> None:
    logbook = Logbook()
    chat = world(tmp_path, logbook).webchat
    session = chat.connect()
    assert json.loads(chat.handle(session, frame(type="rate", client_id="r1", stars=5)))["code"] == "chat.stars"
    chat.handle(session, say("m1", "hello"))
    for stars in (0, 6):
        assert json.loads(chat.handle(session, frame(type="rate", client_id="r1", stars=stars)))["code"] == "chat.stars"
    for _ in range(2):
        answer = json.loads(chat.handle(session, frame(type="rate", client_id="r1", stars=4, text=" 很快 ")))
        assert answer == {"type": "rated", "client_id": "r1", "stars": 4}
    assert [one for one in logbook.said if isinstance(one, ConversationRated)] == [
        ConversationRated(at=AT, conversation_id=session.id, stars=4, text="很快")
    ]


def test_a_visitors_language_is_known_and_a_signed_customer_is_proven(tmp_path: Path) -> None:
    logbook = Logbook()
    chat = world(tmp_path, logbook, customer_secret=SECRET).webchat
    token = sign({"sub": "cust-1", "exp": time.time() + 60}, SECRET.encode())
    session, _ = chat.hello(frame(type="hello", token=token, language="zh-CN"))
    chat.handle(session, say("m1", "hello"))
    other, _ = chat.hello(frame(type="hello", language="<b>"))
    chat.handle(other, say("m1", "hello"))
    contacts = [one for one in logbook.said if isinstance(one, Contact)]
    assert [(one.language, one.proven) for one in contacts] == [("zh-CN", True), ("", False)]


def test_what_a_person_of_ours_wrote_is_theirs(tmp_path: Path) -> None:
    logbook = Logbook()
    opened = world(tmp_path, logbook)
    session = opened.webchat.connect()
    opened.webchat.handle(session, say("m1", "hello"))
    errand = reply(session.id, f"{session.id}:m1")
    action = msgspec.structs.replace(errand.action, author="person", by="mei")
    opened.perform(msgspec.structs.replace(errand, action=action))
    assert [one.author for one in logbook.said if isinstance(one, Message)] == ["customer", "person"]
