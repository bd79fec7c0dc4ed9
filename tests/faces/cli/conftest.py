"""A shop in a folder, with decisions of every kind, for the commands to be tried on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from linkloop.app.settings import load
from linkloop.app.shop import Shop
from linkloop.faces.desk.desk import Desk

TOML = """
name = "试店"
zone = "Asia/Shanghai"
[town]
enabled = false
[channels]
enabled = false
[[gate.holds]]
action = "Reply"
confidence_below = 2.0
"""


def message(n: int, text: str) -> dict[str, Any]:
    """A customer's message, as a channel says it."""
    return {
        "kind": "message_received",
        "at": f"2036-11-11T12:0{n}:00Z",
        "message_id": f"m{n}",
        "conversation_id": f"c{n}",
        "channel": "web",
        "text": text,
    }


def build(folder: Path) -> None:
    """Three customers wrote, in a future in which no decision is too late; every reply waits for a person."""
    folder.mkdir()
    (folder / "linkloop.toml").write_text(TOML, encoding="utf-8")
    desk = Desk(Shop(load(folder, {})))
    for n, text in enumerate(("我的快递到哪了？", "where is my parcel???", "\x1b[31m发票能开吗")):
        desk.say("chat", f"m{n}", [message(n, text)])
    row = {"kind": "products", "product_id": "SKU-1", "title": "高跟鞋", "price": {"amount": 19900, "currency": "CNY"}}
    desk.say("erp", "p1", [row, {"kind": "products", "product_id": "SKU-2", "title": "Tea"}])
    desk.close()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a shop, which nobody may change."""
    folder = tmp_path_factory.mktemp("built") / "shop"
    build(folder)
    return folder


@pytest.fixture
def shop(built: Path, tmp_path: Path) -> str:
    """The folder of a copy of it."""
    return str(shutil.copytree(built, tmp_path / "shop"))
