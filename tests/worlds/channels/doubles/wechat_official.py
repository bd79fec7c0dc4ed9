"""WeChat official account (公众号) as its documents describe it: tokens, 48 hours, 20 messages, 2048 bytes."""

from __future__ import annotations

from typing import Any

from linkloop.worlds.channels.platform import WebRequest
from tests.worlds.channels.doubles.serving import Answer, Request
from tests.worlds.channels.doubles.tencent import CALLBACK_TOKEN, TencentDouble, good, sha1, wrong

APP_ID = "wx5823bf96d3bd56c7"
APP_SECRET = "6f1d2c0c9a0b4b7e"
ACCOUNT = "gh_7f083739789a"
WINDOW_S = 48 * 3600
SEND = "/cgi-bin/message/custom/send"


class WeChatDouble(TencentDouble):
    """`sent` is what reached a follower by customer-service messages; `unions` are the union ids that it knows."""

    receiver = APP_ID

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.last_wrote: dict[str, int] = {}
        self.since_wrote: dict[str, int] = {}
        self.followers: set[str] = set()
        self.unions: dict[str, str] = {}
        self.at_most = 20

    def handle(self, request: Request) -> Answer:
        if request.path == "/cgi-bin/stable_token":
            asked = request.json()
            if (asked.get("appid"), asked.get("secret")) != (APP_ID, APP_SECRET):
                return wrong(40125, "invalid appsecret")
            if asked.get("grant_type") != "client_credential":
                return wrong(40002, "invalid grant_type")
            # A stable token stays the same until it ends or is forced.
            token = next(iter(self.tokens.valid), "")
            token = token if token and not asked.get("force_refresh") else self.tokens.make()
            return Answer({"access_token": token, "expires_in": 7200})
        if (trouble := self.token_trouble(request)) is not None:
            return trouble
        if request.path == SEND:
            return self._send(request.json())
        if request.path == "/cgi-bin/user/info":
            openid = request.query.get("openid", "")
            if openid not in self.last_wrote:
                return wrong(40003, "invalid openid")
            user: dict[str, Any] = {"subscribe": int(openid in self.followers), "openid": openid, "language": "zh_CN"}
            return Answer({**user, "unionid": self.unions[openid]} if openid in self.unions else user)
        return Answer({}, 404)

    def _send(self, message: dict[str, Any]) -> Answer:
        openid = message["touser"]
        if message["msgtype"] != "text":
            return wrong(40008, "invalid message type")
        if openid not in self.last_wrote:
            return wrong(40003, "invalid openid")
        content = message["text"]["content"]
        if not 0 < len(content.encode()) <= 2048:
            return wrong(45002, "content size out of limit")
        if self.now_s - self.last_wrote[openid] > WINDOW_S:
            return wrong(45015, "response out of time limit or subscription is canceled")
        if self.since_wrote.get(openid, 0) >= self.at_most:
            return wrong(45047, "out of response count limit")
        self.since_wrote[openid] = self.since_wrote.get(openid, 0) + 1
        self.sent.append((openid, content))
        return good()

    # -- what the platform posts to us
    def text(self, openid: str, number: int, content: str) -> str:
        """The XML of a follower's text; it opens the window."""
        body = f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content>"
        return self.message(openid, number, body)

    def message(self, openid: str, number: int, body: str) -> str:
        self._heard(openid)
        return self._xml(openid, f"{body}<MsgId>{6_054_768_590_064_713_000 + number}</MsgId>", number)

    def event(self, openid: str, name: str, more: str = "") -> str:
        if name == "unsubscribe":
            self.followers.discard(openid)
        else:
            self._heard(openid)
        return self._xml(openid, f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{name}]]></Event>{more}")

    def in_the_clear(self, xml: str, **more: str) -> WebRequest:
        """What WeChat posts or gets without safe mode."""
        stamp = str(self.now_s)
        query = {"signature": sha1(CALLBACK_TOKEN, stamp, "n1"), "timestamp": stamp, "nonce": "n1", **more}
        return WebRequest(method="POST" if xml else "GET", query=query, body=xml.encode())

    def _heard(self, openid: str) -> None:
        self.followers.add(openid)
        self.last_wrote[openid] = self.now_s
        self.since_wrote[openid] = 0

    def _xml(self, openid: str, body: str, later_s: int = 0) -> str:
        return (
            f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
            f"<CreateTime>{self.now_s + later_s}</CreateTime>{body}</xml>"
        )
