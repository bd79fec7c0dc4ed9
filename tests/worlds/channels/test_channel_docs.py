"""What docs/channels.md tells a person to write opens as it stands, in both languages, and shows no secret."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from linkloop.commerce.conversations import MessageReceived
from linkloop.core.clock import SimClock
from linkloop.core.errors import LinkloopError
from linkloop.core.world import Setup
from linkloop.worlds.channels import ChannelsWorld, open_world
from linkloop.worlds.channels.kinds import KINDS, shown
from tests.worlds.channels.logbook import Logbook

DOCS = Path(__file__).parents[3] / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
VALUES = {
    "TELEGRAM_TOKEN": "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcE",
    "TELEGRAM_SECRET": "s3cret-s3cret-s3cret",
    "WECHAT_AES": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
    "WECOM_AES": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
    "CHAT_SECRET": "a secret of thirty-two bytes, or more",
}


def blocks(name: str, kind: str) -> list[str]:
    return [body for found, body in BLOCK.findall((DOCS / name).read_text(encoding="utf-8")) if found == kind]


def channels(block: str) -> dict[str, Any]:
    given: dict[str, Any] = tomllib.loads(block)["channels"]
    return given


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in set(re.findall(r"env:([A-Z_]+)", (DOCS / "channels.md").read_text(encoding="utf-8"))):
        monkeypatch.setenv(name, VALUES.get(name, f"a secret called {name}"))


def opened(folder: Path, options: dict[str, Any]) -> ChannelsWorld:
    return open_world(Setup(folder=str(folder), shop="s", zone="UTC", currency="CNY", options=options))


def test_both_languages_tell_the_same_settings() -> None:
    for kind in ("toml", "json", "html", "sh"):
        assert blocks("channels.md", kind) == blocks("channels.zh.md", kind), kind


def test_every_kind_of_platform_is_told_of_and_opens(tmp_path: Path) -> None:
    kinds = set()
    for n, block in enumerate(blocks("channels.md", "toml")):
        world = opened(tmp_path / str(n), channels(block))
        for name, account in world.platforms.accounts.items():
            kinds.add(account.platform.kind)
            said = repr(account.platform.settings) + json.dumps(shown(channels(block)["platforms"]), ensure_ascii=False)
            hidden = [VALUES.get(one, f"a secret called {one}") for one in re.findall(r"env:([A-Z_]+)", block)]
            assert [secret for secret in hidden if secret in said] == [], name
        world.close()
    assert kinds == set(KINDS)


def test_a_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    for given, where in (
        ({"webchat": {"customer_secret": "env:NOBODY_SET_THIS"}}, "channels.webchat.customer_secret"),
        ({"webhooks_out": {"erp": {"secret": "env:NOBODY_SET_THIS"}}}, "channels.webhooks_out.erp.secret"),
        ({"platforms": {"bot": {"kind": "telegram", "token": "env:NOBODY_SET_THIS"}}}, "channels.platforms.bot.token"),
        ({"platforms": {"bot": {"kind": "telegraph"}}}, "channels.platforms.bot.kind"),
        ({"platforms": {"bot": {"kind": "telegram", "token": "x"}}}, "channels.platforms.bot.token"),
        ({"platforms": {"bot": {"kind": "telegram"}}}, "channels.platforms.bot"),
        ({"platforms": {"webchat": {"kind": "telegram"}}}, "channels.platforms.webchat"),
        ({"platforms": {"a/b": {"kind": "telegram"}}}, "channels.platforms.a/b"),
        ({"webchat": {"origins": ["shop.example"]}}, "channels.webchat.origins"),
    ):
        with pytest.raises(LinkloopError) as refused:
            opened(tmp_path, given)
        assert (refused.value.code, refused.value.where) == ("channels.settings", where)
        assert refused.value.text.zh


def test_the_message_of_another_channel_is_heard_as_it_stands(tmp_path: Path) -> None:
    (body,) = blocks("channels.md", "json")
    logbook = Logbook()
    world = opened(tmp_path, {"webhooks_in": {"line": ""}})
    world.start(logbook, SimClock(datetime(2026, 3, 2, 5, tzinfo=UTC)))
    raw = body.encode()
    world.hooks.handle("line", world.hooks.sign("line", "w1", raw), raw)
    assert [one.text for one in logbook.said if isinstance(one, MessageReceived)] == ["Where is my parcel?"]
    world.close()
