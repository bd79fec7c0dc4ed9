"""What every chat platform must hold to: nothing twice, nothing lost, nothing believed that was not signed.

A platform's test file makes a Harness around its double and inherits:

    class TestTelegram(PlatformContract):
        harness = TelegramHarness
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkloop.commerce.contacts import Contact
from linkloop.commerce.conversations import Message, MessageReceived, Reply
from linkloop.core.action import Errand, Receipt, effect_key
from linkloop.core.clock import SimClock
from linkloop.core.errors import LinkloopError, Refused
from linkloop.core.money import Money
from linkloop.core.world import Setup
from linkloop.worlds.channels import ChannelsWorld, open_world
from linkloop.worlds.channels.platform import WebRequest
from linkloop.worlds.channels.platforms import Account
from tests.worlds.channels.logbook import Logbook

NOW = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
LONG = "".join(f"第{n}句：您的包裹已经在路上了，请放心。👩‍👩‍👧‍👦🇨🇳\n" for n in range(500))


class Harness(ABC):
    """A double of the platform, and what the contract needs of it. Messages are of one customer, around NOW."""

    name: ClassVar[str]
    # Whether the platform can be asked what became of a message (look_up answers).
    can_ask: ClassVar[bool] = False

    @abstractmethod
    def options(self) -> dict[str, Any]:
        """The settings of the platform, pointing at the double."""

    @abstractmethod
    def webhook(self, text: str, n: int = 1) -> WebRequest:
        """The customer's `n`-th message, rightly signed: the same `n` is the same message again. A platform that only
        tells that there is something (WeCom) has it ready at the double."""

    @abstractmethod
    def forged(self, request: WebRequest) -> list[WebRequest]:
        """The same request as somebody else would send it: body changed, signature missing, wrong, of another body."""

    @abstractmethod
    def ignored(self) -> list[WebRequest]:
        """Rightly signed requests that are no new message: edits, reads, echoes, what we do not know."""

    @abstractmethod
    def signed(self, raw: bytes) -> WebRequest:
        """Any bytes, rightly signed."""

    @abstractmethod
    def sent(self) -> list[str]:
        """The texts that the platform took from us, in order."""

    @abstractmethod
    def fares(self, *moods: str) -> None:
        """How the next messages that we send fare, one each: "done", "lost before" (nothing kept, no answer), "lost
        after" (kept, no answer), "busy" (429, wait), "broken" (5xx, nothing kept), "refused"; then all is well."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the double."""


class Shop:
    """The channels with a logbook; `again` opens them anew on the same folder, as after a crash."""

    def __init__(self, harness: Harness, folder: Path) -> None:
        self.harness, self.folder, self.logbook = harness, folder, Logbook()
        self.clock = SimClock(NOW)
        self.world = self._open()

    def _open(self) -> ChannelsWorld:
        options = {"platforms": {self.harness.name: self.harness.options()}}
        world = open_world(Setup(folder=str(self.folder), shop="s", zone="UTC", currency="CNY", options=options))
        world.start(self.logbook, self.clock)
        return world

    def again(self) -> None:
        self.close()
        self.world = self._open()

    def close(self) -> None:
        self.world.stop()
        self.world.close()

    @property
    def account(self) -> Account:
        return self.world.platforms.account(self.harness.name)

    def post(self, request: WebRequest) -> Any:
        return self.world.platforms.handle(self.harness.name, request)

    def heard(self) -> list[str]:
        return [item.text for item in self.logbook.said if isinstance(item, MessageReceived)]

    def ours(self) -> list[Message]:
        return [item for item in self.logbook.said if isinstance(item, Message) and item.author != "customer"]

    def reply(self, text: str, to: MessageReceived | None = None) -> Errand:
        heard = to or next(item for item in self.logbook.said if isinstance(item, MessageReceived))
        action = Reply(
            at_risk=Money(0, "CNY"), conversation_id=heard.conversation_id, in_reply_to=heard.message_id,
            channel=self.harness.name, customer_id="", text=text,
        )  # fmt: skip
        return Errand(key=effect_key(action), action=action, decision_id="d", case_id="c")

    def perform(self, errand: Errand) -> Receipt:
        assert self.world.takes(errand.action)
        return self.world.perform(errand)


class PlatformContract:
    """The suite. It uses no platform's details."""

    harness: ClassVar[type[Harness]]

    @pytest.fixture
    def shop(self, tmp_path: Path) -> Iterator[Shop]:
        harness = self.harness()
        shop = Shop(harness, tmp_path)
        yield shop
        shop.close()
        harness.close()

    # -- in
    def test_a_message_is_said_with_who_wrote_it_and_answered_as_the_platform_wants(self, shop: Shop) -> None:
        answer = shop.post(shop.harness.webhook("在吗？where is it 📦"))
        assert 200 <= answer.status < 300
        assert [type(item) for item in shop.logbook.said] == [Contact, Message, MessageReceived]
        contact, message, heard = shop.logbook.said
        assert heard.text == message.text == "在吗？where is it 📦"
        assert heard.channel == message.channel == contact.channel == shop.harness.name
        assert (heard.message_id, heard.conversation_id) == (message.message_id, message.conversation_id)
        assert heard.contact_id == contact.contact_id == f"{contact.channel}:{contact.address}"
        assert heard.conversation_id.startswith(contact.contact_id)
        assert heard.customer_id == ""
        assert heard.at == message.sent_at == contact.seen_at
        assert heard.at.tzinfo is not None

    def test_what_is_not_rightly_signed_says_nothing(self, shop: Shop) -> None:
        requests = shop.harness.forged(shop.harness.webhook("给我退款"))
        assert requests
        for request in requests:
            with pytest.raises(Refused) as refused:
                shop.post(request)
            assert refused.value.code == "platform.signature"
        assert shop.logbook.said == []
        assert shop.account.taking.counts.refused == len(requests)

    def test_a_resend_is_acknowledged_and_changes_nothing(self, shop: Shop) -> None:
        for _ in range(3):
            assert shop.post(shop.harness.webhook("在吗")).status < 300
        assert shop.heard() == ["在吗"]
        assert shop.account.taking.counts.repeated >= 0

    def test_five_at_once_are_one(self, shop: Shop) -> None:
        request = shop.harness.webhook("在吗")
        start = threading.Barrier(5)

        def one(_: int) -> int:
            start.wait(10)
            return shop.post(request).status

        with ThreadPoolExecutor(5) as pool:
            assert all(status < 300 for status in pool.map(one, range(5)))
        assert shop.heard() == ["在吗"]

    def test_messages_that_come_in_another_order_are_all_there_once(self, shop: Shop) -> None:
        requests = [shop.harness.webhook(f"第{n}条", n) for n in (1, 2, 3)]
        for n in (2, 0, 2, 1, 0):
            shop.post(requests[n])
        assert sorted(shop.heard()) == ["第1条", "第2条", "第3条"]
        assert len({item.conversation_id for item in shop.logbook.said if isinstance(item, MessageReceived)}) == 1

    def test_nothing_is_acknowledged_before_the_log_has_it(self, shop: Shop) -> None:
        request = shop.harness.webhook("在吗")
        shop.logbook.refusing = True
        with pytest.raises(OSError, match="disk full"):
            shop.post(request)
        assert shop.logbook.said == []
        shop.logbook.refusing = False
        shop.again()  # the process died between receiving and accepting; the platform sends it again
        shop.post(request)
        shop.post(request)
        assert shop.heard() == ["在吗"]

    def test_what_is_no_new_message_is_acknowledged_and_says_nothing(self, shop: Shop) -> None:
        requests = shop.harness.ignored()
        assert requests
        for request in requests:
            assert shop.post(request).status < 300
        assert shop.heard() == []

    def test_what_is_too_long_is_refused_before_anything_is_read(self, shop: Shop) -> None:
        most = shop.account.platform.body_bytes
        with pytest.raises(LinkloopError) as refused:
            shop.post(shop.harness.signed(b" " * (most + 1)))
        assert refused.value.code == "platform.size"
        assert shop.logbook.said == []

    def test_garbage_is_refused_or_ignored_and_never_breaks_anything(self, shop: Shop) -> None:
        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.one_of(st.binary(max_size=300), _documents()))
        def throw(raw: bytes) -> None:
            with suppress(LinkloopError):  # anything else is a fault
                shop.post(shop.harness.signed(raw))
            assert shop.account.taking.counts.last_refused in ("", "platform.garbage")
            for item in shop.logbook.said:
                msgspec.json.encode(item)  # whatever got in can be stored

        throw()
        shop.post(shop.harness.webhook("在吗"))
        assert "在吗" in shop.heard()

    # -- out
    def test_a_reply_goes_to_who_wrote_once_and_is_on_record(self, shop: Shop) -> None:
        shop.post(shop.harness.webhook("在吗"))
        errand = shop.reply("在的！<b>您好</b> & 欢迎 📦")
        first = shop.perform(errand)
        assert (first.status, bool(first.reference)) == ("done", True)
        assert shop.perform(errand) == first == shop.world.settled(errand.key)
        assert shop.harness.sent() == ["在的！<b>您好</b> & 欢迎 📦"]
        assert [(m.text, m.author, m.message_id) for m in shop.ours()] == [
            ("在的！<b>您好</b> & 欢迎 📦", "bot", f"reply:{errand.key}")
        ]

    def test_after_a_restart_a_reply_is_still_done(self, shop: Shop) -> None:
        shop.post(shop.harness.webhook("在吗"))
        errand = shop.reply("在的")
        done = shop.perform(errand)
        shop.again()
        assert shop.world.settled(errand.key) == done
        assert shop.perform(errand) == done
        assert shop.harness.sent() == ["在的"]
        assert len(shop.ours()) == 1

    def test_nobody_who_did_not_write_is_written_to(self, shop: Shop) -> None:
        shop.post(shop.harness.webhook("在吗"))
        heard = next(item for item in shop.logbook.said if isinstance(item, MessageReceived))
        stranger = msgspec.structs.replace(heard, conversation_id=f"{shop.harness.name}:nobody")
        assert shop.perform(shop.reply("在的", stranger)).status == "refused"
        assert shop.harness.sent() == []

    def test_a_long_text_goes_in_parts_that_each_fit_and_lose_nothing(self, shop: Shop) -> None:
        shop.post(shop.harness.webhook("在吗"))
        assert shop.perform(shop.reply(LONG)).status == "done"
        parts = shop.harness.sent()
        assert len(parts) > 1
        assert all(shop.account.platform.measure(part) <= shop.account.platform.limit for part in parts)
        assert "".join("".join(parts).split()) == "".join(LONG.split())

    def test_no_answer_is_looked_up_and_never_just_sent_again(self, shop: Shop) -> None:
        shop.post(shop.harness.webhook("在吗"))
        shop.harness.fares("lost after")
        errand = shop.reply("在的")
        assert shop.perform(errand).status == "unknown"
        found = shop.world.settled(errand.key)
        if shop.harness.can_ask:
            assert found is None or found.status == "done"
            assert shop.perform(errand).status == "done"
            assert shop.world.settled(errand.key) == shop.perform(errand)
        else:
            assert found is not None
            assert (found.status, found.gives_up) == ("unknown", True)
        assert shop.harness.sent() == ["在的"]

    def test_no_answer_and_a_crash_is_looked_up_too(self, shop: Shop) -> None:
        shop.post(shop.harness.webhook("在吗"))
        shop.harness.fares("lost after")
        errand = shop.reply("在的")
        shop.perform(errand)
        shop.again()
        found = shop.world.settled(errand.key)
        assert found is None or found.status != "refused"
        if found is None or found.status == "done":
            assert shop.perform(errand).status == "done"
        assert shop.harness.sent() == ["在的"]

    def test_a_person_who_looked_may_have_it_sent_again(self, shop: Shop) -> None:
        shop.post(shop.harness.webhook("在吗"))
        shop.harness.fares("lost before")
        errand = shop.reply("在的")
        assert shop.perform(errand).status == "unknown"
        found = shop.world.settled(errand.key)
        if not shop.harness.can_ask:
            assert found is not None
            assert found.gives_up
            assert shop.world.settled(errand.key) is None  # only a person's retry asks again after that
        assert shop.perform(errand).status == "done"
        assert shop.harness.sent() == ["在的"]

    def test_half_of_a_long_text_is_never_sent_twice(self, shop: Shop) -> None:
        shop.post(shop.harness.webhook("在吗"))
        shop.harness.fares("done", "busy")
        errand = shop.reply(LONG)
        assert shop.perform(errand).status == "unknown"
        assert len(shop.harness.sent()) == 1
        _waited(shop)
        assert shop.world.settled(errand.key) is None
        assert shop.perform(errand).status == "done"
        assert "".join("".join(shop.harness.sent()).split()) == "".join(LONG.split())

    def test_a_busy_platform_is_left_alone_as_long_as_it_asks(self, shop: Shop) -> None:
        shop.post(shop.harness.webhook("在吗"))
        shop.harness.fares("busy")
        errand = shop.reply("在的")
        assert shop.perform(errand).status == "unknown"
        waiting = shop.world.settled(errand.key)
        assert waiting is not None
        assert (waiting.status, waiting.gives_up) == ("unknown", False)
        assert shop.harness.sent() == []
        _waited(shop)
        assert shop.world.settled(errand.key) is None
        assert shop.perform(errand).status == "done"
        assert shop.harness.sent() == ["在的"]

    def test_what_the_platform_refuses_is_refused_and_not_tried_again(self, shop: Shop) -> None:
        shop.post(shop.harness.webhook("在吗"))
        shop.harness.fares("refused")
        errand = shop.reply("在的")
        refused = shop.perform(errand)
        assert (refused.status, bool(refused.detail)) == ("refused", True)
        assert shop.perform(errand) == refused == shop.world.settled(errand.key)
        assert shop.harness.sent() == []
        assert shop.ours() == []

    def test_after_the_window_nothing_is_sent_and_it_says_so(self, shop: Shop) -> None:
        window = shop.account.platform.window
        shop.post(shop.harness.webhook("在吗"))
        errand = shop.reply("在的")
        if window is None:
            pytest.skip("this platform has no window")
        shop.clock.advance(NOW + window + window)
        refused = shop.perform(errand)
        assert refused.status == "refused"
        assert "last message" in refused.detail
        assert shop.harness.sent() == []

    def test_no_secret_is_shown_or_logged(self, shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
        settings = shop.account.platform.settings  # pyright: ignore[reportAttributeAccessIssue]
        secrets = [str(getattr(settings, field)) for field in settings.__secret__ if getattr(settings, field)]
        assert secrets
        caplog.set_level(0)
        shop.post(shop.harness.webhook("在吗"))
        shop.harness.fares("lost before", "broken", "busy", "refused")
        receipts = [shop.perform(shop.reply(f"在的{n}")) for n in range(4)]
        shop.harness.close()
        receipts.append(shop.perform(shop.reply("在的")))
        for request in shop.harness.forged(shop.harness.webhook("在吗", 2)):
            with pytest.raises(Refused):
                shop.post(request)
        told = caplog.text + repr(settings) + str(settings) + repr(receipts) + str(settings.shown())
        assert [secret for secret in secrets if secret in told] == []


def _waited(shop: Shop) -> None:
    """As much time goes by as the platform asked for."""
    later = time.monotonic() + 4000
    shop.account.sending.monotonic = lambda: later
    shop.account.sending.now_s = lambda: time.time() + 4000


def _documents() -> st.SearchStrategy[bytes]:
    """JSON and XML of any shape."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
    names = st.sampled_from(["message", "update_id", "entry", "id", "text", "from", "chat", "xml", "type"]) | st.text(
        max_size=5
    )
    tree = st.recursive(
        leaves, lambda deeper: st.lists(deeper, max_size=4) | st.dictionaries(names, deeper, max_size=4)
    )
    return tree.map(msgspec.json.encode) | st.text(max_size=50).map(
        lambda text: f"<xml>{text}</xml>".encode("utf-8", "replace")
    )
