"""The web chat's socket and signed hooks, on a shop with channels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from linkloop.app.settings import Settings
from linkloop.app.shop import Shop
from linkloop.commerce.conversations import MessageReceived, Reply
from linkloop.core.decision import decide
from linkloop.core.link import Context, Link
from linkloop.core.money import Money
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from linkloop.worlds.channels import ChannelsWorld
from linkloop.worlds.channels.settings import read_settings

SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNk"


def parrot() -> Link:
    link = Link("parrot", title=("Parrot", "鹦鹉"), decides=(Reply,))

    @link.hears(MessageReceived)
    def on_message(ctx: Context, event: MessageReceived) -> Iterator[Table]:
        yield decide(
            Reply(
                conversation_id=event.conversation_id,
                in_reply_to=event.message_id,
                channel=event.channel,
                customer_id=event.customer_id,
                text=event.text[::-1],
                at_risk=Money(0, "CNY"),
            ),
            Text(en="repeats", zh="复述"),
        )

    return link


@pytest.fixture(scope="module")
def chatting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("chat")
    hooks = {"erp": {"secrets": [SECRET], "kinds": ["customers"]}}
    world = ChannelsWorld(Path(folder) / "channels", read_settings({"webhooks_in": hooks}))
    shop = Shop(Settings(folder=str(folder)), links=[parrot()], worlds=[world])
    shop.start()
    try:
        with serving(Desk(shop)) as url:
            yield url
    finally:
        shop.stop()


def chat(url: str) -> ClientConnection:
    return connect(url.replace("http", "ws") + "/chat", proxy=None)


def heard(socket: ClientConnection, kind: str, author: str = "") -> dict[str, Any]:
    """The next frame of a kind, whatever comes between."""
    while True:
        frame = json.loads(socket.recv(timeout=20))
        if frame["type"] == kind and frame.get("author", "") == author:
            return frame


def test_a_visitor_is_answered_and_resumes(chatting: str) -> None:
    with chat(chatting) as socket:
        socket.send('{"type": "hello"}')
        token = heard(socket, "welcome")["token"]
        socket.send('{"type": "say", "client_id": "1", "text": "abc"}')
        assert heard(socket, "line", "bot")["text"] == "cba"
    with chat(chatting) as socket:
        socket.send(json.dumps({"type": "hello", "token": token, "after": 0}))
        assert heard(socket, "line", "customer")["text"] == "abc"
        assert heard(socket, "line", "bot")["text"] == "cba"


@pytest.mark.parametrize(
    "first", ["nonsense", '{"type": "say", "client_id": "1", "text": "x"}', '{"type": "hello", "token": "a.b.c"}']
)
def test_a_bad_first_frame_is_told_and_closed(chatting: str, first: str) -> None:
    with chat(chatting) as socket:
        socket.send(first)
        assert heard(socket, "error")["code"].startswith("chat.")
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=20)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


def signed(url: str, body: bytes, key: str = SECRET, name: str = "erp", number: str = "w1") -> httpx.Response:
    now = datetime.now(UTC)
    headers = {"webhook-id": number, "webhook-timestamp": str(int(now.timestamp())),
               "webhook-signature": Webhook(key).sign(number, now, body.decode())}  # fmt: skip
    return httpx.post(f"{url}/hooks/{name}", content=body, headers=headers, trust_env=False)


def test_a_signed_hook_is_taken_in_once(chatting: str) -> None:
    body = b'{"type": "customers", "data": {"customer_id": "h1"}}'
    first, again = signed(chatting, body), signed(chatting, body)
    assert (first.status_code, first.json()["repeated"], again.json()["repeated"]) == (202, False, True)
    row = httpx.get(f"{chatting}/api/v1/tables/customers/row", params={"key": "h1"}, trust_env=False)
    assert row.json()["customer_id"] == "h1"


def test_a_forged_or_unknown_hook_says_nothing(chatting: str) -> None:
    body = b'{"type": "customers", "data": {"customer_id": "forged"}}'
    forged = signed(chatting, body, key="whsec_" + "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4", number="w2")
    unknown = signed(chatting, body, name="nobody", number="w3")
    assert (forged.status_code, forged.json()["code"]) == (403, "hook.signature")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "hook.unknown")
    row = httpx.get(f"{chatting}/api/v1/tables/customers/row", params={"key": "forged"}, trust_env=False)
    assert row.status_code == 404
