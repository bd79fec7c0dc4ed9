"""The channels: web chat, chat platforms and signed webhooks, as one World."""

from __future__ import annotations

import base64
from pathlib import Path

from linkloop.commerce.contacts import Contact
from linkloop.commerce.conversations import (
    ConversationHandedBack,
    ConversationRated,
    ConversationTaken,
    Message,
    MessageReceived,
    Reply,
)
from linkloop.core.action import Action, Errand, Receipt
from linkloop.core.clock import Clock
from linkloop.core.table import Table
from linkloop.core.vocabulary import tables
from linkloop.core.world import Inlet, Setup
from linkloop.worlds.channels.doors import Doors
from linkloop.worlds.channels.endpoints import Endpoint
from linkloop.worlds.channels.keys import kept_key
from linkloop.worlds.channels.memory import ChannelMemory
from linkloop.worlds.channels.platforms import Platforms
from linkloop.worlds.channels.settings import ChannelSettings, read_settings
from linkloop.worlds.channels.webchat import CHANNEL, WebChat


class ChannelsWorld:
    """A World; a server mounts `webchat` at /chat, `platforms` at /hooks/platforms/{name} and `hooks` at /hooks/{name}.
    What it sent is kept in its folder."""

    name = "channels"

    def __init__(self, folder: Path, settings: ChannelSettings) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.settings = settings
        self.memory = ChannelMemory(folder / "channels.db")
        self.webchat = WebChat(settings.webchat, self.memory, base64.b64decode(kept_key(folder / "session.key")))
        self.platforms = Platforms(settings.platforms, folder)
        self.doors = Doors(folder, settings)
        self.hooks = self.doors.hooks
        self.endpoints = [
            Endpoint(name, endpoint, self.memory) for name, endpoint in sorted(settings.webhooks_out.items())
        ]
        kinds = {kind for endpoint in settings.webhooks_out.values() for kind in endpoint.kinds}
        self.performs: frozenset[str] = frozenset({Reply.__name__} | kinds)

    @property
    def says(self) -> tuple[type[Table], ...]:
        """What comes in by the web chat and the platforms, and by the hooks that say which kinds they let in."""
        known = tables()
        said = {known[kind] for hook in list(self.hooks.hooks.values()) for kind in hook.kinds}
        own = (Contact, Message, MessageReceived, ConversationRated, ConversationTaken, ConversationHandedBack)
        return *own, *sorted(said - set(own), key=lambda kind: kind.__name__)

    def start(self, inlet: Inlet, clock: Clock) -> None:
        """Begin to speak."""
        self.webchat.start(inlet, clock)
        self.hooks.start(inlet, clock)
        self.platforms.start(inlet, clock)

    def stop(self) -> None:
        """Ask no platform any more; effects may still be looked up."""
        self.platforms.stop()

    def close(self) -> None:
        """Let go of files and connections."""
        for endpoint in self.endpoints:
            endpoint.close()
        self.platforms.close()
        self.memory.close()

    def takes(self, action: Action) -> bool:
        """A reply into a web chat or onto a platform, or an action that an endpoint is configured for."""
        return _for_chat(action) or self.platforms.takes(action) or self._endpoint(action) is not None

    def perform(self, errand: Errand) -> Receipt:
        """Carry an errand to its channel; one that settled before is not sent again."""
        if (before := self.memory.settled(errand.key)) is not None:
            return before
        if _for_chat(errand.action):
            return self.webchat.perform(errand)
        if self.platforms.takes(errand.action):
            return self.platforms.perform(errand)
        endpoint = self._endpoint(errand.action)
        if endpoint is None:
            return Receipt(status="refused", detail=f"no channel takes this {type(errand.action).__name__}")
        return endpoint.perform(errand)

    def settled(self, key: str) -> Receipt | None:
        """What became of an effect: by our own memory, else by the receiver that it was sent to.

        None is safe for a webhook without a `status_url`: receivers of Standard Webhooks know a resend by its id.
        """
        if (receipt := self.webchat.settled(key)) is not None:
            return receipt
        if (receipt := self.platforms.settled(key)) is not None:
            return receipt
        sent_to = self.memory.routed(key)
        return next((endpoint.ask(key) for endpoint in self.endpoints if endpoint.name == sent_to), None)

    def _endpoint(self, action: Action) -> Endpoint | None:
        return next((endpoint for endpoint in self.endpoints if endpoint.takes(action)), None)


def open_world(setup: Setup) -> ChannelsWorld:
    """The channels of a shop. Raises LinkloopError `channels.settings` that names the offending entry."""
    return ChannelsWorld(Path(setup.folder), read_settings(setup.options))


def _for_chat(action: Action) -> bool:
    return isinstance(action, Reply) and action.channel == CHANNEL
