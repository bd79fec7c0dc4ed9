"""Connectors: every world and channel of a shop with its state, what it says, and what waits for it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.event import Event
from linkloop.core.vocabulary import actions, tables
from linkloop.core.world import World
from linkloop.faces.desk.connectors_platforms import channel_quality, platform_setup, platform_state
from linkloop.faces.desk.connectors_views import Connector, ConnectorState, EndpointSetup, HookSetup
from linkloop.faces.desk.hook_examples import example
from linkloop.faces.desk.pulse import pulse, speaker
from linkloop.store.outbox import OPEN
from linkloop.store.schema import dead_letters, log, outbox
from linkloop.store.store import head_of
from linkloop.worlds.channels import ChannelsWorld
from linkloop.worlds.channels.settings import OURS
from linkloop.worlds.sim.running import TownWorld

LOOK_BACK = 50_000  # log lines that are searched for the last word of a connector that said nothing today
MOST_WAITING = 2000


class _Heard(msgspec.Struct, frozen=True):
    """What a source said: how often today, per minute, and when last."""

    today: int = 0
    per_minute: float = 0.0
    last: datetime | None = None


def connectors(shop: Shop) -> list[Connector]:
    """All of them: the town first, then what a person set up."""
    gathered = _Gathered(shop)
    found: list[Connector] = []
    for world in sorted(shop.worlds, key=lambda one: (one.name != "sim", one.name)):
        if isinstance(world, TownWorld):
            found.append(_town(gathered, world))
        elif isinstance(world, ChannelsWorld):
            found += _channels(gathered, world)
        else:
            kind = "files" if world.name == "files" else "other"
            state = "waiting" if gathered.running else "stopped"
            found.append(gathered.connector(world.name, world, world.name, kind=kind, state=state))
    return found


class _Gathered:
    """What all connectors are drawn from: what was said by which source, and what waits for whom."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.running = shop.running()
        self.heard = _heard(shop)
        self.backlog, self.unclear = _waiting(shop)
        letters = sa.select(dead_letters.c.consumer, sa.func.count()).where(dead_letters.c.status == "waiting")
        with shop.store.read() as connection:
            rows = connection.execute(letters.group_by(dead_letters.c.consumer)).all()
        self.dead = {who: count for who, count in rows}  # noqa: C416  (rows are no pairs to the type checker)

    def connector(self, name: str, world: World, source: str, *, kind: str, state: str, **more: object) -> Connector:
        """A connector whose words come from `source`, a source of the log or the name of a world."""
        mine = [one for said_by, one in self.heard.items() if source in (said_by, speaker(said_by))]
        last = [one.last for one in mine if one.last is not None]
        fields = {
            "name": name,
            "world": world.name,
            "kind": kind,
            "state": state,
            "last_heard": max(last) if last else None,
            "today": sum(one.today for one in mine),
            "per_minute": sum(one.per_minute for one in mine),
            "backlog": self.backlog[name],
            "unclear": self.unclear[name],
            "dead": self.dead.get(world.name, 0),
            **more,
        }
        return msgspec.convert(fields, Connector)


def _town(gathered: _Gathered, world: TownWorld) -> Connector:
    status = world.status()
    state: ConnectorState = "running" if gathered.running else "stopped"
    if status.paused:
        state = "paused"
    if status.problem:
        state = "trouble"
    return gathered.connector("sim", world, "sim", kind="town", state=state, problem=status.problem)


def _channels(gathered: _Gathered, world: ChannelsWorld) -> list[Connector]:
    up = "running" if gathered.running else "stopped"
    chat = channel_quality("webchat")
    found = [gathered.connector("webchat", world, "webchat", kind="webchat", state=up, quality=chat)]
    for name, account in world.platforms.accounts.items():
        known = channel_quality(account.platform.kind)
        heard = gathered.connector(name, world, f"channel:{name}", kind="platform", state=up,
                                   platform=platform_setup(account), quality=known)  # fmt: skip
        state, problem = platform_state(account, gathered.running, heard.last_heard is not None)
        found.append(msgspec.structs.replace(heard, state=state, problem=problem))
    for door in world.doors.all():
        counts = world.hooks.counts[door.name]
        until = datetime.fromtimestamp(door.old_until, UTC) if door.old_until else None
        hook = HookSetup(path=f"/hooks/{door.name}", kinds=list(door.kinds), own=door.own, kept=door.kept,
                         old_until=until, taken=counts.taken, refused=counts.refused, last_refused=counts.last_refused,
                         example=example(door.kinds, gathered.shop))  # fmt: skip
        heard = gathered.connector(door.name, world, f"hook:{door.name}", kind="hook", state=up, hook=hook,
                                   quality=channel_quality("hook"))  # fmt: skip
        quiet = heard.last_heard is None and up == "running"
        found.append(msgspec.structs.replace(heard, state="waiting") if quiet else heard)
    for endpoint in world.endpoints:
        settings = endpoint.settings
        setup = EndpointSetup(url=settings.url, kinds=list(settings.kinds), where=dict(settings.where),
                              status_url=bool(settings.status_url))  # fmt: skip
        state = "trouble" if gathered.unclear[endpoint.name] else up
        found.append(gathered.connector(endpoint.name, world, f"endpoint:{endpoint.name}", kind="endpoint",
                                        state=state, endpoint=setup))  # fmt: skip
    return found


def _heard(shop: Shop) -> dict[str, _Heard]:
    beat = pulse(shop)
    found: dict[str, _Heard] = {}
    for said in beat.said():
        before = found.get(said.source, _Heard())
        found[said.source] = _Heard(
            before.today + said.today,
            before.per_minute + said.per_minute,
            said.last_at if before.last is None else max(before.last, said.last_at),
        )
    with shop.store.read() as connection:
        head = head_of(connection)
        query = sa.select(log.c.source, sa.func.max(log.c.at)).where(log.c.offset > head - LOOK_BACK)
        for source, last in connection.execute(query.group_by(log.c.source)):
            found.setdefault(source, _Heard(last=datetime.fromtimestamp(last / 1e6, UTC)))
    return found


def _waiting(shop: Shop) -> tuple[Counter[str], Counter[str]]:
    """How many effects wait for each connector, and of how many it is unclear what became."""
    query = (
        sa.select(outbox.c.action_kind, outbox.c.body, outbox.c.status)
        .where(outbox.c.status.in_(OPEN))
        .order_by(outbox.c.seq)
        .limit(MOST_WAITING)
    )
    open_, unclear = Counter[str](), Counter[str]()
    with shop.store.read() as connection:
        rows = connection.execute(query).all()
    for row in rows:
        if (kind := actions().get(row.action_kind)) is None:
            continue
        action = msgspec.json.decode(row.body, type=kind)
        world = next((one for one in shop.worlds if one.takes(action)), None)
        name = world.name if world else ""
        if isinstance(world, ChannelsWorld):
            channel = getattr(action, "channel", "") if world.platforms.takes(action) else "webchat"
            name = next((endpoint.name for endpoint in world.endpoints if endpoint.takes(action)), channel)
        open_[name] += 1
        unclear[name] += row.status == "unclear"
    return open_, unclear


def said_kinds() -> list[str]:
    """The kinds that another system may say through a hook."""
    return sorted(set(tables()) - OURS, key=lambda name: (not issubclass(tables()[name], Event), name))
