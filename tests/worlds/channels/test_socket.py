"""A real WebSocket on this machine: a visitor writes, is answered, loses the line, comes back and missed nothing."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve

from linkloop.commerce.conversations import MessageReceived, Reply
from linkloop.core.action import Errand, effect_key
from linkloop.core.clock import SimClock
from linkloop.core.money import Money
from linkloop.core.world import Accepted, Delivery, Setup
from linkloop.worlds.channels import ChannelsWorld, open_world
from tests.worlds.channels.logbook import Logbook


class Answering(Logbook):
    """A log whose shop answers every message at once, from another thread."""

    world: ChannelsWorld

    def accept(self, deliveries: list[Delivery]) -> list[Accepted]:
        accepted = super().accept(deliveries)
        for delivery, taken in zip(deliveries, accepted, strict=True):
            for item in delivery.said:
                if isinstance(item, MessageReceived) and not taken.repeated:
                    threading.Thread(target=self.world.perform, args=(_answer(item),)).start()
        return accepted


def _answer(heard: MessageReceived) -> Errand:
    action = Reply(
        at_risk=Money(0, "CNY"), conversation_id=heard.conversation_id, in_reply_to=heard.message_id,
        channel="webchat", customer_id="", text=f"收到：{heard.text}",
    )  # fmt: skip
    return Errand(key=effect_key(action), action=action, decision_id="d", case_id="c")


def test_a_visitor_writes_is_answered_and_resumes(tmp_path: Path) -> None:
    logbook = Answering()
    world = logbook.world = open_world(Setup(folder=str(tmp_path), shop="s", zone="UTC", currency="CNY"))
    world.start(logbook, SimClock(datetime(2026, 3, 2, tzinfo=UTC)))
    chat = world.webchat

    def serving(socket: ServerConnection) -> None:
        session, after = chat.hello(socket.recv().encode())  # pyright: ignore[reportAttributeAccessIssue]
        socket.send(chat.welcome(session).decode())
        leave = chat.subscribe(session, lambda raw: socket.send(raw.decode()), after)
        try:
            for raw in socket:
                socket.send(chat.handle(session, raw.encode()).decode())  # pyright: ignore[reportAttributeAccessIssue]
        finally:
            leave()

    with serve(serving, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        with connect(url) as socket:
            socket.send(json.dumps({"type": "hello"}))
            welcome = json.loads(socket.recv(10))
            socket.send(json.dumps({"type": "say", "client_id": "m1", "text": "在吗"}))
            frames = [json.loads(socket.recv(10)) for _ in range(3)]
        assert welcome["type"] == "welcome"
        assert sorted(frame["type"] for frame in frames) == ["accepted", "line", "line"]
        assert _lines(frames) == [(1, "customer", "在吗"), (2, "bot", "收到：在吗")]
        with connect(url) as socket:
            socket.send(json.dumps({"type": "hello", "token": welcome["token"], "after": 1}))
            again = json.loads(socket.recv(10))
            missed = json.loads(socket.recv(10))
            socket.send(json.dumps({"type": "say", "client_id": "m1", "text": "在吗"}))
            answer = json.loads(socket.recv(10))
        assert again["session"] == welcome["session"]
        assert _lines([missed]) == [(2, "bot", "收到：在吗")]
        assert (answer["type"], answer["repeated"]) == ("accepted", True)
        server.shutdown()


def _lines(frames: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    return sorted((f["seq"], f["author"], f["text"]) for f in frames if f["type"] == "line")
