"""Hooks: only what is signed, fresh and well formed is said, and each webhook-id once."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from linkloop.commerce.contacts import Contact
from linkloop.commerce.conversations import Message, MessageReceived
from linkloop.commerce.orders import LineSold, Order, OrderPlaced
from linkloop.core.clock import SimClock
from linkloop.core.errors import LinkloopError, NotFound, Refused
from linkloop.core.money import Money
from linkloop.core.world import Setup
from linkloop.worlds.channels import open_world
from linkloop.worlds.channels.settings import HookSettings
from linkloop.worlds.channels.webhook import Hooks
from tests.worlds.channels.logbook import Logbook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
PLACED = {
    "order_id": "o1",
    "customer_id": "c1",
    "place": "w1",
    "lines": [{"product_id": "p1", "quantity": 2, "price": {"amount": 990, "currency": "CNY"}}],
    "total": {"amount": 1980, "currency": "CNY"},
    "at": "2026-03-02T04:00:00Z",
}


def hooks(folder: Path, logbook: Logbook, **erp: Any) -> Hooks:
    options = {"webhooks_in": {"erp": {"secrets": [SECRET, OLD], **erp}}}
    world = open_world(Setup(folder=str(folder), shop="s", zone="UTC", currency="CNY", options=options))
    world.start(logbook, SimClock(AT))
    return world.hooks


def signed(body: Any, secret: str = SECRET, webhook_id: str = "w1", age_s: float = 0) -> tuple[dict[str, str], bytes]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    moment = datetime.fromtimestamp(time.time() - age_s, UTC)
    return {
        "Webhook-Id": webhook_id,
        "Webhook-Timestamp": str(int(moment.timestamp())),
        "Webhook-Signature": Webhook(secret).sign(webhook_id, moment, raw.decode("latin-1")),
    }, raw


def test_a_signed_event_is_said_once_and_a_resend_is_repeated(tmp_path: Path) -> None:
    logbook = Logbook()
    door = hooks(tmp_path, logbook)
    headers, raw = signed({"type": "order_placed", "timestamp": "2026-03-02T04:00:00Z", "data": PLACED})
    assert door.handle("erp", headers, raw).repeated is False
    assert door.handle("erp", headers, raw).repeated is True
    assert (logbook.deliveries[0].source, logbook.deliveries[0].external_id) == ("hook:erp", "w1")
    price = Money(990, "CNY")
    assert logbook.said == [
        OrderPlaced(at=AT, order_id="o1", customer_id="c1", place="w1", total=Money(1980, "CNY"),
                    lines=(LineSold("p1", 2, price),)),
    ]  # fmt: skip


def test_a_batch_is_one_delivery_in_its_order(tmp_path: Path) -> None:
    logbook = Logbook()
    row = {"order_id": "o1", "placed_at": "2026-03-02T12:00:00+08:00"}
    body = {"type": "batch", "data": [{"type": "orders", "data": row}, {"type": "order_placed", "data": PLACED}]}
    hooks(tmp_path, logbook).handle("erp", *signed(body))
    assert len(logbook.deliveries) == 1
    assert [type(item) for item in logbook.said] == [Order, OrderPlaced]
    assert logbook.said[0] == Order(order_id="o1", placed_at=AT)


def test_a_batch_with_one_bad_item_says_nothing(tmp_path: Path) -> None:
    logbook = Logbook()
    body = {"type": "batch", "data": [{"type": "order_placed", "data": PLACED}, {"type": "orders", "data": {}}]}
    with pytest.raises(LinkloopError) as refused:
        hooks(tmp_path, logbook).handle("erp", *signed(body))
    assert refused.value.where == "data[1].data"
    assert logbook.deliveries == []


def test_the_envelope_is_the_logs_own(tmp_path: Path) -> None:
    logbook = Logbook()
    forged = {"id": "x", "case_id": "x", "cause_id": "x", "hop": 9, "source": "loop", "external_id": "x"}
    hooks(tmp_path, logbook).handle("erp", *signed({"type": "order_placed", "data": {**PLACED, **forged}}))
    event = logbook.said[0]
    assert isinstance(event, OrderPlaced)
    assert (event.id, event.case_id, event.cause_id, event.hop, event.source, event.external_id) == ("",) * 3 + (
        0,
        "",
        "",
    )


def test_both_keys_hold_while_one_is_rotated(tmp_path: Path) -> None:
    logbook = Logbook()
    hooks(tmp_path, logbook).handle("erp", *signed({"type": "order_placed", "data": PLACED}, secret=OLD))
    assert len(logbook.deliveries) == 1


def forged() -> dict[str, tuple[dict[str, str], bytes]]:
    body = {"type": "order_placed", "data": PLACED}
    headers, raw = signed(body)
    return {
        "another key": signed(body, secret="whsec_" + "A" * 44),
        "stale": signed(body, age_s=301),
        "from the future": signed(body, age_s=-302),
        "changed body": (headers, raw.replace(b"1980", b"1")),
        "changed id": ({**headers, "Webhook-Id": "w2"}, raw),
        "changed time": ({**headers, "Webhook-Timestamp": str(int(time.time()) - 1)}, raw),
        "no headers": ({}, raw),
        "no signature": ({k: v for k, v in headers.items() if k != "Webhook-Signature"}, raw),
        "another version": ({**headers, "Webhook-Signature": headers["Webhook-Signature"].replace("v1,", "v2,")}, raw),
        "no comma": ({**headers, "Webhook-Signature": "v1"}, raw),
        "no base64": ({**headers, "Webhook-Signature": "v1,é"}, raw),
        "time is no number": ({**headers, "Webhook-Timestamp": "nan"}, raw),
        "time is endless": ({**headers, "Webhook-Timestamp": "1e400"}, raw),
        "an id with a line break": signed(body, webhook_id="w\n1"),
        "an endless id": signed(body, webhook_id="w" * 201),
        "no UTF-8": (headers, b"\xff\xfe"),
    }


@pytest.mark.parametrize("name", sorted(forged()))
def test_a_signature_that_does_not_hold_is_refused_and_nothing_is_said(tmp_path: Path, name: str) -> None:
    logbook = Logbook()
    with pytest.raises(Refused) as refused:
        hooks(tmp_path, logbook).handle("erp", *forged()[name])
    assert refused.value.code == "hook.signature"
    assert logbook.deliveries == []


def placed(**changed: Any) -> dict[str, Any]:
    return {"type": "order_placed", "data": {**PLACED, **changed}}


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (b"{", "hook.json", ""),
        ([], "hook.field", ""),
        ({"data": {}}, "hook.field", ""),
        ({"type": 7, "data": {}}, "hook.field", "type"),
        ({"type": "order_placed", "data": []}, "hook.field", "data"),
        ({"type": "decisions", "data": {}}, "hook.kind", "type"),
        ({"type": "spends", "data": {"scope": "s", "count": -9}}, "hook.kind", "type"),
        ({"type": "no_such", "data": {}}, "hook.kind", "type"),
        ({"type": "batch", "data": []}, "hook.field", "data"),
        ({"type": "batch", "data": {}}, "hook.field", "data"),
        ({"type": "batch", "data": [7]}, "hook.field", "data[0]"),
        ({"type": "batch", "data": [{"type": "batch", "data": []}]}, "hook.kind", "data[0].type"),
        (placed(order_id=7), "hook.field", "data.order_id"),
        (placed(totl={}), "hook.field", "data.totl"),
        (placed(total={"amount": "1", "currency": "CNY"}), "hook.field", "data.total.amount"),
        (placed(total={"amount": 2**63, "currency": "CNY"}), "hook.field", "data.total.amount"),
        (placed(total={"amount": 1, "currency": "yuan"}), "hook.field", "data.total.currency"),
        (placed(total={"amount": 1, "currency": "CNY", "tax": 0}), "hook.field", "data.total.tax"),
        (placed(lines=[{"product_id": "p", "quantity": 1.5, "price": {"amount": 1, "currency": "CNY"}}]),
         "hook.field", "data.lines[0].quantity"),
        (placed(at="2026-03-02T04:00:00"), "hook.field", "data.at"),
        (placed(at="2026-03-04T04:00:00Z"), "hook.field", "data.at"),
        (placed(order_id=""), "hook.field", "data.order_id"),
        (placed(channel="a\x00b"), "hook.field", "data.channel"),
        (placed(channel="x" * 10001), "hook.field", "data.channel"),
    ],
)  # fmt: skip
def test_what_is_no_fact_is_refused_by_field_in_both_languages(
    tmp_path: Path, body: Any, code: str, where: str
) -> None:
    logbook = Logbook()
    with pytest.raises(LinkloopError) as refused:
        hooks(tmp_path, logbook).handle("erp", *signed(body))
    error = refused.value
    assert (error.code, error.where) == (code, where)
    assert all((error.text.en, error.text.zh, error.todo.en, error.todo.zh))
    assert logbook.deliveries == []


def test_a_hook_takes_its_own_kinds_only(tmp_path: Path) -> None:
    logbook = Logbook()
    door = hooks(tmp_path, logbook, kinds=["parcels"])
    with pytest.raises(LinkloopError, match=r"hook\.kind"):
        door.handle("erp", *signed({"type": "order_placed", "data": PLACED}))
    door.handle("erp", *signed({"type": "parcels", "data": {"parcel_id": "p", "order_id": "o"}}))
    assert len(logbook.deliveries) == 1


def test_an_unknown_hook_and_a_large_body_are_refused(tmp_path: Path) -> None:
    door = hooks(tmp_path, Logbook(), body_bytes=100, batch=1)
    with pytest.raises(NotFound):
        door.handle("nobody", *signed(b"{}"))
    with pytest.raises(LinkloopError, match=r"hook\.size"):
        door.handle("erp", *signed(b" " * 101))


json_values = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=100, deadline=None)
@given(
    body=st.binary(max_size=200)
    | json_values
    | st.dictionaries(st.sampled_from(sorted(PLACED)), json_values).map(lambda changed: placed(**changed))
    | st.just(b'{"type":"orders","data":' + b"[" * 50_000),
)
def test_no_signed_body_breaks_it(body: Any) -> None:
    logbook = Logbook()
    door = Hooks({"erp": HookSettings(secrets=(SECRET,))})
    door.start(logbook, SimClock(AT))
    try:
        door.handle("erp", *signed(body if isinstance(body, bytes) else json.dumps(body).encode()))
    except LinkloopError:
        assert logbook.deliveries == []
    else:
        assert len(logbook.said) == 1


def heard(n: int, text: str = "在吗", channel: str = "line") -> list[dict[str, Any]]:
    """A message of another channel, as a system that knows that channel sends it: who wrote, the row, the event."""
    known = {"message_id": f"{channel}:{n}", "conversation_id": f"{channel}:u1", "channel": channel, "text": text}
    contact = {"contact_id": f"{channel}:u1", "channel": channel, "address": "u1", "keys": ["email:ann@example.com"]}
    return [
        {"type": "contacts", "data": contact},
        {"type": "messages", "data": {**known, "author": "customer", "sent_at": "2026-03-02T04:00:00Z"}},
        {"type": "message_received", "data": {**known, "at": "2026-03-02T04:00:00Z", "contact_id": f"{channel}:u1"}},
    ]


def test_a_hook_carries_messages_of_any_other_channel_each_once(tmp_path: Path) -> None:
    logbook = Logbook()
    door = hooks(tmp_path, logbook)
    door.handle("erp", *signed({"type": "batch", "data": heard(1)}))
    assert [type(one) for one in logbook.said] == [Contact, Message, MessageReceived]
    again = {"type": "batch", "data": [*heard(1), *heard(2, "还在吗")]}
    assert door.handle("erp", *signed(again, webhook_id="w2")).repeated is False
    assert door.handle("erp", *signed(again, webhook_id="w3")).repeated is True
    assert [one.text for one in logbook.said if isinstance(one, MessageReceived)] == ["在吗", "还在吗"]
    assert [(one.source, one.external_id) for one in logbook.deliveries] == [
        ("channel:line", "1"),
        ("channel:line", "2"),
    ]


def test_what_comes_beside_messages_stays_together(tmp_path: Path) -> None:
    logbook = Logbook()
    row = {"type": "orders", "data": {"order_id": "o1", "placed_at": "2026-03-02T04:00:00Z"}}
    body = {"type": "batch", "data": [*heard(1), row, {"type": "order_placed", "data": PLACED}]}
    accepted = hooks(tmp_path, logbook).handle("erp", *signed(body))
    assert (accepted.repeated, len(logbook.deliveries)) == (False, 2)
    assert [type(one) for one in logbook.deliveries[0].said] == [Order, OrderPlaced]


def test_a_hook_that_did_not_reach_the_log_is_not_acknowledged(tmp_path: Path) -> None:
    logbook = Logbook()
    door = hooks(tmp_path, logbook)
    request = signed({"type": "batch", "data": heard(1)})
    logbook.refusing = True
    with pytest.raises(OSError, match="disk full"):
        door.handle("erp", *request)
    logbook.refusing = False
    assert door.handle("erp", *request).repeated is False
    assert len(logbook.deliveries) == 1
