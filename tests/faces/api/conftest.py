"""A real shop behind a real server on a free port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from linkloop.app.shop import Shop
from linkloop.faces.api.server import serving
from linkloop.faces.desk.desk import Desk
from tests.engine.small_shop import open_small


@contextmanager
def running(folder: Path, moods: list[str] | None = None) -> Iterator[Shop]:
    """A small shop that runs."""
    shop, _ = open_small(folder, moods)
    shop.start()
    try:
        yield shop
    finally:
        shop.stop()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with running(tmp_path) as shop:
        yield shop


@pytest.fixture
def url(shop: Shop) -> Iterator[str]:
    with serving(Desk(shop)) as url:
        yield url


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """One shop for all tests of a file: for those that leave nothing behind that another would stumble over."""
    with (
        running(tmp_path_factory.mktemp("shop")) as shop,
        serving(Desk(shop)) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=30) as client,
    ):
        yield client


def head(client: httpx.Client) -> int:
    """The last log offset: a refused request must leave it where it was."""
    return int(client.get("/api/v1/head").json()["head"])


def message(n: int, text: str = "where is it?") -> dict[str, Any]:
    """A message as a channel says it."""
    return {
        "kind": "message_received",
        "at": "2026-11-24T08:00:00Z",
        "message_id": f"m{n}",
        "conversation_id": f"c{n % 3}",
        "channel": "web",
        "text": text,
    }


def say(client: httpx.Client, key: str, *items: dict[str, Any], **headers: str) -> httpx.Response:
    return client.post("/api/v1/events", json={"items": items}, headers={"idempotency-key": key, **headers})
