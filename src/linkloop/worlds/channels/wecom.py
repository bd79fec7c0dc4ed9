"""WeCom customer service (企业微信 微信客服): a callback calls, sync_msg tells, send_msg answers, each msgid once."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, ClassVar, Literal

from linkloop.core.action import Receipt
from linkloop.core.errors import LinkloopError
from linkloop.worlds.channels.calling import Caller, Said
from linkloop.worlds.channels.platform import (
    Item,
    NotSent,
    Part,
    Platform,
    PlatformSettings,
    WebAnswer,
    WebRequest,
    forged,
)
from linkloop.worlds.channels.settings import check_url
from linkloop.worlds.channels.tencent_api import TencentApi, words
from linkloop.worlds.channels.wechat_crypto import Envelope, aes_key, check_signature
from linkloop.worlds.channels.wechat_xml import read_xml
from linkloop.worlds.channels.wecom_cursor import Cursor
from linkloop.worlds.channels.wecom_customers import Customers
from linkloop.worlds.channels.wecom_messages import CUSTOMER, Page, read_page

_MSGID = re.compile(r"[0-9a-zA-Z_-]{1,32}\Z")
_BAD_TOKEN = 95007
# Of a callback, it may be used for ten minutes; without one WeCom lets us ask seldom.
_TOKEN_S = 540.0
_PAGE = 1000
_PAGES = 3
logger = logging.getLogger("linkloop.platforms")
_STATES = {0: "nobody has it yet", 1: "the assistant", 2: "waits for a person", 3: "a person", 4: "it has ended"}
_WITH_PEOPLE = (2, 3)
_REFUSED = {
    95001: "five messages were sent since the customer wrote",
    95002: "48 h have passed since the customer wrote",
    95013: "the session has ended",
}
_WRONG_STATE = 95018


class WeComSettings(PlatformSettings, frozen=True, kw_only=True):
    """One customer-service account (`open_kfid`). `secret` is that of 微信客服; `welcome` greets who opens the chat;
    `poll_s`: how often we ask without being called (0: never); what is older than `first_s` at the very first question
    is left alone, for WeCom gives three days. `people`: where persons answer, at our desk or in the WeCom client; there
    the bot hands a session over to `servicer` (a userid), or into WeCom's queue."""

    __secret__: ClassVar[tuple[str, ...]] = ("secret", "token", "encoding_aes_key")

    corp_id: str
    secret: str
    open_kfid: str
    token: str
    encoding_aes_key: str
    welcome: str = ""
    people: Literal["desk", "wecom"] = "desk"
    servicer: str = ""
    poll_s: float = 60.0
    first_s: float = 600.0
    api: str = "https://qyapi.weixin.qq.com"
    timeout_s: float = 10.0

    def __post_init__(self) -> None:
        for field in ("corp_id", "secret", "open_kfid", "token"):
            if not getattr(self, field):
                raise ValueError(f"{field}: it is empty")
        try:
            aes_key(self.encoding_aes_key)
        except LinkloopError as error:
            raise ValueError(f"encoding_aes_key: {error.text.en}") from error
        if self.poll_s and self.poll_s < 1:
            raise ValueError("poll_s: at least 1 second, or 0 for never")


