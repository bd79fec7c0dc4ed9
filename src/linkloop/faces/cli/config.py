"""`linkloop config`: every setting, its value, where that comes from, and what it means."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linkloop.faces.cli.frame import WordedGroup, command
from linkloop.faces.cli.session import Session
from linkloop.faces.cli.width import pad, wrap
from linkloop.faces.cli.words import catalogue, language, say

if TYPE_CHECKING:
    import msgspec

HIDDEN = "***"
SECRETS = ("token", "channels.webhooks_in", "channels.webhooks_out")


@click.group("config", cls=WordedGroup)
def config() -> None:
    pass


@command("show")
def show(session: Session) -> None:
    settings = session.settings()
    file = Path(settings.folder) / "linkloop.toml"
    shown = [
        {
            "name": name,
            "value": hidden(name, value),
            "from": source(name, session, file, os.environ),
            "variable": variable(name),
            "meaning": {lang: catalogue(lang)[f"setting.{name}"] for lang in ("en", "zh")},
        }
        for name, value in flat(settings).items()
    ]
    if session.json:
        session.data({"file": str(file), "exists": file.exists(), "settings": shown})
        return
    session.line(say("config.file" if file.exists() else "config.no_file", file=file))
    for one in shown:
        session.line()
        where = say(f"config.from_{one['from']}", variable=one["variable"])
        value, *more = lines(one["value"])
        session.line(pad(f"{one['name']} = {value}", 44) + f"  ({where})")
        for item in more:
            session.line(f"        {item}")
        for line in wrap(one["meaning"][language()], 96):
            session.line(f"    {line}")


config.add_command(show)


def flat(settings: msgspec.Struct, before: str = "") -> dict[str, Any]:
    """Every setting by its dotted name, nested groups opened up."""
    import msgspec

    found: dict[str, Any] = {}
    for name in settings.__struct_fields__:
        value = getattr(settings, name)
        if isinstance(value, msgspec.Struct):
            found |= flat(value, f"{before}{name}.")
        else:
            found[before + name] = msgspec.to_builtins(value)
    return found


def hidden(name: str, value: Any) -> Any:
    """The value; a secret only as being there. What belongs to a name, such as a webhook, keeps the name."""
    if name == "channels.platforms":
        from linkloop.worlds.channels.kinds import shown

        return shown(value)
    if name == "channels.webchat" and "customer_secret" in value:
        return {**value, "customer_secret": HIDDEN}
    if name in SECRETS and value:
        return dict.fromkeys(value, HIDDEN) if isinstance(value, dict) else HIDDEN
    return value


def lines(value: Any) -> list[str]:
    """A value as JSON, which for these values reads like TOML; the structures of a list one below the other."""
    import msgspec

    if isinstance(value, (list, tuple)) and value and isinstance(value[0], dict):
        return ["", *(msgspec.json.encode(item).decode() for item in value)]
    return [msgspec.json.encode(value).decode()]


def variable(name: str) -> str:
    """The environment variable that overrides a setting, empty where there is none."""
    group, dot, field = name.partition(".")
    if dot:
        return f"LINKLOOP_TOWN_{field.upper()}" if group == "town" else ""
    return f"LINKLOOP_{name.upper()}"


def source(name: str, session: Session, file: Path, environment: Mapping[str, str]) -> str:
    """Where a setting's value comes from: "option", "environment", "file" or "default"."""
    if name == "folder" and session.folder:
        return "option"
    if variable(name) in environment:
        return "environment"
    found: Any = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for part in name.split("."):
        if not isinstance(found, dict) or part not in found:
            return "default"
        found = found[part]
    return "file" if name != "folder" else "default"
