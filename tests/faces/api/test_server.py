"""The server: its page, its document, and how it starts and ends."""

from __future__ import annotations

import re
import socket
import threading
from pathlib import Path

import httpx
import msgspec
import pytest
from litestar.handlers import HTTPRouteHandler

from linkloop.core.errors import LinkloopError
from linkloop.faces.api.app import NOUNS
from linkloop.faces.api.server import run, serving
from linkloop.faces.desk.desk import Desk
from tests.engine.small_shop import open_small
from tests.faces.api.conftest import running


def test_the_document_describes_every_route(shared: httpx.Client) -> None:
    answer = shared.get("/api/v1/openapi.json")
    document = answer.json()
    assert document["openapi"].startswith("3.1")
    handlers = [one for noun in NOUNS for one in noun.ROUTES if isinstance(one, HTTPRouteHandler)]
    served = {
        f"{method} /api/v1{re.sub(r':[a-z]+}', '}', path)}"
        for one in handlers
        for method in one.http_methods
        for path in one.paths
    }
    told = {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item}
    assert served | {"POST /hooks/{name}"} == told
    assert {"GET /api/v1/decisions", "POST /api/v1/decisions/{decision_id}/approve", "GET /api/v1/stream"} <= told
    assert all(item[method].get("description") for item in document["paths"].values() for method in item)
    form = document["paths"]["/api/v1/import"]["post"]["requestBody"]["content"]
    assert list(form) == ["multipart/form-data"]


def test_open_streams_do_not_keep_the_server_from_ending(tmp_path: Path) -> None:
    heard = threading.Event()
    ended = threading.Event()

    def follow(url: str) -> None:
        client = httpx.Client(base_url=url, trust_env=False, timeout=60)
        with client, client.stream("GET", "/api/v1/stream") as response:
            for _ in response.iter_lines():
                heard.set()
        ended.set()

    with running(tmp_path) as shop:
        with serving(Desk(shop)) as url:
            thread = threading.Thread(target=follow, args=(url,), daemon=True)
            thread.start()
            assert heard.wait(20)
        assert ended.wait(20)  # a clean end, which a client answers by coming back


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    shop, _ = open_small(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        shop.settings = msgspec.structs.replace(shop.settings, port=taken.getsockname()[1])
        with pytest.raises(LinkloopError) as error:
            run(Desk(shop))
    assert (error.value.code, error.value.where) == ("api.port", f"127.0.0.1:{shop.settings.port}")
    shop.close()
