"""Taking in: what a platform's customers write, said to the log once, and only then acknowledged."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

import msgspec

from linkloop.commerce.contacts import Contact
from linkloop.commerce.conversations import ConversationHandedBack, ConversationTaken, Message, MessageReceived
from linkloop.core.clock import Clock
from linkloop.core.errors import LinkloopError
from linkloop.core.event import Event
from linkloop.core.text import Text
from linkloop.core.world import Delivery, Inlet
from linkloop.worlds.channels.outbook import Outbook
from linkloop.worlds.channels.platform import (
    Inbound,
    Item,
    Ours,
    Outcome,
    Platform,
    Released,
    WebAnswer,
    WebRequest,
)

TEXT_CHARS = 10_000
_ID_CHARS = 200
_MEDIA = 20
_AHEAD = timedelta(minutes=5)
# A person who wrote in the platform's own client holds the conversation for so long.
_HOLDS = timedelta(minutes=30)
logger = logging.getLogger("linkloop.platforms")


class Counts(msgspec.Struct):
    """What came from a platform since the shop was opened: taken, known before, and refused, last with which code; and
    how many of our messages it could not deliver after all, last why."""

    taken: int = 0
    repeated: int = 0
    refused: int = 0
    last_refused: str = ""
    undelivered: int = 0
    last_undelivered: str = ""


class Taking:
    """The way in of one platform. Thread-safe: the log, not this, knows what was here before."""

    def __init__(self, platform: Platform, outbook: Outbook) -> None:
        self.platform = platform
        self.outbook = outbook
        self.counts = Counts()
        self._inlet: Inlet | None = None
        self._clock: Clock | None = None

    def start(self, inlet: Inlet, clock: Clock) -> None:
        """Begin to speak."""
        self._inlet, self._clock = inlet, clock

    def handle(self, request: WebRequest) -> WebAnswer:
        """A webhook, in the order that platform.py promises. Raises LinkloopError for what is refused; then nothing was
        said. What else it raises (a full disk, a platform that does not answer) makes the platform send it again."""
        try:
            if len(request.body) > self.platform.body_bytes:
                raise _too_long(self.platform)
            if request.method == "GET":
                return self.platform.greet(request)
            self.platform.verify(request)
            found = self.platform.read(request)
        except LinkloopError as error:
            self.counts.refused += 1
            self.counts.last_refused = error.code
            logger.warning("%s: a request was refused: %s", self.platform.name, error.code)
            raise
        self.take(found)
        return self.platform.answer(request)

    def take(self, found: Sequence[Item]) -> None:
        """Say messages to the log, durably, each once; keep what became of what we sent."""
        deliveries = []
        for one in found:
            if isinstance(one, Outcome):
                self._told(one)
            elif isinstance(one, Inbound):
                deliveries.append(self._delivery(one))
            else:
                deliveries.append(self._elsewhere(one))
        if not deliveries:
            return
        if self._inlet is None:
            raise _closed()
        # Oldest first: a platform that hands over what it had kept may have it in any order.
        deliveries.sort(key=lambda delivery: (_at(delivery), delivery.external_id))
        for accepted in self._inlet.accept(deliveries):
            self.counts.taken += not accepted.repeated
            self.counts.repeated += accepted.repeated

    def _told(self, one: Outcome) -> None:
        key = one.key or self.outbook.part_by(one.reference)
        before = self.outbook.part(key)
        if before is None:
            return
        self.outbook.end(key, one.receipt)
        if before[0] == "sent" and one.receipt.status == "refused":
            self.counts.undelivered += 1
            self.counts.last_undelivered = one.receipt.detail[:200]
            logger.warning("%s: a message did not arrive: %s", self.platform.name, one.receipt.detail[:200])
        if one.state:
            self.outbook.fared(key, one.state, one.receipt.detail)

    def _delivery(self, inbound: Inbound) -> Delivery:
        if self._clock is None:
            raise _closed()
        channel = self.platform.name
        # A platform's clock may run ahead of ours, or its message may lie about it: a message is never in the future.
        inbound = msgspec.structs.replace(inbound, at=min(inbound.at, self._clock.now() + _AHEAD))
        conversation = conversation_id(channel, inbound)
        external_id = short(inbound.message_id)
        message_id = f"{channel}:{external_id}"
        seen_at = self.outbook.heard(conversation, inbound)
        text = clean(inbound.text, TEXT_CHARS)
        media = tuple(named for one in inbound.media[:_MEDIA] if (named := clean(one, 200, lines=False)))
        contact = Contact(
            contact_id=f"{channel}:{inbound.who or inbound.address}",
            channel=channel,
            address=inbound.address,
            name=clean(inbound.name, 100, lines=False),
            language=inbound.language[:20],
            keys=inbound.keys,
            proven=inbound.proven,
            sole=inbound.proven,
            seen_at=seen_at,
        )
        shown = Message(
            message_id=message_id,
            conversation_id=conversation,
            author="customer",
            channel=channel,
            text="\n".join(filter(None, [text, *(f"📎 {one}" for one in media)])),
            sent_at=inbound.at,
        )
        heard = MessageReceived(
            at=inbound.at,
            message_id=message_id,
            conversation_id=conversation,
            channel=channel,
            text=text,
            contact_id=contact.contact_id,
            media=media,
        )
        return Delivery(source=f"channel:{channel}", external_id=external_id, said=(contact, shown, heard))

    def _elsewhere(self, one: Ours | Released) -> Delivery:
        """What a person of ours did in the platform's own client."""
        if self._clock is None:
            raise _closed()
        channel, external_id = self.platform.name, short(one.message_id)
        conversation = conversation_id(channel, one)
        at = min(one.at, self._clock.now() + _AHEAD)
        by = clean(one.by, 100, lines=False)
        if isinstance(one, Released):
            back = ConversationHandedBack(at=at, conversation_id=conversation, by=by)
            return Delivery(source=f"channel:{channel}", external_id=external_id, said=(back,))
        taken = ConversationTaken(at=at, conversation_id=conversation, by=by, until=at + _HOLDS)
        text = clean(one.text, TEXT_CHARS)
        shown = Message(
            message_id=f"{channel}:{external_id}",
            conversation_id=conversation,
            author="person",
            channel=channel,
            text=text,
            sent_at=at,
        )
        said = (shown, taken) if text else (taken,)
        return Delivery(source=f"channel:{channel}", external_id=external_id, said=said)


