"""WeChat official account (公众号): a passive reply where the answer is in time, else a customer-service message."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from msgspec.structs import replace

from linkloop.core.action import Receipt
from linkloop.core.errors import LinkloopError
from linkloop.worlds.channels.calling import Caller, Said
from linkloop.worlds.channels.platform import (
    Item,
    Part,
    Platform,
    PlatformSettings,
    WebAnswer,
    WebRequest,
    forged,
    garbage,
)
from linkloop.worlds.channels.settings import check_url
from linkloop.worlds.channels.taking import short
from linkloop.worlds.channels.tencent_api import TencentApi, words
from linkloop.worlds.channels.wechat_crypto import Envelope, aes_key, check_signature, signature
from linkloop.worlds.channels.wechat_messages import read_message
from linkloop.worlds.channels.wechat_passive import PassiveReplies
from linkloop.worlds.channels.wechat_xml import read_xml, write_xml

_SUCCESS = b"success"
_LONGEST_PASSIVE_S = 4.5
_REMEMBERS = 10_000
# What WeChat refuses for good, and why (errcode of message/custom/send).
_REFUSED = {
    45015: "48 h have passed since the follower wrote, or they follow no more",
    43004: "they follow no more",
    45047: "as many messages were sent as WeChat allows before the follower writes again",
    48001: "this account may send no customer-service messages: set customer_messages = false",
}


class WeChatSettings(PlatformSettings, frozen=True, kw_only=True):
    """One account. `passive_s`: how long a response waits for the answer (0: never; WeChat hangs up after 5 s).

    `customer_messages = false` for accounts without that right: only what is in time is answered. `menu` says what a
    press of a menu button (its key) means; `welcome` is told to who begins to follow. Without `encoding_aes_key`
    WeChat's signature does not cover the message: `plain = true` says that you accept that.
    """

    __secret__: ClassVar[tuple[str, ...]] = ("app_secret", "token", "encoding_aes_key")

    app_id: str
    app_secret: str
    token: str
    encoding_aes_key: str = ""
    plain: bool = False
    passive_s: float = 1.0
    customer_messages: bool = True
    welcome: str = ""
    menu: dict[str, str] = {}
    unionid: bool = True
    api: str = "https://api.weixin.qq.com"
    timeout_s: float = 5.0

    def __post_init__(self) -> None:
        for field in ("app_id", "app_secret", "token"):
            if not getattr(self, field):
                raise ValueError(f"{field}: it is empty")
        if self.encoding_aes_key:
            try:
                aes_key(self.encoding_aes_key)
            except LinkloopError as error:
                raise ValueError(f"encoding_aes_key: {error.text.en}") from error
        elif not self.plain:
            raise ValueError("encoding_aes_key: it is empty; choose safe mode on WeChat's page, or set plain = true")
        if not 0 <= self.passive_s <= _LONGEST_PASSIVE_S:
            raise ValueError(f"passive_s: it is 0 to {_LONGEST_PASSIVE_S}, for WeChat hangs up after 5 s")
        if not self.customer_messages and not self.passive_s:
            raise ValueError("passive_s: without customer_messages nothing could be answered at all")


class WeChat(Platform):
    """One account. An answer goes out once: as the response to its message, or as a message of its own."""

    kind: ClassVar[str] = "wechat"
    clock_s: ClassVar[float] = 4.9
    limit: ClassVar[int] = 2048
    body_bytes: ClassVar[int] = 1 << 18
    window: ClassVar[timedelta | None] = timedelta(hours=48)
    waits = True

    def __init__(
        self,
        name: str,
        settings: WeChatSettings,
        folder: Path,
        now_s: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.settings = settings
        self._now_s = now_s
        self._api = TencentApi(
            name, settings.api, settings.timeout_s, self._fetch_token, monotonic, (settings.app_secret,)
        )
        self._envelope = Envelope(settings.encoding_aes_key, settings.app_id) if settings.encoding_aes_key else None
        self._passive = PassiveReplies(folder / f"platform-{name}-passive.db", settings.passive_s, monotonic)
        self._unions: OrderedDict[str, str] = OrderedDict()

    # -- in
    def greet(self, request: WebRequest) -> WebAnswer:
        """The echostr of the page on which the address was entered."""
        self._signed(request)
        return WebAnswer(body=request.query.get("echostr", "")[:200].encode())

    def verify(self, request: WebRequest) -> None:
        """The signature of the address, and in safe mode that of the encrypted text, which only then is opened."""
        self._signed(request)
        if self._envelope is not None:
            self._opened(request)

    def read(self, request: WebRequest) -> list[Item]:
        """One message, or none where an event is not a customer's word."""
        found = read_message(self._opened(request), self.settings.menu)
        if found is None:
            return []
        if self.settings.passive_s:
            self._passive.open(short(found.message_id))
        union = self._union(found.address)
        return [replace(found, keys=(*found.keys, f"unionid:{union}"))] if union else [found]

    def answer(self, request: WebRequest) -> WebAnswer:
        """The answer itself where it is there in time, else "success"."""
        fields = self._opened(request)
        if fields.get("Event") == "subscribe" and self.settings.welcome:
            return self._reply(fields, self.settings.welcome)
        message = read_message(fields, self.settings.menu)
        text = self._passive.claim(short(message.message_id)) if message is not None else ""
        return self._reply(fields, text) if text else WebAnswer(body=_SUCCESS)

    # -- out
    def measure(self, text: str) -> int:
        """WeChat counts bytes."""
        return len(text.encode("utf-8", "replace"))

    def send(self, part: Part) -> Receipt:
        """Into the response that waits for it, else as a customer-service message; never both."""
        if part.of == 1 and self._passive.offer(part.in_reply_to, part.key, part.text):
            return Receipt(status="done", reference=f"passive:{part.in_reply_to}")
        if not self.settings.customer_messages:
            why = "the answer was not there in time, and this account may send no customer-service messages"
            return Receipt(status="refused", detail=f"{self.name}: {why}")
        message = {"touser": part.address, "msgtype": "text", "text": {"content": part.text}}
        answer = self._api.call("POST", "/cgi-bin/message/custom/send", json=message)
        code = answer.get("errcode", 0)
        if code == 0:
            return Receipt(status="done", reference=f"custom:{part.key}")
        why = _REFUSED.get(code, "")
        return Receipt(status="refused", detail=f"{words(self.name, answer)}{f' — {why}' if why else ''}")

    def look_up(self, part: Part) -> Receipt | None:
        """Known where a response carried it; of a customer-service message WeChat cannot be asked."""
        if self._passive.carried(part.key):
            return Receipt(status="done", reference=f"passive:{part.in_reply_to}")
        return super().look_up(part)

    def close(self) -> None:
        """Let go of connections; responses that wait go out without an answer."""
        self._passive.close()
        self._api.close()

    def _signed(self, request: WebRequest) -> None:
        asked = request.query
        check_signature(
            asked.get("signature", ""), self.settings.token, asked.get("timestamp", ""), asked.get("nonce", "")
        )

    def _opened(self, request: WebRequest) -> dict[str, str]:
        fields = read_xml(request.body)
        if self._envelope is None:
            return fields
        encrypted, asked = fields.get("Encrypt", ""), request.query
        if not encrypted:  # in safe mode nothing is believed that came in the clear
            raise forged(self.name, "Encrypt")
        check_signature(
            asked.get("msg_signature", ""),
            self.settings.token,
            asked.get("timestamp", ""),
            asked.get("nonce", ""),
            encrypted,
        )
        inside = read_xml(self._envelope.open(encrypted))
        if not inside:
            raise garbage(self.name, "the encrypted text is empty")
        return inside

    def _reply(self, fields: dict[str, str], text: str) -> WebAnswer:
        xml = write_xml(
            {
                "ToUserName": fields.get("FromUserName", ""),
                "FromUserName": fields.get("ToUserName", ""),
                "CreateTime": int(self._now_s()),
                "MsgType": "text",
                "Content": text,
            }
        )
        if self._envelope is not None:
            encrypted, stamp, nonce = self._envelope.close(xml), str(int(self._now_s())), secrets.token_hex(8)
            signed = signature(self.settings.token, stamp, nonce, encrypted)
            xml = write_xml({"Encrypt": encrypted, "MsgSignature": signed, "TimeStamp": int(stamp), "Nonce": nonce})
        return WebAnswer(body=xml.encode(), media_type="application/xml")

    def _fetch_token(self, caller: Caller) -> Said:
        # A stable token stays the same for all who ask, so that a second server of the shop does not end ours.
        asked = {
            "grant_type": "client_credential",
            "appid": self.settings.app_id,
            "secret": self.settings.app_secret,
        }
        return caller("POST", "/cgi-bin/stable_token", json=asked)

    def _union(self, openid: str) -> str:
        """Who this follower is to all accounts of the shop; asked once, and done without where WeChat does not say."""
        if not self.settings.unionid:
            return ""
        if openid in self._unions:
            return self._unions[openid]
        user = self._api.try_call("GET", "/cgi-bin/user/info", query={"openid": openid, "lang": "zh_CN"})
        if not user:
            return ""
        found: Any = user.get("unionid", "")
        union = found if isinstance(found, str) else ""
        self._unions[openid] = union
        while len(self._unions) > _REMEMBERS:
            self._unions.popitem(last=False)
        return union


SETTINGS = WeChatSettings


def open_platform(name: str, settings: WeChatSettings, folder: Path) -> WeChat:
    """One account; nothing is connected yet. Raises LinkloopError `channels.settings`."""
    check_url(settings.api, False, f"channels.platforms.{name}.api")
    return WeChat(name, settings, folder)
