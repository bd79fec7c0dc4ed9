"""WeCom customer service (微信客服) as its documents describe it: msgids that are unique, 48 hours, 5 messages."""

from __future__ import annotations

import re
from typing import Any

from linkloop.worlds.channels.platform import WebRequest
from tests.worlds.channels.doubles.serving import Answer, Request
from tests.worlds.channels.doubles.tencent import TencentDouble, good, wrong

CORP_ID = "wwcorp0123456789"
SECRET = "kf-secret"
KF_ID = "wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q"
WINDOW_S = 48 * 3600
SEND = "/cgi-bin/kf/send_msg"
SYNC = "/cgi-bin/kf/sync_msg"
# From which state of a session service_state/trans may lead to which.
_MAY = {0: {1, 2, 3}, 1: {1, 2, 3, 4}, 2: {3, 4}, 3: {3, 4}, 4: set[int]()}


class WeComDouble(TencentDouble):
    """`kept` is what sync_msg gives, `sent` what reached customers, by the msgid that we chose."""

    receiver = CORP_ID

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[dict[str, Any]] = []
        self.sent: dict[str, tuple[str, str]] = {}
        self.welcomed: list[tuple[str, str]] = []
        self.states: dict[str, tuple[int, str]] = {}
        self.last_wrote: dict[str, int] = {}
        self.since_wrote: dict[str, int] = {}
        self.customers: dict[str, dict[str, str]] = {}
        self.codes: dict[str, str] = {}
        self.page = 1000
        self.at_most = 5
        self.callback_tokens: set[str] = set()
        self.servicers = {"zhangsan", "lisi"}
        # What a second message with a msgid answers is not documented: the double does either.
        self.repeats_are_errors = False

    def handle(self, request: Request) -> Answer:
        if request.path == "/cgi-bin/gettoken":
            if (request.query.get("corpid"), request.query.get("corpsecret")) != (CORP_ID, SECRET):
                return wrong(40001, "invalid credential")
            # gettoken gives the same token again while it is valid.
            return good(access_token=next(iter(self.tokens.valid), "") or self.tokens.make(), expires_in=7200)
        if (trouble := self.token_trouble(request)) is not None:
            return trouble
        calls = {
            SYNC: self._sync,
            SEND: self._send,
            "/cgi-bin/kf/send_msg_on_event": self._on_event,
            "/cgi-bin/kf/service_state/get": self._state,
            "/cgi-bin/kf/service_state/trans": self._trans,
            "/cgi-bin/kf/customer/batchget": self._customers,
        }
        if request.path not in calls:
            return Answer({}, 404)
        asked = request.json()
        if asked.get("open_kfid", KF_ID) != KF_ID:
            return wrong(95000, "invalid open_kfid")
        return calls[request.path](asked)

    def _sync(self, asked: dict[str, Any]) -> Answer:
        if asked.get("token") and asked["token"] not in self.callback_tokens:
            return wrong(95007, "invalid msg token")
        cursor = asked.get("cursor", "")
        if not 0 < asked.get("limit", 1000) <= 1000 or (cursor and not re.fullmatch(r"cur\d+", cursor)):
            return wrong(40058, "invalid parameter")
        start = int(cursor.removeprefix("cur") or 0)
        page = self.kept[start : start + min(self.page, asked.get("limit", 1000))]
        end = start + len(page)
        return good(next_cursor=f"cur{end}", has_more=int(end < len(self.kept)), msg_list=page)

    def _send(self, asked: dict[str, Any]) -> Answer:
        user, msgid = asked["touser"], asked.get("msgid", "")
        if not re.fullmatch(r"[0-9a-zA-Z_-]{1,32}", msgid):
            return wrong(40058, "invalid msgid")
        if asked["msgtype"] != "text" or not 0 < len(asked["text"]["content"].encode()) <= 2048:
            return wrong(40058, "invalid text content size")
        if msgid in self.sent:
            return wrong(40058, "msgid is duplicate") if self.repeats_are_errors else good(msgid=msgid)
        if user not in self.last_wrote:
            return wrong(40096, "invalid external userid")
        if self.now_s - self.last_wrote[user] > WINDOW_S:
            return wrong(95002, "send kf msg time limit")
        if self.since_wrote.get(user, 0) >= self.at_most:
            return wrong(95001, "send kf msg count limit")
        if self.states.get(user, (0, ""))[0] not in (0, 1):
            return wrong(95018, "send msg session status invalid")
        self.since_wrote[user] = self.since_wrote.get(user, 0) + 1
        self.sent[msgid] = (user, asked["text"]["content"])
        return good(msgid=msgid)

    def _on_event(self, asked: dict[str, Any]) -> Answer:
        user = self.codes.pop(asked["code"], "")
        if not user:
            return wrong(40029, "invalid code")
        self.welcomed.append((user, asked["text"]["content"]))
        return good(msgid=asked.get("msgid", ""))

    def _state(self, asked: dict[str, Any]) -> Answer:
        state, servicer = self.states.get(asked["external_userid"], (0, ""))
        return good(service_state=state, **({"servicer_userid": servicer} if servicer else {}))

    def _trans(self, asked: dict[str, Any]) -> Answer:
        user, wanted = asked["external_userid"], asked["service_state"]
        if wanted not in _MAY[self.states.get(user, (0, ""))[0]]:
            return wrong(95016, "not allow trans service state")
        if wanted == 3 and asked.get("servicer_userid") not in self.servicers:
            return wrong(95014, "user not servicer")
        self.states[user] = (wanted, asked.get("servicer_userid", ""))
        return good()

    def _customers(self, asked: dict[str, Any]) -> Answer:
        known = [self.customers[u] for u in asked["external_userid_list"] if u in self.customers]
        missing = [u for u in asked["external_userid_list"] if u not in self.customers]
        return good(customer_list=known, invalid_external_userid=missing)

    # -- what happens on the platform
    def wrote(self, user: str, number: int, msgtype: str = "text", **content: Any) -> None:
        """A customer writes; the message waits for sync_msg."""
        self.last_wrote[user] = self.now_s
        self.since_wrote[user] = 0
        self.keep(f"msg{number}", user, 3, msgtype, content, number)

    def servicer_wrote(self, user: str, number: int, text: str, servicer: str = "zhangsan") -> None:
        """A person answers in the WeCom client."""
        self.keep(f"own{number}", user, 5, "text", {"content": text}, number)["servicer_userid"] = servicer

    def happened(self, user: str, event_type: str, **more: Any) -> None:
        """A system event, such as enter_session."""
        event = {"event_type": event_type, "open_kfid": KF_ID, "external_userid": user, **more}
        self.keep(f"event{len(self.kept)}", "", 4, "event", event)

    def callback(self, token: str = "ENCApHxnGDNAVNY4AaSJKj4Tb5mwsEMzxhFmHVGcra996NR", kf: str = KF_ID) -> WebRequest:
        """A kf_msg_or_event callback."""
        self.callback_tokens.add(token)
        return self.closed(
            f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><CreateTime>{self.now_s}</CreateTime>"
            "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event>"
            f"<Token><![CDATA[{token}]]></Token><OpenKfId><![CDATA[{kf}]]></OpenKfId></xml>"
        )

    def keep(
        self, msgid: str, user: str, origin: int, msgtype: str, body: dict[str, Any], later_s: int = 0
    ) -> dict[str, Any]:
        message: dict[str, Any] = {
            "msgid": msgid,
            "open_kfid": KF_ID,
            "send_time": self.now_s + later_s,
            "origin": origin,
            "msgtype": msgtype,
            msgtype: body,
        }
        if user:
            message["external_userid"] = user
        self.kept.append(message)
        return message
