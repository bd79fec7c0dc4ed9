"""WhatsApp Cloud API as its documents describe it: token, shapes, 4096 characters, the 24-hour window, statuses."""

from __future__ import annotations

import hashlib
import hmac
import json
from itertools import count
from typing import Any

from linkloop.worlds.channels.platform import WebRequest
from tests.worlds.channels.doubles.serving import Answer, Double, Request

PHONE_ID = "106540352242922"
WABA_ID = "102290129340398"
TOKEN = "EAAG-test-token"
APP_SECRET = "0f9a3c1d5e7b4c2a"
VERIFY_TOKEN = "shop-verify-token"
DAY_S = 24 * 3600


class WhatsAppDouble(Double):
    """`sent` is what was taken; `last_wrote` opens the window of a customer, on the double's own clock."""

    def __init__(self, now_s: int = 1_772_425_000) -> None:
        super().__init__()
        self.now_s = now_s
        self.sent: list[dict[str, Any]] = []
        self.templates = {("order_update", "en"): 1}
        self.last_wrote: dict[str, int] = {}
        self._ids = count(1)

    # -- what a client asks
    def handle(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return wrong(401, 190, "Error validating access token")
        version, _, rest = request.path.removeprefix("/").partition("/")
        if not version.startswith("v") or rest != f"{PHONE_ID}/messages" or request.method != "POST":
            return wrong(400, 100, "Unsupported post request")
        message = request.json()
        to = message.get("to") or message.get("recipient") or ""
        if message.get("messaging_product") != "whatsapp" or not to:
            return wrong(400, 100, "(#100) The parameter messaging_product is required")
        if len(message.get("biz_opaque_callback_data", "")) > 512:
            return wrong(400, 100, "biz_opaque_callback_data is too long")
        if message["type"] == "text":
            if not 0 < len(message["text"]["body"]) <= 4096:
                return wrong(400, 100, "Param text['body'] must be at most 4096 characters long.")
            if self.now_s - self.last_wrote.get(to, 0) > DAY_S:
                return wrong(400, 131047, "Re-engagement message")
        elif message["type"] == "template":
            template = message["template"]
            wanted = self.templates.get((template["name"], template["language"]["code"]))
            if wanted is None:
                return wrong(404, 132001, "Template name does not exist in the translation")
            values = [p["text"] for part in template.get("components", ()) for p in part["parameters"]]
            if len(values) != wanted or any("\n" in v or "\t" in v or len(v) > 1024 for v in values):
                return wrong(400, 132000, "Number of parameters does not match the expected number of params")
        else:
            return wrong(400, 131051, "Unsupported message type")
        wamid = f"wamid.OUT{next(self._ids)}"
        self.sent.append({**message, "id": wamid})
        contacts = [{"input": to, "wa_id": to}]
        return Answer({"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": wamid}]})

    # -- what the platform posts to us
    def wrote(self, wa_id: str, number: int, *, name: str = "安妮", **content: Any) -> dict[str, Any]:
        """The `value` of one customer message; `content` is its type and body."""
        self.last_wrote[wa_id] = self.now_s
        message = {"from": wa_id, "id": f"wamid.IN{number}", "timestamp": str(self.now_s + number), **content}
        contact = {"profile": {"name": name}, "wa_id": wa_id, "user_id": f"US.{wa_id}7741"}
        return {**self.value(), "contacts": [contact], "messages": [message]}

    def status(self, sent: dict[str, Any], state: str, *, error: int = 0) -> dict[str, Any]:
        """The `value` of one status of a message that we sent."""
        status: dict[str, Any] = {
            "id": sent["id"],
            "status": state,
            "timestamp": str(self.now_s),
            "recipient_id": sent.get("to", ""),
        }
        if "biz_opaque_callback_data" in sent:
            status["biz_opaque_callback_data"] = sent["biz_opaque_callback_data"]
        if error:
            failed = {"code": error, "title": "Message failed", "message": "Message failed"}
            status["errors"] = [{**failed, "error_data": {"details": "as asked"}}]
        return {**self.value(), "statuses": [status]}

    def batch(self, *values: dict[str, Any]) -> WebRequest:
        """One webhook with these values."""
        changes = [{"field": "messages", "value": value} for value in values]
        body = {"object": "whatsapp_business_account", "entry": [{"id": WABA_ID, "changes": changes}]}
        return self.post(json.dumps(body, ensure_ascii=False).encode())

    def post(self, raw: bytes) -> WebRequest:
        """Any body, rightly signed."""
        return WebRequest(headers={"x-hub-signature-256": sign(raw), "content-type": "application/json"}, body=raw)

    def value(self, phone_id: str = PHONE_ID) -> dict[str, Any]:
        metadata = {"display_phone_number": "15550783881", "phone_number_id": phone_id}
        return {"messaging_product": "whatsapp", "metadata": metadata}


def sign(raw: bytes, secret: str = APP_SECRET) -> str:
    """HMAC SHA-256 over the raw body, as Meta's webhook documents say."""
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def wrong(status: int, code: int, message: str) -> Answer:
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "T"}
    return Answer({"error": error}, status)
