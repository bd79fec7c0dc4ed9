"""Which web framework carries a message for the least CPU: Litestar, FastAPI, a bare ASGI app (the limit), our API.

Every server takes the same POST, validates it, hands it to a real store's writer thread (group commit, full
durability) and answers 202 when it is durable. The load comes from this process, over keep-alive loopback
connections, in rounds that go around the servers so that a busy machine hurts all alike.

    python -m bench.api_frameworks            # about a minute
    python -m bench.api_frameworks --requests 500 --rounds 1
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import importlib.util
import queue
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

CONNECTIONS = 32
BATCH = 256
SERVERS = (
    "bare+uvicorn",
    "linkloop+uvicorn",  # the API itself: guard, limits, metrics, and the real loop behind it
    "litestar+uvicorn",
    "fastapi+uvicorn",
    "litestar+granian",
    "fastapi+granian",
    "litestar+plain",  # uvicorn on h11 and asyncio: what it is without its two C parts
)


class MessageIn(msgspec.Struct, forbid_unknown_fields=True):
    """What a channel posts."""

    external_id: str
    conversation_id: str
    text: str
    at: datetime
    customer_id: str = ""
    order_id: str = ""


class AcceptedOut(msgspec.Struct):
    """Log offset of a durable message."""

    offset: int


class Writer:
    """A stand-in for the loop: one thread, many messages in one commit of a real store."""

    def __init__(self, folder: Path) -> None:
        from linkloop.store.store import open_store

        self.store = open_store(f"sqlite:///{folder / 'log.db'}")
        self.queue: queue.SimpleQueue[tuple[Any, Future[int]]] = queue.SimpleQueue()
        threading.Thread(target=self._run, daemon=True).start()

    def submit(self, event: Any) -> Future[int]:
        done: Future[int] = Future()
        self.queue.put((event, done))
        return done

    def _run(self) -> None:
        while True:
            batch = [self.queue.get()]
            while len(batch) < BATCH and not self.queue.empty():
                batch.append(self.queue.get())
            with self.store.write() as writes:
                offsets = []
                for event, _ in batch:
                    offsets.append(writes.event(event))
                    writes.inbox.append((event.source, event.external_id, offsets[-1], offsets[-1]))
            for (_, done), offset in zip(batch, offsets, strict=True):
                done.set_result(offset)


def received(message: Any) -> Any:
    """The event that a validated message becomes."""
    from linkloop.commerce.conversations import MessageReceived
    from linkloop.core.ids import new_id

    return MessageReceived(
        at=message.at,
        id=new_id(message.at),
        case_id=message.external_id,
        source="bench",
        external_id=message.external_id,
        message_id=message.external_id,
        conversation_id=message.conversation_id,
        channel="web",
        text=message.text,
        customer_id=message.customer_id,
        order_id=message.order_id,
    )


def litestar_app(writer: Writer) -> Any:
    """As the API is written: a msgspec struct in, a msgspec struct out."""
    from litestar import Litestar, get, post

    @post("/messages", status_code=202)
    async def message(data: MessageIn) -> AcceptedOut:
        return AcceptedOut(offset=await asyncio.wrap_future(writer.submit(received(data))))

    @get("/cpu")
    async def cpu() -> dict[str, float]:
        return {"s": time.process_time()}

    message.fn.__annotations__.update(data=MessageIn, **{"return": AcceptedOut})
    return Litestar([message, cpu])


def fastapi_app(writer: Writer) -> Any:
    """As FastAPI's users write it: pydantic models at the edge."""
    from fastapi import FastAPI
    from pydantic import BaseModel, ConfigDict, create_model

    taken = create_model(
        "MessageModel",
        __config__=ConfigDict(extra="forbid"),
        external_id=(str, ...),
        conversation_id=(str, ...),
        text=(str, ...),
        at=(datetime, ...),
        customer_id=(str, ""),
        order_id=(str, ""),
    )
    given = create_model("AcceptedModel", offset=(int, ...))
    app = FastAPI()

    async def message(data: BaseModel) -> BaseModel:
        return given(offset=await asyncio.wrap_future(writer.submit(received(data))))

    async def cpu() -> dict[str, float]:
        return {"s": time.process_time()}

    message.__annotations__ = {"data": taken, "return": given}
    app.post("/messages", status_code=202)(message)
    app.get("/cpu")(cpu)
    return app


def bare_app(writer: Writer) -> Callable[..., Awaitable[None]]:
    """The limit: ASGI by hand, no routing, no errors, msgspec in and out."""
    decoder, encode = msgspec.json.Decoder(MessageIn), msgspec.json.encode

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for answer in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{answer}.complete"})
            return
        if scope["path"] == "/cpu":
            status, body = 200, encode({"s": time.process_time()})
        else:
            parts, more = [], True
            while more:
                part = await receive()
                parts.append(part["body"])
                more = part.get("more_body", False)
            event = received(decoder.decode(b"".join(parts)))
            status, body = 202, encode({"offset": await asyncio.wrap_future(writer.submit(event))})
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def serve_linkloop(port: int, folder: Path) -> None:
    """A shop without links or worlds, as `linkloop up` serves it."""
    from linkloop.app.settings import Settings
    from linkloop.app.shop import Shop
    from linkloop.faces.api.server import run
    from linkloop.faces.desk.desk import Desk

    shop = Shop(Settings(folder=str(folder), port=port), links=[], worlds=[])
    shop.start()
    run(Desk(shop))
    shop.stop()


