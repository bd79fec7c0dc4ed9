"""Endpoints: a real receiver on this machine gets signed actions, and its answer decides what is booked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from linkloop.commerce.conversations import Reply
from linkloop.commerce.stock import Replenish
from linkloop.core.action import Errand, Receipt, effect_key
from linkloop.core.clock import SimClock
from linkloop.core.money import Money
from linkloop.core.world import Setup
from linkloop.worlds.channels import ChannelsWorld, open_world
from tests.worlds.channels.logbook import Logbook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ACTION = Replenish(
    at_risk=Money(5000, "CNY"), product_id="p1", place="w1", wave="2026-03-02", quantity=10, supplier_id="s1"
)
ERRAND = Errand(key=effect_key(ACTION), action=ACTION, decision_id="d1", case_id="c1")


class Receiver:
    """An HTTP server whose answers are set; it keeps every request that it got."""

    def __init__(self) -> None:
        self.code, self.answer, self.headers = 200, b"", {}
        self.gate: threading.Event | None = None
        self.got: list[tuple[str, str, dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                receiver.got.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                if receiver.gate is not None:
                    receiver.gate.wait(10)
                self.send_response(receiver.code)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(receiver.answer)))
                self.end_headers()
                self.wfile.write(receiver.answer)

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def world(folder: Path, receiver: Receiver, **changed: Any) -> ChannelsWorld:
    erp = {"url": receiver.url + "/in", "secret": SECRET, "kinds": ["Replenish"], **changed}
    options = {"webhooks_out": {"erp": erp}}
    opened = open_world(Setup(folder=str(folder), shop="s", zone="UTC", currency="CNY", options=options))
    opened.start(Logbook(), SimClock(datetime(2026, 3, 2, tzinfo=UTC)))
    return opened


def test_an_action_arrives_signed_with_its_effect_key(tmp_path: Path, receiver: Receiver) -> None:
    receiver.answer = b'{"reference":"PO-7"}'
    receipt = world(tmp_path, receiver).perform(ERRAND)
    assert (receipt.status, receipt.reference) == ("done", "PO-7")
    _, path, headers, body = receiver.got[0]
    assert path == "/in"
    assert headers["webhook-id"] == ERRAND.key
    # The package that every receiver uses is the oracle of our signature.
    payload = Webhook(SECRET).verify(body, headers)
    assert payload["type"] == "Replenish"
    assert payload["data"]["quantity"] == 10
    assert (payload["decision_id"], payload["case_id"]) == ("d1", "c1")


@pytest.mark.parametrize(
    ("code", "status"),
    [(200, "done"), (204, "done"), (302, "refused"), (400, "refused"), (404, "refused"), (410, "refused"),
     (408, "unknown"), (429, "unknown"), (500, "unknown"), (503, "unknown")],
)  # fmt: skip
def test_the_answer_decides(tmp_path: Path, receiver: Receiver, code: int, status: str) -> None:
    receiver.code = code
    receiver.headers = {"location": "/elsewhere"} if code == 302 else {}
    opened = world(tmp_path, receiver)
    assert opened.perform(ERRAND).status == status
    assert [path for _, path, _, _ in receiver.got] == ["/in"]
    found = opened.settled(ERRAND.key)
    assert (found.status if found else None) == (None if status == "unknown" else status)


def test_no_answer_in_time_and_no_connection_are_unknown(tmp_path: Path, receiver: Receiver) -> None:
    receiver.gate = threading.Event()
    opened = world(tmp_path, receiver, timeout_s=0.2)
    assert opened.perform(ERRAND).status == "unknown"
    receiver.gate.set()
    assert opened.settled(ERRAND.key) is None
    closed = world(tmp_path / "2", receiver, url="http://127.0.0.1:9/in", timeout_s=1.0)
    assert closed.perform(ERRAND).status == "unknown"


def test_what_was_done_is_known_after_a_restart_and_not_posted_again(tmp_path: Path, receiver: Receiver) -> None:
    opened = world(tmp_path, receiver)
    receipt = opened.perform(ERRAND)
    opened.close()
    again = world(tmp_path, receiver)
    assert again.settled(ERRAND.key) == receipt
    assert again.perform(ERRAND) == receipt
    assert len(receiver.got) == 1


def test_a_receiver_with_a_status_url_is_asked(tmp_path: Path, receiver: Receiver) -> None:
    opened = world(tmp_path, receiver, status_url=receiver.url + "/of/{key}")
    assert opened.settled(ERRAND.key) is None
    assert receiver.got == []
    receiver.code = 500
    opened.perform(ERRAND)
    receiver.code, receiver.answer = 200, b'{"status":"done","reference":"PO-9"}'
    found = opened.settled(ERRAND.key)
    assert found is not None
    assert (found.status, found.reference) == ("done", "PO-9")
    command, path, headers, body = receiver.got[1]
    assert (command, path) == ("GET", f"/of/{ERRAND.key}")
    Webhook(SECRET).verify(body, headers, json_parse=False)


@pytest.mark.parametrize(
    ("code", "answer", "status"),
    [(404, b"", None), (500, b"", "unknown"), (200, b"no json", "unknown"), (200, b'{"status":"done?"}', "unknown"),
     (200, b'{"status":"refused"}', "refused"), (200, b" " * 70000, "unknown")],
)  # fmt: skip
def test_what_a_status_url_may_say(
    tmp_path: Path, receiver: Receiver, code: int, answer: bytes, status: str | None
) -> None:
    opened = world(tmp_path, receiver, status_url=receiver.url + "/of/{key}")
    receiver.code = 500
    opened.perform(ERRAND)
    receiver.code, receiver.answer = code, answer
    found = opened.settled(ERRAND.key)
    assert (found.status if found else None) == status


def test_a_status_url_that_cannot_be_asked_raises_so_that_nothing_is_resent(tmp_path: Path, receiver: Receiver) -> None:
    opened = world(tmp_path, receiver, status_url="http://127.0.0.1:9/{key}")
    receiver.code = 500
    opened.perform(ERRAND)
    with pytest.raises(httpx.HTTPError):
        opened.settled(ERRAND.key)


def test_an_endpoint_takes_its_kinds_where_the_fields_match(tmp_path: Path, receiver: Receiver) -> None:
    opened = world(tmp_path, receiver, kinds=["Reply"], where={"channel": "email"})
    made = {"at_risk": Money(0, "CNY"), "conversation_id": "x", "in_reply_to": "m", "customer_id": "", "text": "t"}
    assert opened.performs == {"Reply"}
    assert opened.takes(Reply(channel="email", **made)) is True
    assert opened.takes(Reply(channel="phone", **made)) is False
    assert opened.takes(ACTION) is False
    assert opened.perform(ERRAND) == Receipt(status="refused", detail="no channel takes this Replenish")


def test_a_huge_answer_is_done_without_a_reference(tmp_path: Path, receiver: Receiver) -> None:
    receiver.answer = b'{"reference":"' + b"x" * 100_000 + b'"}'
    receipt = world(tmp_path, receiver).perform(ERRAND)
    assert (receipt.status, receipt.reference) == ("done", "")


def test_our_signature_is_the_one_in_the_standards_own_example(tmp_path: Path, receiver: Receiver) -> None:
    moment = datetime.fromtimestamp(1614265330, UTC)
    signature = Webhook(SECRET).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", moment, json.dumps({"test": 2432232314}))
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_test_delivery_is_signed_asks_for_nothing_and_tells_what_came_back(
    tmp_path: Path, receiver: Receiver
) -> None:
    endpoint = world(tmp_path, receiver).endpoints[0]
    good = endpoint.test()
    assert (good.status, good.problem) == (200, "")
    method, path, headers, body = receiver.got[0]
    assert (method, path, headers["webhook-id"]) == ("POST", "/in", good.id)
    assert Webhook(SECRET).verify(body, headers)["type"] == "linkloop.test"
    receiver.code = 500
    assert (endpoint.test().status, endpoint.test().problem) == (500, "HTTP 500")
    receiver.server.shutdown()
    receiver.server.server_close()
    none = endpoint.test()
    assert none.status == 0
    assert "ConnectError" in none.problem
