"""What the page of connectors shows of each world and channel."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from linkloop.core.text import Text

ConnectorKind = Literal["town", "files", "webchat", "platform", "hook", "endpoint", "other"]
ConnectorState = Literal["running", "paused", "waiting", "trouble", "stopped"]


class HookSetup(msgspec.Struct, frozen=True, kw_only=True):
    """A door for signed facts: its path, what it lets in (empty: all that others may say), whose it is, and what came.

    `kept` secrets were made here and can be replaced here; after that the old one is good until `old_until`.
    """

    path: str
    kinds: list[str]
    own: bool
    kept: bool
    old_until: datetime | None
    taken: int
    refused: int
    last_refused: str
    example: str


class EndpointSetup(msgspec.Struct, frozen=True, kw_only=True):
    """A receiver of actions: where they are posted, which, and whether it can be asked what became of one."""

    url: str
    kinds: list[str]
    where: dict[str, str]
    status_url: bool


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a channel does or not; `why` says so of what is not done, `tests` show what is."""

    name: str
    about: Text
    status: Literal["done", "todo", "exempt"]
    why: Text
    tests: list[str]


class ChannelQuality(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a kind of channel; `real`: it was tried against the real platform, not only a double."""

    real: bool
    tested_against: Text
    claims: list[Claimed]


class PlatformSetup(msgspec.Struct, frozen=True, kw_only=True):
    """A chat platform: its kind, the path of its webhook (empty where we ask it), and its settings without secrets.

    `taken`, `repeated` and `refused` count what came since the shop was opened; `undelivered` are messages of ours that
    it took and could not deliver after all.
    """

    kind: str
    path: str
    settings: dict[str, str]
    taken: int
    repeated: int
    refused: int
    last_refused: str
    undelivered: int
    last_undelivered: str


class Connector(msgspec.Struct, frozen=True, kw_only=True):
    """One way between the shop and the outside.

    `today` and `per_minute` count what it said by the shop's clock; `backlog` are effects that wait for it and
    `unclear` of them have no answer yet; `dead` letters wait for a person. `problem` is what keeps it from working.
    """

    name: str
    world: str
    kind: ConnectorKind
    state: ConnectorState
    last_heard: datetime | None
    today: int
    per_minute: float
    backlog: int
    unclear: int
    dead: int
    problem: str = ""
    hook: HookSetup | None = None
    endpoint: EndpointSetup | None = None
    platform: PlatformSetup | None = None
    quality: ChannelQuality | None = None


class HookOpened(msgspec.Struct, frozen=True):
    """The secret of a hook, told this once."""

    name: str
    path: str
    secret: str
    old_until: datetime | None


class HookTried(msgspec.Struct, frozen=True):
    """A test delivery that a hook would have taken: its headers, and what it says (kind and key). Nothing was kept."""

    headers: dict[str, str]
    said: list[str]


class EndpointTried(msgspec.Struct, frozen=True):
    """What a receiver answered to a test delivery: HTTP status (0: nothing), milliseconds, and the problem."""

    id: str
    status: int
    took_ms: float
    problem: str