def serve(name: str, port: int, folder: Path) -> None:
    """The body of a server process."""
    framework, server = name.split("+")
    if framework == "linkloop":
        serve_linkloop(port, folder)
        return
    make = {"bare": bare_app, "litestar": litestar_app, "fastapi": fastapi_app}[framework]
    if server != "granian":
        import uvicorn

        parts: dict[str, Any] = {"http": "h11", "loop": "asyncio"} if server == "plain" else {}
        uvicorn.run(make(Writer(folder)), host="127.0.0.1", port=port, log_level="error", access_log=False, **parts)
        return
    from granian.constants import Interfaces
    from granian.server.embed import Server

    embedded = Server(
        make(Writer(folder)), address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False
    )
    if fast_parts():
        importlib.import_module("uvloop").run(embedded.serve())
    else:
        asyncio.run(embedded.serve())


def fast_parts() -> bool:
    """Whether httptools and uvloop are installed, which uvicorn takes by itself."""
    return all(importlib.util.find_spec(part) for part in ("httptools", "uvloop"))


def request(number: int, tag: str, name: str) -> bytes:
    """One POST as bytes."""
    external_id = f"{tag}-{number}"
    message: dict[str, Any] = {
        "conversation_id": f"conversation-{number % 97}",
        "text": "我的快递怎么还没到？ Where is my parcel, it was due on Monday",
        "at": datetime.now(UTC),
        "customer_id": f"c{number % 89}",
        "order_id": f"o{number}",
    }
    path = "/messages"
    if name.startswith("linkloop"):
        path = "/api/v1/events"
        item = {"kind": "message_received", "message_id": external_id, "channel": "web", **message}
        body = msgspec.json.encode({"external_id": external_id, "items": [item]})
    else:
        body = msgspec.json.encode({"external_id": external_id, **message})
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of one response with a content length."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    return int(head[9:12]), await reader.readexactly(length)


async def load(port: int, requests: int, tag: str, name: str) -> list[float]:
    """Latencies in milliseconds of `requests` posts over CONNECTIONS connections, each waiting for its answer."""
    numbers = iter(range(requests))
    took: list[float] = []

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            started = time.perf_counter()
            writer.write(request(number, tag, name))
            status, body = await answer(reader)
            took.append((time.perf_counter() - started) * 1000)
            if status != 202:
                raise SystemExit(f"{tag}: status {status}: {body[:300]!r}")
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return took


async def cpu_of(port: int, name: str) -> float:
    """CPU seconds that a server has used, by its own account (all its threads)."""
    path = "/metrics" if name.startswith("linkloop") else "/cpu"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
    _, body = await answer(reader)
    writer.close()
    if path == "/metrics":
        return float(body.decode().split("\nprocess_cpu_seconds_total ")[1].split("\n")[0])
    return float(msgspec.json.decode(body)["s"])


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _start(name: str, folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "bench.api_frameworks",
        "--serve",
        name,
        "--port",
        str(port),
        "--folder",
        str(folder),
    ]
    process = subprocess.Popen(command)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            asyncio.run(cpu_of(port, name))
        except (OSError, asyncio.IncompleteReadError):
            time.sleep(0.1)
        else:
            return process, port
    process.kill()
    raise SystemExit(f"{name} did not start")


def main() -> None:
    """Measure all servers and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=3000, help="per server and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.serve, given.port, given.folder)
        return
    cpu: dict[str, list[float]] = {name: [] for name in SERVERS}
    took: dict[str, list[float]] = {name: [] for name in SERVERS}
    for turn in range(given.rounds):
        for name in SERVERS[turn % len(SERVERS) :] + SERVERS[: turn % len(SERVERS)]:
            with tempfile.TemporaryDirectory() as folder:
                process, port = _start(name, Path(folder))
                try:
                    asyncio.run(load(port, 300, "warm", name))
                    before = asyncio.run(cpu_of(port, name))
                    took[name] += asyncio.run(load(port, given.requests, f"r{turn}", name))
                    cpu[name].append((asyncio.run(cpu_of(port, name)) - before) * 1000 / given.requests)
                finally:
                    process.terminate()
                    process.wait(10)
    limit = statistics.median(cpu["bare+uvicorn"])
    parts = "httptools, uvloop" if fast_parts() else "h11, asyncio"
    print(f"{given.rounds} rounds x {given.requests} messages, {CONNECTIONS} connections; 202 once durable in SQLite;")
    print(f"uvicorn on {parts}")
    print(f"{'server':<18} {'CPU-ms/request':>15} {'x bare':>7} {'p50 ms':>8} {'p99 ms':>8}")
    for name in SERVERS:
        middle = statistics.median(cpu[name])
        cuts = statistics.quantiles(took[name], n=100)
        print(f"{name:<18} {middle:>15.3f} {middle / limit:>7.2f} {cuts[49]:>8.1f} {cuts[98]:>8.1f}")


if __name__ == "__main__":
    main()
