"""Sockets: how many chats are open, and how many may be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from linkloop.core.text import Text
from linkloop.faces.api.problems import TooBusy

MOST = 500


class Sockets:
    """Counts in the event loop only."""

    def __init__(self) -> None:
        self.open = 0

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """Raises TooBusy `chat.busy` when MOST are open."""
        if self.open >= MOST:
            raise TooBusy(
                "chat.busy",
                Text(en="too many chats are open", zh="同时在线的会话过多"),
                Text(en="Try again in a minute.", zh="请一分钟后再试。"),
            )
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1
