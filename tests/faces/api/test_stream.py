"""The live stream: every offset once, across broken connections, slow readers and filters."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import msgspec

from linkloop.app.shop import Shop
from tests.faces.api.conftest import message, say


def follow(client: httpx.Client, count: int, last: int | None = None, **asked: object) -> tuple[list[int], list[str]]:
    """Offsets and kinds of the next `count` entries; the connection is dropped in the middle of whatever follows."""
    headers = {} if last is None else {"last-event-id": str(last)}
    offsets: list[int] = []
    kinds: list[str] = []
    with client.stream("GET", "/api/v1/stream", params=asked, headers=headers) as response:  # type: ignore[arg-type]
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        for offset, data in parsed(response.iter_lines()):
            entry = msgspec.json.decode(data)
            assert entry["offset"] == offset
            offsets.append(offset)
            kinds.append(entry["kind"])
            if len(offsets) == count:
                break
    return offsets, kinds


def parsed(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    """(id, data) of every event that a browser would dispatch."""
    place, data = 0, ""
    for line in lines:
        if line.startswith("id: "):
            place = int(line[4:])
        elif line.startswith("data: "):
            data = line[6:]
        elif not line and data:
            yield place, data
            data = ""


def test_a_broken_stream_resumes_with_every_offset_once(client: httpx.Client) -> None:
    for n in range(0, 1200, 20):  # more than two batches
        assert say(client, f"k{n}", *(message(n + more) for more in range(20))).status_code == 202
    seen: list[int] = []
    for count in (1, 7, 499, 500, 3):
        offsets, _ = follow(client, count, last=seen[-1] if seen else 0)
        seen += offsets
    say(client, "late", message(9999))
    offsets, _ = follow(client, 1201 - len(seen), last=seen[-1])
    assert seen + offsets == list(range(1, 1202))


def test_without_a_place_only_what_is_new_comes(client: httpx.Client, shop: Shop) -> None:
    say(client, "old", message(1))
    with client.stream("GET", "/api/v1/stream") as response:
        lines = response.iter_lines()
        assert next(lines) == "retry: 1000"
        while not watched(client):
            pass
        say(client, "new", message(2))
        offset, data = next(parsed(lines))
    assert (offset, msgspec.json.decode(data)["body"]["message_id"]) == (2, "m2")


def watched(client: httpx.Client) -> bool:
    return "linkloop_streams_open 1.0" in client.get("/metrics").text


def test_a_place_can_be_counted_from_the_end(client: httpx.Client) -> None:
    say(client, "k", *(message(n) for n in range(10)))
    assert follow(client, 3, after=-3)[0] == [8, 9, 10]


def test_a_filter_skips_others_and_moves_the_place_along(client: httpx.Client) -> None:
    say(client, "k1", message(1), {"kind": "customers", "customer_id": "c1"}, message(2))
    assert follow(client, 1, after=0, kinds="customers") == ([2], ["customers"])
    with client.stream("GET", "/api/v1/stream", params={"after": 0, "kinds": "orders"}) as response:
        lines = (line for line in response.iter_lines() if line.startswith(("id: ", "data: ")))
        assert next(lines) == "id: 3"  # nothing to show, yet a client that reconnects asks from here


def test_a_reader_that_does_not_read_holds_nobody_up(client: httpx.Client, url: str) -> None:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port)) as stuck:
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stuck.sendall(f"GET /api/v1/stream?after=0 HTTP/1.1\r\nhost: {parts.netloc}\r\n\r\n".encode())
        long = "长" * 20_000
        for n in range(100):  # 6 MB: far more than sockets buffer
            assert say(client, f"k{n}", message(n, long)).status_code == 202
        assert follow(client, 100, after=0)[0] == list(range(1, 101))
        assert "linkloop_streams_open" in client.get("/metrics").text


def test_waiting_for_the_head_answers_when_it_moves(client: httpx.Client) -> None:
    say(client, "k1", message(1))
    assert client.get("/api/v1/head", params={"beyond": 0, "timeout_s": 30}).json() == {"head": 1}
    assert client.get("/api/v1/head", params={"beyond": 1, "timeout_s": 0}).json() == {"head": 1}
