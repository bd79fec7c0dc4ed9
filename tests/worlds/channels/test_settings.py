"""Settings of the channels: what is wrong is refused before anything listens, and named."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from linkloop.app.settings import Settings
from linkloop.app.shop import LOOP_SAYS, installed_links, installed_worlds
from linkloop.core.clock import SimClock
from linkloop.core.errors import LinkloopError
from linkloop.core.table import table_name
from linkloop.core.world import Setup
from linkloop.worlds.channels import open_world
from linkloop.worlds.channels.settings import OURS, read_settings
from tests.worlds.channels.logbook import Logbook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def endpoint(**changed: Any) -> dict[str, Any]:
    return {
        "webhooks_out": {"erp": {"url": "https://erp.example/in", "secret": SECRET, "kinds": ["Replenish"], **changed}}
    }


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"web_chat": {}}, "channels"),
        ({"webchat": {"customer_secret": "short"}}, "channels.webchat.customer_secret"),
        ({"webhooks_in": {"a/b": SECRET}}, "channels.webhooks_in.a/b"),
        ({"webhooks_in": {"erp": "whsec_c2hvcnQ="}}, "channels.webhooks_in.erp.secrets"),
        ({"webhooks_in": {"erp": "whsec_***"}}, "channels.webhooks_in.erp.secrets"),
        ({"webhooks_in": {"erp": {"secrets": []}}}, "channels.webhooks_in.erp.secrets"),
        ({"webhooks_in": {"erp": {"kinds": ["ordres"]}}}, "channels.webhooks_in.erp.kinds"),
        ({"webhooks_in": {"erp": {"kinds": ["decisions"]}}}, "channels.webhooks_in.erp.kinds"),
        (endpoint(secret=""), "channels.webhooks_out.erp.secret"),
        (endpoint(kinds=[]), "channels.webhooks_out.erp.kinds"),
        (endpoint(url="http://erp.example/in"), "channels.webhooks_out.erp.url"),
        (endpoint(url="file:///etc/passwd"), "channels.webhooks_out.erp.url"),
        (endpoint(url="https://user:pw@erp.example/"), "channels.webhooks_out.erp.url"),
        (endpoint(url="https://[::1"), "channels.webhooks_out.erp.url"),
        (endpoint(url=""), "channels.webhooks_out.erp.url"),
        (endpoint(status_url="https://erp.example/of"), "channels.webhooks_out.erp.status_url"),
        (endpoint(status_url="gopher://erp.example/{key}"), "channels.webhooks_out.erp.status_url"),
    ],
)
def test_what_is_wrong_is_named(given: dict[str, Any], where: str) -> None:
    with pytest.raises(LinkloopError) as refused:
        read_settings(given)
    assert (refused.value.code, refused.value.where) == ("channels.settings", where)
    assert refused.value.text.zh


def test_plain_http_goes_to_this_machine_or_where_it_is_trusted() -> None:
    read_settings(endpoint(url="http://127.0.0.1:9/in"))
    read_settings(endpoint(url="http://erp.internal/in", plain_http=True))


def test_what_the_loop_concludes_by_itself_is_never_open_to_others() -> None:
    assert {"decisions", "spends", "action_settled", "intakes", "minute_passed", "alerts"} <= OURS


def test_whatever_our_links_say_and_no_world_does_is_never_open_to_others(tmp_path: Path) -> None:
    """A new word of a link is closed until somebody decides that the outside may say it."""
    worlds = installed_worlds(Settings(folder=str(tmp_path)))
    outside = {table_name(kind) for world in worlds for kind in world.says}
    ours = {table_name(kind) for said in (*(link.says for link in installed_links()), LOOP_SAYS) for kind in said}
    assert sorted(ours - outside - OURS) == []


def test_an_empty_secret_is_made_once_kept_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    setup = Setup(folder=str(tmp_path), shop="s", zone="UTC", currency="CNY", options={"webhooks_in": {"erp": ""}})
    first = open_world(setup)
    secret = (tmp_path / "hook-erp.key").read_text()
    second = open_world(setup)
    assert (tmp_path / "hook-erp.key").read_text() == secret
    assert len(secret) == 44
    body = b'{"type":"orders","data":{"order_id":"o1","placed_at":"2026-03-02T04:00:00Z"}}'
    second.start(Logbook(), SimClock(datetime(2026, 3, 2, 5, tzinfo=UTC)))
    assert second.hooks.receive("erp", first.hooks.sign("erp", "w1", body), body).external_id == "w1"
    for name in ("hook-erp.key", "session.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
