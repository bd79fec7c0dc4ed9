"""Doors: a person opens, closes and re-keys hooks while the shop runs, and nothing of it is lost by a restart."""

from __future__ import annotations

import stat
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from linkloop.commerce.conversations import Message
from linkloop.commerce.orders import Order
from linkloop.core.clock import SimClock
from linkloop.core.errors import Conflict, LinkloopError, NotFound, Refused
from linkloop.core.world import Setup
from linkloop.worlds.channels import ChannelsWorld, keys, open_world
from linkloop.worlds.channels.webhook import Hooks
from tests.worlds.channels.logbook import Logbook
from tests.worlds.channels.test_webhook import SECRET, signed

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
ORDER = {"type": "orders", "data": {"order_id": "o1", "placed_at": "2026-03-02T04:00:00Z"}}


def opened(folder: Path, **options: Any) -> ChannelsWorld:
    world = open_world(Setup(folder=str(folder), shop="s", zone="UTC", currency="CNY", options=options))
    world.start(Logbook(), SimClock(AT))
    return world


def taken(hooks: Hooks, name: str, secret: str) -> bool:
    try:
        hooks.receive(name, *signed(ORDER, secret))
    except Refused:
        return False
    return True


def test_a_hook_that_is_opened_takes_what_its_secret_signs_also_after_a_restart(tmp_path: Path) -> None:
    world = opened(tmp_path)
    secret = world.doors.open("erp", ("orders",))
    for one in (world, opened(tmp_path)):
        assert taken(one.hooks, "erp", secret)
        assert not taken(one.hooks, "erp", SECRET)
        assert [(d.name, d.kinds, d.own, d.kept, d.old_until) for d in one.doors.all()] == [
            ("erp", ("orders",), True, True, 0.0)
        ]
        assert Order in one.says
        assert Message in one.says
    assert stat.S_IMODE((tmp_path / "hook-erp.key").stat().st_mode) == 0o600


def test_after_a_rotation_both_secrets_are_taken_for_a_day_and_then_the_new_one_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = opened(tmp_path)
    old = world.doors.open("erp", ())
    new = world.doors.rotate("erp")
    assert new != old
    assert world.doors.all()[0].old_until == pytest.approx(time.time() + 86400, abs=60)
    assert (taken(world.hooks, "erp", old), taken(world.hooks, "erp", new)) == (True, True)
    newest = world.doors.rotate("erp")
    assert (taken(world.hooks, "erp", old), taken(world.hooks, "erp", new)) == (False, True)
    monkeypatch.setattr(keys, "GRACE_S", -1.0)
    last = world.doors.rotate("erp")
    for one in (world, opened(tmp_path)):
        assert (taken(one.hooks, "erp", newest), taken(one.hooks, "erp", last)) == (False, True)
        assert one.doors.all()[0].old_until == 0.0
    assert stat.S_IMODE((tmp_path / "hook-erp.key").stat().st_mode) == 0o600


def test_a_closed_hook_is_gone_and_so_is_its_secret(tmp_path: Path) -> None:
    world = opened(tmp_path)
    secret = world.doors.open("erp", ())
    world.doors.close("erp")
    for one in (world, opened(tmp_path)):
        with pytest.raises(NotFound):
            one.hooks.receive("erp", *signed(ORDER, secret))
        assert one.doors.all() == []
    assert world.doors.open("erp", ()) != secret


def test_hooks_of_the_settings_are_not_closed_here_and_their_written_secrets_not_replaced(tmp_path: Path) -> None:
    world = opened(tmp_path, webhooks_in={"erp": SECRET, "wms": ""})
    assert [(d.name, d.own, d.kept) for d in world.doors.all()] == [("erp", False, False), ("wms", False, True)]
    for refused in (lambda: world.doors.close("erp"), lambda: world.doors.rotate("erp")):
        with pytest.raises(Refused, match=r"hook\.fixed"):
            refused()
    assert taken(world.hooks, "erp", SECRET)
    new = world.doors.rotate("wms")
    assert taken(opened(tmp_path, webhooks_in={"erp": SECRET, "wms": ""}).hooks, "wms", new)


@pytest.mark.parametrize("name", ["erp", "../x", "", "a b", "x" * 65])
def test_a_name_that_is_taken_or_no_name_opens_nothing(tmp_path: Path, name: str) -> None:
    world = opened(tmp_path, webhooks_in={"erp": SECRET})
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(LinkloopError) as refused:
        world.doors.open(name, ())
    assert refused.value.code == ("hook.exists" if name == "erp" else "channels.settings")
    assert [d.name for d in world.doors.all()] == ["erp"]
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_what_the_loop_concludes_itself_cannot_be_let_in_by_a_new_hook(tmp_path: Path) -> None:
    world = opened(tmp_path)
    with pytest.raises(LinkloopError, match=r"channels\.settings"):
        world.doors.open("erp", ("decisions",))
    assert world.doors.all() == []


def test_what_a_hook_took_and_refused_is_counted(tmp_path: Path) -> None:
    world = opened(tmp_path, webhooks_in={"erp": SECRET})
    world.hooks.handle("erp", *signed(ORDER))
    with pytest.raises(Refused):
        world.hooks.handle("erp", *signed(ORDER, "whsec_" + "A" * 32))
    counts = world.hooks.counts["erp"]
    assert (counts.taken, counts.refused, counts.last_refused) == (1, 1, "hook.signature")


def test_opening_twice_is_a_conflict_and_keeps_the_first_secret(tmp_path: Path) -> None:
    world = opened(tmp_path)
    secret = world.doors.open("erp", ())
    with pytest.raises(Conflict):
        world.doors.open("erp", ("orders",))
    assert taken(world.hooks, "erp", secret)
    assert world.doors.all()[0].kinds == ()
