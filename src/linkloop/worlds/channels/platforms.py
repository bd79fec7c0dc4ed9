"""Platforms: every chat platform of a shop with its way in and its way out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from linkloop.commerce.conversations import Reply
from linkloop.core.action import Action, Errand, Receipt
from linkloop.core.clock import Clock
from linkloop.core.errors import NotFound
from linkloop.core.text import Text
from linkloop.core.world import Inlet
from linkloop.worlds.channels.kinds import open_platforms
from linkloop.worlds.channels.outbook import Outbook
from linkloop.worlds.channels.platform import Platform, WebAnswer, WebRequest
from linkloop.worlds.channels.pulling import Pulling
from linkloop.worlds.channels.sending import Sending
from linkloop.worlds.channels.taking import Taking


class Account:
    """One platform, put together: `taking` in, `sending` out, `pulling` where it has to be asked."""

    def __init__(self, platform: Platform, folder: Path) -> None:
        self.platform = platform
        self.outbook = Outbook(folder / f"platform-{platform.name}.db")
        self.taking = Taking(platform, self.outbook)
        self.sending = Sending(platform, self.outbook)
        self.pulling = Pulling(self.taking) if platform.pulls else None

    def start(self, inlet: Inlet, clock: Clock) -> None:
        self.taking.start(inlet, clock)
        self.sending.start(inlet, clock)
        if self.pulling is not None:
            self.pulling.start()

    def stop(self) -> None:
        if self.pulling is not None:
            self.pulling.stop()

    def close(self) -> None:
        self.platform.close()
        self.outbook.close()


class Platforms:
    """All of them by name, which is also the channel that their conversations carry."""

    def __init__(self, given: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
        opened = open_platforms(given, folder)
        self.accounts = {name: Account(platform, folder) for name, platform in opened.items()}

    def start(self, inlet: Inlet, clock: Clock) -> None:
        """Begin to speak."""
        for account in self.accounts.values():
            account.start(inlet, clock)

    def stop(self) -> None:
        """Ask no platform any more."""
        for account in self.accounts.values():
            account.stop()

    def close(self) -> None:
        """Let go of files and connections."""
        for account in self.accounts.values():
            account.close()

    def account(self, name: str) -> Account:
        """The platform of this name. Raises NotFound `platform.unknown`."""
        if (found := self.accounts.get(name)) is None:
            raise NotFound(
                "platform.unknown",
                Text(en="there is no such platform", zh="没有这个平台"),
                Text(
                    en="Name it under channels.platforms in linkloop.toml.",
                    zh="请在 linkloop.toml 的 channels.platforms 中配置。",
                ),
                name[:100],
            )
        return found

    def handle(self, name: str, request: WebRequest) -> WebAnswer:
        """A webhook of a platform; see Taking.handle."""
        return self.account(name).taking.handle(request)

    def takes(self, action: Action) -> bool:
        """A reply into a conversation on one of them."""
        return isinstance(action, Reply) and action.channel in self.accounts

    def perform(self, errand: Errand) -> Receipt:
        """Send a reply; see Sending.perform."""
        reply = errand.action
        assert isinstance(reply, Reply)
        return self.account(reply.channel).sending.perform(errand)

    def settled(self, key: str) -> Receipt | None:
        """What became of a reply, asked of the platform that began to send it."""
        for account in self.accounts.values():
            if (receipt := account.sending.settled(key)) is not None:
                return receipt
        return None
