"""Endpoints: actions go out as signed webhooks, whose id is the effect key, so that a receiver knows a resend."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Literal
from urllib.parse import quote
from uuid import uuid4

import httpx
import msgspec
from standardwebhooks import Webhook

from linkloop.core.action import Action, Errand, Receipt
from linkloop.worlds.channels.memory import ChannelMemory
from linkloop.worlds.channels.settings import EndpointSettings

# "Ask again later" in the guise of a refusal (RFC 9110, RFC 6585): nothing was judged yet.
_LATER = frozenset({408, 425, 429})
_ANSWER_BYTES = 65536
logger = logging.getLogger("linkloop.endpoints")


class _Answer(msgspec.Struct, frozen=True):
    """What a receiver may say: its own reference, and for a `status_url` what became of the effect."""

    status: Literal["done", "refused", "unknown"] = "unknown"
    reference: str = ""


class Tested(msgspec.Struct, frozen=True):
    """What came of a test delivery: its webhook-id, the HTTP status (0: none), the time it took, and the problem."""

    id: str
    status: int
    took_ms: float
    problem: str


class Endpoint:
    """One receiver. Its URL comes from the settings alone, redirects are not followed, answers are read to 64 KiB."""

    def __init__(self, name: str, settings: EndpointSettings, memory: ChannelMemory) -> None:
        self.name = name
        self.settings = settings
        self._memory = memory
        self._webhook = Webhook(settings.secret)
        # No proxy or password from the environment: the request goes where the settings say, and nowhere else.
        self._http = httpx.Client(timeout=settings.timeout_s, follow_redirects=False, trust_env=False)

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def takes(self, action: Action) -> bool:
        """Whether this action goes here."""
        kind, where = type(action).__name__, self.settings.where
        return kind in self.settings.kinds and all(
            str(getattr(action, field, None)) == value for field, value in where.items()
        )

    def perform(self, errand: Errand) -> Receipt:
        """POST it. 2xx: done; 4xx and redirects: refused; later, 5xx, no answer in time: unknown."""
        body = msgspec.json.encode(
            {
                "type": type(errand.action).__name__,
                "timestamp": datetime.now(UTC),
                "data": msgspec.to_builtins(errand.action),
                "decision_id": errand.decision_id,
                "case_id": errand.case_id,
            }
        )
        if self.settings.status_url:
            self._memory.route(errand.key, self.name)
        try:
            code, answer = self._send("POST", self.settings.url, errand.key, body)
        except httpx.HTTPError as error:
            return Receipt(status="unknown", detail=f"{self.name}: {type(error).__name__}: {error}")
        if 200 <= code < 300:
            receipt = Receipt(status="done", reference=_reference(answer), detail=f"{self.name}: HTTP {code}")
        elif 300 <= code < 500 and code not in _LATER:
            receipt = Receipt(status="refused", detail=f"{self.name}: HTTP {code}")
        else:
            return Receipt(status="unknown", detail=f"{self.name}: HTTP {code}")
        self._memory.settle(errand.key, receipt)
        return receipt

    def test(self) -> Tested:
        """POST a signed delivery of type `linkloop.test`, which asks for nothing; gives what came back."""
        test_id = f"test_{uuid4().hex}"
        body = msgspec.json.encode({"type": "linkloop.test", "timestamp": datetime.now(UTC), "data": {}})
        started = perf_counter()
        try:
            code, _ = self._send("POST", self.settings.url, test_id, body)
        except httpx.HTTPError as error:
            return Tested(test_id, 0, (perf_counter() - started) * 1000, f"{type(error).__name__}: {error}")
        return Tested(test_id, code, (perf_counter() - started) * 1000, "" if 200 <= code < 300 else f"HTTP {code}")

    def ask(self, key: str) -> Receipt | None:
        """What the receiver says became of an effect; None where it has never seen it or has no `status_url`.

        Raises httpx.HTTPError when it cannot be asked.
        """
        if not self.settings.status_url:
            return None
        code, answer = self._send("GET", self.settings.status_url.replace("{key}", quote(key, safe="")), key, b"")
        if code == 404:
            return None
        if code != 200:
            return Receipt(status="unknown", detail=f"{self.name}: status_url: HTTP {code}")
        try:
            said = msgspec.json.decode(answer, type=_Answer)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return Receipt(status="unknown", detail=f"{self.name}: status_url: {error}")
        receipt = Receipt(status=said.status, reference=said.reference[:200], detail=f"{self.name}: by its status_url")
        if said.status != "unknown":
            self._memory.settle(key, receipt)
        return receipt

    def _send(self, method: str, url: str, key: str, body: bytes) -> tuple[int, bytes]:
        now = datetime.now(UTC)
        headers: dict[str, Any] = {
            "content-type": "application/json",
            "user-agent": "linkloop",
            "webhook-id": key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(key, now, body.decode()),
        }
        with self._http.stream(method, url, content=body, headers=headers) as response:
            answer = b""
            if 200 <= response.status_code < 300:
                for chunk in response.iter_raw():
                    answer += chunk
                    if len(answer) > _ANSWER_BYTES:
                        answer = b""
                        break
            return response.status_code, answer


def _reference(answer: bytes) -> str:
    try:
        return msgspec.json.decode(answer, type=_Answer).reference[:200]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
