"""The server: uvicorn around the application, bounded, and stopped without cutting anybody off."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.faces.api.app import Api
from linkloop.faces.desk.desk import Desk

GRACE_S = 5


class Server(uvicorn.Server):
    """uvicorn's, which ends the streams first: it waits for open answers, and a stream has no end of its own."""

    def __init__(self, api: Api, host: str, port: int, ready: Callable[[str], None] = lambda url: None) -> None:
        self.api = api
        self._ready = ready
        super().__init__(
            uvicorn.Config(
                api,
                host=host,
                port=port,
                log_level="warning",
                access_log=False,
                server_header=False,
                lifespan="on",
                limit_concurrency=1000,
                backlog=512,
                timeout_keep_alive=30,
                timeout_graceful_shutdown=GRACE_S,
                ws_max_size=64 * 1024,
                ws_per_message_deflate=False,
                proxy_headers=False,
            )
        )

    @property
    def url(self) -> str:
        """Where it listens, with the port that it was given."""
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop in order, however often it is asked for: what waits is bounded by GRACE_S, and nothing is cut off."""
        self.should_exit = True

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready(self.url)

    async def shutdown(self, sockets: Any = None) -> None:
        self.api.hang_up()
        await super().shutdown(sockets)


def run(desk: Desk, ready: Callable[[str], None] = lambda url: None) -> None:
    """Serve a started shop where its settings say, until SIGINT or SIGTERM; `ready` is told the URL.

    Raises Refused `api.token_needed`, or LinkloopError `api.port` when the port is taken.
    """
    settings = desk.shop.settings
    server = Server(Api(desk, host=settings.host, token=settings.token), settings.host, settings.port, ready)
    try:
        server.run()
    except SystemExit as error:  # uvicorn's way of saying that the port is taken
        raise _port_taken(settings.host, settings.port) from error
    if not server.started:
        raise _port_taken(settings.host, settings.port)


@contextmanager
def serving(desk: Desk, **options: Any) -> Iterator[str]:
    """A server in a thread, on a free loopback port; gives its URL. `options` as of Api."""
    server = Server(Api(desk, **options), "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, name="api-server", daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        if not server.started:
            raise _port_taken("127.0.0.1", 0)
        yield server.url
    finally:
        server.should_exit = True
        thread.join(GRACE_S + 10)


def _port_taken(host: str, port: int) -> LinkloopError:
    return LinkloopError(
        "api.port",
        Text(en=f"cannot listen on {host}:{port}", zh=f"无法监听 {host}:{port}"),
        Text(
            en="Another program has the port: set LINKLOOP_PORT to a free one.",
            zh="端口已被占用：请用 LINKLOOP_PORT 指定空闲端口。",
        ),
        where=f"{host}:{port}",
    )
