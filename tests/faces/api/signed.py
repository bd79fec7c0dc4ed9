"""Accounts and signed-in clients for tests: passwords are real, and slow on purpose, so few are made."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from linkloop.app.shop import Shop
from linkloop.faces.api.server import serving
from linkloop.faces.desk import keys, people
from linkloop.faces.desk.desk import Desk
from linkloop.faces.desk.roles import Role
from linkloop.store.audit import Audited, read
from tests.faces.api.conftest import running

PASSWORD = "seven grey herons"


@dataclass
class Clock:
    """A real time that is moved by hand."""

    at: float = field(default_factory=time.time)

    def __call__(self) -> float:
        return self.at

    def __iadd__(self, seconds: float) -> Clock:
        self.at += seconds
        return self


@dataclass
class House:
    """A shop with accounts behind a server whose clock is ours."""

    shop: Shop
    url: str
    clock: Clock

    def client(self, **headers: str) -> httpx.Client:
        """A client that keeps cookies, and is nobody yet."""
        return httpx.Client(base_url=self.url, trust_env=False, timeout=30, headers=headers)

    @contextmanager
    def signed_in(self, name: str, password: str = PASSWORD) -> Iterator[httpx.Client]:
        """A browser that has signed in, and sends what its page would."""
        with self.client() as client:
            answer = sign_in(client, name, password)
            assert answer.status_code == 200, answer.text
            client.headers["x-linkloop-csrf"] = client.get("/api/v1/session").json()["csrf"]
            yield client

    def program(self, role: Role, name: str = "") -> httpx.Client:
        """A client with a token of its own."""
        made = keys.make(self.shop, name or f"a {role} program", role, 1, "test", int(self.clock.at * 1e6))
        return self.client(authorization=f"Bearer {made.secret}")

    def audit(self, **asked: Any) -> list[Audited]:
        """What is on record, oldest first."""
        with self.shop.store.read() as connection:
            return read(connection, limit=1000, **asked)[::-1]

    def whats(self, **asked: Any) -> list[str]:
        """The verbs on record, oldest first."""
        return [entry.what for entry in self.audit(**asked)]


def sign_in(client: httpx.Client, name: str, password: str = PASSWORD, **headers: str) -> httpx.Response:
    return client.post("/api/v1/session", json={"name": name, "password": password}, headers=headers)


@contextmanager
def house(folder: Path, accounts: dict[str, Role], **options: Any) -> Iterator[House]:
    """A running shop with these accounts, all with the one PASSWORD."""
    clock = Clock()
    with running(folder) as shop:
        for name, role in accounts.items():
            people.add(shop, name, role, PASSWORD, "test", int(clock.at * 1e6))
        with serving(Desk(shop), now=clock, **options) as url:
            yield House(shop, url, clock)
