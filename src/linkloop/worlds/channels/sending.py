"""Sending: a reply goes out in parts, each once; one whose sending had no clear end is looked up, never just resent."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from msgspec.structs import replace

from linkloop.commerce.conversations import Message, Reply
from linkloop.core.action import Errand, Receipt
from linkloop.core.clock import Clock
from linkloop.core.world import Delivery, Inlet
from linkloop.worlds.channels.frames import Line
from linkloop.worlds.channels.outbook import Outbook, Talk
from linkloop.worlds.channels.platform import NotSent, Part, Platform
from linkloop.worlds.channels.splitting import split

_FIRST_LOOK_S, _LONGEST_LOOK_S = 2.0, 60.0
logger = logging.getLogger("linkloop.platforms")


class Sending:
    """The way out of one platform. `monotonic` measures waits that it asked for, `now_s` tells how old a part is."""

    def __init__(
        self,
        platform: Platform,
        outbook: Outbook,
        monotonic: Callable[[], float] = time.monotonic,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self.platform = platform
        self.outbook = outbook
        self.monotonic = monotonic
        self.now_s = now_s
        self._quiet_until = 0.0
        # When a part may be looked up again, and how long the wait after that is.
        self._asked: dict[str, tuple[float, float]] = {}
        self._flying: set[str] = set()
        # Effects that were handed to a person in this run: asked for again, that person has looked.
        self._handed_over: set[str] = set()
        self._guard = threading.Lock()
        self._inlet: Inlet | None = None
        self._clock: Clock | None = None

    def start(self, inlet: Inlet, clock: Clock) -> None:
        """Begin to speak; replies that were sent and not yet logged are said again."""
        self._inlet, self._clock = inlet, clock
        self._tell_all()

    def perform(self, errand: Errand) -> Receipt:
        """Send a Reply: every part that was not sent yet, in order."""
        if (before := self.outbook.settled(errand.key)) is not None:
            return before
        with self._guard:
            if errand.key in self._flying:
                return Receipt(status="unknown", detail="it is being sent")
            self._flying.add(errand.key)
        try:
            return self._perform(errand)
        finally:
            with self._guard:
                self._flying.discard(errand.key)

    def settled(self, key: str) -> Receipt | None:
        """What became of a reply; None: it may be sent (again), from the first part that is not there yet."""
        self._tell_all(key)
        if (receipt := self.outbook.settled(key)) is not None:
            return receipt
        with self._guard:
            if key in self._flying:
                return Receipt(status="unknown", detail="it is being sent")
        if (wait := self._quiet_until - self.monotonic()) > 0:
            return Receipt(status="unknown", detail=f"{self.platform.name} asked to wait {wait:.0f} s more")
        for part in self.outbook.unclear(key, self.now_s()):
            if (receipt := self._look_up(key, part)) is not None:
                return receipt
        return None

    def _perform(self, errand: Errand) -> Receipt:
        reply = errand.action
        assert isinstance(reply, Reply)
        talk = self.outbook.talk(reply.conversation_id)
        if talk is None:
            return self._settle(errand.key, _refused(f"nobody wrote in {reply.conversation_id} on this channel"))
        if self._clock is None:
            return Receipt(status="unknown", detail=f"{self.platform.name} is not started")
        parts = self._parts(errand.key, reply, talk)
        if not parts:
            return self._settle(errand.key, _refused("the text is empty"))
        references: list[str] = []
        for part in parts:
            receipt = self._part(errand.key, part, talk)
            if receipt.status == "refused" and references:
                # A customer has half of it: neither done nor undone, and sending it again would double that half.
                receipt = Receipt(status="done", reference=references[0], detail=f"only {len(references)} of"
                                  f" {len(parts)} parts: {receipt.detail}")  # fmt: skip
                break
            if receipt.status != "done":
                return self._settle(errand.key, receipt)
            references.append(receipt.reference)
        else:
            receipt = Receipt(status="done", reference=references[0])
        self._book(errand.key, reply, receipt)
        return receipt

    def _part(self, effect: str, part: Part, talk: Talk) -> Receipt:
        status, reference = self.outbook.part(part.key) or ("", "")
        if status == "begun":
            begun = next(one for one in self.outbook.unclear(effect, self.now_s()) if one.key == part.key)
            if (receipt := self._look_up(effect, begun)) is not None:
                return receipt
            status, reference = self.outbook.part(part.key) or ("", "")
        if status == "sent":
            return Receipt(status="done", reference=reference)
        if shut := self._shut(talk):
            if not self.platform.sends_late:
                return _refused(shut)
            part = replace(part, late=True)
        if (wait := self._quiet_until - self.monotonic()) > 0:
            return Receipt(status="unknown", detail=f"{self.platform.name} asked to wait {wait:.0f} s more")
        self.outbook.begin(effect, part, self.now_s())
        try:
            receipt = self.platform.send(part)
        except NotSent as error:
            self.outbook.never_begun(part.key)
            self._quiet_until = max(self._quiet_until, self.monotonic() + error.wait_s)
            return Receipt(status="unknown", detail=f"not sent: {error}")
        except Exception as error:
            logger.warning("%s: no clear answer: %s", self.platform.name, type(error).__name__)
            return Receipt(status="unknown", detail=f"{self.platform.name}: {type(error).__name__}: {error}")
        self.outbook.end(part.key, receipt)
        return receipt

    def _look_up(self, effect: str, part: Part) -> Receipt | None:
        """None when it is clear now: the part was sent, or it was not and may be."""
        if effect in self._handed_over:
            self._handed_over.discard(effect)
            self.outbook.never_begun(part.key)
            return None
        due, wait = self._asked.get(part.key, (0.0, _FIRST_LOOK_S))
        if self.monotonic() < due:
            return Receipt(status="unknown", detail=f"{self.platform.name} was asked a moment ago")
        receipt = self.platform.look_up(part)
        if receipt is not None and receipt.status == "unknown":
            self._asked[part.key] = (self.monotonic() + wait, min(wait * 2, _LONGEST_LOOK_S))
        else:
            self._asked.pop(part.key, None)
        if receipt is None:
            self.outbook.never_begun(part.key)
            return None
        self.outbook.end(part.key, receipt)
        if receipt.gives_up:
            self._handed_over.add(effect)
        return None if receipt.status == "done" else receipt

    def _shut(self, talk: Talk) -> str:
        window = self.platform.window
        if window is None or self._clock is None or self._clock.now() - talk.heard_at <= window:
            return ""
        hours = window.total_seconds() / 3600
        return f"{self.platform.name} lets us write within {hours:.0f} h of the customer's last message only"

    def _parts(self, key: str, reply: Reply, talk: Talk) -> list[Part]:
        texts = split(reply.text, self.platform.limit, self.platform.measure)
        return [
            Part(
                key=key if number == 0 else f"{key}.{number}",
                address=talk.address,
                text=text,
                number=number,
                of=len(texts),
                in_reply_to=reply.in_reply_to.removeprefix(f"{self.platform.name}:"),
                conversation_id=reply.conversation_id,
                context=talk.context,
                heard_at=talk.heard_at,
                author=reply.author,
                wants_person=reply.wants_person and number + 1 == len(texts),
            )
            for number, text in enumerate(texts)
        ]

    def _settle(self, key: str, receipt: Receipt) -> Receipt:
        if receipt.status != "unknown":
            self.outbook.settle(key, receipt)
        return receipt

    # -- what we wrote belongs to the conversation too
    def _book(self, key: str, reply: Reply, receipt: Receipt) -> None:
        assert self._clock is not None
        line, _ = self.outbook.add(
            f"reply:{key}",
            reply.conversation_id,
            reply.customer_id,
            reply.author,
            reply.text,
            self._clock.now(),
            reply.in_reply_to,
            effect=(key, receipt),
        )
        self._tell(reply.conversation_id, reply.customer_id, line)

    def _tell_all(self, key: str = "") -> None:
        for author in ("bot", "person"):
            for conversation, customer, line in self.outbook.untold(author):
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
            channel=self.platform.name,
            text=line.text,
            sent_at=line.at,
        )
        said = Delivery(source=f"channel:{self.platform.name}", external_id=line.message_id, said=(row,))
        self._inlet.accept([said])
        self.outbook.tell(line.message_id)


def _refused(detail: str) -> Receipt:
    return Receipt(status="refused", detail=detail)
