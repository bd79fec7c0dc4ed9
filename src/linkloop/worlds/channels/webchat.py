"""Web chat: sessions that resume, messages that are checked and never doubled, replies that wait for their reader."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b

from msgspec.structs import replace

from linkloop.commerce.conversations import ConversationRated, Message, Reply
from linkloop.core.action import Errand, Receipt
from linkloop.core.clock import Clock
from linkloop.core.errors import LinkloopError, Refused
from linkloop.core.text import Text
from linkloop.core.world import Delivery, Inlet
from linkloop.worlds.channels import tokens
from linkloop.worlds.channels.frames import (
    Hello,
    Line,
    Rate,
    Rated,
    Say,
    Taken,
    Welcome,
    check_client_id,
    check_media,
    check_text,
    decode,
    encode,
    trouble,
)
from linkloop.worlds.channels.memory import ChannelMemory
from linkloop.worlds.channels.pace import Pace
from linkloop.worlds.channels.settings import WebChatSettings
from linkloop.worlds.channels.visiting import CHANNEL, Session, language_of, said_by

_ISSUER = "linkloop"
Callback = Callable[[bytes], None]
logger = logging.getLogger("linkloop.webchat")


class WebChat:
    """Thread-safe and without asyncio: a server calls `hello` with a socket's first frame, `subscribe` with what
    writes to the socket, `handle` with every other frame, and writes what `welcome` and `handle` give back.
    """

    def __init__(self, settings: WebChatSettings, memory: ChannelMemory, key: bytes) -> None:
        self.settings = settings
        self.memory = memory
        self._key = key
        self._pace = Pace(settings.per_minute, settings.burst)
        self._newcomers = Pace(settings.new_per_minute, settings.new_per_minute, remembered=1)
        self._listeners: dict[str, list[Callback]] = {}
        self._guard = threading.RLock()
        self._inlet: Inlet | None = None
        self._clock: Clock | None = None

    def start(self, inlet: Inlet, clock: Clock) -> None:
        """Begin to speak; replies that were sent and not yet logged are said again."""
        self._inlet, self._clock = inlet, clock
        self._tell_all()

    # -- a browser comes
    def hello(self, raw: bytes) -> tuple[Session, int]:
        """The session of a first frame, and the `seq` after which it wants the lines."""
        frame = decode(raw, self.settings.frame_bytes)
        if not isinstance(frame, Hello):
            raise _error("chat.hello", "the first frame must be hello", "首帧必须是 hello", "type")
        session = self.connect(frame.token)
        return replace(session, language=language_of(frame.language)), frame.after

    def connect(self, token: str = "") -> Session:
        """A new anonymous session, the one that `token` resumes, or that of the customer whom the shop's token names.

        Raises Refused `chat.token` for a token that is forged or out of date, `chat.busy` above `new_per_minute`.
        """
        now = time.time()
        if not token:
            self._room_for_one()
            return self._session("a" + os.urandom(12).hex(), "", now + self.settings.session_s)
        if tokens.peek_issuer(token) == _ISSUER:
            claims = tokens.verify(token, self._key, now)
            return Session(id=claims.sid, token=token, customer_id=claims.sub)
        secret = self.settings.customer_secret.encode()
        # Without a secret no backend can vouch for anybody; an empty HMAC key would let everyone.
        claims = tokens.verify(token, secret or os.urandom(32), now)
        customer = claims.sub
        if not 0 < len(customer) <= 128 or not customer.isprintable():
            raise Refused(
                "chat.token",
                Text(en="the shop's token names no customer (claim sub)", zh="店铺令牌未写明客户（sub）"),
                Text(en="Sign a token with sub and exp.", zh="请签发含 sub 与 exp 的令牌。"),
                "sub",
            )
        digest = blake2b(f"{customer}\x1f{claims.sid}".encode(), digest_size=12).hexdigest()
        return self._session("c" + digest, customer, min(claims.exp, now + self.settings.session_s))

    def welcome(self, session: Session) -> bytes:
        """The frame that hands a session its token."""
        return encode(Welcome(session.id, session.token, session.customer_id))

    def subscribe(self, session: Session, callback: Callback, after: int = 0) -> Callable[[], None]:
        """Give `callback` every line beyond `after`, then each new one, without gap or doubles; returns how to stop.

        It is called from any thread and must return at once; one that raises is dropped.
        """
        with self._guard:
            for line in self.memory.lines(session.id, max(0, min(after, 2**62)), self.settings.history):
                callback(encode(line))
            self._listeners.setdefault(session.id, []).append(callback)
        return lambda: self._drop(session.id, callback)

    # -- a customer writes
    def receive(self, session: Session, raw: bytes) -> Delivery:
        """A frame as the delivery that the log must take; the same `client_id` gives the same delivery again.

        Raises LinkloopError `chat.…` and says nothing for what is too long, too fast, or no message.
        """
        frame = self._frame(raw)
        if not isinstance(frame, Say):
            raise _error("chat.frame", "a message is expected", "应为消息帧", "type")
        return self._delivery(session, frame)

    def handle(self, session: Session, raw: bytes) -> bytes:
        """Take a frame in, durably, and give the frame that answers it: accepted, or why not. Never raises."""
        client_id = ""
        try:
            frame = self._frame(raw)
            client_id = check_client_id(frame.client_id)
            delivery = self._rating(session, frame) if isinstance(frame, Rate) else self._delivery(session, frame)
            if self._inlet is None:
                raise _error("chat.closed", "the shop is not open", "店铺尚未开张", "")
            accepted = self._inlet.accept([delivery])[0]
            if isinstance(frame, Rate):
                return encode(Rated(client_id, frame.stars))
            return encode(Taken(client_id, f"{session.id}:{client_id}", accepted.repeated))
        except LinkloopError as error:
            return trouble(error, client_id)
        except Exception:
            logger.exception("a chat message could not be taken")
            return trouble(_error("chat.fault", "the shop could not take it", "店铺暂时无法接收", ""), client_id)

    # -- the shop answers
    def perform(self, errand: Errand) -> Receipt:
        """Put a Reply into its conversation: kept on disk first, then written to whoever is connected."""
        reply = errand.action
        assert isinstance(reply, Reply)
        if (before := self.memory.settled(errand.key)) is not None:
            return before
        if not self.memory.knows(reply.conversation_id):
            return Receipt(status="refused", detail=f"no web chat conversation {reply.conversation_id}")
        if self._clock is None:
            return Receipt(status="unknown", detail="the web chat is not started")
        message_id = f"reply:{errand.key}"
        done = Receipt(status="done", reference=message_id)
        with self._guard:  # no socket may join between the keeping and the showing
            line, new = self.memory.add(
                message_id,
                reply.conversation_id,
                reply.customer_id,
                reply.author,
                reply.text,
                self._clock.now(),
                reply.in_reply_to,
                effect=(errand.key, done),
            )
            if new:
                self._show(reply.conversation_id, line)
        self._tell(reply.conversation_id, reply.customer_id, line)
        return done

    def settled(self, key: str) -> Receipt | None:
        """What became of a reply, or None; its Message row is said again where the log may lack it."""
        self._tell_all(key)
        return self.memory.settled(key)

    def _frame(self, raw: bytes) -> Say | Rate:
        frame = decode(raw, self.settings.frame_bytes)
        if isinstance(frame, Hello):
            raise _error("chat.frame", "hello is said once", "hello 只能发送一次", "type")
        return frame

    def _rating(self, session: Session, frame: Rate) -> Delivery:
        """Stars for a conversation in which somebody wrote; the last ones count."""
        if not 1 <= frame.stars <= 5:
            raise _error("chat.stars", "1 to 5 stars", "星级为 1 至 5", "stars")
        if not self.memory.knows(session.id):
            raise _error("chat.stars", "nothing was said yet", "尚无对话", "stars")
        text = check_text(frame.text, self.settings.text_chars) if frame.text.strip() else ""
        at = self._now(session)
        rated = ConversationRated(at=at, conversation_id=session.id, stars=frame.stars, text=text)
        return Delivery(source=CHANNEL, external_id=f"{session.id}:rate:{frame.client_id}", said=(rated,))

    def _now(self, session: Session) -> datetime:
        if (wait := self._pace.wait_s(session.id)) > 0:
            raise LinkloopError(
                "chat.too_fast",
                Text(en="messages come too fast", zh="发送太快"),
                Text(en=f"Wait {wait:.0f} s and send it again.", zh=f"请 {wait:.0f} 秒后重发。"),
            )
        if self._clock is None:
            raise _error("chat.closed", "the shop is not open", "店铺尚未开张", "")
        return self._clock.now()

    def _delivery(self, session: Session, frame: Say) -> Delivery:
        client_id = check_client_id(frame.client_id)
        media = check_media(frame.media)
        text = check_text(frame.text, self.settings.text_chars) if frame.text.strip() or not media else ""
        shown = "\n".join(filter(None, [text, *(f"📎 {name}" for name in media)]))
        at = self._now(session)
        message_id = f"{session.id}:{client_id}"
        with self._guard:
            line, new = self.memory.add(message_id, session.id, session.customer_id, "customer", shown, at)
            if new:
                self._show(session.id, line)
        if line.text != shown:
            raise _error(
                "chat.client_id", "this client_id was used for another text", "该 client_id 已用于其他内容", "client_id"
            )
        return Delivery(source=CHANNEL, external_id=message_id, said=said_by(session, line, text, media))

    def _tell_all(self, key: str = "") -> None:
        for author in ("bot", "person"):
            for conversation, customer, line in self.memory.untold(author):
                if not key or line.message_id == f"reply:{key}":
                    self._tell(conversation, customer, line)

    def _tell(self, conversation: str, customer: str, line: Line) -> None:
        """Say a reply's Message row; a crash before `tell` says it again, under the same id."""
        if self._inlet is None:
            return
        row = Message(
            message_id=line.message_id,
            conversation_id=conversation,
            customer_id=customer,
            author=line.author,
            channel=CHANNEL,
            text=line.text,
            sent_at=line.at,
        )
        self._inlet.accept([Delivery(source=CHANNEL, external_id=line.message_id, said=(row,))])
        self.memory.tell(line.message_id)

    def _show(self, conversation: str, line: Line) -> None:
        frame = encode(line)
        with self._guard:
            for callback in list(self._listeners.get(conversation, ())):
                try:
                    callback(frame)
                except Exception:
                    logger.info("a socket of %s is gone", conversation)
                    self._drop(conversation, callback)

    def _drop(self, conversation: str, callback: Callback) -> None:
        with self._guard:
            left = [kept for kept in self._listeners.get(conversation, ()) if kept is not callback]
            if left:
                self._listeners[conversation] = left
            else:
                self._listeners.pop(conversation, None)

    def _session(self, session_id: str, customer: str, expires: float) -> Session:
        claims = {"iss": _ISSUER, "sid": session_id, "sub": customer, "exp": expires}
        return Session(id=session_id, token=tokens.sign(claims, self._key), customer_id=customer)

    def _room_for_one(self) -> None:
        if self._newcomers.wait_s("all") > 0:
            raise Refused(
                "chat.busy",
                Text(en="too many new chats at once", zh="同时新开的会话过多"),
                Text(en="Try again in a few seconds.", zh="请几秒后再试。"),
            )


def _error(code: str, en: str, zh: str, where: str) -> LinkloopError:
    return LinkloopError(code, Text(en=en, zh=zh), Text(en="Try again.", zh="请重试。"), where)