class WeCom(Platform):
    """One account. The cursor moves only once the log has what lies before it."""

    kind: ClassVar[str] = "wecom"
    clock_s: ClassVar[float] = 4.9
    limit: ClassVar[int] = 2048
    body_bytes: ClassVar[int] = 1 << 18
    window: ClassVar[timedelta | None] = timedelta(hours=48)
    waits = True

    def __init__(
        self,
        name: str,
        settings: WeComSettings,
        folder: Path,
        now_s: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.settings = settings
        self._now_s = now_s
        self._monotonic = monotonic
        self._api = TencentApi(name, settings.api, settings.timeout_s, self._fetch_token, monotonic, (settings.secret,))
        self._customers = Customers(self._api)
        self._envelope = Envelope(settings.encoding_aes_key, settings.corp_id)
        self._cursor = Cursor(folder / f"platform-{name}.cursor")
        self._reading = threading.local()
        self._called = threading.Event()
        self._called.set()  # what came while the shop was closed is asked for at once
        self._closed = False
        self._pulled_from = ""
        self._token, self._token_until = "", 0.0
        self._welcomed: deque[str] = deque(maxlen=1000)
        self.pulls = settings.poll_s > 0

    # -- in
    def greet(self, request: WebRequest) -> WebAnswer:
        """The encrypted echostr of the page on which the address was entered, opened."""
        echo = request.query.get("echostr", "")
        self._signed(request, echo)
        return WebAnswer(body=self._envelope.open(echo))

    def verify(self, request: WebRequest) -> None:
        """The signature of the encrypted text, which only then is opened."""
        self._opened(request)

    def read(self, request: WebRequest) -> list[Item]:
        """A callback says only that there is something: all that is new since the cursor, with the token that lets us
        ask as often as we are called."""
        self._reading.moves = None  # what was read before and not accepted does not count
        fields = self._opened(request)
        if fields.get("Event") != "kf_msg_or_event" or fields.get("OpenKfId") != self.settings.open_kfid:
            return []
        self._token, self._token_until = fields.get("Token", ""), self._monotonic() + _TOKEN_S
        found: list[Item] = []
        start = end = self._cursor.value
        for _ in range(_PAGES):
            items, end, more = self._page(end)
            found += items
            if not more:
                break
        else:
            self._called.set()  # a long backlog is for the thread: WeCom hangs up after 5 s
        self._reading.moves = (start, end)
        return found

    def answer(self, request: WebRequest) -> WebAnswer:
        """The log has it all: the next question begins behind it."""
        if (moves := getattr(self._reading, "moves", None)) is not None:
            self._cursor.move(*moves)
            self._reading.moves = None
        return WebAnswer(body=b"success")

    def pull(self, cursor: str, stop: threading.Event) -> tuple[list[Item], str]:
        """What no callback told of, every `poll_s`, and first what came while the shop was closed."""
        if cursor:  # what was given last is in the log
            self._cursor.move(self._pulled_from, cursor)
        self._called.wait(self.settings.poll_s)
        if self._closed or stop.is_set():
            return [], cursor
        self._called.clear()
        self._pulled_from = self._cursor.value
        try:
            items, end, more = self._page(self._pulled_from)
        except Exception:
            self._called.set()  # asked again after the wait that follows a failure
            raise
        if more:
            self._called.set()
        return items, end

    def _page(self, cursor: str) -> tuple[list[Item], str, bool]:
        page = self._sync(cursor)
        since = 0.0 if cursor else self._now_s() - self.settings.first_s
        known = self._customers.known({entry.external_userid for entry in page.msg_list if entry.origin == CUSTOMER})
        for code in page.welcome_codes(self._now_s()):
            self._welcome(code)
        return read_page(self.name, page, self.settings.open_kfid, known, since), page.next_cursor, page.has_more

    # -- out
    def measure(self, text: str) -> int:
        """WeCom counts bytes."""
        return len(text.encode("utf-8", "replace"))

    def send(self, part: Part) -> Receipt:
        """Under a msgid that is a function of the part's key: sent again, WeCom knows it."""
        msgid = msgid_of(part.key)
        answer = self._api.call(
            "POST",
            "/cgi-bin/kf/send_msg",
            json={
                "touser": part.address,
                "open_kfid": self.settings.open_kfid,
                "msgid": msgid,
                "msgtype": "text",
                "text": {"content": part.text},
            },
        )
        code, said = answer.get("errcode", 0), str(answer.get("errmsg", "")).lower()
        if code == 0 or ("msgid" in said and re.search("dup|repeat|exist|重复", said)):
            if part.wants_person and self.settings.people == "wecom":
                return Receipt(status="done", reference=msgid, detail=self._hand_over(part.address))
            return Receipt(status="done", reference=msgid)
        why = _REFUSED.get(code, "") or (self._who_has(part.address) if code == _WRONG_STATE else "")
        return Receipt(status="refused", detail=f"{words(self.name, answer)}{f' — {why}' if why else ''}")

    def look_up(self, part: Part) -> Receipt | None:
        """It may be sent again: the same msgid is not delivered twice."""
        return None

    def close(self) -> None:
        """Let go of connections; a `pull` that waits comes back."""
        self._closed = True
        self._called.set()
        self._api.close()

    def _sync(self, cursor: str) -> Page:
        asked: dict[str, Any] = {"open_kfid": self.settings.open_kfid, "limit": _PAGE, "voice_format": 0}
        if cursor:
            asked["cursor"] = cursor
        token = self._token if self._monotonic() < self._token_until else ""
        answer = self._api.call("POST", "/cgi-bin/kf/sync_msg", json={**asked, **({"token": token} if token else {})})
        if answer.get("errcode") == _BAD_TOKEN and token:
            self._token = ""
            answer = self._api.call("POST", "/cgi-bin/kf/sync_msg", json=asked)
        if answer.get("errcode", 0) != 0:
            raise NotSent(f"sync_msg: {words(self.name, answer)}")
        return Page.of(self.name, answer)

    def _welcome(self, code: str) -> None:
        """Greet who opened the chat, once: a code works once. Where it fails nothing else does."""
        if self.settings.welcome and code not in self._welcomed:
            self._welcomed.append(code)
            message = {"code": code, "msgtype": "text", "text": {"content": self.settings.welcome}}
            if self._api.try_call("POST", "/cgi-bin/kf/send_msg_on_event", json=message).get("errcode", -1) != 0:
                logger.info("%s: a customer was not greeted", self.name)

    def _hand_over(self, address: str) -> str:
        """Move a session to a person in WeCom: to `servicer`, else into the queue. Where one has it already, nothing.

        Raises as the API does: then the part is sent again, which WeCom knows by its msgid, and so is the move.
        """
        asked = {"open_kfid": self.settings.open_kfid, "external_userid": address}
        if self._api.call("POST", "/cgi-bin/kf/service_state/get", json=asked).get("service_state") in _WITH_PEOPLE:
            return "a person has it in WeCom"
        to = {"service_state": 3, "servicer_userid": self.settings.servicer} if self.settings.servicer else {}
        answer = self._api.call("POST", "/cgi-bin/kf/service_state/trans", json={**asked, "service_state": 2, **to})
        if answer.get("errcode", 0) != 0:
            logger.warning("%s: a session was not handed over: %s", self.name, words(self.name, answer))
            return f"not handed over: {words(self.name, answer)}"
        return "handed over in WeCom"

    def _who_has(self, address: str) -> str:
        """Who holds a session of which WeCom says that we may not write in it."""
        asked = {"open_kfid": self.settings.open_kfid, "external_userid": address}
        answer = self._api.call("POST", "/cgi-bin/kf/service_state/get", json=asked)
        state = _STATES.get(answer.get("service_state", -1), "")
        by = answer.get("servicer_userid", "")
        return f"in WeCom: {state}{f' ({by})' if by else ''}" if state else ""

    def _signed(self, request: WebRequest, encrypted: str) -> None:
        asked = request.query
        check_signature(
            asked.get("msg_signature", ""),
            self.settings.token,
            asked.get("timestamp", ""),
            asked.get("nonce", ""),
            encrypted,
        )

    def _opened(self, request: WebRequest) -> dict[str, str]:
        encrypted = read_xml(request.body).get("Encrypt", "")
        if not encrypted:
            raise forged(self.name, "Encrypt")
        self._signed(request, encrypted)
        return read_xml(self._envelope.open(encrypted))

    def _fetch_token(self, caller: Caller) -> Said:
        query = {"corpid": self.settings.corp_id, "corpsecret": self.settings.secret}
        return caller("GET", "/cgi-bin/gettoken", query=query)


def msgid_of(key: str) -> str:
    """The msgid of a part: its key where that is one (32 letters and digits), else a digest of it."""
    return key if _MSGID.match(key) else blake2b(key.encode(), digest_size=16).hexdigest()


SETTINGS = WeComSettings


def open_platform(name: str, settings: WeComSettings, folder: Path) -> WeCom:
    """One account; nothing is connected yet. Raises LinkloopError `channels.settings`."""
    check_url(settings.api, False, f"channels.platforms.{name}.api")
    return WeCom(name, settings, folder)
