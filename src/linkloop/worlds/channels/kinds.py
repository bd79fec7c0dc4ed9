"""Kinds: which platforms there are, and the one that a person's settings ask for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.worlds.channels.platform import Platform, PlatformSettings, from_environment
from linkloop.worlds.channels.settings import check_name

KINDS = (
    "email",
    "telegram",
    "wechat",
    "wecom",
    "whatsapp",
)
# Sources and channels that other parts of the shop speak by.
_TAKEN = frozenset({"webchat", "hook", "endpoint", "sim", "files", "channels", "platforms", "loop"})


def settings_class(kind: str, where: str = "") -> type[PlatformSettings]:
    """The settings of a kind. Raises LinkloopError `channels.settings` for one that there is not."""
    if kind not in KINDS:
        raise _wrong(f"there is no platform of kind {kind!r}", f"没有 {kind!r} 这种平台", f"{where}.kind")
    found: type[PlatformSettings] = import_module(f"linkloop.worlds.channels.{kind}").SETTINGS
    return found


def open_platforms(given: Mapping[str, Mapping[str, Any]], folder: Path) -> dict[str, Platform]:
    """Every platform of the settings, by name. Raises LinkloopError `channels.settings` that names the entry."""
    return {name: open_one(name, one, folder) for name, one in sorted(given.items())}


def open_one(name: str, given: Mapping[str, Any], folder: Path) -> Platform:
    """One platform, with nothing connected yet."""
    where = f"channels.platforms.{name[:100]}"
    check_name(name, where)
    if name in _TAKEN:
        raise _wrong(f"the name {name} is taken", f"名称 {name} 已被占用", where)
    kind = str(given.get("kind", name))
    chosen = settings_class(kind, where)
    try:
        settings = msgspec.convert({"kind": kind, **from_environment(given)}, chosen)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        field, colon, rest = reason.partition(": ")
        if colon and field in chosen.__struct_fields__:
            raise _wrong(rest, f"设置无效：{rest}", f"{where}.{field}") from error
        raise _wrong(reason, f"设置无效：{reason}", where + path.rstrip("`")) from error
    except ValueError as error:
        field, _, rest = str(error).partition(": ")
        raise _wrong(rest, f"设置无效：{rest}", f"{where}.{field}") from error
    platform: Platform = import_module(f"linkloop.worlds.channels.{kind}").open_platform(name, settings, folder)
    return platform


def shown(given: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Settings of platforms as they may be shown: what is not known to be harmless is masked."""
    found: dict[str, dict[str, Any]] = {}
    for name, one in given.items():
        kind = str(one.get("kind", name))
        plain = set(settings_class(kind).__struct_fields__) if kind in KINDS else set()
        secret = set(settings_class(kind).__secret__) if kind in KINDS else set()
        found[name] = {
            field: value if field == "kind" or (field in plain and field not in secret) else "***"
            for field, value in one.items()
        }
    return found


def _wrong(en: str, zh: str, where: str) -> LinkloopError:
    return LinkloopError(
        "channels.settings",
        Text(en=en, zh=zh),
        Text(en="Correct this entry in linkloop.toml.", zh="请在 linkloop.toml 中改正此项。"),
        where,
    )
