"""Health: how the shop is doing, and what is wrong with it and how to mend it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.text import Text
from linkloop.core.vocabulary import tables
from linkloop.faces.desk.views import Finding, ShopStatus
from linkloop.store.ledger import verify
from linkloop.store.schema import cursors, dead_letters, log, outbox, state
from linkloop.store.store import head_of
from linkloop.worlds.channels import ChannelsWorld
from linkloop.worlds.channels.claims import kinds as written
from linkloop.worlds.channels.claims import quality

LOW_DISK = 2 * 1024**3


def status(shop: Shop) -> ShopStatus:
    """The shop in one look."""
    with shop.store.read() as connection:
        head = head_of(connection)
        by_status = connection.execute(sa.select(outbox.c.status, sa.func.count()).group_by(outbox.c.status))
        held = sa.select(sa.func.count()).where(state.c.kind == "decisions", state.c.ix1 == "held")
        landed = connection.execute(sa.select(cursors.c.offset).where(cursors.c.consumer == "lake")).scalar() or 0
        dead = sa.select(sa.func.count()).where(dead_letters.c.status == "waiting")
        return ShopStatus(
            name=shop.settings.name,
            at=shop.clock.now(),
            zone=shop.settings.zone,
            currency=shop.settings.currency,
            head=head,
            running=shop.running(),
            links=[link.name for link in shop.wiring.links],
            worlds=[world.name for world in shop.worlds],
            held=connection.execute(held).scalar_one(),
            outbox={row[0]: row[1] for row in by_status},
            dead_letters=connection.execute(dead).scalar_one(),
            lake_lag=head - landed,
            heard=shop.loop.counters.heard,
            commits=shop.loop.counters.commits,
        )


def doctor(shop: Shop) -> list[Finding]:
    """Look at everything that can be wrong; each finding says what to do."""
    checks: list[Callable[[Shop], Finding]] = [
        _disk, _writable, _sqlite, _ledger, _kinds, _letters, _effects, _lake, _channels,
    ]  # fmt: skip
    return [check(shop) for check in checks]


def _found(name: str, good: bool, text: Text, todo: Text, bad: str = "error") -> Finding:
    return Finding(name, "ok" if good else bad, text, Text(en="", zh="") if good else todo)


def _disk(shop: Shop) -> Finding:
    free = shutil.disk_usage(shop.folder).free
    gib = free / 1024**3
    return _found(
        "disk",
        free > LOW_DISK,
        Text(en=f"{gib:.1f} GiB free", zh=f"剩余 {gib:.1f} GiB"),
        Text(en="Free some space: a full disk stops the shop.", zh="请清理磁盘：磁盘写满店铺会停。"),
        "warning",
    )


def _writable(shop: Shop) -> Finding:
    good = os.access(shop.folder, os.W_OK)
    where = str(shop.folder.resolve())
    return _found(
        "folder", good, Text(en=where, zh=where), Text(en=f"Make {where} writable.", zh=f"请让 {where} 可写。")
    )


def _sqlite(shop: Shop) -> Finding:
    with shop.store.read() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        sync = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        problem = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    good = mode == "wal" and sync == 2 and problem == "ok"
    text = f"SQLite {sqlite3.sqlite_version}, journal={mode}, synchronous={sync}, check={problem}"
    todo = Text(en="Restore the folder from a backup.", zh="请从备份恢复该文件夹。")
    return _found("log", good, Text(en=text, zh=text), todo)


def _ledger(shop: Shop) -> Finding:
    with shop.store.read() as connection:
        verdict = verify(connection)
    text = Text(
        en=f"{verdict.rows} ledger rows hold {verdict.problem}", zh=f"账本 {verdict.rows} 行完好 {verdict.problem}"
    )
    todo = Text(en="Someone changed the ledger: compare with a backup.", zh="账本被改动：请与备份比对。")
    return _found("ledger", not verdict.bad_seq, text, todo)


def _kinds(shop: Shop) -> Finding:
    with shop.store.read() as connection:
        logged = {row[0] for row in connection.execute(sa.select(log.c.kind).distinct())}
    unknown = sorted(logged - set(tables()))
    listed = ", ".join(unknown)
    return _found(
        "vocabulary",
        not unknown,
        Text(
            en=f"{len(logged)} kinds in the log{': unknown ' + listed if listed else ''}",
            zh=f"日志含 {len(logged)} 种内容{'，未知：' + listed if listed else ''}",
        ),
        Text(
            en="Install the package that defines them; nothing is lost meanwhile.",
            zh="请安装定义它们的软件包；期间数据不会丢。",
        ),
        "warning",
    )


def _letters(shop: Shop) -> Finding:
    query = sa.select(sa.func.count()).where(dead_letters.c.status == "waiting")
    with shop.store.read() as connection:
        count = connection.execute(query).scalar_one()
    return _found(
        "dead letters",
        count == 0,
        Text(en=f"{count} waiting", zh=f"{count} 封待处理"),
        Text(en="Look at them with `linkloop decisions --dead`.", zh="用 `linkloop decisions --dead` 查看。"),
        "warning",
    )


def _effects(shop: Shop) -> Finding:
    query = (
        sa.select(outbox.c.action_kind, sa.func.count())
        .where(outbox.c.status == "waiting")
        .group_by(outbox.c.action_kind)
    )
    with shop.store.read() as connection:
        waiting = {row[0]: row[1] for row in connection.execute(query)}
    listed = ", ".join(f"{kind} {n}" for kind, n in sorted(waiting.items()))
    return _found(
        "effects",
        not waiting or shop.running(),
        Text(en=listed or "none waiting", zh=listed or "没有等待发送的动作"),
        Text(
            en="Start the shop with `linkloop up`, or connect a world that performs them.",
            zh="用 `linkloop up` 启动店铺，或接入能执行它们的世界。",
        ),
        "warning",
    )


def _lake(shop: Shop) -> Finding:
    names = shop.lake.tables()
    size = sum(f.stat().st_size for f in Path(shop.folder / "lake").rglob("*") if f.is_file()) / 1024**2
    text = Text(en=f"{len(names)} tables, {size:.1f} MiB", zh=f"{len(names)} 张表，{size:.1f} MiB")
    return _found("lake", True, text, Text(en="", zh=""))


def _channels(shop: Shop) -> Finding:
    """What every channel of this shop was tested against: said before a merchant relies on it."""
    world = shop.world("channels")
    if not isinstance(world, ChannelsWorld):
        return _found("channels", True, Text(en="none", zh="未开通"), Text(en="", zh=""))
    accounts = list(world.platforms.accounts.values())
    kinds = ["webchat", *(["hook"] if world.hooks.hooks else []), *sorted({one.platform.kind for one in accounts})]
    known = {kind: quality(kind) for kind in kinds if kind in written()}
    listed = [f"{kind} {one.count('done')}/{len(one.claims)}" for kind, one in known.items()]
    untried = [kind for kind in kinds if kind not in known or not known[kind].real]
    stuck = [one.platform.name for one in accounts if one.pulling is not None and one.pulling.problem]
    en, zh = ", ".join(listed), "、".join(listed)
    if stuck:
        return _found(
            "channels", False,
            Text(en=f"cannot be read: {', '.join(stuck)}", zh=f"无法读取：{'、'.join(stuck)}"),
            Text(en="Look at them under Worlds → Connectors.", zh="请在“世界 → 连接”中查看。"), "warning",
        )  # fmt: skip
    return _found(
        "channels", True,
        Text(
            en=f"{en} checks shown by tests; against doubles only: {', '.join(untried) or 'none'}",
            zh=f"{zh} 项有测试证明；仅用替身测试：{'、'.join(untried) or '无'}",
        ),
        Text(en="", zh=""),
    )  # fmt: skip