def conversation_id(channel: str, one: Inbound | Ours | Released) -> str:
    """The id of a conversation: one for each contact on a channel, or for each thread with one."""
    who = one.who if isinstance(one, Inbound) else ""
    return ":".join(filter(None, (channel, who or one.address, one.thread)))


def short(message_id: str) -> str:
    """A platform's message id as we keep it: a very long one by its digest."""
    if len(message_id) <= _ID_CHARS and message_id.isprintable():
        return message_id
    return blake2b(message_id.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def clean(text: str, longest: int, *, lines: bool = True) -> str:
    """A text that every store can hold: NFC, no control characters, no halves of characters, cut with a mark."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        char if char not in "\n\t" or lines else " "
        for char in text
        if (char in "\n\t") or unicodedata.category(char) not in ("Cc", "Cs")
    )
    kept = unicodedata.normalize("NFC", kept).strip()
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def _at(delivery: Delivery) -> datetime:
    return next(item.at for item in delivery.said if isinstance(item, Event))


def _too_long(platform: Platform) -> LinkloopError:
    most = platform.body_bytes
    return LinkloopError(
        "platform.size",
        Text(en=f"the body has more than {most} bytes", zh=f"内容超过 {most} 字节"),
        Text(en="No message of the platform is this long.", zh="平台的消息不会这么长。"),
        platform.name,
    )


def _closed() -> LinkloopError:
    return LinkloopError(
        "platform.closed",
        Text(en="the shop is not open", zh="店铺尚未开张"),
        Text(en="Send it again later.", zh="请稍后重发。"),
    )
