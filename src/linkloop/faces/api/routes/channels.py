"""Channels: the web chat's socket and the doors for signed webhooks, mounted from the shop's channels."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Request, Response, WebSocket, get, post, websocket
from litestar.exceptions import WebSocketDisconnect

from linkloop.core.errors import LinkloopError, NotFound
from linkloop.core.text import Text
from linkloop.core.world import Accepted
from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheSockets, TheWork
from linkloop.faces.api.limits import PathName
from linkloop.faces.api.problems import TooBusy
from linkloop.worlds.channels import ChannelsWorld
from linkloop.worlds.channels.frames import trouble
from linkloop.worlds.channels.platform import WebRequest
from linkloop.worlds.channels.webchat import WebChat

HELLO_S = 10.0
UNREAD = 1000  # frames that wait for a slow reader; beyond, it is hung up on and resumes by `after`
_REFUSED, _TRY_LATER = 1008, 1013


@post("/hooks/{name:str}", status_code=202, tags=["channels"], opt=may("anyone"))
async def hook(request: Request[Any, Any, Any], desk: TheDesk, work: TheWork, name: PathName) -> Accepted:
    """Take facts in from another system, signed as Standard Webhooks says."""
    world = _channels(desk)
    return await work.outside(world.hooks.handle, name, dict(request.headers), await request.body())


@post("/hooks/platforms/{name:str}", status_code=200, include_in_schema=False, opt=may("anyone"))
async def platform_says(
    request: Request[Any, Any, Any], desk: TheDesk, work: TheWork, name: PathName
) -> Response[bytes]:
    """What a chat platform posts, signed as that platform signs."""
    return await _platform(request, desk, work, name, await request.body())


@get("/hooks/platforms/{name:str}", include_in_schema=False, opt=may("anyone"))
async def platform_asks(
    request: Request[Any, Any, Any], desk: TheDesk, work: TheWork, name: PathName
) -> Response[bytes]:
    """A platform's question whether this address is ours."""
    return await _platform(request, desk, work, name, b"")


async def _platform(
    request: Request[Any, Any, Any], desk: TheDesk, work: TheWork, name: str, body: bytes
) -> Response[bytes]:
    platforms = _channels(desk).platforms
    platform = platforms.account(name).platform
    lane = work.patient if platform.waits else work.outside
    asked = WebRequest(
        method=str(request.method), headers=dict(request.headers), query=dict(request.query_params), body=body
    )
    try:
        # Late, the log may still take it: the platform sends it again, and it is known then.
        async with asyncio.timeout(platform.clock_s):
            answer = await lane(platforms.handle, name, asked)
    except TimeoutError as error:
        raise TooBusy(
            "platform.slow",
            Text(en="the shop did not take it in time", zh="店铺未能及时接收"),
            Text(en="Send it again.", zh="请重发。"),
            name,
        ) from error
    return Response(answer.body, status_code=answer.status, media_type=answer.media_type)


@websocket("/chat", opt=may("anyone"))
async def chat(socket: WebSocket[Any, Any, Any], desk: TheDesk, work: TheWork, sockets: TheSockets) -> None:
    """A visitor's conversation: hello, then messages in and lines out."""
    await socket.accept()
    try:
        with sockets.one_more():
            await _Conversation(socket, work, _channels(desk).webchat).hold()
    except LinkloopError as error:
        await socket.send_data(trouble(error), mode="text")
        await socket.close(code=_TRY_LATER if isinstance(error, TooBusy) else _REFUSED, reason=error.code)
    except TimeoutError:
        await socket.close(code=_REFUSED, reason="chat.hello")
    except WebSocketDisconnect:
        pass


class _Conversation:
    """One socket: a task reads it, this one writes; the channel's threads only ever put into the queue."""

    def __init__(self, socket: WebSocket[Any, Any, Any], work: TheWork, webchat: WebChat) -> None:
        self.socket = socket
        self.work = work
        self.webchat = webchat
        self.frames: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.loop = asyncio.get_running_loop()

    async def hold(self) -> None:
        async with asyncio.timeout(HELLO_S):
            first = await self._read()
        session, after = await self.work.outside(self.webchat.hello, first)
        self.frames.put_nowait(self.webchat.welcome(session))
        leave = await self.work.outside(self.webchat.subscribe, session, self._tell, after)
        reading = asyncio.create_task(self._listen(session))
        try:
            while (frame := await self.frames.get()) is not None:
                await self.socket.send_data(frame, mode="text")
            if reading.done():
                reading.result()
            else:
                await self.socket.close(code=_TRY_LATER, reason="chat.slow")
        finally:
            leave()
            reading.cancel()

    async def _listen(self, session: Any) -> None:
        try:
            while True:
                raw = await self._read()
                self.frames.put_nowait(await self.work.outside(self.webchat.handle, session, raw))
        finally:
            self.frames.put_nowait(None)

    async def _read(self) -> bytes:
        data = await self.socket.receive_data(mode="text")
        return data.encode("utf-8", errors="surrogatepass") if isinstance(data, str) else data

    def _tell(self, frame: bytes) -> None:
        """Called by any thread; must not block."""
        self.loop.call_soon_threadsafe(self._queue, frame)

    def _queue(self, frame: bytes) -> None:
        if self.frames.qsize() < UNREAD:
            self.frames.put_nowait(frame)
        elif self.frames.qsize() == UNREAD:
            self.frames.put_nowait(None)  # the end, once what was queued is sent


def _channels(desk: TheDesk) -> ChannelsWorld:
    world = desk.shop.world("channels")
    if not isinstance(world, ChannelsWorld):
        raise NotFound(
            "channels.none",
            Text(en="this shop has no channels", zh="该店铺未开通渠道"),
            Text(
                en="Switch them on in linkloop.toml: [channels] enabled = true.",
                zh="请在 linkloop.toml 开启：[channels] enabled = true。",
            ),
        )
    return world


ROUTES = [hook, platform_says, platform_asks, chat]
