"""WhatsApp Cloud API against a double that checks what the platform checks."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from linkloop.commerce.contacts import Contact
from linkloop.commerce.conversations import MessageReceived
from linkloop.core.errors import LinkloopError, NotFound, Refused
from linkloop.worlds.channels.platform import WebRequest
from tests.worlds.channels.contract import NOW, Harness, PlatformContract, Shop
from tests.worlds.channels.doubles.serving import Answer
from tests.worlds.channels.doubles.whatsapp_cloud import (
    APP_SECRET,
    PHONE_ID,
    TOKEN,
    VERIFY_TOKEN,
    WhatsAppDouble,
    sign,
    wrong,
)

ANN = "16505551234"
SEND = "/messages"
FARES: dict[str, tuple[str, Answer | None]] = {
    "done": ("done", None),
    "lost before": ("drop", None),
    "lost after": ("lose", None),
    "broken": ("answer", Answer(b"<html>Bad Gateway</html>", 502)),
    "busy": ("answer", wrong(429, 80007, "Rate limit issues")),
    "refused": ("answer", wrong(400, 131026, "Message undeliverable")),
}


class WhatsAppHarness(Harness):
    name = "whatsapp"

    def __init__(self) -> None:
        self.double = WhatsAppDouble()

    def options(self) -> dict[str, Any]:
        return {
            "kind": "whatsapp",
            "phone_number_id": PHONE_ID,
            "access_token": TOKEN,
            "app_secret": APP_SECRET,
            "verify_token": VERIFY_TOKEN,
            "api": self.double.url,
            "timeout_s": 5,
            "patience_s": 0,
        }

    def webhook(self, text: str, n: int = 1) -> WebRequest:
        return self.double.batch(self.double.wrote(ANN, n, type="text", text={"body": text}))

    def forged(self, request: WebRequest) -> list[WebRequest]:
        header = "x-hub-signature-256"
        right = request.headers[header]
        return [
            replace(request, body=request.body.replace(b"text", b"tEXT")),
            replace(request, body=request.body + b" "),
            *(
                replace(request, headers=headers)
                for headers in (
                    {},
                    {header: ""},
                    {header: sign(request.body, "another secret")},
                    {header: right.removeprefix("sha256=")},
                    {header: right[:-1]},
                    {header: "é"},
                    {"x-hub-signature": "sha1=" + hmac.new(b"x", request.body, hashlib.sha1).hexdigest()},
                )
            ),
        ]

    def ignored(self) -> list[WebRequest]:
        double = self.double
        sent = {"id": "wamid.OTHER", "to": ANN}
        other_number = {**double.wrote(ANN, 1, type="text", text={"body": "给别的店"}), **double.value("999")}
        return [
            double.batch(double.wrote(ANN, 1, type="reaction", reaction={"message_id": "wamid.X", "emoji": "👍"})),
            double.batch(double.wrote(ANN, 2, type="system", system={"body": "changed number", "wa_id": "1650"})),
            double.batch(double.wrote(ANN, 3, type="revoke", revoke={"original_message_id": "wamid.IN1"})),
            double.batch(double.status(sent, "delivered"), double.status(sent, "unknown")),
            double.batch(other_number),
            double.batch({**double.value(), "messages": [{"id": 5}], "statuses": "?"}),
            double.batch(),
            double.post(b'{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"account_update"}]}]}'),
        ]

    def signed(self, raw: bytes) -> WebRequest:
        return self.double.post(raw)

    def sent(self) -> list[str]:
        return [m["text"]["body"] if m["type"] == "text" else f"[{m['template']['name']}]" for m in self.double.sent]

    def fares(self, *moods: str) -> None:
        for mood in moods:
            kind, answer = FARES[mood]
            self.double.fail(kind, SEND, answer)

    def close(self) -> None:
        self.double.close()


class TestWhatsApp(PlatformContract):
    harness = WhatsAppHarness


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with opened(tmp_path) as made:
        yield made


@contextmanager
def opened(folder: Path, **options: Any) -> Iterator[Shop]:
    class Changed(WhatsAppHarness):
        def options(self) -> dict[str, Any]:
            return {**super().options(), **options}

    harness = Changed()
    shop = Shop(harness, folder)
    try:
        yield shop
    finally:
        shop.close()
        harness.close()


def double_of(shop: Shop) -> WhatsAppDouble:
    assert isinstance(shop.harness, WhatsAppHarness)
    return shop.harness.double


# -- in
def test_the_signature_is_the_one_that_openssl_makes(shop: Shop) -> None:
    # printf '%s' BODY | openssl dgst -sha256 -hmac 0f9a3c1d5e7b4c2a
    mac = "5ac3feba5d95be729205c2ce3167f65caf2358852f5bc34a456e2c294f9718eb"
    raw = b'{"object":"whatsapp_business_account","entry":[]}'
    assert shop.post(WebRequest(headers={"x-hub-signature-256": f"sha256={mac}"}, body=raw)).status == 200


def test_the_challenge_is_given_back_to_who_knows_our_token(shop: Shop) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
    answer = shop.post(WebRequest(method="GET", query=asked))
    assert (answer.status, answer.body) == (200, b"1158201444")
    for wrong_one in ({"hub.verify_token": "guess"}, {"hub.mode": "unsubscribe"}, {"hub.verify_token": ""}):
        with pytest.raises(Refused):
            shop.post(WebRequest(method="GET", query={**asked, **wrong_one}))
    with pytest.raises(Refused) as refused:  # nobody gets a page of ours to show what they like
        shop.post(WebRequest(method="GET", query={**asked, "hub.challenge": "<script>"}))
    assert refused.value.code == "platform.challenge"


def test_who_writes_is_proven_by_their_number(shop: Shop) -> None:
    shop.post(shop.harness.webhook("hi"))
    contact = next(item for item in shop.logbook.said if isinstance(item, Contact))
    assert (contact.address, contact.name, contact.proven) == (ANN, "安妮", True)
    assert contact.keys == (f"phone:+{ANN}", f"whatsapp:US.{ANN}7741")


def test_who_hides_the_number_is_known_and_answered_by_their_user_id(shop: Shop) -> None:
    user = "US.13491208655302741918"
    double = double_of(shop)
    value = double.wrote("", 1, type="text", text={"body": "hi"})
    value["messages"][0].pop("from")
    value["messages"][0]["from_user_id"] = user
    value["contacts"] = [{"profile": {"name": "Ann", "username": "@ann"}, "user_id": user}]
    double.last_wrote[user] = double.now_s
    shop.post(double.batch(value))
    contact = next(item for item in shop.logbook.said if isinstance(item, Contact))
    assert (contact.address, contact.name, contact.keys) == (user, "Ann", (f"whatsapp:{user}",))
    assert shop.perform(shop.reply("hello")).status == "done"
    assert (double.sent[0].get("to"), double.sent[0]["recipient"]) == (None, user)


@pytest.mark.parametrize(
    ("content", "text", "media"),
    [
        ({"type": "button", "button": {"text": "Cancel it", "payload": "cancel"}}, "Cancel it", ()),
        ({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "y", "title": "Yes"}}},
         "Yes", ()),
        ({"type": "interactive", "interactive": {"type": "list_reply",
          "list_reply": {"id": "s", "title": "Size 42", "description": "EU"}}}, "Size 42", ()),
        ({"type": "interactive", "interactive": {"type": "nfm_reply",
          "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{}"}}}, "Sent", ()),
        ({"type": "location", "location": {"latitude": 31.2, "longitude": 121.5, "name": "家", "address": "南京路 1"}},
         "📍 家, 南京路 1 (31.2, 121.5)", ()),
        ({"type": "image", "image": {"id": "1", "mime_type": "image/jpeg", "caption": "坏了"}}, "坏了",
         ("image image/jpeg",)),
        ({"type": "document", "document": {"id": "2", "filename": "invoice.pdf", "mime_type": "application/pdf"}},
         "", ("invoice.pdf",)),
        ({"type": "audio", "audio": {"id": "3", "mime_type": "audio/ogg; codecs=opus", "voice": True}},
         "", ("audio audio/ogg; codecs=opus",)),
        ({"type": "unsupported", "errors": [{"code": 131051}]}, "", ("unsupported",)),
        ({"type": "contacts", "contacts": [{"name": {"formatted_name": "Bo"}}]}, "", ("contacts",)),
        ({"type": "order", "order": {"catalog_id": "1"}}, "", ("order",)),
    ],
)  # fmt: skip
def test_every_kind_of_message_is_heard(shop: Shop, content: dict[str, Any], text: str, media: tuple[str, ...]) -> None:
    double = double_of(shop)
    shop.post(double.batch(double.wrote(ANN, 1, **content)))
    heard = next(item for item in shop.logbook.said if isinstance(item, MessageReceived))
    assert (heard.text, heard.media) == (text, media)


def test_a_batch_of_several_customers_and_statuses_is_taken_whole(shop: Shop) -> None:
    double = double_of(shop)
    values = [double.wrote(f"4915{n}", n, type="text", text={"body": f"n{n}"}) for n in range(1, 6)]
    values[2]["messages"].insert(0, {"id": "wamid.BROKEN"})  # one that cannot be read keeps no other from being heard
    shop.post(double.batch(*values, double.status({"id": "wamid.X"}, "read")))
    assert shop.heard() == ["n1", "n2", "n3", "n4", "n5"]
    assert len({item.contact_id for item in shop.logbook.said if isinstance(item, Contact)}) == 5


def test_the_moment_is_the_platforms(shop: Shop) -> None:
    shop.post(shop.harness.webhook("hi", 7))
    heard = next(item for item in shop.logbook.said if isinstance(item, MessageReceived))
    assert heard.at == datetime.fromtimestamp(double_of(shop).now_s + 7, UTC)


# -- out
def test_a_text_goes_out_as_the_graph_api_wants_it_with_our_own_key(shop: Shop) -> None:
    shop.post(shop.harness.webhook("hi"))
    errand = shop.reply("hello")
    assert shop.perform(errand).reference == "wamid.OUT1"
    request = double_of(shop).requests[0]
    assert (request.method, request.path) == ("POST", f"/v23.0/{PHONE_ID}/messages")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.json() == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": ANN,
        "type": "text",
        "text": {"body": "hello", "preview_url": False},
        "biz_opaque_callback_data": errand.key,
    }


def test_a_lost_answer_is_known_again_by_its_status_and_never_sent_twice(tmp_path: Path) -> None:
    with opened(tmp_path, patience_s=600) as shop:
        double = double_of(shop)
        shop.post(shop.harness.webhook("hi"))
        shop.harness.fares("lost after")
        errand = shop.reply("hello")
        assert shop.perform(errand).status == "unknown"
        waiting = shop.world.settled(errand.key)
        assert waiting is not None
        assert (waiting.status, waiting.gives_up) == ("unknown", False)
        shop.post(double.batch(double.status(double.sent[0], "sent")))
        assert shop.world.settled(errand.key) is None  # clear now: what is there is not sent again
        done = shop.perform(errand)
        assert (done.status, done.reference) == ("done", "wamid.OUT1")
        assert shop.harness.sent() == ["hello"]
        assert [m.text for m in shop.ours()] == ["hello"]


def test_how_far_a_message_came_is_kept_in_whatever_order_it_is_told(shop: Shop) -> None:
    double, outbook = double_of(shop), shop.account.outbook
    shop.post(shop.harness.webhook("hi"))
    errand = shop.reply("hello")
    shop.perform(errand)
    fates = []
    for state in ("sent", "read", "delivered", "sent"):
        shop.post(double.batch(double.status(double.sent[0], state)))
        fates.append(outbook.fate(errand.key)[0])
    assert fates == ["sent", "read", "read", "read"]


def test_what_fails_after_it_was_taken_is_kept_with_the_reason(shop: Shop) -> None:
    double, outbook = double_of(shop), shop.account.outbook
    shop.post(shop.harness.webhook("hi"))
    errand = shop.reply("hello")
    done = shop.perform(errand)
    failed = double.status(double.sent[0], "failed", error=131026)
    failed["statuses"][0].pop("biz_opaque_callback_data")  # then its own id tells which it is
    shop.post(double.batch(failed))
    state, detail = outbook.fate(errand.key)
    assert state == "failed"
    assert "131026" in detail
    assert shop.perform(errand) == done
    assert len(double.sent) == 1


@pytest.mark.parametrize("code", [4, 80007, 130429, 131056])
def test_a_limit_is_waited_for_and_nothing_is_lost(shop: Shop, code: int) -> None:
    double = double_of(shop)
    shop.post(shop.harness.webhook("hi"))
    double.fail("answer", SEND, wrong(400, code, "Rate limit"))
    errand = shop.reply("hello")
    assert shop.perform(errand).status == "unknown"
    waiting = shop.world.settled(errand.key)
    assert waiting is not None
    assert "asked to wait" in waiting.detail
    later = shop.account.sending.monotonic() + 100
    shop.account.sending.monotonic = lambda: later
    assert shop.world.settled(errand.key) is None
    assert shop.perform(errand).status == "done"
    assert shop.harness.sent() == ["hello"]


def test_a_bad_token_loses_no_message(tmp_path: Path) -> None:
    with opened(tmp_path, access_token="stale") as shop:
        shop.post(shop.harness.webhook("hi"))
        receipt = shop.perform(shop.reply("hello"))
        assert receipt.status == "unknown"
        assert "mend the token" in receipt.detail
        assert shop.harness.sent() == []


def test_after_a_day_the_template_goes_out_in_its_place(tmp_path: Path) -> None:
    with opened(tmp_path, template="order_update") as shop:
        double = double_of(shop)
        shop.post(shop.harness.webhook("hi"))
        later = timedelta(hours=25)
        shop.clock.advance(NOW + later)
        double.now_s += int(later.total_seconds())
        assert shop.perform(shop.reply("Your parcel\n\n\tis   here." + " x" * 1000)).status == "done"
        (sent,) = double.sent
        assert (sent["type"], sent["template"]["language"]) == ("template", {"code": "en"})
        (part,) = sent["template"]["components"]
        words = part["parameters"][0]["text"]
        assert words.startswith("Your parcel is here. x x")
        assert (len(words), words[-1]) == (1024, "…")


def test_a_window_that_only_the_platform_knows_is_over_is_refused_with_its_reason(shop: Shop) -> None:
    double = double_of(shop)
    shop.post(shop.harness.webhook("hi"))
    double.now_s += 25 * 3600
    receipt = shop.perform(shop.reply("hello"))
    assert receipt.status == "refused"
    assert "131047" in receipt.detail
    assert double.sent == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"app_secret": ""}, "app_secret"), ({"version": "23"}, "version"), ({"api": "http://graph.example"}, "api"),
     ({"phone": "1"}, ""), ({"phone_number_id": 5}, "phone_number_id")],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused_by_name(tmp_path: Path, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(LinkloopError) as refused, opened(tmp_path, **changed):
        pass
    assert refused.value.code == "channels.settings"
    assert refused.value.where.startswith("channels.platforms.whatsapp")
    assert field in refused.value.where
    assert APP_SECRET not in str(refused.value)


def test_no_other_address_answers(shop: Shop) -> None:
    with pytest.raises(NotFound):
        shop.world.platforms.handle("other", shop.harness.webhook("hi"))
    assert json.loads(shop.harness.webhook("hi").body)["object"] == "whatsapp_business_account"
