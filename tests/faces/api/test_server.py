"""The server: its page, its document, and how it starts and ends."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import httpx
import msgspec
import pytest

from linkloop.core.errors import LinkloopError
from linkloop.faces.api.server import run, serving
from linkloop.faces.desk.desk import Desk
from linkloop.faces.page import CONTENT_SECURITY_POLICY
from tests.engine.small_shop import open_small
from tests.faces.api.conftest import running


def test_the_page_is_served_at_the_root_and_nothing_beside_it(shared: httpx.Client) -> None:
    page = shared.get("/")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "<html" in page.text
    assert shared.get("/js/main.js").headers["content-type"].startswith("text/javascript")
    for outside in ("/%2e%2e/__init__.py", "/..%2f__init__.py", "/js/../../__init__.py", "/__init__.py"):
        assert shared.get(outside).status_code in (400, 404)


def test_the_document_describes_every_route(shared: httpx.Client) -> None:
    answer = shared.get("/api/v1/openapi.json")
    document = answer.json()
    assert document["openapi"].startswith("3.1")
    operations = {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item}
    assert {
        "GET /api/v1/tables", "GET /api/v1/tables/{table}/rows", "GET /api/v1/tables/{table}/row", "GET /api/v1/events",
        "POST /api/v1/events", "GET /api/v1/stream", "GET /api/v1/head", "GET /api/v1/decisions",
        "GET /api/v1/decisions/{decision_id}", "GET /api/v1/decisions/{decision_id}/why",
        "POST /api/v1/decisions/{decision_id}/approve", "POST /api/v1/decisions/{decision_id}/adjust",
        "POST /api/v1/decisions/{decision_id}/refuse", "POST /api/v1/decisions/{decision_id}/undo",
        "POST /api/v1/decisions/{decision_id}/reexecute", "GET /api/v1/effects", "GET /api/v1/dead-letters",
        "POST /api/v1/dead-letters/{letter_id}/retry", "POST /api/v1/dead-letters/{letter_id}/drop",
        "GET /api/v1/questions", "POST /api/v1/questions/{question}/ask", "GET /api/v1/models", "GET /api/v1/cases",
        "GET /api/v1/cases/{case_id}", "POST /api/v1/replay", "POST /api/v1/sql", "GET /api/v1/schema",
        "GET /api/v1/map", "GET /api/v1/status", "GET /api/v1/doctor", "GET /api/v1/verify", "GET /api/v1/town",
        "POST /api/v1/town", "POST /api/v1/import", "POST /hooks/{name}",
    } == operations  # fmt: skip
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
