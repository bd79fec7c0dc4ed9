"""Setting hooks up: open, re-key, close and try them; every change is audited, and no secret is ever written there."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.errors import NotFound
from linkloop.core.event import Event, about
from linkloop.core.table import key_of, table_name
from linkloop.core.text import Text
from linkloop.faces.desk.connectors_views import EndpointTried, HookOpened, HookTried
from linkloop.store.audit import Entry
from linkloop.worlds.channels import ChannelsWorld
from linkloop.worlds.channels.doors import Door


def open_hook(shop: Shop, name: str, kinds: list[str], by: str) -> HookOpened:
    """Open a hook. Raises Conflict `hook.exists`, LinkloopError `channels.settings`, NotFound `channels.none`."""
    world = channels_of(shop)
    secret = world.doors.open(name, tuple(kinds))
    _audit(shop, by, "hook.open", name, None, _noted(world, name))
    return HookOpened(name, f"/hooks/{name}", secret, None)


def rotate_hook(shop: Shop, name: str, by: str) -> HookOpened:
    """Give a hook a new secret. Raises NotFound `hook.unknown`, Refused `hook.fixed`."""
    world = channels_of(shop)
    before = _noted(world, name)
    secret = world.doors.rotate(name)
    after = _noted(world, name)
    _audit(shop, by, "hook.rotate", name, before, after)
    return HookOpened(name, f"/hooks/{name}", secret, datetime.fromtimestamp(_door(world, name).old_until, UTC))


def close_hook(shop: Shop, name: str, by: str) -> None:
    """Close a hook that a person opened. Raises NotFound `hook.unknown`, Refused `hook.fixed`."""
    world = channels_of(shop)
    before = _noted(world, name)
    world.doors.close(name)
    _audit(shop, by, "hook.close", name, before, None)


def try_hook(shop: Shop, name: str, body: str) -> HookTried:
    """Sign a body as a sender would and have the hook read it; nothing is kept. Raises as `Hooks.receive`."""
    world = channels_of(shop)
    if name not in world.hooks.hooks:
        raise NotFound("hook.unknown", Text(en="there is no such hook", zh="没有这个接口"), where=name)
    raw = body.encode()
    headers = world.hooks.sign(name, f"test_{uuid4().hex}", raw)
    delivery = world.hooks.receive(name, headers, raw)
    return HookTried(headers, [f"{table_name(type(one))} {_key(one)}" for one in delivery.said])


def try_endpoint(shop: Shop, name: str, by: str) -> EndpointTried:
    """Send a receiver a delivery that asks for nothing. Raises NotFound `endpoint.unknown`."""
    endpoint = next((one for one in channels_of(shop).endpoints if one.name == name), None)
    if endpoint is None:
        raise NotFound("endpoint.unknown", Text(en="there is no such receiver", zh="没有这个接收端"), where=name)
    tried = endpoint.test()
    _audit(shop, by, "endpoint.test", name, None, msgspec.to_builtins(tried))
    return EndpointTried(tried.id, tried.status, tried.took_ms, tried.problem)


def channels_of(shop: Shop) -> ChannelsWorld:
    """The shop's channels. Raises NotFound `channels.none`."""
    world = shop.world("channels")
    if not isinstance(world, ChannelsWorld):
        raise NotFound(
            "channels.none",
            Text(en="this shop has no channels", zh="该店铺未开通渠道"),
            Text(
                en="Switch them on in linkloop.toml: [channels] enabled = true.",
                zh="请在 linkloop.toml 开启：[channels] enabled = true。",
            ),
        )
    return world


def _key(said: object) -> str:
    return about(said) if isinstance(said, Event) else key_of(said)  # type: ignore[arg-type]


def _door(world: ChannelsWorld, name: str) -> Door:
    door = next((one for one in world.doors.all() if one.name == name), None)
    if door is None:
        raise NotFound("hook.unknown", Text(en="there is no such hook", zh="没有这个接口"), where=name[:100])
    return door


def _noted(world: ChannelsWorld, name: str) -> dict[str, object]:
    return msgspec.to_builtins(_door(world, name))


def _audit(shop: Shop, by: str, what: str, name: str, before: object, after: object) -> None:
    entry = Entry(by=by, what=what, about=name, before=before, after=after)
    shop.loop.do(lambda turn: turn.w.audit.append(entry))
